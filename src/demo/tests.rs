//! The story keeps its promises: enough of it, in its own words, at believable hours, on any day of any year.

mod contradictions;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use rust_decimal::Decimal;

use super::{
    Amendment, Confidence, Day, Measure, Moment, NoMoment, PersonKey, Story, StoryFault, Update,
    first_monday, sense::out_of_order,
};
use crate::calendar::{Edge, resolve};

fn story() -> Story {
    Story::load().unwrap_or_else(|fault| panic!("{fault}"))
}

fn date(y: i32, m: u32, d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(y, m, d).unwrap()
}

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// A Monday in each week of some years: wherever the demo may begin.
fn mondays() -> impl Iterator<Item = NaiveDate> {
    (0..52 * 4).map(|week| date(2025, 12, 29) + TimeDelta::weeks(week))
}

/// Every check-in: on a page or with an update.
fn measures(story: &Story) -> impl Iterator<Item = (&PersonKey, Moment, &Measure)> {
    let with_updates =
        story.updates.iter().flat_map(|u| u.check_ins.iter().map(move |measure| (&u.by, u.at, measure)));
    with_updates.chain(story.check_ins.iter().map(|c| (&c.by, c.at, &c.measure)))
}

/// Every text that someone wrote, with who and when.
fn texts(story: &Story) -> Vec<(String, &str)> {
    let mut texts = Vec::new();
    for update in &story.updates {
        let of = |what: &str| format!("{what} of {} on {}", update.by, update.at);
        texts.extend([(of("moved"), update.moved.as_str()), (of("next"), update.next.as_str())]);
        if let Some(blocker) = &update.blocker {
            texts.push((of("blocker"), &blocker.text));
            texts.extend(blocker.resolved.iter().map(|end| (of("resolution"), end.note.as_str())));
        }
        texts.extend(update.replies.iter().map(|reply| (of("a reply to that"), reply.text.as_str())));
    }
    texts.extend(measures(story).map(|(by, at, m)| (format!("note of {by} on {at}"), m.note.as_str())));
    texts.extend(story.remarks.iter().map(|r| (format!("remark of {} on {}", r.by, r.at), r.text.as_str())));
    texts.extend(story.changes.iter().map(|c| (format!("change of {}", c.by), c.reason.as_str())));
    texts.extend(story.objectives.iter().map(|o| (format!("why of {}", o.key), o.why.as_str())));
    texts
}

fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split(['.', '?', ':', ';']).map(str::trim).filter(|sentence| sentence.split(' ').count() > 3)
}

#[test]
fn there_is_enough_of_it() {
    let story = story();
    assert!(story.updates.len() >= 160, "{} updates", story.updates.len());
    let replies: usize = story.updates.iter().map(|update| update.replies.len()).sum();
    assert!(replies + story.remarks.len() >= 60, "{replies} replies");
    assert!(story.people.len() >= 11);
    let zones: BTreeSet<_> = story.people.iter().map(|person| person.zone).collect();
    assert!(zones.len() >= 6, "{zones:?}");
    assert_eq!((story.teams.len(), story.objectives.len(), story.key_results.len()), (3, 9, 17));
    let with_updates: usize = story.updates.iter().map(|update| update.check_ins.len()).sum();
    let share = with_updates * 100 / (with_updates + story.check_ins.len());
    assert!((45..=65).contains(&share), "{share}% of check-ins are made with an update");
    assert!(story.people.iter().filter(|person| !person.away.is_empty()).count() >= 5);
    for person in &story.people {
        assert_eq!(person.email, format!("{}@saltmarsh.example", person.key));
    }
}

#[test]
fn nobody_says_the_same_thing_twice() {
    let story = story();
    let mut seen = BTreeMap::new();
    for (of, text) in texts(&story) {
        for sentence in sentences(text) {
            let before = seen.insert(sentence.to_lowercase(), of.clone());
            assert!(before.is_none(), "{sentence:?} is in the {of} and in the {}", before.unwrap());
        }
    }
}

