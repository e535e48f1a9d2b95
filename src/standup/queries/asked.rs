//! What people are asked, as kept; and the seats whose rows are kept.

use crate::calendar::Zone;
use crate::db::OrgTx;
use crate::ids::{MemberId, OccurrenceId, OrgId, ScheduleId, StandupId, TeamId};
use crate::occurrence::Mark;
use crate::organisation::Role;
use crate::standup::asking::Whose;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use std::ops::RangeInclusive;

/// What somebody is asked by a standup on a date.
#[derive(Deserialize)]
pub(in crate::standup) struct AskedRow {
    pub(in crate::standup) id: OccurrenceId,
    pub(in crate::standup) standup_id: StandupId,
    pub(in crate::standup) member_id: MemberId,
    pub(in crate::standup) local_date: NaiveDate,
    pub(in crate::standup) zone: Zone,
    pub(in crate::standup) opens_at: DateTime<Utc>,
    pub(in crate::standup) due_at: DateTime<Utc>,
    pub(in crate::standup) schedule_id: Option<ScheduleId>,
    pub(in crate::standup) excused: bool,
}

/// What these teams' standups ask of their people, or of one of them, on these dates.
pub(in crate::standup) async fn asked(
    tx: &mut OrgTx,
    teams: &[TeamId],
    member: Option<MemberId>,
    dates: &RangeInclusive<NaiveDate>,
) -> sqlx::Result<Vec<AskedRow>> {
    sqlx::query_as!(
        AskedRow,
        r#"select o.id, o.standup_id as "standup_id!: StandupId", o.member_id, o.local_date, o.zone, o.opens_at, o.due_at,
                  o.schedule_id, o.excused
             from standup s
             join team_member t on t.org_id = s.org_id and t.team_id = s.team_id
             join occurrence o on o.org_id = s.org_id and o.standup_id = s.id and o.member_id = t.member_id
            where s.org_id = $1 and s.team_id = any($2) and ($3::uuid is null or t.member_id = $3)
              and o.local_date between $4 and $5"#,
        tx.org as OrgId,
        teams as &[TeamId],
        member as Option<MemberId>,
        *dates.start(),
        *dates.end(),
    )
    .fetch_all(&mut **tx)
    .await
}

/// The rows from a date on that a change of a member, or of a team's standups, may touch.
pub(in crate::standup) async fn asked_from(
    tx: &mut OrgTx,
    whose: Whose,
    from: NaiveDate,
) -> sqlx::Result<Vec<AskedRow>> {
    let (member, team) = whose.ids();
    sqlx::query_as!(
        AskedRow,
        r#"select o.id, o.standup_id as "standup_id!: StandupId", o.member_id, o.local_date, o.zone, o.opens_at, o.due_at,
                  o.schedule_id, o.excused
             from occurrence o join standup s on s.org_id = o.org_id and s.id = o.standup_id
            where o.org_id = $1 and (o.member_id = $2 or s.team_id = $3) and o.local_date >= $4"#,
        tx.org as OrgId,
        member as Option<MemberId>,
        team as Option<TeamId>,
        from,
    )
    .fetch_all(&mut **tx)
    .await
}

/// What somebody is asked, with the name of what asks it.
pub(in crate::standup) struct AskRow {
    pub(in crate::standup) standup_id: StandupId,
    pub(in crate::standup) name: String,
    pub(in crate::standup) team: String,
    pub(in crate::standup) local_date: NaiveDate,
    pub(in crate::standup) zone: Zone,
    pub(in crate::standup) opens_at: DateTime<Utc>,
    pub(in crate::standup) due_at: DateTime<Utc>,
    pub(in crate::standup) excused: bool,
    pub(in crate::standup) posted: bool,
}

/// What a member is asked that is not over at `now`, and what they were excused from since a date, by date.
pub(in crate::standup) async fn asks(
    tx: &mut OrgTx,
    member: MemberId,
    since: NaiveDate,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<AskRow>> {
    sqlx::query_as!(
        AskRow,
        r#"select s.id as standup_id, s.name, t.name as team, o.local_date, o.zone, o.opens_at, o.due_at, o.excused,
                  exists (select from "update" u where u.org_id = o.org_id and u.standup_id = o.standup_id
                             and u.member_id = o.member_id and u.local_date = o.local_date) as "posted!"
             from occurrence o
             join standup s on s.org_id = o.org_id and s.id = o.standup_id
             join team t on t.org_id = s.org_id and t.id = s.team_id
            where o.org_id = $1 and o.member_id = $2 and o.local_date >= $3 and (o.due_at > $4 or o.excused)
            order by o.local_date, t.name, s.name, o.id"#,
        tx.org as OrgId,
        member as MemberId,
        since,
        now,
    )
    .fetch_all(&mut **tx)
    .await
}

/// A seat: a member in a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(in crate::standup) struct SeatKey {
    pub(in crate::standup) team_id: TeamId,
    pub(in crate::standup) member_id: MemberId,
}

