//! `/o/{org}/settings/teams/{team}/channels`: the chats a team's digest is posted into. For its leads.

use super::Service;
use super::bulletin::Bulletin;
use super::form::{ChannelForm, hour, rule};
use super::format;
use super::lately::Row;
use super::queries::{self, Held};
use super::set_up::{readdress, set_up};
use crate::account::Caller;
use crate::account::audit::{Action, Deed};
use crate::account::rate_limit::TEST_POST;
use crate::app::App;
use crate::clock::Now;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::hook::{self, Address};
use crate::ids::ChannelId;
use crate::language::Words;
use crate::mail::seal_of;
use crate::organisation::Me;
use crate::team::{Lead, Team};
use crate::web::parts::Coming;
use crate::web::parts::choices::{DayBox, ZoneOption, day_boxes, zones};
use crate::web::{Done, Form, Nav, Page, Path, Problems, Refused, Shell};
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use chrono::{DateTime, Utc};

/// So many of the last digests stand on a channel's page.
const LATELY: i64 = 10;

/// The pages of this room.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/o/{org}/settings/teams/{team}/channels", get(list).post(create))
        .route("/o/{org}/settings/teams/{team}/channels/new", get(new))
        .route("/o/{org}/settings/teams/{team}/channels/{channel}", get(show).post(save))
        .route("/o/{org}/settings/teams/{team}/channels/{channel}/test", post(test))
        .route("/o/{org}/settings/teams/{team}/channels/{channel}/pause", post(pause))
        .route("/o/{org}/settings/teams/{team}/channels/{channel}/resumption", post(resume))
        .route("/o/{org}/settings/teams/{team}/channels/{channel}/removal", post(remove))
}

/// `templates/channel/list.html`.
#[derive(Template)]
#[template(path = "channel/list.html")]
struct ListPage {
    shell: Shell,
    t: Words,
    /// The team's settings.
    settings: String,
    base: String,
    team: String,
    channels: Vec<Line>,
}

/// A channel in the list.
struct Line {
    id: ChannelId,
    name: String,
    service: &'static str,
    shown: String,
    rule: String,
    /// Why nothing is posted, where nothing is.
    still: Option<&'static str>,
}

/// `templates/channel/channel.html`: a channel, or the form of a new one.
#[derive(Template)]
#[template(path = "channel/channel.html")]
struct ChannelPage {
    shell: Shell,
    t: Words,
    /// The team's channels.
    base: String,
    /// Where the form leads; the channel's own address, once it is there.
    action: String,
    team: String,
    private: bool,
    title: String,
    /// The service; a new one chooses among them (value, name, whether chosen).
    service: &'static str,
    services: Vec<(&'static str, &'static str, bool)>,
    form: ChannelForm,
    days: Vec<DayBox>,
    zones: Vec<ZoneOption>,
    coming: Coming,
    /// The same instants on the reader's clock, where that is another.
    yours: Option<String>,
    /// What is there already; nothing of a new one.
    held: Option<There>,
    /// What came of a test: whether it was taken, and a sentence.
    outcome: Option<(bool, String)>,
    problems: Problems,
}

/// A channel that is there.
struct There {
    shown: String,
    paused: bool,
    /// Why nothing is posted, where nothing is.
    still: Option<&'static str>,
    lately: Vec<Row>,
}

/// A lead, at one channel of their team.
struct Desk {
    me: Me,
    team: Team,
    base: String,
    held: Option<Held>,
    lately: Vec<Row>,
}

impl Held {
    /// Why nothing is posted, where nothing is.
    fn still(&self, team: &Team, t: Words) -> Option<&'static str> {
        match self {
            Held { paused: true, .. } => Some(t.channel_paused()),
            Held { shows_private: false, .. } if team.private => Some(t.channel_shut()),
            _ => None,
        }
    }
}

impl Desk {
    /// Of a channel that is there, or a new one.
    async fn of(me: Me, team: Team, tx: &mut OrgTx, channel: Option<ChannelId>) -> Result<Self> {
        let mut held = None;
        let mut lately = Vec::new();
        if let Some(id) = channel {
            let found = queries::of_team(tx, team.id).await?.into_iter().find(|one| one.id == id);
            held = Some(found.ok_or(Fault::NotFound)?);
            let rows = queries::posted(tx, id, LATELY).await?;
            lately = rows.into_iter().map(|posted| Row::of(posted, me.zone, me.words())).collect();
        }
        let base = me.at(&format!("/settings/teams/{}/channels", team.slug));
        Ok(Self { me, team, base, held, lately })
    }

    /// The channel, which an address names.
    fn held(&self) -> Result<&Held> {
        self.held.as_ref().ok_or(Fault::NotFound)
    }

