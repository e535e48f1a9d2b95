//! Whoever stands at the door, before we know who.

use super::device::Device;
use super::session::{Browser, Token, cookie_name};
use crate::app::App;
use crate::fault::Fault;
use crate::language::Locale;
use crate::web::{Done, Shell};
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum_extra::extract::CookieJar;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// What a session remembers of the User-Agent header, in characters.
const AGENT_LENGTH: usize = 300;

/// The other end of a request: where it comes from and what its browser says of itself.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The address of the client, behind the proxies the operator trusts.
    pub ip: IpAddr,
    /// What a session remembers of the browser.
    pub browser: Browser,
    /// What the browser's signed cookie says of an earlier sign-in.
    pub(super) device: Option<Device>,
    /// The session token it carries, which may be anybody's invention.
    pub(super) token: Option<Token>,
    /// The language the browser asks for.
    pub locale: Locale,
    /// What the address says was just done.
    pub done: Option<Done>,
    /// The request's id.
    pub request_id: String,
}

impl Caller {
    /// The shell of a page for somebody who is not signed in.
    pub fn shell(&self) -> Shell {
        Shell::bare(self.locale, self.done)
    }

    /// The network that rate limits count: one address of IPv4; of IPv6 the /64, which one household or machine has whole.
    pub fn network(&self) -> String {
        match self.ip {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => truncated(Ipv6Net::new(ip, 64).map(IpNet::V6)),
        }
    }
}

impl FromRequestParts<App> for Caller {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Fault> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
        let peer = peer.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        let ip = client_ip(peer, &parts.headers, &app.config.trusted_proxies);
        let said = |name| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        Ok(Self {
            ip,
            browser: Browser {
                user_agent: said(header::USER_AGENT).chars().take(AGENT_LENGTH).collect(),
                ip_prefix: prefix(ip),
            },
            device: Device::from_headers(&parts.headers, app),
            token: CookieJar::from_headers(&parts.headers)
                .get(cookie_name(&app.config))
                .map(|cookie| Token::from_text(cookie.value())),
            locale: Locale::negotiate(said(header::ACCEPT_LANGUAGE)),
            done: Done::from_uri(&parts.uri),
            request_id: parts
                .headers
                .get("x-request-id")
                .and_then(|id| id.to_str().ok())
                .unwrap_or_default()
                .to_owned(),
        })
    }
}

/// The right-most address that is not one of our proxies. What stands left of it was written by the client and is worth
/// nothing; without trusted proxies, so is the whole header.
pub fn client_ip(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let ours = |ip: &IpAddr| trusted.iter().any(|net| net.contains(ip));
    let mut client = peer.to_canonical();
    let said: Vec<&str> =
        headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok()).collect();
    for hop in said.iter().flat_map(|value| value.split(',')).rev() {
        if !ours(&client) {
            break;
        }
        // A proxy of ours that writes no address here leaves itself as the last one known.
        let Some(ip) = address(hop.trim()) else { break };
        client = ip.to_canonical();
    }
    client
}

/// An address as proxies write it: bare, with a port, or in brackets.
fn address(hop: &str) -> Option<IpAddr> {
    let bare = hop.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(hop);
    bare.parse().ok().or_else(|| hop.parse::<SocketAddr>().ok().map(|socket| socket.ip()))
}

/// What is kept of an address: /24 or /64, never the whole.
fn prefix(ip: IpAddr) -> String {
    truncated(match ip {
        IpAddr::V4(ip) => Ipv4Net::new(ip, 24).map(IpNet::V4),
        IpAddr::V6(ip) => Ipv6Net::new(ip, 64).map(IpNet::V6),
    })
}

fn truncated(net: Result<IpNet, ipnet::PrefixLenError>) -> String {
    net.map(|net| net.trunc().to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        let trusted: Vec<IpNet> = trusted.iter().map(|net| net.parse().unwrap()).collect();
        client_ip(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        let proxies = ["10.0.0.0/8", "::1/128"];
        assert_eq!(seen("203.0.113.9", &["198.51.100.1"], &[]), "203.0.113.9", "nobody is trusted");
        assert_eq!(seen("203.0.113.9", &["198.51.100.1"], &proxies), "203.0.113.9", "the peer is no proxy");
        assert_eq!(seen("10.0.0.1", &["198.51.100.1"], &proxies), "198.51.100.1");
        assert_eq!(
            seen("10.0.0.1", &["6.6.6.6, 198.51.100.1, 10.0.0.2"], &proxies),
            "198.51.100.1",
            "right-most"
        );
        assert_eq!(
            seen("10.0.0.1", &["6.6.6.6", "198.51.100.1:4711"], &proxies),
            "198.51.100.1",
            "two headers, a port"
        );
        assert_eq!(
            seen("10.0.0.1", &["6.6.6.6, nonsense"], &proxies),
            "10.0.0.1",
            "what is left of it counts for nothing"
        );
        assert_eq!(seen("::ffff:10.0.0.1", &["[2001:db8::7]"], &proxies), "2001:db8::7", "mapped addresses");
        assert_eq!(seen("10.0.0.1", &["10.0.0.3, 10.0.0.2"], &proxies), "10.0.0.3", "nobody but proxies");
    }

    #[test]
    fn addresses_are_cut() {
        assert_eq!(prefix("203.0.113.9".parse().unwrap()), "203.0.113.0/24");
        assert_eq!(prefix("2001:db8:1:2:3::7".parse().unwrap()), "2001:db8:1:2::/64");
    }
}
