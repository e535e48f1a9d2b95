//! A new password by mail.
//!
//! Whoever asks gets the same answer after the same work and at the same moment, whether the address has an account or
//! not. The link works once, for ten minutes; a newer one kills it. Opening it changes nothing; only the form on its page
//! does, in one transaction: token used, password set, all sessions ended, notice sent.

use super::audit::{Action, Deed};
use super::{Caller, Email, Token, queries};
use crate::app::App;
use crate::db::GlobalTx;
use crate::fault::Fault;
use crate::ids::{AccountId, MailId};
use crate::language::Words;
use crate::mail::{self, Kind, Letter, NewMail};
use chrono::{DateTime, TimeDelta, Utc};

/// How long the link works.
const LIFE: TimeDelta = TimeDelta::minutes(10);
/// A notice that something changed is worth reading for this long.
const NOTICE_LIFE: TimeDelta = TimeDelta::days(2);

/// Sends a link to this address, if it has an account. To one that has none, the same mail is written and dropped.
pub(super) async fn send_link(
    app: &App,
    caller: &Caller,
    email: &Email,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let t = Words::of(caller.locale);
    let mut tx = app.db.global().await?;
    let known = queries::account_by_email(&mut tx, email).await?;
    let token = Token::fresh()?;
    let mail = reset_letter(app, t, email, &token, now)?;
    mail::enqueue(&mut tx, None, &mail, app.config.mail_from.email.domain(), now).await?;
    let Some(known) = known else { return Ok(()) };
    queries::kill_tokens(&mut tx, known.id).await?;
    queries::add_reset_token(&mut tx, &token.hash(), known.id, now, now + LIFE).await?;
    Deed::of(Action::ResetAsked, Some(known.id), caller).note(&mut tx, now).await?;
    Ok(tx.commit().await?)
}

/// The account whose password this token may still set, and its address.
pub(super) async fn holder(
    tx: &mut GlobalTx,
    token: &Token,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<(AccountId, String)>> {
    let Some(account) = queries::reset_token(tx, &token.hash(), now).await? else { return Ok(None) };
    Ok(Some((account, queries::own_account(tx, account).await?.email)))
}

/// Uses the token: keeps the new password's hash, ends every session and kills every token of the account, and says so
/// by mail. `false` when the token no longer works; of any number of tries at once, one succeeds.
pub(super) async fn set_password(
    app: &App,
    caller: &Caller,
    token: &Token,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let mut tx = app.db.global().await?;
    let Some(account) = queries::use_reset_token(&mut tx, &token.hash(), now).await? else {
        return Ok(false);
    };
    queries::set_password(&mut tx, account, hash).await?;
    queries::end_sessions(&mut tx, account, None).await?;
    queries::kill_tokens(&mut tx, account).await?;
    let email = queries::own_account(&mut tx, account).await?.email;
    send_notice(app, &mut tx, caller, &email, now).await?;
    Deed::of(Action::PasswordReset, Some(account), caller).note(&mut tx, now).await?;
    tx.commit().await?;
    Ok(true)
}

/// Tells the owner of an address that its password was changed.
pub(super) async fn send_notice(
    app: &App,
    tx: &mut GlobalTx,
    caller: &Caller,
    email: &str,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let t = Words::of(caller.locale);
    let letter = Letter::new(t, "", t.account_mail_notice_subject(), t.account_mail_notice_preheader())
        .title(t.account_mail_notice_title())
        .text(t.account_mail_notice_text())
        .text(t.account_mail_notice_not_me())
        .button(t.account_mail_notice_button(), app.config.link("/reset"))
        .why(t.account_mail_notice_why())
        .render()?;
    let mail = account_mail(Kind::SignIn, email, letter, t.account_mail_notice_why(), now + NOTICE_LIFE);
    mail::enqueue(tx, None, &mail, app.config.mail_from.email.domain(), now).await?;
    Ok(())
}

fn reset_letter(
    app: &App,
    t: Words,
    email: &Email,
    token: &Token,
    now: DateTime<Utc>,
) -> Result<NewMail, Fault> {
    let link = app.config.link(&format!("/reset/{}", token.reveal()));
    let letter = Letter::new(t, "", t.account_mail_reset_subject(), t.account_mail_reset_preheader())
        .title(t.account_mail_reset_title())
        .text(t.account_mail_reset_text())
        .button(t.account_mail_reset_button(), &link)
        .soft(t.account_mail_reset_paste(&link))
        .why(t.account_mail_reset_why())
        .render()?;
    Ok(account_mail(Kind::Reset, email.as_str(), letter, t.account_mail_reset_why(), now + LIFE))
}

fn account_mail(
    kind: Kind,
    recipient: &str,
    letter: mail::Rendered,
    reason: &str,
    expires_at: DateTime<Utc>,
) -> NewMail {
    NewMail {
        kind,
        member: None,
        recipient: recipient.to_owned(),
        period: MailId::fresh().to_string(),
        letter,
        reason: reason.to_owned(),
        unsubscribe: None,
        teams: Vec::new(),
        expires_at,
    }
}