    /// The channel's page.
    fn own(&self) -> String {
        self.held.as_ref().map_or_else(|| self.base.clone(), |held| format!("{}/{}", self.base, held.id))
    }

    fn page(self, form: ChannelForm, problems: Problems, now: DateTime<Utc>) -> ChannelPage {
        let t = self.me.words();
        let (coming, yours) = form.coming(t, self.me.zone, now);
        let chosen = Service::parse(&form.service);
        ChannelPage {
            shell: Shell::of(&self.me, Nav::None, now),
            t,
            action: self.own(),
            title: match &self.held {
                Some(held) => held.name.clone(),
                None => t.channel_new_h1(&self.team.name),
            },
            team: self.team.name.clone(),
            private: self.team.private,
            service: chosen.map_or("", Service::name),
            services: Service::ALL
                .iter()
                .map(|one| (one.as_str(), one.name(), Some(*one) == chosen))
                .collect(),
            days: day_boxes(t, &form.day),
            zones: zones(t, &form.zone, now),
            held: self.held.map(|held| There {
                still: held.still(&self.team, t),
                shown: held.shown,
                paused: held.paused,
                lately: self.lately,
            }),
            base: self.base,
            form,
            coming,
            yours,
            outcome: None,
            problems,
        }
    }

    async fn note(&self, action: Action, caller: &Caller, tx: &mut OrgTx, now: DateTime<Utc>) -> Result<()> {
        let subject = self.held()?.id;
        let deed = Deed::of(action, Some(self.me.account), caller).in_org(self.me.org).onto(subject);
        Ok(deed.note(tx, now).await?)
    }
}

/// The team's channels.
async fn list(Lead { me, team, mut tx }: Lead, Now(now): Now) -> Result<Response> {
    let t = me.words();
    let line = |held: Held| Line {
        rule: rule(t, hour(held.zone, held.weekdays, held.hour)),
        still: held.still(&team, t),
        id: held.id,
        name: held.name,
        service: held.service.name(),
        shown: held.shown,
    };
    let settings = me.at(&format!("/settings/teams/{}", team.slug));
    let page = ListPage {
        shell: Shell::of(&me, Nav::None, now),
        t,
        base: format!("{settings}/channels"),
        settings,
        team: team.name.clone(),
        channels: queries::of_team(&mut tx, team.id).await?.into_iter().map(line).collect(),
    };
    Ok(Page(page).into_response())
}

/// A new one.
async fn new(Lead { me, team, mut tx }: Lead, Now(now): Now) -> Result<Response> {
    let form = ChannelForm::fresh(&team);
    let desk = Desk::of(me, team, &mut tx, None).await?;
    Ok(Page(desk.page(form, Problems::new(), now)).into_response())
}

/// Adds one. The button that only looks comes back with the form and when it would be posted.
async fn create(
    State(app): State<App>,
    Lead { me, team, mut tx }: Lead,
    caller: Caller,
    Now(now): Now,
    Form(form): Form<ChannelForm>,
) -> Result<Response> {
    let (locale, team_id) = (me.locale, team.id);
    let t = me.words();
    let mut desk = Desk::of(me, team, &mut tx, None).await?;
    if form.look.is_some() {
        return Ok(Page(desk.page(form, Problems::new(), now)).into_response());
    }
    let mut problems = Problems::new();
    let service = form.service(&mut problems, t);
    let name = form.name(&mut problems, t);
    let address = form.address(&app.config.channel_hosts, &mut problems, t);
    if address.is_none() && problems.of("address").is_none() {
        problems.add("address", t.channel_address_missing());
    }
    let new = form.read(name, &desk.team, &mut problems, t);
    let (Some(service), Some(address), Some(new)) = (service, address, new) else {
        return Ok(Refused(desk.page(form, problems, now)).into_response());
    };
    let id = set_up(&mut tx, &app.keys, (team_id, service, locale), &new, &address, now).await?;
    desk.held = queries::of_team(&mut tx, team_id).await?.into_iter().find(|one| one.id == id);
    desk.note(Action::ChannelAdded, &caller, &mut tx, now).await?;
    tx.commit().await?;
    Ok(Done::Created.at(&desk.own()))
}

/// A channel as it is.
async fn show(
    Lead { me, team, mut tx }: Lead,
    Now(now): Now,
    Path((_, _, channel)): Path<(String, String, ChannelId)>,
) -> Result<Response> {
    let desk = Desk::of(me, team, &mut tx, Some(channel)).await?;
    let form = ChannelForm::of(desk.held()?);
    Ok(Page(desk.page(form, Problems::new(), now)).into_response())
}

