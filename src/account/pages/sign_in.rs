//! `/sign-in` and `/sign-out`.

use crate::account::audit::{Action, Deed};
use crate::account::session::no_cookie;
use crate::account::sign_in::{self, Tried};
use crate::account::{Caller, Next, SignedIn, queries};
use crate::app::App;
use crate::clock::Now;
use crate::fault::{Fault, Result};
use crate::language::Words;
use crate::web::{Done, Form, Page, Problems, Query, Refused, Shell};
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::TimeDelta;
use serde::Deserialize;

/// `templates/account/sign_in.html`.
#[derive(Template)]
#[template(path = "account/sign_in.html")]
struct SignInPage {
    shell: Shell,
    t: Words,
    problems: Problems,
    next: String,
    email: String,
    keep: bool,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    next: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SignInForm {
    #[serde(default)]
    next: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    keep: Option<String>,
}

pub(super) async fn show(
    caller: Caller,
    signed_in: Result<SignedIn, Fault>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let next = Next::parse(&asked.next);
    match signed_in {
        Ok(_) => return Ok(Redirect::to(next.as_str()).into_response()),
        Err(Fault::SignIn) => {}
        Err(fault) => return Err(fault),
    }
    let shell = caller.shell();
    let page = SignInPage {
        t: shell.t,
        shell,
        problems: Problems::new(),
        next: next.as_str().to_owned(),
        email: String::new(),
        keep: true,
    };
    Ok(Page(page).into_response())
}

pub(super) async fn enter(
    State(app): State<App>,
    Now(now): Now,
    caller: Caller,
    Form(form): Form<SignInForm>,
) -> Result<Response> {
    let next = Next::parse(&form.next);
    let keep = form.keep.is_some();
    let tried = sign_in::sign_in(&app, &caller, &form.email, &form.password, keep, now).await;
    let shell = caller.shell();
    let t = shell.t;
    let (problem, wait) = match tried {
        Ok(Tried::In(opened)) => return Ok(opened.give(&app, Redirect::to(next.as_str()).into_response())),
        Ok(Tried::Refused) => (t.account_sign_in_refused().to_owned(), None),
        Err(Fault::TooMany { retry_after }) => {
            let wait = TimeDelta::seconds(retry_after.into());
            (t.account_try_later(t.duration(wait)), Some(retry_after))
        }
        Err(fault) => return Err(fault),
    };
    let mut problems = Problems::new();
    problems.add("email", problem);
    let page = SignInPage { shell, t, problems, next: next.as_str().to_owned(), email: form.email, keep };
    Ok(match wait {
        None => Refused(page).into_response(),
        Some(seconds) => {
            (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, seconds.to_string())], Page(page))
                .into_response()
        }
    })
}

/// Ends the session here and has the browser forget what it kept of our pages. Its device cookie stays: it opens nothing.
pub(super) async fn leave(State(app): State<App>, Now(now): Now, caller: Caller) -> Result<Response> {
    if let Some(token) = &caller.token {
        let mut tx = app.db.global().await?;
        if let Some(account) = queries::end_session_by_token(&mut tx, &token.hash()).await? {
            Deed::of(Action::SignedOut, Some(account), &caller).note(&mut tx, now).await?;
        }
        tx.commit().await?;
    }
    let mut response = Done::SignedOut.at("/sign-in");
    let headers = response.headers_mut();
    if let Ok(value) = HeaderValue::from_str(&no_cookie(&app.config)) {
        headers.append(header::SET_COOKIE, value);
    }
    headers.insert("clear-site-data", HeaderValue::from_static("\"cache\", \"storage\""));
    Ok(response)
}
