//! Somebody who trusts no number walks through the demo organisation, opens every fold and does every sum again.

use crate::support::{Page, TestApp, Visitor};
use meridian::demo::{self, Story};
use meridian::language::{Locale, Words};
use meridian::okr::measure::Kind;
use meridian::okr::parts::Word;
use meridian::okr::receipt::{KeyResultReceipt, Receipt};
use meridian::okr::unit::Unit;
use rust_decimal::Decimal;
use scraper::{ElementRef, Html, Selector};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

const T: Words = Words::of(Locale::English);

/// Where people's own words and measurements stand: a percentage there is theirs, not ours. A title, a post with what
/// moved, what they were asked to aim for, what they write into a form, the drawing of their check-ins.
const THEIRS: &str = ".t, .obj, .say, .post, .moved, .krin p, .kv, .crumb, form .field, textarea, option, form button, .chart, title, style, \
    .lines a, .eyebrow a, .heat th, .tbl td:first-child, .sheet h2, .notice, \
    .given th, .given td:not(:has(details)), figure td";

/// What is computed is said in a figure, and how it follows in a fold.
const OURS: &str = "[data-figure], details.how";

#[tokio::test]
async fn every_number_of_the_demo_has_a_receipt_that_comes_out_as_shown() {
    let app = TestApp::empty().await;
    assert!(demo::load(&app.app).await.unwrap());
    let story = Story::load().unwrap();
    let place = &story.organisation;
    let mut tally = Tally::default();
    for key in [&place.member, &place.manager, &place.owner] {
        let email = &story.person(key).unwrap().email;
        let mut visitor = app.stranger();
        let page = visitor.get("/sign-in").await.is(200);
        let form = page.form("form").fill("email", email).fill("password", &place.password);
        visitor.submit(form).await.is(303);
        tally.pages += walk(&mut visitor, &format!("/o/{}", place.slug), &mut tally.looked).await;
    }
    let Tally { pages, looked } = tally;
    println!(
        "{pages} pages, {} receipts, {} figures: {:?}",
        looked.receipts,
        looked.figures(),
        looked.by_name
    );
    assert!(looked.wrong.is_empty(), "{} mismatches:\n{}", looked.wrong.len(), looked.wrong.join("\n"));
    assert!(
        looked.bare.is_empty(),
        "percentages without a receipt:\n{}",
        Vec::from_iter(looked.bare).join("\n")
    );
    let names: BTreeSet<_> = looked.by_name.keys().map(String::as_str).collect();
    let all = [
        "count", "expected", "fresh", "grade", "line", "progress", "status", "time", "turnout", "value",
        "weight",
    ];
    assert_eq!(names, BTreeSet::from(all));
    assert!(looked.figures() > 1_000, "only {} figures were checked", looked.figures());
}

#[derive(Default)]
struct Tally {
    pages: usize,
    looked: Looked,
}

/// What was looked at.
#[derive(Default)]
struct Looked {
    receipts: usize,
    by_name: BTreeMap<String, usize>,
    wrong: Vec<String>,
    bare: BTreeSet<String>,
}

impl Looked {
    fn figures(&self) -> usize {
        self.by_name.values().sum()
    }
}

/// Opens every page that links lead to, each once. Of the days of a feed, a week of them is enough.
async fn walk(visitor: &mut Visitor<'_>, root: &str, looked: &mut Looked) -> usize {
    let mut ahead = VecDeque::from([format!("{root}/today")]);
    let mut seen = BTreeSet::from([format!("{root}/today")]);
    let (mut pages, mut days) = (0, 0);
    while let Some(address) = ahead.pop_front() {
        let page = visitor.get(&address).await;
        if page.status.is_redirection() {
            let to = page.leads_to().to_owned();
            if to.starts_with(root) && seen.insert(to.clone()) {
                ahead.push_back(to);
            }
            continue;
        }
        let page = page.is(200);
        if !page.body.starts_with("<!") {
            // A file to take away.
            continue;
        }
        pages += 1;
        look(&page, looked);
        for link in page.attrs("a[href]", "href") {
            let link = link.split('#').next().unwrap_or_default().to_owned();
            let a_day = link.contains("day=") || link.contains("/updates/");
            if !link.starts_with(root)
                || link.contains("correct=")
                || seen.contains(&link)
                || (a_day && days > 60)
            {
                continue;
            }
            days += usize::from(a_day);
            seen.insert(link.clone());
            ahead.push_back(link);
        }
    }
    pages
}