#[test]
fn the_words_suit_any_day_of_the_year_and_the_house() {
    let story = story();
    let seasonal = [
        "January",
        "February",
        "March",
        "April",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
        "winter",
        "summer",
        "autumn",
        "Christmas",
        "lorem",
        "ipsum",
        "TODO",
    ];
    for (of, text) in texts(&story) {
        assert!(!seasonal.iter().any(|word| text.contains(word)), "the {of} is of a season: {text}");
        assert!(!text.contains(['\'', '"', '!', '—']), "the {of} is not in the house's voice: {text}");
        assert!(text.ends_with(['.', '?', '”']), "the {of} does not end: {text}");
        assert!(text.chars().count() <= 420, "the {of} is long");
        assert_eq!(text, text.split_whitespace().collect::<Vec<_>>().join(" "), "the {of} has odd spaces");
    }
    let length = |update: &Update| sentences(&update.moved).count();
    assert!(story.updates.iter().all(|update| length(update) <= 6));
}

#[test]
fn answers_follow_questions_wherever_the_clocks_stand() {
    let story = story();
    for monday in mondays() {
        assert_eq!(out_of_order(&story, monday), Vec::<String>::new());
    }
}

#[test]
fn people_keep_their_hours_mostly() {
    let story = story();
    let at_work = |by: &PersonKey, at: Moment| {
        let spans = story.person(by).unwrap().week.spans(at.day.weekday);
        spans.iter().any(|span| (span.start..=span.end).contains(&at.time))
    };
    let acts = story.updates.iter().flat_map(|update| {
        let replies = update.replies.iter().map(|reply| (&reply.by, reply.at));
        let reactions = update.reactions.iter().map(|reaction| (&reaction.by, reaction.at));
        replies.chain(reactions).chain([(&update.by, update.at)])
    });
    let outside: Vec<_> = acts.clone().filter(|(by, at)| !at_work(by, *at)).collect();
    assert!((1..=acts.count() / 50).contains(&outside.len()), "{outside:?}");
    let away = |by: &PersonKey, day| !story.person(by).unwrap().is_there(day);
    let measured_away: Vec<_> = measures(&story).filter(|(by, at, _)| away(by, at.day)).collect();
    assert!(measured_away.is_empty(), "{measured_away:?}");
}

#[test]
fn most_updates_that_are_asked_for_are_written() {
    let story = story();
    let posted: BTreeSet<_> = story.updates.iter().map(|update| (&update.by, update.at.day)).collect();
    for team in &story.teams {
        let days = (1..=8).flat_map(|week| {
            let weekdays = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];
            weekdays.map(|weekday| Day { week, weekday })
        });
        let asked = days.filter(|day| team.standup.asks_on(*day)).flat_map(|day| {
            story.people.iter().filter_map(move |person| {
                let asked = person.is_there(day) && team.seat_of(&person.key, day).is_some();
                asked.then_some((&person.key, day))
            })
        });
        let asked: Vec<_> = asked.collect();
        let written = asked.iter().filter(|(by, day)| posted.contains(&(*by, *day))).count();
        let share = written * 100 / asked.len();
        assert!((80..=92).contains(&share), "{}: {written} of {} is {share}%", team.key, asked.len());
    }
}

