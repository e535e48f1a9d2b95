//! The outbox as a ledger: every mail to a member is explained on a page of its own, which its foot links to.

use super::{Dropped, Kind, State};
use crate::language::Words;

pub use super::queries::ledger::{Entry, Fare, Stuck, fares, one_written_to, stuck, written_to};

/// The page that says why a mail was sent, within the organisation's addresses. Known before the mail is written, since
/// kind and period make it the only one to its recipient.
pub fn why_page(kind: Kind, period: &str) -> String {
    format!("/me/messages/{}/{period}", kind.as_str())
}

impl Kind {
    /// What people call it.
    pub fn words(self, t: Words) -> &'static str {
        match self {
            Kind::Invitation => t.mail_invitation(),
            Kind::Reset => t.mail_reset(),
            Kind::SignIn => t.mail_sign_in(),
            Kind::Refusal => t.mail_refusal(),
            Kind::Notice => t.mail_notice(),
            Kind::Reminder => t.mail_reminder(),
            Kind::DigestDaily => t.mail_digest_daily(),
            Kind::DigestWeekly => t.mail_digest_weekly(),
            Kind::DigestCycle => t.mail_digest_cycle(),
            Kind::ChannelDaily => t.mail_channel_daily(),
            Kind::Test => t.mail_test(),
        }
    }
}

impl State {
    /// What became of it in a word, with why it was dropped, where it was; and the tag's colour.
    pub fn words(self, dropped: Option<Dropped>, t: Words) -> (&'static str, &'static str) {
        match self {
            State::Waiting => (t.mail_waiting(), "risk"),
            State::Sent => (t.mail_sent(), "on"),
            State::Failed => (t.mail_failed(), "off"),
            State::Skipped => match dropped {
                Some(Dropped::Left) => (t.mail_skipped_left(), ""),
                Some(Dropped::Stopped) => (t.mail_skipped_stopped(), ""),
                Some(Dropped::Unreadable) => (t.mail_skipped_unreadable(), ""),
                Some(Dropped::Late) | None => (t.mail_skipped(), ""),
            },
        }
    }
}
