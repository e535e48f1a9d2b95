//! `/o/{org}/settings/teams/{team}/standups/…`: what a standup asks and when. For the team's leads.

use super::queries::people::add_standup;
use super::queries::rhythm::{self as queries, Held};
use super::queries::seats;
use super::questions::{self, Asked, Turn};
use super::rhythm::{Rhythm, first_untouched_day, nth_word};
use super::standup_form::{NewStandup, StandupForm};
use crate::app::App;
use crate::calendar::Zone;
use crate::clock::Now;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::{MemberId, QuestionId, StandupId};
use crate::language::Words;
use crate::organisation::Me;
use crate::standup::asking::{self, Whose};
use crate::standup::question::Question;
use crate::standup::{Seen, seen_by};
use crate::team::{Lead, Team};
use crate::web::parts::Coming;
use crate::web::parts::choices::{DayBox, WEEKDAYS, ZoneOption, day_boxes, zones};
use crate::web::{Done, Form, Nav, Page, Path, Problems, Refused, Shell};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, NaiveDate, Utc};

#[derive(Template)]
#[template(path = "settings/standup.html")]
struct StandupPage {
    shell: Shell,
    t: Words,
    /// The team's settings.
    base: String,
    action: String,
    team: String,
    title: String,
    /// Where it can be retired, once it is there.
    retirement: Option<String>,
    days: Vec<DayBox>,
    nths: Vec<(String, &'static str, bool)>,
    nth_days: Vec<(u32, String, bool)>,
    zones: Vec<ZoneOption>,
    form: StandupForm,
    coming_opens: Coming,
    coming_due: Coming,
    kinds: [(&'static str, &'static str); 6],
    /// What the fields of the questions hold.
    lines: Vec<[String; 3]>,
    /// Whose eyes the form can be seen with: value, name, whether chosen.
    mates: Vec<(String, String, bool)>,
    /// The form as one of them will see it, once that was asked for; `Err` with their name when they are not asked.
    seen: Option<Result<Seen, String>>,
    takes_effect: Vec<String>,
    problems: Problems,
}

/// What the page of a standup begins from.
struct Desk {
    held: Option<Held>,
    /// The first date a new version may begin on.
    from: NaiveDate,
    /// Where a window of such a date is open already.
    opened: Vec<(Zone, NaiveDate)>,
    /// The people of the team.
    mates: Vec<(MemberId, String)>,
}

impl Desk {
    /// For a standup of the team, or a new one.
    async fn of(tx: &mut OrgTx, team: &Team, standup: Option<StandupId>, now: DateTime<Utc>) -> Result<Self> {
        let held = match standup {
            Some(id) => {
                let found = queries::standups(tx, team.id).await?.into_iter().find(|held| held.id == id);
                Some(found.ok_or(Fault::NotFound)?)
            }
            None => None,
        };
        let fixed = held.as_ref().and_then(|held| held.rhythm.zone);
        let seats = seats::seats(tx, team.id).await?;
        let from = first_untouched_day(seats.iter().map(|seat| seat.zone).chain(fixed), now);
        let opened = match standup {
            Some(id) => queries::opened_from(tx, id, from, now).await?,
            None => Vec::new(),
        };
        let mates = seats.into_iter().map(|seat| (seat.member, seat.name)).collect();
        Ok(Self { held, from, opened, mates })
    }

    /// From when a rhythm counts: as long as it has, or from where nobody has begun.
    fn first(&self, rhythm: &Rhythm) -> NaiveDate {
        let same = self.held.as_ref().filter(|held| held.rhythm.is(rhythm));
        same.map_or(self.from, |held| held.first)
    }

    /// Weeks go on being counted as they were.
    fn anchor(&self) -> NaiveDate {
        match self.held.as_ref().map(|held| held.rhythm.recurrence) {
            Some(crate::calendar::Recurrence::Weekly { anchor, .. }) => anchor,
            _ => self.from,
        }
    }

