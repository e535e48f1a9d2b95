//! Reasons in a few words, on the clock of whoever reads them: the same on the page and in a digest.

use super::attention::Reason;
use crate::calendar::Zone;
use crate::ids::UpdateId;
use crate::language::Words;
use crate::okr::pace::Pace;
use crate::okr::parts::Word;
use crate::okr::status::Confidence;
use chrono::{DateTime, Utc};

/// A reason in a few words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// `off`, `risk`, or empty.
    pub class: &'static str,
    /// Whether it is somebody's word and so has a moon.
    pub said: bool,
    /// The words.
    pub text: String,
}

/// Whose language and clock, and when.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    /// The reader's language.
    pub t: Words,
    /// Their zone: days are counted in it.
    pub zone: Zone,
    /// Now.
    pub now: DateTime<Utc>,
}

impl Clock {
    /// The words of a reason. `stopped` names whom a blocker stops, by its update.
    pub fn tag<'a>(self, reason: Reason, stopped: impl Fn(UpdateId) -> &'a str) -> Tag {
        let t = self.t;
        let tag = |class, text: String| Tag { class, said: false, text };
        match reason {
            Reason::OffTrack { since } => self.said(Confidence::OffTrack, since),
            Reason::AtRisk { since } => self.said(Confidence::AtRisk, since),
            Reason::NoOwner => tag("risk", t.review_no_owner().to_owned()),
            Reason::Stale { since } => tag("risk", t.review_stale(self.days_since(since))),
            Reason::Blocked { update, age } => tag("off", t.review_blocked(stopped(update), age.num_hours())),
            Reason::NoData { days } => tag("risk", t.review_no_data(days)),
            Reason::NoKeyResults => tag("risk", t.review_no_key_results().to_owned()),
            Reason::AgainstPace { pace: Pace::OffTrack } => {
                tag("off", t.review_against_off_track().to_owned())
            }
            Reason::AgainstPace { .. } => tag("risk", t.review_against_at_risk().to_owned()),
            Reason::Falling { from: Confidence::AtRisk } => {
                tag("off", t.review_fell_from_at_risk().to_owned())
            }
            Reason::Falling { .. } => tag("risk", t.review_fell_from_on_track().to_owned()),
            Reason::NotGraded => tag("", t.review_not_graded().to_owned()),
        }
    }

    /// "At risk, 3 weeks": somebody's word, and for how long it has been that.
    fn said(self, confidence: Confidence, since: Option<DateTime<Utc>>) -> Tag {
        let t = self.t;
        let word = Word::said(t, confidence);
        let weeks = since.map_or(0, |since| (self.now - since).num_weeks());
        let text = if weeks < 2 { word.text.to_owned() } else { t.review_for_weeks(word.text, weeks) };
        Tag { class: word.class, said: true, text }
    }

    fn days_since(self, at: DateTime<Utc>) -> i64 {
        (self.zone.date_at(self.now) - self.zone.date_at(at)).num_days()
    }
}
