//! A signed-in browser: a random token in a cookie, its sha256 in the database.

use super::queries;
use crate::app::App;
use crate::clock::Now;
use crate::config::Config;
use crate::db::GlobalTx;
use crate::fault::Fault;
use crate::ids::{AccountId, SessionId};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum_extra::extract::CookieJar;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

/// A session that nobody used for this long has ended.
pub const IDLE: TimeDelta = TimeDelta::days(14);
/// A session ends after this long whatever its use.
pub const ABSOLUTE: TimeDelta = TimeDelta::days(60);
/// `last_seen_at` is written at most this often.
const SEEN_EVERY: TimeDelta = TimeDelta::minutes(1);

/// 32 random bytes, as they travel: base64url without padding. Never logged, never stored.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// A new secret from the operating system's generator.
    ///
    /// # Errors
    /// When the system can't give random bytes.
    pub fn fresh() -> Result<Self, Fault> {
        use rand::TryRng as _;
        let mut bytes = [0u8; 32];
        rand::rngs::SysRng
            .try_fill_bytes(&mut bytes)
            .map_err(|error| Fault::Internal(anyhow::Error::msg(error.to_string())))?;
        Ok(Self(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// A token as somebody sent it.
    pub fn from_text(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// What the database keeps of it.
    pub fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0.as_bytes()).to_vec()
    }

    /// The secret itself, for the one cookie or link it goes into.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(***)")
    }
}

/// The cookie's name: `__Host-` binds it to this host over TLS; plain http can't carry that.
pub fn cookie_name(config: &Config) -> &'static str {
    if config.is_https() { "__Host-sid" } else { "sid" }
}

/// The `Set-Cookie` value that keeps a token. Without `keep` it ends with the browser.
pub fn cookie(config: &Config, token: &Token, keep: bool) -> String {
    let life = if keep { format!("; Max-Age={}", ABSOLUTE.num_seconds()) } else { String::new() };
    format!("{}={}{}{life}", cookie_name(config), token.reveal(), attributes(config))
}

/// The `Set-Cookie` value that takes it away.
pub fn no_cookie(config: &Config) -> String {
    format!("{}={}; Max-Age=0", cookie_name(config), attributes(config))
}

/// Lax and not Strict: whoever follows a link in a digest should not see the sign-in page.
fn attributes(config: &Config) -> &'static str {
    if config.is_https() {
        "; Path=/; HttpOnly; SameSite=Lax; Secure"
    } else {
        "; Path=/; HttpOnly; SameSite=Lax"
    }
}

/// Begins a session and says which token opens it. The caller commits.
///
/// # Errors
/// When the system gives no random bytes or the database fails.
pub async fn begin(
    tx: &mut GlobalTx,
    account: AccountId,
    browser: &Browser,
    now: DateTime<Utc>,
) -> Result<Token, Fault> {
    let token = Token::fresh()?;
    queries::add_session(tx, &token.hash(), account, browser, now).await?;
    Ok(token)
}

/// What a session remembers of the browser, so that its owner can tell it from another.
#[derive(Debug, Clone, Default)]
pub struct Browser {
    /// The User-Agent header, cut to 300 characters.
    pub user_agent: String,
    /// The network it came from: /24 or /64, never the whole address.
    pub ip_prefix: String,
}

/// Somebody is signed in. The transaction is the request's own, with the account's scope set.
pub struct SignedIn {
    /// Who.
    pub account: AccountId,
    /// In which browser.
    pub session: SessionId,
    /// When the password was last given in it.
    pub proved_at: DateTime<Utc>,
    /// The request's transaction.
    pub tx: GlobalTx,
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fault> {
        let Ok(Now(now)) = Now::from_request_parts(parts, app).await;
        let jar = CookieJar::from_headers(&parts.headers);
        let token = jar.get(cookie_name(&app.config)).ok_or(Fault::SignIn)?;
        let hash = Token::from_text(token.value()).hash();
        let mut tx = app.db.global().await?;
        let found =
            queries::session(&mut tx, &hash, now - IDLE, now - ABSOLUTE).await?.ok_or(Fault::SignIn)?;
        if now - found.last_seen_at >= SEEN_EVERY {
            queries::saw_session(&mut tx, found.id, now).await?;
            tx.commit().await?;
            tx = app.db.global().await?;
        }
        tx.as_account(found.account_id).await?;
        Ok(SignedIn { account: found.account_id, session: found.id, proved_at: found.proved_at, tx })
    }
}