    async fn form(&self, tx: &mut OrgTx, t: Words) -> Result<StandupForm> {
        let Some(held) = &self.held else {
            return Ok(StandupForm::of("", &Rhythm::usual(self.from), questions::usual(t)));
        };
        let asked = queries::questions(tx, held.id).await?;
        let asked = asked.into_iter().map(|question| question.asked).collect();
        Ok(StandupForm::of(&held.name, &held.rhythm, asked))
    }

    fn page(
        &self,
        me: &Me,
        team: &Team,
        form: StandupForm,
        problems: Problems,
        now: DateTime<Utc>,
    ) -> StandupPage {
        let t = me.words();
        let base = me.at(&format!("/settings/teams/{}", team.slug));
        let own = self.held.as_ref().map(|held| format!("{base}/standups/{}", held.id));
        let (coming_opens, coming_due) =
            form.coming(t, me.zone, self.anchor(), |rhythm| self.first(rhythm), now);
        let mut takes_effect = vec![match &self.held {
            Some(_) => t.settings_takes_effect(t.date_long(self.from)),
            None => t.settings_begins(t.date_long(self.from)),
        }];
        takes_effect.extend(
            self.opened
                .iter()
                .map(|(zone, date)| t.settings_takes_effect_but(zone.city(), t.date_long(*date))),
        );
        StandupPage {
            shell: Shell::of(me, Nav::None, now),
            t,
            action: own.clone().unwrap_or_else(|| format!("{base}/standups")),
            title: match &self.held {
                Some(held) => t.settings_standup_h1(&held.name, &team.name),
                None => t.settings_standup_new_h1(&team.name),
            },
            retirement: own.map(|own| format!("{own}/retirement")),
            base,
            team: team.name.clone(),
            days: day_boxes(t, &form.day),
            nths: [1, 2, 3, 4, 5, -1]
                .map(|nth: i8| (nth.to_string(), nth_word(t, nth), form.nth == nth.to_string()))
                .into(),
            nth_days: WEEKDAYS
                .map(|day| {
                    let number = day.number_from_monday();
                    (number, t.weekday_long(day), form.nth_weekday == number)
                })
                .into(),
            zones: zones(t, &form.zone, now),
            coming_opens,
            coming_due,
            kinds: questions::kinds(t),
            lines: form.lines(),
            mates: self
                .mates
                .iter()
                .map(|(id, name)| (id.to_string(), name.clone(), *id == form.seen_as.unwrap_or(me.id)))
                .collect(),
            seen: None,
            takes_effect,
            form,
            problems,
        }
    }
}

/// A new standup.
pub(super) async fn new(Lead { me, team, mut tx }: Lead, Now(now): Now) -> Result<Response> {
    let desk = Desk::of(&mut tx, &team, None, now).await?;
    let form = desk.form(&mut tx, me.words()).await?;
    Ok(Page(desk.page(&me, &team, form, Problems::new(), now)).into_response())
}

/// A standup as it is.
pub(super) async fn show(
    Lead { me, team, mut tx }: Lead,
    Now(now): Now,
    Path((_, _, standup)): Path<(String, String, StandupId)>,
) -> Result<Response> {
    let desk = Desk::of(&mut tx, &team, Some(standup), now).await?;
    let form = desk.form(&mut tx, me.words()).await?;
    Ok(Page(desk.page(&me, &team, form, Problems::new(), now)).into_response())
}

/// The page after a button of the questions: they are turned about, or seen with somebody's eyes, and nothing is saved.
async fn look(
    app: &App,
    (tx, me, team): (&mut OrgTx, &Me, &Team),
    desk: &Desk,
    form: StandupForm,
    now: DateTime<Utc>,
) -> Result<Response> {
    let asked = form.look.as_ref().and(form.seen_as);
    let whom = desk.mates.iter().find(|(id, _)| Some(*id) == asked);
    let seen = match whom {
        Some((member, name)) => {
            let question = |it: Asked| Question {
                id: QuestionId::fresh(),
                kind: it.kind,
                prompt: it.prompt,
                options: it.options,
            };
            let questions = form.asked(me.words()).into_iter().map(question).collect();
            let seen = seen_by(tx, &app.keys, *member, team.id, questions, now).await?;
            Some(seen.ok_or_else(|| name.clone()))
        }
        None => None,
    };
    let page = StandupPage { seen, ..desk.page(me, team, form, Problems::new(), now) };
    Ok(Page(page).into_response())
}

/// Adds a standup. A button of the questions comes back with them turned about.
pub(super) async fn create(
    State(app): State<App>,
    Lead { me, team, mut tx }: Lead,
    Now(now): Now,
    Form(form): Form<StandupForm>,
) -> Result<Response> {
    let desk = Desk::of(&mut tx, &team, None, now).await?;
    let mut problems = Problems::new();
    let (form, turned) = form.turned();
    if turned {
        return look(&app, (&mut tx, &me, &team), &desk, form, now).await;
    }
    let Some(new) = form.read(desk.anchor(), &mut problems, me.words()) else {
        return Ok(Refused(desk.page(&me, &team, form, problems, now)).into_response());
    };
    begin(&mut tx, &team, &new, desk.from, now).await?;
    tx.commit().await?;
    Ok(Done::Created.at(&me.at(&format!("/settings/teams/{}#standups", team.slug))))
}

/// Writes a new standup down and lets the team's people be asked.
async fn begin(
    tx: &mut OrgTx,
    team: &Team,
    new: &NewStandup,
    from: NaiveDate,
    now: DateTime<Utc>,
) -> Result<()> {
    let id = StandupId::fresh();
    let rows = asking::hold(tx, Whose::Team(team.id), now).await?;
    add_standup(tx, id, team.id, &new.name, now).await?;
    let from = first_untouched_day(new.rhythm.zone, now).max(from);
    queries::begin_version(tx, id, &new.rhythm, from, now).await?;
    questions::save(tx, id, &new.questions, now).await?;
    Ok(rows.follow(tx, now).await?)
}

/// Saves name, questions, days and window. A new rhythm closes the old version where nobody has begun the day.
pub(super) async fn save(
    State(app): State<App>,
    Lead { me, team, mut tx }: Lead,
    Now(now): Now,
    Path((_, _, standup)): Path<(String, String, StandupId)>,
    Form(form): Form<StandupForm>,
) -> Result<Response> {
    let desk = Desk::of(&mut tx, &team, Some(standup), now).await?;
    let held = desk.held.as_ref().ok_or(Fault::NotFound)?;
    let mut problems = Problems::new();
    let (form, turned) = form.turned();
    if turned {
        return look(&app, (&mut tx, &me, &team), &desk, form, now).await;
    }
    let Some(new) = form.read(desk.anchor(), &mut problems, me.words()) else {
        return Ok(Refused(desk.page(&me, &team, form, problems, now)).into_response());
    };
    queries::rename(&mut tx, standup, &new.name).await?;
    questions::save(&mut tx, standup, &new.questions, now).await?;
    if !held.rhythm.is(&new.rhythm) {
        let rows = asking::hold(&mut tx, Whose::Team(team.id), now).await?;
        let from = first_untouched_day(new.rhythm.zone, now).max(desk.from);
        queries::close_version(&mut tx, standup, from).await?;
        queries::begin_version(&mut tx, standup, &new.rhythm, from, now).await?;
        rows.follow(&mut tx, now).await?;
        queries::drop_empty_versions(&mut tx, standup).await?;
    }
    tx.commit().await?;
    Ok(Done::Saved.at(&me.at(&format!("/settings/teams/{}/standups/{standup}", team.slug))))
}

/// Retires a standup: it asks no more from the next day on that nobody has begun. What was written stays.
pub(super) async fn retire(
    Lead { me, team, mut tx }: Lead,
    Now(now): Now,
    Path((_, _, standup)): Path<(String, String, StandupId)>,
) -> Result<Response> {
    let desk = Desk::of(&mut tx, &team, Some(standup), now).await?;
    let rows = asking::hold(&mut tx, Whose::Team(team.id), now).await?;
    queries::retire(&mut tx, standup, desk.from, now).await?;
    rows.follow(&mut tx, now).await?;
    queries::drop_empty_versions(&mut tx, standup).await?;
    tx.commit().await?;
    Ok(Done::Dropped.at(&me.at(&format!("/settings/teams/{}#standups", team.slug))))
}
