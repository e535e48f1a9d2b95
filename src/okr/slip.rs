//! A receipt in words: what stands in the fold behind a number, step by step, with links to what it was read from. Its
//! terms travel along as JSON, so that a machine can do the sum again too. Drawn by `templates/_parts/receipt.html`.

mod grade;

use super::measure::{Kind, PaceRule};
use super::pace::{Pace, leg};
use super::parts::{Word, aim, value_with_unit};
use super::receipt::{
    Count, CountReceipt, Counted, CountsReceipt, KeyResultReceipt, LineReceipt, MeanReceipt, PartOf, Receipt,
    TimeReceipt, TurnoutReceipt, WeightReceipt,
};
use super::standing::{Standing, TeamName};
use super::status::Status;
use super::unit::Unit;
use crate::ids::{KeyResultId, ObjectiveId, TeamId};
use crate::language::Words;
use crate::organisation::Me;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use std::collections::HashMap;

/// A receipt as a page shows it.
#[derive(Debug, Clone)]
pub struct Slip {
    /// "How this number follows", for who opens it.
    pub how: &'static str,
    /// The [`Receipt`] as JSON.
    pub data: String,
    /// How the figures follow, a sentence each.
    pub steps: Vec<Step>,
    /// The parts of a mean.
    pub parts: Option<Parts>,
}

/// A sentence of a slip, and what it leads to.
#[derive(Debug, Clone)]
pub struct Step {
    /// The sentence.
    pub words: String,
    /// Labels and addresses.
    pub links: Vec<(String, String)>,
}

/// The parts of a mean, as a table.
#[derive(Debug, Clone)]
pub struct Parts {
    /// What its columns are called: part, weight, progress.
    pub heads: [&'static str; 3],
    /// A part each.
    pub rows: Vec<PartLine>,
}

/// A part of a mean.
#[derive(Debug, Clone)]
pub struct PartLine {
    /// Its title.
    pub title: String,
    /// Its page.
    pub href: String,
    /// Its weight.
    pub weight: String,
    /// Its progress, or a dash.
    pub progress: String,
}

/// The words in the order a sentence counts them.
const READ: [Status; 6] =
    [Status::OnTrack, Status::OffTrack, Status::Stale, Status::AtRisk, Status::Pending, Status::Closed];

/// What the parts of means are called.
pub type Titles<'a> = HashMap<PartOf, &'a str>;

/// Writes slips for a reader.
#[derive(Clone, Copy)]
pub struct Pen<'a> {
    me: &'a Me,
    t: Words,
}

impl<'a> Pen<'a> {
    /// In the reader's language, on their clock.
    pub fn of(me: &'a Me) -> Self {
        Self { me, t: me.words() }
    }

    /// What is shown of a key result.
    pub fn standing(&self, one: &Standing) -> Slip {
        self.key_result(one.id, &one.unit, &one.receipt)
    }

    /// The same, from its parts.
    pub fn key_result(&self, id: KeyResultId, unit: &Unit, receipt: &KeyResultReceipt) -> Slip {
        let t = self.t;
        let shown = receipt.shown;
        let mut steps = self.reached(id, unit, receipt);
        steps.extend(expectation(t, unit, receipt).map(Step::of));
        steps.extend(self.pace(shown.progress, shown.expected, shown.pace));
        steps.push(self.status(receipt));
        steps.push(Step::of(t.okr_receipt_weight(self.number(Decimal::from(receipt.terms.weight())))));
        self.slip(Receipt::KeyResult(Box::new(receipt.clone())), steps)
    }

    /// A mean, its parts under their titles.
    pub fn mean(&self, receipt: &MeanReceipt, titles: &Titles<'_>) -> Slip {
        let t = self.t;
        let mean = receipt.shown.mean;
        let mut steps = self.added_up(receipt);
        steps.extend(mean.expected.map(|share| Step::of(t.receipt_mean_expected(self.number(share)))));
        steps.extend(self.pace(mean.progress, mean.expected, receipt.shown.pace));
        Slip { parts: Some(self.parts(receipt, titles)), ..self.slip(Receipt::Mean(receipt.clone()), steps) }
    }

