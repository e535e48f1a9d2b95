//! What of decisions waits for a member on Today.

use super::queries::asked;
use crate::db::OrgTx;
use crate::okr::waiting::Waiting;
use crate::organisation::Me;
use crate::web::parts::{When, moment};
use chrono::{DateTime, Utc};

/// The decisions that wait for a member: for an answer, for their word as the proposer, or to be looked at again today.
///
/// # Errors
/// When the database fails.
pub async fn waiting_for(tx: &mut OrgTx, me: &Me, now: DateTime<Utc>) -> sqlx::Result<Vec<Waiting>> {
    if !me.role.takes_part() {
        return Ok(Vec::new());
    }
    let t = me.words();
    let rows = asked::waiting(tx, me.id, me.today(now)).await?;
    let waits = rows.into_iter().map(|row| {
        let until = row.ends_at.filter(|end| row.answer && *end > now);
        let sentence = if row.answer {
            t.decision_waits_answer(&row.proposer, &row.question)
        } else if row.settle {
            t.decision_waits_settle(&row.question)
        } else {
            t.decision_waits_revisit(&row.question)
        };
        Waiting {
            sentence,
            words: String::new(),
            until: until.map(|end| t.fair_you_until(moment(t, me.zone, end, now))),
            href: me.at(&format!("/decisions/{}", row.id)),
            when: When::of(t, row.at, row.zone, me.zone, now),
            read: None,
        }
    });
    Ok(waits.collect())
}
