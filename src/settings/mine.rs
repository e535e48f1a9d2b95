//! `/o/{org}/me`: my name, my clock, my messages, my looks; my time away is a part of its own.

use super::away;
use super::hours;
use super::queries::mine::{self as queries, Mine, NewMine};
use super::week::{self, DayRow, Typed};
use crate::calendar::{Absence, Edge, Hour, WeekHours, WeekdaySet, WorkWeek, Zone};
use crate::clock::Now;
use crate::db::OrgTx;
use crate::digest::window::{Rhythm, Wish};
use crate::fault::Result;
use crate::journey::{self, Stay};
use crate::language::Words;
use crate::notice::{self, Pace};
use crate::organisation::{Me, Member};
use crate::reminder::Wanted;
use crate::web::parts::choices::{DayBox, ZoneOption, day_boxes, zones};
use crate::web::parts::{Band, Coming, Hours};
use crate::web::{Done, Form, Nav, Page, Problems, Refused, Shell};
use askama::Template;
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, NaiveTime, Utc};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "settings/mine.html")]
struct MinePage {
    shell: Shell,
    t: Words,
    base: String,
    band: Band,
    band_day: Option<String>,
    zones: Vec<ZoneOption>,
    week: Vec<DayRow>,
    same: Vec<DayBox>,
    digest_days: Vec<DayBox>,
    paces: [(Pace, &'static str); 5],
    reminders: [(Wanted, &'static str); 4],
    form: MineForm,
    coming: Comings,
    away: away::Section,
    problems: Problems,
}

/// What the hours of the form will produce.
struct Comings {
    week: Coming,
    peak: Coming,
    quiet: Coming,
    digest: Coming,
}

/// The settings as the form carries them.
#[derive(Deserialize, Clone, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct MineForm {
    name: String,
    zone: String,
    #[serde(default)]
    start: Vec<String>,
    #[serde(default)]
    end: Vec<String>,
    #[serde(default)]
    same: Vec<u32>,
    #[serde(default)]
    copy: Option<String>,
    peak_from: String,
    peak_until: String,
    quiet_from: String,
    quiet_until: String,
    digest: String,
    digest_time: String,
    digest_weekday: u32,
    #[serde(default)]
    cycle_letter: Option<String>,
    notices: String,
    reminders: String,
    theme: String,
    #[serde(default)]
    shortcuts: Option<String>,
}

impl MineForm {
    fn of(me: &Me, mine: &Mine) -> Self {
        let (start, end) = week::written(&me.week);
        let (peak_from, peak_until) = week::written_daily(&mine.peak);
        let time = |time: NaiveTime| time.format("%H:%M").to_string();
        Self {
            name: me.name.clone(),
            zone: me.zone.name().to_owned(),
            start,
            end,
            same: vec![2, 3, 4, 5],
            copy: None,
            peak_from,
            peak_until,
            quiet_from: time(me.quiet.start),
            quiet_until: time(me.quiet.end),
            digest: mine.digest.clone(),
            digest_time: time(mine.digest_time),
            digest_weekday: u32::try_from(mine.digest_weekday).unwrap_or(1),
            cycle_letter: mine.cycle_letter.then(|| "on".into()),
            notices: mine.notices.as_str().to_owned(),
            reminders: mine.reminders.as_str().to_owned(),
            theme: me.theme.clone(),
            shortcuts: me.shortcuts.then(|| "on".into()),
        }
    }

    fn hours(&self) -> Typed<'_> {
        Typed {
            starts: &self.start,
            ends: &self.end,
            peak: (self.peak_from.trim(), self.peak_until.trim()),
            quiet: (self.quiet_from.trim(), self.quiet_until.trim()),
        }
    }

    /// The same form with the hours of its first day on the days that are ticked.
    fn copied(mut self) -> Self {
        if let Some(source) = self.hours().first_day() {
            self.start = week::copied(&self.start, source, &self.same);
            self.end = week::copied(&self.end, source, &self.same);
        }
        self
    }

    /// What was typed, or all that is wrong with it.
    fn read(&self, problems: &mut Problems, t: Words) -> Option<NewMine> {
        let name = self.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > 80 {
            problems.add("name", t.settings_name_unclear());
        }
        let zone = problems.take("zone", Zone::parse(&self.zone).map_err(|_| t.settings_zone_unknown()));
        let week = self.hours().read(problems, t);
        let digest_time = hours::time(&self.digest_time, "digest_time", problems, t);
        let known = ["daily", "weekly", "none"].contains(&self.digest.as_str())
            && ["auto", "light", "dark"].contains(&self.theme.as_str())
            && hours::weekday(self.digest_weekday).is_some();
        if !known {
            problems.add("digest_daily", t.settings_choice_unclear());
        }
        let notices = problems.take("notices", Pace::parse(&self.notices).ok_or(t.settings_choice_unclear()));
        let reminders =
            problems.take("reminders", Wanted::parse(&self.reminders).ok_or(t.settings_choice_unclear()));
        if !problems.is_empty() {
            return None;
        }
        let week = week?;
        Some(NewMine {
            name,
            zone: zone?,
            week: week.work,
            peak: week.peak,
            quiet: week.quiet,
            digest: self.digest.clone(),
            digest_time: digest_time?,
            digest_weekday: i16::try_from(self.digest_weekday).ok()?,
            cycle_letter: self.cycle_letter.is_some(),
            notices: notices?,
            reminders: reminders?,
            theme: self.theme.clone(),
            shortcuts: self.shortcuts.is_some(),
        })
    }
}

impl Comings {
    /// As far as the form can be read. A zone that can't be is the stored one meanwhile.
    fn of(form: &MineForm, stored: Zone, absence: &Absence, t: Words, now: DateTime<Utc>) -> Self {
        let zone = Zone::parse(&form.zone).unwrap_or(stored);
        // What is wrong is told where the form is read.
        let mut unread = Problems::new();
        let hours = form.hours();
        let week = hours.work(&mut unread, t);
        let peak = hours.peak(&mut unread, t);
        let quiet = hours.quiet(&mut unread, t).map(WeekHours::daily);
        let wish = hours::time(&form.digest_time, "digest_time", &mut unread, t)
            .map(|time| Wish::stored(&form.digest, time, i16::try_from(form.digest_weekday).unwrap_or(1)));
        let digest = match (wish, &week, &peak) {
            (Some(wish), Some(week), Some(peak)) => {
                let weekdays = match wish.rhythm {
                    Rhythm::Daily => week.days(),
                    Rhythm::Weekly => WeekdaySet::NONE.with(wish.weekday),
                    Rhythm::None => WeekdaySet::NONE,
                };
                let hour = Hour { zone, weekdays, time: wish.time, edge: Edge::Opening };
                let sends = crate::digest::next_sends((zone, week, peak), absence, wish, now);
                Coming::of_instants(t, "digest_time", hour, sends, now)
            }
            _ => Coming::none(t, "digest_time", zone),
        };
        let of = |field, hours| Coming::of_hours(t, field, zone, hours, now);
        Self {
            week: of("week", week.as_ref().map(WorkWeek::hours)),
            peak: of("peak", peak.as_ref()),
            quiet: of("quiet", quiet.as_ref()),
            digest,
        }
    }
}

impl MinePage {
    /// The page with what is stored.
    async fn load(me: &Me, tx: &mut OrgTx, now: DateTime<Utc>) -> Result<Self> {
        let mine = queries::mine(tx, me.id).await?;
        let away = away::Section::load(tx, me, now).await?;
        let t = me.words();
        let form = MineForm::of(me, &mine);
        let hours = Hours { zone: me.zone, week: &me.week, quiet: me.quiet };
        let day = Band::next_day(hours, me.zone, now);
        Ok(Self {
            shell: Shell::of(me, Nav::None, now),
            t,
            base: me.at("/me"),
            band: Band::on(day, hours, me.zone, now),
            band_day: (day != me.today(now)).then(|| t.settings_band_day(t.date_long(day))),
            zones: zones(t, &form.zone, now),
            week: form.hours().rows(t),
            same: day_boxes(t, &form.same),
            digest_days: day_boxes(t, &[form.digest_weekday]),
            paces: paces(t),
            reminders: reminders(t),
            coming: Comings::of(&form, me.zone, &away.absence, t, now),
            away,
            problems: Problems::new(),
            form,
        })
    }

    /// The page with what was typed instead of what is stored.
    fn typed(mut self, form: MineForm, problems: Problems, stored: Zone, now: DateTime<Utc>) -> Self {
        self.zones = zones(self.t, &form.zone, now);
        self.week = form.hours().rows(self.t);
        self.same = day_boxes(self.t, &form.same);
        self.digest_days = day_boxes(self.t, &[form.digest_weekday]);
        self.coming = Comings::of(&form, stored, &self.away.absence, self.t, now);
        (self.form, self.problems) = (form, problems);
        self
    }
}

/// How soon a mail can bring notices, in words.
fn paces(t: Words) -> [(Pace, &'static str); 5] {
    [
        (Pace::Quarter, t.settings_notices_quarter()),
        (Pace::Hour, t.settings_notices_hour()),
        (Pace::FourHours, t.settings_notices_four_hours()),
        (Pace::Digest, t.settings_notices_digest()),
        (Pace::None, t.settings_notices_none()),
    ]
}

/// What one may be reminded of, in words.
fn reminders(t: Words) -> [(Wanted, &'static str); 4] {
    [
        (Wanted::All, t.settings_reminders_all()),
        (Wanted::Updates, t.settings_reminders_updates()),
        (Wanted::CheckIns, t.settings_reminders_check_ins()),
        (Wanted::None, t.settings_reminders_none()),
    ]
}

/// My settings.
pub(super) async fn show(Member { me, mut tx }: Member, Now(now): Now) -> Result<Response> {
    Ok(Page(MinePage::load(&me, &mut tx, now).await?).into_response())
}

/// Saves them; "Copy" only brings the form back with one day's hours on other days. A new zone or week moves the next digest and has the roll-up look again at what I own.
pub(super) async fn save(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Form(form): Form<MineForm>,
) -> Result<Response> {
    let mut problems = Problems::new();
    if form.copy.is_some() {
        let page = MinePage::load(&me, &mut tx, now).await?;
        return Ok(Page(page.typed(form.copied(), problems, me.zone, now)).into_response());
    }
    let Some(new) = form.read(&mut problems, me.words()) else {
        let page = MinePage::load(&me, &mut tx, now).await?;
        return Ok(Refused(page.typed(form, problems, me.zone, now)).into_response());
    };
    crate::fair::hold_of(&mut tx, &[me.id]).await?;
    queries::save_mine(&mut tx, me.id, &new).await?;
    if new.week != me.week {
        queries::look_again_at_owned(&mut tx, me.id).await?;
    }
    if new.zone != me.zone {
        journey::go(&mut tx, me.id, new.zone, Stay::ForGood, now).await?;
    }
    crate::digest::reschedule(&mut tx, me.id, now).await?;
    crate::fair::follow(&mut tx, me.id, now).await?;
    notice::choose(&mut tx, me.id, new.notices, now).await?;
    tx.commit().await?;
    Ok(Done::Saved.at(&me.at("/me")))
}
