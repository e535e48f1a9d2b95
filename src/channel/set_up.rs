//! Setting a channel up.

use super::{Service, queries};
use crate::calendar::Hour;
use crate::config::Keys;
use crate::db::OrgTx;
use crate::fault::Result;
use crate::hook::Address;
use crate::ids::{ChannelId, TeamId};
use crate::language::Locale;
use crate::mail::seal_of;
use anyhow::Context as _;
use chrono::{DateTime, Utc};

/// What is asked of a channel, but for service and address.
#[derive(Debug, Clone)]
pub struct NewChannel {
    /// What the team calls it.
    pub name: String,
    /// When a digest is posted.
    pub hour: Hour,
    /// Whether a lead agreed that whoever reads it may read what a private team writes.
    pub shows_private: bool,
}

/// Sets a channel up into which a team's digest is posted from now on, in this language.
///
/// # Errors
/// When the machine has no randomness to seal the address with, or the database fails.
pub async fn set_up(
    tx: &mut OrgTx,
    keys: &Keys,
    (team, service, language): (TeamId, Service, Locale),
    new: &NewChannel,
    address: &Address,
    now: DateTime<Utc>,
) -> Result<ChannelId> {
    let id = ChannelId::fresh();
    let sealed = sealed(tx, keys, id, address)?;
    let next = new.hour.next(now).next();
    let whose = (id, team, service, language);
    queries::add(tx, whose, new, (&sealed, &address.shown()), (next, now)).await?;
    Ok(id)
}

/// Gives it another address.
pub(super) async fn readdress(tx: &mut OrgTx, keys: &Keys, id: ChannelId, address: &Address) -> Result<()> {
    let sealed = sealed(tx, keys, id, address)?;
    Ok(queries::readdress(tx, id, (&sealed, &address.shown())).await?)
}

fn sealed(tx: &OrgTx, keys: &Keys, id: ChannelId, address: &Address) -> Result<String> {
    Ok(address.seal(keys, &seal_of(tx.org, id)).context("a channel's address could not be sealed")?)
}
