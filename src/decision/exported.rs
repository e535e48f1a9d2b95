//! One decision as a Markdown file, to be kept elsewhere.

use super::course::{self, last_of_each, matter};
use super::pages::{said, silence};
use super::queries::{self, DecisionRow};
use super::rule::State;
use crate::db::OrgTx;
use crate::fair;
use crate::fault::{Fault, Result};
use crate::organisation::Me;
use crate::web::{download, slug};
use axum::response::Response;
use chrono::{DateTime, Utc};

/// The file. Dates are the reader's; what people wrote stands as they wrote it.
pub(super) async fn markdown(
    tx: &mut OrgTx,
    me: &Me,
    decision: &DecisionRow,
    now: DateTime<Utc>,
) -> Result<Response> {
    let t = me.words();
    let versions = queries::versions(tx, decision.id).await?;
    let version = versions.first().ok_or(Fault::NotFound)?;
    let (options, _) = course::standing(tx, decision.id).await?;
    let answers = queries::answers(tx, decision.id).await?;
    let last = last_of_each(answers.into_iter().filter(|it| it.version_id == version.id).collect());
    let seats = fair::windows(tx, matter(decision.id)).await?;
    let date = |at: DateTime<Utc>| t.date_year(me.zone.date_at(at));
    let mut lines = vec![format!("# {}", version.question), String::new()];
    lines.push(t.decision_md_proposed(&decision.proposer, date(decision.proposed_at)));
    lines.push(String::new());
    match (decision.state, &decision.outcome) {
        (State::Open, _) => lines.push(t.decision_md_open(date(now))),
        (State::Withdrawn, _) => lines.push(t.decision_is_withdrawn().to_owned()),
        (State::Closed, None) => lines.push(t.decision_left_open(&decision.proposer)),
        (State::Closed, Some(outcome)) => {
            lines.push(format!("**{}**", t.decision_outcome(outcome)));
            let on = decision.settled_at.map(date).unwrap_or_default();
            let by = decision.settled_by.as_ref();
            lines.push(by.map_or_else(|| t.decision_by_rule(&on), |name| t.decision_settled_by(name, &on)));
        }
    }
    for part in [&decision.reason, &version.context] {
        if !part.is_empty() {
            lines.extend([String::new(), part.clone()]);
        }
    }
    if let Some(on) = decision.revisit_on {
        lines.extend([String::new(), t.decision_revisit_on(t.date_year(on))]);
    }
    lines.extend([String::new(), format!("## {}", t.decision_options()), String::new()]);
    for option in &options {
        let mark =
            if option.preferred { format!(" ({})", t.decision_preferred_tag()) } else { String::new() };
        lines.push(format!("- {}{mark}", option.body));
    }
    lines.extend([String::new(), format!("## {}", t.decision_views()), String::new()]);
    for answer in &last {
        let reason = answer.reason.replace('\n', "\n  ");
        let gap = if reason.is_empty() { "" } else { "\n  " };
        lines.push(format!("- {}{gap}{reason}", t.decision_says(&answer.name, said(t, answer))));
    }
    for seat in seats.iter().filter(|seat| !last.iter().any(|answer| answer.member_id == seat.member)) {
        lines.push(format!("- {}", t.decision_says(&seat.name, t.decision_silent())));
    }
    lines.extend([String::new(), silence(t, decision, &options.iter().collect::<Vec<_>>()), String::new()]);
    Ok(download::markdown(&slug(&version.question), lines.join("\n")))
}
