//! The page of one decision.

use super::outcome::{Settled, Settling};
use super::views::{self, Earlier, Given};
use super::{may_keep, may_propose, moment, readable, reader};
use crate::clock::Now;
use crate::db::OrgTx;
use crate::decision::course::{last_of_each, matter};
use crate::decision::exported;
use crate::decision::queries::{self, AnswerRow, DecisionRow, LinkRow, OptionRow};
use crate::decision::rule::{Silence, State, View};
use crate::fair::{self, Clocks, Course, Seat};
use crate::fault::{Fault, Result};
use crate::ids::{DecisionId, DecisionOptionId, DecisionVersionId};
use crate::language::Words;
use crate::organisation::{Me, Member};
use crate::talk::{Thread, thread};
use crate::web::markdown::SafeHtml;
use crate::web::parts::Avatar;
use crate::web::{Nav, Page, Path, Problems, Refused, Shell};
use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};

/// `templates/decision/decision.html`.
#[derive(Template)]
#[template(path = "decision/decision.html")]
pub(super) struct DecisionPage {
    shell: Shell,
    t: Words,
    problems: Problems,
    /// The decision's address, and that of the log.
    at: String,
    log: String,
    question: String,
    /// Whose it is, and since when.
    eyebrow: Vec<String>,
    avatar: Avatar,
    proposes: String,
    /// What their clock reads.
    clock: String,
    context: SafeHtml,
    changed: Option<String>,
    options: Vec<Choice>,
    settled: Option<Settled>,
    views: Vec<Given>,
    views_count: String,
    clocks: Clocks,
    silence: String,
    answer: Option<Answering>,
    earlier: Vec<Earlier>,
    touches: Vec<(String, String)>,
    settling: Option<Settling>,
    /// Whether the reader may change it, and whether they may take it back.
    may_change: bool,
    may_withdraw: bool,
    /// Where the same is asked again, once it is over.
    again: Option<String>,
    thread: Thread,
}

/// One of the ways to decide.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) body: String,
    pub(super) preferred: bool,
    /// Whether it was decided so.
    pub(super) outcome: bool,
    /// How many chose it.
    pub(super) count: usize,
}

impl Choice {
    fn of(decision: &DecisionRow, option: &OptionRow, answers: &[AnswerRow]) -> Self {
        Self {
            value: option.id.to_string(),
            body: option.body.clone(),
            preferred: option.preferred,
            outcome: decision.outcome_id == Some(option.id),
            count: answers.iter().filter(|answer| answer.option_id == Some(option.id)).count(),
        }
    }
}

/// The form of an answer.
pub(super) struct Answering {
    /// What is asked.
    pub(super) version: DecisionVersionId,
    /// What is chosen: an option's id, or the word of another view.
    pub(super) view: String,
    pub(super) reason: String,
    /// Whether they have answered before.
    pub(super) again: bool,
    /// Whether they may ask for another day.
    pub(super) more: bool,
}

/// What a refused form brings back.
#[derive(Default)]
pub(super) struct Typed {
    pub(super) answer: Option<(String, String)>,
    pub(super) outcome: Option<(String, String, String)>,
}

/// `GET /o/{org}/decisions/{decision}`
pub(super) async fn show(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, DecisionId)>,
) -> Result<Response> {
    let decision = readable(&mut tx, &me, id).await?;
    Ok(Page(page(&mut tx, &me, decision, Typed::default(), Problems::new(), now).await?).into_response())
}

/// The page again, with what could not be taken.
pub(super) async fn refused(
    tx: &mut OrgTx,
    me: &Me,
    decision: DecisionRow,
    (typed, problems): (Typed, Problems),
    now: DateTime<Utc>,
) -> Result<Response> {
    Ok(Refused(page(tx, me, decision, typed, problems, now).await?).into_response())
}

/// `GET /o/{org}/decisions/{decision}/markdown`: a file to take away.
pub(super) async fn markdown(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, DecisionId)>,
) -> Result<Response> {
    let decision = readable(&mut tx, &me, id).await?;
    exported::markdown(&mut tx, &me, &decision, now).await
}

