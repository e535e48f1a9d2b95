//! `/me/security`: where one is signed in, and the password.

use super::agent::device;
use crate::account::audit::{Action, Deed};
use crate::account::password::Verdict;
use crate::account::rate_limit::PROOF;
use crate::account::session::{ABSOLUTE, IDLE};
use crate::account::{Caller, SignedIn, queries, reset, sign_in};
use crate::app::App;
use crate::clock::Now;
use crate::db::GlobalTx;
use crate::fault::{Fault, Result};
use crate::ids::{AccountId, SessionId};
use crate::language::Words;
use crate::web::{Done, Form, Page, Path, Problems, Refused, Shell};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde::Deserialize;

/// Seen within this time is "just now"; the database knows it to the minute.
const JUST_NOW: TimeDelta = TimeDelta::minutes(2);

/// `templates/account/security.html`.
#[derive(Template)]
#[template(path = "account/security.html")]
struct SecurityPage {
    shell: Shell,
    t: Words,
    problems: Problems,
    email: String,
    sessions: Vec<Row>,
}

/// A signed-in browser.
struct Row {
    id: SessionId,
    device: String,
    network: String,
    seen: String,
    seen_at: String,
    this: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PasswordForm {
    /// For password keepers only.
    #[serde(default, rename = "email")]
    _email: String,
    #[serde(default)]
    current: String,
    #[serde(default)]
    password: String,
}

async fn page(
    tx: &mut GlobalTx,
    caller: &Caller,
    account: AccountId,
    here: SessionId,
    problems: Problems,
    now: DateTime<Utc>,
) -> Result<SecurityPage> {
    let shell = caller.shell();
    let t = shell.t;
    let email = queries::own_account(tx, account).await?.email;
    let mut sessions: Vec<Row> = queries::own_sessions(tx, account, now - IDLE, now - ABSOLUTE)
        .await?
        .into_iter()
        .map(|session| {
            let since = now - session.last_seen_at;
            Row {
                id: session.id,
                device: device(&session.user_agent, t),
                network: t.account_session_network(session.ip_prefix),
                seen: if since < JUST_NOW {
                    t.account_session_now().to_owned()
                } else {
                    t.account_session_seen(t.duration(since))
                },
                seen_at: session.last_seen_at.to_rfc3339_opts(SecondsFormat::Secs, true),
                this: session.id == here,
            }
        })
        .collect();
    sessions.sort_by_key(|row| !row.this);
    Ok(SecurityPage { shell, t, problems, email, sessions })
}

pub(super) async fn show(Now(now): Now, caller: Caller, signed_in: SignedIn) -> Result<Response> {
    let SignedIn { account, session, mut tx, .. } = signed_in;
    Ok(Page(page(&mut tx, &caller, account, session, Problems::new(), now).await?).into_response())
}

pub(super) async fn end(
    Now(now): Now,
    caller: Caller,
    Path(id): Path<SessionId>,
    signed_in: SignedIn,
) -> Result<Response> {
    let SignedIn { account, mut tx, .. } = signed_in;
    if !queries::end_session(&mut tx, account, id).await? {
        return Err(Fault::NotFound);
    }
    Deed::of(Action::SessionEnded, Some(account), &caller).onto(id).note(&mut tx, now).await?;
    tx.commit().await?;
    Ok(Done::Ended.at("/me/security"))
}

pub(super) async fn end_others(Now(now): Now, caller: Caller, signed_in: SignedIn) -> Result<Response> {
    let SignedIn { account, session, mut tx, .. } = signed_in;
    queries::end_sessions(&mut tx, account, Some(session)).await?;
    Deed::of(Action::SessionsEnded, Some(account), &caller).note(&mut tx, now).await?;
    tx.commit().await?;
    Ok(Done::Ended.at("/me/security"))
}

/// The old password is asked for, so that an unattended browser is not enough. The session goes on under a new token, all
/// others end.
pub(super) async fn change_password(
    State(app): State<App>,
    Now(now): Now,
    caller: Caller,
    signed_in: SignedIn,
    Form(form): Form<PasswordForm>,
) -> Result<Response> {
    let SignedIn { account, session, mut tx, .. } = signed_in;
    let own = queries::own_account(&mut tx, account).await?;
    let about = queries::known_about(&mut tx, account).await?;
    let bucket = PROOF.of(&app.keys, &account.to_string());
    bucket.take(&mut tx, now).await?;
    tx.commit().await?;

    let t = Words::of(caller.locale);
    let mut problems = Problems::new();
    let kept = own.password_hash.as_deref();
    if app.passwords.verify(&form.current, kept).await? == Verdict::Wrong {
        problems.add("current", t.account_current_password_wrong());
    }
    let about: Vec<&str> = about.iter().map(String::as_str).collect();
    if let Err(weak) = app.passwords.check(&form.password, &about).await? {
        problems.add("password", weak.sentence(t));
    }
    if let (true, Some(kept)) = (problems.is_empty(), kept) {
        let hash = app.passwords.hash(&form.password).await?;
        let mut tx = app.db.global().await?;
        if queries::still_keeps(&mut tx, account, kept).await? {
            queries::set_password(&mut tx, account, &hash).await?;
            queries::end_sessions(&mut tx, account, None).await?;
            queries::kill_tokens(&mut tx, account).await?;
            bucket.give_back(&mut tx).await?;
            let keep = caller.device.as_ref().is_some_and(|device| device.account == account && device.kept);
            let opened = sign_in::open(&mut tx, &caller, account, keep, now).await?;
            reset::send_notice(&app, &mut tx, &caller, &own.email, now).await?;
            Deed::of(Action::PasswordChanged, Some(account), &caller).note(&mut tx, now).await?;
            tx.commit().await?;
            return Ok(opened.give(&app, Done::PasswordChanged.at("/me/security")));
        }
        problems.add("current", t.account_current_password_wrong());
    }
    let mut tx = app.db.global().await?;
    tx.as_account(account).await?;
    Ok(Refused(page(&mut tx, &caller, account, session, problems, now).await?).into_response())
}
