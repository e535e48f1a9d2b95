//! Working time: the part of elapsed time that lies inside someone's working spans, measured as [`Stretches`] measure it:
//! a night shift over the autumn change is an hour longer, over the spring change an hour shorter.
//!
//! "N working hours of this person from this instant" is [`WorkingTime::after`], and its reverse [`WorkingTime::between`].
//! Ages of blockers, windows to answer in and grace are reckoned here and nowhere else.

use std::{iter::successors, ops::Range};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::{
    absence::Absence,
    stretches::{HORIZON, Stretches},
    workweek::WorkWeek,
    zone::Zone,
};

/// One person's working time: their zone, their week, the dates they are away.
#[derive(Clone, Copy, Debug)]
pub struct WorkingTime<'a> {
    /// Where their wall clock hangs.
    pub zone: Zone,
    /// When they work.
    pub week: &'a WorkWeek,
    /// When they do not after all.
    pub absence: &'a Absence,
}

impl<'a> WorkingTime<'a> {
    /// The working time from instant `a` to instant `b`; zero when `b` is not after `a`.
    pub fn between(&self, a: DateTime<Utc>, b: DateTime<Utc>) -> TimeDelta {
        self.within(a..b).map(|span| span.end - span.start).fold(TimeDelta::zero(), |sum, part| sum + part)
    }

    /// The working spans inside a window, cut off at its ends: in order, without overlap, none empty.
    pub fn within(&self, window: Range<DateTime<Utc>>) -> impl Iterator<Item = Range<DateTime<Utc>>> + 'a {
        self.spans().within(window)
    }

    /// The first instant at which this much working time has passed since `from`: "eight working hours of this
    /// person from this instant". `from` itself for no time; `None` when ten years do not hold that much.
    pub fn after(&self, from: DateTime<Utc>, time: TimeDelta) -> Option<DateTime<Utc>> {
        if time <= TimeDelta::zero() {
            return Some(from);
        }
        let mut left = time;
        for span in self.spans().from(from) {
            let length = span.end - span.start;
            if left <= length {
                return Some(span.start + left);
            }
            left -= length;
        }
        None
    }

    /// Whether the instant lies in a working span. The first instant of a span does, the last does not.
    pub fn is_working(&self, at: DateTime<Utc>) -> bool {
        self.working_until(at).is_some()
    }

    /// The first instant, at or after `at`, at which work begins; `None` when it does not within ten years.
    /// A span that follows another without a pause does not begin work.
    pub fn next_opening(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let mut worked_until = None;
        self.spans()
            .from(at - TimeDelta::nanoseconds(1))
            .find(|span| worked_until.replace(span.end) != Some(span.start) && at <= span.start)
            .map(|span| span.start)
    }

    /// `at` when it lies in a working span, else the next opening: the soonest a message may arrive.
    pub fn soonest(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if self.is_working(at) { Some(at) } else { self.next_opening(at) }
    }

    /// The end of the working span that the instant lies in; `None` outside working time.
    pub fn working_until(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.spans().around(at).map(|span| span.end)
    }

    /// Whether the instant lies in a span that begins on this date: the hours after midnight belong to the evening before.
    pub fn works_on(&self, date: NaiveDate, at: DateTime<Utc>) -> bool {
        self.spans().on(date).any(|span| span.contains(&at))
    }

    /// When work last ended on an earlier date than the one their calendar shows at `at`: where "since you
    /// left" begins. `None` when they have not worked for ten years.
    pub fn end_of_last_day(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        successors(self.zone.date_at(at).pred_opt(), NaiveDate::pred_opt)
            .take(HORIZON)
            .find_map(|date| self.spans().on(date).map(|span| span.end).filter(|end| *end <= at).max())
    }

    /// Whether they work on this date.
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        self.week.is_working_day(date) && !self.absence.contains(date)
    }

    /// The `n`th date after `date` on which they work; `date` itself for none. The last date of the calendar
    /// when they are away for good.
    pub fn working_days_after(&self, date: NaiveDate, n: u32) -> NaiveDate {
        let mut day = date;
        let mut left = n;
        while left > 0 {
            let Some(next) = self.absence.until(day).unwrap_or(day).succ_opt() else { return NaiveDate::MAX };
            day = next;
            if self.is_working_day(day) {
                left -= 1;
            }
        }
        day
    }

    /// The hours of work as instants.
    fn spans(&self) -> Stretches<'a> {
        Stretches { zone: self.zone, hours: self.week.hours(), absence: self.absence }
    }
}

#[cfg(test)]
mod tests {
    use chrono::{Datelike as _, Days, Weekday};
    use proptest::prelude::*;

