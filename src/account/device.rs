//! A browser that signed in before.
//!
//! It carries a signed cookie with the account's id and a number of its own. Tries from it are counted apart, so that
//! somebody who uses up an account's tries from elsewhere does not keep its owner out.

use crate::app::App;
use crate::config::Purpose;
use crate::fault::Fault;
use crate::ids::AccountId;
use axum::http::HeaderMap;
use axum_extra::extract::CookieJar;
use std::fmt;

use super::session::Token;

/// A browser keeps the cookie for a year.
const LIFE_SECONDS: u32 = 365 * 24 * 60 * 60;

/// What the cookie says, once its signature is found to be ours.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Device {
    /// Who signed in.
    pub(super) account: AccountId,
    /// Whether they asked to be kept signed in.
    pub(super) kept: bool,
    /// The browser's own number, random.
    pub(super) number: String,
}

impl fmt::Debug for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Device(***)")
    }
}

impl Device {
    /// A browser where this account signs in. It keeps its number when it had one.
    pub(super) fn of(account: AccountId, kept: bool, before: Option<&Device>) -> Result<Self, Fault> {
        let number = match before.filter(|device| device.account == account) {
            Some(device) => device.number.clone(),
            None => Token::fresh()?.reveal().to_owned(),
        };
        Ok(Self { account, kept, number })
    }

    pub(super) fn from_headers(headers: &HeaderMap, app: &App) -> Option<Self> {
        let jar = CookieJar::from_headers(headers);
        let (message, signature) = jar.get(name(app))?.value().split_once('~')?;
        if !app.keys.verify(Purpose::Device, message.as_bytes(), signature) {
            return None;
        }
        let mut parts = message.split('.');
        let (account, kept, number) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Self { account: account.parse().ok()?, kept: kept == "kept", number: number.to_owned() })
    }

    /// The `Set-Cookie` value.
    pub(super) fn cookie(&self, app: &App) -> String {
        let kept = if self.kept { "kept" } else { "once" };
        let message = format!("{}.{kept}.{}", self.account, self.number);
        let signature = app.keys.sign(Purpose::Device, message.as_bytes());
        let secure = if app.config.is_https() { "; Secure" } else { "" };
        format!(
            "{}={message}~{signature}; Path=/; HttpOnly; SameSite=Lax{secure}; Max-Age={LIFE_SECONDS}",
            name(app)
        )
    }
}

fn name(app: &App) -> &'static str {
    if app.config.is_https() { "__Host-dev" } else { "dev" }
}
