//! What needs a look in all cycles under way, for whoever is told of it by mail.

use super::attention::Item;
use super::gather::Gathered;
use super::queue::TITLE;
use super::reason::{Reason, Subject, Why};
use crate::calendar::CycleState;
use crate::db::OrgTx;
use crate::ids::{TeamId, UpdateId};
use crate::okr;
use crate::standup::person::first_name;
use crate::web::markdown::excerpt;
use chrono::{DateTime, Utc};
use std::collections::HashSet;
use uuid::Uuid;

/// An attention item, ready to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// Its team; none for the whole organisation's.
    pub team: Option<TeamId>,
    /// What it is called.
    pub title: String,
    /// Its page, within the organisation's addresses.
    pub page: String,
    /// Why it needs a look, worst first.
    pub reasons: Vec<Reason>,
    /// Whom a blocker among the reasons stops: the first name.
    pub blocked: Option<String>,
}

/// What needs a look in the cycles under way, worst first in each. A decision is told once; so is a blocker, with its key
/// result where it has one.
///
/// # Errors
/// When the database fails.
pub async fn needs(tx: &mut OrgTx, now: DateTime<Utc>) -> sqlx::Result<Vec<Need>> {
    let (mut needs, mut alone, mut told) = (Vec::new(), Vec::new(), HashSet::<Uuid>::new());
    for named in okr::cycles(tx).await? {
        if matches!(named.cycle.state_at(now), CycleState::Draft | CycleState::Closed) {
            continue;
        }
        let gathered = Gathered::of(tx, None, &named, now).await?;
        // What somebody has seen or put off is not told again.
        let open = gathered.attention(&named, now).into_iter();
        for item in open.filter(|item| gathered.answered(item, now).is_none()) {
            let blockers =
                item.reasons.iter().filter_map(|reason| stopped_by(*reason)).map(|update| update.0);
            match item.subject {
                Subject::Blocker(_) | Subject::Decision(_) => {
                    alone.extend(need(&gathered, &item).map(|need| (item.subject.id(), need)));
                }
                _ => {
                    told.extend(blockers);
                    needs.extend(need(&gathered, &item));
                }
            }
        }
    }
    needs.extend(alone.into_iter().filter(|(id, _)| told.insert(*id)).map(|(_, need)| need));
    Ok(needs)
}

fn stopped_by(reason: Reason) -> Option<UpdateId> {
    if let Why::Blocked { update, .. } = reason.why { Some(update) } else { None }
}

fn need(gathered: &Gathered, item: &Item) -> Option<Need> {
    let (team, title, page) = match item.subject {
        Subject::KeyResult(id) => {
            let one = gathered.standing(id)?;
            (one.team.as_ref().map(|team| team.id), one.title.clone(), format!("/key-results/{id}"))
        }
        Subject::Objective(id) => {
            let one = gathered.aim(id)?;
            (one.team.as_ref().map(|team| team.id), one.title.clone(), format!("/objectives/{id}"))
        }
        Subject::Blocker(update) => {
            let one = gathered.blocker(update)?;
            (Some(one.team), excerpt(&one.body, TITLE), format!("/updates/{update}"))
        }
        Subject::Decision(id) => {
            let one = gathered.unsettled(id)?;
            (one.team, one.question.clone(), format!("/decisions/{id}"))
        }
    };
    let blocker = item.reasons.iter().find_map(|reason| gathered.blocker(stopped_by(*reason)?));
    let blocked = blocker.map(|one| first_name(&one.author).to_owned());
    Some(Need { team, title, page, reasons: item.reasons.clone(), blocked })
}
