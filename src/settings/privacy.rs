//! Whether a team is private: read by those who sit in it and by owners, and by nobody else.

use super::queries::seats;
use super::team::TeamPage;
use crate::account::Caller;
use crate::account::audit::{Action, Deed};
use crate::clock::Now;
use crate::fault::{Fault, Result};
use crate::okr::asking::{self, Whose};
use crate::okr::roll_up;
use crate::organisation::Role;
use crate::team::Lead;
use crate::web::{Done, Form, Refused};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;

/// Who may read it, as the form says it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PrivacyForm {
    readers: String,
}

/// `POST /o/{org}/settings/teams/{team}/readers`: makes a team private, or everybody's to read. Nobody shuts themselves out:
/// an admin who does not sit in it would lose the page they are on.
pub(super) async fn save(
    Lead { me, team, mut tx }: Lead,
    Now(now): Now,
    caller: Caller,
    Form(form): Form<PrivacyForm>,
) -> Result<Response> {
    let private = match form.readers.as_str() {
        "team" => true,
        "everybody" => false,
        _ => return Err(Fault::NotFound),
    };
    if private && !me.sits_in(team.id) && me.role != Role::Owner {
        let mut page = TeamPage::load(&me, &team, &mut tx, now).await?;
        page.private = true;
        page.problems.add("readers", me.words().settings_private_not_sitting());
        return Ok(Refused(page).into_response());
    }
    let rows = asking::hold(&mut tx, Whose::Team(team.id), now).await?;
    if seats::set_private(&mut tx, team.id, private).await? {
        let action = if private { Action::TeamMadePrivate } else { Action::TeamMadeOpen };
        let deed = Deed::of(action, Some(me.account), &caller).in_org(me.org).onto(team.id);
        deed.note(&mut tx, now).await?;
        rows.follow(&mut tx, now).await?;
        roll_up::look_again_at_team(&mut tx, team.id).await?;
    }
    tx.commit().await?;
    Ok(Done::Saved.at(&me.at(&format!("/settings/teams/{}#readers", team.slug))))
}