    use super::*;
    use crate::calendar::Span;
    use crate::calendar::samples::{any_date, any_instant, any_time, any_zone, at, date, hours, time, zone};
    use crate::calendar::weekdays::WEEK;

    static NEVER: Absence = Absence::NONE;

    fn week(spans: &[(Weekday, &str, &str)]) -> WorkWeek {
        let span = |start, end| Span { start: time(start), end: time(end) };
        WorkWeek::new(spans.iter().map(|(weekday, start, end)| (*weekday, span(start, end)))).unwrap()
    }

    fn away(first: &str, last: &str) -> Absence {
        Absence::new([date(first)..=date(last)])
    }

    /// Someone in Lisbon, Monday to Friday from nine to five. 20 November 2026 is a Friday.
    fn lisbon<'a>(week: &'a WorkWeek, absence: &'a Absence) -> WorkingTime<'a> {
        WorkingTime { zone: zone("Europe/Lisbon"), week, absence }
    }

    #[test]
    fn the_weekend_does_not_count() {
        let week = WorkWeek::standard();
        let someone = lisbon(&week, &NEVER);
        let friday = at("2026-11-20T15:00:00Z");
        assert_eq!(someone.after(friday, hours(2)), Some(at("2026-11-20T17:00:00Z")));
        assert_eq!(someone.after(friday, hours(4)), Some(at("2026-11-23T11:00:00Z")));
        assert_eq!(someone.between(friday, at("2026-11-23T11:00:00Z")), hours(4));
        assert_eq!(someone.between(at("2026-11-20T17:00:00Z"), at("2026-11-23T09:00:00Z")), hours(0));
        assert_eq!(someone.between(friday, friday - hours(9)), hours(0));
    }

    #[test]
    fn a_span_lasts_until_it_ends() {
        let week = week(&[(Weekday::Fri, "09:00", "12:00"), (Weekday::Fri, "22:00", "06:00")]);
        let someone = lisbon(&week, &NEVER);
        for (now, until) in [
            ("2026-11-20T08:59:59Z", None),
            ("2026-11-20T09:00:00Z", Some("2026-11-20T12:00:00Z")),
            ("2026-11-20T12:00:00Z", None),
            ("2026-11-21T05:00:00Z", Some("2026-11-21T06:00:00Z")),
        ] {
            assert_eq!(someone.working_until(at(now)), until.map(at), "{now}");
        }
    }

    #[test]
    fn away_days_do_not_count() {
        let (week, monday) = (WorkWeek::standard(), away("2026-11-23", "2026-11-23"));
        let someone = lisbon(&week, &monday);
        assert_eq!(someone.after(at("2026-11-20T15:00:00Z"), hours(4)), Some(at("2026-11-24T11:00:00Z")));
        assert!(!someone.is_working(at("2026-11-23T10:00:00Z")));
        assert!(!someone.is_working_day(date("2026-11-23")) && someone.is_working_day(date("2026-11-24")));
    }

    #[test]
    fn eight_hours_are_counted_on_ones_own_clock() {
        let week = WorkWeek::standard();
        let asked = at("2026-11-20T16:00:00Z");
        let due = [
            ("Europe/Lisbon", "2026-11-23T16:00:00Z"),
            ("America/Vancouver", "2026-11-21T00:00:00Z"),
            ("Asia/Kathmandu", "2026-11-23T11:15:00Z"),
        ];
        for (name, instant) in due {
            let someone = WorkingTime { zone: zone(name), week: &week, absence: &NEVER };
            assert_eq!(someone.after(asked, hours(8)), Some(at(instant)), "{name}");
        }
    }

    #[test]
    fn a_pause_does_not_count() {
        let week = week(&[(Weekday::Mon, "08:00", "12:00"), (Weekday::Mon, "16:00", "20:00")]);
        let someone = lisbon(&week, &NEVER);
        let noon = at("2026-11-23T12:00:00Z");
        assert!(!someone.is_working(noon) && someone.is_working(noon - TimeDelta::nanoseconds(1)));
        assert_eq!(someone.next_opening(noon), Some(at("2026-11-23T16:00:00Z")));
        assert_eq!(someone.between(at("2026-11-23T11:00:00Z"), at("2026-11-23T17:00:00Z")), hours(2));
        assert_eq!(someone.after(at("2026-11-23T19:00:00Z"), hours(2)), Some(at("2026-11-30T09:00:00Z")));
    }

