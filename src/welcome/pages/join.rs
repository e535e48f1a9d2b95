//! `/invitations/{token}`: who invites and to what, and the form to accept.

use super::line;
use crate::account::{Caller, SignedIn, Token, one_time};
use crate::app::App;
use crate::calendar::{WorkWeek, Zone};
use crate::clock::Now;
use crate::fault::{Fault, Result};
use crate::ids::AccountId;
use crate::language::Words;
use crate::team::invitation::{Held, Told};
use crate::web::parts::Coming;
use crate::web::parts::choices::{self, DayBox, ZoneOption};
use crate::web::{Form, Page, Path, Problems, Refused, Shell};
use crate::welcome::joining::{self, Found, Holder, Newcomer, Standing};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;

/// `templates/welcome/join.html`.
#[derive(Template)]
#[template(path = "welcome/join.html")]
struct JoinPage {
    shell: Shell,
    t: Words,
    problems: Problems,
    told: Told,
    holder: Holder,
    email: String,
    until: String,
    sign_in: String,
    form: JoinForm,
    days: Vec<DayBox>,
    zones: Vec<ZoneOption>,
    coming: Coming,
    detect: bool,
}

/// `templates/welcome/join_dead.html`.
#[derive(Template)]
#[template(path = "welcome/join_dead.html")]
struct DeadPage {
    shell: Shell,
    t: Words,
    why: String,
}

#[derive(Deserialize, Default, Clone)]
#[serde(deny_unknown_fields, default)]
pub(super) struct JoinForm {
    name: String,
    password: String,
    zone: String,
    day: Vec<u32>,
    starts: String,
    ends: String,
}

impl JoinForm {
    fn blank() -> Self {
        Self {
            zone: Zone::UTC.name().to_owned(),
            day: vec![1, 2, 3, 4, 5],
            starts: "09:00".to_owned(),
            ends: "17:00".to_owned(),
            ..Self::default()
        }
    }

    /// Name, zone and week, or all that is wrong with them.
    fn read(&self, t: Words, problems: &mut Problems) -> Option<(String, Zone, WorkWeek)> {
        let name = problems.take("name", line(&self.name, 80).ok_or(t.invitation_join_name_missing()));
        let zone =
            problems.take("zone", Zone::parse(&self.zone).map_err(|_| t.invitation_join_zone_unclear()));
        let days = choices::days(&self.day);
        if days.is_empty() {
            problems.add("day1", t.invitation_join_days_missing());
        }
        let starts =
            problems.take("starts", choices::time(&self.starts).ok_or(t.invitation_join_time_unclear()));
        let ends = problems.take("ends", choices::time(&self.ends).ok_or(t.invitation_join_time_unclear()));
        let (starts, ends) = (starts?, ends?);
        let week = choices::week(days, starts, ends);
        if week.is_none() && !days.is_empty() {
            problems.add("ends", t.invitation_join_week_unclear());
        }
        Some((name?, zone?, week?))
    }
}

impl JoinForm {
    /// What the hours will produce, as far as they can be read.
    fn coming(&self, t: Words, now: DateTime<Utc>) -> Coming {
        let zone = Zone::parse(&self.zone).unwrap_or(Zone::UTC);
        let span = choices::time(&self.starts).zip(choices::time(&self.ends));
        let week = span.and_then(|(starts, ends)| choices::week(choices::days(&self.day), starts, ends));
        Coming::of_hours(t, "hours", zone, week.as_ref().map(WorkWeek::hours), now)
    }
}

/// The account signed in here, if any.
fn signed_in(found: Result<SignedIn, Fault>) -> Result<Option<AccountId>> {
    match found {
        Ok(signed_in) => Ok(Some(signed_in.account)),
        Err(Fault::SignIn) => Ok(None),
        Err(fault) => Err(fault),
    }
}

pub(super) async fn show(
    State(app): State<App>,
    Now(now): Now,
    caller: Caller,
    found: Result<SignedIn, Fault>,
    Path(token): Path<String>,
) -> Result<Response> {
    let account = signed_in(found)?;
    let found = joining::find(app.db.global().await?, &Token::from_text(&token), account, now).await?;
    let response = match found {
        Found::Open(standing) => {
            Page(page(&caller, *standing, &token, JoinForm::blank(), Problems::new(), true, now))
                .into_response()
        }
        Found::Dead(dead_one) => dead(&caller, Some(&dead_one)),
        Found::Unknown => {
            one_time::count_dead_link(&app, &caller, now).await?;
            dead(&caller, None)
        }
    };
    Ok(one_time::secret(&app.config, response))
}

