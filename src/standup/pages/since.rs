//! What happened since the reader's last working day ended: first what only they can move on, then the rest by team.

use super::day::{Day, teams_of};
use super::post::{self, Post};
use crate::db::OrgTx;
use crate::fault::Result;
use crate::language::Words;
use crate::organisation::Me;
use crate::standup::person::first_name;
use crate::standup::queries;
use crate::web::markdown;
use chrono::{DateTime, Datelike as _, NaiveDate, TimeDelta, Utc};

/// From when on for whoever has no working day, or none for long.
const RECENT: TimeDelta = TimeDelta::hours(24);
/// The longest look back: after a long leave the feed is the better place.
const FAR: TimeDelta = TimeDelta::days(14);
/// The beginning of a reply, in characters.
const EXCERPT: usize = 140;

/// What Today says happened.
pub(super) struct Since {
    /// "Since Monday 17:00"
    pub(super) from: String,
    /// Updates whose blocker the reader can get out of the way, the oldest first.
    pub(super) for_me: Vec<Post>,
    pub(super) replies: Vec<Reply>,
    /// The other updates by team; the name stands where there are several teams.
    pub(super) teams: Vec<(Option<String>, Vec<Post>)>,
}

/// A reply under an update of the reader's.
pub(super) struct Reply {
    pub(super) href: String,
    /// "Nuno replied"
    pub(super) who: String,
    pub(super) words: String,
}

impl Since {
    /// Whether there is nothing.
    pub(super) fn is_caught_up(&self) -> bool {
        self.for_me.is_empty() && self.replies.is_empty() && self.teams.is_empty()
    }
}

/// What happened since the reader left, with what teammates wrote for `date`.
pub(super) async fn of(
    tx: &mut OrgTx,
    day: &Day,
    me: &Me,
    date: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Since> {
    let teams = teams_of(me);
    let left = left_at(day, me, now);
    let open = queries::ids_of_open_blockers(tx, &teams).await?;
    let newest = queries::ids_of_teammates(tx, &teams, me.id, date, left).await?;
    let rest: Vec<_> = newest.into_iter().filter(|id| !open.contains(id)).collect();
    let ids: Vec<_> = open.iter().chain(&rest).copied().collect();
    let mut found = post::load(tx, me, &ids, now).await?;
    let is_recent = |post: &Post| post.date == date || post.posted_at > left;
    let (for_me, others): (Vec<Post>, Vec<Post>) = open
        .iter()
        .filter_map(|id| found.remove(id))
        .filter(|post| post.member != me.id)
        .partition(|post| waits_for(me, post));
    let rest = rest.iter().filter_map(|id| found.remove(id));
    let others: Vec<_> = others.into_iter().filter(is_recent).chain(rest).collect();
    let replies = queries::replies_since(tx, me.id, left).await?;
    Ok(Since {
        from: from(me.words(), me, left, now),
        for_me,
        replies: replies.into_iter().map(|row| reply(me, row)).collect(),
        teams: by_team(others, teams.len() > 1),
    })
}

/// Whether it is the reader who could get it out of the way: named, standing in, or anyone on the team.
fn waits_for(me: &Me, post: &Post) -> bool {
    let Some(blocker) = &post.blocker else { return false };
    let named = [blocker.unblocker, blocker.stand_in].contains(&Some(me.id));
    (named || blocker.unblocker.is_none()) && post.may_clear(me)
}

/// When the reader's last working day ended.
fn left_at(day: &Day, me: &Me, now: DateTime<Utc>) -> DateTime<Utc> {
    let myself = day.people.iter().find(|person| person.id == me.id);
    let end = myself.and_then(|person| person.working_time().end_of_last_day(now));
    end.map_or(now - RECENT, |end| end.max(now - FAR))
}

fn from(t: Words, me: &Me, left: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let here = me.zone.reading(left);
    let near = (me.today(now) - here.date()).num_days() < 7;
    let day = if near { t.weekday_long(here.date().weekday()) } else { t.date_long(here.date()) };
    t.feed_since_from(day, t.time(here.time()))
}

fn reply(me: &Me, row: queries::ReplyRow) -> Reply {
    Reply {
        href: me.at(&format!("/updates/{}#c-{}", row.update_id, row.id)),
        who: me.words().feed_replied(first_name(&row.author)),
        words: markdown::excerpt(&row.body, EXCERPT),
    }
}

fn by_team(posts: Vec<Post>, named: bool) -> Vec<(Option<String>, Vec<Post>)> {
    let mut teams: Vec<(String, Vec<Post>)> = Vec::new();
    for post in posts {
        match teams.iter_mut().find(|(name, _)| *name == post.team_name) {
            Some((_, posts)) => posts.push(post),
            None => teams.push((post.team_name.clone(), vec![post])),
        }
    }
    teams.sort_by(|a, b| a.0.cmp(&b.0));
    teams.into_iter().map(|(name, posts)| (named.then_some(name), posts)).collect()
}
