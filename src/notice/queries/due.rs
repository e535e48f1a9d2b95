//! Whose mail is due, and where it goes.

use crate::calendar::{Absence, WeekHours, WorkWeek, Zone};
use crate::db::{DutyTx, OrgTx};
use crate::ids::{MemberId, OrgId};
use crate::language::Locale;
use crate::notice::pace::Pace;
use chrono::{DateTime, Utc};
use sqlx::types::Json;

/// The organisations in which somebody's mail is due.
pub(in crate::notice) async fn due_organisations(
    tx: &mut DutyTx,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<OrgId>> {
    sqlx::query_scalar!("select distinct org_id from member where next_notice_at <= $1 order by org_id", now)
        .fetch_all(&mut **tx)
        .await
}

/// How the organisation is called.
pub(in crate::notice) struct Organisation {
    pub(in crate::notice) slug: String,
    pub(in crate::notice) name: String,
}

/// The organisation itself.
pub(in crate::notice) async fn organisation(tx: &mut OrgTx) -> sqlx::Result<Organisation> {
    sqlx::query_as!(Organisation, "select slug, name from organisation where id = $1", tx.org as OrgId)
        .fetch_one(&mut **tx)
        .await
}

/// A member whose mail is due.
pub(in crate::notice) struct Due {
    pub(in crate::notice) id: MemberId,
    pub(in crate::notice) email: String,
    pub(in crate::notice) language: Locale,
    pub(in crate::notice) zone: Zone,
    pub(in crate::notice) week: Json<WorkWeek>,
    pub(in crate::notice) peak: Json<WeekHours>,
    pub(in crate::notice) absence: Json<Absence>,
    pub(in crate::notice) pace: Pace,
}

/// Locks the members whose mail is due and gives what is needed to write to them. Those another node is writing to this
/// moment are passed over.
pub(in crate::notice) async fn claim(
    tx: &mut OrgTx,
    now: DateTime<Utc>,
    at_most: i64,
) -> sqlx::Result<Vec<Due>> {
    sqlx::query_as!(
        Due,
        r#"select m.id, a.email, m.language, m.zone, m.week, m.peak, m.notices as "pace: Pace",
                  coalesce((select jsonb_agg(jsonb_build_array(w.first_date, w.last_date)) from absent w
                             where w.org_id = m.org_id and w.member_id = m.id), '[]'::jsonb) as "absence!: Json<Absence>"
             from member m join account a on a.id = m.account_id
            where m.org_id = $1 and m.next_notice_at <= $2
            order by m.id
            limit $3
              for update of m skip locked"#,
        tx.org as OrgId,
        now,
        at_most,
    )
    .fetch_all(&mut **tx)
    .await
}
