//! The set-up of an empty house: one page, one transaction.
//!
//! Whoever reads the log of an empty installation is its first owner: each start prints a link with a token. Several nodes
//! print several; all die when one is used. The organisation, its owner, a team with its rhythm and questions, the cycle, an
//! example to learn from and the invitations are written together or not at all.

use super::queries;
use crate::account::audit::{Action, Deed};
use crate::account::{Caller, Email, Opened, Token, add_account, open};
use crate::app::App;
use crate::calendar::{Cycle, WeekdaySet, Zone};
use crate::db::{GlobalTx, OrgTx};
use crate::digest;
use crate::fault::Fault;
use crate::ids::{AccountId, CycleId, InvitationId, MemberId, ObjectiveId, OrgId, StandupId, TeamId};
use crate::language::{Locale, Words};
use crate::team::invitation::{self, Invited, Inviter, Offer};
use crate::{okr, organisation, team};
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use rust_decimal::Decimal;

/// How long a printed link works, unless it is used before. Each start prints another.
const LIFE: TimeDelta = TimeDelta::days(30);

/// In an empty house, makes a link to the set-up page, writes it to the log and returns it.
///
/// # Errors
/// When the database fails or the system gives no random bytes.
pub async fn announce(app: &App) -> Result<Option<String>, Fault> {
    let now = app.clock.now();
    let mut tx = app.db.global().await?;
    if organisation::is_set_up(&mut tx).await? {
        return Ok(None);
    }
    let token = Token::fresh()?;
    queries::add_setup_token(&mut tx, &token.hash(), now, now + LIFE).await?;
    tx.commit().await?;
    let link = app.config.link(&format!("/setup?token={}", token.reveal()));
    tracing::warn!("there is no organisation yet; set one up at {link}");
    Ok(Some(link))
}

/// Everything that the page asks for, understood.
pub(super) struct Plan {
    pub(super) organisation: String,
    pub(super) slug: String,
    pub(super) language: Locale,
    pub(super) zone: Zone,
    pub(super) name: String,
    pub(super) email: Email,
    pub(super) team: TeamPlan,
    pub(super) cycle_name: String,
    pub(super) cycle: Cycle,
    pub(super) example: Option<Example>,
    pub(super) invite: Vec<Email>,
}

/// The first team and its rhythm.
pub(super) struct TeamPlan {
    pub(super) name: String,
    pub(super) slug: String,
    pub(super) days: WeekdaySet,
    pub(super) opens: NaiveTime,
    pub(super) due: NaiveTime,
    /// What moved, what is next, what is in the way.
    pub(super) questions: [String; 3],
}

/// An objective to learn from.
pub(super) struct Example {
    pub(super) objective: String,
    pub(super) key_results: Vec<ExampleKeyResult>,
}

/// One of its key results.
pub(super) struct ExampleKeyResult {
    pub(super) title: String,
    pub(super) baseline: Decimal,
    pub(super) target: Decimal,
    pub(super) unit: String,
}

/// The house stands.
pub(super) struct Begun {
    pub(super) opened: Opened,
    /// Address and link of each invitation.
    pub(super) invitations: Vec<(String, String)>,
}

/// What came of it.
pub(super) enum Outcome {
    Begun(Begun),
    /// The token no longer works, or somebody was quicker.
    TooLate,
    /// The owner's address has an account already.
    AddressTaken,
}

/// Builds it all.
pub(super) async fn set_up(
    app: &App,
    caller: &Caller,
    token: &Token,
    plan: &Plan,
    password_hash: &str,
    now: DateTime<Utc>,
) -> Result<Outcome, Fault> {
    let mut tx = app.db.global().await?;
    queries::one_set_up_at_a_time(&mut tx).await?;
    if organisation::is_set_up(&mut tx).await?
        || !queries::use_setup_token(&mut tx, &token.hash(), now).await?
    {
        return Ok(Outcome::TooLate);
    }
    let Some(account) = add_account(&mut tx, &plan.email, Some(password_hash), now).await? else {
        return Ok(Outcome::AddressTaken);
    };
    let opened = open(&mut tx, caller, account, true, now).await?;
    let mut tx = found(tx, plan, now).await?;
    let owner = queries::add_owner(&mut tx, account, plan, now).await?;
    digest::reschedule(&mut tx, owner, now).await?;
    let seats = add_team(&mut tx, plan, owner, now).await?;
    add_cycle(&mut tx, plan, seats, owner, now).await?;
    let invitations = invite_all(&mut tx, app, plan, seats, owner, now).await?;
    note(&mut tx, caller, account, invitations.iter().map(|(id, ..)| *id), now).await?;
    tx.commit().await?;
    let invitations = invitations.into_iter().map(|(_, email, link)| (email, link)).collect();
    Ok(Outcome::Begun(Begun { opened, invitations }))
}

