//! An update as it is read: on Today, in the feed, on its own page.

use super::plan_lines;
use crate::db::OrgTx;
use crate::ids::{KeyResultId, MemberId, StandupId, TeamId, UpdateId};
use crate::okr::parts::{Word, value_alone, value_with_unit};
use crate::okr::unit::Unit;
use crate::organisation::Me;
use crate::standup::blocker::BlockerKind;
use crate::standup::gather::leaves_around;
use crate::standup::leave::Leaves;
use crate::standup::person::first_name;
use crate::standup::queries::{self, AnswerRow, BlockerRow, MovedRow, PostRow};
use crate::standup::question::QuestionKind;
use crate::talk::{Reactions, reactions_of};
use crate::web::markdown::SafeHtml;
use crate::web::parts::{Avatar, When};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::HashMap;

/// An update with all that stands in it and under it.
pub(super) struct Post {
    pub(super) id: UpdateId,
    pub(super) standup: StandupId,
    pub(super) team: TeamId,
    pub(super) team_slug: String,
    pub(super) team_name: String,
    pub(super) member: MemberId,
    pub(super) name: String,
    pub(super) first_name: String,
    pub(super) avatar: Avatar,
    pub(super) date: NaiveDate,
    pub(super) posted_at: DateTime<Utc>,
    pub(super) when: When,
    /// "For Thursday 12 November.", where it was written on another day.
    pub(super) late: Option<String>,
    pub(super) edited: bool,
    pub(super) answers: Vec<Answer>,
    pub(super) blocker: Option<Blocker>,
    pub(super) moved: Vec<Moved>,
    /// What became of the lines of the plan before: the word, and the line.
    pub(super) fates: Vec<(&'static str, String)>,
    pub(super) reactions: Reactions,
}

/// One answer.
pub(super) struct Answer {
    pub(super) row: AnswerRow,
    pub(super) html: SafeHtml,
}

/// What is, or was, in the way.
pub(super) struct Blocker {
    pub(super) body: String,
    pub(super) html: SafeHtml,
    /// "Blocked for 4 working hours.", or that it is cleared.
    pub(super) lead: String,
    pub(super) open: bool,
    /// How long it has been in the way, in working hours.
    pub(super) hours: i64,
    pub(super) kind: BlockerKind,
    /// What would clear it: "A decision".
    pub(super) tag: Option<&'static str>,
    /// What would come next; may be empty.
    pub(super) next_step: String,
    /// The key result it stops.
    pub(super) key_result: Option<Stops>,
    pub(super) unblocker: Option<MemberId>,
    /// "Mia is away until Friday 20 November. Nuno stands in.", while who can help is away.
    pub(super) away: Option<String>,
    /// Who stands in for them.
    pub(super) stand_in: Option<MemberId>,
    /// What was said when it was cleared.
    pub(super) note: String,
}

/// A key result that a blocker stops.
pub(super) struct Stops {
    pub(super) id: KeyResultId,
    pub(super) title: String,
    pub(super) href: String,
}

/// A key result that was checked in with the update.
pub(super) struct Moved {
    pub(super) row: MovedRow,
    pub(super) word: Word,
    pub(super) href: String,
    /// "24.6 to 24.1 cm", "the same, 26".
    pub(super) change: String,
}

impl Post {
    /// Whether this reader may say that the blocker is gone: its author, who could help or stands in for them, and who leads
    /// the team.
    pub(super) fn may_clear(&self, me: &Me) -> bool {
        self.blocker.as_ref().is_some_and(|blocker| blocker.open) && self.is_concerned(me)
    }

    fn is_concerned(&self, me: &Me) -> bool {
        let Some(blocker) = &self.blocker else { return false };
        let anyone = blocker.unblocker.is_none() && me.sits_in(self.team);
        let named = [blocker.unblocker, blocker.stand_in].contains(&Some(me.id));
        let concerned = self.member == me.id || named || anyone;
        (concerned && me.role.takes_part()) || me.leads(self.team) || me.role.administers()
    }

    /// Whether this reader may say that a cleared blocker is in the way again: whoever could have cleared it.
    pub(super) fn may_reopen(&self, me: &Me) -> bool {
        self.blocker.as_ref().is_some_and(|blocker| !blocker.open) && self.is_concerned(me)
    }