    /// The parts of a mean under their titles.
    fn parts(&self, receipt: &MeanReceipt, titles: &Titles<'_>) -> Parts {
        let t = self.t;
        let line = |part: &super::receipt::Part| PartLine {
            title: titles.get(&part.of).copied().unwrap_or_default().to_owned(),
            href: match part.of {
                PartOf::KeyResult(id) => self.page_of(id),
                PartOf::Objective(id) => self.objective(id),
            },
            weight: self.number(Decimal::from(part.weight)),
            progress: part.progress.map_or_else(|| t.kr_no_number().to_owned(), |share| self.number(share)),
        };
        let heads = [t.okr_part(), t.okr_weight(), t.okr_progress()];
        Parts { heads, rows: receipt.parts.iter().map(line).collect() }
    }

    /// How a mean follows from its parts.
    fn added_up(&self, receipt: &MeanReceipt) -> Vec<Step> {
        let t = self.t;
        let mean = receipt.shown.mean;
        let mut steps = Vec::new();
        if let Some(share) = mean.progress {
            let counted = receipt.parts.iter().filter_map(|part| Some((part.weight, part.progress?)));
            let (weights, sum) =
                counted.fold((Decimal::ZERO, Decimal::ZERO), |(weights, sum), (weight, share)| {
                    (weights + Decimal::from(weight), sum + Decimal::from(weight) * share)
                });
            steps.push(Step::of(t.receipt_mean(self.number(sum), self.number(weights), self.number(share))));
        }
        if mean.missing > 0 {
            steps.push(Step::of(t.receipt_missing(i64::from(mean.missing))));
        }
        steps
    }

    /// How many key results say what, and which.
    pub fn count(&self, receipt: &CountReceipt, standings: &[Standing]) -> Slip {
        let t = self.t;
        let titles: HashMap<_, _> = standings.iter().map(|one| (one.id, one.title.as_str())).collect();
        let link = |one: &Counted| {
            (titles.get(&one.id).copied().unwrap_or_default().to_owned(), self.page_of(one.id))
        };
        let such = |words: String, is: &dyn Fn(&Counted) -> bool| {
            let links: Vec<_> = receipt.counted.iter().filter(|one| is(one)).map(link).collect();
            (!links.is_empty()).then_some(Step { words, links })
        };
        let Count { without_owner, reached, .. } = receipt.shown;
        let said = READ.into_iter().filter_map(|status| {
            let all = receipt.counted.iter().filter(|one| one.status == status).count();
            such(t.receipt_counted(Word::shown(t, status).text, all), &|one| one.status == status)
        });
        let mut steps: Vec<_> = said.collect();
        steps.extend(such(t.receipt_counted(t.review_no_owner(), without_owner), &|one| !one.owned));
        steps.extend(such(t.receipt_counted(t.receipt_reached(), reached), &|one| one.reached));
        if steps.is_empty() {
            steps.push(Step::of(t.okr_tally_empty().to_owned()));
        }
        self.slip(Receipt::Count(receipt.clone()), steps)
    }

    /// How many key results of very many are on track, by team. `page` answers where the figures of a team follow, by its
    /// word in addresses.
    pub fn counts(&self, receipt: &CountsReceipt, teams: &[TeamName], page: impl Fn(&str) -> String) -> Slip {
        let t = self.t;
        let step = |(id, count): &(Option<TeamId>, Count)| {
            let links = match teams.iter().find(|team| Some(team.id) == *id) {
                Some(team) => vec![(team.name.clone(), page(&team.slug))],
                None => vec![(t.okr_company().to_owned(), self.me.at("/okrs"))],
            };
            Step { words: t.receipt_on_track_of(count.on_track, count.all), links }
        };
        let steps = receipt.teams.iter().map(step).collect();
        self.slip(Receipt::Counts(receipt.clone()), steps)
    }

    /// Where a key result ends if it goes on as it went; without a unit the line is one of shares.
    pub fn line(&self, id: KeyResultId, receipt: &LineReceipt, unit: Option<&Unit>) -> Slip {
        let t = self.t;
        let write = |value| unit.map_or_else(|| self.number(value), |unit| unit.bare(t, value));
        let rough = |value| write(unit.map_or(value, |unit| unit.rough(value)));
        let at = self.page_of(id);
        let point = |point: &super::receipt::Point| {
            let label = t.receipt_point(t.date_short(point.date), write(point.value));
            (label, format!("{at}?history=all#c-{}", point.check_in))
        };
        let through = Step {
            words: t.receipt_line(receipt.points.len()),
            links: receipt.points.iter().map(point).collect(),
        };
        let mut steps = vec![through];
        if let Some(line) = receipt.shown {
            steps.push(Step::of(t.receipt_line_goes(
                rough(line.each_week),
                rough(line.value),
                t.date_long(line.by),
            )));
        }
        self.slip(Receipt::Line(receipt.clone()), steps)
    }