async fn found(mut tx: GlobalTx, plan: &Plan, now: DateTime<Utc>) -> Result<OrgTx, Fault> {
    let org = OrgId::fresh();
    queries::add_organisation(&mut tx, org, plan, now).await?;
    Ok(tx.enter(org).await?)
}

async fn add_team(tx: &mut OrgTx, plan: &Plan, owner: MemberId, now: DateTime<Utc>) -> Result<TeamId, Fault> {
    let (id, standup) = (TeamId::fresh(), StandupId::fresh());
    queries::add_team(tx, id, plan, now).await?;
    team::seat(tx, id, owner, true).await?;
    queries::add_standup(tx, standup, id, Words::of(plan.language).setup_standup(), now).await?;
    queries::add_schedule(tx, standup, plan, plan.zone.date_at(now), now).await?;
    for (position, (kind, prompt)) in (0..).zip(["text", "plan", "blocker"].iter().zip(&plan.team.questions))
    {
        queries::add_question(tx, standup, position, kind, prompt).await?;
    }
    Ok(id)
}

/// The cycle and its example; its state and the days that are over are worked out at once.
async fn add_cycle(
    tx: &mut OrgTx,
    plan: &Plan,
    team: TeamId,
    owner: MemberId,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let id = CycleId::fresh();
    queries::add_cycle(tx, id, plan, now).await?;
    if let Some(example) = &plan.example {
        let objective = ObjectiveId::fresh();
        let why = Words::of(plan.language).setup_example_why();
        queries::add_objective(tx, objective, id, team, owner, &example.objective, why, now).await?;
        for (position, key_result) in (0..).zip(&example.key_results) {
            queries::add_key_result(tx, objective, position, owner, key_result, now).await?;
        }
    }
    okr::keep::cycle(tx, id, now).await?;
    Ok(())
}

async fn invite_all(
    tx: &mut OrgTx,
    app: &App,
    plan: &Plan,
    team: TeamId,
    owner: MemberId,
    now: DateTime<Utc>,
) -> Result<Vec<(InvitationId, String, String)>, Fault> {
    let inviter = Inviter {
        member: owner,
        name: &plan.name,
        zone: plan.zone,
        organisation: &plan.organisation,
        t: Words::of(plan.language),
    };
    let mut sent = Vec::new();
    for email in &plan.invite {
        let offer = Offer { id: InvitationId::fresh(), team, team_name: &plan.team.name, email, note: "" };
        if let Invited::Sent { link } = invitation::invite(tx, app, inviter, offer, now).await? {
            sent.push((offer.id, email.to_string(), link));
        }
    }
    Ok(sent)
}

async fn note(
    tx: &mut OrgTx,
    caller: &Caller,
    account: AccountId,
    invitations: impl Iterator<Item = InvitationId>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let org = tx.org;
    let deed = |action| Deed::of(action, Some(account), caller).in_org(org);
    deed(Action::SetUp).onto(org).note(tx, now).await?;
    for invitation in invitations {
        deed(Action::Invited).onto(invitation).note(tx, now).await?;
    }
    deed(Action::SignedIn).note(tx, now).await
}

/// Whether this token may still set the house up.
pub(super) async fn opens(app: &App, token: &Token, now: DateTime<Utc>) -> Result<bool, Fault> {
    let mut tx = app.db.global().await?;
    Ok(queries::setup_token_works(&mut tx, &token.hash(), now).await?)
}

/// Whether there is an organisation, so that there is nothing to set up.
pub(super) async fn is_over(app: &App) -> Result<bool, Fault> {
    let mut tx = app.db.global().await?;
    Ok(organisation::is_set_up(&mut tx).await?)
}
