//! What Saltmarsh wants from the quarter: the cycle, objectives, key results, and how their terms changed.

use super::{BEFORE, Teller};
use crate::demo::queries::aims::{self, NewKeyResult, NewObjective, NewTerms};
use crate::demo::{Amendment, KeyResult};
use crate::ids::{CycleId, KeyResultId, ObjectiveId, StepId};
use crate::okr::measure::Terms;
use anyhow::{Context as _, Result};
use chrono::{DateTime, Datelike as _, TimeDelta, Utc};
use rust_decimal::Decimal;

impl Teller<'_> {
    pub(super) async fn aims(&mut self) -> Result<()> {
        let at = self.began - BEFORE;
        let (first, last) = (self.monday, self.monday + TimeDelta::days(13 * 7 - 1));
        let middle = first + TimeDelta::days(45);
        let name = format!("Q{} {}", middle.month0() / 3 + 1, middle.year());
        let cycle = CycleId::fresh();
        aims::add_cycle(&mut self.tx, (cycle, &name, None), (first, last, self.story.organisation.zone), at)
            .await?;
        for objective in &self.story.objectives {
            let id = ObjectiveId::fresh();
            let team = objective.team.as_ref().and_then(|key| self.teams.get(key)).map(|told| told.id);
            let parent = objective.parent.as_ref().and_then(|key| self.objectives.get(key)).copied();
            let new = NewObjective {
                id,
                cycle,
                team,
                parent,
                title: &objective.title,
                why: &objective.why,
                owner: self.member(&objective.owner)?.0,
                reviewer: objective
                    .reviewer
                    .as_ref()
                    .map(|key| self.member(key))
                    .transpose()?
                    .map(|told| told.0),
                ambition: objective.ambition.as_str(),
                count_aligned: objective.count_aligned,
                at,
            };
            aims::add_objective(&mut self.tx, &new).await?;
            self.objectives.insert(objective.key.clone(), id);
        }
        self.key_results(at).await?;
        for objective in &self.story.objectives {
            let served = objective.serves.as_ref().and_then(|key| self.key_results.get(key));
            if let Some((id, served)) = self.objectives.get(&objective.key).zip(served) {
                aims::serve(&mut self.tx, *id, *served).await?;
            }
        }
        Ok(())
    }

    async fn key_results(&mut self, at: DateTime<Utc>) -> Result<()> {
        for (position, key_result) in (0..).zip(&self.story.key_results) {
            let id = KeyResultId::fresh();
            self.key_results.insert(key_result.key.clone(), id);
            let let_go = self
                .story
                .changes
                .iter()
                .any(|change| change.key_result == key_result.key && change.change == Amendment::NoOwner);
            let owner = self.member(&key_result.owner)?.0;
            let new = NewKeyResult {
                id,
                objective: *self.objectives.get(&key_result.objective).context("objectives have ids")?,
                position,
                title: &key_result.title,
                owner: (!let_go).then_some(owner),
                quantity: key_result.quantity(),
                unit: &key_result.unit,
                measured_by: &key_result.measured_by,
                cadence: key_result.cadence.as_str(),
                due_weekday: i16::try_from(key_result.due.number_from_monday())?,
                at,
            };
            aims::add_key_result(&mut self.tx, &new).await?;
            let terms = &self.terms(key_result, key_result.target)?;
            aims::add_terms(&mut self.tx, &NewTerms { key_result: id, at, terms, by: owner, reason: "" })
                .await?;
        }
        Ok(())
    }

    /// The terms of a key result that aims for this target; its steps keep their ids.
    fn terms(&mut self, key_result: &KeyResult, target: Decimal) -> Result<Terms> {
        let ids = self.steps.entry(key_result.key.clone()).or_default();
        ids.resize_with(key_result.steps.len(), StepId::fresh);
        key_result.terms(target, ids, self.monday)
    }

    /// What was changed on the way. That nobody owns a key result was settled above; since when is told here.
    pub(super) async fn changes(&mut self) -> Result<()> {
        for change in &self.story.changes {
            let Amendment::Target(target) = change.change else {
                let id = self.key_results.get(&change.key_result).context("every key result has an id")?;
                let at = self.instant(&change.by, change.at)?;
                aims::has_been_ownerless(&mut self.tx, *id, at).await?;
                continue;
            };
            let before = self.story.key_result(&change.key_result).context("every key result is told")?;
            let terms = NewTerms {
                key_result: *self
                    .key_results
                    .get(&change.key_result)
                    .context("every key result has an id")?,
                at: self.instant(&change.by, change.at)?,
                terms: &self.terms(before, target)?,
                by: self.member(&change.by)?.0,
                reason: &change.reason,
            };
            aims::add_terms(&mut self.tx, &terms).await?;
        }
        Ok(())
    }
}