    #[test]
    fn a_night_lasts_as_long_as_it_does() {
        let week = week(&[(Weekday::Sat, "22:00", "06:00")]);
        let someone = lisbon(&week, &NEVER);
        let nights = [("2026-03-28", 7), ("2026-10-24", 9), ("2026-11-21", 8)];
        for (saturday, length) in nights {
            let noon = date(saturday).and_time(time("12:00")).and_utc();
            assert_eq!(someone.between(noon, noon + hours(24)), hours(length), "{saturday}");
        }
        assert!(someone.is_working(at("2026-11-22T05:59:59Z")), "Sunday morning belongs to Saturday's night");
    }

    #[test]
    fn a_night_belongs_to_the_date_it_begins_on() {
        let week = week(&WEEK.map(|weekday| (weekday, "22:00", "06:00")));
        let tuesday = away("2026-11-24", "2026-11-24");
        let someone = lisbon(&week, &tuesday);
        assert!(someone.is_working(at("2026-11-24T05:00:00Z")), "the end of Monday's night");
        assert!(!someone.is_working(at("2026-11-24T23:00:00Z")));
        assert!(!someone.is_working(at("2026-11-25T05:00:00Z")));
    }

    #[test]
    fn spans_that_meet_in_a_fold_count_no_hour_twice() {
        let week = week(&[(Weekday::Sun, "00:00", "01:30"), (Weekday::Sun, "01:30", "05:00")]);
        let someone = lisbon(&week, &NEVER);
        let (midnight, five) = (at("2026-10-24T23:00:00Z"), at("2026-10-25T05:00:00Z"));
        assert_eq!(someone.between(midnight, five), hours(6));
        assert_eq!(someone.after(midnight, hours(6)), Some(five));
        assert_eq!(someone.next_opening(midnight + hours(1)), Some(at("2026-11-01T00:00:00Z")));
    }

    #[test]
    fn a_span_that_ends_in_a_fold_ends_with_the_later_pass() {
        let week = week(&[(Weekday::Sun, "00:00", "01:30")]);
        let someone = lisbon(&week, &NEVER);
        let midnight = at("2026-10-24T23:00:00Z");
        assert_eq!(someone.between(midnight, midnight + hours(24)), TimeDelta::minutes(150));
    }

    #[test]
    fn a_span_inside_a_gap_is_no_work() {
        let week = week(&[(Weekday::Sun, "01:10", "01:50")]);
        let someone = lisbon(&week, &NEVER);
        assert_eq!(someone.between(at("2026-03-29T00:00:00Z"), at("2026-03-30T00:00:00Z")), hours(0));
        assert_eq!(someone.next_opening(at("2026-03-29T00:00:00Z")), Some(at("2026-04-05T00:10:00Z")));
    }

    #[test]
    fn nobody_works_on_a_date_left_out() {
        let week = week(&WEEK.map(|weekday| (weekday, "22:00", "06:00")));
        let samoa = WorkingTime { zone: zone("Pacific/Apia"), week: &week, absence: &NEVER };
        let (thursday, saturday) = (at("2011-12-29T22:00:00Z"), at("2011-12-31T22:00:00Z"));
        // Thursday's night ends where Saturday begins; Friday's never begins; Saturday's is whole.
        assert_eq!(samoa.between(thursday, saturday), hours(2 + 8));
        let office = WorkWeek::standard();
        let clerk = WorkingTime { week: &office, ..samoa };
        assert_eq!(clerk.after(at("2011-12-30T03:00:00Z"), hours(1)), Some(at("2012-01-01T20:00:00Z")));
    }

    #[test]
    fn work_begins_once() {
        let shifts = week(&[(Weekday::Mon, "06:00", "14:00"), (Weekday::Mon, "14:00", "22:00")]);
        let someone = lisbon(&shifts, &NEVER);
        assert_eq!(someone.next_opening(at("2026-11-23T06:00:00Z")), Some(at("2026-11-23T06:00:00Z")));
        for inside in
            ["2026-11-23T06:00:01Z", "2026-11-23T13:59:59Z", "2026-11-23T14:00:00Z", "2026-11-23T15:00:00Z"]
        {
            assert_eq!(someone.next_opening(at(inside)), Some(at("2026-11-30T06:00:00Z")), "{inside}");
            assert_eq!(someone.soonest(at(inside)), Some(at(inside)));
        }
        assert_eq!(someone.soonest(at("2026-11-23T22:00:00Z")), Some(at("2026-11-30T06:00:00Z")));
    }

