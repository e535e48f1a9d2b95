//! What is new in a feed while somebody reads it: a sentence that comes by itself, with a link to press. The page stays as
//! it is.
//!
//! A stream knows nothing of its own: at each announcement its reader knocks at the same door as for any page (session,
//! membership, teams they may read) and what is new to them in this feed is counted anew. So whoever was signed out or
//! may not read a team any more hears nothing, and whoever reconnects is told all there is to know. Between two counts
//! it holds no connection to the database.

use super::sieve::{Asked, View};
use super::stream::{new_since, recent, week};
use crate::app::App;
use crate::clock::Now;
use crate::db::{Bell, OrgTx, Rung};
use crate::fault::{Fault, Result};
use crate::ids::TeamId;
use crate::organisation::{Me, Member};
use crate::standup::queries::{self, Wanted};
use crate::team::Team;
use crate::web::{self, Place, Query};
use axum::extract::{FromRequestParts as _, State};
use axum::http::request::Parts;
use axum::response::Response;
use axum::response::sse::Event;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use futures_util::stream::{once, unfold};
use futures_util::{FutureExt as _, StreamExt as _};
use serde::{Deserialize, Serialize};
use std::future::ready;
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until};

/// An update may have been posted so long before the page was drawn, and be stored only after.
const CROSSED: TimeDelta = TimeDelta::minutes(1);
/// What is posted together is counted together; and not all readers count at the same moment.
const GATHER: std::ops::Range<u64> = 200..1_200;
/// After the database could not be asked, wait this long.
const PAUSE: Duration = Duration::from_secs(5);
/// A stream ends after this long and is asked for again, in milliseconds: some five minutes.
const LIFE: std::ops::Range<u64> = 280_000..320_000;
/// How long a browser waits before it asks again, in milliseconds: not all at once after a restart.
const RETRY: std::ops::Range<u64> = 2_000..8_000;

/// What the page needs to hear of it.
pub(super) struct News {
    /// Where the events come from.
    pub(super) source: String,
    /// The feed itself, from its first page.
    pub(super) feed: String,
}

impl News {
    /// Of a feed at `path` that is drawn now.
    pub(super) fn of(
        me: &Me,
        (team, path): (Option<&Team>, &str),
        asked: &Asked,
        (view, day): (View, Option<NaiveDate>),
        now: DateTime<Utc>,
    ) -> Self {
        let team = team.map(|team| team.slug.as_str()).unwrap_or_default();
        let narrowed = asked.href("", view, day, None);
        let source = me.at(&format!("/news?since={}&team={team}", now.timestamp_micros()));
        Self { source: source + &narrowed.replacen('?', "&", 1), feed: asked.href(path, view, day, None) }
    }
}

/// `?since=&team=`, besides what narrows a feed.
#[derive(Debug, Deserialize)]
pub(super) struct Drawn {
    /// When the page was drawn, in microseconds.
    since: i64,
    /// The team's word, or nothing for everyone.
    #[serde(default)]
    team: String,
}

/// `GET …/news`: the events of a feed that lies open.
pub(super) async fn listen(
    State(app): State<App>,
    Member { me, mut tx }: Member,
    Now(now): Now,
    Query(asked): Query<Asked>,
    Query(drawn): Query<Drawn>,
    mut door: Parts,
) -> Result<Response> {
    // The instant of this request is not that of the next knock.
    door.extensions.remove::<Now>();
    let place = app.streams.take(me.id).ok_or(Fault::TooMany { retry_after: 60 })?;
    // First listen, then count: what is posted meanwhile is heard afterwards.
    let bell = app.db.bell();
    let feed = Open::of(&mut tx, &me, &asked, &drawn, now).await?;
    let count = feed.count(&mut tx, &me, now).await?;
    tx.commit().await?;
    let retry = Event::default().retry(Duration::from_millis(rand::random_range(RETRY)));
    let first = if count == 0 { retry } else { told(&me, count, retry)? };
    let ends = Instant::now() + Duration::from_millis(rand::random_range(LIFE));
    let watch = Watch { app, me, door, feed, bell, count, ends, _place: place };
    Ok(web::stream(once(ready(first)).chain(unfold(watch, Watch::next))))
}

/// What the script is told: the sentence it shows, or nothing.
#[derive(Serialize)]
struct Told {
    say: String,
}

