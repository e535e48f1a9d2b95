//! Everything that was said of a key result, newest first: check-ins, corrections beside what they corrected, and
//! changes of the terms with their reason.

use super::reviewed::Reviewed;
use crate::ids::{CheckInId, StepId};
use crate::language::Words;
use crate::okr::log::CheckIn;
use crate::okr::measure::{Kind, Terms};
use crate::okr::parts::{Word, aim, value_alone, value_with_unit};
use crate::okr::queries::{CheckInRow, TermsRow};
use crate::okr::record::{Figures, Record};
use crate::okr::unit::Unit;
use crate::organisation::Me;
use crate::web::markdown::SafeHtml;
use crate::web::parts::{Avatar, iso};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use std::collections::HashMap;

/// So many are shown until somebody asks for all.
const FEW: usize = 5;

/// The newest entries, and where to find the others.
pub(super) struct History {
    pub(super) entries: Vec<Entry>,
    /// "All nine check-ins", and where they are.
    pub(super) all: Option<(String, String)>,
}

/// One thing that happened.
pub(super) struct Entry {
    /// The id in the page, to link to.
    pub(super) anchor: String,
    pub(super) at: DateTime<Utc>,
    /// That instant, for `<time>`.
    pub(super) instant: String,
    pub(super) avatar: Option<Avatar>,
    /// "24.6 to 24.1 cm"
    pub(super) heading: String,
    /// "Tuesday 17 November. Inês Duarte"
    pub(super) when: String,
    /// What the person said; none for a change of terms.
    pub(super) word: Option<Word>,
    /// What became of it, or what it is: corrected later, a correction.
    pub(super) mark: Option<String>,
    /// The note or the reason, if there is one.
    pub(super) words: Option<SafeHtml>,
    /// The update it came with.
    pub(super) update: Option<String>,
    /// Where it is corrected, for whom may.
    pub(super) correct: Option<String>,
    /// What was said of it since.
    pub(super) review: Reviewed,
    /// Its own page, where it is talked about; none for a change of terms.
    pub(super) page: Option<String>,
}

pub(super) fn of(me: &Me, record: &Record, figures: &Figures, at: &str, may: bool, all: bool) -> History {
    let t = me.words();
    let unit = &record.key_result.unit;
    // What each standing check-in came after: the one before it.
    let standing = &figures.standing;
    let before: HashMap<_, _> =
        standing.iter().skip(1).zip(standing).map(|(one, before)| (one.id, before)).collect();
    let replaced: HashMap<CheckInId, &CheckInRow> =
        record.check_ins.iter().filter_map(|one| Some((one.replaces?, one))).collect();
    let known: HashMap<CheckInId, &CheckInRow> = record.check_ins.iter().map(|one| (one.id, one)).collect();
    let mut entries: Vec<_> = record
        .check_ins
        .iter()
        .map(|one| {
            let words = Reader { t, terms: &figures.terms, unit };
            let mark = match (replaced.get(&one.id), one.replaces.and_then(|id| known.get(&id))) {
                (Some(by), _) => Some(t.okr_replaced_on(t.date_long(by.local_date))),
                (None, Some(of)) => Some(t.okr_corrects(words.value(of.value), t.date_long(of.local_date))),
                (None, None) => one.file.as_ref().map(|file| t.okr_from_file(file)),
            };
            let stands = !replaced.contains_key(&one.id);
            Entry {
                anchor: format!("c-{}", one.id),
                at: one.at,
                instant: iso(one.at),
                avatar: Some(Avatar::of(one.member_id, &one.member_name)),
                heading: words.step(before.get(&one.id).copied(), one),
                when: t.okr_on_by(t.date_long(one.local_date), &one.member_name),
                word: Some(Word::said(t, one.confidence)),
                mark,
                words: written(&one.note),
                update: one.update_id.map(|update| me.at(&format!("/updates/{update}"))),
                correct: (may && stands).then(|| format!("{at}?correct={}#check-in", one.id)),
                review: Reviewed::of(
                    me,
                    record,
                    one,
                    stands,
                    figures.standing.last().is_some_and(|it| it.id == one.id),
                ),
                page: Some(me.at(&format!("/check-ins/{}", one.id))),
            }
        })
        .collect();
    let changes = record.terms.iter().zip(record.terms.iter().skip(1));
    entries.extend(changes.filter_map(|(old, new)| changed(t, unit, old, new)));
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.at));
    let more = entries.len() > FEW && !all;
    let count = record.check_ins.len();
    if more {
        entries.truncate(FEW);
    }
    History { entries, all: more.then(|| (t.okr_all_check_ins(count), format!("{at}?history=all#hi"))) }
}

