//! The SQL of everyone's clock.

use super::person::{Holiday, Person};
use crate::calendar::{Absence, Span, WorkWeek, Zone};
use crate::db::OrgTx;
use crate::ids::{MemberId, OrgId, TeamId};
use chrono::{NaiveDate, NaiveTime};
use sqlx::types::Json;
use std::ops::RangeInclusive;

struct Row {
    id: MemberId,
    name: String,
    zone: Zone,
    week: Json<WorkWeek>,
    quiet_from: NaiveTime,
    quiet_until: NaiveTime,
    absence: Json<Absence>,
    teams: Vec<TeamId>,
}

/// Everybody who has not left, by name, with the teams they sit in and the periods within these dates in which they are
/// absent.
pub(super) async fn people(tx: &mut OrgTx, dates: RangeInclusive<NaiveDate>) -> sqlx::Result<Vec<Person>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select m.id, m.name, m.zone, m.week, m.quiet_from, m.quiet_until,
                  coalesce((select jsonb_agg(jsonb_build_array(a.first_date, a.last_date)) from absent a
                             where a.org_id = m.org_id and a.member_id = m.id and a.last_date >= $2 and a.first_date <= $3),
                           '[]'::jsonb) as "absence!: Json<Absence>",
                  array(select s.team_id from team_member s
                         where s.org_id = m.org_id and s.member_id = m.id) as "teams!: Vec<TeamId>"
             from member m where m.org_id = $1 and m.left_at is null order by m.name, m.id"#,
        tx.org as OrgId,
        *dates.start(),
        *dates.end(),
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(Row::person).collect())
}

/// The public holidays of these dates with those who keep them, in order.
pub(super) async fn holidays(tx: &mut OrgTx, dates: RangeInclusive<NaiveDate>) -> sqlx::Result<Vec<Holiday>> {
    sqlx::query_as!(
        Holiday,
        r#"select h.day, h.name, array_agg(m.id) as "kept_by!: Vec<MemberId>"
             from holiday h join member m on m.org_id = h.org_id and m.holiday_calendar_id = h.calendar_id
            where h.org_id = $1 and h.day between $2 and $3 and m.left_at is null
            group by h.day, h.name order by h.day, h.name"#,
        tx.org as OrgId,
        *dates.start(),
        *dates.end(),
    )
    .fetch_all(&mut **tx)
    .await
}

impl Row {
    fn person(self) -> Person {
        Person {
            id: self.id,
            name: self.name,
            zone: self.zone,
            week: self.week.0,
            absence: self.absence.0,
            quiet: Span { start: self.quiet_from, end: self.quiet_until },
            teams: self.teams,
        }
    }
}
