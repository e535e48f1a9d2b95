//! A participant says what they think, as often as they like until all are in or their hours are over.

use super::course::{self, matter};
use super::show::{Typed, refused};
use super::{is_open, queries, readable};
use crate::clock::Now;
use crate::fair;
use crate::fault::{Fault, Result};
use crate::ids::ReviewId;
use crate::okr::status::Confidence;
use crate::organisation::Member;
use crate::web::{Done, Form, Path, Problems};
use axum::response::Response;
use chrono::TimeDelta;

/// The longest comment, in characters.
const COMMENT: usize = 5000;
/// Another day is so many working hours more.
const ANOTHER_DAY: TimeDelta = TimeDelta::hours(8);

/// `POST /o/{org}/reviews/{review}/views`: a word (`c-…`) and a comment (`n-…`) for each objective. `done` says that this is
/// all; otherwise it is kept for its author alone.
pub(super) async fn say(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, ReviewId)>,
    Form(typed): Form<Typed>,
) -> Result<Response> {
    readable(&mut tx, &me, id).await?;
    fair::hold(&mut tx, matter(id)).await?;
    let review = readable(&mut tx, &me, id).await?;
    let seats = fair::windows(&mut tx, matter(id)).await?;
    let seat = seats.iter().find(|seat| seat.member == me.id && seat.here).ok_or(Fault::Forbidden)?;
    let page = me.at(&format!("/reviews/{id}"));
    let (t, mut problems) = (me.words(), Problems::new());
    let items = queries::items(&mut tx, id).await?;
    // Who is done stays done, and goes on changing what they said.
    let done = typed.contains_key("done") || seat.answered_at.is_some();
    let mut views = Vec::new();
    for item in &items {
        let of =
            |kind: &str| typed.get(&format!("{kind}-{}", item.id)).map(|it| it.trim()).unwrap_or_default();
        let (word, comment) = (Confidence::parse(of("c")), of("n"));
        if word.is_none() && done {
            problems.add(format!("c-{}", item.id), t.round_word_missing(&item.packed.0.title));
        }
        if comment.chars().count() > COMMENT {
            problems.add(format!("n-{}", item.id), t.talk_too_long(COMMENT));
        }
        views.push((item.id, word, comment));
    }
    if !is_open(&review) {
        problems.add("views", t.round_closed_meanwhile());
    }
    if !problems.is_empty() {
        let mut typed = typed;
        typed.entry("done".to_owned()).or_default();
        return refused(&mut tx, &me, &review, (typed, problems), now).await;
    }
    course::say(&mut tx, id, me.id, (&views, done), (now, me.zone)).await?;
    let more = typed.contains_key("more")
        && fair::ask_for_more(&mut tx, matter(id), me.id, ANOTHER_DAY, now).await?;
    tx.commit().await?;
    Ok(match (more, done) {
        (true, _) => Done::MoreTime,
        (false, true) => Done::Decided,
        (false, false) => Done::Saved,
    }
    .at(&page))
}
