//! What happens to a review: it is opened, looked at by each in their own hours, seen by all, and closed.

use super::packed::Packed;
use super::queries::{self, ReviewRow};
use crate::calendar::Zone;
use crate::db::OrgTx;
use crate::fair;
use crate::ids::{CycleId, MatterId, MemberId, ObjectiveId, ReviewId, ReviewItemId, SubmissionKey, TeamId};
use crate::notice::{self, Kind, Telling};
use crate::okr::status::Confidence;
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

crate::stored_word! {
    /// How far a review is.
    pub enum State {
        /// Each looks at it, and sees no views but their own.
        Open = "open",
        /// All views are in, or everybody had their hours: they are seen by all.
        Ready = "ready",
        /// It is closed, and these are its minutes.
        Closed = "closed",
        /// It was taken back.
        Withdrawn = "withdrawn",
    }
}

crate::stored_word! {
    /// What comes of an objective.
    pub enum Outcome {
        /// It goes on as it is.
        Continue = "continue",
        /// It gets another target.
        Change = "change",
        /// It is let go.
        Stop = "stop",
        /// It is to be decided.
        Decide = "decide",
    }
}

/// A review to be opened.
#[derive(Debug)]
pub(super) struct NewReview {
    /// The form it comes from: sent twice, it is one.
    pub(super) key: SubmissionKey,
    pub(super) team: TeamId,
    pub(super) cycle: CycleId,
    pub(super) lead: MemberId,
    pub(super) people: Vec<MemberId>,
    /// How many of their own working hours each has.
    pub(super) hours: i64,
    pub(super) items: Vec<NewItem>,
}

/// One objective of it.
#[derive(Debug)]
pub(super) struct NewItem {
    pub(super) objective: ObjectiveId,
    pub(super) prompt: String,
    pub(super) packed: Packed,
}

/// A review's matter goes by the same id.
pub(super) fn matter(id: ReviewId) -> MatterId {
    MatterId(id.0)
}

/// Opens a review, and tells those who take part.
pub(super) async fn open(tx: &mut OrgTx, new: &NewReview, now: DateTime<Utc>) -> sqlx::Result<ReviewId> {
    if let Some(there) = queries::sent(tx, new.key).await? {
        return Ok(there);
    }
    let id = ReviewId::fresh();
    let time = TimeDelta::hours(new.hours);
    fair::open(tx, (matter(id), fair::Kind::Review, Some(new.team)), &new.people, time, now).await?;
    queries::add(tx, (id, new.key), new.cycle, new.lead, now).await?;
    for (position, item) in (0..).zip(&new.items) {
        queries::add_item(tx, id, position, item).await?;
    }
    tell(tx, (id, Kind::Review, id.0), new.lead, &new.people, now).await?;
    Ok(id)
}

/// One participant's views of some objectives.
pub(super) type Views<'a> = [(ReviewItemId, Option<Confidence>, &'a str)];

/// Keeps what somebody says. When they are done with all of it and nobody else is waited for, everybody sees all views.
pub(super) async fn say(
    tx: &mut OrgTx,
    review: ReviewId,
    member: MemberId,
    (views, done): (&Views<'_>, bool),
    (now, zone): (DateTime<Utc>, Zone),
) -> sqlx::Result<()> {
    for (item, confidence, comment) in views {
        queries::put_view(tx, *item, member, (*confidence, *comment), (now, zone)).await?;
    }
    if done && fair::answered(tx, matter(review), member, now).await? {
        reveal(tx, review, now).await?;
    }
    Ok(())
}

/// Lets everybody see all views, and tells whoever opened it.
///
/// # Errors
/// When the database fails.
pub async fn reveal(tx: &mut OrgTx, id: ReviewId, now: DateTime<Utc>) -> sqlx::Result<()> {
    let review = queries::reviews(tx, Some(id), None, 1).await?.into_iter().next();
    let Some(review) = review.filter(|review| review.state == State::Open) else { return Ok(()) };
    queries::set_state(tx, id, State::Ready, None, now).await?;
    fair::close(tx, matter(id), now).await?;
    tell(tx, (id, Kind::Reviewed, id.0), review.lead_id, &[review.lead_id], now).await
}

/// Closes a review with what comes of each objective, and tells everybody that there are minutes.
pub(super) async fn close(
    tx: &mut OrgTx,
    review: &ReviewRow,
    (outcomes, summary): (&[(ReviewItemId, Outcome, String)], &str),
    by: MemberId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    for (item, outcome, reason) in outcomes {
        queries::set_outcome(tx, *item, *outcome, reason).await?;
    }
    queries::set_summary(tx, review.id, summary).await?;
    queries::set_state(tx, review.id, State::Closed, Some(by), now).await?;
    let people: Vec<MemberId> =
        fair::windows(tx, matter(review.id)).await?.iter().map(|seat| seat.member).collect();
    // That it was opened was told with the review as its cause; this is told with what came of it.
    let Some((first, ..)) = outcomes.first() else { return Ok(()) };
    tell(tx, (review.id, Kind::Minutes, first.0), by, &people, now).await
}

/// Takes a review back that is not closed.
pub(super) async fn withdraw(
    tx: &mut OrgTx,
    id: ReviewId,
    by: MemberId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    queries::set_state(tx, id, State::Withdrawn, Some(by), now).await?;
    fair::close(tx, matter(id), now).await
}

async fn tell(
    tx: &mut OrgTx,
    (id, kind, cause): (ReviewId, Kind, Uuid),
    by: MemberId,
    to: &[MemberId],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let telling = Telling { kind, subject: id.into(), comment: None, cause, by };
    notice::tell(tx, telling, to, now).await
}
