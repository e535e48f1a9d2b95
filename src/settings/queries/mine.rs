//! A member's own settings.

use crate::calendar::{Span, WeekHours, WorkWeek, Zone};
use crate::db::OrgTx;
use crate::ids::{MemberId, OrgId};
use crate::notice::Pace;
use crate::reminder::Wanted;
use chrono::NaiveTime;
use sqlx::types::Json;

pub(in crate::settings) use crate::okr::roll_up::look_again_at_owned;

/// What only the member's own settings page shows.
pub(in crate::settings) struct Mine {
    pub(in crate::settings) digest: String,
    pub(in crate::settings) digest_time: NaiveTime,
    pub(in crate::settings) digest_weekday: i16,
    pub(in crate::settings) cycle_letter: bool,
    pub(in crate::settings) peak: Json<WeekHours>,
    pub(in crate::settings) notices: Pace,
    pub(in crate::settings) reminders: Wanted,
}

/// A member's own settings.
pub(in crate::settings) async fn mine(tx: &mut OrgTx, member: MemberId) -> sqlx::Result<Mine> {
    sqlx::query_as!(
        Mine,
        r#"select digest, digest_time, digest_weekday, cycle_letter, peak, notices as "notices: Pace", reminders as "reminders: Wanted"
             from member where org_id = $1 and id = $2"#,
        tx.org as OrgId,
        member as MemberId,
    )
    .fetch_one(&mut **tx)
    .await
}

/// The address a member's mail goes to.
pub(in crate::settings) async fn address(tx: &mut OrgTx, member: MemberId) -> sqlx::Result<String> {
    sqlx::query_scalar!(
        "select a.email from member m join account a on a.id = m.account_id where m.org_id = $1 and m.id = $2",
        tx.org as OrgId,
        member as MemberId,
    )
    .fetch_one(&mut **tx)
    .await
}

/// What a member may change about themselves.
pub(in crate::settings) struct NewMine {
    pub(in crate::settings) name: String,
    pub(in crate::settings) zone: Zone,
    pub(in crate::settings) week: WorkWeek,
    pub(in crate::settings) peak: WeekHours,
    pub(in crate::settings) quiet: Span,
    pub(in crate::settings) digest: String,
    pub(in crate::settings) digest_time: NaiveTime,
    pub(in crate::settings) digest_weekday: i16,
    pub(in crate::settings) cycle_letter: bool,
    /// How soon a mail brings notices; chosen in the room of notices.
    pub(in crate::settings) notices: Pace,
    pub(in crate::settings) reminders: Wanted,
    pub(in crate::settings) theme: String,
    pub(in crate::settings) shortcuts: bool,
}

/// Stores a member's own settings, but for the zone: that is a move.
pub(in crate::settings) async fn save_mine(
    tx: &mut OrgTx,
    member: MemberId,
    new: &NewMine,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update member
            set name = $3, week = $4, digest = $5, digest_time = $6, digest_weekday = $7, theme = $8, shortcuts = $9,
                peak = $10, quiet_from = $11, quiet_until = $12, cycle_letter = $13,
                reminders = $14
          where org_id = $1 and id = $2",
        tx.org as OrgId,
        member as MemberId,
        new.name,
        Json(&new.week) as _,
        new.digest,
        new.digest_time,
        new.digest_weekday,
        new.theme,
        new.shortcuts,
        Json(&new.peak) as _,
        new.quiet.start,
        new.quiet.end,
        new.cycle_letter,
        new.reminders as Wanted,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
