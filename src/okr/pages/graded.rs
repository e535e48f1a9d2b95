//! An objective with its grades, as the closing page and the record show it.

use super::objective::ambition;
use crate::language::Words;
use crate::okr::closing::Closing;
use crate::okr::grading::{Grade, Verdict};
use crate::okr::mean;
use crate::okr::parts::{aim, reached, value_with_unit};
use crate::okr::queries::Objective;
use crate::okr::slip::{Pen, Slip};
use crate::okr::standing::Standing;
use crate::okr::stored::{Ambition, Outlook};
use crate::organisation::Me;
use crate::web::markdown::SafeHtml;

/// A suggested grade, and how it follows.
pub(super) struct Suggestion {
    /// "0.6", or a dash.
    pub(super) number: String,
    pub(super) how: Slip,
}

/// An objective with its grades.
pub(super) struct ObjectiveView {
    /// Its id, for anchors.
    pub(super) id: String,
    pub(super) href: String,
    pub(super) title: String,
    /// "Forecast team. Inês Duarte. Committed".
    pub(super) summary: String,
    pub(super) suggested: Suggestion,
    /// Its grade, once given.
    pub(super) grade: Option<String>,
    /// What the grade says.
    pub(super) verdict: Option<&'static str>,
    pub(super) note: Option<String>,
    /// Always 1.0, said kindly.
    pub(super) always_full: bool,
    pub(super) learned: Option<SafeHtml>,
    pub(super) rows: Vec<KeyResultView>,
    /// Where it is graded, for whom may.
    pub(super) form: Option<String>,
    /// Where it is carried over, for whom may.
    pub(super) carry: Option<String>,
    /// Its copy: which cycle, and where.
    pub(super) goes_on: Option<(String, String)>,
}

/// A key result with its grade.
pub(super) struct KeyResultView {
    pub(super) href: String,
    pub(super) title: String,
    /// "Inês Duarte, aimed for 18 cm".
    pub(super) about: String,
    pub(super) from: String,
    pub(super) ended: String,
    /// "57%", and how it follows; or a dash.
    pub(super) progress: String,
    pub(super) how: Slip,
    pub(super) suggested: Suggestion,
    pub(super) grade: Option<String>,
    pub(super) note: Option<String>,
    pub(super) cause: Option<String>,
    pub(super) then: Option<&'static str>,
    /// Its copy: which cycle, and where.
    pub(super) goes_on: Option<(String, String)>,
}

/// The objective as a member reads it.
pub(super) fn objective(me: &Me, closing: &Closing, one: &Objective) -> ObjectiveView {
    let t = me.words();
    let given = closing.own_grade(one.id);
    let grade = given.and_then(|given| Grade::of(given.grade?));
    let may_keep = Closing::may_keep(me, one);
    let may_grade = may_keep || closing.key_results(one.id).any(|it| Closing::may_grade(me, one, it));
    let at = me.at(&format!("/objectives/{}", one.id));
    let said = |text: &String| (!text.is_empty()).then(|| text.clone());
    ObjectiveView {
        id: one.id.to_string(),
        title: one.title.clone(),
        summary: summary(t, one),
        suggested: of_objective(me, closing, one),
        grade: grade.map(|grade| t.number(grade.number())),
        verdict: grade.map(|grade| verdict(t, one.ambition, grade)),
        note: given.and_then(|given| said(&given.note)).map(|note| t.closing_note(note)),
        always_full: closing.is_always_full(one),
        learned: given.and_then(|given| said(&given.learned)).map(|text| SafeHtml::from_markdown(&text)),
        rows: closing.key_results(one.id).map(|it| key_result(me, closing, it)).collect(),
        form: (may_grade && closing.is_open()).then(|| format!("{at}/grades")),
        carry: (may_keep && !closing.is_ahead()).then(|| format!("{at}/carry")),
        goes_on: closing
            .copy(one.id)
            .map(|(id, cycle)| (t.closing_goes_on(cycle), me.at(&format!("/objectives/{id}")))),
        href: at,
    }
}

fn summary(t: Words, one: &Objective) -> String {
    let team = one.team.as_ref().map_or_else(|| t.okr_company().to_owned(), |team| t.okr_team(&team.name));
    let owner = one.owner.as_ref().map_or(t.okr_no_owner(), |owner| &owner.name);
    [team.as_str(), owner, ambition(t, one.ambition)].join(". ")
}

fn key_result(me: &Me, closing: &Closing, one: &Standing) -> KeyResultView {
    let t = me.words();
    let given = closing.grade(one.id);
    let said = |text: &String| (!text.is_empty()).then(|| text.clone());
    let (terms, progress) = (&one.receipt.terms, one.progress());
    let aim = aim(t, terms, &one.unit);
    KeyResultView {
        href: me.at(&format!("/key-results/{}", one.id)),
        title: one.title.clone(),
        about: t.closing_aimed(one.owner.as_ref().map_or(t.okr_no_owner(), |owner| &owner.name), &aim),
        from: if terms.kind().is_line() {
            value_with_unit(t, terms.kind(), &one.unit, Some(terms.baseline()))
        } else {
            t.closing_none().to_owned()
        },
        ended: reached(t, one),
        progress: progress.map_or_else(|| t.closing_none().to_owned(), |progress| t.percent(progress)),
        how: Pen::of(me).standing(one),
        suggested: of_key_result(me, one),
        grade: given.and_then(|given| Grade::of(given.grade)).map(|grade| t.number(grade.number())),
        note: given.and_then(|given| said(&given.note)).map(|note| t.closing_note(note)),
        cause: given.and_then(|given| said(&given.cause)).map(|cause| t.closing_cause(cause)),
        then: given.map(|given| outlook(t, given.outlook)),
        goes_on: closing
            .key_result_copy(one.id)
            .map(|(id, cycle)| (t.closing_goes_on(cycle), me.at(&format!("/key-results/{id}")))),
    }
}

/// What progress suggests for a key result.
pub(super) fn of_key_result(me: &Me, one: &Standing) -> Suggestion {
    let suggested = one.progress().map(Grade::suggested);
    Suggestion { number: number(me.words(), suggested), how: Pen::of(me).grade(one) }
}

/// What progress suggests for an objective.
pub(super) fn of_objective(me: &Me, closing: &Closing, one: &Objective) -> Suggestion {
    let titles = mean::titles(&closing.objectives, &closing.standings);
    let how = Pen::of(me).grade_of_mean(&closing.receipt(one.id), &titles);
    Suggestion { number: number(me.words(), closing.suggested(one.id)), how }
}

fn number(t: Words, grade: Option<Grade>) -> String {
    grade.map_or_else(|| t.closing_none().to_owned(), |grade| t.number(grade.number()))
}

/// What a grade says, in words.
fn verdict(t: Words, ambition: Ambition, grade: Grade) -> &'static str {
    match Verdict::of(ambition, grade) {
        Verdict::Kept => t.closing_verdict_kept(),
        Verdict::Short => t.closing_verdict_short(),
        Verdict::Whole => t.closing_verdict_whole(),
        Verdict::Good => t.closing_verdict_good(),
        Verdict::Low => t.closing_verdict_low(),
    }
}

/// What becomes of a key result, in words.
pub(super) fn outlook(t: Words, outlook: Outlook) -> &'static str {
    match outlook {
        Outlook::Done => t.closing_outlook_done(),
        Outlook::Carry => t.closing_outlook_carry(),
        Outlook::Drop => t.closing_outlook_drop(),
    }
}