    /// How much of its objective a key result is.
    pub fn weight(&self, receipt: WeightReceipt) -> Slip {
        let t = self.t;
        let (weight, weights) = (Decimal::from(receipt.weight), Decimal::from(receipt.weights));
        let share = receipt.shown.map_or_else(|| t.kr_no_number().to_owned(), |share| self.number(share));
        let step = Step::of(t.receipt_weight(self.number(weight), self.number(weights), share));
        self.slip(Receipt::Weight(receipt), vec![step])
    }

    /// How much of a cycle's time has passed.
    pub fn time(&self, receipt: TimeReceipt) -> Slip {
        let t = self.t;
        let step = t.receipt_time(
            self.instant(receipt.opens),
            self.instant(receipt.ends),
            self.number(receipt.shown),
        );
        self.slip(Receipt::Time(receipt), vec![Step::of(step)])
    }

    /// How a team took part.
    pub fn turnout(&self, receipt: TurnoutReceipt) -> Slip {
        let t = self.t;
        let day = |(date, day): &(chrono::NaiveDate, super::receipt::Turnout)| {
            Step::of(t.receipt_point(t.date_short(*date), t.review_of(day.posted, day.expected)))
        };
        let mut steps = vec![Step::of(t.receipt_turnout().to_owned())];
        steps.extend(receipt.days.iter().map(day));
        self.slip(Receipt::Turnout(receipt), steps)
    }

    fn slip(&self, receipt: Receipt, steps: Vec<Step>) -> Slip {
        let data = serde_json::to_string(&receipt).unwrap_or_default();
        Slip { how: self.t.okr_how(), data, steps, parts: None }
    }

    /// How the progress of a key result follows.
    fn reached(&self, id: KeyResultId, unit: &Unit, receipt: &KeyResultReceipt) -> Vec<Step> {
        let t = self.t;
        let shown = receipt.shown;
        let mut steps = Vec::new();
        steps.extend(self.read(id, unit, receipt));
        steps.extend(progress(t, unit, receipt).map(Step::of));
        if shown.raw != shown.progress {
            steps.extend(shown.progress.map(|kept| Step::of(t.receipt_clamped(self.number(kept)))));
        }
        steps
    }

    /// Which check-in was read, and what it says.
    fn read(&self, id: KeyResultId, unit: &Unit, receipt: &KeyResultReceipt) -> Option<Step> {
        let t = self.t;
        let Some((check_in, at)) = receipt.check_in.zip(receipt.checked_in_at) else {
            return Some(Step::of(t.okr_no_data().to_owned()));
        };
        let value = value_with_unit(t, receipt.terms.kind(), unit, receipt.value);
        let label = t.receipt_check_in(t.date_long(self.me.zone.date_at(at)));
        let href = format!("{}?history=all#c-{check_in}", self.page_of(id));
        Some(Step { words: t.receipt_read(value), links: vec![(label, href)] })
    }

    /// How far it is from what is expected, and what that is called.
    fn pace(&self, progress: Option<Decimal>, expected: Option<Decimal>, pace: Option<Pace>) -> Vec<Step> {
        let t = self.t;
        let mut said = Vec::new();
        if let Some((progress, expected)) = progress.zip(expected) {
            let gap = (expected - progress).max(Decimal::ZERO) * Decimal::ONE_HUNDRED;
            said.push(Step::of(if gap.is_zero() {
                t.receipt_not_short().to_owned()
            } else {
                t.okr_receipt_gap(self.number(gap.round_dp(1)))
            }));
        }
        said.extend(
            match pace {
                Some(Pace::Done) => Some(t.receipt_pace_done()),
                Some(Pace::OnTrack) => Some(t.receipt_pace_on_track()),
                Some(Pace::AtRisk) => Some(t.receipt_pace_at_risk()),
                Some(Pace::OffTrack) => Some(t.receipt_pace_off_track()),
                None => progress.and(expected).map(|_| t.receipt_pace_early()),
            }
            .map(|words| Step::of(words.to_owned())),
        );
        said
    }

