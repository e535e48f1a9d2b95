//! `/o/{org}/review`: what needs me, on one page that can be printed.

use super::chosen::{FilterForm, Pager, Views};
use super::compare::{self, Beside};
use super::filter::{Asked, Filter, NotHere};
use super::gather::{Gathered, parts};
use super::heat::{Group, Heat, kept};
use super::part::{Parts, Taking};
use super::queue::{Desk, Entry, Settled};
use super::steps::stops;
use super::stuck::Stuck;
use super::walk::{Walk, minutes};
use super::week_strip::{Week, weeks};
use crate::calendar::CycleState;
use crate::clock::Now;
use crate::fault::{Fault, Result};
use crate::ids::TeamId;
use crate::language::Words;
use crate::okr::parts::{capitalised, spelled};
use crate::okr::receipt::{CountReceipt, CountsReceipt};
use crate::okr::slip::{Pen, Slip};
use crate::okr::standing::{Standing, TeamName};
use crate::okr::status::Status;
use crate::okr::{NamedCycle, choose_cycle, cycles, sentence};
use crate::organisation::{Me, Member};
use crate::web::{Nav, Page, Query, Shell};
use askama::Template;
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, Datelike as _, Utc};

/// So many things that need a look are shown at once.
const LOOK: usize = 20;

/// So many key results the table shows at once.
const TABLE: usize = 40;

/// With more key results than this, figures of all of them are shown by team, and how they follow on each team's own page.
pub(super) const LARGE: usize = 200;

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
    /// Which, for forms.
    cycle_id: String,
    week: Option<String>,
    sentence: String,
    /// How the sentence follows.
    slip: Slip,
    form: FilterForm,
    views: Views,
    /// Stepping through: where, what to call it, and about how long it takes; `None` when there is nothing to step through.
    steps: Option<(String, String, String)>,
    /// Where what is shown is taken away.
    csv: String,
    history: String,
    report: String,
    /// The reviews without a meeting.
    rounds: String,
    /// How much is shown, when something is left out.
    shown: Option<String>,
    queue: Vec<Entry>,
    queue_pages: Option<Pager>,
    settled: Vec<Settled>,
    /// What to say when nothing needs a look: a heading, if nothing does at all, and a sentence.
    nothing: (Option<&'static str>, &'static str),
    weeks: Vec<Week>,
    groups: Vec<Group>,
    table_pages: Option<Pager>,
    beside: Option<Beside>,
    taking: Taking,
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

/// `GET /o/{org}/review`
pub(super) async fn page(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let cycles = cycles(&mut tx).await?;
    let Some(named) = choose_cycle(&cycles, asked.cycle()?, &me, now)? else {
        let (shell, t) = (Shell::of(&me, Nav::Review, now), me.words());
        return Ok(Page(NoCyclePage { shell, t, okrs: me.at("/okrs") }).into_response());
    };
    let asked = asked.for_reader(&me);
    let gathered = Gathered::of(&mut tx, Some(me.id), named, now).await?;
    let filter = asked.filter(&led(&me), &gathered.teams, &gathered.owners())?;
    let parts = parts(&mut tx, me.id, now).await?;
    let beside = match asked.compare()? {
        None => None,
        Some(id) => {
            let other = cycles.iter().find(|one| one.id == id).ok_or(NotHere)?;
            let pair = compare::Pair { me: &me, named, other, gathered: &gathered, filter: &filter, now };
            Some(pair.beside(&mut tx).await?)
        }
    };
    let view = View { me: &me, t: me.words(), now, named, gathered: &gathered, filter, asked };
    Ok(Page(ReviewPage { beside, ..view.page(&cycles, &parts)? }).into_response())
}

/// The teams a member leads.
pub(super) fn led(me: &Me) -> Vec<TeamId> {
    me.teams.iter().filter(|seat| seat.lead).map(|seat| seat.team).collect()
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
    asked: Asked,
}

