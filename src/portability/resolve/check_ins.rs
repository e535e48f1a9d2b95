//! Check-ins: of which key result, by whom, when, and what was measured.

use super::finder::Target;
use super::{Desk, Here, KnownPerson, twin};
use crate::calendar::local::{Edge, resolve};
use crate::calendar::{Cycle, CycleState};
use crate::ids::{CheckInId, KeyResultId, StepId, SubmissionKey};
use crate::okr::check_in::NewCheckIn;
use crate::okr::measure::{Kind, Terms};
use crate::okr::permission::{Deed, Ties};
use crate::okr::unit::Unit;
use crate::portability::cells::{self, When};
use crate::portability::columns::{Column, word};
use crate::portability::finding::{Between, Fault, Twin};
use crate::portability::read::{CheckInSaid, cell_lines};
use crate::portability::words::yes_no;
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use std::collections::HashMap;

/// A key result, here or to come, as its check-ins need it.
struct Measured<'a> {
    unit: Unit,
    terms: Terms,
    cycle: &'a Cycle,
    /// Since when it counts, if that is settled.
    since: Option<DateTime<Utc>>,
    may: bool,
}

/// A check-in of the file that others may correct.
#[derive(Debug, Clone, Copy)]
struct Stands {
    key_result: KeyResultId,
    at: DateTime<Utc>,
    corrected: Option<Twin>,
}

impl<'a> Desk<'a> {
    pub(super) fn check_ins(&mut self, all: &[CheckInSaid]) {
        let measured = self.measured();
        let mut seen: HashMap<_, _> = self.known.moments.iter().map(|key| (*key, Twin::Here)).collect();
        let mut stand = self.standing();
        let mut corrections = Vec::new();
        for one in all {
            if self.here(&one.said).is_some() {
                self.plan.kept += 1;
                continue;
            }
            let Some((id, new)) = self.check_in(one, &measured) else { continue };
            if let Some(other) = twin(&mut seen, (new.key_result, new.at), one.said.row) {
                self.tell(one.said.row, Column::Date, Between::SameCheckIn(other));
            }
            self.finder.add_check_in(one.said.reference.as_deref(), id);
            stand.insert(id, Stands { key_result: new.key_result, at: new.at, corrected: None });
            corrections.extend(one.corrects.as_deref().map(|text| (id, one.said.row, text)));
            self.plan.check_ins.entry(new.key_result).or_default().push((id, new));
        }
        for (id, row, text) in corrections {
            self.correct(&mut stand, (id, row), text);
        }
        for row in self.plan.check_ins.values_mut() {
            row.sort_by_key(|(_, new)| new.at);
        }
    }

    /// The check-ins that are here.
    fn standing(&self) -> HashMap<CheckInId, Stands> {
        let stands = |(id, here): (&uuid::Uuid, &Here)| match here {
            Here::CheckIn { key_result, at, corrected } => {
                let corrected = corrected.then_some(Twin::Here);
                Some((CheckInId(*id), Stands { key_result: *key_result, at: *at, corrected }))
            }
            Here::Objective | Here::KeyResult => None,
        };
        self.known.here.iter().filter_map(stands).collect()
    }