    /// Why it shows the word it shows.
    fn status(&self, receipt: &KeyResultReceipt) -> Step {
        let t = self.t;
        let status = receipt.shown.status;
        let word = Word::shown(t, status).text;
        let until = receipt.stale_at.map(|at| self.instant(at));
        Step::of(match (status, until) {
            (Status::Closed, _) => t.receipt_closed(word),
            (Status::Stale, Some(since)) => t.receipt_stale(word, since),
            (Status::Pending, Some(until)) => t.receipt_pending_until(word, until),
            (Status::Pending | Status::Stale, _) => t.receipt_pending(word),
            (_, Some(until)) => t.receipt_said_until(word, until),
            (_, None) => t.receipt_said(word),
        })
    }

    fn page_of(&self, id: KeyResultId) -> String {
        self.me.at(&format!("/key-results/{id}"))
    }

    fn objective(&self, id: ObjectiveId) -> String {
        self.me.at(&format!("/objectives/{id}"))
    }

    /// "Wednesday 18 November, 00:00", on the reader's clock.
    fn instant(&self, at: DateTime<Utc>) -> String {
        let here = self.me.zone.reading(at);
        self.t.okr_fresh_at(self.t.date_long(here.date()), self.t.time(here.time()))
    }

    fn number(&self, number: Decimal) -> String {
        self.t.number(number.normalize())
    }
}

impl Step {
    fn of(words: String) -> Self {
        Self { words, links: Vec::new() }
    }
}

/// The sum that progress is.
fn progress(t: Words, unit: &Unit, receipt: &KeyResultReceipt) -> Option<String> {
    let terms = &receipt.terms;
    let number = |number: Decimal| t.number(number.normalize());
    let (value, raw) = receipt.value.zip(receipt.shown.raw)?;
    Some(match terms.kind() {
        Kind::YesNo => t.okr_receipt_yes_no(number(raw)),
        Kind::KeepWithin => {
            let (inside, of) = receipt.kept.map_or((0, 0), |kept| (kept.inside, kept.measured));
            let (inside, of) = (number(Decimal::from(inside)), number(Decimal::from(of)));
            t.okr_receipt_kept(aim(t, terms, unit), inside, of, number(raw))
        }
        Kind::Milestones => {
            let weigh = |done: bool| -> i64 {
                let counts = |id| !done || receipt.done.contains(id);
                terms.steps().iter().filter(|step| counts(&step.id)).map(|step| i64::from(step.weight)).sum()
            };
            t.okr_receipt_steps(number(weigh(true).into()), number(weigh(false).into()), number(raw))
        }
        Kind::Increase | Kind::Decrease => t.okr_receipt_progress(
            unit.bare(t, value),
            unit.bare(t, terms.baseline()),
            unit.bare(t, terms.target()),
            number(raw),
        ),
    })
}

/// Why the calendar expects as much as it does.
fn expectation(t: Words, unit: &Unit, receipt: &KeyResultReceipt) -> Option<String> {
    let terms = &receipt.terms;
    let share = || Some(t.number(receipt.shown.expected?.normalize()));
    Some(match (terms.pace(), terms.kind()) {
        (PaceRule::None, _) => t.okr_receipt_no_pace().to_owned(),
        (_, Kind::KeepWithin) => t.okr_receipt_lasts().to_owned(),
        (PaceRule::Linear, _) => {
            let (days, of) = (receipt.elapsed.days, receipt.elapsed.of);
            t.okr_receipt_expected(days, t.number(Decimal::from(of)), share()?)
        }
        (PaceRule::Checkpoints, Kind::Milestones) => {
            t.okr_receipt_dates(t.date_long(receipt.dates.over), share()?)
        }
        (PaceRule::Checkpoints, _) => {
            let leg = leg(terms, receipt.dates);
            let at = |share: Decimal| {
                unit.bare(t, unit.rough(terms.baseline() + share * (terms.target() - terms.baseline())))
            };
            let (first, last) = (t.date_short(leg.from.0), t.date_short(leg.to.0));
            t.okr_receipt_leg(at(leg.from.1), first, at(leg.to.1), last, share()?)
        }
    })
}