    #[test]
    fn since_you_left_is_since_the_end_of_an_earlier_day() {
        let two_spans = week(&[
            (Weekday::Thu, "09:00", "12:00"),
            (Weekday::Thu, "13:00", "17:00"),
            (Weekday::Fri, "22:00", "06:00"),
        ]);
        let someone = lisbon(&two_spans, &NEVER);
        let thursday = Some(at("2026-11-19T17:00:00Z"));
        assert_eq!(someone.end_of_last_day(at("2026-11-20T08:00:00Z")), thursday);
        assert_eq!(someone.end_of_last_day(at("2026-11-20T23:00:00Z")), thursday);
        assert_eq!(someone.end_of_last_day(at("2026-11-21T05:00:00Z")), thursday, "still in Friday's night");
        assert_eq!(someone.end_of_last_day(at("2026-11-21T06:00:00Z")), Some(at("2026-11-21T06:00:00Z")));
        let gone = away("1990-01-01", "2030-01-01");
        assert_eq!(lisbon(&two_spans, &gone).end_of_last_day(at("2026-11-21T06:00:00Z")), None);
    }

    #[test]
    fn working_days_are_counted_without_the_first() {
        let (week, holidays) = (WorkWeek::standard(), away("2026-11-24", "2026-11-25"));
        let someone = lisbon(&week, &holidays);
        let counted = [
            ("2026-11-20", 0, "2026-11-20"),
            ("2026-11-20", 1, "2026-11-23"),
            ("2026-11-20", 2, "2026-11-26"),
            ("2026-11-21", 0, "2026-11-21"),
            ("2026-11-21", 1, "2026-11-23"),
            ("2026-11-24", 1, "2026-11-26"),
        ];
        for (from, n, to) in counted {
            assert_eq!(someone.working_days_after(date(from), n), date(to), "{n} after {from}");
        }
    }

    #[test]
    fn who_is_away_for_good_never_works_again() {
        let (week, gone) = (WorkWeek::standard(), Absence::new([date("2026-11-21")..=NaiveDate::MAX]));
        let someone = lisbon(&week, &gone);
        let friday = at("2026-11-20T16:00:00Z");
        assert_eq!(someone.after(friday, hours(1)), Some(at("2026-11-20T17:00:00Z")));
        assert_eq!(someone.after(friday, hours(2)), None);
        assert_eq!(someone.next_opening(friday), None);
        assert_eq!(someone.working_days_after(date("2026-11-20"), 1), NaiveDate::MAX);
    }

    #[test]
    fn who_always_works_never_begins() {
        let always = week(&WEEK.map(|weekday| (weekday, "00:00", "00:00")));
        let someone = lisbon(&always, &NEVER);
        let start = at("2026-03-01T00:00:00Z");
        assert_eq!(someone.between(start, start + hours(10_000)), hours(10_000));
        assert_eq!(someone.next_opening(start + hours(1)), None);
    }

