//! The log: what is open, and what was decided.

use super::narrow::Asked;
use super::{first_name, moment};
use crate::clock::Now;
use crate::decision::queries::log::{self, LogRow, Narrow};
use crate::decision::rule::Standing;
use crate::fault::Result;
use crate::language::Words;
use crate::okr::parts::{capitalised, spelled};
use crate::organisation::{Me, Member};
use crate::search;
use crate::team::Team;
use crate::web::markdown::excerpt;
use crate::web::{Nav, Page, Problems, Query, Refused, Shell};
use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};

/// So many that are over stand on a page.
const PAGE: usize = 40;
/// So many that are open are shown.
const OPEN: i64 = 200;
/// So much of a reason is shown, in characters.
const EXCERPT: usize = 200;

/// `templates/decision/log.html`.
#[derive(Template)]
#[template(path = "decision/log.html")]
struct LogPage {
    shell: Shell,
    t: Words,
    action: String,
    title: String,
    /// Where one is proposed, for whom may.
    propose: Option<String>,
    asked: Asked,
    problems: Problems,
    teams: Vec<Choice>,
    people: Vec<Choice>,
    states: Vec<Choice>,
    /// How many there are, when something is left out.
    told: Option<String>,
    narrowed: bool,
    open: Vec<Open>,
    made: Vec<Made>,
    older: Option<String>,
}

/// One option of a list.
struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

/// A decision with a word still to be said.
struct Open {
    href: String,
    question: String,
    /// What the reader's part in it is, and whether it is their turn.
    tag: &'static str,
    yours: bool,
    /// When it closes.
    closes: String,
    about: String,
}

/// A decision that is over.
struct Made {
    href: String,
    question: String,
    about: String,
    outcome: Option<String>,
    reason: String,
    revisit: Option<String>,
}

/// `GET /o/{org}/decisions`
pub(super) async fn show(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let teams = Team::all(&mut tx).await?;
    let people = log::people(&mut tx, me.id).await?;
    let mut problems = Problems::new();
    let narrow = asked.narrow((&teams, &people), (me.zone, me.words()), &mut problems)?;
    let found = search::found(&mut tx, search::Kind::Decision, &asked.q, me.locale).await?;
    let narrow = Narrow { found, ..narrow };
    let most = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let made = log::log(&mut tx, me.id, &narrow, true, most).await?;
    let open = match narrow.before {
        None => log::log(&mut tx, me.id, &narrow, false, OPEN).await?,
        Some(_) => Vec::new(),
    };
    let (t, action) = (me.words(), me.at("/decisions"));
    let older = (made.len() > PAGE).then(|| made.get(PAGE - 1)).flatten();
    let older = older.map(|last| asked.older(&action, last.id));
    let all = [&open, &made].iter().filter_map(|rows| rows.first()).map(|row| row.all).sum::<i64>();
    let narrowed = asked.narrows();
    let open: Vec<Open> = open.into_iter().map(|row| pending(&me, row, now)).collect();
    let choice =
        |value: String, label: String, chosen: &str| Choice { chosen: value == chosen, value, label };
    let page = LogPage {
        shell: Shell::of(&me, Nav::Decisions, now),
        t,
        // Of a part of the log it says nothing about all of it.
        title: if narrowed || narrow.before.is_some() {
            t.decision_page().to_owned()
        } else {
            title(t, open.len(), open.iter().filter(|it| it.yours).count())
        },
        propose: me.role.takes_part().then(|| me.at("/decisions/new")),
        teams: teams.into_iter().map(|it| choice(it.slug, it.name, &asked.team)).collect(),
        people: people.into_iter().map(|it| choice(it.id.to_string(), it.name, &asked.person)).collect(),
        states: Standing::ALL
            .iter()
            .map(|it| choice(it.as_str().to_owned(), standing(t, *it).to_owned(), &asked.state))
            .collect(),
        told: (narrowed && narrow.before.is_none()).then(|| t.decision_found(all)),
        narrowed,
        open,
        made: made.into_iter().take(PAGE).map(|row| over(&me, row, now)).collect(),
        older,
        action,
        asked,
        problems,
    };
    Ok(if page.problems.is_empty() { Page(page).into_response() } else { Refused(page).into_response() })
}

/// How a decision stands, in words.
fn standing(t: Words, standing: Standing) -> &'static str {
    match standing {
        Standing::Open => t.decision_section_open(),
        Standing::Unsettled => t.review_unsettled(),
        Standing::Settled => t.decision_section_made(),
        Standing::Withdrawn => t.decision_section_withdrawn(),
    }
}

/// "Two decisions are open. One is waiting for you."
fn title(t: Words, open: usize, yours: usize) -> String {
    let count = |n| capitalised(&spelled(t, n));
    if open == 0 {
        return t.decision_none_open().to_owned();
    }
    let sentence = t.decision_open(open, count(open));
    if yours == 0 { sentence } else { t.decision_and_yours(sentence, t.decision_yours(yours, count(yours))) }
}

fn pending(me: &Me, row: LogRow, now: DateTime<Utc>) -> Open {
    let t = me.words();
    let closed = row.ended_at.is_some();
    let yours = row.mine && !row.done && !closed;
    let tag = match () {
        () if closed => t.decision_tag_settle(),
        () if yours => t.decision_tag_yours(),
        () if row.mine => t.decision_tag_done(),
        () => "",
    };
    let proposer = t.decision_proposes(first_name(&row.proposer));
    let views = t.decision_views_of(row.answered, row.asked);
    let mine = row
        .my_end
        .filter(|end| yours && *end > now)
        .map(|end| t.fair_you_until(moment(t, me.zone, end, now)));
    let parts = [Some(proposer), Some(views), mine, row.team];
    Open {
        href: me.at(&format!("/decisions/{}", row.id)),
        question: row.question,
        tag,
        yours,
        closes: row.closes_at.map(|at| t.decision_closes_by(moment(t, me.zone, at, now))).unwrap_or_default(),
        about: parts
            .into_iter()
            .flatten()
            .map(|part| part.trim_end_matches('.').to_owned())
            .collect::<Vec<_>>()
            .join(". ")
            + ".",
    }
}

fn over(me: &Me, row: LogRow, now: DateTime<Utc>) -> Made {
    let t = me.words();
    let date = row.ended_at.map(|at| t.date_year(me.zone.date_at(at))).unwrap_or_default();
    let about = match (&row.outcome, &row.settled_by) {
        (None, _) => t.decision_log_withdrawn(date, first_name(&row.proposer)),
        (Some(_), Some(name)) => t.decision_log_settled(date, first_name(name)),
        (Some(_), None) => t.decision_log_rule(date),
    };
    let due = row.revisit_on.map(|on| {
        if on <= me.today(now) {
            t.decision_revisit_now(t.date_long(on))
        } else {
            t.decision_revisit_on(t.date_year(on))
        }
    });
    Made {
        href: me.at(&format!("/decisions/{}", row.id)),
        question: row.question,
        about,
        outcome: row.outcome,
        reason: excerpt(&row.reason, EXCERPT),
        revisit: due,
    }
}
