//! The order of the tree, what serves what, and what somebody has folded.

use crate::db::OrgTx;
use crate::ids::{CycleId, KeyResultId, MemberId, ObjectiveId, OrgId};
use crate::okr::queries::objectives::Served;
use std::collections::HashSet;

/// A key result an objective could serve.
#[derive(Debug, Clone)]
pub(in crate::okr) struct KeyResultName {
    pub(in crate::okr) id: KeyResultId,
    pub(in crate::okr) objective: ObjectiveId,
    pub(in crate::okr) title: String,
}

/// The key results of a cycle in the order of their objectives' lists; dropped ones are left out.
pub(in crate::okr) async fn key_result_names(
    tx: &mut OrgTx,
    cycle: CycleId,
) -> sqlx::Result<Vec<KeyResultName>> {
    sqlx::query_as!(
        KeyResultName,
        r#"select k.id, k.objective_id as objective, k.title
             from key_result k join objective o on o.org_id = k.org_id and o.id = k.objective_id
            where k.org_id = $1 and o.cycle_id = $2 and k.dropped_at is null and o.dropped_at is null
            order by k.position, k.id"#,
        tx.org as OrgId,
        cycle as CycleId,
    )
    .fetch_all(&mut **tx)
    .await
}

/// The objectives that serve a key result, with their titles; dropped ones are left out.
pub(in crate::okr) async fn serving_key_result(
    tx: &mut OrgTx,
    key_result: KeyResultId,
) -> sqlx::Result<Vec<(ObjectiveId, String)>> {
    let rows = sqlx::query!(
        r#"select id as "id: ObjectiveId", title from objective
            where org_id = $1 and parent_key_result_id = $2 and dropped_at is null order by position, created_at, id"#,
        tx.org as OrgId,
        key_result as KeyResultId,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.title)).collect())
}

/// Lets an objective serve something else, as the last of those that do.
pub(in crate::okr) async fn serve(
    tx: &mut OrgTx,
    id: ObjectiveId,
    serves: Option<Served>,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"update objective set parent_id = $3, parent_key_result_id = $4,
                  position = (select max(beside.position) + 1 from objective beside
                               where beside.org_id = $1 and beside.cycle_id = objective.cycle_id)
            where org_id = $1 and id = $2"#,
        tx.org as OrgId,
        id as ObjectiveId,
        serves.map(|it| it.objective) as Option<ObjectiveId>,
        serves.and_then(|it| it.key_result) as Option<KeyResultId>,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Puts objectives that serve the same in this order.
pub(in crate::okr) async fn put_in_order(tx: &mut OrgTx, ids: &[ObjectiveId]) -> sqlx::Result<()> {
    sqlx::query!(
        r#"update objective o set position = place.at::integer
             from unnest($2::uuid[]) with ordinality place(id, at)
            where o.org_id = $1 and o.id = place.id"#,
        tx.org as OrgId,
        ids as &[ObjectiveId],
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The objectives a member has folded.
pub(in crate::okr) async fn folded(tx: &mut OrgTx, member: MemberId) -> sqlx::Result<HashSet<ObjectiveId>> {
    let ids = sqlx::query_scalar!(
        r#"select objective_id as "id: ObjectiveId" from folded where org_id = $1 and member_id = $2"#,
        tx.org as OrgId,
        member as MemberId,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(ids.into_iter().collect())
}

/// Remembers whether a member has folded an objective.
pub(in crate::okr) async fn fold(
    tx: &mut OrgTx,
    member: MemberId,
    objective: ObjectiveId,
    folded: bool,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"with gone as (delete from folded where org_id = $1 and member_id = $2 and objective_id = $3 and not $4)
           insert into folded (org_id, member_id, objective_id) select $1, $2, $3 where $4 on conflict do nothing"#,
        tx.org as OrgId,
        member as MemberId,
        objective as ObjectiveId,
        folded,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
