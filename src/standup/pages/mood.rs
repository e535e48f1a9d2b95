//! How a team's weeks felt: one word a week, from at least five people, once the week is over.

use crate::clock::Now;
use crate::fault::Result;
use crate::language::Words;
use crate::organisation::Member;
use crate::standup::mood::FEWEST;
use crate::standup::moods;
use crate::team::Team;
use crate::web::{Nav, Page, Path, Shell};
use askama::Template;
use axum::response::{IntoResponse, Response};

/// `templates/standup/mood.html`.
#[derive(Template)]
#[template(path = "standup/mood.html")]
struct MoodPage {
    shell: Shell,
    t: Words,
    team: String,
    /// The team's page.
    feed: String,
    fewest: u16,
    /// "Week of Monday 16 November", the word, of how many at least.
    weeks: Vec<(String, &'static str, i32)>,
}

/// `GET …/teams/{team}/mood`.
pub(super) async fn show(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, slug)): Path<(String, String)>,
) -> Result<Response> {
    let t = me.words();
    let team = Team::by_slug(&mut tx, &slug).await?;
    let weeks = moods::told(&mut tx, team.id).await?;
    Ok(Page(MoodPage {
        shell: Shell::of(&me, Nav::Updates, now),
        t,
        feed: me.at(&format!("/teams/{slug}")),
        team: team.name,
        fewest: FEWEST,
        weeks: weeks.into_iter().map(|it| (t.date_long(it.week), it.mood.word(t), it.people)).collect(),
    })
    .into_response())
}
