//! What the people of the story were told of each other: whoever wrote something, of the replies to it; whoever can help, of
//! who is blocked. What is older than yesterday they have read; of what is older than a week no mail is sent.

use super::queries::heard::{self, SaidRow};
use crate::db::OrgTx;
use crate::notice::{self, Kind, Subject, Telling};
use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};

/// For how long a notice of the story is still new.
const NEW: TimeDelta = TimeDelta::hours(24);
/// For how long it is still to be told by mail.
const UNTOLD: TimeDelta = TimeDelta::days(7);

/// Tells it, as of the instants it happened at.
pub(super) async fn tell(tx: &mut OrgTx, now: DateTime<Utc>) -> Result<()> {
    for row in heard::said(tx).await? {
        let Some(subject) = subject(&row) else { continue };
        let authors = notice::authors(tx, subject).await?;
        let telling =
            Telling { kind: Kind::Reply, subject, comment: Some(row.id), cause: row.id.0, by: row.author_id };
        notice::tell(tx, telling, &authors, row.at).await?;
    }
    for row in heard::stuck(tx).await? {
        let telling = Telling {
            kind: Kind::Blocker,
            subject: row.update_id.into(),
            comment: None,
            cause: row.id.0,
            by: row.member_id,
        };
        notice::tell(tx, telling, &[row.unblocker_id], row.at).await?;
    }
    Ok(heard::settle(tx, now - NEW, now - UNTOLD).await?)
}

fn subject(row: &SaidRow) -> Option<Subject> {
    let update = row.update_id.map(Subject::from);
    update.or(row.objective_id.map(Subject::from)).or(row.key_result_id.map(Subject::from))
}