#[test]
fn confidence_by_week_reads_as_designed() {
    let story = story();
    let mut weeks: BTreeMap<&str, [char; 8]> = BTreeMap::new();
    let mut all: Vec<_> = measures(&story).collect();
    all.sort_by_key(|(by, at, _)| story.instant(by, *at, date(2026, 9, 28)));
    for (_, at, measure) in all {
        let sign = match measure.confidence {
            Confidence::OnTrack => 'o',
            Confidence::AtRisk => 'r',
            Confidence::OffTrack => 'f',
        };
        weeks.entry(measure.key_result.as_str()).or_insert(['.'; 8])[usize::from(at.day.week) - 1] = sign;
    }
    let read: Vec<String> = story
        .key_results
        .iter()
        .map(|kr| {
            let week = weeks.get(kr.key.as_str()).unwrap_or(&['.'; 8]);
            format!("{} {}", kr.key, week.iter().collect::<String>())
        })
        .collect();
    let designed = [
        "towns oorr.rrr",
        "panel ooo.rrrr",
        "error ooofrooo",
        "six rroooooo",
        "learned oooooooo",
        "drill .oorrrrr",
        "foul orrrffff",
        "visits rroooo.o",
        "firmware orr.r...",
        "multi oooooooo",
        "runway oo.o.oo.",
        "portal o.o.o.r.",
        "uptime ooro.oo.",
        "grant .o.o.oo.",
        "answer .r.r.oo.",
        "mirrors ..o.ooo.",
        // Nobody has measured it yet.
        "paper ........",
    ];
    assert_eq!(read, designed);
}

#[test]
fn the_numbers_arrive_where_the_pages_were_drawn() {
    let story = story();
    let mut all: Vec<_> = measures(&story).collect();
    all.sort_by_key(|(by, at, _)| story.instant(by, *at, date(2026, 9, 28)));
    let last: BTreeMap<&str, Decimal> =
        all.iter().map(|(_, _, measure)| (measure.key_result.as_str(), measure.value)).collect();
    let expected = [
        ("answer", dec("84600")),
        ("drill", dec("11")),
        ("error", dec("24.1")),
        ("firmware", dec("120")),
        ("foul", dec("41")),
        ("grant", dec("78000")),
        ("learned", dec("29")),
        ("mirrors", dec("3")),
        ("multi", dec("16")),
        ("panel", dec("64")),
        ("portal", dec("2")),
        ("runway", dec("16.5")),
        ("six", dec("97.2")),
        ("towns", dec("17")),
        ("uptime", dec("99.7")),
        ("visits", dec("15")),
    ];
    assert_eq!(last, BTreeMap::from(expected));
    let target = story.changes.iter().find_map(|change| match change.change {
        Amendment::Target(target) => Some((change.key_result.as_str(), change.at.day.week, target)),
        Amendment::NoOwner => None,
    });
    assert_eq!(target, Some(("drill", 5, dec("24"))));
}

/// Some instants of the current week, for a reader whose Monday is `monday`.
fn instants_of_week(monday: NaiveDate) -> impl Iterator<Item = DateTime<Utc>> {
    let midnight = monday.and_time(NaiveTime::MIN).and_utc();
    (0..34).map(move |n| midnight + TimeDelta::hours(5 * n))
}

#[test]
fn the_demo_is_alive_at_any_hour_and_leaves_an_update_to_write() {
    let story = story();
    let member = &story.organisation.member;
    let zone = story.person(member).unwrap().zone;
    for monday in mondays().step_by(29) {
        for now in instants_of_week(monday) {
            let start = first_monday(monday);
            let seen = story.so_far(start, now);
            let own = seen.updates.iter().filter(|update| update.by == *member);
            let own: Vec<_> = own.map(|update| update.at.day.date(start)).collect();
            assert!(!own.contains(&zone.date_at(now)), "{now}");
            assert!(own.last().is_some_and(|day| zone.date_at(now) - *day <= TimeDelta::days(4)), "{now}");
            let open = seen.updates.iter().filter_map(|update| update.blocker.as_ref());
            assert_eq!(open.filter(|blocker| blocker.resolved.is_none()).count(), 2, "{now}");
            let posted = seen.updates.iter().filter_map(|u| story.instant(&u.by, u.at, start));
            let newest = posted.max().unwrap();
            assert!(newest <= now && now - newest < TimeDelta::hours(72), "{now}: nothing since {newest}");
            let firmware = measures(&seen).filter(|(_, _, m)| m.key_result.as_str() == "firmware");
            let stale = firmware.map(|(by, at, _)| story.instant(by, at, start).unwrap()).max().unwrap();
            assert!(now - stale > TimeDelta::hours(18 * 24 + 12), "{now}: firmware was measured on {stale}");
        }
    }
}

