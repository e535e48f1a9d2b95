//! A digest in the reader's language and on their clock.

use super::compose::{AT_MOST, Digest, Few, Moved, Movement, Reader};
use super::news::{Author, Blocker, KeyResult, Step};
use super::window::{Habit, Rhythm, Wish};
use crate::calendar::Zone;
use crate::decision::Closing;
use crate::language::Words;
use crate::mail::Letter;
use crate::notice::Line;
use crate::okr::parts::{Word, capitalised, spelled, value_of_target, value_with_unit};
use crate::review::{Clock, Need, Tag};
use crate::standup::person::first_name;
use crate::web::parts::moment;
use chrono::{DateTime, Datelike as _, NaiveDate, TimeDelta, Timelike as _, Utc, Weekday};

/// Who gets the digest, where its links lead, and when it is written.
pub(super) struct Occasion<'a> {
    /// The organisation's name.
    pub(super) organisation: &'a str,
    /// Where its pages begin: `https://host/o/saltmarsh`.
    pub(super) base: &'a str,
    /// The address that stops this kind of digest.
    pub(super) stop: &'a str,
    /// The page that explains this mail, within the organisation's addresses.
    pub(super) why_page: &'a str,
    /// The reader's whole name.
    pub(super) name: &'a str,
    /// The reader's zone.
    pub(super) zone: Zone,
    /// How the teams they sit in are called.
    pub(super) teams: &'a [&'a str],
    /// When it is written.
    pub(super) now: DateTime<Utc>,
}

impl Wish {
    /// The rule that sends a digest: how often, at what hour, on which days.
    pub(super) fn why(self, t: Words, habit: Habit) -> String {
        let time = t.time(habit.time);
        let days: Vec<Weekday> = habit.weekdays.iter().collect();
        match self.rhythm {
            Rhythm::Weekly => {
                let day = days.first().copied().unwrap_or(self.weekday);
                t.digest_why_weekly(t.weekday_long(day), time)
            }
            Rhythm::Daily | Rhythm::None => {
                let in_a_row = days.windows(2).all(|pair| matches!(pair, [day, next] if day.succ() == *next));
                match days.as_slice() {
                    [first, _, .., last] if in_a_row => {
                        t.digest_why_daily_row(time, t.weekday_long(*first), t.weekday_long(*last))
                    }
                    days => t.digest_why_daily(time, t.list(days.iter().map(|day| t.weekday_long(*day)))),
                }
            }
        }
    }
}

impl Occasion<'_> {
    /// Whose it is, for the subject: the reader's team, or their two; the organisation for all others.
    fn whose(&self, t: Words) -> String {
        match self.teams {
            [one] => (*one).to_owned(),
            [one, other] => t.list([*one, *other]),
            _ => self.organisation.to_owned(),
        }
    }

    fn at(&self, page: &str) -> String {
        format!("{}{page}", self.base)
    }
}

/// The letter, but for its foot's first sentence.
pub(super) fn letter(t: Words, occasion: &Occasion<'_>, reader: &Reader, digest: &Digest<'_>) -> Letter {
    let here = occasion.zone.reading(occasion.now);
    let facts = facts(t, digest);
    let subject = if reader.weekly {
        t.digest_subject_weekly(occasion.whose(t), facts.join(", "))
    } else {
        t.digest_subject(occasion.whose(t), t.weekday_long(here.weekday()), facts.join(", "))
    };
    let sentence = sentence(t, digest);
    let name = first_name(occasion.name);
    let title = match here.hour() {
        5..12 => t.digest_morning(name, &sentence),
        12..18 => t.digest_afternoon(name, &sentence),
        _ => t.digest_hello(name, &sentence),
    };
    let when = t.digest_when(
        t.date_long(here.date()),
        t.time(here.time()),
        occasion.zone.city(),
        since(t, occasion.zone, reader.since, occasion.now),
    );
    let mut letter = Letter::new(t, occasion.organisation, subject, preheader(t, digest, sentence))
        .title(title)
        .soft(when);
    letter = for_you(t, letter, occasion, reader, digest);
    letter = said(t, letter, occasion, &digest.said);
    letter = blocked(t, letter, occasion, reader, &digest.blocked);
    letter = moved(t, letter, occasion, &digest.moved);
    letter = own(t, letter, occasion, &digest.own);
    letter = needs(t, letter, occasion, &digest.needs);
    letter = week(t, letter, occasion, &digest.week);
    letter = closing(t, letter, occasion, &digest.closing);
    letter = turnouts(t, letter, occasion, digest);
    letter
        .way_out(t.messages_why_link(), occasion.at(occasion.why_page))
        .way_out(t.digest_settings(), occasion.at("/me#dg"))
        .way_out(if reader.weekly { t.digest_stop_weekly() } else { t.digest_stop_daily() }, occasion.stop)
}