pub(super) async fn accept(
    State(app): State<App>,
    Now(now): Now,
    caller: Caller,
    found: Result<SignedIn, Fault>,
    Path(text): Path<String>,
    Form(form): Form<JoinForm>,
) -> Result<Response> {
    let account = signed_in(found)?;
    let token = Token::from_text(&text);
    let standing = match joining::find(app.db.global().await?, &token, account, now).await? {
        Found::Open(standing) => *standing,
        Found::Dead(dead_one) => return Ok(one_time::secret(&app.config, dead(&caller, Some(&dead_one)))),
        Found::Unknown => {
            one_time::count_dead_link(&app, &caller, now).await?;
            return Ok(one_time::secret(&app.config, dead(&caller, None)));
        }
    };
    let today = format!("/o/{}/today", standing.told.org_slug);
    let mut problems = Problems::new();
    match try_accept(&app, &caller, &token, &standing, &form, &mut problems, now).await? {
        Some(response) => Ok(response.map_or_else(
            || Redirect::to(&today).into_response(),
            |opened| opened.give(&app, Redirect::to(&today).into_response()),
        )),
        // Nothing wrong with the form: somebody was quicker, or must sign in first. The page says which.
        None if problems.is_empty() => Ok(Redirect::to(&format!("/invitations/{text}")).into_response()),
        None => {
            let page = page(&caller, standing, &text, form, problems, false, now);
            Ok(one_time::secret(&app.config, Refused(page).into_response()))
        }
    }
}

/// `Some(Some(…))`: accepted, with a new session; `Some(None)`: accepted in the session there was.
async fn try_accept(
    app: &App,
    caller: &Caller,
    token: &Token,
    standing: &Standing,
    form: &JoinForm,
    problems: &mut Problems,
    now: DateTime<Utc>,
) -> Result<Option<Option<crate::account::Opened>>> {
    let t = Words::of(caller.locale);
    if let Holder::Member(account) = standing.holder {
        let accepted = joining::accept_signed_in(app, caller, token, account, None, now).await?;
        return Ok(accepted.then_some(None));
    }
    if !matches!(standing.holder, Holder::New | Holder::SignedIn(_)) {
        return Ok(None);
    }
    let read = form.read(t, problems);
    if standing.holder == Holder::New {
        let about = [form.name.as_str(), &standing.held.email, &standing.told.organisation];
        if let Err(weak) = app.passwords.check(&form.password, &about).await? {
            problems.add("password", weak.sentence(t));
        }
    }
    let (Some((name, zone, week)), true) = (read, problems.is_empty()) else { return Ok(None) };
    let newcomer = Newcomer { name: &name, zone, week: &week, language: standing.language };
    if let Holder::SignedIn(account) = standing.holder {
        let accepted = joining::accept_signed_in(app, caller, token, account, Some(newcomer), now).await?;
        return Ok(accepted.then_some(None));
    }
    let hash = app.passwords.hash(&form.password).await?;
    Ok(joining::accept_as_new(app, caller, token, newcomer, &hash, now).await?.map(Some))
}

fn page(
    caller: &Caller,
    standing: Standing,
    token: &str,
    form: JoinForm,
    problems: Problems,
    detect: bool,
    now: DateTime<Utc>,
) -> JoinPage {
    let shell = caller.shell();
    let t = shell.t;
    JoinPage {
        // On the day it ends where the server counts; the reader's own zone is not known yet.
        until: t.date_long(standing.held.expires_at.date_naive()),
        email: standing.held.email,
        told: standing.told,
        holder: standing.holder,
        sign_in: format!("/sign-in?next=/invitations/{token}"),
        days: choices::day_boxes(t, &form.day),
        zones: choices::zones(t, &form.zone, now),
        coming: form.coming(t, now),
        shell,
        t,
        problems,
        form,
        detect,
    }
}

/// What became of it, and what to do: 410 for one that was, 404 for one that never was.
fn dead(caller: &Caller, found: Option<&(Held, Told)>) -> Response {
    let shell = caller.shell();
    let t = shell.t;
    let (status, why) = match found {
        None => (StatusCode::NOT_FOUND, t.invitation_dead_unknown().to_owned()),
        Some((held, _)) if held.accepted_at.is_some() => {
            (StatusCode::GONE, t.invitation_dead_used().to_owned())
        }
        Some((held, told)) if held.revoked_at.is_some() => {
            (StatusCode::GONE, t.invitation_dead_revoked(&told.inviter))
        }
        Some((_, told)) => (StatusCode::GONE, t.invitation_dead_expired(&told.inviter)),
    };
    (status, Page(DeadPage { shell, t, why })).into_response()
}
