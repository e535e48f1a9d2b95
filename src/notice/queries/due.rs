//! Whose mail is due, and where it goes.

use crate::calendar::Hours;
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
    sqlx::query_scalar!(
        r#"select org_id as "org!: OrgId" from member where next_notice_at <= $1
           union select org_id from mail where returned and kind <> 'reminder' order by 1"#,
        now,
    )
    .fetch_all(&mut **tx)
    .await
}

/// What mails told that never left is to be told again: with the next digest, or in a mail at `at`.
pub(in crate::notice) async fn take_back(tx: &mut OrgTx, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "with back as (update mail set returned = false where org_id = $1 and returned and kind <> 'reminder' returning id),
              untold as (update notice n set told_at = null, mail_id = null from back, member m
                          where n.org_id = $1 and n.mail_id = back.id and m.org_id = n.org_id and m.id = n.member_id
                            and m.notices <> 'none' returning n.member_id)
         update member set next_notice_at = coalesce(next_notice_at, $2)
          where org_id = $1 and id in (select member_id from untold) and notices <> 'digest'",
        tx.org as OrgId,
        at,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A member whose mail is due.
pub(in crate::notice) struct Due {
    pub(in crate::notice) id: MemberId,
    pub(in crate::notice) email: String,
    pub(in crate::notice) language: Locale,
    pub(in crate::notice) hours: Json<Hours>,
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
        r#"select m.id, a.email, m.language, m.notices as "pace: Pace", hours_of(m) as "hours!: Json<Hours>"
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
