//! The form as somebody of the team will see it, for whoever settles what it asks.

use super::bench::Bench;
use super::composer::Composer;
use super::day::Day;
use crate::config::Keys;
use crate::db::OrgTx;
use crate::fault::Result;
use crate::ids::{MemberId, SubmissionKey, TeamId};
use crate::language::Words;
use crate::organisation::Me;
use crate::standup::question::{Question, Standup};
use crate::web::Problems;
use askama::Template;
use chrono::{DateTime, Utc};

/// `templates/standup/seen.html`: the fields of the form, without a way to send them.
#[derive(Template)]
#[template(path = "standup/seen.html")]
pub struct Seen {
    t: Words,
    /// Whose eyes these are.
    pub name: String,
    composer: Composer,
}

impl askama::filters::HtmlSafe for Seen {}

/// What a member sees when these questions are asked by a standup of theirs; `None` for whoever is not asked by any. Their
/// drafts are theirs, and are not in it.
///
/// # Errors
/// When the database fails.
pub async fn seen_by(
    tx: &mut OrgTx,
    keys: &Keys,
    member: MemberId,
    team: TeamId,
    questions: Vec<Question>,
    now: DateTime<Utc>,
) -> Result<Option<Seen>> {
    let Some(me) = Me::for_duty(tx, member).await? else { return Ok(None) };
    let day = Day::of(tx, &me, now).await?;
    let Some(turns) = day.turns().find(|turns| turns.standup.team == team) else { return Ok(None) };
    let standup = Standup { questions, ..turns.standup.clone() };
    let task = day.task(turns, turns.today(now));
    let bench = Bench::of(tx, keys, &me, (&day, task), &[], now).await?.asking(standup);
    let makings = bench.makings(&me, (&day, task), now);
    let composer = makings.composer(&makings.beginning(), SubmissionKey::fresh(), Problems::new());
    Ok(Some(Seen { t: me.words(), name: me.name.clone(), composer }))
}
