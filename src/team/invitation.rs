//! A seat in a team, offered to an address: by somebody with a name, for a week, once.

use super::queries;
use crate::account::rate_limit::INVITE_ADDRESS;
use crate::account::{Email, Token};
use crate::app::App;
use crate::calendar::Zone;
use crate::db::{GlobalTx, OrgTx};
use crate::fault::Fault;
use crate::ids::{InvitationId, MemberId, OrgId, TeamId};
use crate::language::Words;
use crate::mail::{self, Kind, Letter, NewMail, Rendered};
use chrono::{DateTime, TimeDelta, Utc};

/// How long an invitation may be accepted.
pub const LIFE: TimeDelta = TimeDelta::days(7);

/// An invitation that may still be accepted, for the team's list.
#[derive(Debug, Clone)]
pub struct Open {
    /// Which.
    pub id: InvitationId,
    /// To whom.
    pub email: String,
    /// Who invited.
    pub inviter: String,
    /// Until when.
    pub expires_at: DateTime<Utc>,
}

/// Who invites, as the mail names them.
#[derive(Debug, Clone, Copy)]
pub struct Inviter<'a> {
    /// The member.
    pub member: MemberId,
    /// Their name.
    pub name: &'a str,
    /// Their zone; the mail says the last day on their calendar.
    pub zone: Zone,
    /// The organisation's name.
    pub organisation: &'a str,
    /// The language of the mail.
    pub t: Words,
}

/// A seat to be offered.
#[derive(Debug, Clone, Copy)]
pub struct Offer<'a> {
    /// The invitation's id; the same id again is the same invitation.
    pub id: InvitationId,
    /// In which team.
    pub team: TeamId,
    /// Its name.
    pub team_name: &'a str,
    /// To whom.
    pub email: &'a Email,
    /// A word from the inviter, if any.
    pub note: &'a str,
}

/// What became of an offer.
#[derive(Debug)]
pub enum Invited {
    /// The mail waits in the outbox. The link is shown this once; the database keeps its hash.
    Sent {
        /// Where the invitation is accepted.
        link: String,
    },
    /// This very invitation was made already.
    Again,
    /// The address belongs to somebody who sits in the team.
    SitsHere,
}

/// Offers a seat and queues the mail. An older open invitation of the same address to the same team stops working.
///
/// # Errors
/// [`Fault::TooMany`] when the address was invited too often; or when the database fails.
pub async fn invite(
    tx: &mut OrgTx,
    app: &App,
    inviter: Inviter<'_>,
    offer: Offer<'_>,
    now: DateTime<Utc>,
) -> Result<Invited, Fault> {
    if queries::sits_in_team(tx, offer.team, offer.email).await? {
        return Ok(Invited::SitsHere);
    }
    let token = Token::fresh()?;
    let expires_at = now + LIFE;
    if !queries::add_invitation(tx, inviter.member, &offer, &token.hash(), now, expires_at).await? {
        return Ok(Invited::Again);
    }
    INVITE_ADDRESS.of(&app.keys, offer.email.as_str()).take(tx, now).await?;
    queries::revoke_older(tx, &offer, now).await?;
    let link = app.config.link(&format!("/invitations/{}", token.reveal()));
    let mail = NewMail {
        kind: Kind::Invitation,
        member: None,
        recipient: offer.email.as_str().to_owned(),
        period: offer.id.to_string(),
        letter: letter(inviter, &offer, &link, expires_at)?,
        reason: inviter.t.invitation_mail_why(inviter.name),
        unsubscribe: None,
        teams: Vec::new(),
        expires_at,
    };
    let org = tx.org;
    mail::enqueue(tx, Some(org), &mail, app.config.mail_from.email.domain(), now).await?;
    Ok(Invited::Sent { link })
}

fn letter(
    inviter: Inviter<'_>,
    offer: &Offer<'_>,
    link: &str,
    expires_at: DateTime<Utc>,
) -> Result<Rendered, Fault> {
    let Inviter { t, name, organisation, zone, .. } = inviter;
    let mut letter = Letter::new(
        t,
        organisation,
        t.invitation_mail_subject(name, offer.team_name, organisation),
        t.invitation_mail_preheader(),
    )
    .title(t.invitation_mail_title(name, offer.team_name, organisation));
    if !offer.note.is_empty() {
        letter = letter.voice(offer.note);
    }
    let until = t.date_long(zone.date_at(expires_at));
    letter
        .text(t.invitation_mail_text())
        .button(t.invitation_mail_button(), link)
        .soft(t.invitation_mail_until(until, link))
        .why(t.invitation_mail_why(name))
        .render()
}

/// The invitations to a team that may still be accepted, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn open(tx: &mut OrgTx, team: TeamId, now: DateTime<Utc>) -> sqlx::Result<Vec<Open>> {
    queries::open_invitations(tx, team, now).await
}

/// Takes an invitation back. `false` when the team has none such that could still be accepted.
///
/// # Errors
/// When the database fails.
pub async fn revoke(
    tx: &mut OrgTx,
    team: TeamId,
    id: InvitationId,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    queries::revoke_invitation(tx, team, id, now).await
}

/// An invitation in the hand of whoever holds its token.
#[derive(Debug, Clone)]
pub struct Held {
    /// Which.
    pub id: InvitationId,
    /// Where to.
    pub org: OrgId,
    /// Into which team.
    pub team: TeamId,
    /// To whom.
    pub email: String,
    /// Until when.
    pub expires_at: DateTime<Utc>,
    /// When it was accepted.
    pub accepted_at: Option<DateTime<Utc>>,
    /// When it was taken back.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl Held {
    /// Whether it may still be accepted.
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        self.accepted_at.is_none() && self.revoked_at.is_none() && now < self.expires_at
    }
}

/// What the invited person is told.
#[derive(Debug, Clone)]
pub struct Told {
    /// The organisation's name.
    pub organisation: String,
    /// Its word in addresses.
    pub org_slug: String,
    /// The team's name.
    pub team: String,
    /// Who invited.
    pub inviter: String,
    /// What they wrote.
    pub note: String,
}

/// The invitation that a token opens, whatever became of it.
///
/// # Errors
/// When the database fails.
pub async fn held(tx: &mut GlobalTx, token: &Token) -> sqlx::Result<Option<Held>> {
    let hash = token.hash();
    tx.holding_token(&hash).await?;
    queries::invitation_by_token(tx, &hash).await
}

/// What to tell of it; the transaction has entered its organisation.
///
/// # Errors
/// When the database fails.
pub async fn told(tx: &mut OrgTx, id: InvitationId) -> sqlx::Result<Told> {
    queries::invitation_told(tx, id).await
}

/// Uses an invitation up, if it may still be accepted. Of any number who try at once, one succeeds.
///
/// # Errors
/// When the database fails.
pub async fn accept(tx: &mut OrgTx, id: InvitationId, now: DateTime<Utc>) -> sqlx::Result<bool> {
    queries::accept_invitation(tx, id, now).await
}
