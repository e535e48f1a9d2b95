//! The tree of a cycle: what everybody aims for, and how far it is.

use super::arrange;
use super::node::{Forest, Node, Sieve};
use crate::calendar::CycleState;
use crate::clock::Now;
use crate::fault::{Fault, Result};
use crate::ids::CycleId;
use crate::language::Words;
use crate::okr::bar::Neatline;
use crate::okr::pace::Elapsed;
use crate::okr::queries::{self, NamedCycle, Objective};
use crate::okr::receipt::{CountReceipt, TimeReceipt};
use crate::okr::slip::{Pen, Slip};
use crate::okr::standing::{self, Standing, TeamName};
use crate::okr::{mean, sentence};
use crate::organisation::{Me, Member};
use crate::web::{Nav, Page, Query, Shell};
use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;

/// `?cycle=&show=`
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    cycle: Option<CycleId>,
    show: Option<String>,
}

/// `templates/okr/okrs.html`
#[derive(Template)]
#[template(path = "okr/okrs.html")]
struct OkrsPage {
    shell: Shell,
    t: Words,
    title: String,
    sentence: String,
    /// How the sentence follows.
    slip: Option<Slip>,
    head: Option<Head>,
    cycles: Vec<Choice>,
    /// Cycles that are closed.
    earlier: Vec<Choice>,
    filters: Vec<Choice>,
    roots: Vec<Node>,
    /// The cycle has objectives, whether or not the filter shows any.
    has_objectives: bool,
    /// Where a new objective is written, for whom may.
    new_objective: Option<String>,
    /// Where the tree is put in order, where there is anything to order.
    arrange: Option<String>,
    /// Where a new cycle is written, for whom may.
    new_cycle: Option<String>,
    /// Where what is shown is taken away, and where objectives are brought along, for whom may.
    csv: String,
    import: Option<String>,
}

/// The cycle on top of a page.
pub(crate) struct Head {
    pub(crate) name: String,
    pub(crate) href: String,
    pub(crate) dates: String,
    pub(crate) week: Option<String>,
    pub(crate) neatline: Neatline,
    pub(crate) neatline_label: String,
    /// How much of its time has passed.
    pub(crate) slip: Slip,
}

impl Head {
    pub(crate) fn of(named: &NamedCycle, me: &Me, now: DateTime<Utc>) -> Self {
        let t = me.words();
        let NamedCycle { id, cycle, .. } = named;
        let neatline = Neatline::new(cycle, now);
        let passed = TimeReceipt::new(cycle, now);
        let past = t.percent(passed.shown);
        let week = cycle.week_of(cycle.zone.date_at(now)).map(|(week, of)| t.okr_week(week, of));
        let neatline_label = match &week {
            Some(week) => t.okr_neatline_week(week, past),
            None => t.okr_neatline(past),
        };
        Self {
            name: named.label(t),
            href: me.at(&format!("/cycles/{id}")),
            dates: t.okr_from_to(t.date_short(cycle.first), t.date_short(cycle.last)),
            week,
            neatline,
            neatline_label,
            slip: Pen::of(me).time(passed),
        }
    }
}

/// A link of a row of which one is chosen.
struct Choice {
    href: String,
    label: String,
    chosen: bool,
}

/// What is to be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Show {
    All,
    Mine,
    Look,
    Team(String),
}

impl Show {
    pub(super) fn parse(word: Option<String>) -> Self {
        match word.as_deref() {
            None | Some("" | "all") => Self::All,
            Some("mine") => Self::Mine,
            Some("look") => Self::Look,
            Some(slug) => Self::Team(slug.to_owned()),
        }
    }

    fn as_str(&self) -> &str {
        match self {
            Self::All => "all",
            Self::Mine => "mine",
            Self::Look => "look",
            Self::Team(slug) => slug,
        }
    }
}

/// What is shown, for whom.
pub(super) struct Shown<'a> {
    pub(super) show: &'a Show,
    pub(super) me: &'a Me,
}

impl Sieve for Shown<'_> {
    fn keeps_objective(&self, objective: &Objective, key_results: &[&Standing]) -> bool {
        match self.show {
            Show::All => true,
            Show::Mine => objective.owner.as_ref().is_some_and(|owner| owner.id == self.me.id),
            Show::Look => objective.owner.is_none() || key_results.is_empty(),
            Show::Team(slug) => objective.team.as_ref().is_some_and(|team| team.slug == *slug),
        }
    }

    fn keeps_key_result(&self, objective: &Objective, key_result: &Standing) -> bool {
        match self.show {
            Show::All => true,
            Show::Mine => {
                let mine = key_result.owner.as_ref().is_some_and(|owner| owner.id == self.me.id);
                mine || self.keeps_objective(objective, &[key_result])
            }
            Show::Look => key_result.needs_a_look(),
            Show::Team(_) => self.keeps_objective(objective, &[key_result]),
        }
    }
}

