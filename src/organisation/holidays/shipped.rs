//! The calendars that come with Meridian. Pure: a text compiled into the program, read once.
//!
//! The text is `data/holidays.txt`; the script beside it says where the dates come from and what each line means.

use super::{Holidays, note};
use crate::calendar::Zone;
use chrono::NaiveDate;
use std::sync::LazyLock;

/// Public holidays of a country or a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shipped {
    /// The ISO 3166 code: `PT`, `GB-SCT`.
    pub code: &'static str,
    /// Its name: "Portugal", "United Kingdom, Scotland".
    pub name: &'static str,
    /// The last year whose dates are known.
    pub until: i32,
    /// The dates.
    pub holidays: Holidays,
    /// The zones in whose land these are the public holidays.
    zones: Vec<&'static str>,
}

static SHIPPED: LazyLock<Vec<Shipped>> =
    LazyLock::new(|| read(include_str!("../../../data/holidays.txt")).unwrap_or_default());

/// All of them, by country.
pub fn all() -> &'static [Shipped] {
    &SHIPPED
}

/// The one of this code.
pub fn of_code(code: &str) -> Option<&'static Shipped> {
    all().iter().find(|one| one.code == code)
}

/// The one of the land a zone lies in, where there is only one to think of: London may be England's or none, Lisbon is
/// Portugal's.
pub fn of_zone(zone: Zone) -> Option<&'static Shipped> {
    all().iter().find(|one| one.zones.contains(&zone.canonical().name()))
}

