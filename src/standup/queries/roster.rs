//! What whole teams were asked and wrote, at one go.

use super::{AskedRow, PersonRow, ScheduleRow, StandupRow};
use crate::db::OrgTx;
use crate::ids::{MemberId, OrgId, StandupId};
use chrono::NaiveDate;
use sqlx::types::Json;
use std::ops::RangeInclusive;

/// Standups, schedules, people, what they were asked and what they wrote.
pub(in crate::standup) struct RosterRow {
    pub(in crate::standup) standups: Json<Vec<StandupRow>>,
    pub(in crate::standup) schedules: Json<Vec<ScheduleRow>>,
    pub(in crate::standup) people: Json<Vec<PersonRow>>,
    pub(in crate::standup) asked: Json<Vec<AskedRow>>,
    pub(in crate::standup) written: Json<Vec<(StandupId, MemberId, NaiveDate)>>,
}

/// All of it on these dates, of the teams this member may read.
pub(in crate::standup) async fn roster(
    tx: &mut OrgTx,
    reader: MemberId,
    dates: &RangeInclusive<NaiveDate>,
) -> sqlx::Result<RosterRow> {
    sqlx::query_as!(
        RosterRow,
        r#"with team_of as materialized (
               select id, slug, name from team where org_id = $1 and may_read_team(org_id, id, $2)),
           standup_of as materialized (
               select s.id, s.name, s.team_id, t.slug as team_slug, t.name as team_name, s.retired_at is not null as retired,
                      s.created_at
                 from standup s join team_of t on t.id = s.team_id where s.org_id = $1),
           person as materialized (
               select m.id, m.name, m.zone, m.week, m.quiet_from, m.quiet_until, m.role, m.joined_at,
                      array_agg(s.team_id order by s.team_id) as teams,
                      array_agg(s.occurrences_until order by s.team_id) as until,
                      coalesce((select json_agg(json_build_array(a.first_date, a.last_date)) from absent a
                                 where a.org_id = m.org_id and a.member_id = m.id and a.last_date >= $3 and a.first_date <= $4),
                               '[]'::json) as absence
                 from member m join team_member s on s.org_id = m.org_id and s.member_id = m.id
                 join team_of t on t.id = s.team_id
                where m.org_id = $1 and m.left_at is null group by m.org_id, m.id)
           select coalesce((select json_agg(s order by s.team_name, s.created_at, s.id) from standup_of s), '[]'::json)
                      as "standups!: Json<Vec<StandupRow>>",
                  coalesce((select json_agg(c order by c.standup_id, c.version)
                              from schedule c join standup_of s on s.id = c.standup_id where c.org_id = $1), '[]'::json)
                      as "schedules!: Json<Vec<ScheduleRow>>",
                  coalesce((select json_agg(p order by p.name, p.id) from person p), '[]'::json)
                      as "people!: Json<Vec<PersonRow>>",
                  coalesce((select json_agg(o) from standup_of s
                              join team_member t on t.org_id = $1 and t.team_id = s.team_id
                              join occurrence o on o.org_id = $1 and o.standup_id = s.id and o.member_id = t.member_id
                             where o.local_date between $3 and $4), '[]'::json) as "asked!: Json<Vec<AskedRow>>",
                  coalesce((select json_agg(json_build_array(u.standup_id, u.member_id, u.local_date)) from "update" u
                              join standup_of s on s.id = u.standup_id
                             where u.org_id = $1 and u.local_date >= $3), '[]'::json)
                      as "written!: Json<Vec<(StandupId, MemberId, NaiveDate)>>""#,
        tx.org as OrgId,
        reader as MemberId,
        *dates.start(),
        *dates.end(),
    )
    .fetch_one(&mut **tx)
    .await
}