/// What the subject counts: the most useful first.
fn facts(t: Words, digest: &Digest<'_>) -> Vec<String> {
    let counted =
        |n: usize, words: fn(&Words, usize, String) -> String| (n > 0).then(|| words(&t, n, spelled(t, n)));
    let news: Vec<String> = [
        counted(digest.said.count(), |t, n, words| t.digest_fact_said(n, words)),
        counted(digest.blocked.count(), |t, n, words| t.digest_fact_blockers(n, words)),
        counted(digest.moved.count(), |t, n, words| t.digest_fact_moves(n, words)),
        counted(digest.needs.count(), |t, n, words| t.digest_fact_needs(n, words)),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !news.is_empty() {
        return news;
    }
    let due = digest.due_updates.first().map(|due| t.digest_fact_open(t.time(due.until)));
    let check_ins = counted(digest.due_check_ins.count(), |t, n, words| t.digest_fact_check_ins(n, words));
    vec![due.or(check_ins).unwrap_or_else(|| t.digest_fact_standing().to_owned())]
}

/// The one sentence on top.
fn sentence(t: Words, digest: &Digest<'_>) -> String {
    let mut people: Vec<_> = digest.blocked.items.iter().map(|one| one.author.id).collect();
    people.sort();
    people.dedup();
    let stuck = people.len() + digest.blocked.more;
    let moves = digest.moved.count();
    let words = |n| spelled(t, n);
    let found = match (stuck, moves) {
        (0, 0) => match (digest.due_updates.first(), digest.due_check_ins.count(), digest.needs.count()) {
            (Some(due), ..) => t.digest_open_until(t.time(due.until)),
            (None, 0, 0) => t.digest_standing().to_owned(),
            (None, 0, n) => t.digest_needs_count(n, words(n)),
            (None, n, _) => t.digest_check_ins(n, words(n)),
        },
        (0, n) => t.digest_moves(n, words(n)),
        (n, 0) => t.digest_stuck(n, words(n)),
        (n, m) => {
            t.digest_stuck_and_moves(t.digest_part_stuck(n, words(n)), t.digest_part_moves(m, words(m)))
        }
    };
    capitalised(&found)
}

/// What mail programs show beside the subject: it completes it.
fn preheader(t: Words, digest: &Digest<'_>, sentence: String) -> String {
    match (digest.blocked.items.first(), digest.due_updates.first()) {
        (Some(one), Some(due)) => t.digest_preheader_both(first_name(&one.author.name), t.time(due.until)),
        (Some(one), None) => t.digest_preheader_blocked(first_name(&one.author.name)),
        (None, Some(due)) => t.digest_open_until(t.time(due.until)),
        (None, None) => sentence,
    }
}

/// "Monday 09:00", or the date once the weekday alone would be unclear.
pub fn since(t: Words, zone: Zone, from: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let then = zone.reading(from);
    let recent = now - from < TimeDelta::days(6);
    let day = if recent { t.weekday_long(then.weekday()) } else { t.date_long(then.date()) };
    t.digest_since(day, t.time(then.time()))
}

fn for_you(
    t: Words,
    mut letter: Letter,
    occasion: &Occasion<'_>,
    reader: &Reader,
    digest: &Digest<'_>,
) -> Letter {
    if digest.due_updates.is_empty() && digest.due_check_ins.is_empty() {
        return letter;
    }
    letter = letter.heading(t.digest_for_you());
    let today = occasion.at("/today");
    for due in &digest.due_updates {
        let label = if reader.teams.len() > 1 {
            t.digest_your_update_for(&due.team)
        } else {
            t.digest_your_update().to_owned()
        };
        letter = letter.line(t.digest_today_until(t.time(due.until)), Some((label, today.clone())), "");
    }
    for one in &digest.due_check_ins.items {
        let link = (one.title.clone(), key_result_page(occasion, one));
        letter = letter.line(due_day(t, one.due, reader.today), Some(link), t.digest_check_in_due());
    }
    letter = and_more(t, letter, &digest.due_check_ins, today.clone());
    if digest.due_updates.is_empty() { letter } else { letter.button(t.digest_write(), today) }
}

fn due_day(t: Words, due: Option<NaiveDate>, today: NaiveDate) -> String {
    match due {
        Some(due) if due < today => t.digest_since_day(t.date_long(due)),
        _ => t.digest_today().to_owned(),
    }
}

fn said(t: Words, mut letter: Letter, occasion: &Occasion<'_>, few: &Few<&Line>) -> Letter {
    if few.is_empty() {
        return letter;
    }
    letter = letter.heading(t.digest_said());
    for line in &few.items {
        letter =
            letter.line(line.actor().1, Some((t.notice_told(line.phrase(t)), occasion.at(&line.page()))), "");
        let words = line.words();
        if !words.is_empty() {
            letter = letter.voice(t.digest_quoted(words));
        }
    }
    and_more(t, letter, few, occasion.at("/notices"))
}

fn blocked(
    t: Words,
    mut letter: Letter,
    occasion: &Occasion<'_>,
    reader: &Reader,
    few: &Few<&Blocker>,
) -> Letter {
    if few.is_empty() {
        return letter;
    }
    letter = letter.heading(t.digest_blocked());
    for one in &few.items {
        let page = occasion.at(&format!("/updates/{}", one.update));
        letter = letter
            .speaker(first_name(&one.author.name), place(t, &one.author, one.opened_at), Some(page))
            .voice(t.digest_quoted(&one.words));
        if one.waits_for(reader.member) {
            letter = letter.soft(t.digest_you_can_help());
        }
    }
    and_more(t, letter, few, occasion.at("/teams"))
}

/// The newest with their words; of more updates than fit in a mail who wrote and when.
fn moved(t: Words, mut letter: Letter, occasion: &Occasion<'_>, few: &Few<Moved<'_>>) -> Letter {
    if few.is_empty() {
        return letter;
    }
    letter = letter.heading(t.digest_moved());
    for (n, one) in few.items.iter().enumerate() {
        let page = one.update.map(|update| occasion.at(&format!("/updates/{update}")));
        if let Some(page) = page.as_ref().filter(|_| n >= AT_MOST) {
            let name = first_name(&one.author.name).to_owned();
            letter = letter.line("", Some((name, page.clone())), place(t, one.author, one.at));
            continue;
        }
        letter = letter.speaker(first_name(&one.author.name), place(t, one.author, one.at), page);
        for step in &one.steps {
            let word = Word::said(t, step.confidence);
            let page = occasion.at(&format!("/key-results/{}", step.key_result));
            letter = letter.confidence(word.class, word.text, (&step.title, page), from_to(t, step), "");
        }
        if !one.words.is_empty() {
            letter = letter.voice(t.digest_quoted(one.words));
        }
    }
    and_more(t, letter, few, occasion.at("/teams"))
}

fn own(t: Words, mut letter: Letter, occasion: &Occasion<'_>, few: &Few<&KeyResult>) -> Letter {
    if few.is_empty() {
        return letter;
    }
    letter = letter.heading(t.digest_own());
    for one in &few.items {
        letter = standing(t, letter, occasion, one, way(t, one));
    }
    and_more(t, letter, few, occasion.at("/okrs"))
}

/// Once a week: each thing that needs a look, with all its reasons and since when.
fn needs(t: Words, mut letter: Letter, occasion: &Occasion<'_>, few: &Few<&Need>) -> Letter {
    if few.is_empty() {
        return letter;
    }
    letter = letter.heading(t.digest_needs());
    let clock = Clock { t, zone: occasion.zone, now: occasion.now };
    for one in &few.items {
        let stopped = one.blocked.as_deref().unwrap_or_default();
        let mut tags = one.reasons.iter().map(|reason| clock.tag(*reason, |_| stopped));
        // A moon is somebody's word; what is only computed has none of its own.
        let class = |tag: &Tag| if tag.said { tag.class } else { "" };
        let (class, word) = tags.next().map_or(("", String::new()), |tag| (class(&tag), tag.text));
        let others: Vec<String> = tags.map(|tag| t.digest_reason(tag.text)).collect();
        letter = letter.confidence(class, word, (&one.title, occasion.at(&one.page)), "", others.join(" "));
    }
    and_more(t, letter, few, occasion.at("/review"))
}

/// Once a week: from where to where key results went, and whether that is enough.
fn week(t: Words, mut letter: Letter, occasion: &Occasion<'_>, few: &Few<Movement<'_>>) -> Letter {
    if few.is_empty() {
        return letter;
    }
    letter = letter.heading(t.digest_week());
    for Movement { key_result, from, to } in &few.items {
        let word = Word::shown(t, key_result.status);
        let value = |value| value_with_unit(t, key_result.terms.kind(), &key_result.unit, Some(value));
        let went = match from {
            Some(from) => t.digest_from_to(value(*from), value(*to)),
            None => value(*to),
        };
        let link = (&key_result.title, key_result_page(occasion, key_result));
        letter = letter.confidence(word.class, word.text, link, went, way(t, key_result));
    }
    and_more(t, letter, few, occasion.at("/review"))
}

/// Once a week: which decisions close within the next, when on the reader's clock, and how many have answered.
fn closing(t: Words, mut letter: Letter, occasion: &Occasion<'_>, few: &Few<&Closing>) -> Letter {
    if few.is_empty() {
        return letter;
    }
    letter = letter.heading(t.digest_closing());
    for one in &few.items {
        let page = occasion.at(&format!("/decisions/{}", one.id));
        let until = t.decision_closes_by(moment(t, occasion.zone, one.closes_at, occasion.now));
        let views = t.digest_reason(t.decision_views_of(one.answered, one.asked));
        letter = letter.line(t.digest_reason(until), Some((one.question.clone(), page)), views);
    }
    and_more(t, letter, few, occasion.at("/decisions"))
}

fn turnouts(t: Words, mut letter: Letter, occasion: &Occasion<'_>, digest: &Digest<'_>) -> Letter {
    if digest.turnouts.is_empty() {
        return letter;
    }
    letter = letter.heading(t.digest_turnout());
    for one in &digest.turnouts {
        let page = occasion.at(&format!("/teams/{}", one.slug));
        letter = letter.line("", Some((one.name.clone(), page)), t.digest_turnout_of(one.posted, one.of));
    }
    letter
}

fn standing(t: Words, letter: Letter, occasion: &Occasion<'_>, one: &KeyResult, rest: String) -> Letter {
    let word = Word::shown(t, one.status);
    let value = one
        .value
        .map(|value| value_of_target(t, &one.terms, &one.unit, Some(value), one.kept))
        .unwrap_or_default();
    letter.confidence(word.class, word.text, (&one.title, key_result_page(occasion, one)), value, rest)
}

/// "49% of the way, 55% expected today."
fn way(t: Words, one: &KeyResult) -> String {
    match (one.progress, one.expected) {
        (Some(progress), Some(expected)) => t.digest_way(t.percent(progress), t.percent(expected)),
        (Some(progress), None) => t.digest_way_without_pace(t.percent(progress)),
        (None, _) => t.digest_unmeasured().to_owned(),
    }
}

/// "96.8% to 97.2%"
pub fn from_to(t: Words, step: &Step) -> String {
    let to = value_with_unit(t, step.kind, &step.unit, Some(step.to));
    match step.from {
        Some(from) => t.digest_from_to(value_with_unit(t, step.kind, &step.unit, Some(from)), to),
        None => to,
    }
}

/// "Tuesday afternoon in Auckland": when and where somebody wrote, on their own clock.
pub fn place(t: Words, author: &Author, at: DateTime<Utc>) -> String {
    let there = author.zone.reading(at);
    t.digest_place(t.weekday_long(there.weekday()), t.part_of_day(there.time()), author.zone.city())
}

fn key_result_page(occasion: &Occasion<'_>, one: &KeyResult) -> String {
    occasion.at(&format!("/key-results/{}", one.id))
}

fn and_more<T>(t: Words, letter: Letter, few: &Few<T>, page: String) -> Letter {
    if few.more == 0 { letter } else { letter.line("", Some((t.digest_more(few.more), page)), "") }
}
