//! A channel's settings as the form carries them.

use super::queries::Held;
use super::{NewChannel, Service};
use crate::calendar::{Edge, Hour, WeekdaySet, Zone};
use crate::hook::{Address, Unfit};
use crate::language::Words;
use crate::team::Team;
use crate::web::Problems;
use crate::web::parts::Coming;
use crate::web::parts::choices::{self, WEEKDAYS};
use chrono::{DateTime, Datelike as _, NaiveTime, Utc, Weekday};
use serde::Deserialize;

/// The longest name, in characters.
const NAME: usize = 80;

/// How many instants are shown ahead.
const AHEAD: usize = 3;

/// What the fields hold.
#[derive(Deserialize, Clone, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct ChannelForm {
    /// Of a new one alone.
    #[serde(default)]
    pub(super) service: String,
    pub(super) name: String,
    /// Of one that is there: empty, where it stays as it is.
    pub(super) address: String,
    pub(super) hour: String,
    #[serde(default)]
    pub(super) day: Vec<u32>,
    pub(super) zone: String,
    /// Ticked: whoever reads the channel may read what a private team writes.
    #[serde(default)]
    pub(super) agreed: Option<String>,
    /// Set by the button that shows when it would be posted, and saves nothing.
    #[serde(default)]
    pub(super) look: Option<String>,
}

impl ChannelForm {
    /// Of a channel that is not there yet: nine in the morning, Monday to Friday, on the team's clock.
    pub(super) fn fresh(team: &Team) -> Self {
        Self {
            service: Service::Slack.as_str().to_owned(),
            hour: "09:00".to_owned(),
            day: numbers(WeekdaySet::MON_TO_FRI),
            zone: team.zone.name().to_owned(),
            ..Self::default()
        }
    }

    /// Of one as it is; its address is never shown again.
    pub(super) fn of(held: &Held) -> Self {
        Self {
            service: held.service.as_str().to_owned(),
            name: held.name.clone(),
            hour: held.hour.format("%H:%M").to_string(),
            day: numbers(held.weekdays),
            zone: held.zone.name().to_owned(),
            agreed: held.shows_private.then(|| "on".to_owned()),
            ..Self::default()
        }
    }

    /// The service of a new one.
    pub(super) fn service(&self, problems: &mut Problems, t: Words) -> Option<Service> {
        problems.take("service", Service::parse(&self.service).ok_or_else(|| t.channel_service_unclear()))
    }

    /// What it is called.
    pub(super) fn name(&self, problems: &mut Problems, t: Words) -> Option<String> {
        let name = self.name.trim();
        let fits = (1..=NAME).contains(&name.chars().count());
        problems.take("name", fits.then(|| name.to_owned()).ok_or_else(|| t.settings_name_unclear()))
    }

    /// The address as typed; nothing when none was.
    pub(super) fn address(&self, named: &[String], problems: &mut Problems, t: Words) -> Option<Address> {
        if self.address.trim().is_empty() {
            return None;
        }
        let read = Address::parse(&self.address, named).map_err(|unfit| match unfit {
            Unfit::Unclear => t.channel_address_unclear(),
            Unfit::NotHttps => t.channel_address_not_https(),
            Unfit::NotPublic => t.channel_address_not_public(),
        });
        problems.take("address", read)
    }

    /// All that follows name and address, or what is wrong with it.
    pub(super) fn read(
        &self,
        name: Option<String>,
        team: &Team,
        problems: &mut Problems,
        t: Words,
    ) -> Option<NewChannel> {
        let shows_private = self.agreed.is_some();
        if team.private && !shows_private {
            problems.add("agreed", t.channel_agreed_missing());
        }
        let weekdays = choices::days(&self.day);
        if weekdays.is_empty() {
            problems.add("day1", t.settings_days_none());
        }
        let time = problems.take("hour", choices::time(&self.hour).ok_or_else(|| t.settings_time_unclear()));
        let zone = problems.take("zone", Zone::parse(&self.zone).map_err(|_| t.settings_zone_unknown()));
        let (name, hour) = (name?, hour(zone?, weekdays, time?));
        problems.is_empty().then_some(NewChannel { name, hour, shows_private })
    }

    /// When it would be posted next, on its clock and, where that is another, on the reader's.
    pub(super) fn coming(&self, t: Words, mine: Zone, now: DateTime<Utc>) -> (Coming, Option<String>) {
        let Ok(zone) = Zone::parse(&self.zone) else { return (Coming::none(t, "hour", mine), None) };
        let (weekdays, time) = (choices::days(&self.day), choices::time(&self.hour));
        let coming = Coming::of_hour(t, "hour", (zone, weekdays, time, Edge::Opening), now);
        let here = |at: DateTime<Utc>| {
            let wall = mine.reading(at);
            t.parts_coming_at(t.weekday_short(wall.weekday()), t.date_short(wall.date()), t.time(wall.time()))
        };
        let next =
            time.map(|time| hour(zone, weekdays, time).next(now).take(AHEAD).map(here).collect::<Vec<_>>());
        let next = next.filter(|next| zone != mine && !next.is_empty());
        (coming, next.map(|next| t.channel_yours(mine.city(), next.join(", "))))
    }
}

/// A digest is posted at the first of two instants that read alike.
pub(super) fn hour(zone: Zone, weekdays: WeekdaySet, time: NaiveTime) -> Hour {
    Hour { zone, weekdays, time, edge: Edge::Opening }
}

fn numbers(days: WeekdaySet) -> Vec<u32> {
    WEEKDAYS
        .into_iter()
        .filter(|day| days.iter().any(|one| one == *day))
        .map(|day| day.number_from_monday())
        .collect()
}

/// The rule that posts it: "At 09:00 in Lisbon, Monday to Friday, when something is new."
pub(super) fn rule(t: Words, hour: Hour) -> String {
    let days: Vec<Weekday> = hour.weekdays.iter().collect();
    let in_a_row = days.windows(2).all(|pair| matches!(pair, [day, next] if day.succ() == *next));
    let days = match days.as_slice() {
        [first, _, .., last] if in_a_row => t.channel_days_row(t.weekday_long(*first), t.weekday_long(*last)),
        days => t.list(days.iter().map(|day| t.weekday_long(*day))),
    };
    t.channel_rule(t.time(hour.time), hour.zone.city(), days)
}
