//! `/setup`, for the owner of an empty house.

use super::setup_form::SetupForm;
use crate::account::{Caller, Token, one_time};
use crate::app::App;
use crate::clock::Now;
use crate::fault::{Fault, Result};
use crate::language::{Locale, Words};
use crate::web::parts::Coming;
use crate::web::parts::choices::{DayBox, ZoneOption, day_boxes, zones};
use crate::web::{Form, Page, Problems, Query, Refused, Shell};
use crate::welcome::first_run::{self, Outcome, Plan};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;

/// `templates/welcome/setup.html`.
#[derive(Template)]
#[template(path = "welcome/setup.html")]
struct SetupPage {
    shell: Shell,
    t: Words,
    problems: Problems,
    form: SetupForm,
    days: Vec<DayBox>,
    zones: Vec<ZoneOption>,
    coming_opens: Coming,
    coming_due: Coming,
    /// Whether a script may choose the browser's zone: nobody has chosen yet.
    detect: bool,
}

/// `templates/welcome/setup_token.html`: the token is missing or no longer works.
#[derive(Template)]
#[template(path = "welcome/setup_token.html")]
struct TokenPage {
    shell: Shell,
    t: Words,
    problems: Problems,
}

/// `templates/welcome/begun.html`: the links, shown this once.
#[derive(Template)]
#[template(path = "welcome/begun.html")]
struct BegunPage {
    shell: Shell,
    t: Words,
    organisation: String,
    today: String,
    invitations: Vec<(String, String)>,
}

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    token: String,
}

pub(super) async fn show(
    State(app): State<App>,
    Now(now): Now,
    caller: Caller,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    if first_run::is_over(&app).await? {
        return Err(Fault::NotFound);
    }
    let token = asked.token.trim();
    if token.is_empty() || !first_run::opens(&app, &Token::from_text(token), now).await? {
        return no_token(&app, &caller, !token.is_empty(), now).await;
    }
    let form = SetupForm::prefilled(token, Words::of(caller.locale), now);
    let page = page(&caller, form, Problems::new(), true, now);
    Ok(one_time::secret(&app.config, Page(page).into_response()))
}

pub(super) async fn build(
    State(app): State<App>,
    Now(now): Now,
    caller: Caller,
    Form(form): Form<SetupForm>,
) -> Result<Response> {
    if first_run::is_over(&app).await? {
        return Err(Fault::NotFound);
    }
    let token = Token::from_text(form.token.trim());
    if !first_run::opens(&app, &token, now).await? {
        return no_token(&app, &caller, true, now).await;
    }
    let t = Words::of(caller.locale);
    let mut problems = Problems::new();
    let plan = form.read(t, now, &mut problems);
    let about = [form.name.as_str(), &form.email, &form.organisation];
    if let Err(weak) = app.passwords.check(&form.password, &about).await? {
        problems.add("password", weak.sentence(t));
    }
    if let (Some(plan), true) = (plan, problems.is_empty()) {
        let hash = app.passwords.hash(&form.password).await?;
        match first_run::set_up(&app, &caller, &token, &plan, &hash, now).await? {
            Outcome::Begun(begun) => {
                let response = begun_page(&caller, plan, begun.invitations);
                return Ok(one_time::secret(&app.config, begun.opened.give(&app, response)));
            }
            Outcome::TooLate => return no_token(&app, &caller, true, now).await,
            Outcome::AddressTaken => problems.add("email", t.setup_email_taken()),
        }
    }
    let page = page(&caller, form, problems, false, now);
    Ok(one_time::secret(&app.config, Refused(page).into_response()))
}

/// The form goes back with all that was typed but the password, which no page ever carries.
fn page(caller: &Caller, form: SetupForm, problems: Problems, detect: bool, now: DateTime<Utc>) -> SetupPage {
    let shell = caller.shell();
    let t = shell.t;
    let (coming_opens, coming_due) = form.coming(t, now);
    SetupPage {
        coming_opens,
        coming_due,
        days: day_boxes(t, &form.day),
        zones: zones(t, &form.zone, now),
        shell,
        t,
        problems,
        form,
        detect,
    }
}

async fn no_token(app: &App, caller: &Caller, wrong: bool, now: DateTime<Utc>) -> Result<Response> {
    let shell = caller.shell();
    let t = shell.t;
    let mut problems = Problems::new();
    if wrong {
        one_time::count_dead_link(app, caller, now).await?;
        problems.add("token", t.setup_token_wrong());
    }
    let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(one_time::secret(&app.config, (status, Page(TokenPage { shell, t, problems })).into_response()))
}

/// The links can be shown now and never again, so this is the answer to the form itself. Without any there is nothing to
/// show, and the form leads on as forms do.
fn begun_page(caller: &Caller, plan: Plan, invitations: Vec<(String, String)>) -> Response {
    let today = format!("/o/{}/today", plan.slug);
    if invitations.is_empty() {
        return Redirect::to(&today).into_response();
    }
    let shell = caller.shell();
    Page(BegunPage { t: shell.t, shell, organisation: plan.organisation, today, invitations }).into_response()
}

/// The languages to choose from.
impl SetupPage {
    fn languages(&self) -> impl Iterator<Item = (&'static str, &'static str, bool)> {
        Locale::ALL
            .into_iter()
            .map(|locale: Locale| (locale.tag(), locale.name(), locale.tag() == self.form.language))
    }
}
