//! Rows through random lives: moves over the date line, changed schedules, ticks early and late.

use super::*;
use crate::calendar::{Recurrence, Schedule, WeekdaySet};
use chrono::{NaiveTime, Weekday};
use proptest::prelude::*;

/// A schedule on somebody's clock.
#[derive(Debug, Clone, Copy)]
struct On {
    schedule: Schedule,
    zone: Zone,
}

impl Rule for On {
    fn asked(&self, date: NaiveDate) -> Option<Asked> {
        let occurrence = self.schedule.occurrence(self.zone, date)?;
        Some(Asked { occurrence, zone: self.zone, version: None, excused: false })
    }

    fn next_from(&self, date: NaiveDate) -> Option<NaiveDate> {
        self.schedule.next_from(date)
    }
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn zone(name: &str) -> Zone {
    Zone::parse(name).unwrap()
}

fn weekdays(weekdays: WeekdaySet) -> Schedule {
    Schedule {
        recurrence: Recurrence::Weekly { every: 1, weekdays, anchor: date("2026-01-01") },
        opens: NaiveTime::from_hms_opt(9, 0, 0).unwrap(),
        opens_evening_before: false,
        due: NaiveTime::from_hms_opt(16, 0, 0).unwrap(),
        first: date("2010-01-01"),
        until: None,
    }
}

/// One member's seat with one standup, kept in memory as the database would.
#[derive(Clone)]
struct Seat {
    member: MemberId,
    standup: StandupId,
    rule: On,
    since: DateTime<Utc>,
    until: Option<NaiveDate>,
    next: Option<DateTime<Utc>>,
    asked: bool,
    rows: BTreeMap<NaiveDate, Kept>,
}

impl Seat {
    fn new(rule: On, since: DateTime<Utc>) -> Self {
        let (member, standup) = (MemberId::fresh(), StandupId::fresh());
        Self {
            member,
            standup,
            rule,
            since,
            until: None,
            next: Some(since),
            asked: true,
            rows: BTreeMap::new(),
        }
    }

    fn place(&self) -> Place<On> {
        let course = Course { subject: Subject::Standup(self.standup), member: self.member, rule: self.rule };
        let courses = if self.asked { vec![course] } else { Vec::new() };
        Place { zone: self.rule.zone, since: self.since, until: self.until, courses }
    }

    fn add(&mut self, new: Vec<New>) {
        for New { member, subject, asked } in new {
            let row = Kept { id: OccurrenceId::fresh(), member, subject, asked };
            assert!(self.rows.insert(asked.occurrence.date, row).is_none(), "{asked:?} twice");
        }
    }

    fn mark(&mut self, mark: Mark) {
        (self.until, self.next) = (Some(mark.until), mark.next);
    }

    /// What a tick does, if it finds the seat due.
    fn tick(&mut self, now: DateTime<Utc>) {
        if self.next.is_some_and(|next| next <= now) {
            self.make(now);
        }
    }

    fn make(&mut self, now: DateTime<Utc>) {
        let (new, mark) = self.place().ahead(now);
        self.add(new);
        self.mark(mark);
    }

    /// A change, in the order the verbs keep.
    fn change(&mut self, now: DateTime<Utc>, change: impl FnOnce(&mut Self)) {
        self.make(now);
        change(self);
        let earliest = (now - TimeDelta::days(BEHIND)).date_naive();
        let kept: Vec<Kept> = self.rows.range(earliest..).map(|(_, row)| *row).collect();
        let changes = follow(&[self.place()], &kept, now);
        self.rows.retain(|_, row| !changes.gone.contains(&row.id));
        for row in changes.changed {
            self.rows.insert(row.asked.occurrence.date, row);
        }
        self.add(changes.new);
        self.mark(changes.marks[0]);
    }

    fn asked(&self) -> Vec<Asked> {
        self.rows.values().map(|row| row.asked).collect()
    }