fn look(page: &Page, looked: &mut Looked) {
    let html = Html::parse_document(&page.body);
    let find = |selector: &str| Selector::parse(selector).unwrap();
    for node in html.select(&find("[data-receipt]")) {
        looked.receipts += 1;
        let place = node.parent().and_then(ElementRef::wrap).unwrap();
        let opens = [node, place].iter().any(|node| {
            node.value().name() == "details" || node.select(&find("details.how")).next().is_some()
        });
        let receipt = serde_json::from_str::<Receipt>(node.attr("data-receipt").unwrap());
        match receipt {
            Ok(receipt) if receipt.holds() && opens => {}
            other => looked.wrong.push(format!("{}: {other:?}, opens: {opens}", page.address)),
        }
    }
    for node in html.select(&find("[data-figure]")) {
        let around = std::iter::once(node).chain(node.ancestors().filter_map(ElementRef::wrap));
        let receipt = around.filter_map(|node| node.attr("data-receipt")).next();
        let Some(receipt) = receipt.and_then(|json| serde_json::from_str::<Receipt>(json).ok()) else {
            // A bar of something without data shows nothing to explain.
            let said = shown(node);
            if said.contains(|letter: char| letter.is_ascii_digit()) {
                looked.wrong.push(format!("{}: no receipt for “{said}”", page.address));
            }
            continue;
        };
        for name in node.attr("data-figure").unwrap().split(' ') {
            *looked.by_name.entry(name.to_owned()).or_default() += 1;
        }
        if let Err(why) = compare(&receipt.recompute(), node) {
            looked.wrong.push(format!("{}: {why}, from {receipt:?}", page.address));
        }
    }
    let (theirs, ours) = (find(THEIRS), find(OURS));
    // A key result's own name, an objective's, and what a check-in said.
    let headings =
        ["/key-results/", "/objectives/", "/check-ins/"].iter().any(|it| page.address.contains(it));
    for text in html.root_element().descendants() {
        let Some(words) = text.value().as_text().filter(|words| !percentages(words).is_empty()) else {
            continue;
        };
        let mut around = text.ancestors().filter_map(ElementRef::wrap);
        let said = |node: ElementRef<'_>| {
            theirs.matches(&node) || ours.matches(&node) || (headings && node.value().name() == "h1")
        };
        if !around.any(said) {
            looked.bare.insert(format!("{}: {}", page.address, words.trim()));
        }
    }
}

/// What is read: the label of a drawing, the text of everything else.
fn shown(node: ElementRef<'_>) -> String {
    node.attr("aria-label").map_or_else(|| node.text().collect::<String>(), str::to_owned)
}

/// The whole percentages in a text, in order.
fn percentages(text: &str) -> Vec<Decimal> {
    let before_sign = |part: &str| -> Option<Decimal> {
        let start =
            part.rfind(|letter: char| !letter.is_ascii_digit() && letter != '.').map_or(0, |at| at + 1);
        part[start.min(part.len())..].trim_matches('.').parse().ok()
    };
    let parts: Vec<_> = text.split('%').collect();
    parts[..parts.len() - 1].iter().filter_map(|part| before_sign(part)).collect()
}

/// A share as pages write it: whole, halves up, never all before it is and never nothing once it is begun.
fn whole(share: Decimal) -> Decimal {
    let exact = share * Decimal::ONE_HUNDRED;
    let up = (exact + Decimal::new(5, 1)).floor();
    if up == Decimal::ONE_HUNDRED && exact < up {
        Decimal::from(99)
    } else if up.is_zero() && exact > up {
        Decimal::ONE
    } else {
        up
    }
}

