//! Who is told that something became theirs, and that somebody read what they measured.

use super::queries::Objective;
use crate::db::OrgTx;
use crate::ids::{CheckInId, MemberId, NoticeId, ObjectiveId};
use crate::notice::{self, Kind, Subject, Telling};
use chrono::{DateTime, Utc};

/// Tells the owner of an objective or a key result that it is theirs, where it was not before.
///
/// # Errors
/// When the database fails.
pub(in crate::okr) async fn owned(
    tx: &mut OrgTx,
    subject: impl Into<Subject>,
    (was, is): (Option<MemberId>, Option<MemberId>),
    by: MemberId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    became(tx, Kind::Owner, subject.into(), (was, is), by, now).await
}

/// Tells owner and reviewer of an objective what they became, where they were not before: all of them for a new one.
///
/// # Errors
/// When the database fails.
pub(in crate::okr) async fn objective(
    tx: &mut OrgTx,
    id: ObjectiveId,
    before: Option<&Objective>,
    (owner, reviewer): (Option<MemberId>, Option<MemberId>),
    by: MemberId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let was = before.and_then(|one| one.owner.as_ref()).map(|one| one.id);
    owned(tx, id, (was, owner), by, now).await?;
    let was = before.and_then(|one| one.reviewer.as_ref()).map(|one| one.id);
    became(tx, Kind::Reviewer, id.into(), (was, reviewer), by, now).await
}

/// Tells whoever checked in that their check-in was read, once for each reader.
///
/// # Errors
/// When the database fails.
pub(in crate::okr) async fn read(
    tx: &mut OrgTx,
    check_in: CheckInId,
    author: MemberId,
    by: MemberId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    tell(tx, Kind::Read, check_in.into(), author, by, now).await
}

async fn became(
    tx: &mut OrgTx,
    kind: Kind,
    subject: Subject,
    (was, is): (Option<MemberId>, Option<MemberId>),
    by: MemberId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    match is.filter(|is| was != Some(*is)) {
        Some(to) => tell(tx, kind, subject, to, by, now).await,
        None => Ok(()),
    }
}

async fn tell(
    tx: &mut OrgTx,
    kind: Kind,
    subject: Subject,
    to: MemberId,
    by: MemberId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    // Each time is a cause of its own: something may become somebody's again.
    let telling = Telling { kind, subject, comment: None, cause: NoticeId::fresh().0, by };
    notice::tell(tx, telling, &[to], now).await
}
