//! The outbox: where a mail waits, written in the transaction of its cause.

use super::{Rendered, queries};
use crate::db::OrgTx;
use crate::ids::{ChannelId, MailId, MemberId, OrgId, TeamId};
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
        /// Account mail: your answer to a mail could not be taken in.
        Refusal = "refusal",
        /// Somebody named you, replied to you, asked you, or waits for you; several come together.
        Notice = "notice",
        /// Your update is due soon.
        Reminder = "reminder",
        /// What moved since the last one, once a working day.
        DigestDaily = "digest_daily",
        /// The same, once a week.
        DigestWeekly = "digest_weekly",
        /// What a cycle reached, once it is over.
        DigestCycle = "digest_cycle",
        /// What moved in a team, posted into a chat.
        ChannelDaily = "channel_daily",
        /// Account mail: a digest somebody sends themself to see what it looks like.
        Test = "test",
    }
}

impl Kind {
    /// Whether somebody waits for it at this moment: it leaves at once, whatever the hour.
    pub fn is_account_mail(self) -> bool {
        match self {
            Kind::Invitation | Kind::Reset | Kind::SignIn | Kind::Refusal | Kind::Test => true,
            Kind::Notice
            | Kind::Reminder
            | Kind::DigestDaily
            | Kind::DigestWeekly
            | Kind::DigestCycle
            | Kind::ChannelDaily => false,
        }
    }

    /// Whether a reply to it says something: to what it tells of, or what its reader did.
    pub fn is_answerable(self) -> bool {
        matches!(self, Kind::Notice | Kind::Reminder | Kind::DigestDaily)
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
        /// It was not sent, for a reason of ours.
        Skipped = "skipped",
    }
}

crate::stored_word! {
    /// Why a mail was not sent.
    pub enum Dropped {
        /// Its time had passed before it could leave.
        Late = "late",
        /// Whom it was for has left the organisation.
        Left = "left",
        /// They had stopped this kind of mail meanwhile.
        Stopped = "stopped",
        /// It holds words that they may not read any more.
        Unreadable = "unreadable",
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
    /// The teams whose words it holds: it leaves only while its reader may read them.
    pub teams: Vec<TeamId>,
    /// After this instant it is better not sent at all.
    pub expires_at: DateTime<Utc>,
}

/// A message to be posted into a channel once.
#[derive(Debug, Clone)]
pub struct NewPost {
    /// Where.
    pub channel: ChannelId,
    /// What it is for.
    pub kind: Kind,
    /// The civil date that makes it the only one.
    pub period: String,
    /// Its first line, for the ledger.
    pub subject: String,
    /// What is posted, as its service takes it; empty for one that was missed.
    pub message: String,
    /// The rule that sends it, for the ledger.
    pub reason: String,
    /// The team whose words it holds.
    pub team: TeamId,
    /// After this instant it is better not sent at all.
    pub expires_at: DateTime<Utc>,
}

/// Puts a post into the outbox, in the caller's transaction. `None` when one with this (organisation, channel, kind, period)
/// is there already; one that was skipped gives way.
///
/// # Errors
/// When the database fails.
pub async fn enqueue_post(
    tx: &mut OrgTx,
    post: &NewPost,
    host: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<MailId>> {
    let id = MailId::fresh();
    let message_id = post.message_id(tx.org, host);
    let added = queries::posts::add(tx, (id, post), &message_id, None, now).await?
        || queries::give_way(tx, &message_id).await?
            && queries::posts::add(tx, (id, post), &message_id, None, now).await?;
    Ok(added.then_some(id))
}

/// Notes a post that was due and will not be sent.
///
/// # Errors
/// When the database fails.
pub async fn skip_post(tx: &mut OrgTx, post: &NewPost, host: &str, now: DateTime<Utc>) -> sqlx::Result<()> {
    let message_id = post.message_id(tx.org, host);
    queries::posts::add(tx, (MailId::fresh(), post), &message_id, Some(Dropped::Late), now).await.map(drop)
}

impl NewPost {
    fn message_id(&self, org: OrgId, host: &str) -> String {
        message_id(Some(org), &self.channel.to_string(), (self.kind, &self.period), host)
    }
}

/// Puts a mail into the outbox, in the caller's transaction. `host` is the mail domain of this installation.
/// `None` when one with this (organisation, recipient, kind, period) is there already; one that was skipped gives way, and
/// its identity goes on.
///
/// # Errors
/// When the database fails.
pub async fn enqueue(
    conn: &mut PgConnection,
    org: Option<OrgId>,
    mail: &NewMail,
    host: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<MailId>> {
    let (id, message_id) =
        (MailId::fresh(), message_id(org, &mail.recipient, (mail.kind, &mail.period), host));
    let added = queries::add(conn, org, (id, mail), &message_id, None, now).await?
        || queries::give_way(conn, &message_id).await?
            && queries::add(conn, org, (id, mail), &message_id, None, now).await?;
    Ok(added.then_some(id))
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
    let message_id = message_id(org, &mail.recipient, (mail.kind, &mail.period), host);
    queries::add(conn, org, (MailId::fresh(), mail), &message_id, Some(Dropped::Late), now).await.map(drop)
}

/// The same mail has the same identity on every node and every try, so that a copy is known as one (RFC 5322 §3.6.4).
fn message_id(org: Option<OrgId>, to: &str, (kind, period): (Kind, &str), host: &str) -> String {
    let org = org.map(|org| org.to_string()).unwrap_or_default();
    let key = [org.as_str(), to, kind.as_str(), period].join("\u{1f}");
    let hash: String =
        Sha256::digest(key.as_bytes()).iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("<{hash}@{host}>")
}
