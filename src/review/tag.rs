//! Reasons in a few words, on the clock of whoever reads them: the same on the page and in a digest.

use super::reason::{Reason, Why};
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
    pub fn tag<'a>(self, Reason { why, since }: Reason, stopped: impl Fn(UpdateId) -> &'a str) -> Tag {
        let t = self.t;
        let tag = |class, text: String| Tag { class, said: false, text };
        match why {
            Why::OffTrack => self.said(Confidence::OffTrack, since),
            Why::AtRisk => self.said(Confidence::AtRisk, since),
            Why::NoOwner => tag("risk", t.review_no_owner().to_owned()),
            Why::Stale => tag("risk", t.review_stale(self.days_since(since))),
            Why::Blocked { update, age } => tag("off", t.review_blocked(stopped(update), age.num_hours())),
            Why::Unsettled => tag("risk", t.review_unsettled().to_owned()),
            Why::NoData { days } => tag("risk", t.review_no_data(days)),
            Why::NoKeyResults => tag("risk", t.review_no_key_results().to_owned()),
            Why::AgainstPace { pace: Pace::OffTrack } => tag("off", t.review_against_off_track().to_owned()),
            Why::AgainstPace { .. } => tag("risk", t.review_against_at_risk().to_owned()),
            Why::Falling { from: Confidence::AtRisk } => tag("off", t.review_fell_from_at_risk().to_owned()),
            Why::Falling { .. } => tag("risk", t.review_fell_from_on_track().to_owned()),
            Why::Flat { check_ins } => tag("", t.review_flat(check_ins)),
            Why::NotGraded => tag("", t.review_not_graded().to_owned()),
        }
    }

    /// "At risk, 3 weeks": somebody's word, and for how long it has been that.
    fn said(self, confidence: Confidence, since: DateTime<Utc>) -> Tag {
        let t = self.t;
        let word = Word::said(t, confidence);
        let weeks = (self.now - since).num_weeks();
        let text = if weeks < 2 { word.text.to_owned() } else { t.review_for_weeks(word.text, weeks) };
        Tag { class: word.class, said: true, text }
    }

    fn days_since(self, at: DateTime<Utc>) -> i64 {
        (self.zone.date_at(self.now) - self.zone.date_at(at)).num_days()
    }
}
