//! Whoever leads closes a review: what comes of each objective, and why.

use super::course::{self, Outcome, State, matter};
use super::show::{Typed, refused};
use super::{may_keep, queries, readable};
use crate::clock::Now;
use crate::fair;
use crate::fault::{Fault, Result};
use crate::ids::ReviewId;
use crate::organisation::Member;
use crate::web::{Done, Form, Path, Problems};
use axum::response::Response;

/// The longest reason and the longest summary, in characters.
const REASON: usize = 5000;
const SUMMARY: usize = 20_000;

/// `POST /o/{org}/reviews/{review}/closing`: an outcome (`o-…`) and a reason (`r-…`) for each objective, and a summary.
pub(super) async fn close(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, ReviewId)>,
    Form(typed): Form<Typed>,
) -> Result<Response> {
    let review = readable(&mut tx, &me, id).await?;
    if !may_keep(&me, &review) {
        return Err(Fault::Forbidden);
    }
    if review.state != State::Ready {
        return Err(Fault::NotFound);
    }
    let (t, mut problems) = (me.words(), Problems::new());
    let mut outcomes = Vec::new();
    for item in queries::items(&mut tx, id).await? {
        let of =
            |kind: &str| typed.get(&format!("{kind}-{}", item.id)).map(|it| it.trim()).unwrap_or_default();
        let title = &item.packed.0.title;
        let outcome = Outcome::parse(of("o"));
        let reason = of("r").replace("\r\n", "\n");
        match outcome {
            None => problems.add(format!("o-{}", item.id), t.round_outcome_missing(title)),
            Some(Outcome::Change | Outcome::Stop) if reason.is_empty() => {
                problems.add(format!("r-{}", item.id), t.round_reason_missing(title));
            }
            Some(_) if reason.chars().count() > REASON => {
                problems.add(format!("r-{}", item.id), t.talk_too_long(REASON));
            }
            Some(outcome) => outcomes.push((item.id, outcome, reason)),
        }
    }
    let summary = typed.get("summary").map(|it| it.trim().replace("\r\n", "\n")).unwrap_or_default();
    if summary.chars().count() > SUMMARY {
        problems.add("summary", t.talk_too_long(SUMMARY));
    }
    if !problems.is_empty() {
        return refused(&mut tx, &me, &review, (typed, problems), now).await;
    }
    course::close(&mut tx, &review, (&outcomes, &summary), me.id, now).await?;
    tx.commit().await?;
    Ok(Done::Closed.at(&me.at(&format!("/reviews/{id}"))))
}

/// `POST /o/{org}/reviews/{review}/removal`: takes a review back that is not closed. It stays readable.
pub(super) async fn withdraw(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, ReviewId)>,
) -> Result<Response> {
    fair::hold(&mut tx, matter(id)).await?;
    let review = readable(&mut tx, &me, id).await?;
    if !may_keep(&me, &review) {
        return Err(Fault::Forbidden);
    }
    if !matches!(review.state, State::Open | State::Ready) {
        return Err(Fault::NotFound);
    }
    course::withdraw(&mut tx, id, me.id, now).await?;
    tx.commit().await?;
    Ok(Done::Withdrawn.at(&me.at(&format!("/reviews/{id}"))))
}
