//! What happens to a decision: it is proposed, answered, changed, closed, settled or taken back.

use super::queries::write;
use super::queries::{self, AnswerRow, DecisionRow, Link, OptionRow};
use super::rule::{Ruling, Silence, State, View, rule};
use crate::calendar::Zone;
use crate::db::OrgTx;
use crate::fair;
use crate::ids::{
    DecisionId, DecisionOptionId, DecisionVersionId, MatterId, MemberId, SubmissionKey, TeamId,
};
use crate::notice::{self, Kind, Telling};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What deciders are asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// In one line.
    pub question: String,
    /// What one needs to know, as Markdown.
    pub context: String,
    /// The ways to decide; at least two.
    pub options: Vec<String>,
    /// Which of them the proposer prefers, counted from 0.
    pub preferred: Option<usize>,
}

/// A decision to be made.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The form it comes from: sent twice, it is one.
    pub key: SubmissionKey,
    /// Whose readers read it; none: everybody here.
    pub team: Option<TeamId>,
    /// Who asks.
    pub proposer: MemberId,
    /// Who decides.
    pub deciders: Vec<MemberId>,
    /// How many of their own working hours each has.
    pub hours: i64,
    /// What silence counts as.
    pub silence: Silence,
    /// What is asked.
    pub asked: Asked,
    /// What it touches.
    pub links: Vec<Link>,
}

/// An answer to the newest version.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    /// Whose.
    pub by: MemberId,
    /// What they say.
    pub view: View,
    /// Which option, where it is one.
    pub option: Option<DecisionOptionId>,
    /// Why.
    pub reason: &'a str,
}

/// A decision's matter goes by the same id.
pub(super) fn matter(id: DecisionId) -> MatterId {
    MatterId(id.0)
}

/// Asks, and tells those who decide.
///
/// # Errors
/// When the database fails.
pub async fn propose(tx: &mut OrgTx, new: &Proposal, now: DateTime<Utc>) -> sqlx::Result<DecisionId> {
    if let Some(there) = write::sent(tx, new.key).await? {
        return Ok(there);
    }
    let id = DecisionId::fresh();
    let time = TimeDelta::hours(new.hours);
    fair::open(tx, (matter(id), fair::Kind::Decision, new.team), &new.deciders, time, now).await?;
    write::add(tx, (id, new.key), new.proposer, new.silence, now).await?;
    let version = write::add_version(tx, id, &new.asked, now).await?;
    write::set_links(tx, id, &new.links).await?;
    tell(tx, (id, Kind::Decide, version.0), new.proposer, &new.deciders, now).await?;
    Ok(id)
}

/// Asks anew: everybody's hours begin again, and they are told.
///
/// # Errors
/// When the database fails.
pub(super) async fn change(
    tx: &mut OrgTx,
    decision: &DecisionRow,
    asked: &Asked,
    by: MemberId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let version = write::add_version(tx, decision.id, asked, now).await?;
    fair::begin_again(tx, matter(decision.id), now).await?;
    let deciders = deciders(tx, decision.id).await?;
    tell(tx, (decision.id, Kind::Decide, version.0), by, &deciders, now).await
}

/// Answers. When nobody is waited for any more, it closes.
///
/// # Errors
/// When the database fails.
pub async fn answer(
    tx: &mut OrgTx,
    (decision, version): (DecisionId, DecisionVersionId),
    answer: Answer<'_>,
    (now, zone): (DateTime<Utc>, Zone),
) -> sqlx::Result<()> {
    write::add_answer(tx, version, &answer, (now, zone)).await?;
    if fair::answered(tx, matter(decision), answer.by, now).await? {
        close(tx, decision, now).await?;
    }
    Ok(())
}

