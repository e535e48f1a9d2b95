//! What waits for a member: questions to answer, answers to read, check-ins to read. It waits on Today until they are at
//! work, and pings nobody.

use super::queries::{self, WaitRow};
use super::standing;
use crate::db::OrgTx;
use crate::organisation::Me;
use crate::talk;
use crate::web::markdown::excerpt;
use crate::web::parts::When;
use chrono::{DateTime, Utc};

pub use super::queries::WaitKind;

/// So much of what was written is shown, in characters.
const EXCERPT: usize = 140;

/// One thing that waits.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// "Nuno Teixeira asks about “Towns with a drill”."
    pub sentence: String,
    /// How the words begin; may be empty.
    pub words: String,
    /// Until when the reader has, where that is said.
    pub until: Option<String>,
    /// Where it is read, and answered.
    pub href: String,
    /// When it was written, on the author's clock and on the reader's.
    pub when: When,
    /// Where one press says that it was read; none for a question, which wants an answer.
    pub read: Option<String>,
}

/// What waits for a member: questions first, for somebody waits in turn; then answers; then check-ins; each oldest first.
///
/// # Errors
/// When the database fails.
pub async fn waiting_for(tx: &mut OrgTx, me: &Me, now: DateTime<Utc>) -> sqlx::Result<Vec<Waiting>> {
    if !me.role.takes_part() {
        return Ok(Vec::new());
    }
    let cycles = standing::running(tx, now).await?;
    let mut rows = queries::waiting(tx, me.id, &cycles).await?;
    rows.sort_by_key(|row| row.kind);
    let asked = talk::ask::waiting(tx, me.words(), me.id).await?;
    let asked = asked.into_iter().map(|it| Waiting::asked(it, me, now));
    Ok(asked.chain(rows.into_iter().map(|row| Waiting::of(row, me, now))).collect())
}

impl Waiting {
    fn asked(it: talk::ask::Waits, me: &Me, now: DateTime<Utc>) -> Self {
        let (at, zone) = it.at;
        Self {
            sentence: it.sentence,
            words: excerpt(&it.words, EXCERPT),
            until: None,
            href: me.at(&it.page),
            when: When::of(me.words(), at, zone, me.zone, now),
            read: None,
        }
    }

    fn of(row: WaitRow, me: &Me, now: DateTime<Utc>) -> Self {
        let t = me.words();
        let sentence = match row.kind {
            WaitKind::Question => t.okr_waits_question(&row.name, &row.title),
            WaitKind::Answer => t.okr_waits_answer(&row.name, &row.title),
            WaitKind::CheckIn => t.okr_waits_check_in(&row.name, &row.title),
        };
        Self {
            sentence,
            words: excerpt(&row.words, EXCERPT),
            until: None,
            href: me.at(&format!("/key-results/{}?history=all#c-{}", row.key_result, row.check_in)),
            when: When::of(t, row.at, row.zone, me.zone, now),
            read: (row.kind != WaitKind::Question)
                .then(|| me.at(&format!("/check-ins/{}/acknowledgement", row.check_in))),
        }
    }
}
