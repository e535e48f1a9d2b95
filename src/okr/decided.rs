//! What was decided about an objective or an update, or is being decided.

use super::queries;
use crate::db::OrgTx;
use crate::notice::Subject;
use crate::organisation::Me;
use crate::web::parts::moment;
use chrono::{DateTime, Utc};

/// A decision that names it.
#[derive(Debug, Clone)]
pub struct Decided {
    /// Its page.
    pub href: String,
    /// What is asked.
    pub question: String,
    /// When it closes, that it waits for a word, or when it was decided.
    pub about: String,
    /// What was decided.
    pub outcome: Option<String>,
}

/// The decisions about something.
#[derive(Debug, Clone)]
pub struct Decisions {
    /// Those with a word still to be said, the first to close first; then those that are made, the newest first.
    pub list: Vec<Decided>,
    /// Where another is proposed, for whom may.
    pub propose: Option<String>,
}

impl Decisions {
    /// Those that name an objective or an update and that the reader may read. What was taken back is not among them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn about(tx: &mut OrgTx, me: &Me, subject: Subject, now: DateTime<Utc>) -> sqlx::Result<Self> {
        let t = me.words();
        let rows = queries::decided(tx, subject, me.id).await?;
        let line = |row: queries::DecidedRow| Decided {
            href: me.at(&format!("/decisions/{}", row.id)),
            question: row.question,
            about: match (row.settled_at, row.closes_at) {
                (Some(at), _) => t.date_year(me.zone.date_at(at)),
                (None, Some(at)) => t.decision_closes_by(moment(t, me.zone, at, now)),
                (None, None) => t.decision_still_open().to_owned(),
            },
            outcome: row.outcome,
        };
        let word = if subject.update().is_some() { "update" } else { "objective" };
        let propose = me.role.takes_part().then(|| me.at(&format!("/decisions/new?{word}={}", subject.id())));
        Ok(Self { list: rows.into_iter().map(line).collect(), propose })
    }
}