#[test]
fn what_happens_later_is_not_told() {
    let story = story();
    let (start, monday) = (date(2026, 9, 28), date(2026, 11, 16));
    let lisbon = story.person(&story.organisation.member).unwrap().zone;
    let at = |day: NaiveDate, hour| {
        resolve(lisbon, day, NaiveTime::from_hms_opt(hour, 24, 0).unwrap(), Edge::Opening).unwrap()
    };
    let tuesday = story.so_far(start, at(date(2026, 11, 17), 9));
    assert_eq!(first_monday(monday), start);
    let last = tuesday.updates.iter().rfind(|update| update.by == story.organisation.member).unwrap();
    assert_eq!(last.next, "Get the Azores stations onto learned corrections.");
    let today: BTreeSet<_> = tuesday
        .updates
        .iter()
        .filter(|update| update.at.day == "week 8, Tue".parse().unwrap())
        .map(|update| update.by.as_str())
        .collect();
    assert_eq!(today, BTreeSet::from(["arjun", "priya", "tama"]));
    let tama = tuesday.updates.iter().rfind(|update| update.by.as_str() == "tama").unwrap();
    assert_eq!(tama.replies.len(), 2);

    let open = |day, hour| {
        let seen = story.so_far(start, at(day, hour));
        let blockers = seen.updates.into_iter().filter_map(|update| update.blocker);
        blockers.filter(|blocker| blocker.resolved.is_none()).count()
    };
    assert_eq!(open(date(2026, 10, 22), 17), 0, "hers is the visitor's to write");
    assert_eq!(open(date(2026, 10, 23), 6), 1, "it is 10:54 for Arjun");
    assert_eq!(open(date(2026, 10, 23), 8), 0, "he resolved it at 11:30");
    let next = story.so_far(start, at(date(2026, 10, 23), 8));
    assert!(next.changes.is_empty() && next.check_ins.len() < story.check_ins.len());
}

#[test]
fn the_first_monday_is_seven_weeks_back() {
    for offset in 0..7 {
        assert_eq!(first_monday(date(2026, 11, 16) + TimeDelta::days(offset)), date(2026, 9, 28));
    }
    assert_eq!(first_monday(date(2026, 11, 23)), date(2026, 10, 5));
}

#[test]
fn a_moment_is_read_as_it_is_said() {
    let moment: Moment = "week 5, Mon 10:05".parse().unwrap();
    assert_eq!(moment.to_string(), "week 5, Mon 10:05");
    assert_eq!(moment.reading(date(2026, 9, 28)).to_string(), "2026-10-26 10:05:00");
    assert_eq!(moment.day.date(date(2026, 9, 28)).weekday(), Weekday::Mon);
    for nonsense in
        ["", "Mon 10:05", "week 0, Mon 10:05", "week 14, Mon 10:05", "week 5, Mon", "week 5, Mon 25:00"]
    {
        let read: Result<Moment, NoMoment> = nonsense.parse();
        assert!(read.is_err(), "{nonsense}");
    }
}

#[test]
fn schedules_follow_each_other_without_a_gap() {
    let story = story();
    let schedules: Vec<_> = story.teams[0].standup.schedules(date(2026, 9, 28)).collect();
    assert_eq!(schedules.len(), 2);
    assert_eq!(schedules[0].until, Some(date(2026, 10, 25)));
    assert_eq!((schedules[1].first, schedules[1].until), (date(2026, 10, 26), None));
    assert!(schedules.iter().all(|schedule| schedule.check().is_ok()));
}

#[test]
fn the_password_is_strong() {
    let story = story();
    let guess = zxcvbn::zxcvbn(&story.organisation.password, &["saltmarsh", "meridian", "ines"]);
    assert!(guess.score() >= zxcvbn::Score::Three, "{:?}", guess.score());
}
