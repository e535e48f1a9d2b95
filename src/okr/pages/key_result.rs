//! One key result: its number, its line over the cycle, everything that was ever said of it, and the form to check in.

use super::check_in::CheckInForm;
use super::history::{self, History};
use super::okrs::Head;
use crate::clock::Now;
use crate::fault::{Fault, Result};
use crate::ids::{CheckInId, KeyResultId};
use crate::language::Words;
use crate::okr::asking;
use crate::okr::bar::Bar;
use crate::okr::chart::Chart;
use crate::okr::measure::{Kind, PaceRule, Terms};
use crate::okr::parts::{Choice, Word, bar_label, capitalised, value_with_unit};
use crate::okr::queries::{self, KeyResult};
use crate::okr::record::{Figures, Record};
use crate::okr::roll_up;
use crate::okr::status::{Difference, Status, difference};
use crate::okr::trend::trend;
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
    history: History,
    owner: Option<(Avatar, String)>,
    next: Option<String>,
    fresh: Option<String>,
    measured_by: Option<String>,
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

/// The chart with its words.
struct Drawing {
    chart: Chart,
    title: String,
    text: String,
    grid: Vec<(Decimal, String)>,
    dots: Vec<(Decimal, Decimal, &'static str)>,
    caption: String,
    /// The word "today" stands left of its line where the drawing ends to the right.
    today_left: bool,
    /// How far the words at the target stand below it, so that they miss the line.
    aim_dy: i8,
}

/// From here on a word beside the line of today would leave the drawing.
const TODAY_LEFT: Decimal = Decimal::from_parts(88, 0, 0, false, 0);
/// Above this the line climbs to the target from below, so its words stand over it; further down they stand under it.
const AIM_HIGH: Decimal = Decimal::from_parts(50, 0, 0, false, 0);

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
        number: number(t, &figures),
        way: way(t, &figures.terms, &one.unit),
        word: Word::shown(t, shown.status),
        bar: Bar::new(shown.progress, shown.expected),
        bar_label: bar_label(t, &one.title, shown.progress, shown.expected),
        sentences: sentences(t, one, &figures),
        drawing: Drawing::of(t, one, &figures, now),
        history: history::of(me, record, &figures, &at, may, all),
        owner: one.owner.as_ref().map(|owner| (owner.avatar(), owner.name.clone())),
        next: figures.reading.due.map(|due| t.okr_due_by(t.date_long(due), due_city(one))),
        fresh: figures.reading.checked_in_at.map(|last| {
            let here = me.zone.reading(last);
            t.okr_fresh_at(capitalised(&t.age(here.date(), me.today(now))), t.time(here.time()))
        }),
        measured_by: (!one.measured_by.is_empty()).then(|| one.measured_by.clone()),
        share: share(t, one, &figures.terms),
        receipt: receipt(t, me, &figures),
        form: may.then_some(form),
        choices,
        thread,
        okrs: me.at(&format!("/okrs?cycle={}", one.cycle.id)),
        may_edit: may,
        at,
    })
}

/// The number in large: "24.1", "97.2%", "Not yet", "–".
fn number(t: Words, figures: &Figures) -> String {
    value_with_unit(t, figures.terms.kind(), "", figures.reading.value)
}

/// "cm, on the way from 31 to 18"
fn way(t: Words, terms: &Terms, unit: &str) -> String {
    let (from, to) = (t.number(terms.baseline()), t.number(terms.target()));
    match (terms.kind(), unit) {
        (Kind::YesNo, _) => t.okr_way_yes_no().to_owned(),
        (Kind::Increase | Kind::Decrease, "") => t.okr_way(from, to),
        (Kind::Increase | Kind::Decrease, unit) => t.okr_way_in(unit, from, to),
    }
}