/// Takes up to so many seats in hand whose next row is to be made, but for those somebody else has.
pub(in crate::standup) async fn claim_seats(
    tx: &mut OrgTx,
    now: DateTime<Utc>,
    at_most: i64,
) -> sqlx::Result<Vec<SeatKey>> {
    sqlx::query_as!(
        SeatKey,
        "select team_id, member_id from team_member where org_id = $1 and next_occurrences_at <= $2
          order by next_occurrences_at limit $3 for no key update skip locked",
        tx.org as OrgId,
        now,
        at_most,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Takes in hand a member with their seats, or a team with its, waiting for whoever has them. Nobody takes a seat there
/// meanwhile.
pub(in crate::standup) async fn hold_seats(tx: &mut OrgTx, whose: Whose) -> sqlx::Result<Vec<SeatKey>> {
    let (member, team) = whose.ids();
    sqlx::query!(
        "select from member where org_id = $1 and id = $2 for no key update",
        tx.org as OrgId,
        member as Option<MemberId>,
    )
    .fetch_all(&mut **tx)
    .await?;
    sqlx::query!(
        "select from team where org_id = $1 and id = $2 for update",
        tx.org as OrgId,
        team as Option<TeamId>,
    )
    .fetch_all(&mut **tx)
    .await?;
    sqlx::query_as!(
        SeatKey,
        "select team_id, member_id from team_member where org_id = $1 and (member_id = $2 or team_id = $3)
          order by member_id, team_id for no key update",
        tx.org as OrgId,
        member as Option<MemberId>,
        team as Option<TeamId>,
    )
    .fetch_all(&mut **tx)
    .await
}

/// A seat with what its rows follow.
pub(in crate::standup) struct SeatRow {
    pub(in crate::standup) team_id: TeamId,
    pub(in crate::standup) member_id: MemberId,
    pub(in crate::standup) zone: Zone,
    pub(in crate::standup) role: Role,
    pub(in crate::standup) gone: bool,
    pub(in crate::standup) joined_at: DateTime<Utc>,
    pub(in crate::standup) until: Option<NaiveDate>,
}

/// These seats, with what their rows follow.
pub(in crate::standup) async fn seats(tx: &mut OrgTx, keys: &[SeatKey]) -> sqlx::Result<Vec<SeatRow>> {
    sqlx::query_as!(
        SeatRow,
        r#"select s.team_id, s.member_id, m.zone, m.role, m.left_at is not null as "gone!", m.joined_at,
                  s.occurrences_until as until
             from jsonb_to_recordset($2::jsonb) as r(team_id uuid, member_id uuid)
             join team_member s on s.org_id = $1 and s.team_id = r.team_id and s.member_id = r.member_id
             join member m on m.org_id = s.org_id and m.id = s.member_id"#,
        tx.org as OrgId,
        Json(keys) as _,
    )
    .fetch_all(&mut **tx)
    .await
}

#[derive(Serialize)]
struct MarkRow {
    team_id: TeamId,
    member_id: MemberId,
    until: NaiveDate,
    next: Option<DateTime<Utc>>,
}

/// Notes how far the rows of these seats were made.
pub(in crate::standup) async fn mark_seats(
    tx: &mut OrgTx,
    seats: &[SeatRow],
    marks: &[Mark],
) -> sqlx::Result<()> {
    let row = |(seat, mark): (&SeatRow, &Mark)| MarkRow {
        team_id: seat.team_id,
        member_id: seat.member_id,
        until: mark.until,
        next: mark.next,
    };
    let rows: Vec<MarkRow> = seats.iter().zip(marks).map(row).collect();
    sqlx::query!(
        r#"update team_member s set occurrences_until = r.until, next_occurrences_at = r.next
             from jsonb_to_recordset($2::jsonb) as r(team_id uuid, member_id uuid, until date, next timestamptz)
            where s.org_id = $1 and s.team_id = r.team_id and s.member_id = r.member_id"#,
        tx.org as OrgId,
        Json(&rows) as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
