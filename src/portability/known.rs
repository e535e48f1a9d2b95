//! What rows may name, gathered.

use super::queries;
use super::read::Entries;
use super::resolve::Known;
use crate::calendar::CycleState;
use crate::db::OrgTx;
use crate::ids::CycleId;
use crate::okr::{cycles, objectives_of_cycle, standing, teams};
use crate::organisation::Me;
use chrono::{DateTime, Utc};
use std::collections::HashSet;
use uuid::Uuid;

/// Everything entries can name, in as many statements as there are open cycles and a handful more.
///
/// # Errors
/// When the database fails.
pub(super) async fn gather<'a>(
    tx: &mut OrgTx,
    me: &'a Me,
    cycle: CycleId,
    entries: &Entries,
    now: DateTime<Utc>,
) -> sqlx::Result<Known<'a>> {
    let cycles = cycles(tx).await?;
    let open = cycles.iter().filter(|one| one.cycle.state_at(now) != CycleState::Closed);
    let open: Vec<_> = open.map(|one| one.id).collect();
    let mut objectives = Vec::new();
    for id in &open {
        objectives.extend(objectives_of_cycle(tx, *id).await?);
    }
    let ids: Vec<_> = objectives.iter().map(|one| one.id).collect();
    let references: Vec<_> = references(entries).into_iter().collect();
    Ok(Known {
        me,
        now,
        cycles,
        cycle,
        teams: teams(tx).await?,
        people: queries::people(tx).await?,
        key_results: standing::of_objectives(tx, &ids, now).await?,
        objectives,
        here: queries::here(tx, &references).await?,
        moments: if entries.check_ins.is_empty() {
            HashSet::new()
        } else {
            queries::moments(tx, &open).await?
        },
    })
}

/// All that rows point to by an id.
fn references(entries: &Entries) -> HashSet<Uuid> {
    let objectives = entries.objectives.iter().map(|one| &one.said);
    let key_results = entries.key_results.iter().map(|one| &one.said);
    let said = objectives.chain(key_results).chain(entries.check_ins.iter().map(|one| &one.said));
    let named = said.flat_map(|said| [said.reference.as_deref(), said.parent.as_deref()]);
    let corrected = entries.check_ins.iter().map(|one| one.corrects.as_deref());
    named.chain(corrected).flatten().filter_map(|text| text.parse().ok()).collect()
}
