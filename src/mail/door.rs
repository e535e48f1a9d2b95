//! The door: what was written a while ago is asked once more whether it may leave now. Its reader may have left, stopped
//! this kind or lost sight of a team meanwhile; it may be night where they are; and much may have reached them already.

use super::outbox::Kind;
use super::queries::Parcel;
use super::queries::door::{self as queries, Facts};
use super::when::{Asked, Fate, LATELY};
use crate::app::App;
use crate::fault::Result;
use crate::ids::{MailId, OrgId};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, HashMap};

/// Gives those of the claimed mails that leave now; of the others it is noted what becomes of them.
pub(super) async fn pass(app: &App, batch: Vec<Parcel>, now: DateTime<Utc>) -> Result<Vec<Parcel>> {
    let facts = facts(app, &batch).await?;
    if facts.is_empty() {
        return Ok(batch);
    }
    let mut tx = app.db.duty().await?;
    let recipients: Vec<&str> = batch.iter().map(|parcel| parcel.recipient.as_str()).collect();
    let mut lately: HashMap<String, Vec<DateTime<Utc>>> = HashMap::new();
    for (recipient, at) in queries::received(&mut tx, &recipients, &accounts(), now - LATELY).await? {
        lately.entry(recipient).or_default().push(at);
    }
    let mut leaving = Vec::with_capacity(batch.len());
    for parcel in batch {
        let Some(known) = facts.get(&parcel.id) else {
            leaving.push(parcel);
            continue;
        };
        let sent = lately.entry(parcel.recipient.clone()).or_default();
        match known.asked(sent).fate(parcel.kind, parcel.expires_at, now) {
            Fate::Leaves => {
                sent.insert(0, now);
                leaving.push(parcel);
            }
            Fate::Waits(at) => queries::put_off(&mut tx, &parcel, at).await?,
            Fate::Drops(why) => {
                tracing::info!(mail = %parcel.id, kind = parcel.kind.as_str(), why = why.as_str(), "mail dropped");
                queries::drop_one(&mut tx, &parcel, why).await?;
            }
        }
    }
    tx.commit().await?;
    Ok(leaving)
}

/// What is known of whom the mails are for, as far as they are members: a statement for each organisation.
async fn facts(app: &App, batch: &[Parcel]) -> Result<HashMap<MailId, Facts>> {
    let asked = batch.iter().filter(|parcel| parcel.for_member && !parcel.kind.is_account_mail());
    let mut all = HashMap::new();
    for (org, mails) in by_organisation(asked) {
        let mut tx = app.db.org_on_duty(org).await?;
        all.extend(queries::facts(&mut tx, &mails).await?.into_iter().map(|facts| (facts.mail, facts)));
    }
    Ok(all)
}

/// Which of them are whose, so that each organisation is asked once, in its own scope.
pub(super) fn by_organisation<'a>(batch: impl Iterator<Item = &'a Parcel>) -> BTreeMap<OrgId, Vec<MailId>> {
    let mut all: BTreeMap<OrgId, Vec<MailId>> = BTreeMap::new();
    for parcel in batch {
        if let Some(org) = parcel.org_id {
            all.entry(org).or_default().push(parcel.id);
        }
    }
    all
}

fn accounts() -> Vec<&'static str> {
    Kind::ALL.iter().filter(|kind| kind.is_account_mail()).map(|kind| kind.as_str()).collect()
}

impl Facts {
    fn asked<'a>(&'a self, sent: &'a [DateTime<Utc>]) -> Asked<'a> {
        Asked {
            left: self.left,
            wanted: self.wanted,
            readable: self.readable,
            reachable: self.hours.0.reachable(),
            sent,
        }
    }
}
