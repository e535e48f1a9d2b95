//! Offering seats and taking offers back. The list itself stands on the team's settings page.

use super::Lead;
use super::invitation::{self, Invited, Inviter, Offer};
use crate::account::audit::{Action, Deed};
use crate::account::{Caller, Email};
use crate::app::App;
use crate::clock::Now;
use crate::fault::{Fault, Result};
use crate::ids::{InvitationId, SubmissionKey};
use crate::language::Words;
use crate::organisation::Me;
use crate::web::{Done, Form, Nav, Path, Problems, Refused, Shell};
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use chrono::{DateTime, Utc};
use serde::Deserialize;

/// `templates/team/invite.html`: the form once more, with what to put right.
#[derive(Template)]
#[template(path = "team/invite.html")]
struct InvitePage {
    shell: Shell,
    t: Words,
    problems: Problems,
    settings: String,
    team: String,
    email: String,
    note: String,
    submission_key: SubmissionKey,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InviteForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    note: String,
    submission_key: SubmissionKey,
}

/// What only leads may do with invitations.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/o/{org}/settings/teams/{team}/invitations", post(invite))
        .route("/o/{org}/settings/teams/{team}/invitations/{invitation}/revocation", post(revoke))
}

async fn invite(
    State(app): State<App>,
    Now(now): Now,
    caller: Caller,
    lead: Lead,
    Form(form): Form<InviteForm>,
) -> Result<Response> {
    let Lead { me, team, mut tx } = lead;
    let t = me.words();
    let mut problems = Problems::new();
    let email = Email::parse(&form.email);
    if email.is_none() {
        problems.add("email", t.invitation_email_unclear());
    }
    let note = form.note.trim();
    if note.chars().count() > 1000 || note.contains('\0') {
        problems.add("note", t.invitation_note_long());
    }
    if let (Some(email), true) = (&email, problems.is_empty()) {
        let inviter = Inviter { member: me.id, name: &me.name, zone: me.zone, organisation: &me.org_name, t };
        let offer = Offer {
            id: InvitationId(form.submission_key.0),
            team: team.id,
            team_name: &team.name,
            email,
            note,
        };
        match invitation::invite(&mut tx, &app, inviter, offer, now).await? {
            Invited::Sent { .. } => {
                let deed = Deed::of(Action::Invited, Some(me.account), &caller).in_org(me.org).onto(offer.id);
                deed.note(&mut tx, now).await?;
                tx.commit().await?;
                return Ok(Done::Invited.at(&settings(&me, &team.slug)));
            }
            Invited::Again => return Ok(Done::Invited.at(&settings(&me, &team.slug))),
            Invited::SitsHere => problems.add("email", t.invitation_sits_here(&team.name)),
        }
    }
    Ok(refused(&me, &team.slug, team.name, form, problems, now))
}

fn refused(
    me: &Me,
    slug: &str,
    team: String,
    form: InviteForm,
    problems: Problems,
    now: DateTime<Utc>,
) -> Response {
    let InviteForm { email, note, submission_key } = form;
    let shell = Shell::of(me, Nav::None, now);
    let page = InvitePage {
        t: shell.t,
        shell,
        problems,
        settings: me.at(&format!("/settings/teams/{slug}")),
        team,
        email,
        note,
        submission_key,
    };
    Refused(page).into_response()
}

fn settings(me: &Me, team: &str) -> String {
    me.at(&format!("/settings/teams/{team}#invitations"))
}

#[derive(Deserialize)]
struct Named {
    invitation: InvitationId,
}

async fn revoke(Now(now): Now, caller: Caller, Path(named): Path<Named>, lead: Lead) -> Result<Response> {
    let Lead { me, team, mut tx } = lead;
    if !invitation::revoke(&mut tx, team.id, named.invitation, now).await? {
        return Err(Fault::NotFound);
    }
    let deed =
        Deed::of(Action::InvitationRevoked, Some(me.account), &caller).in_org(me.org).onto(named.invitation);
    deed.note(&mut tx, now).await?;
    tx.commit().await?;
    Ok(Done::Revoked.at(&settings(&me, &team.slug)))
}
