//! The milestones of a key result: which are done, since when, and what was said then.

use crate::ids::StepId;
use crate::language::Words;
use crate::okr::log::CheckIn;
use crate::okr::queries::CheckInRow;
use crate::okr::record::{Figures, Record};
use crate::web::markdown::SafeHtml;
use rust_decimal::Decimal;

/// A milestone as the page shows it.
pub(super) struct StepLine {
    pub(super) name: String,
    pub(super) done: bool,
    /// "Done on Tuesday 17 November. Inês Duarte", or by when it should be.
    pub(super) when: Option<String>,
    /// "It weighs 3."; only where the weights differ.
    pub(super) weight: Option<String>,
    /// What was said when it was done.
    pub(super) words: Option<SafeHtml>,
}

/// The milestones, in their order.
pub(super) fn lines(t: Words, record: &Record, figures: &Figures) -> Vec<StepLine> {
    let steps = figures.terms.steps();
    let even = steps.windows(2).all(|pair| matches!(pair, [a, b] if a.weight == b.weight));
    let line = |step: &crate::okr::measure::Step| {
        let since = since(&figures.standing, step.id);
        let said = since.and_then(|one| record.check_ins.iter().find(|row| row.id == one.id));
        let when = match (said, step.due) {
            (Some(row), _) => Some(done(t, row)),
            (None, Some(due)) => Some(t.okr_step_due(t.date_long(due))),
            (None, None) => None,
        };
        let words = said.filter(|row| !row.note.is_empty()).map(|row| SafeHtml::from_markdown(&row.note));
        let weight = (!even).then(|| t.okr_step_weighs(t.number(Decimal::from(step.weight))));
        StepLine { name: step.name.clone(), done: since.is_some(), when, weight, words }
    };
    steps.iter().map(line).collect()
}

fn done(t: Words, row: &CheckInRow) -> String {
    t.okr_step_done(t.date_long(row.local_date), &row.member_name)
}

/// The check-in since which the milestone has been done without a break.
fn since(standing: &[CheckIn], step: StepId) -> Option<&CheckIn> {
    standing.iter().rev().take_while(|one| one.done.contains(&step)).last()
}
