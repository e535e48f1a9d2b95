//! The outbox: where a mail waits, written in the transaction of its cause.

use super::{Rendered, queries};
use crate::ids::{MemberId, OrgId};
use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};
use sqlx::PgConnection;

crate::stored_word! {
    /// What a mail is for. Each kind keeps its own promise about when it may be sent and how it is stopped.
    pub enum Kind {
        /// Account mail: somebody keeps a seat for you.
        Invitation = "invitation",
        /// Account mail: a new password.
        Reset = "reset",
        /// Account mail: something about your sign-in changed.
        SignIn = "sign_in",
        /// Somebody named you, replied to you, asked you, or waits for you; several come together.
        Notice = "notice",
        /// Your update is due soon.
        Reminder = "reminder",
        /// What moved since the last one, once a working day.
        DigestDaily = "digest_daily",
        /// The same, once a week.
        DigestWeekly = "digest_weekly",
    }
}

crate::stored_word! {
    /// What became of a mail.
    pub enum State {
        /// It waits for its first or next try.
        Waiting = "waiting",
        /// It left.
        Sent = "sent",
        /// It was refused for good, and stays to be seen.
        Failed = "failed",
        /// It came too late to be worth sending.
        Skipped = "skipped",
    }
}

/// A mail to be sent once.
#[derive(Debug, Clone)]
pub struct NewMail {
    /// What it is for.
    pub kind: Kind,
    /// Whom it reaches, when they are a member.
    pub member: Option<MemberId>,
    /// The address.
    pub recipient: String,
    /// The civil date or the id of the cause.
    pub period: String,
    /// Subject, text and HTML.
    pub letter: Rendered,
    /// The rule that sends it, in the recipient's language, for the ledger.
    pub reason: String,
    /// The one-click address that stops this kind, where it can be stopped.
    pub unsubscribe: Option<String>,
    /// After this instant it is better not sent at all.
    pub expires_at: DateTime<Utc>,
}

/// Puts a mail into the outbox, in the caller's transaction. `host` is the mail domain of this installation.
/// `false` when one with this (organisation, recipient, kind, period) is there already.
///
/// # Errors
/// When the database fails.
pub async fn enqueue(
    conn: &mut PgConnection,
    org: Option<OrgId>,
    mail: &NewMail,
    host: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    queries::add(conn, org, mail, &message_id(org, mail, host), State::Waiting, now).await
}

/// Notes a mail that was due and will not be sent, so that its recipient can see why it never came.
///
/// # Errors
/// When the database fails.
pub async fn skip(
    conn: &mut PgConnection,
    org: OrgId,
    mail: &NewMail,
    host: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let org = Some(org);
    queries::add(conn, org, mail, &message_id(org, mail, host), State::Skipped, now).await.map(drop)
}

/// The same mail has the same identity on every node and every try, so that a copy is known as one (RFC 5322 §3.6.4).
fn message_id(org: Option<OrgId>, mail: &NewMail, host: &str) -> String {
    let org = org.map(|org| org.to_string()).unwrap_or_default();
    let key = [org.as_str(), &mail.recipient, mail.kind.as_str(), &mail.period].join("\u{1f}");
    let hash: String =
        Sha256::digest(key.as_bytes()).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("<{hash}@{host}>")
}
