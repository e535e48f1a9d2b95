//! `/o/{org}/review`: what needs me, on one page that can be printed.

use super::filter::{Asked, Filter, NOBODY, NotHere, OwnedBy, STATUSES};
use super::gather::Gathered;
use super::queue::{Desk, Entry, Stuck};
use super::week_strip::{Week, strip, weeks};
use crate::calendar::CycleState;
use crate::clock::Now;
use crate::fault::{Fault, Result};
use crate::language::Words;
use crate::okr::parts::{Word, capitalised, spelled};
use crate::okr::receipt::{CountReceipt, TurnoutReceipt};
use crate::okr::slip::{Pen, Slip};
use crate::okr::standing::{Standing, TeamName};
use crate::okr::status::Status;
use crate::okr::{NamedCycle, choose_cycle, cycles, sentence};
use crate::organisation::{Me, Member};
use crate::web::{Nav, Page, Query, Shell};
use askama::Template;
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, Datelike as _, Utc};

/// `templates/review/review.html`
#[derive(Template)]
#[template(path = "review/review.html")]
struct ReviewPage {
    shell: Shell,
    t: Words,
    title: String,
    printed: String,
    /// The cycle: its name and page, and which week it is in.
    cycle: (String, String),
    week: Option<String>,
    sentence: String,
    /// How the sentence follows.
    slip: Slip,
    form: FilterForm,
    /// Where what is shown is taken away.
    csv: String,
    /// How much of the cycle is shown, when not all is.
    shown: Option<String>,
    queue: Vec<Entry>,
    /// What to say when nothing needs a look: a heading, if nothing does at all, and a sentence.
    nothing: (Option<&'static str>, &'static str),
    weeks: Vec<Week>,
    strips: Vec<Strip>,
    parts: Vec<PartRow>,
    leave: Vec<String>,
    blockers: Vec<Stuck>,
    /// All blockers of each team: what to call that, and where it is.
    blocker_pages: Vec<(String, String)>,
}

/// `templates/review/no_cycle.html`
#[derive(Template)]
#[template(path = "review/no_cycle.html")]
struct NoCyclePage {
    shell: Shell,
    t: Words,
    okrs: String,
}

/// What can be chosen, and what is.
struct FilterForm {
    action: String,
    cycles: Vec<Choice>,
    teams: Vec<Choice>,
    owners: Vec<Choice>,
    statuses: Vec<Choice>,
}

/// One option of a list.
struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

/// A key result with its words by week.
struct Strip {
    href: String,
    title: String,
    words: Vec<Option<Word>>,
}

/// How a team took part.
struct PartRow {
    team: String,
    updates: String,
    /// How the updates follow, when any were expected.
    turnout: Option<Slip>,
    fresh: String,
    /// How the fresh ones follow, when there are key results.
    counted: Option<Slip>,
}

/// `GET /o/{org}/review`
pub(super) async fn page(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    if !me.manages() {
        return Err(Fault::Forbidden);
    }
    let cycles = cycles(&mut tx).await?;
    let Some(named) = choose_cycle(&cycles, asked.cycle()?, &me, now)? else {
        let (shell, t) = (Shell::of(&me, Nav::Review, now), me.words());
        return Ok(Page(NoCyclePage { shell, t, okrs: me.at("/okrs") }).into_response());
    };
    let gathered = Gathered::of(&mut tx, named, now).await?;
    let filter = asked.filter(&gathered.teams, &gathered.owners())?;
    let view = View { me: &me, t: me.words(), now, named, gathered: &gathered, filter };
    let csv = me.at(&format!("/review/csv?{}", asked.query(named.id)));
    Ok(Page(ReviewPage { csv, ..view.page(&cycles) }).into_response())
}

impl From<NotHere> for Fault {
    fn from(_: NotHere) -> Self {
        Fault::NotFound
    }
}

/// A reader before what was gathered.
struct View<'a> {
    me: &'a Me,
    t: Words,
    now: DateTime<Utc>,
    named: &'a NamedCycle,
    gathered: &'a Gathered,
    filter: Filter,
}

