//! One objective: why it matters, what it is measured by, what serves it, and the last words of those who work on it.

use super::carry;
use super::hinted::{self, Hinted};
use super::node::{Everything, Forest, Node};
use super::okrs::Head;
use super::story::Told;
use crate::clock::Now;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::ObjectiveId;
use crate::language::Words;
use crate::okr::asking;
use crate::okr::bar::Bar;
use crate::okr::decided::Decisions;
use crate::okr::pace::Elapsed;
use crate::okr::parts::{Row, bar_label, capitalised, spelled};
use crate::okr::permission::{Deed, Ties};
use crate::okr::queries::{self, Carried, EventRow, NamedCycle, Objective, WordsRow};
use crate::okr::receipt::MeanReceipt;
use crate::okr::slip::{Pen, Slip};
use crate::okr::standing::{self, Standing};
use crate::okr::stored::Ambition;
use crate::okr::{mean, roll_up};
use crate::organisation::{Me, Member};
use crate::talk::{self, Thread};
use crate::web::markdown::SafeHtml;
use crate::web::parts::{Avatar, When};
use crate::web::{Done, Nav, Page, Path, Shell};
use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use std::collections::HashSet;

/// So many of the latest words are shown.
const WORDS: i64 = 5;

/// `templates/okr/objective.html`
#[derive(Template)]
#[template(path = "okr/objective.html")]
struct ObjectivePage {
    shell: Shell,
    t: Words,
    head: Head,
    title: String,
    why: Vec<String>,
    team: String,
    /// Whether only those who sit in the team, and owners, may read it.
    private: bool,
    /// Whether it would count in what it serves, were its team not private.
    apart: bool,
    dropped: bool,
    /// "63%", or a dash.
    number: String,
    bar: Bar,
    bar_label: String,
    /// How the number follows, in a sentence or two.
    sentences: Vec<String>,
    slip: Option<Slip>,
    rows: Vec<Row>,
    below: Vec<Node>,
    words: Vec<Said>,
    story: Vec<Told>,
    decisions: Decisions,
    thread: Thread,
    owner: Option<(Avatar, String)>,
    reviewer: Option<(Avatar, String)>,
    serves: Option<(String, String)>,
    ambition: &'static str,
    /// Where it comes from and goes on: what, and where.
    carried: Vec<(String, String)>,
    okrs: String,
    /// What is worth asking while it is a draft, for whom may change it.
    hints: Vec<Hinted>,
    /// Its own address.
    at: String,
    may_edit: bool,
    /// Where an objective that serves it is written, for whom may.
    add_below: Option<String>,
}

/// Words written with a check-in.
struct Said {
    avatar: Avatar,
    name: String,
    href: String,
    when: When,
    words: SafeHtml,
}

/// What the page is drawn from.
struct Loaded {
    objective: Objective,
    named: NamedCycle,
    /// It and all that serve it.
    all: Vec<Objective>,
    parent: Option<Objective>,
    standings: Vec<Standing>,
    words: Vec<WordsRow>,
    carried: Vec<Carried<ObjectiveId>>,
    thread: Thread,
    decisions: Decisions,
    story: Vec<EventRow>,
}

impl Loaded {
    async fn load(tx: &mut OrgTx, me: &Me, id: ObjectiveId, now: DateTime<Utc>) -> Result<Self> {
        let objective = queries::objective(tx, id).await?.ok_or(Fault::NotFound)?;
        let named = queries::cycle(tx, objective.cycle).await?.ok_or(Fault::NotFound)?;
        let mut all = queries::objectives_of_cycle(tx, objective.cycle).await?;
        let parent = objective.parent.and_then(|parent| all.iter().find(|one| one.id == parent)).cloned();
        let family = family(&all, id);
        all.retain(|one| family.contains(&one.id));
        let ids: Vec<_> = family.into_iter().collect();
        Ok(Self {
            standings: standing::of_objectives(tx, &ids, now).await?,
            words: queries::latest_words(tx, &ids, WORDS).await?,
            carried: queries::carried_objectives(tx, &[id]).await?,
            thread: talk::thread(tx, id.into(), me, now).await?,
            decisions: Decisions::about(tx, me, id.into(), now).await?,
            story: queries::events(tx, id).await?,
            objective,
            named,
            all,
            parent,
        })
    }
}

