//! Posts into channels: asked at the door as mail is, and carried by a call of the channel's secret address.
//!
//! A call that is answered and whose answer is lost may be made twice: chats know no identity by which a copy could be told.

use super::door::by_organisation;
use super::outbox::Dropped;
use super::post::Trouble;
use super::queries::posts::{self as queries, Facts};
use super::queries::{Parcel, door};
use crate::app::App;
use crate::fault::Result;
use crate::hook::{self, Address};
use crate::ids::{ChannelId, MailId, OrgId};
use std::collections::HashMap;

/// A post that may leave, with the address it goes to as it is sealed.
pub(super) struct Ready {
    pub(super) parcel: Parcel,
    to: Option<(OrgId, ChannelId, String)>,
}

/// What a channel's address is bound to when it is sealed: the row it stands in.
pub fn seal_of(org: OrgId, channel: ChannelId) -> [u8; 32] {
    let mut bound = [0; 32];
    let (left, right) = bound.split_at_mut(16);
    left.copy_from_slice(org.0.as_bytes());
    right.copy_from_slice(channel.0.as_bytes());
    bound
}

impl Facts {
    /// Why a post does not leave, if it does not.
    fn dropped(&self) -> Option<Dropped> {
        match self {
            Facts { removed: true, .. } => Some(Dropped::Left),
            Facts { paused: true, .. } => Some(Dropped::Stopped),
            Facts { readable: false, .. } => Some(Dropped::Unreadable),
            _ => None,
        }
    }
}

/// Gives those of the claimed posts that leave now; of the others it is noted why they don't.
pub(super) async fn pass(app: &App, batch: Vec<Parcel>) -> Result<Vec<Ready>> {
    let mut facts = facts(app, &batch).await?;
    let mut tx = app.db.duty().await?;
    let mut leaving = Vec::with_capacity(batch.len());
    for parcel in batch {
        let known = facts.remove(&parcel.id);
        match known.as_ref().map_or(Some(Dropped::Left), Facts::dropped) {
            None => {
                let to = parcel.org_id.zip(parcel.channel_id).zip(known);
                let to = to.map(|((org, channel), known)| (org, channel, known.address));
                leaving.push(Ready { parcel, to });
            }
            Some(why) => {
                tracing::info!(mail = %parcel.id, kind = parcel.kind.as_str(), why = why.as_str(), "post dropped");
                door::drop_one(&mut tx, &parcel, why).await?;
            }
        }
    }
    tx.commit().await?;
    Ok(leaving)
}

async fn facts(app: &App, batch: &[Parcel]) -> Result<HashMap<MailId, Facts>> {
    let mut all = HashMap::new();
    for (org, mails) in by_organisation(batch.iter()) {
        let mut tx = app.db.org_on_duty(org).await?;
        all.extend(queries::facts(&mut tx, &mails).await?.into_iter().map(|facts| (facts.mail, facts)));
    }
    Ok(all)
}

/// Posts one.
pub(super) async fn carry(app: &App, ready: &Ready) -> Result<(), Trouble> {
    let named = &app.config.channel_hosts;
    let opened = ready
        .to
        .as_ref()
        .and_then(|(org, channel, sealed)| Address::open(&app.keys, &seal_of(*org, *channel), sealed, named));
    // Sealed with a secret key that is gone, or the host is not one of the operator's own any more.
    let gone = || Trouble::Permanent("the address can’t be used any more; give it anew".to_owned());
    let address = opened.ok_or_else(gone)?;
    match hook::call(named, &address, &ready.parcel.body_text).await {
        Ok(_) => Ok(()),
        Err(hook::Trouble::Temporary { said, rest }) => Err(Trouble::Temporary(said, rest)),
        Err(hook::Trouble::Permanent(said)) => Err(Trouble::Permanent(said)),
    }
}
