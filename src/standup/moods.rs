//! Keeping moods: an answer goes under the seal, and a week that is over is shown or forgotten.

use super::mood::{Mood, Tally, Week, last_week_over};
use super::queries::{self, ShownRow};
use crate::app::App;
use crate::config::Keys;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::{MemberId, TeamId};
use chrono::{DateTime, NaiveDate, Utc};
use rand::TryRng as _;
use std::collections::BTreeSet;

/// Whether a member may still say how a week feels: they have not.
pub(super) async fn may_answer(
    tx: &mut OrgTx,
    keys: &Keys,
    week: Week,
    member: MemberId,
) -> sqlx::Result<bool> {
    let marks = queries::marks(tx, week.team, week.monday).await?;
    Ok(!week.marks(keys, member).iter().any(|mine| marks.iter().any(|mark| mark == mine)))
}

/// Counts a mood once for a member and week; a second one counts nothing.
pub(super) async fn answer(
    tx: &mut OrgTx,
    keys: &Keys,
    week: Week,
    member: MemberId,
    mood: Mood,
) -> Result<()> {
    // The row is held first, so that two answers of one member wait for each other here.
    let sealed =
        queries::hold_sealed(tx, week.team, week.monday, &Tally::default().sealed(keys, week, once()?))
            .await?;
    if !may_answer(tx, keys, week, member).await? {
        return Ok(());
    }
    let Some(mark) = week.marks(keys, member).first().copied() else { return Ok(()) };
    if !queries::add_mark(tx, week.team, week.monday, &mark).await? {
        return Ok(());
    }
    let tally = Tally::opened(keys, week, &sealed).unwrap_or_else(|| {
        tracing::warn!("moods of a week can't be opened with the keys there are; they are counted anew");
        Tally::default()
    });
    queries::put_sealed(tx, week.team, week.monday, &tally.with(mood).sealed(keys, week, once()?)).await?;
    Ok(())
}

/// Shows or forgets the weeks that are over at `now`. Gives how many; doing it twice does no more.
///
/// # Errors
/// When the database fails; weeks that were closed before stay closed.
pub async fn close_weeks(app: &App, now: DateTime<Utc>) -> Result<u64> {
    let over = queries::weeks_over(&mut app.db.duty().await?, last_week_over(now)).await?;
    let mut closed = 0;
    for (org, team, monday) in over {
        let mut tx = app.db.org_on_duty(org).await?;
        closed += u64::from(close(&mut tx, &app.keys, Week { org, team, monday }).await?);
        tx.commit().await?;
    }
    Ok(closed)
}

async fn close(tx: &mut OrgTx, keys: &Keys, week: Week) -> sqlx::Result<bool> {
    let Some(sealed) = queries::take_sealed(tx, week.team, week.monday).await? else { return Ok(false) };
    let everybody = queries::everybody(tx).await?;
    let now = who(tx, keys, week, &everybody).await?;
    let last = queries::moods_shown(tx, week.team, 1).await?.first().copied();
    let before = match last {
        Some(last) => Some(who(tx, keys, Week { monday: last.week, ..week }, &everybody).await?),
        None => None,
    };
    let tally = Tally::opened(keys, week, &sealed).unwrap_or_default();
    match tally.shown(&now, before.as_ref()) {
        Some(shown) => {
            let (mood, people) = (shown.mood.number().try_into(), i32::from(shown.people));
            let row = ShownRow { week: week.monday, mood: mood.unwrap_or(3), people };
            queries::show_mood(tx, week.team, row).await?;
        }
        None => queries::drop_marks(tx, week.team, week.monday).await?,
    }
    Ok(true)
}

/// Whose marks these are.
async fn who(
    tx: &mut OrgTx,
    keys: &Keys,
    week: Week,
    everybody: &[MemberId],
) -> sqlx::Result<BTreeSet<MemberId>> {
    let marks: BTreeSet<Vec<u8>> = queries::marks(tx, week.team, week.monday).await?.into_iter().collect();
    let left =
        |member: &MemberId| week.marks(keys, *member).iter().any(|mark| marks.contains(mark.as_slice()));
    Ok(everybody.iter().copied().filter(left).collect())
}

/// A number that is used once.
fn once() -> Result<[u8; 16]> {
    let mut bytes = [0; 16];
    rand::rngs::SysRng
        .try_fill_bytes(&mut bytes)
        .map_err(|error| Fault::Internal(anyhow::Error::msg(error.to_string())))?;
    Ok(bytes)
}

/// A week of a team as its page shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) week: NaiveDate,
    pub(super) mood: Mood,
    pub(super) people: i32,
}

/// The last weeks of a team that are shown, the newest first.
pub(super) async fn told(tx: &mut OrgTx, team: TeamId) -> sqlx::Result<Vec<Told>> {
    let rows = queries::moods_shown(tx, team, 13).await?;
    let told = |row: ShownRow| {
        Some(Told {
            week: row.week,
            mood: Mood::of_number(u16::try_from(row.mood).ok()?)?,
            people: row.people,
        })
    };
    Ok(rows.into_iter().filter_map(told).collect())
}