impl View<'_> {
    fn page(&self, cycles: &[NamedCycle], parts: &Parts) -> Result<ReviewPage> {
        let Self { me, t, now, named, gathered, ref filter, ref asked } = *self;
        let query = asked.query(named.id);
        let desk = Desk { me, gathered, cycle: named.id, back: query.clone(), now };
        let of_teams = filter.scope_alone();
        let (mut open, mut settled, mut things) = (Vec::new(), Vec::new(), 0);
        for item in gathered.attention(named, now) {
            let (kept, answer) = (filter.keeps_item(item.subject, gathered), gathered.answered(&item, now));
            things += usize::from(answer.is_none() && of_teams.keeps_item(item.subject, gathered));
            match answer {
                _ if !kept => {}
                Some(answer) => settled.extend(desk.settled(&item, answer)),
                None => open.push(item),
            }
        }
        let (look, part) = asked.parts()?;
        let rows = kept(gathered, filter);
        let whole: Vec<_> = gathered.standings.iter().filter(|one| of_teams.keeps(one)).collect();
        let weeks = weeks(&named.cycle, now);
        let heat = Heat { me, gathered, cycle: &named.cycle, weeks: &weeks, now };
        let shown: Vec<_> = rows.iter().skip(part.saturating_mul(TABLE)).take(TABLE).copied().collect();
        let queue = open.iter().enumerate().skip(look.saturating_mul(LOOK)).take(LOOK);
        let (sentence, slip) = self.counted(&whole, things);
        Ok(ReviewPage {
            shell: Shell::of(me, Nav::Review, now),
            t,
            title: t.review_title(&named.name),
            printed: self.printed(),
            cycle: (named.name.clone(), me.at(&format!("/cycles/{}", named.id))),
            cycle_id: named.id.to_string(),
            week: named.cycle.week_of(named.cycle.zone.date_at(now)).map(|(week, of)| t.okr_week(week, of)),
            sentence,
            slip,
            form: FilterForm::of(me, (cycles, named), (gathered, filter), asked),
            views: Views::of(me, &gathered.views, &query),
            steps: self.steps(things),
            csv: me.at(&format!("/review/csv?{query}")),
            history: me.at(&format!("/review/history?cycle={}", named.id)),
            report: me.at(&format!("/cycles/{}/report", named.id)),
            rounds: me.at("/reviews"),
            shown: (!filter.is_open()).then(|| t.review_shown(rows.len(), gathered.standings.len())),
            queue: queue.filter_map(|(at, item)| desk.entry(item, at + 1)).collect(),
            queue_pages: Pager::of(me, &query, "look", (look, LOOK, open.len())),
            settled,
            nothing: self.nothing(&whole, things),
            groups: heat.groups(&shown),
            weeks,
            table_pages: Pager::of(me, &query, "page", (part, TABLE, rows.len())),
            beside: None,
            taking: Taking::of(me, gathered, filter, parts),
            blockers: self.blockers(),
            blocker_pages: self.blocker_pages(),
        })
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

    /// What is true of the teams chosen, whatever is shown of them, and how it follows.
    fn counted(&self, whole: &[&Standing], things: usize) -> (String, Slip) {
        let Self { me, t, now, named, gathered, .. } = *self;
        let count = CountReceipt::new(whole.iter().copied());
        let tally = match named.cycle.state_at(now) {
            CycleState::Draft | CycleState::Closed => sentence::of_cycle(t, named, count.shown, now),
            CycleState::Active | CycleState::Closing | CycleState::Grading => {
                sentence::on_track(t, count.shown)
            }
        };
        let slip = if whole.len() <= LARGE {
            Pen::of(me).count(&count, &gathered.standings)
        } else {
            let page = |team: &str| me.at(&format!("/review?cycle={}&team={team}", named.id));
            Pen::of(me).counts(&CountsReceipt::by_team(whole.iter().copied()), &gathered.teams, page)
        };
        let things = if things == 0 {
            tally
        } else {
            t.review_things(things, tally, capitalised(&spelled(t, things)))
        };
        (things, slip)
    }

    /// "Step through all eleven", "about 13 minutes"; or what is left of it.
    fn steps(&self, things: usize) -> Option<(String, String, String)> {
        let Self { me, t, named, gathered, .. } = *self;
        let walk = Walk::new(stops(gathered, &self.filter.scope_alone()), &gathered.stepped);
        let (all, done) = (walk.stops.len(), walk.done());
        let label = match done {
            0 => t.steps_all(all, spelled(t, all)),
            done => t.steps_go_on(done, all),
        };
        let time = t.steps_minutes(minutes(all - done, things.min(all - done)));
        let href = me.at(&format!("/review/steps?{}", self.asked.scope_query(named.id)));
        (all > 0).then_some((href, label, time))
    }

    /// What stands in the place of an empty queue.
    fn nothing(&self, whole: &[&Standing], things: usize) -> (Option<&'static str>, &'static str) {
        let t = self.t;
        let all_well = !whole.is_empty() && whole.iter().all(|one| one.status() == Status::OnTrack);
        match (things, all_well) {
            (0, true) => (Some(t.review_nothing()), t.review_nothing_all_well()),
            (0, false) => (Some(t.review_nothing()), t.review_nothing_urgent()),
            _ => (None, t.review_nothing_here()),
        }
    }

    fn blockers(&self) -> Vec<Stuck> {
        let kept = self.gathered.blockers.iter().filter(|one| self.filter.scope.keeps(Some(one.team)));
        kept.take(LOOK).map(|one| Stuck::of(one, self.me, one.age(self.now))).collect()
    }

    /// The pages of the teams shown.
    fn blocker_pages(&self) -> Vec<(String, String)> {
        let teams = self.gathered.teams.iter().filter(|team| self.filter.scope.keeps(Some(team.id)));
        let page = |team: &TeamName| {
            (self.t.blocker_all(&team.name), self.me.at(&format!("/teams/{}/blockers", team.slug)))
        };
        teams.map(page).collect()
    }
}
