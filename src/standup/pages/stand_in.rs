//! For whom the reader stands in: their hand-over note, and the blockers that wait for them.

use super::day::Day;
use super::post;
use crate::db::OrgTx;
use crate::fault::Result;
use crate::organisation::Me;
use crate::standup::leave::Leave;
use crate::standup::person::first_name;
use crate::standup::queries;
use chrono::{DateTime, Utc};

/// Somebody the reader stands in for.
pub(super) struct StandsIn {
    /// "You stand in for Mia until Friday 20 November."
    pub(super) sentence: String,
    /// Their note; may be empty.
    pub(super) note: String,
    /// The blockers that wait for them.
    pub(super) waits: Vec<Wait>,
}

/// A blocker that waits for somebody who is away.
pub(super) struct Wait {
    /// Who is blocked.
    pub(super) name: String,
    pub(super) href: String,
    /// How their words begin.
    pub(super) words: String,
}

/// Those the reader stands in for now, or from some day of the coming week on.
pub(super) async fn stands_in(
    tx: &mut OrgTx,
    day: &Day,
    me: &Me,
    now: DateTime<Utc>,
) -> Result<Vec<StandsIn>> {
    let leaves = day.leaves.stood_in_by(me.id, now);
    let begun = |leave: &Leave| leave.first <= leave.zone.date_at(now);
    let away: Vec<_> = leaves.iter().filter(|leave| begun(leave)).map(|leave| leave.member).collect();
    let ids = if away.is_empty() { Vec::new() } else { queries::ids_waiting_for(tx, &away).await? };
    let mut posts = post::load(tx, me, &ids, now).await?;
    let posts: Vec<_> = ids.iter().filter_map(|id| posts.remove(id)).collect();
    let t = me.words();
    let told = leaves.into_iter().map(|leave| {
        let name = first_name(&leave.name);
        let is_away = begun(leave);
        let waits_for = |post: &&post::Post| {
            is_away && post.blocker.as_ref().is_some_and(|it| it.unblocker == Some(leave.member))
        };
        StandsIn {
            sentence: if is_away {
                t.today_stand_in(name, t.date_long(leave.last))
            } else {
                t.today_stand_in_from(name, t.date_long(leave.first), t.date_long(leave.last))
            },
            note: leave.note.clone(),
            waits: posts
                .iter()
                .filter(waits_for)
                .map(|post| Wait {
                    name: post.first_name.clone(),
                    href: me.at(&format!("/updates/{}", post.id)),
                    words: post
                        .blocker
                        .as_ref()
                        .map(|it| crate::web::markdown::excerpt(&it.body, 140))
                        .unwrap_or_default(),
                })
                .collect(),
        }
    });
    Ok(told.collect())
}