/// `GET /o/{org}/objectives/{objective}`
pub(super) async fn page(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, ObjectiveId)>,
) -> Result<Response> {
    let Loaded { objective, named, all, parent, standings, words, carried, thread, decisions, story } =
        Loaded::load(&mut tx, &me, id, now).await?;
    let receipts = mean::receipts(&all, &standings, Elapsed::at(&named.cycle, now));
    let (own, deeper): (Vec<_>, Vec<_>) = standings.iter().cloned().partition(|one| one.objective == id);
    let titles = mean::titles(&all, &standings);
    let below: Vec<_> = all.iter().filter(|one| one.id != id).cloned().collect();
    let forest = Forest {
        me: &me,
        now,
        objectives: &below,
        standings: &deeper,
        receipts: &receipts,
        titles: &titles,
        folded: None,
    };
    let (t, receipt) = (me.words(), receipts.get(&id));
    let shown = receipt.map(|receipt| receipt.shown.mean).unwrap_or_default();
    let ties = Ties::to_objective(&me, team_id(&objective), objective.owner.as_ref().map(|owner| owner.id));
    let there = objective.dropped_at.is_none();
    let may_edit = there && ties.may(Deed::KeepObjective);
    let apart = parent.as_ref().is_some_and(|parent| parent.count_aligned && !parent.counts(&objective));
    let hints = hinted::of_objective(&mut tx, &me, (&objective, &named), may_edit, now).await?;
    Ok(Page(ObjectivePage {
        shell: Shell::of(&me, Nav::Okrs, now),
        t,
        head: Head::of(&named, &me, now),
        why: paragraphs(&objective.why),
        team: whose(t, &objective),
        private: objective.private_to().is_some(),
        apart,
        dropped: !there,
        number: shown.progress.map_or_else(|| t.kr_no_number().to_owned(), |progress| t.percent(progress)),
        bar: Bar::new(shown.progress, shown.expected),
        bar_label: bar_label(t, &objective.title, shown.progress, shown.expected),
        sentences: receipt.map(|receipt| sentences(t, receipt)).unwrap_or_default(),
        slip: receipt
            .filter(|receipt| !receipt.parts.is_empty())
            .map(|receipt| Pen::of(&me).mean(receipt, &titles)),
        rows: own.iter().map(|one| Row::of(one, &me, now)).collect(),
        below: forest.roots(&Everything),
        words: words.iter().map(|one| Said::of(&me, one, now)).collect(),
        story: story.iter().map(|row| Told::of(&me, row)).collect(),
        decisions,
        thread,
        owner: objective.owner.as_ref().map(|owner| (owner.avatar(), owner.name.clone())),
        reviewer: objective.reviewer.as_ref().map(|one| (one.avatar(), one.name.clone())),
        serves: parent.map(|parent| (parent.title, me.at(&format!("/objectives/{}", parent.id)))),
        ambition: ambition(t, objective.ambition),
        carried: carry::provenance(&me, &id, &carried, "objectives"),
        okrs: me.at(&format!("/okrs?cycle={}", named.id)),
        at: me.at(&format!("/objectives/{id}")),
        may_edit,
        hints,
        add_below: (there && super::may_add(&me, &named))
            .then(|| me.at(&format!("/objectives/new?cycle={}&parent={id}", named.id))),
        title: objective.title,
    })
    .into_response())
}

/// `POST /o/{org}/objectives/{objective}/drop`
pub(super) async fn let_go(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, ObjectiveId)>,
) -> Result<Response> {
    let objective = queries::objective(&mut tx, id).await?.ok_or(Fault::NotFound)?;
    let ties = Ties::to_objective(&me, team_id(&objective), objective.owner.as_ref().map(|owner| owner.id));
    if !ties.may(Deed::KeepObjective) {
        return Err(Fault::Forbidden);
    }
    if objective.dropped_at.is_none() {
        let rows = asking::hold(&mut tx, asking::Whose::Objective(id), now).await?;
        queries::drop_objective(&mut tx, id, now).await?;
        rows.follow(&mut tx, now).await?;
        roll_up::objective_due(&mut tx, objective.cycle, id, now).await?;
        tx.commit().await?;
    }
    Ok(Done::Dropped.at(&me.at(&format!("/okrs?cycle={}", objective.cycle))))
}

/// Whose it is, in words.
fn whose(t: Words, objective: &Objective) -> String {
    objective.team.as_ref().map_or_else(|| t.okr_company().to_owned(), |team| t.okr_team(&team.name))
}

/// The objective's team, if it is not the whole organisation's.
pub(super) fn team_id(objective: &Objective) -> Option<crate::ids::TeamId> {
    objective.team.as_ref().map(|team| team.id)
}

/// An objective and all that serve it, near and far.
pub(super) fn family(all: &[Objective], id: ObjectiveId) -> HashSet<ObjectiveId> {
    let mut family = HashSet::from([id]);
    loop {
        let more: Vec<_> = all
            .iter()
            .filter(|one| {
                one.parent.is_some_and(|parent| family.contains(&parent)) && !family.contains(&one.id)
            })
            .map(|one| one.id)
            .collect();
        if more.is_empty() {
            return family;
        }
        family.extend(more);
    }
}

/// What it promises, in words.
pub(super) fn ambition(t: Words, ambition: Ambition) -> &'static str {
    match ambition {
        Ambition::Committed => t.okr_committed(),
        Ambition::Aspirational => t.okr_aspirational(),
    }
}

/// "Average of its two key results. 55% expected today."
fn sentences(t: Words, receipt: &MeanReceipt) -> Vec<String> {
    let mean = receipt.shown.mean;
    let counted = usize::try_from(mean.counted).unwrap_or(0);
    let even = receipt.parts.windows(2).all(|pair| matches!(pair, [a, b] if a.weight == b.weight));
    let mut said = vec![match (counted, even) {
        (0, _) => t.okr_mean_none().to_owned(),
        (1, _) => t.okr_mean_one().to_owned(),
        (counted, true) => t.okr_mean_even(spelled(t, counted)),
        (counted, false) => t.okr_mean_weighed(spelled(t, counted)),
    }];
    if mean.missing > 0 && counted > 0 {
        let missing = usize::try_from(mean.missing).unwrap_or(0);
        said.push(t.okr_mean_missing(missing, capitalised(&spelled(t, missing))));
    }
    said.extend(mean.expected.map(|expected| t.okr_mean_expected(t.percent(expected))));
    said
}

impl Said {
    fn of(me: &Me, row: &WordsRow, now: DateTime<Utc>) -> Self {
        let page = row.update_id.map_or_else(
            || me.at(&format!("/key-results/{}", row.key_result)),
            |update| me.at(&format!("/updates/{update}")),
        );
        Self {
            avatar: Avatar::of(row.member_id, &row.member_name),
            name: row.member_name.clone(),
            href: page,
            when: When::of(me.words(), row.at, row.zone, me.zone, now),
            words: SafeHtml::from_markdown(&row.note),
        }
    }
}

/// The lines of a text that say something.
fn paragraphs(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}
