//! The list of blockers, the oldest first.

use super::queries::BlockerRow;
use super::queue::TITLE;
use crate::organisation::Me;
use crate::standup::person::first_name;
use crate::web::markdown::excerpt;
use chrono::TimeDelta;

/// A blocker as the list of blockers shows it.
pub(super) struct Stuck {
    /// "14 working hours"
    pub(super) age: String,
    pub(super) href: String,
    pub(super) title: String,
    /// Who is stopped, who could help, whether anybody answered.
    pub(super) about: String,
}

impl Stuck {
    /// A blocker of this age, in working time.
    pub(super) fn of(one: &BlockerRow, me: &Me, age: TimeDelta) -> Self {
        let t = me.words();
        let author = first_name(&one.author);
        let replies = t.review_replies(one.replies);
        Self {
            age: t.review_working_hours(age.num_hours()),
            href: me.at(&format!("/updates/{}", one.update)),
            title: excerpt(&one.body, TITLE),
            about: match &one.unblocker {
                Some(helper) => t.review_helper(author, first_name(helper), replies),
                None => t.review_any_helper(author, replies),
            },
        }
    }
}