    #[test]
    fn in_every_zone_a_year_is_the_sum_of_its_parts() {
        let day = |weekday| [(weekday, "08:30", "12:00"), (weekday, "13:15", "18:00")];
        let days = [Weekday::Mon, Weekday::Tue, Weekday::Thu].map(day).concat();
        let nights = [(Weekday::Fri, "21:00", "05:30"), (Weekday::Sat, "22:00", "06:00")];
        let week = week(&[&days[..], &nights].concat());
        let absence = away("2026-08-03", "2026-08-14");
        for zone in Zone::all().iter().copied() {
            let someone = WorkingTime { zone, week: &week, absence: &absence };
            let (begin, end) = (at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z"));
            let cuts = (0..).map(|n| begin + TimeDelta::minutes(n * 6_173)).take_while(|cut| *cut < end);
            let cuts: Vec<_> = cuts.chain([end]).collect();
            let mut sum = TimeDelta::zero();
            for cut in cuts.windows(2) {
                let part = someone.between(cut[0], cut[1]);
                assert!(TimeDelta::zero() <= part && part <= cut[1] - cut[0], "{}", zone.name());
                sum += part;
            }
            assert_eq!(someone.between(begin, end), sum, "{}", zone.name());
            let done = someone.after(begin, sum).unwrap();
            assert!(done <= end && someone.between(done, end).is_zero(), "{}", zone.name());
        }
    }

    /// A week of one or two spans on some weekdays, nights among them, and an away period.
    fn any_week_and_absence() -> impl Strategy<Value = (WorkWeek, Absence)> {
        let spans = prop::collection::vec((0..7usize, any_time(), any_time()), 1..8);
        (spans, any_date(), 0..40u64).prop_map(|(spans, first, length)| {
            let mut kept: Vec<(Weekday, Span)> = Vec::new();
            for (weekday, start, end) in spans {
                let with = [(WEEK[weekday], Span { start, end })].into_iter().chain(kept.clone());
                if WorkWeek::new(with.clone()).is_ok() {
                    kept = with.collect();
                }
            }
            (WorkWeek::new(kept).unwrap(), Absence::new([first..=first + Days::new(length)]))
        })
    }

    proptest! {
        #[test]
        fn working_time_adds_up_and_never_runs_back(
            zone in any_zone(), (week, absence) in any_week_and_absence(),
            a in any_instant(), b in 0..1000i64, c in 0..1000i64,
        ) {
            let someone = WorkingTime { zone, week: &week, absence: &absence };
            let (b, c) = (a + hours(b), a + hours(b) + hours(c));
            let (ab, bc, ac) = (someone.between(a, b), someone.between(b, c), someone.between(a, c));
            prop_assert_eq!(ab + bc, ac);
            prop_assert!(TimeDelta::zero() <= ab && ab <= b - a);
        }

        #[test]
        fn waiting_in_two_parts_is_waiting_once_and_never_ends_sooner(
            zone in any_zone(), (week, absence) in any_week_and_absence(),
            from in any_instant(), later in 0..100i64, x in 0..3000i64, y in 0..3000i64,
        ) {
            let someone = WorkingTime { zone, week: &week, absence: &absence };
            let (x, y) = (TimeDelta::minutes(x), TimeDelta::minutes(y));
            let (half, whole) = (someone.after(from, x), someone.after(from, x + y));
            if let Some((half, whole)) = half.zip(whole) {
                // Who has no time left to wait for waits no longer, even outside working hours.
                prop_assert_eq!(someone.after(half, y), Some(if y.is_zero() { half } else { whole }));
                prop_assert!(from <= half && half <= whole);
            }
            if let Some((early, late)) = half.zip(someone.after(from + hours(later), x)) {
                prop_assert!(x.is_zero() || early <= late);
            }
        }

        #[test]
        fn after_is_the_inverse_of_between(
            zone in any_zone(), (week, absence) in any_week_and_absence(),
            from in any_instant(), minutes in 0..5000i64,
        ) {
            let someone = WorkingTime { zone, week: &week, absence: &absence };
            let time = TimeDelta::minutes(minutes);
            let Some(due) = someone.after(from, time) else {
                // Someone who works minutes a week.
                prop_assert!(someone.between(from, from + TimeDelta::days(3_650)) < time);
                return Ok(());
            };
            prop_assert_eq!(someone.between(from, due), time);
            // And it is the first such instant.
            prop_assert!(time.is_zero() || someone.between(from, due - TimeDelta::nanoseconds(1)) < time);
        }

        #[test]
        fn an_instant_is_working_when_time_passes_in_it(
            zone in any_zone(), (week, absence) in any_week_and_absence(), instant in any_instant(),
        ) {
            let someone = WorkingTime { zone, week: &week, absence: &absence };
            let moment = TimeDelta::nanoseconds(1);
            let passes = someone.between(instant, instant + moment) == moment;
            prop_assert_eq!(someone.is_working(instant), passes);
            let soonest = someone.soonest(instant).unwrap();
            prop_assert!(someone.is_working(soonest));
            prop_assert_eq!(someone.between(instant, soonest), TimeDelta::zero());
        }

        #[test]
        fn without_jumps_it_is_what_the_wall_clock_says(
            (week, absence) in any_week_and_absence(), instant in any_instant(),
        ) {
            let someone = WorkingTime { zone: Zone::UTC, week: &week, absence: &absence };
            let covers = |date: NaiveDate, from_midnight: TimeDelta| {
                !absence.contains(date) && week.spans(date.weekday()).iter().any(|span| {
                    let length = (span.end - span.start + TimeDelta::days(i64::from(span.overnight()))).num_minutes();
                    let into = from_midnight - (span.start - chrono::NaiveTime::MIN);
                    (0..length).contains(&into.num_minutes()) && into >= TimeDelta::zero()
                })
            };
            let (date, since_midnight) = (instant.date_naive(), instant.time() - chrono::NaiveTime::MIN);
            let expected = covers(date, since_midnight) || covers(date.pred_opt().unwrap(), since_midnight + hours(24));
            prop_assert_eq!(someone.is_working(instant), expected);
        }

        #[test]
        fn the_nth_working_day_has_n_of_them_up_to_it(
            (week, absence) in any_week_and_absence(), from in any_date(), n in 0..30u32,
        ) {
            let someone = WorkingTime { zone: Zone::UTC, week: &week, absence: &absence };
            let day = someone.working_days_after(from, n);
            let passed = from.succ_opt().unwrap().iter_days().take_while(|d| *d <= day).filter(|d| someone.is_working_day(*d));
            prop_assert_eq!(passed.count(), n as usize);
            prop_assert!(n == 0 || someone.is_working_day(day));
        }
    }
}
