//! Who has posted.

use crate::db::OrgTx;
use crate::ids::{MemberId, OrgId, StandupId, TeamId};
use chrono::NaiveDate;

/// Somebody's update for a date is there.
pub(in crate::standup) struct PostedRow {
    pub(in crate::standup) standup_id: StandupId,
    pub(in crate::standup) member_id: MemberId,
}

/// Whose updates of these teams are there for one date.
pub(in crate::standup) async fn posted(
    tx: &mut OrgTx,
    teams: &[TeamId],
    day: NaiveDate,
) -> sqlx::Result<Vec<PostedRow>> {
    sqlx::query_as!(
        PostedRow,
        r#"select standup_id, member_id from "update" where org_id = $1 and team_id = any($2) and local_date = $3"#,
        tx.org as OrgId,
        teams as &[TeamId],
        day,
    )
    .fetch_all(&mut **tx)
    .await
}