fn told(me: &Me, count: i64, event: Event) -> Result<Event> {
    let say = if count == 0 { String::new() } else { me.words().feed_news(count) };
    Ok(event.data(serde_json::to_string(&Told { say }).map_err(anyhow::Error::from)?))
}

/// A feed that lies open somewhere.
struct Open {
    team: Option<TeamId>,
    /// The dates on its page.
    dates: (NaiveDate, NaiveDate),
    wanted: Wanted,
    since: DateTime<Utc>,
}

impl Open {
    async fn of(tx: &mut OrgTx, me: &Me, asked: &Asked, drawn: &Drawn, now: DateTime<Utc>) -> Result<Self> {
        let team = match drawn.team.as_str() {
            "" => None,
            slug => Some(Team::by_slug(tx, slug).await?.id),
        };
        let day = asked.day()?.unwrap_or_else(|| me.today(now));
        let dates = match asked.view()? {
            View::Day => (day, day),
            View::Week => week(day),
            View::New => recent(now),
        };
        let since = DateTime::from_timestamp_micros(drawn.since).ok_or(Fault::NotFound)? - CROSSED;
        let wanted = Wanted { after: None, ..asked.named()? };
        Ok(Self { team, dates, wanted, since: since.max(new_since(now)) })
    }

    /// How much came since its page was drawn that is new to its reader.
    async fn count(&self, tx: &mut OrgTx, me: &Me, now: DateTime<Utc>) -> Result<i64> {
        let readable = Team::all(tx).await?.into_iter().map(|team| team.id);
        let teams: Vec<_> = readable.filter(|id| self.team.is_none_or(|team| team == *id)).collect();
        if self.team.is_some() && teams.is_empty() {
            return Err(Fault::NotFound);
        }
        let wanted = Wanted { new_to: Some((me.id, self.since.max(new_since(now)))), ..self.wanted };
        let rows = queries::feed(tx, &teams, self.dates, wanted, 1).await?;
        Ok(rows.first().map_or(0, |row| row.count))
    }

    /// Whether an announcement may be about it.
    fn is_meant(&self, me: &Me, rung: Rung) -> bool {
        match rung {
            Rung::Work => false,
            Rung::Posted(org, team) => org == me.org && self.team.is_none_or(|it| it == team),
            Rung::Anything => true,
        }
    }
}

/// A reader who is told.
struct Watch {
    app: App,
    me: Me,
    /// What they came with: they come with it again before they are told anything.
    door: Parts,
    feed: Open,
    bell: Bell,
    /// What they were told last.
    count: i64,
    ends: Instant,
    _place: Place,
}

impl Watch {
    /// The next event; nothing when it is over.
    async fn next(mut self) -> Option<(Event, Self)> {
        let stop = self.app.stop.clone();
        let event = tokio::select! {
            () = stop.cancelled() => None,
            () = sleep_until(self.ends) => None,
            event = self.event() => event,
        };
        event.map(|event| (event, self))
    }

    async fn event(&mut self) -> Option<Event> {
        loop {
            while !self.feed.is_meant(&self.me, self.bell.rung().await) {}
            loop {
                sleep(Duration::from_millis(rand::random_range(GATHER))).await;
                while self.bell.rung().now_or_never().is_some() {}
                match self.look().await {
                    Ok(Some(event)) => return Some(event),
                    Ok(None) => break,
                    Err(Fault::SignIn | Fault::NotFound | Fault::Forbidden) => return None,
                    Err(fault) => {
                        tracing::debug!(?fault, "what is new could not be counted yet");
                        sleep(PAUSE).await;
                    }
                }
            }
        }
    }

    /// Knocks, and counts anew; an event where that says something else than before.
    async fn look(&mut self) -> Result<Option<Event>> {
        let _turn = self.app.streams.turn().await;
        let mut door = self.door.clone();
        let Member { me, mut tx } = Member::from_request_parts(&mut door, &self.app).await?;
        let Ok(Now(now)) = Now::from_request_parts(&mut door, &self.app).await;
        let count = self.feed.count(&mut tx, &me, now).await?;
        tx.commit().await?;
        if count == self.count {
            return Ok(None);
        }
        self.count = count;
        told(&me, count, Event::default()).map(Some)
    }
}