fn compare(receipt: &Receipt, node: ElementRef<'_>) -> Result<(), String> {
    let said = shown(node).split_whitespace().collect::<Vec<_>>().join(" ");
    let names = node.attr("data-figure").unwrap();
    let same = |is: bool, of: &dyn std::fmt::Debug| {
        if is { Ok(()) } else { Err(format!("{names}: “{said}” is not {of:?}")) }
    };
    match (receipt, names) {
        (Receipt::KeyResult(one), "value") => same(is_value(one, &said), &one.value),
        (Receipt::KeyResult(one), "status") => {
            let word = Word::shown(T, one.shown.status).text;
            same(said == word && one.shown.status == by_hand(one), &word)
        }
        (Receipt::KeyResult(one), _) => {
            same_progress(one)?;
            let (said, gap) = said.split_once("so this is ").unwrap_or((&said, ""));
            if !gap.is_empty() {
                same_gap(one, gap)?;
            }
            in_order(said, &[one.shown.progress, one.shown.expected])
        }
        (Receipt::Mean(one), "expected") => in_order(&said, &[one.shown.mean.expected]),
        (Receipt::Mean(one), _) => {
            let weights: Decimal = one
                .parts
                .iter()
                .filter(|part| part.progress.is_some())
                .map(|part| Decimal::from(part.weight))
                .sum();
            let sum: Decimal =
                one.parts.iter().filter_map(|part| Some(Decimal::from(part.weight) * part.progress?)).sum();
            let mean = sum.checked_div(weights).map(|mean| mean.trunc_with_scale(6));
            same(mean.is_none_or(|mean| Some(mean) == one.shown.mean.progress), &mean)?;
            in_order(&said, &[one.shown.mean.progress, one.shown.mean.expected])
        }
        (Receipt::Count(one), "fresh") => {
            let stale = one.counted.iter().filter(|one| one.status.as_str() == "stale").count();
            same(said == format!("{} of {}", one.counted.len() - stale, one.counted.len()), &stale)
        }
        (Receipt::Count(one), _) => same(counted(&said, one.shown.on_track, one.shown.all), &one.shown),
        (Receipt::Counts(one), _) => same(counted(&said, one.shown.on_track, one.shown.all), &one.shown),
        (Receipt::Turnout(one), _) => {
            same(said == format!("{} of {}", one.shown.posted, one.shown.expected), &one.shown)
        }
        (Receipt::Weight(one), _) => {
            let alone = i64::from(one.weight) == one.weights && said == "All of it";
            if alone { Ok(()) } else { in_order(&said, &[one.shown]) }
        }
        (Receipt::Time(one), _) => in_order(&said, &[Some(one.shown)]),
        (Receipt::Grade(one), _) => {
            // The nearest tenth, and all of it only for all of it.
            let tenth = |share: Decimal| {
                let near = (share * Decimal::TEN + Decimal::new(5, 1)).floor() / Decimal::TEN;
                if share < Decimal::ONE { near.min(Decimal::new(9, 1)) } else { Decimal::ONE }
            };
            let wanted = one.from.progress().map(|share| format!("{:.1}", tenth(share)));
            same(said == wanted.unwrap_or_else(|| "–".to_owned()), &one.shown)
        }
        (Receipt::Line(one), _) => {
            let line = one.shown.ok_or("no line")?;
            let near = |number: &Decimal| (*number - line.value).abs() <= Decimal::new(6, 2);
            let share = whole(line.value.clamp(Decimal::ZERO, Decimal::ONE));
            let is = numbers(&said).iter().any(near)
                || percentages(&said).first() == Some(&share)
                || said.contains(&time(line.value));
            same(is, &line)
        }
    }
}

/// The percentages at the end of what is said are these shares; those there are none of are not said.
fn in_order(said: &str, shares: &[Option<Decimal>]) -> Result<(), String> {
    let found = percentages(said);
    let wanted: Vec<_> = shares.iter().flatten().map(|share| whole(*share)).collect();
    // What nothing was measured of says at most what is expected; what is kept within says nothing of that.
    let tail = |wanted: &[Decimal]| found.ends_with(wanted);
    let first = shares.first().copied().flatten().map(whole);
    let is =
        tail(&wanted) || first.is_some_and(|first| tail(&[first])) || (first.is_none() && found.is_empty());
    if is { Ok(()) } else { Err(format!("“{said}” does not say {wanted:?}")) }
}

/// "One of 13 key results is on track."
fn counted(said: &str, on_track: usize, all: usize) -> bool {
    const WORDS: [&str; 13] = [
        "none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
        "twelve",
    ];
    let spelled =
        |count: usize| WORDS.get(count).map_or_else(|| count.to_string(), |word| (*word).to_owned());
    let said = said.to_lowercase();
    match (on_track, all) {
        (_, 0) => said.contains("no key results"),
        (on, all) if on == all => said.contains(&format!("all {} key results", spelled(all))),
        (on, all) => said.contains(&format!("{} of {} key results", spelled(on), spelled(all))),
    }
}

