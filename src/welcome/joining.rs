//! Accepting an invitation: account, member, seat and session in one transaction.

use super::queries;
use crate::account::audit::{Action, Deed};
use crate::account::{Caller, Email, Opened, Token, account_by_email, add_account, open};
use crate::app::App;
use crate::calendar::{WorkWeek, Zone};
use crate::db::{GlobalTx, OrgTx};
use crate::fault::Fault;
use crate::ids::AccountId;
use crate::language::Locale;
use crate::organisation::Role;
use crate::team::invitation::{self, Held, Told};
use crate::{digest, okr, standup, team};
use chrono::{DateTime, Utc};

/// How somebody is called here and when they work.
#[derive(Debug, Clone, Copy)]
pub(super) struct Newcomer<'a> {
    pub(super) name: &'a str,
    pub(super) zone: Zone,
    pub(super) week: &'a WorkWeek,
    pub(super) language: Locale,
}

/// An invitation that may be accepted, and whoever holds it.
pub(super) struct Standing {
    pub(super) held: Held,
    pub(super) told: Told,
    pub(super) holder: Holder,
    pub(super) language: Locale,
}

/// Who holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Holder {
    /// The address has no account: name, password and hours are asked for.
    New,
    /// The address has an account, and nobody is signed in here.
    MustSignIn,
    /// Its account is signed in here, and is new in the organisation: name and hours are asked for.
    SignedIn(AccountId),
    /// Its account is signed in here and belongs to the organisation: nothing is asked for.
    Member(AccountId),
    /// Another account is signed in here.
    Other { email: String },
}

/// What a token leads to.
pub(super) enum Found {
    Open(Box<Standing>),
    /// It can no longer be accepted.
    Dead(Box<(Held, Told)>),
    /// There is no such invitation.
    Unknown,
}

/// Looks an invitation up, for an account that is signed in here or for nobody. Writes nothing.
pub(super) async fn find(
    mut tx: GlobalTx,
    token: &Token,
    signed_in: Option<AccountId>,
    now: DateTime<Utc>,
) -> Result<Found, Fault> {
    let Some(held) = invitation::held(&mut tx, token).await? else { return Ok(Found::Unknown) };
    let mut tx = tx.enter(held.org).await?;
    let told = invitation::told(&mut tx, held.id).await?;
    if !held.is_open(now) {
        return Ok(Found::Dead(Box::new((held, told))));
    }
    let holder = holder(&mut tx, &held, signed_in).await?;
    let language = queries::language(&mut tx).await?;
    Ok(Found::Open(Box::new(Standing { held, told, holder, language })))
}

async fn holder(tx: &mut OrgTx, held: &Held, signed_in: Option<AccountId>) -> Result<Holder, Fault> {
    let known = match Email::parse(&held.email) {
        Some(email) => account_by_email(tx, &email).await?,
        None => None,
    };
    Ok(match (known.map(|known| known.id), signed_in) {
        (Some(invited), Some(account)) if invited == account => {
            match queries::member_of(tx, account).await? {
                Some(_) => Holder::Member(account),
                None => Holder::SignedIn(account),
            }
        }
        (_, Some(other)) => Holder::Other { email: queries::address_of(tx, other).await? },
        (Some(_), None) => Holder::MustSignIn,
        (None, None) => Holder::New,
    })
}

/// Accepts as somebody new, with a password. Nothing when somebody was quicker.
pub(super) async fn accept_as_new(
    app: &App,
    caller: &Caller,
    token: &Token,
    newcomer: Newcomer<'_>,
    password_hash: &str,
    now: DateTime<Utc>,
) -> Result<Option<Opened>, Fault> {
    let mut tx = app.db.global().await?;
    let Some(held) = invitation::held(&mut tx, token).await?.filter(|held| held.is_open(now)) else {
        return Ok(None);
    };
    let Some(email) = Email::parse(&held.email) else { return Ok(None) };
    let Some(account) = add_account(&mut tx, &email, Some(password_hash), now).await? else {
        return Ok(None);
    };
    let opened = open(&mut tx, caller, account, true, now).await?;
    let mut tx = tx.enter(held.org).await?;
    if !sit_down(&mut tx, caller, &held, account, Some(newcomer), now).await? {
        return Ok(None);
    }
    tx.commit().await?;
    Ok(Some(opened))
}

/// Accepts with an account that is signed in here; `newcomer` when it is new in the organisation. `false` when the
/// invitation can no longer be accepted.
pub(super) async fn accept_signed_in(
    app: &App,
    caller: &Caller,
    token: &Token,
    account: AccountId,
    newcomer: Option<Newcomer<'_>>,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let mut tx = app.db.global().await?;
    let Some(held) = invitation::held(&mut tx, token).await? else { return Ok(false) };
    let mut tx = tx.enter(held.org).await?;
    if !sit_down(&mut tx, caller, &held, account, newcomer, now).await? {
        return Ok(false);
    }
    tx.commit().await?;
    Ok(true)
}

/// Uses the invitation up and takes the seat. The caller commits.
async fn sit_down(
    tx: &mut OrgTx,
    caller: &Caller,
    held: &Held,
    account: AccountId,
    newcomer: Option<Newcomer<'_>>,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    if !invitation::accept(tx, held.id, now).await? {
        return Ok(false);
    }
    // One who had left has rows from then: they are taken in hand before anything is asked again.
    let known = queries::known_here(tx, account).await?;
    let mut rows = None;
    if let Some(member) = known {
        let updates = standup::asking::hold(tx, standup::asking::Whose::Member(member), now).await?;
        let check_ins = okr::asking::hold(tx, okr::asking::Whose::Owner(member), now).await?;
        rows = Some((updates, check_ins));
    }
    let member = match newcomer {
        Some(newcomer) => Some(queries::add_member(tx, account, Role::Member, newcomer, now).await?),
        None => queries::member_of(tx, account).await?,
    };
    let Some(member) = member else { return Ok(false) };
    team::seat(tx, held.team, member, false).await?;
    if let Some((updates, check_ins)) = rows {
        updates.follow(tx, now).await?;
        check_ins.follow(tx, now).await?;
    }
    digest::reschedule(tx, member, now).await?;
    let org = tx.org;
    Deed::of(Action::InvitationAccepted, Some(account), caller)
        .in_org(org)
        .onto(held.id)
        .note(tx, now)
        .await?;
    Ok(true)
}
