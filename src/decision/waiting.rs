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
        let (sentence, words) = if row.answer {
            let until = row.ends_at.filter(|end| *end > now);
            let words = until.map(|end| t.fair_you_until(moment(t, me.zone, end, now))).unwrap_or_default();
            (t.decision_waits_answer(&row.proposer, &row.question), words)
        } else if row.settle {
            (t.decision_waits_settle(&row.question), String::new())
        } else {
            (t.decision_waits_revisit(&row.question), String::new())
        };
        Waiting {
            sentence,
            words,
            href: me.at(&format!("/decisions/{}", row.id)),
            when: When::of(t, row.at, row.zone, me.zone, now),
            read: None,
        }
    });
    Ok(waits.collect())
}
