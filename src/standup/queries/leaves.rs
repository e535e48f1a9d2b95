//! Who is away, and who stands in.

use crate::calendar::Zone;
use crate::db::OrgTx;
use crate::ids::{MemberId, OrgId, UpdateId};
use chrono::NaiveDate;

/// A stretch of days away, or a public holiday of somebody's.
pub(in crate::standup) struct LeaveRow {
    pub(in crate::standup) member: MemberId,
    pub(in crate::standup) name: String,
    pub(in crate::standup) zone: Zone,
    pub(in crate::standup) first: NaiveDate,
    pub(in crate::standup) last: NaiveDate,
    pub(in crate::standup) note: String,
    pub(in crate::standup) stand_in_id: Option<MemberId>,
    pub(in crate::standup) stand_in: Option<String>,
    pub(in crate::standup) holiday: Option<String>,
}

/// The days away and public holidays of everybody that touch the dates from `first` to `last`. Whoever stands in and has
/// left meanwhile stands in no more.
pub(in crate::standup) async fn leaves(
    tx: &mut OrgTx,
    first: NaiveDate,
    last: NaiveDate,
) -> sqlx::Result<Vec<LeaveRow>> {
    sqlx::query_as!(
        LeaveRow,
        r#"select m.id as "member!: MemberId", m.name as "name!", m.zone as "zone!: Zone", a.first_date as "first!",
                  a.last_date as "last!", a.note as "note!", s.id as "stand_in_id?: MemberId", s.name as "stand_in?",
                  null::text as "holiday?"
             from away a
             join member m on m.org_id = a.org_id and m.id = a.member_id and m.left_at is null
             left join member s on s.org_id = a.org_id and s.id = a.stand_in_id and s.left_at is null
            where a.org_id = $1 and a.first_date <= $3 and a.last_date >= $2
           union all
           select m.id, m.name, m.zone, h.day, h.day, '', null, null, h.name
             from holiday h
             join member m on m.org_id = h.org_id and m.holiday_calendar_id = h.calendar_id and m.left_at is null
            where h.org_id = $1 and h.day between $2 and $3"#,
        tx.org as OrgId,
        first,
        last,
    )
    .fetch_all(&mut **tx)
    .await
}

/// The updates with an open blocker that waits for one of these people, the oldest first.
pub(in crate::standup) async fn ids_waiting_for(
    tx: &mut OrgTx,
    unblockers: &[MemberId],
) -> sqlx::Result<Vec<UpdateId>> {
    sqlx::query_scalar!(
        "select update_id from blocker
          where org_id = $1 and unblocker_id = any($2) and resolved_at is null order by opened_at, id",
        tx.org as OrgId,
        unblockers as &[MemberId],
    )
    .fetch_all(&mut **tx)
    .await
}
