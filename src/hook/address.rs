//! The secret address a message is posted to.

use super::guard::is_public;
use crate::config::{Keys, Purpose};
use anyhow::Result;
use std::fmt;
use std::net::IpAddr;
use url::{Host, Url};

/// Longer ones are no hook of any service.
const LONGEST: usize = 2_000;

/// An address that may be called, as far as its words say; whether its host's addresses are public is found out by the
/// call. Says nothing about itself in logs.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(Url);

/// Why an address can't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// It is no address.
    Unclear,
    /// It does not begin with https://.
    NotHttps,
    /// It leads into somebody's own network, and the operator has not named that host.
    NotPublic,
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(***)")
    }
}

impl Address {
    /// Reads an address as somebody typed it. `named` are the operator's own hosts ([`Config::channel_hosts`]): only they may
    /// be private, and only such a one that is this very machine may do without TLS.
    ///
    /// # Errors
    /// Says why it can't be used.
    ///
    /// [`Config::channel_hosts`]: crate::config::Config::channel_hosts
    pub fn parse(text: &str, named: &[String]) -> Result<Self, Unfit> {
        let text = text.trim();
        let url = Url::parse(text).ok().filter(|_| text.len() <= LONGEST).ok_or(Unfit::Unclear)?;
        let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        let address = Self(url);
        if !plain || address.host().is_empty() {
            return Err(Unfit::Unclear);
        }
        match address.0.scheme() {
            "https" => {}
            "http" if address.is_named(named) && address.is_this_machine() => {}
            "http" => return Err(Unfit::NotHttps),
            _ => return Err(Unfit::Unclear),
        }
        if !address.is_named(named) && !address.may_be_public() {
            return Err(Unfit::NotPublic);
        }
        Ok(address)
    }

