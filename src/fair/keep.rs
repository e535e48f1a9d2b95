//! Opening windows, moving them, and finding what is due to close.

use super::queries::{self, Kind, Seat};
use super::window::{Window, closes};
use crate::db::{DutyTx, OrgTx};
use crate::ids::{MatterId, MemberId, OrgId, TeamId};
use chrono::{DateTime, TimeDelta, Utc};

/// Opens a matter: each of these people has so much of their own working time from now on.
///
/// # Errors
/// When the database fails.
pub async fn open(
    tx: &mut OrgTx,
    (matter, kind, team): (MatterId, Kind, Option<TeamId>),
    people: &[MemberId],
    time: TimeDelta,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    queries::add_matter(tx, (matter, kind, team), time, now).await?;
    begin(tx, matter, people, time, now).await
}

/// Lets everybody's time begin again, because what they are asked is another thing now. What they answered stands no more.
///
/// # Errors
/// When the database fails.
pub async fn begin_again(tx: &mut OrgTx, matter: MatterId, now: DateTime<Utc>) -> sqlx::Result<()> {
    let Some(held) = queries::hold(tx, matter).await? else { return Ok(()) };
    queries::set_opened(tx, matter, now).await?;
    let people: Vec<MemberId> = queries::seats(tx, matter).await?.iter().map(|seat| seat.member).collect();
    begin(tx, matter, &people, TimeDelta::seconds(held.seconds), now).await
}

async fn begin(
    tx: &mut OrgTx,
    matter: MatterId,
    people: &[MemberId],
    time: TimeDelta,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    for (member, hours) in queries::hours(tx, people).await? {
        queries::put(tx, matter, member, &Window::open(time, &hours, now), true).await?;
    }
    reckon(tx, matter, now).await?;
    Ok(())
}

/// The places in a matter with their windows.
///
/// # Errors
/// When the database fails.
pub async fn windows(tx: &mut OrgTx, matter: MatterId) -> sqlx::Result<Vec<Seat>> {
    queries::seats(tx, matter).await
}

/// Holds an open matter until the transaction ends, so that it can't close meanwhile; `false` when it is closed.
///
/// # Errors
/// When the database fails.
pub async fn hold(tx: &mut OrgTx, matter: MatterId) -> sqlx::Result<bool> {
    Ok(queries::hold(tx, matter).await?.is_some())
}

/// Notes that somebody has answered. Gives whether nobody is waited for any more, so that it closes at once.
///
/// # Errors
/// When the database fails.
pub async fn answered(
    tx: &mut OrgTx,
    matter: MatterId,
    member: MemberId,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    queries::note_answer(tx, matter, member, now).await?;
    reckon(tx, matter, now).await?;
    Ok(queries::seats(tx, matter).await?.iter().all(|seat| !seat.is_waited_for()))
}

/// Gives somebody more of their own working time, once. `false` when they had it already.
///
/// # Errors
/// When the database fails.
pub async fn ask_for_more(
    tx: &mut OrgTx,
    matter: MatterId,
    member: MemberId,
    more: TimeDelta,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let seat = queries::seats(tx, matter).await?.into_iter().find(|seat| seat.member == member);
    let Some(seat) = seat.filter(|seat| seat.is_waited_for() && seat.more_at.is_none()) else {
        return Ok(false);
    };
    queries::put(tx, matter, member, &seat.window.with_more(more), false).await?;
    queries::note_more(tx, matter, member, now).await?;
    reckon(tx, matter, now).await?;
    Ok(true)
}

/// Holds the open matters that wait for any of these people, before anything of theirs is changed that their windows
/// [`follow`]: whoever closes a matter tells people of it, and so holds matters before people too.
///
/// # Errors
/// When the database fails.
pub async fn hold_of(tx: &mut OrgTx, members: &[MemberId]) -> sqlx::Result<()> {
    queries::hold_of(tx, members).await?;
    Ok(())
}

/// Has a member's windows follow their hours, which are others from now on: another zone or week, days away, holidays; or
/// they have left.
///
/// # Errors
/// When the database fails.
pub async fn follow(tx: &mut OrgTx, member: MemberId, now: DateTime<Utc>) -> sqlx::Result<()> {
    for matter in queries::hold_of(tx, &[member]).await? {
        reckon(tx, matter, now).await?;
    }
    Ok(())
}

/// Works out anew when each window of those who are waited for ends, by their hours as they are, and when the matter closes.
async fn reckon(tx: &mut OrgTx, matter: MatterId, now: DateTime<Utc>) -> sqlx::Result<Option<DateTime<Utc>>> {
    let Some(held) = queries::hold(tx, matter).await? else { return Ok(None) };
    let mut seats = queries::seats(tx, matter).await?;
    seats.retain(Seat::is_waited_for);
    let people: Vec<MemberId> = seats.iter().map(|seat| seat.member).collect();
    let hours = queries::hours(tx, &people).await?;
    for seat in &mut seats {
        let Some(hours) = hours.get(&seat.member) else { continue };
        let window = seat.window.clone().follow(hours, now);
        if window != seat.window {
            queries::put(tx, matter, seat.member, &window, false).await?;
            seat.window = window;
        }
    }
    let at = closes(held.opened_at, seats.iter().map(|seat| seat.window.ends_at));
    queries::set_closes(tx, matter, at, None).await?;
    Ok(at)
}

/// Closes a matter, whatever windows are still open.
///
/// # Errors
/// When the database fails.
pub async fn close(tx: &mut OrgTx, matter: MatterId, now: DateTime<Utc>) -> sqlx::Result<()> {
    queries::set_closes(tx, matter, None, Some(now)).await
}

/// The organisations in which a matter is due to close.
///
/// # Errors
/// When the database fails.
pub async fn due(tx: &mut DutyTx, now: DateTime<Utc>) -> sqlx::Result<Vec<OrgId>> {
    queries::due_organisations(tx, now).await
}

/// A matter that is due to close.
#[derive(Debug, Clone, Copy)]
pub struct Claimed {
    /// Which.
    pub matter: MatterId,
    /// What sort.
    pub kind: Kind,
    /// Whether everybody had their hours, also by the hours they have at this instant; else it is due later now.
    pub over: bool,
}

/// Claims a matter that is due to close, if there is one that no other node has in hand.
///
/// # Errors
/// When the database fails.
pub async fn claim(tx: &mut OrgTx, now: DateTime<Utc>) -> sqlx::Result<Option<Claimed>> {
    let Some((matter, kind)) = queries::claim(tx, now).await? else { return Ok(None) };
    let over = reckon(tx, matter, now).await?.is_some_and(|at| at <= now);
    Ok(Some(Claimed { matter, kind, over }))
}
