//! The SQL of the outbox.

use super::{Kind, NewMail};
use crate::ids::{MailId, MemberId, OrgId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

/// Adds a mail; `false` when its key is there already.
pub(super) async fn add(
    conn: &mut PgConnection,
    org: Option<OrgId>,
    mail: &NewMail,
    message_id: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "insert into mail (id, org_id, member_id, recipient, kind, period, message_id, subject, body_text, body_html,
                           unsubscribe, reason, created_at, expires_at, next_try_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $13)
         on conflict do nothing",
        MailId::fresh() as MailId,
        org as Option<OrgId>,
        mail.member as Option<MemberId>,
        mail.recipient,
        mail.kind as Kind,
        mail.period,
        message_id,
        mail.letter.subject,
        mail.letter.text,
        mail.letter.html,
        mail.unsubscribe,
        mail.reason,
        now,
        mail.expires_at,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}
