//! What of reviews waits for a member on Today.

use super::queries;
use crate::db::OrgTx;
use crate::okr::waiting::Waiting;
use crate::organisation::Me;
use crate::web::parts::{When, moment};
use chrono::{DateTime, Utc};

/// The reviews that wait for a member: for their views, or to be closed by them.
///
/// # Errors
/// When the database fails.
pub async fn waiting_for(tx: &mut OrgTx, me: &Me, now: DateTime<Utc>) -> sqlx::Result<Vec<Waiting>> {
    if !me.role.takes_part() {
        return Ok(Vec::new());
    }
    let t = me.words();
    let waits = queries::waiting(tx, me.id).await?.into_iter().map(|row| {
        let title = t.round_title(&row.team, &row.cycle);
        let until = row.ends_at.filter(|end| row.views && *end > now);
        Waiting {
            sentence: if row.views {
                t.round_waits_views(&row.lead, title)
            } else {
                t.round_waits_closing(title)
            },
            words: String::new(),
            until: until.map(|end| t.fair_you_until(moment(t, me.zone, end, now))),
            href: me.at(&format!("/reviews/{}", row.id)),
            when: When::of(t, row.at, row.zone, me.zone, now),
            read: None,
        }
    });
    Ok(waits.collect())
}
