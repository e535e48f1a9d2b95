//! "I'm away today", and being back.

use crate::clock::Now;
use crate::db::OrgTx;
use crate::fault::Result;
use crate::okr::roll_up;
use crate::organisation::{Me, Member};
use crate::standup::queries;
use crate::web::Done;
use axum::response::Response;
use chrono::{DateTime, Utc};

/// `POST …/away`: not expected today, and nobody will remind them.
pub(super) async fn leave(Member { me, tx }: Member, Now(now): Now) -> Result<Response> {
    leave_now(tx, &me, now).await
}

/// The same, in a transaction that has already kept a draft.
pub(super) async fn leave_now(mut tx: OrgTx, me: &Me, now: DateTime<Utc>) -> Result<Response> {
    queries::add_away_day(&mut tx, me.id, me.today(now), now).await?;
    // A key result grows stale by its owner's working days, so a day away moves that instant.
    roll_up::look_again_at_owned(&mut tx, me.id).await?;
    tx.commit().await?;
    Ok(Done::Away.at(&me.at("/today")))
}

/// `POST …/away/undo`: here after all. What lies around today stays away.
pub(super) async fn come_back(Member { me, mut tx }: Member, Now(now): Now) -> Result<Response> {
    queries::drop_away_day(&mut tx, me.id, me.today(now)).await?;
    roll_up::look_again_at_owned(&mut tx, me.id).await?;
    tx.commit().await?;
    Ok(Done::Back.at(&me.at("/today")))
}
