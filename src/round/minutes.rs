//! The minutes as a Markdown file: what stood, what was said, what comes of it.

use super::course::{State, matter};
use super::item::{outcome, tally};
use super::{queries, readable};
use crate::fair;
use crate::fault::{Fault, Result};
use crate::ids::ReviewId;
use crate::okr::parts::{Row, Word};
use crate::organisation::Member;
use crate::web::{Path, download, slug};
use axum::response::Response;

/// `GET /o/{org}/reviews/{review}/markdown`, once it is closed. Dates are the reader's; what people wrote stands as they wrote it.
pub(super) async fn markdown(
    Member { me, mut tx }: Member,
    Path((_, id)): Path<(String, ReviewId)>,
) -> Result<Response> {
    let review = readable(&mut tx, &me, id).await?;
    if review.state != State::Closed {
        return Err(Fault::NotFound);
    }
    let t = me.words();
    let date = |at| t.date_year(me.zone.date_at(at));
    let title = t.round_title(&review.team, &review.cycle);
    let by = review.ended_by.clone().unwrap_or_default();
    let mut lines = vec![
        format!("# {title}"),
        String::new(),
        t.round_opened_sentence(&review.lead, date(review.opened_at)),
        t.round_is_closed(by, review.ended_at.map(date).unwrap_or_default()),
    ];
    if !review.summary.is_empty() {
        lines.extend([String::new(), review.summary.clone()]);
    }
    let seats = fair::windows(&mut tx, matter(id)).await?;
    let took_part = seats.iter().filter(|seat| seat.answered_at.is_some()).map(|seat| seat.name.as_str());
    lines.extend([String::new(), t.round_took_part(t.list(took_part))]);
    let views = queries::views(&mut tx, id, me.id).await?;
    for item in queries::items(&mut tx, id).await? {
        let packed = &item.packed.0;
        lines.extend([String::new(), format!("## {}", packed.title), String::new()]);
        if let Some(it) = item.outcome {
            lines.push(format!("**{}**", outcome(t, it)));
        }
        if !item.reason.is_empty() {
            lines.extend([String::new(), item.reason.clone()]);
        }
        lines.push(String::new());
        for one in &packed.key_results {
            let standing = one.standing((item.objective_id, &packed.title), review.cycle_id);
            let row = Row::of(&standing, &me, review.opened_at);
            lines.push(format!("- {}: {} ({})", row.title, row.value, row.word.text));
        }
        let here: Vec<_> = views.iter().filter(|view| view.item_id == item.id).collect();
        let said = tally(t, &here);
        if !said.is_empty() {
            lines.extend([String::new(), said]);
        }
        for view in here {
            let word = view.confidence.map(|word| Word::said(t, word).text).unwrap_or_default();
            let comment = view.comment.replace('\n', "\n  ");
            let gap = if comment.is_empty() { "" } else { "\n  " };
            lines.push(format!("- {}: {word}{gap}{comment}", view.name));
        }
    }
    lines.push(String::new());
    Ok(download::markdown(&slug(&title), lines.join("\n")))
}
