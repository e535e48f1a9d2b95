//! Everything recorded of one key result, and what it says: read straight from the log, for its own page, so that whoever
//! checks in sees their own check-in at once.

use super::around::Around;
use super::kept::Dues;
use super::log::{CheckIn, KeyResultLog, Owner, Reading, TermsEntry, Timeline, just_after, standing};
use super::measure::Terms;
use super::permission::{Deed, Ties};
use super::queries::{self, Carried, CheckInRow, KeyResult, TermsRow};
use super::receipt::KeyResultReceipt;
use super::standing::CycleClock;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::{KeyResultId, MemberId};
use crate::organisation::Me;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// A key result with everything recorded of it.
pub(in crate::okr) struct Record {
    pub(in crate::okr) key_result: KeyResult,
    pub(in crate::okr) terms: Vec<TermsRow>,
    pub(in crate::okr) check_ins: Vec<CheckInRow>,
    /// What it goes on from, and in.
    pub(in crate::okr) carried: Vec<Carried<KeyResultId>>,
    /// What was said of it, and what serves it.
    pub(in crate::okr) around: Around,
}

impl Record {
    /// Reads it, in a handful of statements.
    ///
    /// # Errors
    /// [`Fault::NotFound`] when the organisation has no such key result.
    pub(in crate::okr) async fn load(tx: &mut OrgTx, id: KeyResultId) -> Result<Self> {
        let key_result = queries::key_result(tx, id).await?.ok_or(Fault::NotFound)?;
        let terms = queries::terms_log(tx, id).await?;
        let check_ins = queries::check_ins(tx, id).await?;
        let carried = queries::carried_key_results(tx, &[id]).await?;
        let around = Around::load(tx, &key_result).await?;
        Ok(Self { key_result, terms, check_ins, carried, around })
    }

    /// What somebody may do here.
    pub(in crate::okr) fn may(&self, me: &Me) -> bool {
        let one = &self.key_result;
        Ties::to_objective(me, one.team.as_ref().map(|team| team.id), one.objective_owner)
            .with_key_result(me, one.owner.as_ref().map(|owner| owner.id))
            .may(Deed::KeepKeyResult)
    }

    /// The check-ins that stand, oldest first.
    pub(in crate::okr) fn standing(&self) -> Vec<CheckIn> {
        standing(&self.check_ins.iter().map(CheckInRow::pure).collect::<Vec<_>>())
    }

    /// The newest terms.
    pub(in crate::okr) fn terms_now(&self) -> Result<Terms> {
        let newest = self.terms.last().ok_or_else(|| anyhow::anyhow!("a key result without terms"))?;
        Ok(newest.read()?)
    }

    /// The due dates in its cycle.
    pub(in crate::okr) fn dues(&self) -> Dues {
        let cycle = &self.key_result.cycle.cycle;
        let made = self.terms.first().map(|entry| cycle.zone.date_at(entry.effective_at));
        let start = made.map_or(cycle.first, |made| made.max(cycle.first));
        Dues { cadence: self.key_result.cadence, start, last: cycle.last }
    }

    /// The log as the pure functions read it.
    fn log(&self) -> Result<KeyResultLog> {
        let owner = self.key_result.owner.as_ref().map(|owner| owner.id);
        let entry = |row: &TermsRow| -> sqlx::Result<TermsEntry> {
            Ok(TermsEntry { id: row.id, effective_at: row.effective_at, terms: row.read()?, owner })
        };
        Ok(KeyResultLog {
            id: self.key_result.id,
            objective: self.key_result.objective,
            cadence: self.key_result.cadence,
            dropped_at: None,
            terms: self.terms.iter().map(entry).collect::<sqlx::Result<_>>()?,
            check_ins: self.check_ins.iter().map(CheckInRow::pure).collect(),
        })
    }

    fn owners(&self) -> BTreeMap<MemberId, Owner> {
        let owner = self.key_result.owner.as_ref().map(|owner| owner.id);
        owner.zip(self.key_result.calendar.clone()).into_iter().collect()
    }
}

/// What a record says at an instant.
pub(in crate::okr) struct Figures {
    pub(in crate::okr) terms: Terms,
    pub(in crate::okr) reading: Reading,
    pub(in crate::okr) receipt: KeyResultReceipt,
    pub(in crate::okr) standing: Vec<CheckIn>,
}

impl Figures {
    /// Read as of `now`.
    ///
    /// # Errors
    /// When a row is broken.
    pub(in crate::okr) fn of(record: &Record, now: DateTime<Utc>) -> Result<Self> {
        let cycle = &record.key_result.cycle.cycle;
        let (log, owners) = (record.log()?, record.owners());
        let read = Timeline::of(&log, cycle, &owners).at(just_after(now));
        let (terms, reading) = read.ok_or_else(|| anyhow::anyhow!("a key result without terms"))?;
        let receipt = CycleClock::at(cycle, now).receipt(terms.clone(), &reading, now);
        Ok(Self { terms, reading, receipt, standing: record.standing() })
    }
}

impl CheckInRow {
    /// As the pure functions read it.
    pub(in crate::okr) fn pure(&self) -> CheckIn {
        CheckIn {
            id: self.id,
            at: self.at,
            date: self.local_date,
            value: self.value,
            done: self.done.clone(),
            confidence: self.confidence,
            replaces: self.replaces,
        }
    }
}

impl TermsRow {
    /// As the pure functions read it.
    pub(in crate::okr) fn read(&self) -> sqlx::Result<Terms> {
        queries::read_terms(&self.terms)
    }
}