async fn page(
    tx: &mut OrgTx,
    me: &Me,
    decision: DecisionRow,
    typed: Typed,
    problems: Problems,
    now: DateTime<Utc>,
) -> Result<DecisionPage> {
    let t = me.words();
    let versions = queries::versions(tx, decision.id).await?;
    let newest = versions.first().ok_or(Fault::NotFound)?;
    let options = queries::options(tx, decision.id).await?;
    let answers = queries::answers(tx, decision.id).await?;
    let seats = fair::windows(tx, matter(decision.id)).await?;
    let views = views::views(me, &answers, newest, now);
    let to_this: Vec<AnswerRow> =
        answers.iter().filter(|answer| answer.version_id == newest.id).cloned().collect();
    let mine = to_this.iter().rfind(|answer| answer.member_id == me.id);
    let mine = mine.map(|it| (chosen(it.view, it.option_id), it.reason.clone()));
    let last = last_of_each(to_this);
    let here: Vec<&OptionRow> = options.iter().filter(|option| option.version_id == newest.id).collect();
    let (open, over) = (decision.state == State::Open, decision.outcome_id.is_some());
    let keeps = may_keep(me, &decision);
    let at = me.at(&format!("/decisions/{}", decision.id));
    let again = (!open && may_propose(me, decision.team_id))
        .then(|| me.at(&format!("/decisions/new?again={}", decision.id)));
    Ok(DecisionPage {
        shell: Shell::of(me, Nav::Decisions, now),
        t,
        log: me.at("/decisions"),
        question: newest.question.clone(),
        eyebrow: eyebrow(me, &decision),
        avatar: Avatar::of(decision.proposer_id, &decision.proposer),
        proposes: t.decision_proposes(&decision.proposer),
        clock: t.decision_their_clock(
            t.time(decision.proposer_zone.reading(now).time()),
            decision.proposer_zone.city(),
        ),
        context: SafeHtml::from_markdown(&newest.context),
        changed: (versions.len() > 1).then(|| t.decision_changed(moment(t, me.zone, newest.at, now))),
        options: here.iter().map(|option| Choice::of(&decision, option, &last)).collect(),
        settled: Settled::of(me, &decision, now),
        views_count: t.decision_views_of(views.len(), seats.len()),
        views,
        clocks: Clocks::of(reader(me, now), course(&decision), &seats),
        silence: silence(t, &decision, &here),
        answer: answering(me, (newest.id, &seats), (open, mine), typed.answer),
        earlier: views::earlier(me, (&versions, &options, &answers), now),
        touches: queries::links(tx, decision.id, me.id)
            .await?
            .iter()
            .filter_map(|row| touch(me, row))
            .collect(),
        settling: (keeps && decision.state == State::Closed).then(|| Settling::of(&decision, typed.outcome)),
        may_change: keeps && open,
        may_withdraw: keeps && decision.state != State::Withdrawn && !over,
        again,
        thread: thread(tx, decision.id.into(), me, now).await?,
        at,
        problems,
    })
}

fn course(decision: &DecisionRow) -> Course {
    Course {
        opened_at: decision.opened_at,
        closes_at: decision.closes_at,
        open: decision.state == State::Open,
    }
}

/// What an answer is called in the form.
fn chosen(view: View, option: Option<DecisionOptionId>) -> String {
    option.map_or_else(|| view.as_str().to_owned(), |option| option.to_string())
}

/// The form of a decider, with what they said before.
fn answering(
    me: &Me,
    (version, seats): (DecisionVersionId, &[Seat]),
    (open, mine): (bool, Option<(String, String)>),
    typed: Option<(String, String)>,
) -> Option<Answering> {
    if !open && typed.is_none() {
        return None;
    }
    let seat = seats.iter().find(|seat| seat.member == me.id && seat.here)?;
    let again = mine.is_some();
    let (view, reason) = typed.or(mine).unwrap_or_default();
    Some(Answering {
        version,
        view,
        reason,
        again,
        more: !again && seat.is_waited_for() && seat.more_at.is_none(),
    })
}

fn eyebrow(me: &Me, decision: &DecisionRow) -> Vec<String> {
    let t = me.words();
    let whose = decision.team.clone().unwrap_or_else(|| t.decision_everybody().to_owned());
    let date = |at: DateTime<Utc>| t.date_long(me.zone.date_at(at));
    let state = match (decision.state, decision.ended_at) {
        (State::Open, _) | (_, None) => t.decision_open_since(date(decision.proposed_at)),
        (State::Closed, Some(at)) => t.decision_closed_on(date(at)),
        (State::Withdrawn, Some(at)) => t.decision_withdrawn_on(date(at)),
    };
    vec![whose, state]
}

/// What silence counts as, in words.
pub(in crate::decision) fn silence(t: Words, decision: &DecisionRow, options: &[&OptionRow]) -> String {
    let preferred = options.iter().find(|option| option.preferred);
    match (decision.silence, preferred) {
        (Silence::Consent, Some(option)) => t.decision_silence_consents(&option.body),
        _ => t.decision_silence_none().to_owned(),
    }
}

fn touch(me: &Me, row: &LinkRow) -> Option<(String, String)> {
    let t = me.words();
    match (row.objective_id, row.update_id) {
        (Some(id), _) => Some((row.title.clone()?, me.at(&format!("/objectives/{id}")))),
        (None, Some(id)) => {
            let title = t.decision_update_of(row.author.as_deref()?, t.date_long(row.date?));
            Some((title, me.at(&format!("/updates/{id}"))))
        }
        (None, None) => None,
    }
}
