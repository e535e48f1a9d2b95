//! Signing in: the tries somebody has, the password, a new session, and where to go then.

use super::audit::{Action, Deed};
use super::device::Device;
use super::password::Verdict;
use super::rate_limit::{Bucket, SIGN_IN_ACCOUNT, SIGN_IN_DEVICE, SIGN_IN_NETWORK};
use super::session::{self, cookie};
use super::{Caller, Email, Known, Token, queries};
use crate::app::App;
use crate::fault::Fault;
use crate::ids::AccountId;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use chrono::{DateTime, Utc};
use url::Url;

/// Where to go after signing in: a page of ours, and never another site's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next(String);

impl Next {
    /// The address somebody was on their way to; `/` when it is none of ours.
    pub fn parse(asked: &str) -> Self {
        Self(ours(asked).unwrap_or_else(|| "/".to_owned()))
    }

    /// Path and query.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a browser would make of it, if that stays on the host it came from.
fn ours(asked: &str) -> Option<String> {
    let plain =
        asked.starts_with('/') && !asked.contains(|c: char| c == '\\' || c.is_control() || c.is_whitespace());
    if !plain || asked.len() > 2000 {
        return None;
    }
    let base = Url::parse("https://meridian.invalid").ok()?;
    let there = base.join(asked).ok()?;
    let path = there.path();
    let within = there.origin() == base.origin() && there.username().is_empty() && !path.starts_with("//");
    if !within || path == "/sign-in" || path == "/sign-out" {
        return None;
    }
    let query = there.query().map(|query| format!("?{query}")).unwrap_or_default();
    let fragment = there.fragment().map(|fragment| format!("#{fragment}")).unwrap_or_default();
    Some(format!("{path}{query}{fragment}"))
}

/// An opened session: what the browser gets.
pub struct Opened {
    token: Token,
    device: Device,
}

impl Opened {
    /// Gives the browser its cookies.
    pub fn give(self, app: &App, mut response: Response) -> Response {
        let cookies = [cookie(&app.config, &self.token, self.device.kept), self.device.cookie(app)];
        for cookie in cookies {
            // Tokens, ids and signatures are letters, digits and a few marks, so this is always a header.
            if let Ok(value) = HeaderValue::from_str(&cookie) {
                response.headers_mut().append(header::SET_COOKIE, value);
            }
        }
        response
    }
}

/// What a try came to.
pub(super) enum Tried {
    /// Signed in.
    In(Opened),
    /// The password is wrong, or the address unknown; which of them is not said.
    Refused,
}

/// Tries an address and a password. Unknown addresses take the same way and the same time.
pub(super) async fn sign_in(
    app: &App,
    caller: &Caller,
    typed: &str,
    password: &str,
    keep: bool,
    now: DateTime<Utc>,
) -> Result<Tried, Fault> {
    let email = Email::parse(typed);
    let mut tx = app.db.global().await?;
    let known = match &email {
        Some(email) => queries::account_by_email(&mut tx, email).await?,
        None => None,
    };
    let buckets = buckets(app, caller, typed, known.as_ref());
    for bucket in &buckets {
        bucket.take(&mut tx, now).await?;
    }
    tx.commit().await?;

    let kept = known.as_ref().and_then(|known| known.password_hash.as_deref());
    let verdict = app.passwords.verify(password, kept).await?;
    let mut tx = app.db.global().await?;
    let account = known.as_ref().map(|known| known.id);
    if let (Some(account), Some(kept), Verdict::Right { rehashed }) = (account, kept, verdict)
        && queries::still_keeps(&mut tx, account, kept).await?
    {
        if let Some(rehashed) = rehashed {
            queries::set_password(&mut tx, account, &rehashed).await?;
        }
        for bucket in &buckets {
            bucket.give_back(&mut tx).await?;
        }
        if let Some(token) = &caller.token {
            queries::end_session_by_token(&mut tx, &token.hash()).await?;
        }
        let opened = open(&mut tx, caller, account, keep, now).await?;
        Deed::of(Action::SignedIn, Some(account), caller).note(&mut tx, now).await?;
        tx.commit().await?;
        return Ok(Tried::In(opened));
    }
    Deed::of(Action::SignInFailed, account, caller).note(&mut tx, now).await?;
    tx.commit().await?;
    Ok(Tried::Refused)
}

/// Begins a session in this browser. The caller commits.
pub async fn open(
    tx: &mut crate::db::GlobalTx,
    caller: &Caller,
    account: AccountId,
    keep: bool,
    now: DateTime<Utc>,
) -> Result<Opened, Fault> {
    let token = session::begin(tx, account, &caller.browser, now).await?;
    Ok(Opened { token, device: Device::of(account, keep, caller.device.as_ref())? })
}

/// A browser that signed in to this account before has tries of its own; all others share those of the account and of
/// their network.
fn buckets(app: &App, caller: &Caller, typed: &str, known: Option<&Known>) -> Vec<Bucket> {
    let device =
        caller.device.as_ref().filter(|device| known.is_some_and(|known| known.id == device.account));
    match device {
        Some(device) => vec![SIGN_IN_DEVICE.of(&app.keys, &device.number)],
        None => vec![
            SIGN_IN_NETWORK.of(&app.keys, &caller.network()),
            SIGN_IN_ACCOUNT.of(&app.keys, &typed.trim().to_lowercase()),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_ours_are_next() {
        for (asked, next) in [
            ("/o/saltmarsh/today", "/o/saltmarsh/today"),
            ("/o/saltmarsh/okrs?cycle=1#kr", "/o/saltmarsh/okrs?cycle=1#kr"),
            ("/", "/"),
            ("", "/"),
            ("today", "/"),
            ("https://evil.example/", "/"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
            ("\\\\evil.example", "/"),
            ("/\t/evil.example", "/"),
            ("/\n/evil.example", "/"),
            (" //evil.example", "/"),
            ("/.//evil.example", "/"),
            ("/%2e//evil.example", "/"),
            ("/o/..//evil.example", "/"),
            ("/..//evil.example", "/"),
            ("javascript:alert(1)", "/"),
            ("/sign-in?next=/sign-in", "/"),
            ("/x/../sign-out", "/"),
            ("/ok%0d%0aLocation:%20https://evil.example", "/ok%0d%0aLocation:%20https://evil.example"),
        ] {
            assert_eq!(Next::parse(asked).as_str(), next, "{asked:?}");
        }
    }
}
