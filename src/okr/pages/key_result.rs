//! One key result: its number, its line over the cycle, everything that was ever said of it, and the form to check in.

use super::carry;
use super::check_in::CheckInForm;
use super::drawing::Drawing;
use super::history::{self, History};
use super::okrs::Head;
use super::said;
use super::steps::{self, StepLine};
use crate::clock::Now;
use crate::fault::{Fault, Result};
use crate::ids::{CheckInId, KeyResultId};
use crate::language::Words;
use crate::okr::asking;
use crate::okr::bar::Bar;
use crate::okr::measure::{Kind, PaceRule, Terms};
use crate::okr::pace::leg;
use crate::okr::parts::{Choice, Word, aim, bar_label, capitalised};
use crate::okr::queries::{self, KeyResult};
use crate::okr::record::{Figures, Record};
use crate::okr::roll_up;
use crate::okr::unit::Unit;
use crate::organisation::{Me, Member};
use crate::talk::{self, Thread};
use crate::web::parts::Avatar;
use crate::web::{Done, Nav, Page, Path, Problems, Query, Shell};
use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::Deserialize;

/// `?history=all&correct=`
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    history: Option<String>,
    correct: Option<CheckInId>,
}

/// `templates/okr/key_result.html`
#[derive(Template)]
#[template(path = "okr/key_result.html")]
pub(super) struct KeyResultPage {
    shell: Shell,
    t: Words,
    problems: Problems,
    head: Head,
    title: String,
    objective: (String, String),
    dropped: bool,
    /// "24.1"
    number: String,
    /// "cm, on the way from 31 to 18"
    way: String,
    word: Word,
    bar: Bar,
    bar_label: String,
    /// What the numbers say, a sentence each.
    sentences: Vec<String>,
    drawing: Drawing,
    /// The milestones, where it is made of them.
    steps: Vec<StepLine>,
    /// What is to be reached by when on the way, as "20 by Friday 16 October".
    checkpoints: Vec<String>,
    history: History,
    owner: Option<(Avatar, String)>,
    next: Option<String>,
    fresh: Option<String>,
    measured_by: Option<String>,
    /// Where it comes from and goes on: what, and where.
    carried: Vec<(String, String)>,
    share: Option<String>,
    receipt: Vec<String>,
    form: Option<CheckInForm>,
    choices: Vec<Choice>,
    thread: Thread,
    /// Its own address.
    at: String,
    /// Where the cycle's tree is.
    okrs: String,
    may_edit: bool,
}

/// `GET /o/{org}/key-results/{key_result}`
pub(super) async fn page(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, KeyResultId)>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let record = Record::load(&mut tx, id).await?;
    let form = CheckInForm::fresh(me.words(), &record, asked.correct)?;
    let thread = talk::thread(&mut tx, id.into(), &me, now).await?;
    let all = asked.history.is_some();
    Ok(Page(draw(&me, now, &record, thread, form, Problems::new(), all)?).into_response())
}

/// The page, with the form as it is to be shown.
pub(super) fn draw(
    me: &Me,
    now: DateTime<Utc>,
    record: &Record,
    thread: Thread,
    form: CheckInForm,
    problems: Problems,
    all: bool,
) -> Result<KeyResultPage> {
    let t = me.words();
    let one = &record.key_result;
    let figures = Figures::of(record, now)?;
    let shown = figures.receipt.shown;
    let at = me.at(&format!("/key-results/{}", one.id));
    let may = one.dropped_at.is_none() && !figures.receipt.closed && record.may(me);
    let choices = Choice::all(t, form.chosen());
    Ok(KeyResultPage {
        shell: Shell::of(me, Nav::Okrs, now),
        t,
        problems,
        head: Head::of(&one.cycle, me, now),
        title: one.title.clone(),
        objective: (one.objective_title.clone(), me.at(&format!("/objectives/{}", one.objective))),
        dropped: one.dropped_at.is_some(),
        carried: carry::provenance(me, &one.id, &record.carried, "key-results"),
        number: said::number(t, &one.unit, &figures),
        way: said::way(t, &figures.terms, &one.unit),
        word: Word::shown(t, shown.status),
        bar: Bar::new(shown.progress, shown.expected),
        bar_label: bar_label(t, &one.title, shown.progress, shown.expected),
        sentences: said::sentences(t, record, &figures),
        drawing: Drawing::of(t, one, &figures, now),
        steps: steps::lines(t, record, &figures),
        checkpoints: figures
            .terms
            .checkpoints()
            .iter()
            .map(|point| t.okr_checkpoint(one.unit.write(t, point.value), t.date_long(point.on)))
            .collect(),
        history: history::of(me, record, &figures, &at, may, all),
        owner: one.owner.as_ref().map(|owner| (owner.avatar(), owner.name.clone())),
        next: figures.reading.due.map(|due| t.okr_due_by(t.date_long(due), due_city(one))),
        fresh: figures.reading.checked_in_at.map(|last| {
            let here = me.zone.reading(last);
            t.okr_fresh_at(capitalised(&t.age(here.date(), me.today(now))), t.time(here.time()))
        }),
        measured_by: (!one.measured_by.is_empty()).then(|| one.measured_by.clone()),
        share: share(t, one, &figures.terms),
        receipt: receipt(t, me, one, &figures),
        form: may.then_some(form),
        choices,
        thread,
        okrs: me.at(&format!("/okrs?cycle={}", one.cycle.id)),
        may_edit: may,
        at,
    })
}

