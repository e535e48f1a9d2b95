//! A team's own cycle beside the quarter: it is over and being graded. What can need a look and does not in the quarter does
//! here, so that a visitor finds each reason somewhere in the demo.

use super::{BEFORE, Teller};
use crate::calendar::day::first_instant;
use crate::demo::queries::aims::{self, NewCheckIn, NewKeyResult, NewObjective, NewTerms};
use crate::ids::{CycleId, KeyResultId, MemberId, ObjectiveId};
use crate::okr::measure::{Draft, Kind, PaceRule, Terms};
use crate::okr::unit::Quantity;
use anyhow::{Context as _, Result};
use chrono::{DateTime, TimeDelta, Utc};

/// It ended so many days ago.
const OVER: TimeDelta = TimeDelta::days(3);

/// A key result: title, target from nothing, and week by week what was found and said.
type Measured = (&'static str, i64, &'static [(i64, &'static str)]);

const MEASURED: [Measured; 3] = [
    (
        "Gauges with a spare seal in the box",
        40,
        &[(12, "on_track"), (20, "on_track"), (20, "on_track"), (20, "on_track")],
    ),
    ("Boats that passed their inspection", 6, &[(2, "on_track"), (3, "on_track"), (3, "at_risk")]),
    ("Harbour offices with our number on the wall", 25, &[]),
];

const OBJECTIVES: [(&str, &str); 2] = [
    ("Every gauge is ready for the storms", "What fails in a storm cannot be mended in one."),
    ("A spare for every part", "A part that takes six weeks to come is a part to have twice."),
];

impl Teller<'_> {
    /// Tells it.
    pub(super) async fn season(&mut self) -> Result<()> {
        let zone = self.story.organisation.zone;
        let dates = (self.monday, zone.date_at(self.now - OVER), zone);
        let at = self.began - BEFORE;
        let team = self.teams.iter().find(|(key, _)| key.as_str() == "field").map(|(_, told)| told.id);
        let owner = self.members.iter().find(|(key, _)| key.as_str() == "wanjiru").map(|(_, it)| it.0);
        let owner = owner.context("somebody leads the field")?;
        let cycle = CycleId::fresh();
        aims::add_cycle(&mut self.tx, (cycle, "Before the storms", team), dates, at).await?;
        let mut first = None;
        for (title, why) in OBJECTIVES {
            let id = ObjectiveId::fresh();
            let new = NewObjective {
                id,
                cycle,
                team,
                parent: None,
                title,
                why,
                owner,
                reviewer: None,
                ambition: "committed",
                count_aligned: false,
                at,
            };
            aims::add_objective(&mut self.tx, &new).await?;
            first = first.or(Some(id));
        }
        let objective = first.context("there are objectives")?;
        for (position, measured) in (0..).zip(MEASURED) {
            self.measured(objective, position, measured, (owner, at)).await?;
        }
        Ok(())
    }

    async fn measured(
        &mut self,
        objective: ObjectiveId,
        position: i16,
        (title, target, weeks): Measured,
        (owner, at): (MemberId, DateTime<Utc>),
    ) -> Result<()> {
        let (id, zone) = (KeyResultId::fresh(), self.story.organisation.zone);
        let new = NewKeyResult {
            id,
            objective,
            position,
            title,
            owner: Some(owner),
            quantity: Quantity::Number,
            unit: "",
            measured_by: "",
            cadence: "weekly",
            due_weekday: 5,
            at,
        };
        aims::add_key_result(&mut self.tx, &new).await?;
        let whole = Draft::whole(Kind::Increase, 1, PaceRule::Linear);
        let terms = Terms::of(Draft { baseline: 0.into(), target: target.into(), ..whole });
        let terms = &terms.map_err(|fault| anyhow::anyhow!("the terms of {title}: {fault:?}"))?;
        aims::add_terms(&mut self.tx, &NewTerms { key_result: id, at, terms, by: owner, reason: "" }).await?;
        // The last of them on the day before the last, so that no word grows stale.
        let before = weeks.iter().rev().zip(1..).map(|(said, weeks)| (said, TimeDelta::days(7 * weeks - 6)));
        for ((value, confidence), before) in before {
            let day = first_instant(zone, zone.date_at(self.now - OVER) - before);
            let said = NewCheckIn {
                key_result: id,
                member: owner,
                update: None,
                at: day + TimeDelta::hours(10),
                zone,
                value: (*value).into(),
                done: &[],
                confidence,
                note: "",
            };
            aims::add_check_in(&mut self.tx, &said).await?;
        }
        Ok(())
    }
}
