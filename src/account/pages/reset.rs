//! `/reset` asks for a link by mail, `/reset/{token}` sets the new password.

use crate::account::password::Weak;
use crate::account::rate_limit::{RESET_ADDRESS, RESET_NETWORK};
use crate::account::{Caller, Email, Token, one_time, queries, reset};
use crate::app::App;
use crate::clock::Now;
use crate::fault::{Fault, Result};
use crate::language::Words;
use crate::web::{Done, Form, Page, Path, Problems, Refused, Shell};
use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// The answer is given this long after the question, so that its time says nothing. Far more than the work takes.
const ANSWERED_AFTER: Duration = Duration::from_millis(300);

/// `templates/account/reset_ask.html`.
#[derive(Template)]
#[template(path = "account/reset_ask.html")]
struct AskPage {
    shell: Shell,
    t: Words,
    problems: Problems,
    email: String,
    asked: bool,
}

/// `templates/account/reset.html`.
#[derive(Template)]
#[template(path = "account/reset.html")]
struct SetPage {
    shell: Shell,
    t: Words,
    problems: Problems,
    email: String,
}

/// `templates/account/link_dead.html`.
#[derive(Template)]
#[template(path = "account/link_dead.html")]
struct LinkDeadPage {
    shell: Shell,
    t: Words,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AskForm {
    #[serde(default)]
    email: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SetForm {
    #[serde(default)]
    password: String,
}

fn ask_page(caller: &Caller, email: String, problems: Problems, asked: bool) -> AskPage {
    let shell = caller.shell();
    AskPage { t: shell.t, shell, problems, email, asked }
}

pub(super) async fn ask(caller: Caller) -> Response {
    Page(ask_page(&caller, String::new(), Problems::new(), false)).into_response()
}

pub(super) async fn send(
    State(app): State<App>,
    Now(now): Now,
    caller: Caller,
    Form(form): Form<AskForm>,
) -> Result<Response> {
    let answered_at = Instant::now() + ANSWERED_AFTER;
    let t = Words::of(caller.locale);
    let mut problems = Problems::new();
    let Some(email) = Email::parse(&form.email) else {
        problems.add("email", t.account_reset_email_unclear());
        return Ok(Refused(ask_page(&caller, form.email, problems, false)).into_response());
    };
    match count(&app, &caller, &email, now).await {
        Err(Fault::TooMany { retry_after }) => {
            problems.add("email", t.account_try_later(t.duration(TimeDelta::seconds(retry_after.into()))));
            let page = Page(ask_page(&caller, form.email, problems, false));
            let headers = [(header::RETRY_AFTER, retry_after.to_string())];
            return Ok((StatusCode::TOO_MANY_REQUESTS, headers, page).into_response());
        }
        counted => counted?,
    }
    reset::send_link(&app, &caller, &email, now).await?;
    sleep_until(answered_at).await;
    Ok(Page(ask_page(&caller, String::new(), problems, true)).into_response())
}

async fn count(app: &App, caller: &Caller, email: &Email, now: DateTime<Utc>) -> Result<()> {
    let mut tx = app.db.global().await?;
    RESET_NETWORK.of(&app.keys, &caller.network()).take(&mut tx, now).await?;
    RESET_ADDRESS.of(&app.keys, email.as_str()).take(&mut tx, now).await?;
    Ok(tx.commit().await?)
}

pub(super) async fn show(
    State(app): State<App>,
    Now(now): Now,
    caller: Caller,
    Path(token): Path<String>,
) -> Result<Response> {
    let mut tx = app.db.global().await?;
    let Some((_, email)) = reset::holder(&mut tx, &Token::from_text(&token), now).await? else {
        drop(tx);
        return dead(&app, &caller, now).await;
    };
    let shell = caller.shell();
    let page = SetPage { t: shell.t, shell, problems: Problems::new(), email };
    Ok(one_time::secret(&app.config, Page(page).into_response()))
}

pub(super) async fn set(
    State(app): State<App>,
    Now(now): Now,
    caller: Caller,
    Path(token): Path<String>,
    Form(form): Form<SetForm>,
) -> Result<Response> {
    let token = Token::from_text(&token);
    let mut tx = app.db.global().await?;
    let Some((account, email)) = reset::holder(&mut tx, &token, now).await? else {
        drop(tx);
        return dead(&app, &caller, now).await;
    };
    tx.as_account(account).await?;
    let about = queries::known_about(&mut tx, account).await?;
    drop(tx);
    let about: Vec<&str> = about.iter().map(String::as_str).collect();
    if let Err(weak) = app.passwords.check(&form.password, &about).await? {
        return Ok(one_time::secret(&app.config, refused(&caller, email, weak)));
    }
    let hash = app.passwords.hash(&form.password).await?;
    if reset::set_password(&app, &caller, &token, &hash, now).await? {
        return Ok(Done::PasswordChanged.at("/sign-in"));
    }
    dead(&app, &caller, now).await
}

fn refused(caller: &Caller, email: String, weak: Weak) -> Response {
    let shell = caller.shell();
    let mut problems = Problems::new();
    problems.add("password", weak.sentence(shell.t));
    Refused(SetPage { t: shell.t, shell, problems, email }).into_response()
}

/// One answer for links that were used, ran out, were replaced or never were.
async fn dead(app: &App, caller: &Caller, now: DateTime<Utc>) -> Result<Response> {
    one_time::count_dead_link(app, caller, now).await?;
    let shell = caller.shell();
    let page = Page(LinkDeadPage { t: shell.t, shell });
    Ok(one_time::secret(&app.config, (StatusCode::GONE, page).into_response()))
}
