//! `/sign-in` and `/sign-out`.

use crate::account::audit::{Action, Deed};
use crate::account::session::no_cookie;
use crate::account::sign_in::{self, Tried};
use crate::account::{Caller, Next, SignedIn, queries};
use crate::app::App;
use crate::clock::Now;
use crate::fault::{Fault, Result};
use crate::language::Words;
use crate::web::{Done, Form, Kept, Page, Problems, Query, Refused, Shell};
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
    /// Another form that comes along, and where it goes.
    again: String,
    kept: Vec<Kept>,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    next: String,
}

/// `templates/account/back.html`: a form that found its author signed out, once they are signed in again.
#[derive(Template)]
#[template(path = "account/back.html")]
struct BackPage {
    shell: Shell,
    t: Words,
    /// Where the form goes.
    again: String,
    kept: Vec<Kept>,
}

/// The form of the page, or the same with another form's fields that come along.
#[derive(Default)]
struct SignInForm {
    next: String,
    email: String,
    password: String,
    keep: bool,
    /// Where the other form was on its way to.
    again: String,
    kept: Vec<Kept>,
}

impl SignInForm {
    fn of(fields: Vec<(String, String)>) -> Result<Self> {
        let mut form = Self::default();
        for (name, value) in fields {
            if let Some(name) = name.strip_prefix(Kept::MARK) {
                form.kept.extend(Kept::of((name.to_owned(), value)));
                continue;
            }
            match name.as_str() {
                "next" => form.next = value,
                "email" => form.email = value,
                "password" => form.password = value,
                "keep" => form.keep = true,
                "again" => form.again = value,
                other => return Err(Fault::BadForm(format!("unknown field {other}"))),
            }
        }
        Ok(form)
    }

    /// The other form, to be sent on.
    fn back(self, shell: Shell) -> Option<BackPage> {
        let again = Next::parse(&self.again).as_str().to_owned();
        if again == "/" || self.kept.is_empty() {
            return None;
        }
        Some(BackPage { t: shell.t, shell, again, kept: self.kept })
    }
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
        again: String::new(),
        kept: Vec::new(),
    };
    Ok(Page(page).into_response())
}

pub(super) async fn enter(
    State(app): State<App>,
    Now(now): Now,
    caller: Caller,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response> {
    let form = SignInForm::of(fields)?;
    let next = Next::parse(&form.next);
    let keep = form.keep;
    let tried = sign_in::sign_in(&app, &caller, &form.email, &form.password, keep, now).await;
    let shell = caller.shell();
    let t = shell.t;
    let (problem, wait) = match tried {
        Ok(Tried::In(opened)) => {
            let answer = match form.back(shell) {
                Some(page) => Page(page).into_response(),
                None => Redirect::to(next.as_str()).into_response(),
            };
            return Ok(opened.give(&app, answer));
        }
        Ok(Tried::Refused) => (t.account_sign_in_refused().to_owned(), None),
        Err(Fault::TooMany { retry_after }) => {
            let wait = TimeDelta::seconds(retry_after.into());
            (t.account_try_later(t.duration(wait)), Some(retry_after))
        }
        Err(fault) => return Err(fault),
    };
    let mut problems = Problems::new();
    problems.add("email", problem);
    let page = SignInPage {
        shell,
        t,
        problems,
        next: next.as_str().to_owned(),
        email: form.email,
        keep,
        again: form.again,
        kept: form.kept,
    };
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