impl View<'_> {
    fn page(&self, cycles: &[NamedCycle]) -> ReviewPage {
        let Self { me, t, now, named, gathered, filter } = *self;
        let items = gathered.attention(named, now);
        let count = CountReceipt::new(&gathered.standings);
        let desk = Desk { me, gathered, now };
        let kept = items.iter().filter(|item| filter.keeps_item(item.subject, gathered));
        let weeks = weeks(&named.cycle, now);
        let week = named.cycle.week_of(named.cycle.zone.date_at(now)).map(|(week, of)| t.okr_week(week, of));
        ReviewPage {
            shell: Shell::of(me, Nav::Review, now),
            t,
            title: t.review_title(&named.name),
            printed: self.printed(),
            cycle: (named.name.clone(), me.at(&format!("/cycles/{}", named.id))),
            week,
            sentence: self.sentence(items.len(), &count),
            slip: Pen::of(me).count(&count, &gathered.standings),
            form: self.form(cycles),
            csv: String::new(),
            shown: (!filter.is_open())
                .then(|| t.review_shown(self.shown().count(), gathered.standings.len())),
            queue: kept.filter_map(|item| desk.entry(item)).collect(),
            nothing: self.nothing(items.len()),
            strips: self.shown().map(|one| self.strip(one, &weeks)).collect(),
            weeks,
            parts: self.parts(),
            leave: self.leave(),
            blockers: self.blockers(),
            blocker_pages: self.blocker_pages(),
        }
    }

    /// The key results that the filter keeps.
    fn shown(&self) -> impl Iterator<Item = &Standing> {
        self.gathered.standings.iter().filter(|one| self.filter.keeps(one))
    }

    /// "Saltmarsh. OKR review, Q4 2026, week 8 of 13. Printed on Tuesday 17 November 2026, 09:24 in Lisbon."
    fn printed(&self) -> String {
        let Self { me, t, now, named, .. } = *self;
        let cycle = match named.cycle.week_of(named.cycle.zone.date_at(now)) {
            Some((week, of)) => t.shell_cycle_week(&named.name, week, of),
            None => named.name.clone(),
        };
        let here = me.zone.reading(now);
        let (weekday, date) = (t.weekday_long(here.date().weekday()), t.date_year(here.date()));
        t.review_printed(&me.org_name, cycle, weekday, date, t.time(here.time()), me.zone.city())
    }

    /// What is true of the whole cycle, whatever is shown of it.
    fn sentence(&self, things: usize, count: &CountReceipt) -> String {
        let Self { t, now, named, .. } = *self;
        let tally = match named.cycle.state_at(now) {
            CycleState::Draft | CycleState::Closed => sentence::of_cycle(t, named, count.shown, now),
            CycleState::Active | CycleState::Closing | CycleState::Grading => {
                sentence::on_track(t, count.shown)
            }
        };
        if things == 0 { tally } else { t.review_things(things, tally, capitalised(&spelled(t, things))) }
    }

    /// What stands in the place of an empty queue.
    fn nothing(&self, things: usize) -> (Option<&'static str>, &'static str) {
        let t = self.t;
        let standings = &self.gathered.standings;
        let all_well = !standings.is_empty() && standings.iter().all(|one| one.status() == Status::OnTrack);
        match (things, all_well) {
            (0, true) => (Some(t.review_nothing()), t.review_nothing_all_well()),
            (0, false) => (Some(t.review_nothing()), t.review_nothing_urgent()),
            _ => (None, t.review_nothing_here()),
        }
    }

    fn form(&self, cycles: &[NamedCycle]) -> FilterForm {
        let Self { me, t, named, gathered, filter, .. } = self;
        let choice =
            |value: &str, label: &str, chosen| Choice { value: value.into(), label: label.into(), chosen };
        let mut teams = vec![choice("", t.review_all_teams(), filter.team.is_none())];
        teams.extend(
            gathered.teams.iter().map(|team| choice(&team.slug, &team.name, filter.team == Some(team.id))),
        );
        let mut owners = vec![choice("", t.review_everyone(), filter.owner.is_none())];
        owners.extend(gathered.owners().iter().map(|owner| {
            let chosen = filter.owner == Some(OwnedBy::Member(owner.id));
            choice(&owner.id.to_string(), &owner.name, chosen)
        }));
        owners.push(choice(NOBODY, t.review_nobody(), filter.owner == Some(OwnedBy::Nobody)));
        let mut statuses = vec![choice("", t.review_any_status(), filter.status.is_none())];
        statuses.extend(STATUSES.map(|status| {
            choice(status.as_str(), Word::shown(*t, status).text, filter.status == Some(status))
        }));
        let cycle = |one: &NamedCycle| choice(&one.id.to_string(), &one.label(self.t), one.id == named.id);
        let cycles = cycles.iter().map(cycle).collect();
        FilterForm { action: me.at("/review"), cycles, teams, owners, statuses }
    }

    fn strip(&self, one: &Standing, weeks: &[Week]) -> Strip {
        let words = strip(self.gathered.log(one.id), &self.named.cycle, weeks);
        Strip {
            href: self.me.at(&format!("/key-results/{}", one.id)),
            title: one.title.clone(),
            words: words.into_iter().map(|word| word.map(|word| Word::said(self.t, word))).collect(),
        }
    }

    /// Each team that the filter keeps; and the whole organisation, where it has key results of its own.
    fn parts(&self) -> Vec<PartRow> {
        let Self { t, gathered, filter, .. } = *self;
        let teams = gathered.teams.iter().filter(|team| filter.keeps_team(Some(team.id)));
        let mut rows: Vec<_> = teams
            .map(|team| {
                let part = gathered.parts.get(&team.id);
                let turnout = part.map(|part| part.receipt()).filter(|receipt| receipt.shown.expected > 0);
                let fresh = |one: &&Standing| one.team.as_ref().is_some_and(|of| of.id == team.id);
                self.part(team.name.clone(), turnout, fresh)
            })
            .collect();
        if filter.keeps_team(None) && gathered.standings.iter().any(|one| one.team.is_none()) {
            rows.push(self.part(t.okr_company().to_owned(), None, |one| one.team.is_none()));
        }
        rows
    }

    /// How many updates were written, and how many of these key results are not stale.
    fn part(
        &self,
        team: String,
        turnout: Option<TurnoutReceipt>,
        of: impl Fn(&&Standing) -> bool,
    ) -> PartRow {
        let standings = &self.gathered.standings;
        let (pen, count) = (Pen::of(self.me), CountReceipt::new(standings.iter().filter(of)));
        let posted = turnout.as_ref().map(|receipt| receipt.shown).unwrap_or_default();
        PartRow {
            team,
            updates: self.some_of(posted.posted, posted.expected),
            turnout: turnout.map(|receipt| pen.turnout(receipt)),
            fresh: self.some_of(count.shown.fresh(), count.shown.all),
            counted: (count.shown.all > 0).then(|| pen.count(&count, standings)),
        }
    }

    /// "18 of 20"; a dash where there is nothing to count.
    fn some_of(&self, some: usize, all: usize) -> String {
        let t = self.t;
        if all == 0 { t.review_none_asked().to_owned() } else { t.review_of(some, all) }
    }

    /// Which teams had leave in these two weeks.
    fn leave(&self) -> Vec<String> {
        let teams = self.gathered.teams.iter().filter(|team| self.filter.keeps_team(Some(team.id)));
        teams
            .filter_map(|team| self.gathered.parts.get(&team.id).map(|part| (team, part.away)))
            .filter(|(_, away)| *away > 0)
            .map(|(team, away)| self.t.review_leave(&team.name, away))
            .collect()
    }

    fn blockers(&self) -> Vec<Stuck> {
        let kept = self.gathered.blockers.iter().filter(|one| self.filter.keeps_team(Some(one.team)));
        kept.map(|one| Stuck::of(one, self.me, one.age(self.now))).collect()
    }

    /// The pages of the teams shown.
    fn blocker_pages(&self) -> Vec<(String, String)> {
        let teams = self.gathered.teams.iter().filter(|team| self.filter.keeps_team(Some(team.id)));
        let page = |team: &TeamName| {
            (self.t.blocker_all(&team.name), self.me.at(&format!("/teams/{}/blockers", team.slug)))
        };
        teams.map(page).collect()
    }
}