    /// The key results of the update that the reader may look up: their check-ins by key result.
    pub(super) fn check_in_of(&self, key_result: KeyResultId) -> Option<&MovedRow> {
        self.moved.iter().map(|moved| &moved.row).find(|row| row.key_result == key_result)
    }
}

/// Those of these updates that the reader may read, by id, in as many statements whatever their number.
pub(super) async fn load(
    tx: &mut OrgTx,
    me: &Me,
    ids: &[UpdateId],
    now: DateTime<Utc>,
) -> sqlx::Result<HashMap<UpdateId, Post>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = queries::posts(tx, ids).await?;
    let mut found: HashMap<_, _> = rows.into_iter().map(|row| (row.id, bare(row, me, now))).collect();
    for row in queries::answers(tx, ids).await? {
        if let Some(post) = found.get_mut(&row.update_id).filter(|_| row.kind != QuestionKind::Blocker) {
            post.answers.push(Answer { html: SafeHtml::from_markdown(&row.body), row });
        }
    }
    let blockers = queries::blockers(tx, ids).await?;
    let leaves = match blockers.iter().any(|row| row.resolved_at.is_none() && row.unblocker_id.is_some()) {
        true => leaves_around(tx, now).await?,
        false => Leaves::default(),
    };
    for row in blockers {
        if let Some(post) = found.get_mut(&row.update_id) {
            post.blocker = Some(blocker(row, &leaves, me, now));
        }
    }
    for row in queries::moved(tx, ids).await? {
        if let Some(post) = found.get_mut(&row.update_id) {
            post.moved.push(moved(row, me));
        }
    }
    for row in queries::fates(tx, ids).await? {
        if let Some(post) = found.get_mut(&row.update_id) {
            post.fates.push((plan_lines::word(me.words(), row.fate), row.body));
        }
    }
    for (id, reactions) in reactions_of(tx, me.id, ids).await? {
        if let Some(post) = found.get_mut(&id) {
            post.reactions = reactions;
        }
    }
    Ok(found)
}

fn bare(row: PostRow, me: &Me, now: DateTime<Utc>) -> Post {
    let t = me.words();
    let written_on = row.zone.date_at(row.posted_at);
    Post {
        id: row.id,
        standup: row.standup_id,
        team: row.team_id,
        team_slug: row.team_slug,
        team_name: row.team_name,
        member: row.member_id,
        first_name: first_name(&row.name).to_owned(),
        avatar: Avatar::of(row.member_id, &row.name),
        name: row.name,
        date: row.local_date,
        posted_at: row.posted_at,
        when: When::of(t, row.posted_at, row.zone, me.zone, now),
        late: (written_on != row.local_date).then(|| t.standup_for_day(t.date_long(row.local_date))),
        edited: row.edited_at.is_some(),
        answers: Vec::new(),
        blocker: None,
        moved: Vec::new(),
        fates: Vec::new(),
        reactions: Reactions::default(),
    }
}

fn blocker(row: BlockerRow, leaves: &Leaves, me: &Me, now: DateTime<Utc>) -> Blocker {
    let t = me.words();
    let hours = row.age(now).num_hours();
    let lead = match (&row.resolved_by, &row.unblocker) {
        (Some(by), _) => t.standup_cleared(first_name(by)),
        (None, Some(name)) => t.standup_blocked_of(hours, first_name(name)),
        (None, None) => t.standup_blocked(hours),
    };
    let open = row.resolved_at.is_none();
    let leave = row.unblocker_id.filter(|_| open).and_then(|id| leaves.at(id, now));
    Blocker {
        html: SafeHtml::from_markdown(&row.body),
        body: row.body,
        lead,
        open,
        hours,
        kind: row.kind,
        tag: row.kind.tag(t),
        next_step: row.next_step,
        key_result: row.key_result_id.zip(row.key_result).map(|(id, title)| Stops {
            id,
            title,
            href: me.at(&format!("/key-results/{id}")),
        }),
        unblocker: row.unblocker_id,
        away: leave.map(|leave| leave.sentence(t)),
        stand_in: leave.and_then(|leave| leave.stand_in.as_ref()).map(|(id, _)| *id),
        note: row.note,
    }
}

fn moved(row: MovedRow, me: &Me) -> Moved {
    let t = me.words();
    let unit = Unit::stored(row.quantity, &row.unit);
    let now = value_with_unit(t, row.kind, &unit, Some(row.value));
    let change = match row.previous {
        None => now,
        Some(previous) if previous == row.value => t.standup_the_same(now),
        Some(previous) => t.standup_from_to(value_alone(t, row.kind, &unit, Some(previous)), now),
    };
    Moved {
        word: Word::said(t, row.confidence),
        href: me.at(&format!("/key-results/{}", row.key_result)),
        change,
        row,
    }
}
