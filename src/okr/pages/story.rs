//! The history of an objective, a line for each thing that happened.

use crate::okr::queries::{EventKind, EventRow};
use crate::organisation::Me;
use crate::web::parts::iso;

/// One line.
pub(super) struct Told {
    /// "A key result was added: Towns with a drill."
    pub(super) what: String,
    /// "Tuesday 17 November. Inês Duarte"
    pub(super) when: String,
    /// That instant, for `<time>`.
    pub(super) instant: String,
    /// The reason given; may be empty.
    pub(super) words: String,
    /// Where more of it stands.
    pub(super) href: Option<String>,
}

impl Told {
    pub(super) fn of(me: &Me, row: &EventRow) -> Self {
        let t = me.words();
        let date = t.date_long(me.zone.date_at(row.at));
        Self {
            what: match row.kind {
                EventKind::Written => t.okr_story_written().to_owned(),
                EventKind::Added => t.okr_story_added(&row.title),
                EventKind::Changed => t.okr_story_changed(&row.title),
                EventKind::LetGo => t.okr_story_let_go(&row.title),
            },
            when: row.name.as_ref().map_or_else(|| date.clone(), |name| t.okr_on_by(date.clone(), name)),
            instant: iso(row.at),
            words: row.words.clone(),
            href: row.key_result.map(|id| me.at(&format!("/key-results/{id}?history=all#hi"))),
        }
    }
}
