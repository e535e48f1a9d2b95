//! What was decided, and the form of whoever proposed: their word where the rule left it open, the reason, and when to look
//! again.

use super::show::{Typed, refused};
use super::{REASON, may_keep, readable};
use crate::clock::Now;
use crate::decision::course;
use crate::decision::queries::DecisionRow;
use crate::decision::rule::State;
use crate::fair;
use crate::fault::{Fault, Result};
use crate::ids::DecisionId;
use crate::organisation::{Me, Member};
use crate::web::markdown::SafeHtml;
use crate::web::{Done, Form, Path, Problems};
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;

/// What was decided.
pub(super) struct Settled {
    /// "Decided: Stop on 1 December." or that the proposer has to say.
    pub(super) title: String,
    /// By the rule, or by whom.
    pub(super) how: String,
    pub(super) reason: SafeHtml,
    /// When it is looked at again; that it is time.
    pub(super) revisit: Option<String>,
}

impl Settled {
    pub(super) fn of(me: &Me, decision: &DecisionRow, now: DateTime<Utc>) -> Option<Self> {
        let t = me.words();
        let (title, how) = match (decision.state, &decision.outcome) {
            (State::Open, _) => return None,
            (State::Withdrawn, _) => (t.decision_is_withdrawn().to_owned(), String::new()),
            (State::Closed, None) => {
                (t.decision_left_open(&decision.proposer), t.decision_left_open_why().to_owned())
            }
            (State::Closed, Some(outcome)) => {
                let date = decision.settled_at.map(|at| t.date_long(me.zone.date_at(at))).unwrap_or_default();
                let how = match &decision.settled_by {
                    Some(name) => t.decision_settled_by(name, date),
                    None => t.decision_by_rule(date),
                };
                (t.decision_outcome(outcome), how)
            }
        };
        let revisit = decision.revisit_on.map(|on| {
            if on <= me.today(now) {
                t.decision_revisit_now(t.date_long(on))
            } else {
                t.decision_revisit_on(t.date_year(on))
            }
        });
        Some(Self { title, how, reason: SafeHtml::from_markdown(&decision.reason), revisit })
    }
}

/// The form of whoever proposed.
pub(super) struct Settling {
    /// The option chosen; none where the rule has chosen.
    pub(super) outcome: Option<String>,
    pub(super) reason: String,
    pub(super) revisit: String,
}

impl Settling {
    pub(super) fn of(decision: &DecisionRow, typed: Option<(String, String, String)>) -> Self {
        let (outcome, reason, revisit) = typed.unwrap_or_else(|| {
            let revisit = decision.revisit_on.map(|on| on.to_string()).unwrap_or_default();
            (String::new(), decision.reason.clone(), revisit)
        });
        Self { outcome: decision.outcome_id.is_none().then_some(outcome), reason, revisit }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OutcomeForm {
    #[serde(default)]
    outcome: String,
    #[serde(default)]
    why: String,
    #[serde(default)]
    revisit: String,
}

/// `POST /o/{org}/decisions/{decision}/outcome`
pub(super) async fn settle(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, DecisionId)>,
    Form(form): Form<OutcomeForm>,
) -> Result<Response> {
    let decision = readable(&mut tx, &me, id).await?;
    if !may_keep(&me, &decision) {
        return Err(Fault::Forbidden);
    }
    if decision.state != State::Closed {
        return Err(Fault::NotFound);
    }
    let (t, mut problems) = (me.words(), Problems::new());
    let (options, _) = course::standing(&mut tx, id).await?;
    let chosen = options.iter().find(|option| option.id.to_string() == form.outcome);
    let reason = form.why.trim().replace("\r\n", "\n");
    if decision.outcome_id.is_none() && chosen.is_none() {
        problems.add("outcome", t.decision_outcome_missing());
    }
    if decision.outcome_id.is_none() && reason.is_empty() {
        problems.add("why-so", t.decision_why_missing());
    } else if reason.chars().count() > REASON {
        problems.add("why-so", t.talk_too_long(REASON));
    }
    let revisit = match form.revisit.trim() {
        "" => None,
        typed => problems.take("revisit", typed.parse::<NaiveDate>().map_err(|_| t.settings_date_unclear())),
    };
    if revisit.is_some_and(|on| on <= me.today(now) && Some(on) != decision.revisit_on) {
        problems.add("revisit", t.decision_revisit_past());
    }
    if !problems.is_empty() {
        let typed = Typed { outcome: Some((form.outcome, form.why, form.revisit)), ..Typed::default() };
        return refused(&mut tx, &me, decision, (typed, problems), now).await;
    }
    course::note(&mut tx, id, &reason, revisit).await?;
    if let Some(option) = chosen.filter(|_| decision.outcome_id.is_none()) {
        course::decide(&mut tx, &decision, option, me.id, now).await?;
    }
    tx.commit().await?;
    Ok(Done::Saved.at(&me.at(&format!("/decisions/{id}"))))
}

/// `POST /o/{org}/decisions/{decision}/removal`: takes a decision back that has no outcome. It stays readable.
pub(super) async fn withdraw(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, DecisionId)>,
) -> Result<Response> {
    fair::hold(&mut tx, course::matter(id)).await?;
    let decision = readable(&mut tx, &me, id).await?;
    if !may_keep(&me, &decision) {
        return Err(Fault::Forbidden);
    }
    if decision.state == State::Withdrawn || decision.outcome_id.is_some() {
        return Err(Fault::NotFound);
    }
    course::withdraw(&mut tx, id, now).await?;
    tx.commit().await?;
    Ok(Done::Withdrawn.at(&me.at(&format!("/decisions/{id}"))))
}