/// Writes values of one key result.
struct Reader<'a> {
    t: Words,
    terms: &'a Terms,
    unit: &'a Unit,
}

impl Reader<'_> {
    fn value(&self, value: Decimal) -> String {
        value_with_unit(self.t, self.terms.kind(), self.unit, Some(value))
    }

    /// "24.6 to 24.1 cm", "24.1 cm, the same", "24.1 cm", "Done: the pilot"
    fn step(&self, before: Option<&CheckIn>, one: &CheckInRow) -> String {
        let kind = self.terms.kind();
        match before {
            None if kind == Kind::Milestones && one.done.is_empty() => self.value(one.value),
            _ if kind == Kind::Milestones => {
                self.steps(before.map_or(&[], |it| it.done.as_slice()), &one.done)
            }
            Some(before) if before.value == one.value => self.t.okr_same(self.value(one.value)),
            Some(before) if kind != Kind::YesNo => {
                let before = value_alone(self.t, kind, self.unit, Some(before.value));
                self.t.okr_from_to(before, self.value(one.value))
            }
            _ => self.value(one.value),
        }
    }

    /// Which milestones came to be done, and which no longer are.
    fn steps(&self, before: &[StepId], now: &[StepId]) -> String {
        let t = self.t;
        let named = |of: &[StepId], without: &[StepId]| {
            let steps = self.terms.steps().iter();
            let names = steps.filter(|step| of.contains(&step.id) && !without.contains(&step.id));
            names.map(|step| step.name.as_str()).collect::<Vec<_>>()
        };
        let (came, went) = (named(now, before), named(before, now));
        let count = t.kr_steps(now.len());
        match (came.is_empty(), went.is_empty()) {
            (true, true) => t.okr_same(count),
            (false, true) => t.okr_steps_came(t.list(came)),
            (_, false) => t.okr_steps_went(count, t.list(went)),
        }
    }
}

/// What a change of terms changed, in words; nothing when it changed nothing.
fn changed(t: Words, unit: &Unit, old: &TermsRow, new: &TermsRow) -> Option<Entry> {
    let (old_terms, new_terms) = (old.read().ok()?, new.read().ok()?);
    let words = differences(t, unit, &old_terms, &new_terms);
    if words.is_empty() {
        return None;
    }
    Some(Entry {
        anchor: format!("t-{}", new.id),
        at: new.effective_at,
        instant: iso(new.effective_at),
        avatar: None,
        heading: words.join(" "),
        when: new.author.as_ref().map_or_else(String::new, |author| t.okr_changed_by(author)),
        word: None,
        mark: None,
        words: written(&new.reason),
        update: None,
        correct: None,
        review: Reviewed::nothing(),
        page: None,
    })
}

fn differences(t: Words, unit: &Unit, old: &Terms, new: &Terms) -> Vec<String> {
    let mut words = Vec::new();
    if old.kind() != new.kind() {
        words.push(t.okr_kind_changed().to_owned());
    } else if old.band() != new.band() {
        words.push(t.okr_band_changed(aim(t, old, unit), aim(t, new, unit)));
    } else if old.steps() != new.steps() {
        words.push(t.okr_steps_changed(t.kr_steps(old.steps().len()), t.kr_steps(new.steps().len())));
    }
    if (old.kind(), old.target()) != (new.kind(), new.target()) {
        words.push(t.okr_target_changed(aim(t, old, unit), aim(t, new, unit)));
    }
    if old.kind().is_line() && new.kind().is_line() && old.baseline() != new.baseline() {
        words.push(t.okr_baseline_changed(unit.write(t, old.baseline()), unit.write(t, new.baseline())));
    }
    if old.weight() != new.weight() {
        words.push(t.okr_weight_changed(i64::from(old.weight()), i64::from(new.weight())));
    }
    if old.pace() != new.pace() {
        words.push(t.okr_pace_changed().to_owned());
    } else if old.checkpoints() != new.checkpoints() {
        words.push(t.okr_checkpoints_changed().to_owned());
    }
    words
}

/// What a person wrote, if they wrote something.
fn written(text: &str) -> Option<SafeHtml> {
    (!text.is_empty()).then(|| SafeHtml::from_markdown(text))
}
