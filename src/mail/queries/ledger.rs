//! The outbox read as a ledger: by those it wrote to, and by those who look after the house. No mail's words are read
//! here, only what became of it.

use crate::db::OrgTx;
use crate::ids::{MailId, MemberId, OrgId};
use crate::mail::{Dropped, Kind, State};
use chrono::{DateTime, TimeDelta, Utc};

/// A mail that is tried again goes on being tried for so long, whenever it would have become pointless.
const TRIED_AGAIN: TimeDelta = TimeDelta::days(7);

/// What became of one mail to a member.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Which.
    pub id: MailId,
    /// What it was for.
    pub kind: Kind,
    /// The civil date or the cause that makes it the only one of its kind.
    pub period: String,
    /// Its subject.
    pub subject: String,
    /// The rule that sent it, in the recipient's words.
    pub reason: String,
    /// What became of it.
    pub state: State,
    /// Why it was not sent, where the reason was ours.
    pub dropped: Option<Dropped>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it left.
    pub sent_at: Option<DateTime<Utc>>,
    /// When it is tried again.
    pub next_try_at: Option<DateTime<Utc>>,
    /// When it becomes pointless.
    pub expires_at: DateTime<Utc>,
    /// What the mail server said, where something went wrong.
    pub problem: Option<String>,
}

/// The mails to a member, the newest first: those before one of them, where it is given.
///
/// # Errors
/// When the database fails.
pub async fn written_to(
    tx: &mut OrgTx,
    member: MemberId,
    before: Option<MailId>,
    at_most: i64,
) -> sqlx::Result<Vec<Entry>> {
    sqlx::query_as!(
        Entry,
        r#"select id, kind as "kind: Kind", period, subject, reason, state as "state: State",
                  dropped as "dropped: Dropped", created_at, sent_at, next_try_at, expires_at, problem
             from mail
            where org_id = $1 and member_id = $2
              and ($3::uuid is null or (created_at, id) < (select p.created_at, p.id from mail p
                                                            where p.org_id = $1 and p.member_id = $2 and p.id = $3))
            order by created_at desc, id desc
            limit $4"#,
        tx.org as OrgId,
        member as MemberId,
        before as Option<MailId>,
        at_most,
    )
    .fetch_all(&mut **tx)
    .await
}

/// The one mail of a kind and period to a member.
///
/// # Errors
/// When the database fails.
pub async fn one_written_to(
    tx: &mut OrgTx,
    member: MemberId,
    kind: Kind,
    period: &str,
) -> sqlx::Result<Option<Entry>> {
    sqlx::query_as!(
        Entry,
        r#"select id, kind as "kind: Kind", period, subject, reason, state as "state: State",
                  dropped as "dropped: Dropped", created_at, sent_at, next_try_at, expires_at, problem
             from mail
            where org_id = $1 and member_id = $2 and kind = $3 and period = $4
            order by created_at desc
            limit 1"#,
        tx.org as OrgId,
        member as MemberId,
        kind as Kind,
        period,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// How the mail of one kind fares.
#[derive(Debug, Clone)]
pub struct Fare {
    /// Which kind.
    pub kind: Kind,
    /// How many wait, whenever they were written.
    pub waiting: i64,
    /// The oldest that waits was written then.
    pub oldest: Option<DateTime<Utc>>,
    /// How many left.
    pub sent: i64,
    /// How many were refused for good.
    pub failed: i64,
    /// How many came too late.
    pub skipped: i64,
}

/// How mail fared that waits or was written since an instant, by kind.
///
/// # Errors
/// When the database fails.
pub async fn fares(tx: &mut OrgTx, since: DateTime<Utc>) -> sqlx::Result<Vec<Fare>> {
    sqlx::query_as!(
        Fare,
        r#"select kind as "kind: Kind", count(*) filter (where state = 'waiting') as "waiting!",
                  min(created_at) filter (where state = 'waiting') as oldest,
                  count(*) filter (where state = 'sent') as "sent!", count(*) filter (where state = 'failed') as "failed!",
                  count(*) filter (where state = 'skipped') as "skipped!"
             from mail
            where org_id = $1 and (state = 'waiting' or created_at > $2)
            group by kind
            order by kind"#,
        tx.org as OrgId,
        since,
    )
    .fetch_all(&mut **tx)
    .await
}

/// A mail in trouble, without its words.
#[derive(Debug, Clone)]
pub struct Stuck {
    /// Which.
    pub id: MailId,
    /// What it was for.
    pub kind: Kind,
    /// To which address, or into which channel; nothing where the asker may not know.
    pub recipient: Option<String>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// How often it was tried.
    pub attempts: i16,
    /// When it is tried again; never, where it was refused for good.
    pub next_try_at: Option<DateTime<Utc>>,
    /// What the mail server said.
    pub problem: Option<String>,
    /// Whether it could be tried again. The words of account mail are forgotten once it is refused, with the link that
    /// works once; and what a later digest has told its channel is not told again.
    pub again: bool,
}

/// The mails that were refused for good, or that wait although they were tried, the newest first: those before one of
/// them, where it is given.
///
/// # Errors
/// When the database fails.
pub async fn stuck(
    tx: &mut OrgTx,
    state: State,
    before: Option<MailId>,
    at_most: i64,
) -> sqlx::Result<Vec<Stuck>> {
    sqlx::query_as!(
        Stuck,
        r#"select m.id, m.kind as "kind: Kind", coalesce(m.recipient, c.name) as recipient, m.created_at, m.attempts, m.next_try_at,
                  m.problem, may_go_again(m) as "again!"
             from mail m left join channel c on c.org_id = m.org_id and c.id = m.channel_id
            where m.org_id = $1 and m.state = $2 and m.attempts > 0
              and ($3::uuid is null or (m.created_at, m.id) < (select p.created_at, p.id from mail p where p.org_id = $1 and p.id = $3))
            order by m.created_at desc, m.id desc
            limit $4"#,
        tx.org as OrgId,
        state as State,
        before as Option<MailId>,
        at_most,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Has a mail that was refused tried again, as soon as whom it is for may be reached; `false` when there is none that could
/// be.
///
/// # Errors
/// When the database fails.
pub async fn retry(tx: &mut OrgTx, id: MailId, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update mail set state = 'waiting', next_try_at = $3, attempts = 0, dated_at = null, problem = null,
                         expires_at = greatest(expires_at, $4)
          where org_id = $1 and id = $2 and state = 'failed' and may_go_again(mail)",
        tx.org as OrgId,
        id as MailId,
        now,
        now + TRIED_AGAIN,
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}
