//! What a cycle was given in the end.

use crate::db::OrgTx;
use crate::ids::{CycleId, KeyResultId, ObjectiveId, OrgId};
use rust_decimal::Decimal;

/// What a key result, or an objective, was given.
pub(in crate::review) struct GradeRow {
    pub(in crate::review) key_result: Option<KeyResultId>,
    pub(in crate::review) objective: Option<ObjectiveId>,
    pub(in crate::review) grade: Option<Decimal>,
    pub(in crate::review) note: String,
    /// What held a key result back; what was learned of an objective.
    pub(in crate::review) cause: String,
    /// What becomes of a key result: `done`, `carry` or `drop`.
    pub(in crate::review) outlook: Option<String>,
    /// The cycle it goes on in, where it does already.
    pub(in crate::review) goes_on: Option<String>,
}

/// All grades of a cycle, in one statement.
pub(in crate::review) async fn grades(tx: &mut OrgTx, cycle: CycleId) -> sqlx::Result<Vec<GradeRow>> {
    sqlx::query_as!(
        GradeRow,
        r#"select k.id as "key_result?: KeyResultId", null::uuid as "objective?: ObjectiveId", g.grade as "grade?",
                  coalesce(g.note, '') as "note!", coalesce(g.cause, '') as "cause!", g.outlook as "outlook?", next.name as "goes_on?"
             from objective o
             join key_result k on k.org_id = o.org_id and k.objective_id = o.id and k.dropped_at is null
             left join key_result_grade g on g.org_id = k.org_id and g.key_result_id = k.id
             left join key_result copy on copy.org_id = k.org_id and copy.carried_from = k.id and copy.dropped_at is null
             left join objective above on above.org_id = copy.org_id and above.id = copy.objective_id
             left join cycle next on next.org_id = above.org_id and next.id = above.cycle_id
            where o.org_id = $1 and o.cycle_id = $2 and o.dropped_at is null
           union all
           select null, o.id, g.grade, coalesce(g.note, ''), coalesce(g.learned, ''), null, next.name
             from objective o
             left join objective_grade g on g.org_id = o.org_id and g.objective_id = o.id
             left join objective copy on copy.org_id = o.org_id and copy.carried_from = o.id and copy.dropped_at is null
             left join cycle next on next.org_id = copy.org_id and next.id = copy.cycle_id
            where o.org_id = $1 and o.cycle_id = $2 and o.dropped_at is null"#,
        tx.org as OrgId,
        cycle as CycleId,
    )
    .fetch_all(&mut **tx)
    .await
}
