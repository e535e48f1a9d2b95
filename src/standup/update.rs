//! Posting and changing an update: one transaction for the update, its answers, its blocker and its check-ins.

use super::blocker::BlockerKind;
use super::entry::Entry;
use super::gather::leaves_around;
use super::mood::Mood;
use super::plan::Line;
use super::queries::{self, NewBlocker, NewUpdate, Place};
use crate::calendar::Zone;
use crate::db::OrgTx;
use crate::fault::Fault;
use crate::ids::{KeyResultId, MemberId, QuestionId, SubmissionKey, TeamId, UpdateId};
use crate::notice::{self, Telling};
use crate::okr::check_in::{self, NewCheckIn};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// What an update says, read and found right.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Content {
    /// The answers that hold words.
    pub(super) answers: Vec<(QuestionId, String)>,
    /// What is in the way.
    pub(super) blocker: Option<Stopped>,
    /// Whether the form asked what is in the way at all.
    pub(super) asked_blocker: bool,
    /// The check-ins.
    pub(super) entries: Vec<Entry>,
    /// What became of the lines of which plan.
    pub(super) planned: Option<UpdateId>,
    pub(super) fates: Vec<Line>,
    /// How the week feels. It is counted, and never part of the update.
    pub(super) mood: Option<Mood>,
}

/// What is in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stopped {
    pub(super) body: String,
    /// Who could help; nobody in particular means anyone on the team.
    pub(super) unblocker: Option<MemberId>,
    pub(super) kind: BlockerKind,
    /// What would come next; may be empty.
    pub(super) next_step: String,
    /// The key result it stops.
    pub(super) key_result: Option<KeyResultId>,
}

/// A form being sent: which update, from which form, on whose clock.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sending {
    pub(super) place: Place,
    pub(super) team: TeamId,
    /// The zone the place's date is read in.
    pub(super) zone: Zone,
    /// The author's own zone, in which their check-ins are dated.
    pub(super) home: Zone,
    pub(super) key: SubmissionKey,
}

/// How posting ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It stands; also when the same form was sent before.
    Posted(UpdateId),
    /// Another form was first: this is the update for that date.
    Taken(UpdateId),
}

/// Posts an update. The same form sent again finds what it wrote the first time and writes nothing.
pub(super) async fn post(
    tx: &mut OrgTx,
    sending: Sending,
    content: &Content,
    now: DateTime<Utc>,
) -> Result<Outcome, Fault> {
    let Sending { place, team, zone, key, .. } = sending;
    queries::hold_place(tx, place).await?;
    let new = NewUpdate { id: UpdateId::fresh(), place, team, zone, submission_key: key };
    if !queries::add_update(tx, &new, now).await? {
        let written = queries::written(tx, place).await?.ok_or(Fault::NotFound)?;
        let again = written.submission_key == key;
        return Ok(if again { Outcome::Posted(written.id) } else { Outcome::Taken(written.id) });
    }
    put(tx, new.id, sending, content, now).await?;
    if let Some(planned) = content.planned.filter(|_| !content.fates.is_empty()) {
        queries::add_fates(tx, new.id, place, planned, &content.fates).await?;
    }
    // It need not go out later any more.
    queries::take_planned(tx, place).await?;
    Ok(Outcome::Posted(new.id))
}

/// Changes an update of one's own. Check-ins it brought are corrected by new ones; a blocker emptied is cleared, where
/// the form asked for one. What it said before is kept where its words change.
pub(super) async fn change(
    tx: &mut OrgTx,
    update: UpdateId,
    sending: Sending,
    content: &Content,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    if queries::says_otherwise(
        tx,
        update,
        &content.answers,
        content.blocker.as_ref().map(|it| it.body.as_str()),
    )
    .await?
    {
        let version = queries::count_versions(tx, update).await? + 1;
        queries::put_version(tx, update, version, now).await?;
    }
    put(tx, update, sending, content, now).await?;
    if content.blocker.is_none() && content.asked_blocker {
        queries::clear_blocker(tx, update, sending.place.member, "", now).await?;
    }
    queries::mark_edited(tx, update, now).await?;
    Ok(())
}

/// Tells who can clear an author's blocker, and who stands in for them, once for each cause: the blocker, or that it came
/// back. Whoever says so themselves knows.
pub(super) async fn tell_of_blocker(
    tx: &mut OrgTx,
    update: UpdateId,
    (author, by): (MemberId, MemberId),
    unblocker: Option<MemberId>,
    cause: Uuid,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let Some(unblocker) = unblocker else { return Ok(()) };
    let leaves = leaves_around(tx, now).await?;
    let stand_in = leaves.stand_in(unblocker, now).map(|(id, _)| *id);
    let to: Vec<_> = [Some(unblocker), stand_in].into_iter().flatten().filter(|id| *id != by).collect();
    let telling =
        Telling { kind: notice::Kind::Blocker, subject: update.into(), comment: None, cause, by: author };
    Ok(notice::tell(tx, telling, &to, now).await?)
}

async fn put(
    tx: &mut OrgTx,
    update: UpdateId,
    sending: Sending,
    content: &Content,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let Sending { place, team, home, key, .. } = sending;
    queries::put_answers(tx, update, &content.answers).await?;
    if let Some(stopped) = &content.blocker {
        let new = NewBlocker {
            update,
            team,
            member: place.member,
            body: &stopped.body,
            unblocker: stopped.unblocker,
            kind: stopped.kind,
            next_step: &stopped.next_step,
            key_result: stopped.key_result,
        };
        let cause = match queries::put_blocker(tx, new, now).await? {
            Some(blocker) => Some(blocker.0),
            // Words about what was cleared: it is in the way again.
            None => queries::reopen_blocker(tx, update, now).await?.map(|past| past.0),
        };
        if let Some(cause) = cause {
            tell_of_blocker(tx, update, (place.member, place.member), stopped.unblocker, cause, now).await?;
        }
    }
    for entry in &content.entries {
        let new = NewCheckIn {
            key_result: entry.key_result,
            member: place.member,
            update: Some(update),
            at: now,
            local_date: home.date_at(now),
            zone: home,
            value: entry.value,
            done: entry.done.clone(),
            confidence: entry.confidence,
            note: String::new(),
            replaces: entry.replaces,
            import: None,
            submission_key: key,
        };
        check_in::record(tx, new).await?;
    }
    Ok(())
}
