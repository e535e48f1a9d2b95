//! The address that an answer to one mail goes to: the mail's id and our signature of it, for this purpose alone. What an
//! answer may do follows from whom the mail went to and what it told; the address itself says nothing to anybody else.
//!
//! The part before the `@` may have 64 characters and may come back in capitals (RFC 5321 §4.5.3.1.1, §2.4), so it is written
//! in hexadecimal figures and the signature is cut to 96 bits: nobody can try it but by sending mail.

use super::Kind;
use crate::app::App;
use crate::config::{Keys, Purpose};
use crate::ids::MailId;
use subtle::ConstantTimeEq as _;

/// What the part before the `@` begins with.
const TO: &str = "reply+";
/// How much of the signature goes along, in bytes.
const SIGNED: usize = 12;

/// The address answers to this mail go to; none where answers are not taken in, or not to this kind of mail.
pub(super) fn address(app: &App, mail: MailId, kind: Kind) -> Option<String> {
    let replies = app.config.replies.as_ref().filter(|_| kind.is_answerable())?;
    Some(format!("{TO}{}@{}", written(&app.keys, mail), replies.domain))
}

/// Whether mails of this kind can be answered here, so that they may say so.
pub fn can_be_answered(app: &App, kind: Kind) -> bool {
    app.config.replies.is_some() && kind.is_answerable()
}

/// Which mail is answered at an address of ours; `None` when we did not write it.
pub fn answered(app: &App, address: &str) -> Option<MailId> {
    let replies = app.config.replies.as_ref()?;
    let address = address.trim().to_ascii_lowercase();
    let (local, domain) = address.rsplit_once('@')?;
    if domain == replies.domain { parse(&app.keys, local.strip_prefix(TO)?) } else { None }
}

fn written(keys: &Keys, mail: MailId) -> String {
    format!("{}{}", mail.0.simple(), cut(&keys.digest(Purpose::Answer, mail.0.as_bytes())))
}

fn parse(keys: &Keys, written: &str) -> Option<MailId> {
    let (id, signature) = written.split_at_checked(32)?;
    let mail: MailId = id.parse().ok()?;
    let ours = keys.digests(Purpose::Answer, mail.0.as_bytes());
    ours.iter().any(|digest| bool::from(cut(digest).as_bytes().ct_eq(signature.as_bytes()))).then_some(mail)
}

fn cut(digest: &[u8]) -> String {
    digest.iter().take(SIGNED).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_we_signed_is_answered() {
        let keys = |secret: &str| Keys::parse(&format!("a secret that is long enough: {secret}")).unwrap();
        let (mail, other) = (MailId::fresh(), MailId::fresh());
        let ours = written(&keys("one"), mail);
        assert!(TO.len() + ours.len() <= 64, "{ours}");
        assert_eq!(parse(&keys("one"), &ours), Some(mail));
        assert_eq!(parse(&keys("two"), &ours), None);
        let forged = format!("{}{}", other.0.simple(), &ours[32..]);
        for forged in ["", &ours[..32], &ours[..55], &forged, "é"] {
            assert_eq!(parse(&keys("one"), forged), None, "{forged}");
        }
    }
}