    /// Its host, without brackets.
    pub(super) fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default().trim_matches(['[', ']'])
    }

    /// Its port, said or not.
    pub(super) fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or(443)
    }

    /// Whether it is called over TLS.
    pub(super) fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Host and port as the call names them.
    pub(super) fn authority(&self) -> &str {
        self.0.authority()
    }

    /// What comes after the host.
    pub(super) fn path(&self) -> &str {
        &self.0[url::Position::BeforePath..url::Position::AfterQuery]
    }

    /// Whether the operator named its host.
    pub(super) fn is_named(&self, named: &[String]) -> bool {
        named.iter().any(|host| host == self.host())
    }

    /// How it is shown: its host and its last four characters.
    pub fn shown(&self) -> String {
        let last: String =
            self.0.as_str().chars().rev().take(4).collect::<Vec<_>>().into_iter().rev().collect();
        format!("{} … {last}", self.authority())
    }

    /// Takes the secret out of words that may repeat it.
    pub(super) fn kept_from(&self, words: &str) -> String {
        let last = self.0.path_segments().into_iter().flatten().filter(|part| part.len() >= 8);
        let secrets = std::iter::once(self.path()).filter(|path| path.len() >= 8).chain(last);
        secrets.fold(words.to_owned(), |words, secret| words.replace(secret, "…"))
    }

    /// Seals it for one row of the database, which `bound` names.
    ///
    /// # Errors
    /// When the machine has no randomness to give.
    pub fn seal(&self, keys: &Keys, bound: &[u8]) -> Result<String> {
        keys.seal(Purpose::Channel, bound, self.0.as_str().as_bytes())
    }

    /// Opens a seal; nothing when none of our keys made it for that row, or it may not be called any more.
    pub fn open(keys: &Keys, bound: &[u8], sealed: &str, named: &[String]) -> Option<Self> {
        let text = keys.open_seal(Purpose::Channel, bound, sealed)?;
        Self::parse(&String::from_utf8(text).ok()?, named).ok()
    }

    fn is_this_machine(&self) -> bool {
        match self.0.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
    }

    /// What a host's words tell: an address that is not public, or a name that no public host has.
    fn may_be_public(&self) -> bool {
        match self.0.host() {
            Some(Host::Domain(name)) => name.trim_end_matches('.').contains('.'),
            Some(Host::Ipv4(address)) => is_public(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => is_public(IpAddr::V6(address)),
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SLACK: &str = "https://hooks.slack.com/services/T00000000/B00000000/abcdefghijklmnopqrstwxyz";

    fn parse(text: &str) -> Result<String, Unfit> {
        let named = ["chat.lan", "127.0.0.1", "::1", "localhost", "10.0.0.7"].map(str::to_owned);
        Address::parse(text, &named).map(|address| address.shown())
    }

    #[test]
    fn only_https_may_be_called_and_only_hosts_that_may_be_public() {
        assert_eq!(parse(SLACK).unwrap(), "hooks.slack.com … wxyz");
        assert_eq!(parse(&format!("  {SLACK}\n")).unwrap(), "hooks.slack.com … wxyz");
        assert_eq!(parse("https://chat.lan:8065/hooks/x1y2z3").unwrap(), "chat.lan:8065 … y2z3");
        for (address, unfit) in [
            ("", Unfit::Unclear),
            ("hooks.slack.com/services", Unfit::Unclear),
            ("ftp://hooks.slack.com/x", Unfit::Unclear),
            ("file:///etc/passwd", Unfit::Unclear),
            ("https://", Unfit::Unclear),
            ("https://me:word@hooks.slack.com/x", Unfit::Unclear),
            ("https://me@hooks.slack.com/x", Unfit::Unclear),
            ("https://hooks.slack.com/x#y", Unfit::Unclear),
            (&format!("https://hooks.slack.com/{}", "x".repeat(2_000)), Unfit::Unclear),
            ("http://hooks.slack.com/x", Unfit::NotHttps),
            ("http://chat.lan/x", Unfit::NotHttps),
            ("http://10.0.0.7/x", Unfit::NotHttps),
            ("http://127.0.0.2/x", Unfit::NotHttps),
            ("https://10.0.0.8/x", Unfit::NotPublic),
            ("https://169.254.169.254/latest/meta-data", Unfit::NotPublic),
            // Other ways to write 127.0.0.2, as browsers read them.
            ("https://2130706434/x", Unfit::NotPublic),
            ("https://0x7f.2/x", Unfit::NotPublic),
            ("https://[::ffff:127.0.0.2]/x", Unfit::NotPublic),
            ("https://[fe80::1]/x", Unfit::NotPublic),
            ("https://intranet/x", Unfit::NotPublic),
        ] {
            assert_eq!(parse(address), Err(unfit), "{address}");
        }
        for fit in [
            "http://127.0.0.1:9/x",
            "http://[::1]:9/x",
            "http://localhost/x",
            "https://10.0.0.7/x",
            "https://1.1.1.1/x",
        ] {
            assert!(parse(fit).is_ok(), "{fit}");
        }
    }

    #[test]
    fn it_is_sealed_shown_in_part_and_taken_out_of_what_servers_say() {
        let address = Address::parse(SLACK, &[]).unwrap();
        assert_eq!(format!("{address:?}"), "Address(***)");
        let said = address.kept_from("no such hook: /services/T00000000/B00000000/abcdefghijklmnopqrstwxyz");
        assert_eq!(said, "no such hook: …");
        assert_eq!(address.kept_from("token abcdefghijklmnopqrstwxyz"), "token …");
        let keys = Keys::parse("a secret for tests that is long enough to be one, surely").unwrap();
        let sealed = address.seal(&keys, b"row").unwrap();
        assert_eq!(Address::open(&keys, b"row", &sealed, &[]), Some(address));
        assert_eq!(Address::open(&keys, b"other", &sealed, &[]), None);
        // What the operator names no more is called no more.
        let own = Address::parse("https://chat.lan/hooks/1", &["chat.lan".to_owned()]);
        let own = own.map(|own| own.seal(&keys, b"row").unwrap()).unwrap();
        assert_eq!(
            Address::open(&keys, b"row", &own, &["other.lan".to_owned()]).map(|own| own.shown()),
            Some("chat.lan … ks/1".to_owned())
        );
    }
}
