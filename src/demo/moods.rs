//! How the weeks of a team felt, as far as they are over.

use super::cast::MoodAsked;
use super::queries::people;
use crate::db::OrgTx;
use crate::ids::{QuestionId, StandupId, TeamId};
use crate::standup::mood::last_week_over;
use crate::standup::question::QuestionKind;
use anyhow::Result;
use chrono::{DateTime, NaiveDate, Utc};

/// Asks for the mood after the other questions where a team does, and tells of the weeks of the cycle that began on `first`.
pub(super) async fn add(
    tx: &mut OrgTx,
    (team, standup): (TeamId, StandupId),
    mood: &Option<MoodAsked>,
    first: NaiveDate,
    now: DateTime<Utc>,
) -> Result<()> {
    let Some(mood) = mood else { return Ok(()) };
    let asked = (QuestionKind::Mood.as_str(), mood.text.as_str());
    people::add_question(tx, QuestionId::fresh(), standup, 3, asked).await?;
    let mondays = first.iter_days().step_by(7).take_while(|monday| *monday <= last_week_over(now));
    for (monday, felt) in mondays.zip(&mood.weeks).filter(|(_, felt)| **felt > 0) {
        people::add_mood(tx, team, monday, *felt).await?;
    }
    Ok(())
}
