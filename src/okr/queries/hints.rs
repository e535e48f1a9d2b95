//! What was measured of the same thing before.

use crate::db::OrgTx;
use crate::ids::{CycleId, KeyResultId, OrgId, TeamId};
use crate::okr::measure::Kind;
use crate::okr::unit::Quantity;

/// A key result that came before another one.
pub(in crate::okr) struct Forerunner {
    pub(in crate::okr) id: KeyResultId,
    pub(in crate::okr) kind: Kind,
    pub(in crate::okr) quantity: Quantity,
    pub(in crate::okr) unit: String,
}

/// Which key result something is looked for that came before.
pub(in crate::okr) struct Wanted<'a> {
    pub(in crate::okr) cycle: CycleId,
    pub(in crate::okr) team: Option<TeamId>,
    pub(in crate::okr) title: &'a str,
    /// Itself, once it is kept.
    pub(in crate::okr) own: Option<KeyResultId>,
    /// What it is carried over from.
    pub(in crate::okr) carried: Option<KeyResultId>,
}

/// What a key result goes on from; else the newest of this title that the same team had in a cycle which began earlier.
pub(in crate::okr) async fn forerunner(
    tx: &mut OrgTx,
    wanted: &Wanted<'_>,
) -> sqlx::Result<Option<Forerunner>> {
    sqlx::query_as!(
        Forerunner,
        r#"with source as (
               select coalesce($6, (select carried_from from key_result where org_id = $1 and id = $5)) as id)
           select k.id, newest.kind, k.quantity, k.unit
             from key_result k
             join objective o on o.org_id = k.org_id and o.id = k.objective_id
             join cycle c on c.org_id = o.org_id and c.id = o.cycle_id
             join cycle here on here.org_id = k.org_id and here.id = $2
             cross join source
             join lateral (
                 select kind from key_result_terms
                  where org_id = k.org_id and key_result_id = k.id
                  order by effective_at desc, id desc limit 1) newest on true
            where k.org_id = $1 and c.first_date < here.first_date and k.dropped_at is null and o.dropped_at is null
              and (k.id = source.id or (o.team_id is not distinct from $3 and lower(k.title) = lower($4)))
            order by (k.id = source.id) is true desc, c.first_date desc, k.id limit 1"#,
        tx.org as OrgId,
        wanted.cycle as CycleId,
        wanted.team as Option<TeamId>,
        wanted.title,
        wanted.own as Option<KeyResultId>,
        wanted.carried as Option<KeyResultId>,
    )
    .fetch_optional(&mut **tx)
    .await
}