/// The numbers in a text, in order, without the commas of thousands.
fn numbers(text: &str) -> Vec<Decimal> {
    let text = text.replace(',', "").replace('−', "-");
    let parts = text.split(|letter: char| !letter.is_ascii_digit() && letter != '.' && letter != '-');
    parts.filter_map(|part| part.trim_matches('.').parse().ok()).collect()
}

/// Whether a value is shown as its kind is: a number, a stretch of time, "3 of 5 steps", "11 of 12 kept", "Yes".
fn is_value(one: &KeyResultReceipt, said: &str) -> bool {
    let first = numbers(said).first().copied();
    let plain = |value: Decimal| first == Some(value) || said.starts_with(&time(value));
    match (one.terms.kind(), one.value) {
        (_, None) => said.starts_with('–'),
        (Kind::YesNo, Some(value)) => said.starts_with(if value.is_zero() { "Not yet" } else { "Yes" }),
        (Kind::Milestones, Some(_)) => first == Some(Decimal::from(one.done.len())),
        (Kind::KeepWithin, Some(value)) => {
            first == one.kept.map(|kept| Decimal::from(kept.inside)) || plain(value)
        }
        (Kind::Increase | Kind::Decrease, Some(value)) => plain(value),
    }
}

/// A value as a stretch of time is written, "2 h 30 min".
fn time(seconds: Decimal) -> String {
    let written = Unit::Duration.write(T, Unit::Duration.rough(seconds));
    written.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How far a value is before or behind the steady line, where that is said: "so this is 0.3 cm behind pace."
fn same_gap(one: &KeyResultReceipt, gap: &str) -> Result<(), String> {
    let terms = &one.terms;
    let steady =
        one.shown.expected.map(|share| terms.baseline() + share * (terms.target() - terms.baseline()));
    let (Some(value), Some(steady)) = (one.value, steady) else {
        return Err(format!("“{gap}” of nothing"));
    };
    let ahead = if terms.target() > terms.baseline() { value - steady } else { steady - value };
    let far = |number: &Decimal| (*number - ahead.abs()).abs() <= Decimal::new(51, 4);
    let far = numbers(gap).first().is_some_and(far) || gap.starts_with(&time(ahead.abs()));
    let is = match ahead.is_sign_negative() {
        _ if gap.starts_with("on pace") => ahead.abs() < Decimal::new(51, 4),
        true => far && gap.contains("behind pace"),
        false => far && gap.contains("ahead of pace"),
    };
    if is { Ok(()) } else { Err(format!("“{gap}” is not {ahead}")) }
}

/// Progress by the rule alone.
fn same_progress(one: &KeyResultReceipt) -> Result<(), String> {
    let terms = &one.terms;
    let raw = match (terms.kind(), one.value) {
        (_, None) => None,
        (Kind::Increase | Kind::Decrease, Some(value)) => {
            Some((value - terms.baseline()) / (terms.target() - terms.baseline()))
        }
        (Kind::YesNo, Some(value)) => Some(value),
        (Kind::Milestones, Some(_)) => {
            let weigh = |all: bool| -> i64 {
                terms
                    .steps()
                    .iter()
                    .filter(|step| all || one.done.contains(&step.id))
                    .map(|step| i64::from(step.weight))
                    .sum()
            };
            Some(Decimal::from(weigh(false)) / Decimal::from(weigh(true)))
        }
        (Kind::KeepWithin, Some(_)) => {
            one.kept.map(|kept| Decimal::from(kept.inside) / Decimal::from(kept.measured))
        }
    };
    let progress = raw.map(|raw| raw.trunc_with_scale(6).clamp(Decimal::ZERO, Decimal::ONE));
    if progress == one.shown.progress {
        Ok(())
    } else {
        Err(format!("{:?} should be {progress:?}", one.shown.progress))
    }
}

/// The status by the rule alone.
fn by_hand(one: &KeyResultReceipt) -> meridian::okr::status::Status {
    use meridian::okr::status::{Confidence, Status};
    if one.closed {
        Status::Closed
    } else if one.stale_at.is_some_and(|at| at < one.until) {
        Status::Stale
    } else {
        match one.confidence {
            Some(Confidence::OnTrack) => Status::OnTrack,
            Some(Confidence::AtRisk) => Status::AtRisk,
            Some(Confidence::OffTrack) => Status::OffTrack,
            None => Status::Pending,
        }
    }
}
