//! The address that stops one kind of mail for one member: signed by us for this purpose alone, good as long as they
//! are a member, and able to do nothing else (RFC 8058).

use super::Kind;
use crate::app::App;
use crate::config::{Keys, Purpose};
use crate::ids::{MemberId, OrgId};
use crate::web::ONE_CLICK;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

/// Who gets which kind of mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subscription {
    /// The organisation.
    pub org: OrgId,
    /// The member.
    pub member: MemberId,
    /// Digests by the day, by the week or at a cycle's end, or notices.
    pub kind: Kind,
}

impl Subscription {
    /// The address that stops it.
    pub fn address(self, app: &App) -> String {
        app.config.link(&format!("{ONE_CLICK}{}", self.opaque(&app.keys)))
    }

    /// Whom and what, then our signature of it.
    fn opaque(self, keys: &Keys) -> String {
        let mut subject = Vec::from(self.org.0.as_bytes());
        subject.extend(self.member.0.as_bytes());
        subject.extend(self.kind.as_str().as_bytes());
        format!("{}.{}", URL_SAFE_NO_PAD.encode(&subject), keys.sign(Purpose::Unsubscribe, &subject))
    }

    /// Reads what stood in an address; `None` when we did not write it.
    pub fn parse(keys: &Keys, opaque: &str) -> Option<Self> {
        let (subject, signature) = opaque.split_once('.')?;
        let subject = URL_SAFE_NO_PAD.decode(subject).ok()?;
        if !keys.verify(Purpose::Unsubscribe, &subject, signature) {
            return None;
        }
        let (org, rest) = subject.split_at_checked(16)?;
        let (member, kind) = rest.split_at_checked(16)?;
        Some(Self {
            org: OrgId(Uuid::from_slice(org).ok()?),
            member: MemberId(Uuid::from_slice(member).ok()?),
            kind: Kind::parse(std::str::from_utf8(kind).ok()?)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(secret: &str) -> Keys {
        Keys::parse(&format!("a secret that is long enough for a test: {secret}")).unwrap()
    }

    #[test]
    fn only_what_we_signed_is_read() {
        let ours = keys("one");
        let subscription =
            Subscription { org: OrgId::fresh(), member: MemberId::fresh(), kind: Kind::DigestDaily };
        let opaque = subscription.opaque(&ours);
        assert_eq!(Subscription::parse(&ours, &opaque), Some(subscription));
        assert_eq!(Subscription::parse(&keys("two"), &opaque), None);
        let other = Subscription { kind: Kind::DigestWeekly, ..subscription }.opaque(&ours);
        let (subject, _) = other.split_once('.').unwrap();
        let (_, signature) = opaque.split_once('.').unwrap();
        assert_eq!(Subscription::parse(&ours, &format!("{subject}.{signature}")), None);
        for forged in ["", ".", "x.y.z", signature] {
            assert_eq!(Subscription::parse(&ours, forged), None);
        }
        assert!(opaque.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)));
    }
}
