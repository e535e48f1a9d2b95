//! A mail that came in, read: whom it was for, who says it is from them, what they said, and whether a person wrote it at all.
//! Pure.

use super::said::said;
use crate::ids::SubmissionKey;
use mail_parser::{Address, Message, MessageParser, MimeHeaders as _};
use sha2::{Digest as _, Sha256};

/// Where a mail server writes whom it delivered to, besides the lines people write.
const DELIVERED: [&str; 4] = ["Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To"];

/// Lines that say a program wrote it (RFC 3834, RFC 2919, and older habits), and what they hold when they do; nothing means
/// anything at all.
const AUTOMATIC: [(&str, &[&str]); 8] = [
    ("Precedence", &["bulk", "junk", "list", "auto_reply"]),
    ("List-Id", &[]),
    ("X-Autoreply", &[]),
    ("X-Autorespond", &[]),
    ("X-Auto-Reply", &[]),
    ("X-Loop", &[]),
    ("X-Failed-Recipients", &[]),
    ("Feedback-ID", &[]),
];

/// A mail that came in.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Received {
    /// Every address it may have been for.
    pub(super) to: Vec<String>,
    /// The one address it is from.
    pub(super) from: Option<String>,
    /// Whether a program wrote it: nobody waits for an answer, and it may be one of ours that comes back.
    pub(super) automatic: bool,
    /// The same for each copy of it.
    pub(super) key: SubmissionKey,
    /// What was said in it.
    pub(super) words: String,
    /// How many files came along.
    pub(super) files: usize,
}

impl Received {
    /// Reads it; `None` when it is no mail.
    pub(super) fn read(raw: &[u8]) -> Option<Self> {
        let mail = MessageParser::default().parse(raw)?;
        let id = mail.message_id().map_or(raw, str::as_bytes);
        Some(Self {
            to: to(&mail),
            from: mail.from().and_then(only),
            automatic: is_automatic(&mail),
            key: SubmissionKey::of(Sha256::digest(id).into()),
            words: said(&mail.body_text(0).unwrap_or_default()),
            files: mail
                .attachments()
                .filter(|part| part.content_disposition().is_some_and(|it| it.is_attachment()))
                .count(),
        })
    }

    /// Whether it says it is from this address.
    pub(super) fn is_from(&self, address: &str) -> bool {
        self.from.as_ref().is_some_and(|from| from.eq_ignore_ascii_case(address))
    }
}

fn to(mail: &Message<'_>) -> Vec<String> {
    let written = [mail.to(), mail.cc()].into_iter().flatten().flat_map(|it| it.iter());
    let written = written.filter_map(|it| it.address()).map(str::to_owned);
    let delivered =
        mail.headers_raw().filter(|(name, _)| DELIVERED.iter().any(|it| it.eq_ignore_ascii_case(name)));
    let delivered = delivered.map(|(_, value)| value.trim().trim_matches(['<', '>']).to_owned());
    delivered.chain(written).collect()
}

/// The address, where there is one and no more.
fn only(addresses: &Address<'_>) -> Option<String> {
    let mut all = addresses.iter();
    let first = all.next()?.address()?.to_owned();
    all.next().is_none().then_some(first)
}

fn is_automatic(mail: &Message<'_>) -> bool {
    let said = |name: &str| {
        let found = mail.headers_raw().find(|(it, _)| it.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim().to_lowercase())
    };
    said("Auto-Submitted").is_some_and(|how| !how.starts_with("no"))
        || said("Return-Path").is_some_and(|path| path == "<>")
        || said("Content-Type").is_some_and(|kind| kind.starts_with("multipart/report"))
        || AUTOMATIC.iter().any(|(name, values)| {
            said(name).is_some_and(|value| values.is_empty() || values.iter().any(|it| value.starts_with(it)))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &str = "From: Tama Walker <Tama@Saltmarsh.example>\r\nTo: reply+0123@in.example\r\nCc: x@y.example\r\n\
        Message-ID: <1@phone>\r\nSubject: Re: Wanjiru replied\r\nContent-Type: text/plain; charset=iso-8859-15\r\n\
        Content-Transfer-Encoding: quoted-printable\r\n\r\nSix, =A4 3 each.\r\n\r\nOn 17/11/2026 09:24, Meridian wrote:\r\n> x\r\n";

    fn read(text: &str) -> Received {
        Received::read(text.as_bytes()).unwrap()
    }

    #[test]
    fn a_mail_is_read() {
        let mail = read(PLAIN);
        assert_eq!(mail.to, ["reply+0123@in.example", "x@y.example"]);
        assert!(mail.is_from("tama@saltmarsh.example") && !mail.is_from("mia@saltmarsh.example"));
        assert_eq!((mail.words.as_str(), mail.files, mail.automatic), ("Six, € 3 each.", 0, false));
        let delivered = read(&format!("Delivered-To: <reply+9@in.example>\r\n{PLAIN}"));
        assert_eq!(delivered.to[0], "reply+9@in.example");
        assert_eq!(delivered.key, mail.key, "a copy over another way is the same mail");
        assert_ne!(read(&PLAIN.replace("<1@phone>", "<2@phone>")).key, mail.key);
        assert_eq!(Received::read(b""), None);
    }

    #[test]
    fn a_mail_of_two_people_is_of_nobody() {
        let two = PLAIN.replace(
            "From: Tama Walker <Tama@Saltmarsh.example>",
            "From: tama@saltmarsh.example, mia@saltmarsh.example",
        );
        assert_eq!(read(&two).from, None);
    }

    #[test]
    fn programs_are_told_from_people() {
        for line in [
            "Auto-Submitted: auto-replied",
            "Auto-Submitted: auto-generated (vacation)",
            "Return-Path: <>",
            "Precedence: bulk",
            "List-Id: <people.example>",
            "X-Autoreply: yes",
        ] {
            assert!(read(&format!("{line}\r\n{PLAIN}")).automatic, "{line}");
        }
        for line in ["Auto-Submitted: no", "Return-Path: <tama@saltmarsh.example>", "Precedence: normal"] {
            assert!(!read(&format!("{line}\r\n{PLAIN}")).automatic, "{line}");
        }
    }

    #[test]
    fn words_come_from_either_form_and_files_are_counted() {
        let html = "From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Six is <b>enough</b>.</p>";
        assert_eq!(read(html).words, "Six is enough.");
        let both = "From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n\
            --x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nSix.\r\n--x\r\nContent-Type: image/png\r\n\
            Content-Disposition: attachment; filename=six.png\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n\
            --x\r\nContent-Type: image/png\r\nContent-Disposition: inline; filename=logo.png\r\n\
            Content-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--x--\r\n";
        let mail = read(both);
        assert_eq!((mail.words.as_str(), mail.files), ("Six.", 1));
    }
}