    fn on(&self, day: &str) -> Option<Asked> {
        self.rows.get(&date(day)).map(|row| row.asked)
    }
}

fn ines() -> Seat {
    Seat::new(
        On { schedule: weekdays(WeekdaySet::MON_TO_FRI), zone: zone("Europe/Lisbon") },
        at("2026-11-02T08:00:00Z"),
    )
}

fn moved(seat: &mut Seat, to: &str, now: &str) {
    seat.change(at(now), |seat| seat.rule.zone = zone(to));
}

#[test]
fn rows_are_made_eight_days_ahead_and_the_next_when_its_time_comes() {
    let mut ines = ines();
    ines.tick(at("2026-11-17T09:24:00Z"));
    assert_eq!(ines.rows.keys().next(), Some(&date("2026-11-02")));
    assert_eq!(ines.rows.keys().last(), Some(&date("2026-11-25")));
    assert_eq!((ines.rows.len(), ines.next), (18, Some(at("2026-11-18T00:00:00Z"))));
    let before = ines.asked();
    ines.tick(at("2026-11-17T23:59:59Z"));
    assert_eq!(ines.asked(), before);
    ines.tick(at("2026-11-18T00:00:00Z"));
    assert_eq!(ines.rows.len(), 19);
    // On Friday the 20th the next is Monday the 30th, so the 28th and the 29th pass without work.
    ines.tick(at("2026-11-20T00:00:00Z"));
    assert_eq!(ines.next, Some(at("2026-11-22T00:00:00Z")));
}

#[test]
fn nothing_is_asked_from_before_somebody_came() {
    let came = |when: &str| {
        let mut ines = Seat { since: at(when), ..ines() };
        ines.tick(at("2026-11-17T20:00:00Z"));
        ines.asked()[0].occurrence
    };
    let noon = came("2026-11-17T12:00:00Z");
    assert_eq!((noon.date, noon.opens), (date("2026-11-17"), at("2026-11-17T12:00:00Z")));
    assert_eq!(came("2026-11-17T16:00:00Z").date, date("2026-11-18"));
}

#[test]
fn from_lisbon_to_auckland_on_a_posting_day_and_back() {
    let mut ines = ines();
    ines.tick(at("2026-11-17T09:00:00Z"));
    moved(&mut ines, "Pacific/Auckland", "2026-11-17T09:24:00Z");
    let opened = ines.on("2026-11-17").unwrap();
    assert_eq!((opened.zone, opened.occurrence.due), (zone("Europe/Lisbon"), at("2026-11-17T16:00:00Z")));
    let next = ines.on("2026-11-18").unwrap().occurrence;
    assert_eq!((next.opens, next.due), (at("2026-11-17T20:00:00Z"), at("2026-11-18T03:00:00Z")));
    // Back in Lisbon before Wednesday opened in Auckland: as if nothing had been.
    let mut never = ines.clone();
    moved(&mut ines, "Europe/Lisbon", "2026-11-17T12:00:00Z");
    assert_eq!(ines.on("2026-11-18").unwrap().occurrence.due, at("2026-11-18T16:00:00Z"));
    // After it opened it stays, and Thursday follows.
    moved(&mut never, "Europe/Lisbon", "2026-11-17T21:00:00Z");
    assert_eq!(never.on("2026-11-18").unwrap().occurrence, next);
    assert_eq!(never.on("2026-11-19").unwrap().occurrence.due, at("2026-11-19T16:00:00Z"));
    assert_eq!(ines.rows.keys().collect::<Vec<_>>(), never.rows.keys().collect::<Vec<_>>());
}

#[test]
fn a_move_that_put_a_date_into_the_past_excuses_it_until_it_is_ahead_again() {
    let mut ines = ines();
    moved(&mut ines, "Pacific/Auckland", "2026-11-17T03:00:00Z");
    assert!(ines.on("2026-11-17").unwrap().excused);
    let mut kept = ines.clone();
    moved(&mut ines, "Europe/Lisbon", "2026-11-17T04:00:00Z");
    let back = ines.on("2026-11-17").unwrap();
    assert_eq!((back.excused, back.occurrence.due), (false, at("2026-11-17T16:00:00Z")));
    moved(&mut kept, "Europe/Lisbon", "2026-11-17T16:00:00Z");
    assert!(kept.on("2026-11-17").unwrap().excused, "it is past there too");
}

#[test]
fn a_date_left_out_by_the_zone_has_no_row() {
    let rule = On { schedule: weekdays(WeekdaySet::ALL), zone: zone("Pacific/Apia") };
    let mut samoa = Seat::new(rule, at("2011-12-20T20:00:00Z"));
    samoa.tick(at("2012-01-05T00:00:00Z"));
    assert!(
        samoa.on("2011-12-29").is_some()
            && samoa.on("2011-12-30").is_none()
            && samoa.on("2011-12-31").is_some()
    );
    // Whoever moves there has it taken away, and back in Lisbon it is there again.
    let mut ines = Seat::new(On { zone: zone("Europe/Lisbon"), ..rule }, at("2011-12-20T20:00:00Z"));
    moved(&mut ines, "Pacific/Apia", "2011-12-28T20:00:00Z");
    assert_eq!(ines.on("2011-12-30"), None);
    moved(&mut ines, "Europe/Lisbon", "2011-12-28T21:00:00Z");
    assert_eq!(ines.on("2011-12-30").unwrap().occurrence.due, at("2011-12-30T16:00:00Z"));
}

#[test]
fn whoever_takes_no_part_for_a_while_is_not_asked_for_it() {
    let mut ines = ines();
    ines.change(at("2026-11-17T08:00:00Z"), |seat| seat.asked = false);
    assert_eq!((ines.on("2026-11-16").is_some(), ines.on("2026-11-17"), ines.next), (true, None, None));
    ines.change(at("2026-12-16T12:00:00Z"), |seat| seat.asked = true);
    let there: Vec<_> = ines.rows.keys().skip_while(|date| **date < "2026-11-17".parse().unwrap()).collect();
    assert_eq!(there[0], &date("2026-12-16"));
    assert_eq!(ines.on("2026-12-16").unwrap().occurrence.opens, at("2026-12-16T12:00:00Z"));
}

#[test]
fn a_check_in_goes_over_to_the_new_owner_unless_its_day_has_begun() {
    let key_result = Subject::KeyResult(KeyResultId::fresh());
    let (ines, tama) = (MemberId::fresh(), MemberId::fresh());
    let place = |member, name| Place {
        zone: zone(name),
        since: at("2026-11-01T00:00:00Z"),
        until: None,
        courses: vec![Course {
            subject: key_result,
            member,
            rule: On { schedule: weekdays(WeekdaySet::NONE.with(Weekday::Fri)), zone: zone(name) },
        }],
    };
    let now = at("2026-11-13T12:00:00Z");
    let (new, mark) = place(ines, "Europe/Lisbon").ahead(now);
    let kept: Vec<Kept> = new
        .into_iter()
        .map(|New { member, subject, asked }| Kept { id: OccurrenceId::fresh(), member, subject, asked })
        .collect();
    let after = Place { until: Some(mark.until), ..place(tama, "Pacific/Auckland") };
    let changes = follow(&[after], &kept, now);
    assert!(changes.new.is_empty() && changes.gone.is_empty());
    let changed: Vec<_> = changes.changed.iter().map(|row| (row.member, row.asked.occurrence.date)).collect();
    assert_eq!(changed, [(tama, date("2026-11-20"))]);
}

fn any_zone() -> impl Strategy<Value = Zone> {
    // Both sides of the date line often, all others sometimes.
    let edge =
        ["Pacific/Kiritimati", "Pacific/Auckland", "Pacific/Honolulu", "Pacific/Pago_Pago", "Pacific/Apia"];
    prop_oneof![prop::sample::select(edge.map(zone).to_vec()), prop::sample::select(Zone::all().to_vec())]
}

fn any_schedule() -> impl Strategy<Value = Schedule> {
    (1i16..128, 0u32..1439, 1u32..720, any::<bool>()).prop_map(
        |(bits, opens, length, opens_evening_before)| {
            let time = |minute: u32| {
                NaiveTime::from_num_seconds_from_midnight_opt(minute.min(1439) * 60, 0).unwrap()
            };
            let (opens, due) = (time(opens), time(opens + length));
            Schedule { opens, due, opens_evening_before, ..weekdays(WeekdaySet::from_bits(bits).unwrap()) }
        },
    )
}

/// What happens, and how many minutes after what happened before.
#[derive(Debug, Clone)]
enum Event {
    Move(Zone),
    Schedule(Schedule),
    Nothing,
}

fn any_life() -> impl Strategy<Value = Vec<(i64, Event)>> {
    let event = prop_oneof![
        4 => any_zone().prop_map(Event::Move),
        1 => any_schedule().prop_map(Event::Schedule),
        1 => Just(Event::Nothing),
    ];
    prop::collection::vec((0i64..4000, event), 1..12)
}

fn live(seat: &mut Seat, event: &Event, now: DateTime<Utc>) {
    match event {
        Event::Move(to) => seat.change(now, |seat| seat.rule.zone = *to),
        Event::Schedule(schedule) => seat.change(now, |seat| seat.rule.schedule = *schedule),
        Event::Nothing => seat.tick(now),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn rows_made_late_are_the_rows_made_on_time(
        zone in any_zone(), schedule in any_schedule(), life in any_life(), quiet in 0i64..60_000,
    ) {
        let begin = at("2026-10-20T12:00:00Z");
        let (mut steady, mut stopped) = (Seat::new(On { schedule, zone }, begin), Seat::new(On { schedule, zone }, begin));
        let mut now = begin;
        for (minutes, event) in life.iter().chain([&(quiet, Event::Nothing)]) {
            let then = now + TimeDelta::minutes(*minutes);
            while now < then {
                now = (now + TimeDelta::minutes(17)).min(then);
                steady.tick(now);
            }
            live(&mut steady, event, now);
            live(&mut stopped, event, now);
        }
        prop_assert_eq!(steady.asked(), stopped.asked());
        prop_assert_eq!(steady.next, stopped.next);
    }

    #[test]
    fn each_scheduled_date_is_one_row_and_what_opened_never_changes(
        zone in any_zone(), schedule in any_schedule(), life in any_life(),
    ) {
        let begin = at("2026-10-20T12:00:00Z");
        let mut seat = Seat::new(On { schedule, zone }, begin);
        let mut now = begin;
        let mut opened: BTreeMap<NaiveDate, Asked> = BTreeMap::new();
        for (minutes, event) in &life {
            now += TimeDelta::minutes(*minutes);
            seat.tick(now);
            for (date, row) in &seat.rows {
                if row.asked.has_opened(now) {
                    opened.entry(*date).or_insert(row.asked);
                }
            }
            live(&mut seat, event, now);
            for (date, asked) in &opened {
                prop_assert_eq!(seat.rows.get(date).map(|row| row.asked), Some(*asked));
            }
            // No instant of a row that is not excused lies in the past of the change that set it.
            for row in seat.rows.values() {
                let Asked { occurrence, excused, .. } = row.asked;
                prop_assert!(occurrence.opens <= occurrence.due);
                prop_assert!(excused || opened.contains_key(&occurrence.date) || now <= occurrence.opens && now < occurrence.due);
            }
            // Each date the rule now falls on from today on has exactly one row, up to the horizon, and no other date
            // has one that is still to open.
            let until = seat.until.unwrap();
            let today = seat.rule.zone.date_at(now);
            for date in today.iter_days().take_while(|date| *date <= until) {
                let scheduled = seat.rule.schedule.occurrence(seat.rule.zone, date);
                match (scheduled, seat.rows.get(&date)) {
                    (Some(due), None) => prop_assert!(due.due <= now, "{date} was lost"),
                    (None, Some(row)) => prop_assert!(opened.contains_key(&date) || row.asked.excused, "{date} is too much"),
                    _ => {}
                }
            }
        }
    }
}
