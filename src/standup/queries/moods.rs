//! Moods, as they are kept: counts under a seal, marks that name nobody, and what may be shown.

use crate::db::{DutyTx, OrgTx};
use crate::ids::{MemberId, OrgId, TeamId};
use chrono::NaiveDate;

/// The sealed counts of a team's week. Whoever answers next waits until the transaction ends.
pub(in crate::standup) async fn hold_sealed(
    tx: &mut OrgTx,
    team: TeamId,
    week: NaiveDate,
    fresh: &[u8],
) -> sqlx::Result<Vec<u8>> {
    sqlx::query_scalar!(
        "insert into mood_week (org_id, team_id, week, sealed) values ($1, $2, $3, $4)
         on conflict (org_id, team_id, week) do update set sealed = mood_week.sealed returning sealed",
        tx.org as OrgId,
        team as TeamId,
        week,
        fresh,
    )
    .fetch_one(&mut **tx)
    .await
}

/// Puts other counts under the seal.
pub(in crate::standup) async fn put_sealed(
    tx: &mut OrgTx,
    team: TeamId,
    week: NaiveDate,
    sealed: &[u8],
) -> sqlx::Result<()> {
    sqlx::query!(
        "update mood_week set sealed = $4 where org_id = $1 and team_id = $2 and week = $3",
        tx.org as OrgId,
        team as TeamId,
        week,
        sealed,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The marks of a team's week.
pub(in crate::standup) async fn marks(
    tx: &mut OrgTx,
    team: TeamId,
    week: NaiveDate,
) -> sqlx::Result<Vec<Vec<u8>>> {
    sqlx::query_scalar!(
        "select mark from mood_mark where org_id = $1 and team_id = $2 and week = $3",
        tx.org as OrgId,
        team as TeamId,
        week,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Marks that somebody has answered; `false` when they had.
pub(in crate::standup) async fn add_mark(
    tx: &mut OrgTx,
    team: TeamId,
    week: NaiveDate,
    mark: &[u8],
) -> sqlx::Result<bool> {
    let added = sqlx::query!(
        "insert into mood_mark (org_id, team_id, week, mark) values ($1, $2, $3, $4) on conflict do nothing",
        tx.org as OrgId,
        team as TeamId,
        week,
        mark,
    )
    .execute(&mut **tx)
    .await?;
    Ok(added.rows_affected() == 1)
}

/// The weeks up to one whose counts are still there, in any organisation.
pub(in crate::standup) async fn weeks_over(
    tx: &mut DutyTx,
    last: NaiveDate,
) -> sqlx::Result<Vec<(OrgId, TeamId, NaiveDate)>> {
    let rows = sqlx::query!(
        r#"select org_id as "org!: OrgId", team_id as "team!: TeamId", week from mood_week where week <= $1
            order by org_id, team_id, week"#,
        last,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.org, row.team, row.week)).collect())
}

/// Takes the counts of a week out, unless another node has; they are nowhere else.
pub(in crate::standup) async fn take_sealed(
    tx: &mut OrgTx,
    team: TeamId,
    week: NaiveDate,
) -> sqlx::Result<Option<Vec<u8>>> {
    sqlx::query_scalar!(
        "delete from mood_week where org_id = $1 and team_id = $2 and week = $3 returning sealed",
        tx.org as OrgId,
        team as TeamId,
        week,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Everybody who is or was in the organisation: whoever may have left a mark.
pub(in crate::standup) async fn everybody(tx: &mut OrgTx) -> sqlx::Result<Vec<MemberId>> {
    sqlx::query_scalar!(r#"select id as "id: MemberId" from member where org_id = $1"#, tx.org as OrgId)
        .fetch_all(&mut **tx)
        .await
}

/// A week that may be shown: the mood from 1 to 5, and of how many people at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::standup) struct ShownRow {
    pub(in crate::standup) week: NaiveDate,
    pub(in crate::standup) mood: i16,
    pub(in crate::standup) people: i32,
}

/// The newest weeks of a team that may be shown.
pub(in crate::standup) async fn moods_shown(
    tx: &mut OrgTx,
    team: TeamId,
    at_most: i64,
) -> sqlx::Result<Vec<ShownRow>> {
    sqlx::query_as!(
        ShownRow,
        "select week, mood, people from mood_shown where org_id = $1 and team_id = $2 order by week desc limit $3",
        tx.org as OrgId,
        team as TeamId,
        at_most,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Lets a week be shown. The marks of weeks before it are no longer needed.
pub(in crate::standup) async fn show_mood(tx: &mut OrgTx, team: TeamId, shown: ShownRow) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into mood_shown (org_id, team_id, week, mood, people) values ($1, $2, $3, $4, $5) on conflict do nothing",
        tx.org as OrgId,
        team as TeamId,
        shown.week,
        shown.mood,
        shown.people,
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query!(
        "delete from mood_mark where org_id = $1 and team_id = $2 and week < $3",
        tx.org as OrgId,
        team as TeamId,
        shown.week,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Forgets who answered in a week.
pub(in crate::standup) async fn drop_marks(
    tx: &mut OrgTx,
    team: TeamId,
    week: NaiveDate,
) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from mood_mark where org_id = $1 and team_id = $2 and week = $3",
        tx.org as OrgId,
        team as TeamId,
        week,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