    /// Every key result that can be measured.
    fn measured(&self) -> HashMap<KeyResultId, Measured<'a>> {
        let known = self.known;
        let cycle = |id| known.cycles.iter().find(|named| named.id == id).map(|named| &named.cycle);
        let may = |objective, owner| {
            self.aims.get(&objective).is_some_and(|aim| {
                let ties = Ties::to_objective(known.me, aim.team, aim.owner);
                ties.with_key_result(known.me, owner).may(Deed::KeepKeyResult)
            })
        };
        let here = known.key_results.iter().filter_map(|one| {
            let measured = Measured {
                unit: one.unit.clone(),
                terms: one.receipt.terms.clone(),
                cycle: cycle(one.cycle)?,
                since: Some(one.created_at),
                may: may(one.objective, one.owner.as_ref().map(|owner| owner.id)),
            };
            Some((one.id, measured))
        });
        let new = self.plan.key_results.iter().filter_map(|one| {
            let measured = Measured {
                unit: one.unit.clone(),
                terms: one.terms.clone(),
                cycle: cycle(one.cycle)?,
                since: self.dated.contains(&one.id).then_some(one.at),
                may: may(one.objective, one.owner),
            };
            Some((one.id, measured))
        });
        here.chain(new).collect()
    }

    fn check_in(
        &mut self,
        one: &CheckInSaid,
        measured: &HashMap<KeyResultId, Measured<'a>>,
    ) -> Option<(CheckInId, NewCheckIn)> {
        let row = one.said.row;
        let author = self.author(one);
        let cycle = self.cycle(&one.said)?.id;
        let text = one.said.parent.as_deref()?;
        let key_result = match self.finder.key_result(text, cycle) {
            Ok(id) => id,
            Err(fault) => {
                self.tell(row, Column::Parent, fault);
                return None;
            }
        };
        // A key result whose own row has a fault has none of its check-ins looked at.
        let of = measured.get(&key_result)?;
        if !of.may {
            self.tell(row, Column::Parent, Fault::NotYours);
        }
        let value = self.value(one, of);
        let at = self.moment(one, of, author?)?;
        let (value, done) = value?;
        let author = author?;
        let new = NewCheckIn {
            key_result,
            member: author.id,
            update: None,
            at,
            local_date: one.when?.date(),
            zone: author.zone,
            value,
            done,
            confidence: one.confidence?,
            note: one.note.clone(),
            replaces: None,
            import: None,
            submission_key: SubmissionKey::fresh(),
        };
        Some((CheckInId::fresh(), new))
    }

    /// Who said it: whoever imports, where nobody is named. In another's name only admins may.
    fn author(&mut self, one: &CheckInSaid) -> Option<&'a KnownPerson> {
        let me = self.known.me;
        let Some(text) = one.said.person.as_deref() else {
            return self.known.people.iter().find(|person| person.id == me.id);
        };
        let found = self.person((one.said.row, Column::Owner), text)?;
        if found.id != me.id && !me.role.administers() {
            self.tell(one.said.row, Column::Owner, Fault::NotYourWord);
        }
        Some(found)
    }

    /// The instant of a check-in on its author's clock. A day without a time is its noon, or now where that is to come.
    fn moment(
        &mut self,
        one: &CheckInSaid,
        of: &Measured<'_>,
        author: &KnownPerson,
    ) -> Option<DateTime<Utc>> {
        let (row, now) = (one.said.row, self.known.now);
        let when = one.when?;
        let noon = NaiveTime::from_hms_opt(12, 0, 0)?;
        let at = match when {
            When::Instant(at) => at.to_utc(),
            When::Wall(wall) => resolve(author.zone, wall.date(), wall.time(), Edge::Opening)?,
            When::Day(date) => {
                let at = resolve(author.zone, date, noon, Edge::Opening)?;
                if date == author.zone.date_at(now) { at.min(now) } else { at }
            }
        };
        let first = of.since.unwrap_or(of.cycle.opens() - TimeDelta::days(366));
        if at > now {
            self.tell(row, Column::Date, Fault::Future);
        } else if at < first || of.cycle.state_at(at) == CycleState::Closed {
            let (first, last) = (author.zone.date_at(first), of.cycle.last.min(author.zone.date_at(now)));
            self.tell(row, Column::Date, Fault::Outside { first, last });
        }
        Some(at)
    }

    /// What was measured, as its key result reads it.
    fn value(&mut self, one: &CheckInSaid, of: &Measured<'_>) -> Option<(Decimal, Vec<StepId>)> {
        let row = one.said.row;
        let text = one.value.as_str();
        let missing = text.is_empty() && of.terms.kind() != Kind::Milestones;
        if missing {
            self.tell(row, Column::Value, Fault::Missing);
            return None;
        }
        let value = match of.terms.kind() {
            Kind::Milestones => return self.steps(one, &of.terms),
            Kind::YesNo => match word(text, &[true, false], |_| "", yes_no) {
                Some(yes) => Decimal::from(u8::from(yes)),
                None => {
                    self.tell(row, Column::Value, Fault::NoSuchWord(text.to_owned()));
                    return None;
                }
            },
            Kind::Increase | Kind::Decrease | Kind::KeepWithin => {
                match cells::value(text, &of.unit, self.style.decimals) {
                    Ok(value) => value,
                    Err(fault) => {
                        self.tell(row, Column::Value, Fault::Value(text.to_owned(), fault));
                        return None;
                    }
                }
            }
        };
        match of.terms.accept(value) {
            Ok(value) => Some((value, Vec::new())),
            Err(_) => {
                self.tell(row, Column::Value, Fault::Kept(text.to_owned()));
                None
            }
        }
    }

    /// The steps that were done, by their names; of two of one name, the first that is not taken yet.
    fn steps(&mut self, one: &CheckInSaid, terms: &Terms) -> Option<(Decimal, Vec<StepId>)> {
        let row = one.said.row;
        if one.done.is_empty() && !matches!(one.value.as_str(), "" | "0") {
            self.tell(row, Column::Done, Fault::StepsUnnamed);
            return None;
        }
        let text = one.done.replace("\r\n", "\n");
        let whole = terms.steps().iter().any(|step| super::folded(&step.name) == super::folded(&text));
        let names = if whole { vec![text.as_str()] } else { cell_lines(&text) };
        let mut done = Vec::new();
        for name in names {
            let of_name =
                terms.steps().iter().filter(|step| super::folded(&step.name) == super::folded(name));
            match of_name.map(|step| step.id).find(|id| !done.contains(id)) {
                Some(id) => done.push(id),
                None => {
                    self.tell(row, Column::Done, Fault::NoSuchStep(name.to_owned()));
                    return None;
                }
            }
        }
        Some((Decimal::from(done.len()), done))
    }

    /// Lets a check-in stand in the place of the one it corrects, which must come before it.
    fn correct(&mut self, stand: &mut HashMap<CheckInId, Stands>, (id, row): (CheckInId, usize), text: &str) {
        let Some(own) = stand.get(&id).copied() else { return };
        let found = match self.finder.reference(text) {
            Some(Target::CheckIn(before)) => stand.get_mut(&before).map(|it| (before, it)),
            Some(Target::Objective(_) | Target::KeyResult(_)) | None => None,
        };
        let fault = match found {
            Some((_, it)) if it.key_result != own.key_result || it.at >= own.at => {
                Between::NothingToCorrect(text.to_owned())
            }
            None => Between::NothingToCorrect(text.to_owned()),
            Some((_, Stands { corrected: Some(other), .. })) => Between::CorrectedTwice(*other),
            Some((before, it)) => {
                it.corrected = Some(Twin::Row(row));
                let all = self.plan.check_ins.get_mut(&own.key_result);
                if let Some((_, new)) = all.and_then(|all| all.iter_mut().rfind(|(one, _)| *one == id)) {
                    new.replaces = Some(before);
                }
                return;
            }
        };
        self.tell(row, Column::Corrects, fault);
    }
}