/// Whose day the next check-in is due by the end of.
fn due_city(one: &KeyResult) -> String {
    one.calendar.as_ref().map_or(one.cycle.cycle.zone, |calendar| calendar.zone).city()
}

/// "50% of it, by weight"; nothing to say for an only one.
fn share(t: Words, one: &KeyResult, terms: &Terms) -> Option<String> {
    let whole = Decimal::from(one.weights);
    let share = Decimal::from(terms.weight()).checked_div(whole)?;
    Some(if one.siblings > 1 { t.okr_share(t.percent(share)) } else { t.okr_share_whole().to_owned() })
}

/// How the number follows, a sentence for each step.
fn receipt(t: Words, me: &Me, one: &KeyResult, figures: &Figures) -> Vec<String> {
    let Figures { terms, receipt, .. } = figures;
    let unit = &one.unit;
    let shown = receipt.shown;
    let number = |number: Decimal| t.number(number.normalize());
    let mut steps = Vec::new();
    if let Some((value, raw)) = receipt.value.zip(shown.raw) {
        steps.push(match terms.kind() {
            Kind::YesNo => t.okr_receipt_yes_no(number(raw)),
            Kind::KeepWithin => {
                let (inside, of) = receipt.kept.map_or((0, 0), |kept| (kept.inside, kept.measured));
                t.okr_receipt_kept(
                    aim(t, terms, unit),
                    number(Decimal::from(inside)),
                    number(Decimal::from(of)),
                    number(raw),
                )
            }
            Kind::Milestones => {
                let weigh = |done: bool| -> i64 {
                    let counts = |id| !done || receipt.done.contains(id);
                    terms
                        .steps()
                        .iter()
                        .filter(|step| counts(&step.id))
                        .map(|step| i64::from(step.weight))
                        .sum()
                };
                t.okr_receipt_steps(number(weigh(true).into()), number(weigh(false).into()), number(raw))
            }
            Kind::Increase | Kind::Decrease => t.okr_receipt_progress(
                unit.bare(t, value),
                unit.bare(t, terms.baseline()),
                unit.bare(t, terms.target()),
                number(raw),
            ),
        });
    }
    steps.extend(expectation(t, unit, figures));
    if let Some((progress, expected)) = shown.progress.zip(shown.expected) {
        let gap = (expected - progress).max(Decimal::ZERO) * Decimal::ONE_HUNDRED;
        steps.push(t.okr_receipt_gap(number(gap.round_dp(1))));
    }
    if let Some(stale_at) = receipt.stale_at {
        let here = me.zone.reading(stale_at);
        steps.push(t.okr_receipt_stale(t.date_long(here.date()), t.time(here.time())));
    }
    steps.push(t.okr_receipt_weight(number(Decimal::from(terms.weight()))));
    steps
}

/// Why the calendar expects as much as it does.
fn expectation(t: Words, unit: &Unit, figures: &Figures) -> Option<String> {
    let Figures { terms, receipt, .. } = figures;
    let expected = receipt.shown.expected;
    let (days, of) = (receipt.elapsed.days, receipt.elapsed.of);
    Some(match (terms.pace(), terms.kind()) {
        (PaceRule::None, _) => t.okr_receipt_no_pace().to_owned(),
        (_, Kind::KeepWithin) => t.okr_receipt_lasts().to_owned(),
        (PaceRule::Linear, _) => {
            t.okr_receipt_expected(days, t.number(Decimal::from(of)), t.number(expected?.normalize()))
        }
        (PaceRule::Checkpoints, Kind::Milestones) => {
            t.okr_receipt_dates(t.date_long(receipt.dates.over), t.number(expected?.normalize()))
        }
        (PaceRule::Checkpoints, _) => {
            let leg = leg(terms, receipt.dates);
            let at = |share: Decimal| {
                unit.bare(t, unit.rough(terms.baseline() + share * (terms.target() - terms.baseline())))
            };
            t.okr_receipt_leg(
                at(leg.from.1),
                t.date_short(leg.from.0),
                at(leg.to.1),
                t.date_short(leg.to.0),
                t.number(expected?.normalize()),
            )
        }
    })
}

/// `POST /o/{org}/key-results/{key_result}/drop`
pub(super) async fn let_go(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, KeyResultId)>,
) -> Result<Response> {
    let record = Record::load(&mut tx, id).await?;
    if !record.may(&me) {
        return Err(Fault::Forbidden);
    }
    let one = &record.key_result;
    if one.dropped_at.is_none() {
        let rows = asking::hold(&mut tx, asking::Whose::KeyResult(id), now).await?;
        queries::drop_key_result(&mut tx, id, now).await?;
        rows.follow(&mut tx, now).await?;
        roll_up::key_result_due(&mut tx, one.cycle.id, id, now).await?;
        tx.commit().await?;
    }
    Ok(Done::Dropped.at(&me.at(&format!("/objectives/{}", one.objective))))
}
