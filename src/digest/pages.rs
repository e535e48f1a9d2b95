//! `/u/{opaque}` and `/unsubscribe/{opaque}`: stopping digests, notices or reminders from the mail itself, signed in or not.
//!
//! Opening it changes nothing: mail scanners open every link. A mail program's one-click post and a person's press of the
//! button do the same small thing, and doing it twice changes nothing more. The button posts to an address of its own:
//! the first is the one place that forms of other sites may reach.

use super::preview;
use super::queries::{self, Subscriber};
use super::subscriber;
use crate::account::one_time;
use crate::app::App;
use crate::clock::Now;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::language::Words;
use crate::mail::{Kind, Subscription};
use crate::web::{Done, Page, Path, Shell};
use askama::Template;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{FromRequestParts, State};
use axum::http::Uri;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use chrono::{DateTime, Utc};

/// What a mail program's body holds (RFC 8058 §3.1), as a form of either encoding.
const ONE_CLICK_BODY: &[u8] = b"One-Click";

/// The pages of this room: where digests are stopped, and where one is seen before its hour.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/u/{opaque}", get(ask).post(one_click))
        .route("/unsubscribe/{opaque}", post(stop))
        .route("/o/{org}/me/digest", get(preview::show))
        .route("/o/{org}/me/digest/html", get(preview::html))
        .route("/o/{org}/me/digest/text", get(preview::text))
        .route("/o/{org}/me/digest/test", post(preview::test))
}

/// Whoever holds an address we signed, while the member it names is here.
struct Holder {
    opaque: String,
    subscription: Subscription,
    subscriber: Subscriber,
    tx: OrgTx,
}

impl FromRequestParts<App> for Holder {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let Path(opaque) = Path::<String>::from_request_parts(parts, app).await?;
        let subscription = Subscription::parse(&app.keys, &opaque).ok_or(Fault::NotFound)?;
        let mut tx = app.db.org(subscription.org).await?;
        let subscriber = queries::subscriber(&mut tx, subscription.member).await?.ok_or(Fault::NotFound)?;
        Ok(Self { opaque, subscription, subscriber, tx })
    }
}

impl Holder {
    async fn stop(mut self, now: DateTime<Utc>) -> Result<()> {
        subscriber::stop(&mut self.tx, self.subscription.member, self.subscription.kind, now).await?;
        Ok(self.tx.commit().await?)
    }

    /// Whether there is something to stop.
    fn comes(&self) -> bool {
        self.subscriber.takes(self.subscription.kind)
    }

    fn words(&self) -> Words {
        Words::of(self.subscriber.language)
    }
}

/// `templates/digest/unsubscribe.html`.
#[derive(Template)]
#[template(path = "digest/unsubscribe.html")]
struct UnsubscribePage {
    shell: Shell,
    t: Words,
    /// The question, or that it is stopped.
    title: String,
    /// Whether there is something to stop.
    comes: bool,
    /// Where the button leads.
    stop: String,
    /// Where it is undone.
    settings: String,
}

async fn ask(State(app): State<App>, uri: Uri, holder: Holder) -> Response {
    let shell = Shell::bare(holder.subscriber.language, Done::from_uri(&uri));
    let (t, comes, organisation) = (shell.t, holder.comes(), &holder.subscriber.organisation);
    let page = UnsubscribePage {
        title: match (holder.subscription.kind, comes) {
            (Kind::DigestWeekly, true) => t.digest_page_stop_weekly(organisation),
            (Kind::DigestWeekly, false) => t.digest_page_none_weekly(organisation),
            (Kind::DigestCycle, true) => t.digest_page_stop_cycle(organisation),
            (Kind::DigestCycle, false) => t.digest_page_none_cycle(organisation),
            (Kind::Reminder, true) => t.reminder_page_stop(organisation),
            (Kind::Reminder, false) => t.reminder_page_stopped(organisation),
            (Kind::Notice, true) => t.notice_page_stop(organisation),
            (Kind::Notice, false) => t.notice_page_stopped(organisation),
            (_, true) => t.digest_page_stop_daily(organisation),
            (_, false) => t.digest_page_none_daily(organisation),
        },
        t,
        shell,
        comes,
        stop: format!("/unsubscribe/{}", holder.opaque),
        settings: format!("/o/{}/me", holder.subscriber.slug),
    };
    one_time::secret(&app.config, Page(page).into_response())
}

/// Pressed by a person: on to the page that says so.
async fn stop(Now(now): Now, holder: Holder) -> Result<Response> {
    let page = format!("/u/{}", holder.opaque);
    holder.stop(now).await?;
    Ok(Done::Unsubscribed.at(&page))
}

/// Pressed by a mail program: plain text, and never a redirect.
async fn one_click(Now(now): Now, holder: Holder, body: Bytes) -> Result<Response> {
    if !body.windows(ONE_CLICK_BODY.len()).any(|part| part == ONE_CLICK_BODY) {
        return Err(Fault::BadForm("no one-click unsubscription".to_owned()));
    }
    let said = holder.words().digest_stopped();
    holder.stop(now).await?;
    Ok(said.into_response())
}
