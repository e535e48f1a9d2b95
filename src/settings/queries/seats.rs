//! Who sits in a team and who leads it.

use crate::calendar::{Span, WorkWeek, Zone};
use crate::db::OrgTx;
use crate::ids::{MemberId, OrgId, TeamId};
use crate::web::parts::Hours;
use chrono::NaiveTime;
use sqlx::types::Json;

/// A seat of a team.
pub(in crate::settings) struct TeamSeat {
    pub(in crate::settings) member: MemberId,
    pub(in crate::settings) name: String,
    pub(in crate::settings) zone: Zone,
    week: Json<WorkWeek>,
    quiet_from: NaiveTime,
    quiet_until: NaiveTime,
    pub(in crate::settings) lead: bool,
}

impl TeamSeat {
    /// Their hours, as a strip shows them.
    pub(in crate::settings) fn hours(&self) -> Hours<'_> {
        let quiet = Span { start: self.quiet_from, end: self.quiet_until };
        Hours { zone: self.zone, week: &self.week, quiet }
    }
}

/// Who sits in a team.
pub(in crate::settings) async fn seats(tx: &mut OrgTx, team: TeamId) -> sqlx::Result<Vec<TeamSeat>> {
    sqlx::query_as!(
        TeamSeat,
        r#"select m.id as member, m.name, m.zone, m.week, m.quiet_from, m.quiet_until, s.lead
             from team_member s join member m on m.org_id = s.org_id and m.id = s.member_id
            where s.org_id = $1 and s.team_id = $2 and m.left_at is null order by s.lead desc, m.name, m.id"#,
        tx.org as OrgId,
        team as TeamId,
    )
    .fetch_all(&mut **tx)
    .await
}

/// A member who could sit in the team and does not.
pub(in crate::settings) struct Candidate {
    pub(in crate::settings) id: MemberId,
    pub(in crate::settings) name: String,
}

/// Members outside the team.
pub(in crate::settings) async fn candidates(tx: &mut OrgTx, team: TeamId) -> sqlx::Result<Vec<Candidate>> {
    sqlx::query_as!(
        Candidate,
        "select m.id, m.name from member m
          where m.org_id = $1 and m.left_at is null
            and not exists (select from team_member s where s.org_id = m.org_id and s.team_id = $2 and s.member_id = m.id)
          order by m.name, m.id",
        tx.org as OrgId,
        team as TeamId,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Seats a member; `false` when there is no such member here. Seating twice is once.
pub(in crate::settings) async fn seat(tx: &mut OrgTx, team: TeamId, member: MemberId) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "insert into team_member (org_id, team_id, member_id)
         select org_id, $2, id from member where org_id = $1 and id = $3 and left_at is null
         on conflict (org_id, team_id, member_id) do update set lead = team_member.lead",
        tx.org as OrgId,
        team as TeamId,
        member as MemberId,
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Makes a seat a lead's, or an ordinary one; `false` when the member has no seat here.
pub(in crate::settings) async fn set_lead(
    tx: &mut OrgTx,
    team: TeamId,
    member: MemberId,
    lead: bool,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update team_member set lead = $4 where org_id = $1 and team_id = $2 and member_id = $3",
        tx.org as OrgId,
        team as TeamId,
        member as MemberId,
        lead,
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Takes a seat away; `false` when there was none.
pub(in crate::settings) async fn unseat(
    tx: &mut OrgTx,
    team: TeamId,
    member: MemberId,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "delete from team_member where org_id = $1 and team_id = $2 and member_id = $3",
        tx.org as OrgId,
        team as TeamId,
        member as MemberId,
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Renames a team.
pub(in crate::settings) async fn rename_team(tx: &mut OrgTx, team: TeamId, name: &str) -> sqlx::Result<()> {
    sqlx::query!(
        "update team set name = $3 where org_id = $1 and id = $2",
        tx.org as OrgId,
        team as TeamId,
        name
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Makes a team private, or everybody's to read; `false` when it was so already.
pub(in crate::settings) async fn set_private(
    tx: &mut OrgTx,
    team: TeamId,
    private: bool,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update team set private = $3 where org_id = $1 and id = $2 and private <> $3",
        tx.org as OrgId,
        team as TeamId,
        private,
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}