/// `GET /o/{org}/okrs`
pub(super) async fn page(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let t = me.words();
    let show = Show::parse(asked.show);
    let cycles = queries::cycles(&mut tx).await?;
    let Some(chosen) = choose(&cycles, asked.cycle, &me, now)? else {
        return Ok(Page(no_cycle(&me, now)).into_response());
    };
    let objectives = queries::objectives_of_cycle(&mut tx, chosen.id).await?;
    let ids: Vec<_> = objectives.iter().map(|one| one.id).collect();
    let standings = standing::of_objectives(&mut tx, &ids, now).await?;
    let teams = teams(&objectives, &me);
    if matches!(&show, Show::Team(slug) if !teams.iter().any(|team| team.slug == *slug)) {
        return Err(Fault::NotFound);
    }
    let receipts = mean::receipts(&objectives, &standings, Elapsed::at(&chosen.cycle, now));
    let (current, earlier) = cycle_choices(&cycles, chosen, &me, now);
    let titles = mean::titles(&objectives, &standings);
    let count = CountReceipt::new(&standings);
    let folded = queries::folded(&mut tx, me.id).await?;
    let forest = Forest {
        me: &me,
        now,
        objectives: &objectives,
        standings: &standings,
        receipts: &receipts,
        titles: &titles,
        // Whoever asks for a part of the tree is looking for something.
        folded: (show == Show::All).then_some(&folded),
    };
    let roots = forest.roots(&Shown { show: &show, me: &me });
    Ok(Page(OkrsPage {
        shell: Shell::of(&me, Nav::Okrs, now),
        t,
        title: t.okr_title(chosen.label(t)),
        sentence: sentence::of_cycle(t, chosen, count.shown, now),
        slip: Some(Pen::of(&me).count(&count, &standings)),
        head: Some(Head::of(chosen, &me, now)),
        cycles: current,
        earlier,
        filters: filters(t, &teams, &show, chosen, &me),
        roots,
        has_objectives: !objectives.is_empty(),
        new_objective: super::may_add(&me, chosen)
            .then(|| me.at(&format!("/objectives/new?cycle={}", chosen.id))),
        arrange: arrange::may_arrange(&me, chosen, &objectives, now)
            .then(|| me.at(&format!("/okrs/arrange?cycle={}", chosen.id))),
        new_cycle: me.role.administers().then(|| me.at("/cycles/new")),
        csv: me.at(&format!("/okrs/csv?cycle={}&show={}", chosen.id, show.as_str())),
        import: me.role.takes_part().then(|| me.at(&format!("/okrs/import?cycle={}", chosen.id))),
    })
    .into_response())
}

/// The cycle asked for; else the organisation's running one; else, likewise of the organisation's or else of a team's, the
/// one that is open, the next to come, the last there was.
pub(crate) fn choose<'a>(
    cycles: &'a [NamedCycle],
    asked: Option<CycleId>,
    me: &Me,
    now: DateTime<Utc>,
) -> Result<Option<&'a NamedCycle>> {
    if let Some(id) = asked {
        return cycles.iter().find(|one| one.id == id).map(Some).ok_or(Fault::NotFound);
    }
    let running = me.cycle.as_ref().and_then(|running| cycles.iter().find(|one| one.id == running.id));
    let default = |of_team: bool| {
        let all = || cycles.iter().filter(move |one| one.team.is_some() == of_team);
        let open = all().find(|one| (one.cycle.opens()..one.cycle.ends()).contains(&now));
        open.or_else(|| all().rev().find(|one| now < one.cycle.opens())).or_else(|| all().next())
    };
    Ok(running.or_else(|| default(false)).or_else(|| default(true)))
}

fn no_cycle(me: &Me, now: DateTime<Utc>) -> OkrsPage {
    let t = me.words();
    OkrsPage {
        shell: Shell::of(me, Nav::Okrs, now),
        t,
        title: t.okr_title_plain().to_owned(),
        sentence: t.okr_no_cycle().to_owned(),
        slip: None,
        head: None,
        cycles: Vec::new(),
        earlier: Vec::new(),
        filters: Vec::new(),
        roots: Vec::new(),
        has_objectives: false,
        new_objective: None,
        arrange: None,
        new_cycle: me.role.administers().then(|| me.at("/cycles/new")),
        csv: String::new(),
        import: None,
    }
}

/// The teams that have objectives here or that the reader sits in, by name.
pub(super) fn teams(objectives: &[Objective], me: &Me) -> Vec<TeamName> {
    let mut teams: Vec<_> = objectives.iter().filter_map(|one| one.team.clone()).collect();
    teams.extend(me.teams.iter().map(|seat| TeamName {
        id: seat.team,
        slug: seat.slug.clone(),
        name: seat.name.clone(),
        private: seat.private,
    }));
    teams.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    teams.dedup_by_key(|team| team.id);
    teams
}

fn filters(t: Words, teams: &[TeamName], show: &Show, chosen: &NamedCycle, me: &Me) -> Vec<Choice> {
    let choice = |word: Show, label: &str| Choice {
        href: me.at(&format!("/okrs?cycle={}&show={}", chosen.id, word.as_str())),
        label: label.to_owned(),
        chosen: word == *show,
    };
    let mut filters = vec![choice(Show::All, t.okr_show_all()), choice(Show::Mine, t.okr_show_mine())];
    filters.extend(teams.iter().map(|team| choice(Show::Team(team.slug.clone()), &team.name)));
    filters.push(choice(Show::Look, t.okr_show_look()));
    filters
}

/// The cycles to choose from, those that are closed apart. Only worth showing when there are several.
fn cycle_choices(
    cycles: &[NamedCycle],
    chosen: &NamedCycle,
    me: &Me,
    now: DateTime<Utc>,
) -> (Vec<Choice>, Vec<Choice>) {
    if cycles.len() < 2 {
        return (Vec::new(), Vec::new());
    }
    let choice = |one: &NamedCycle| Choice {
        href: me.at(&format!("/okrs?cycle={}", one.id)),
        label: one.label(me.words()),
        chosen: one.id == chosen.id,
    };
    let (closed, open): (Vec<_>, Vec<_>) =
        cycles.iter().partition(|one| one.id != chosen.id && one.cycle.state_at(now) == CycleState::Closed);
    (open.into_iter().map(choice).collect(), closed.into_iter().map(choice).collect())
}
