//! What stands around each page: header, the reader's 24 hours, navigation, foot.

use super::Done;
use super::parts::{Avatar, Band, Hours};
use crate::calendar::Zone;
use crate::language::{Locale, Words};
use crate::organisation::Me;
use chrono::{DateTime, Datelike as _, Utc};

/// Which tab of the navigation a page belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nav {
    /// The composer.
    Today,
    /// The teams' feeds.
    Updates,
    /// Objectives and key results.
    Okrs,
    /// What is to be decided, and what was.
    Decisions,
    /// The manager's dashboard.
    Review,
    /// Everyone's clock: no tab, but the clock of the header leads there.
    Time,
    /// Search: the glass in the header leads there.
    Search,
    /// None of them.
    None,
}

/// The data of `templates/layout.html`.
pub struct Shell {
    /// The reader's language.
    pub t: Words,
    /// `light`, `dark`, or empty for the device's choice.
    pub theme: String,
    /// The lit tab.
    pub nav: Nav,
    /// Who reads, when somebody is signed in to an organisation.
    pub reader: Option<Reader>,
    /// What was just done, as a sentence.
    pub done: Option<&'static str>,
}

/// The signed-in reader, as header and foot show them.
pub struct Reader {
    /// Where the organisation's pages live: `/o/saltmarsh`.
    pub base: String,
    /// The organisation.
    pub org: String,
    /// Their name.
    pub name: String,
    /// Their avatar.
    pub avatar: Avatar,
    /// Now, as an instant for `<time datetime>`.
    pub instant: String,
    /// Now on their clock: "09:24".
    pub time: String,
    /// Their weekday: "Tue".
    pub weekday: String,
    /// Minutes their clock is ahead of UTC now, for the live clock.
    pub offset_minutes: i32,
    /// Their city.
    pub city: String,
    /// Their zone's name, for the question a browser on another clock asks.
    pub zone: &'static str,
    /// Their 24 hours.
    pub dayline: Band,
    /// The foot's cycle: address and words.
    pub cycle: Option<(String, String)>,
    /// Where the tab "Updates" leads.
    pub updates: String,
    /// Teams they may set up: name and address.
    pub leads: Vec<(String, String)>,
    /// How many notices they have not read.
    pub unread: i64,
    /// Whether they look after the organisation.
    pub administers: bool,
    /// Whether keyboard shortcuts are on.
    pub shortcuts: bool,
}

impl Shell {
    /// The shell of a member's page.
    pub fn of(me: &Me, nav: Nav, now: DateTime<Utc>) -> Self {
        let t = me.words();
        Self {
            t,
            theme: if me.theme == "auto" { String::new() } else { me.theme.clone() },
            nav,
            reader: Some(Reader::of(me, t, now)),
            done: me.done.map(|done| done.text(t)),
        }
    }

    /// The shell of a page for nobody in particular.
    pub fn bare(locale: Locale, done: Option<Done>) -> Self {
        let t = Words::of(locale);
        Self { t, theme: String::new(), nav: Nav::None, reader: None, done: done.map(|done| done.text(t)) }
    }
}

impl Reader {
    fn of(me: &Me, t: Words, now: DateTime<Utc>) -> Self {
        let here = me.zone.reading(now);
        Self {
            base: me.at(""),
            org: me.org_name.clone(),
            name: me.name.clone(),
            avatar: Avatar::of(me.id, &me.name),
            instant: now.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            time: t.time(here.time()),
            weekday: t.weekday_short(here.weekday()),
            offset_minutes: offset_minutes(me.zone, now),
            city: me.zone.city(),
            dayline: Band::today(Hours { zone: me.zone, week: &me.week, quiet: me.quiet }, me.zone, now),
            zone: me.zone.name(),
            cycle: cycle_words(me, t, now),
            updates: me
                .teams
                .first()
                .map_or_else(|| me.at("/teams"), |seat| me.at(&format!("/teams/{}", seat.slug))),
            leads: me
                .teams
                .iter()
                .filter(|seat| seat.lead || me.role.administers())
                .map(|seat| (seat.name.clone(), me.at(&format!("/settings/teams/{}", seat.slug))))
                .collect(),
            unread: me.unread,
            administers: me.role.administers(),
            shortcuts: me.shortcuts,
        }
    }
}

fn offset_minutes(zone: Zone, now: DateTime<Utc>) -> i32 {
    zone.offset_at(now).local_minus_utc() / 60
}

/// "Q4 2026, week 8 of 13" and where it leads; only the name outside the cycle's days.
fn cycle_words(me: &Me, t: Words, now: DateTime<Utc>) -> Option<(String, String)> {
    let now_running = me.cycle.as_ref()?;
    let today = now_running.cycle.zone.date_at(now);
    let words = match now_running.cycle.week_of(today) {
        Some((week, of)) => t.shell_cycle_week(&now_running.name, week, of),
        None => now_running.name.clone(),
    };
    Some((me.at(&format!("/okrs?cycle={}", now_running.id)), words))
}