/// Saves name, hour, days and clock, and another address where one was typed.
async fn save(
    State(app): State<App>,
    Lead { me, team, mut tx }: Lead,
    caller: Caller,
    Now(now): Now,
    Path((_, _, channel)): Path<(String, String, ChannelId)>,
    Form(form): Form<ChannelForm>,
) -> Result<Response> {
    let t = me.words();
    let desk = Desk::of(me, team, &mut tx, Some(channel)).await?;
    let form = ChannelForm { service: desk.held()?.service.as_str().to_owned(), ..form };
    if form.look.is_some() {
        return Ok(Page(desk.page(form, Problems::new(), now)).into_response());
    }
    let mut problems = Problems::new();
    let name = form.name(&mut problems, t);
    let address = form.address(&app.config.channel_hosts, &mut problems, t);
    let Some(new) = form.read(name, &desk.team, &mut problems, t) else {
        return Ok(Refused(desk.page(form, problems, now)).into_response());
    };
    queries::change(&mut tx, channel, &new, (new.hour.next(now).next(), now)).await?;
    if let Some(address) = address {
        readdress(&mut tx, &app.keys, channel, &address).await?;
    }
    desk.note(Action::ChannelChanged, &caller, &mut tx, now).await?;
    tx.commit().await?;
    Ok(Done::Saved.at(&desk.own()))
}

/// Posts a short message at once and shows what was said to it. No transaction is open meanwhile.
async fn test(
    State(app): State<App>,
    Lead { me, team, mut tx }: Lead,
    caller: Caller,
    Now(now): Now,
    Path((_, _, channel)): Path<(String, String, ChannelId)>,
) -> Result<Response> {
    let (org, t) = (me.org, me.words());
    let desk = Desk::of(me, team, &mut tx, Some(channel)).await?;
    TEST_POST.of(&app.keys, &channel.to_string()).take(&mut tx, now).await?;
    desk.note(Action::ChannelTested, &caller, &mut tx, now).await?;
    tx.commit().await?;
    let held = desk.held()?;
    let service = held.service.name();
    let message = format::message(held.service, &greeting(&app, &desk));
    let named = &app.config.channel_hosts;
    let outcome = match Address::open(&app.keys, &seal_of(org, channel), &held.address, named) {
        None => (false, t.channel_address_gone().to_owned()),
        Some(address) => match hook::call(named, &address, &message).await {
            Ok(answer) if answer.words.is_empty() => (true, t.channel_test_well(service, answer.status)),
            Ok(answer) => (true, t.channel_test_well_said(service, answer.status, answer.words)),
            Err(trouble) => (false, t.channel_test_ill(service, trouble.said())),
        },
    };
    let form = ChannelForm::of(held);
    Ok(Page(ChannelPage { outcome: Some(outcome), ..desk.page(form, Problems::new(), now) }).into_response())
}

/// What a test says.
fn greeting(app: &App, desk: &Desk) -> Bulletin {
    let t = desk.me.words();
    Bulletin {
        t,
        title: t.channel_test_title(&desk.team.name),
        when: t.channel_test_text().to_owned(),
        page: (desk.team.name.clone(), app.config.link(&desk.me.at(&format!("/teams/{}", desk.team.slug)))),
        entries: Vec::new(),
    }
}

/// Stops it for a while.
async fn pause(
    Lead { me, team, mut tx }: Lead,
    caller: Caller,
    Now(now): Now,
    Path((_, _, channel)): Path<(String, String, ChannelId)>,
) -> Result<Response> {
    let desk = Desk::of(me, team, &mut tx, Some(channel)).await?;
    queries::pause(&mut tx, channel, now).await?;
    desk.note(Action::ChannelChanged, &caller, &mut tx, now).await?;
    tx.commit().await?;
    Ok(Done::Paused.at(&desk.own()))
}

/// Goes on with it.
async fn resume(
    Lead { me, team, mut tx }: Lead,
    caller: Caller,
    Now(now): Now,
    Path((_, _, channel)): Path<(String, String, ChannelId)>,
) -> Result<Response> {
    let desk = Desk::of(me, team, &mut tx, Some(channel)).await?;
    let held = desk.held()?;
    let next = hour(held.zone, held.weekdays, held.hour).next(now).next();
    queries::resume(&mut tx, channel, next, now).await?;
    desk.note(Action::ChannelChanged, &caller, &mut tx, now).await?;
    tx.commit().await?;
    Ok(Done::Resumed.at(&desk.own()))
}

/// Takes it away.
async fn remove(
    Lead { me, team, mut tx }: Lead,
    caller: Caller,
    Now(now): Now,
    Path((_, _, channel)): Path<(String, String, ChannelId)>,
) -> Result<Response> {
    let desk = Desk::of(me, team, &mut tx, Some(channel)).await?;
    queries::remove(&mut tx, channel, now).await?;
    desk.note(Action::ChannelRemoved, &caller, &mut tx, now).await?;
    tx.commit().await?;
    Ok(Done::Removed.at(&desk.base))
}
