//! What the operator may do at the command line: make an account, and make a link to set its password. The link is
//! printed and not mailed, for the day when mail does not work.

use super::audit::{Action, Deed};
use super::{Email, Token, queries};
use crate::app::App;
use anyhow::{Context as _, Result, bail};
use chrono::{DateTime, TimeDelta, Utc};

/// How long a link made by hand works: it travels by other ways than mail.
const LIFE: TimeDelta = TimeDelta::hours(24);

/// Makes an account and returns the link where its owner sets a password.
///
/// # Errors
/// When the address can't be one, has an account already, or the database fails.
pub async fn create(app: &App, email: &str, now: DateTime<Utc>) -> Result<String> {
    let email = parse(email)?;
    let mut tx = app.db.global().await?;
    let Some(account) = queries::add_account(&mut tx, &email, None, now).await? else {
        bail!("this address has an account already; `account reset` makes a new link for it");
    };
    let token = Token::fresh()?;
    queries::add_reset_token(&mut tx, &token.hash(), account, now, now + LIFE).await?;
    by_hand(Action::AccountCreated, account).note(&mut tx, now).await?;
    tx.commit().await?;
    Ok(link(app, &token))
}

/// Returns a new link where the owner of an account sets a password. Older links stop working; the old password works
/// until then.
///
/// # Errors
/// When the address has no account, or the database fails.
pub async fn reset(app: &App, email: &str, now: DateTime<Utc>) -> Result<String> {
    let email = parse(email)?;
    let mut tx = app.db.global().await?;
    let Some(known) = queries::account_by_email(&mut tx, &email).await? else {
        bail!("this address has no account; `account create` makes one");
    };
    let token = Token::fresh()?;
    queries::kill_tokens(&mut tx, known.id).await?;
    queries::add_reset_token(&mut tx, &token.hash(), known.id, now, now + LIFE).await?;
    by_hand(Action::ResetByHand, known.id).note(&mut tx, now).await?;
    tx.commit().await?;
    Ok(link(app, &token))
}

fn parse(email: &str) -> Result<Email> {
    Email::parse(email).context("that is not an email address")
}

fn link(app: &App, token: &Token) -> String {
    app.config.link(&format!("/reset/{}", token.reveal()))
}

fn by_hand(action: Action, account: crate::ids::AccountId) -> Deed<'static> {
    Deed { action, org: None, account: Some(account), subject: String::new(), caller: None }
}