fn sentences(t: Words, one: &KeyResult, figures: &Figures) -> Vec<String> {
    let Figures { terms, reading, receipt, standing } = figures;
    let shown = receipt.shown;
    let words = |value: Decimal| value_with_unit(t, terms.kind(), &one.unit, Some(value.round_dp(2)));
    let mut said = Vec::new();
    said.push(match (shown.progress, shown.expected, reading.value) {
        (None, Some(expected), _) => t.okr_no_data_expected(t.percent(expected)),
        (None, None, _) => t.okr_no_data().to_owned(),
        (Some(progress), Some(expected), Some(value)) if terms.kind() != Kind::YesNo => {
            let steady = terms.baseline() + expected * (terms.target() - terms.baseline());
            let (done, expected) = (t.percent(progress), t.percent(expected));
            let ahead = if terms.target() > terms.baseline() { value - steady } else { steady - value };
            if ahead.round_dp(2).is_zero() {
                t.okr_on_pace(done, expected)
            } else if ahead > Decimal::ZERO {
                t.okr_ahead(done, expected, words(ahead))
            } else {
                t.okr_behind(done, expected, words(-ahead))
            }
        }
        (Some(progress), Some(expected), _) => t.okr_way_expected(t.percent(progress), t.percent(expected)),
        (Some(progress), None, _) => t.okr_way_alone(t.percent(progress)),
    });
    if let Some((confidence, pace)) = reading.confidence.zip(shown.pace)
        && !matches!(shown.status, Status::Stale | Status::Closed)
    {
        said.extend(difference(confidence, pace).map(|difference| match difference {
            Difference::OwnerMoreHopeful => t.okr_more_hopeful().to_owned(),
            Difference::OwnerLessHopeful => t.okr_less_hopeful().to_owned(),
        }));
    }
    if terms.kind() != Kind::YesNo
        && !receipt.closed
        && let Some(line) = trend(standing, one.cycle.cycle.last)
    {
        let target = value_with_unit(t, terms.kind(), &one.unit, Some(terms.target()));
        said.push(t.okr_trend(t.number(line.value.round_dp(1).normalize()), target, t.date_short(line.by)));
    }
    said
}

impl Drawing {
    fn of(t: Words, one: &KeyResult, figures: &Figures, now: DateTime<Utc>) -> Self {
        let Figures { terms, reading, receipt, standing } = figures;
        let chart = Chart::new(terms, standing, &one.cycle.cycle, now);
        let value = |value| value_with_unit(t, terms.kind(), &one.unit, Some(value));
        let aim = value(terms.target());
        let text = match (reading.value, receipt.shown.expected) {
            (Some(last), Some(expected)) => {
                let steady = terms.baseline() + expected * (terms.target() - terms.baseline());
                let from = standing.first().map_or(terms.baseline(), |first| first.value);
                t.okr_chart_text(value(from), value(last), aim, value(steady.round_dp(1).normalize()))
            }
            (Some(last), None) => t.okr_chart_text_plain(value(last), aim),
            (None, _) => t.okr_chart_text_empty(aim),
        };
        let direction = match terms.kind() {
            Kind::Increase => t.okr_higher(),
            Kind::Decrease => t.okr_lower(),
            Kind::YesNo => t.okr_yes_at_top(),
        };
        let caption = if one.unit.is_empty() || terms.kind() == Kind::YesNo {
            t.okr_caption(direction)
        } else {
            t.okr_caption_unit(&one.unit, direction)
        };
        let mark = |value| match terms.kind() {
            Kind::YesNo => value_with_unit(t, Kind::YesNo, "", Some(value)),
            Kind::Increase | Kind::Decrease => t.number(value),
        };
        Self {
            grid: chart.grid.iter().map(|line| (line.y, mark(line.value))).collect(),
            dots: chart
                .dots
                .iter()
                .map(|dot| (dot.at.x, dot.at.y, Word::said(t, dot.confidence).class))
                .collect(),
            today_left: chart.now.is_some_and(|now| now > TODAY_LEFT),
            aim_dy: if chart.aim.y < AIM_HIGH { -10 } else { 20 },
            title: t.okr_chart_title(&one.title),
            text,
            caption,
            chart,
        }
    }
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
fn receipt(t: Words, me: &Me, figures: &Figures) -> Vec<String> {
    let Figures { terms, receipt, .. } = figures;
    let shown = receipt.shown;
    let number = |number: Decimal| t.number(number.normalize());
    let mut steps = Vec::new();
    if let Some((value, raw)) = receipt.value.zip(shown.raw) {
        steps.push(match terms.kind() {
            Kind::YesNo => t.okr_receipt_yes_no(number(raw)),
            Kind::Increase | Kind::Decrease => t.okr_receipt_progress(
                number(value),
                number(terms.baseline()),
                number(terms.target()),
                number(raw),
            ),
        });
    }
    match (terms.pace(), shown.expected) {
        (PaceRule::Linear, Some(expected)) => {
            let (days, of) = (receipt.elapsed.days, receipt.elapsed.of);
            steps.push(t.okr_receipt_expected(days, t.number(Decimal::from(of)), number(expected)));
        }
        _ => steps.push(t.okr_receipt_no_pace().to_owned()),
    }
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
