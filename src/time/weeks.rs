//! A cycle's dates as a calendar: weekdays down, weeks across, cut into sheets that fit a page. Pure.

use chrono::{Datelike as _, NaiveDate, Weekday};

use crate::calendar::Cycle;
use crate::web::parts::choices::WEEKDAYS;

/// The most weeks that stand side by side: a quarter, whichever weekday it begins on.
const WIDEST: usize = 14;

/// A part of the calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Its weeks, in order.
    pub weeks: Vec<Week>,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Week {
    /// Which week of the cycle it is, when weeks of the cycle begin on Mondays.
    pub number: Option<i64>,
    /// Its Monday, also when the cycle begins later in it.
    pub monday: NaiveDate,
    /// Its dates, Monday first; none where the cycle has no such date.
    pub days: [Option<NaiveDate>; 7],
}

impl Sheet {
    /// The dates of one weekday, week by week.
    pub fn row(&self, weekday: Weekday) -> impl Iterator<Item = Option<NaiveDate>> {
        let at = usize::try_from(weekday.num_days_from_monday()).unwrap_or(0);
        self.weeks.iter().map(move |week| week.days.get(at).copied().flatten())
    }
}

/// The whole cycle, in as few sheets as may be, all about as wide.
pub fn sheets(cycle: &Cycle) -> Vec<Sheet> {
    let weeks = weeks(cycle);
    let count = weeks.len().div_ceil(WIDEST).max(1);
    let width = weeks.len().div_ceil(count).max(1);
    weeks.chunks(width).map(|weeks| Sheet { weeks: weeks.to_vec() }).collect()
}

fn weeks(cycle: &Cycle) -> Vec<Week> {
    let aligned = cycle.first.weekday() == Weekday::Mon;
    let mut weeks: Vec<Week> = Vec::new();
    for date in cycle.days() {
        let monday = date.week(Weekday::Mon).first_day();
        if weeks.last().is_none_or(|week| week.monday != monday) {
            // Days left over at the end belong to the last week of the cycle, which has its number already.
            let number = cycle.week_of(monday).map(|(week, _)| week).filter(|_| aligned);
            let is_new = weeks.last().is_none_or(|last| last.number != number);
            weeks.push(Week { number: number.filter(|_| is_new), monday, days: [None; 7] });
        }
        let at = WEEKDAYS.iter().position(|weekday| *weekday == date.weekday());
        if let (Some(week), Some(at)) = (weeks.last_mut(), at)
            && let Some(day) = week.days.get_mut(at)
        {
            *day = Some(date);
        }
    }
    weeks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{Absence, WeekdaySet, Zone};
    use chrono::Days;
    use proptest::prelude::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn cycle(first: &str, last: &str, zone: &str) -> Cycle {
        Cycle {
            first: date(first),
            last: date(last),
            zone: Zone::parse(zone).unwrap(),
            weekdays: WeekdaySet::MON_TO_FRI,
            holidays: Absence::NONE,
            by_hand: None,
            reopened: None,
        }
    }

    #[test]
    fn a_quarter_from_monday_on_is_thirteen_numbered_weeks() {
        let sheets = sheets(&cycle("2026-09-28", "2026-12-27", "Europe/Lisbon"));
        assert_eq!(sheets.len(), 1);
        let numbers: Vec<_> = sheets[0].weeks.iter().map(|week| week.number).collect();
        assert_eq!(numbers, (1..=13).map(Some).collect::<Vec<_>>());
        let tuesdays: Vec<_> = sheets[0].row(Weekday::Tue).flatten().collect();
        assert_eq!((tuesdays.len(), tuesdays[7]), (13, date("2026-11-17")));
    }

    #[test]
    fn other_weeks_go_by_their_monday() {
        let sheets = sheets(&cycle("2026-10-01", "2026-12-31", "Europe/Lisbon"));
        let weeks = &sheets[0].weeks;
        assert_eq!((sheets.len(), weeks.len()), (1, 14));
        assert!(weeks.iter().all(|week| week.number.is_none()));
        assert_eq!(
            (weeks[0].monday, weeks[0].days[2], weeks[0].days[3]),
            (date("2026-09-28"), None, Some(date("2026-10-01")))
        );
        assert_eq!(sheets[0].row(Weekday::Mon).next(), Some(None));
    }

    #[test]
    fn left_over_days_repeat_no_number() {
        let sheets = sheets(&cycle("2029-01-01", "2029-04-02", "UTC"));
        let numbers: Vec<_> = sheets[0].weeks.iter().map(|week| week.number).collect();
        assert_eq!((numbers.len(), numbers[12], numbers[13]), (14, Some(13), None));
    }

    #[test]
    fn a_year_is_cut_evenly() {
        let widths = |first, last| -> Vec<usize> {
            sheets(&cycle(first, last, "UTC")).iter().map(|sheet| sheet.weeks.len()).collect()
        };
        assert_eq!(widths("2026-01-01", "2026-12-31"), [14, 14, 14, 11]);
        assert_eq!(widths("2026-01-05", "2026-07-05"), [13, 13]);
        assert_eq!(widths("2026-11-30", "2027-01-10"), [6]);
        assert_eq!(widths("2026-11-30", "2026-11-30"), [1]);
    }

    #[test]
    fn a_date_the_zone_leaves_out_is_an_empty_cell() {
        let samoa = sheets(&cycle("2011-12-26", "2012-01-01", "Pacific/Apia"));
        let week = &samoa[0].weeks[0];
        assert_eq!(
            (week.days[3], week.days[4], week.days[5]),
            (Some(date("2011-12-29")), None, Some(date("2011-12-31")))
        );
    }

    proptest! {
        #[test]
        fn every_date_stands_once_in_the_row_of_its_weekday(start in 0u64..2_000, length in 0u64..1_100) {
            let first = date("2024-01-01") + Days::new(start);
            let cycle = Cycle { first, last: first + Days::new(length), ..cycle("2026-01-01", "2026-01-01", "UTC") };
            let sheets = sheets(&cycle);
            prop_assert!(sheets.iter().all(|sheet| sheet.weeks.len() <= WIDEST));
            let mut found = Vec::new();
            for sheet in &sheets {
                for weekday in WEEKDAYS {
                    let row: Vec<_> = sheet.row(weekday).collect();
                    prop_assert_eq!(row.len(), sheet.weeks.len());
                    prop_assert!(row.iter().flatten().all(|date| date.weekday() == weekday));
                    found.extend(row.into_iter().flatten());
                }
            }
            found.sort();
            prop_assert_eq!(found, cycle.days().collect::<Vec<_>>());
        }
    }
}