/// The calendars of a text, or the first line that makes no sense.
fn read(text: &'static str) -> Result<Vec<Shipped>, &'static str> {
    let mut calendars: Vec<Shipped> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some((code, name)) = line.strip_prefix("= ").and_then(|rest| rest.split_once(' ')) {
            calendars.push(Shipped { code, name, until: 0, holidays: Holidays::new(), zones: Vec::new() });
            continue;
        }
        let calendar = calendars.last_mut().ok_or(line)?;
        if let Some(year) = line.strip_prefix("until ") {
            calendar.until = year.parse().map_err(|_| line)?;
        } else if let Some(zones) = line.strip_prefix("@ ") {
            calendar.zones.extend(zones.split(' '));
        } else {
            let (name, dates) = line.split_once(": ").ok_or(line)?;
            for date in dates.split(' ') {
                note(&mut calendar.holidays, date.parse::<NaiveDate>().map_err(|_| line)?, name);
            }
        }
    }
    Ok(calendars)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Datelike, Days, Weekday};
    use std::collections::BTreeSet;

    const TEXT: &str = include_str!("../../../data/holidays.txt");

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn name(code: &str, day: NaiveDate) -> &'static str {
        of_code(code).unwrap().holidays.get(&day).map_or("", String::as_str)
    }

    /// Gregorian Easter by the rule of Meeus, Jones and Butcher.
    fn easter(year: i32) -> NaiveDate {
        let (a, b, c) = (year % 19, year / 100, year % 100);
        let h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
        let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
        let m = (a + 11 * h + 22 * l) / 451;
        let sum = h + l - 7 * m + 114;
        let (month, day) = (sum / 31, sum % 31 + 1);
        NaiveDate::from_ymd_opt(year, u32::try_from(month).unwrap(), u32::try_from(day).unwrap()).unwrap()
    }

    fn nth(year: i32, month: u32, weekday: Weekday, n: u8) -> NaiveDate {
        NaiveDate::from_weekday_of_month_opt(year, month, weekday, n).unwrap()
    }

    #[test]
    fn every_line_is_understood_and_every_year_has_its_days() {
        let all = read(TEXT).unwrap();
        assert!(all.len() >= 50, "{}", all.len());
        for one in &all {
            let years: BTreeSet<_> = one.holidays.keys().map(Datelike::year).collect();
            assert_eq!(years, (2024..=one.until).collect(), "{}", one.code);
            assert!(one.until >= 2035, "{} ends in {}", one.code, one.until);
            for year in years {
                let days = one.holidays.keys().filter(|day| day.year() == year).count();
                assert!((4..=25).contains(&days), "{} has {days} days in {year}", one.code);
            }
            for zone in &one.zones {
                assert_eq!(Zone::parse(zone).unwrap().canonical().name(), *zone);
            }
        }
        let codes: BTreeSet<_> = all.iter().map(|one| one.code).collect();
        let names: BTreeSet<_> = all.iter().map(|one| one.name).collect();
        let zones: Vec<_> = all.iter().flat_map(|one| &one.zones).collect();
        assert_eq!((codes.len(), names.len()), (all.len(), all.len()));
        assert_eq!(zones.iter().collect::<BTreeSet<_>>().len(), zones.len(), "a zone offers one calendar");
    }

    #[test]
    fn what_follows_easter_does_so_each_year() {
        assert_eq!((easter(2026), easter(2038)), (date("2026-04-05"), date("2038-04-25")));
        // Days after Easter Sunday, and in whose calendar under which name.
        let table: &[(i64, &str, &[&str])] = &[
            (
                -2,
                "Good Friday",
                &["NL", "DE", "PT", "ES", "IE-no", "AU", "NZ", "BR", "KE", "GB-ENG", "GB-SCT", "CA", "IN"],
            ),
            (1, "Easter Monday", &["NL", "BE", "FR", "DE", "IE", "AU", "NZ", "KE", "GB-ENG", "GB-NIR"]),
            (39, "Ascension Day", &["NL", "BE", "FR", "DE"]),
            (50, "Pentecost Monday", &["NL", "BE", "FR", "DE"]),
            (60, "Corpus Christi", &["PT", "DE-BY"]),
        ];
        for (after, holiday, codes) in table {
            for code in codes.iter().filter(|code| !code.ends_with("-no")) {
                for year in 2024..=of_code(code).unwrap().until {
                    let day = easter(year) + chrono::TimeDelta::days(*after);
                    assert!(name(code, day).contains(holiday), "{code} {day}: {:?}", name(code, day));
                }
            }
        }
        for year in 2024..=2040 {
            assert_eq!(name("GB-SCT", easter(year) + Days::new(1)), "", "no Easter Monday in Scotland");
            assert_eq!(name("FR", easter(year) - Days::new(2)), "", "no Good Friday in France");
        }
    }

    #[test]
    fn what_falls_on_a_weekday_of_a_month_does_so_each_year() {
        for year in 2024..=2040 {
            let table = [
                ("US", nth(year, 11, Weekday::Thu, 4), "Thanksgiving Day"),
                ("US", nth(year, 1, Weekday::Mon, 3), "Martin Luther King Jr. Day"),
                ("IE", nth(year, 6, Weekday::Mon, 1), "June Bank Holiday"),
                ("JP", nth(year, 1, Weekday::Mon, 2), "Coming of Age Day"),
                ("NZ", nth(year, 10, Weekday::Mon, 4), "Labour Day"),
                ("GB-ENG", nth(year, 5, Weekday::Mon, 1), "May Day"),
                ("GB-SCT", nth(year, 8, Weekday::Mon, 1), "Summer Bank Holiday"),
                ("CA-BC", nth(year, 2, Weekday::Mon, 3), "Family Day"),
            ];
            for (code, day, holiday) in table {
                assert!(name(code, day).contains(holiday), "{code} {day}: {:?}", name(code, day));
            }
        }
    }

    #[test]
    fn fixed_days_are_where_the_law_puts_them() {
        let table = [
            ("NL", "2026-04-27", "King’s Day"),
            ("NL", "2025-04-26", "King’s Day"),     // the 27th was a Sunday
            ("NL", "2030-05-05", "Liberation Day"), // every five years
            ("BE", "2027-07-21", "National Day"),
            ("FR", "2028-07-14", "National Day"),
            ("DE", "2029-10-03", "German Unity Day"),
            ("GB-NIR", "2026-07-13", "Battle of the Boyne (observed)"),
            ("US", "2026-07-03", "Independence Day (observed)"),
            ("IE", "2026-02-02", "Saint Brigid’s Day"),
            ("PT", "2026-06-10", "Day of Portugal, Camões, and the Portuguese Communities"),
            ("ES", "2026-10-12", "National Day"),
            ("IN", "2031-08-15", "Independence Day"),
            ("AU", "2026-04-25", "ANZAC Day"),
            ("NZ", "2026-07-10", "Matariki"),
            ("JP", "2026-09-22", "National Holiday"), // between two others
            ("BR", "2026-11-20", "National Day of Zumbi and Black Awareness"),
            ("KE", "2026-12-12", "Jamhuri Day"),
        ];
        for (code, day, holiday) in table {
            assert_eq!(name(code, date(day)), holiday, "{code} {day}");
        }
        assert_eq!(name("NL", date("2031-05-05")), "");
    }

    #[test]
    fn a_zone_offers_its_lands_calendar_where_there_is_one_to_think_of() {
        let offered = |zone: &str| of_zone(Zone::parse(zone).unwrap()).map(|one| one.code);
        assert_eq!(offered("Europe/Lisbon"), Some("PT"));
        assert_eq!(offered("Asia/Calcutta"), Some("IN"), "an old name of Asia/Kolkata");
        assert_eq!(offered("America/Vancouver"), Some("CA-BC"));
        assert_eq!(offered("Europe/London"), None);
        assert_eq!(offered("Etc/UTC"), None);
    }
}
