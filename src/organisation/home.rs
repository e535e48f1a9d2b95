//! `/`, which shows nothing of its own: it leads on to where the visitor belongs.

use super::queries;
use crate::account::{Caller, SignedIn};
use crate::app::App;
use crate::fault::{Fault, Result};
use crate::language::Words;
use crate::web::{Page, Shell};
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

/// `templates/organisation/choose.html`, for whoever belongs to several organisations, or to none any more.
#[derive(Template)]
#[template(path = "organisation/choose.html")]
struct ChoosePage {
    shell: Shell,
    t: Words,
    /// Name and address.
    organisations: Vec<(String, String)>,
}

/// The way in.
pub fn routes() -> Router<App> {
    Router::new().route("/", get(home))
}

/// To the one organisation's Today; to a choice when there are several; to the set-up of an empty house; else to sign in.
async fn home(
    State(app): State<App>,
    caller: Caller,
    signed_in: Result<SignedIn, Fault>,
) -> Result<Response> {
    let SignedIn { account, mut tx, .. } = match signed_in {
        Ok(signed_in) => signed_in,
        Err(Fault::SignIn) => {
            let mut tx = app.db.global().await?;
            let to = if queries::is_set_up(&mut tx).await? { "/sign-in" } else { "/setup" };
            return Ok(Redirect::to(to).into_response());
        }
        Err(fault) => return Err(fault),
    };
    let organisations: Vec<(String, String)> = queries::memberships(&mut tx, account)
        .await?
        .into_iter()
        .map(|membership| (membership.name, format!("/o/{}/today", membership.slug)))
        .collect();
    if let [(_, today)] = organisations.as_slice() {
        return Ok(Redirect::to(today).into_response());
    }
    let shell = caller.shell();
    Ok(Page(ChoosePage { t: shell.t, shell, organisations }).into_response())
}