/// Closes a decision by its rule, and tells of it: everybody where there is an outcome, the proposer where it is theirs to say.
///
/// # Errors
/// When the database fails.
pub async fn close(tx: &mut OrgTx, id: DecisionId, now: DateTime<Utc>) -> sqlx::Result<()> {
    let Some(decision) = queries::decision(tx, id, None).await?.filter(|it| it.state == State::Open) else {
        return Ok(());
    };
    let (options, answers) = standing(tx, id).await?;
    let seats = fair::windows(tx, matter(id)).await?;
    let silent = seats.iter().filter(|seat| seat.is_waited_for()).count();
    let chosen = answers.iter().filter_map(|answer| answer.option_id);
    let objections = answers.iter().filter(|answer| answer.view == View::Objection).count();
    let preferred = options.iter().find(|option| option.preferred).map(|option| option.id);
    let outcome = match rule(chosen, objections, (silent, decision.silence), preferred) {
        Ruling::Outcome(option) => Some(option),
        Ruling::Proposer => None,
    };
    write::end(tx, id, State::Closed, outcome, now).await?;
    fair::close(tx, matter(id), now).await?;
    let deciders =
        if outcome.is_some() { seats.iter().map(|seat| seat.member).collect() } else { Vec::new() };
    tell_outcome(tx, &decision, (decision.proposer_id, deciders), id.0, now).await
}

/// Takes a decision back that has no outcome.
///
/// # Errors
/// When the database fails.
pub(super) async fn withdraw(tx: &mut OrgTx, id: DecisionId, now: DateTime<Utc>) -> sqlx::Result<()> {
    write::end(tx, id, State::Withdrawn, None, now).await?;
    fair::close(tx, matter(id), now).await
}

/// Says what is decided where the rule left it open, and tells everybody.
///
/// # Errors
/// When the database fails.
pub(super) async fn decide(
    tx: &mut OrgTx,
    decision: &DecisionRow,
    outcome: &OptionRow,
    by: MemberId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    write::decide(tx, decision.id, outcome, by, now).await?;
    let deciders = deciders(tx, decision.id).await?;
    tell_outcome(tx, decision, (by, deciders), outcome.id.0, now).await
}

/// Says why, and when to look at it again.
///
/// # Errors
/// When the database fails.
pub async fn note(
    tx: &mut OrgTx,
    id: DecisionId,
    reason: &str,
    revisit: Option<NaiveDate>,
) -> sqlx::Result<()> {
    write::note(tx, id, reason, revisit).await
}

/// What is asked now, and the options in their order.
///
/// # Errors
/// When the database fails.
pub async fn asked_now(
    tx: &mut OrgTx,
    id: DecisionId,
) -> sqlx::Result<Option<(DecisionVersionId, Vec<DecisionOptionId>)>> {
    let (options, _) = standing(tx, id).await?;
    let version = options.first().map(|option| option.version_id);
    Ok(version.map(|version| (version, options.iter().map(|option| option.id).collect())))
}

/// The options of the newest version, and each decider's newest answer to it, in the order they were given.
pub(super) async fn standing(
    tx: &mut OrgTx,
    id: DecisionId,
) -> sqlx::Result<(Vec<OptionRow>, Vec<AnswerRow>)> {
    let newest = queries::versions(tx, id).await?.into_iter().next().map(|version| version.id);
    let mut options = queries::options(tx, id).await?;
    options.retain(|option| Some(option.version_id) == newest);
    let mut answers = queries::answers(tx, id).await?;
    answers.retain(|answer| Some(answer.version_id) == newest);
    Ok((options, last_of_each(answers)))
}

/// Each member's last answer, in the order they were given.
pub(super) fn last_of_each(answers: Vec<AnswerRow>) -> Vec<AnswerRow> {
    let last: BTreeMap<MemberId, _> = answers.iter().map(|answer| (answer.member_id, answer.id)).collect();
    answers.into_iter().filter(|answer| last.get(&answer.member_id) == Some(&answer.id)).collect()
}

async fn deciders(tx: &mut OrgTx, id: DecisionId) -> sqlx::Result<Vec<MemberId>> {
    Ok(fair::windows(tx, matter(id)).await?.iter().map(|seat| seat.member).collect())
}

async fn tell(
    tx: &mut OrgTx,
    (id, kind, cause): (DecisionId, Kind, Uuid),
    by: MemberId,
    to: &[MemberId],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let telling = Telling { kind, subject: id.into(), comment: None, cause, by };
    notice::tell(tx, telling, to, now).await
}

/// The rule acts in the proposer's name, and the proposer hears of it too.
async fn tell_outcome(
    tx: &mut OrgTx,
    decision: &DecisionRow,
    (by, mut to): (MemberId, Vec<MemberId>),
    cause: Uuid,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    to.push(decision.proposer_id);
    to.sort();
    to.dedup();
    tell(tx, (decision.id, Kind::Decided, cause), by, &to, now).await
}
