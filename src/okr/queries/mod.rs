//! The SQL of objectives, key results and check-ins.

mod arranging;
mod asking;
mod bulk;
mod cycles;
mod decided;
mod events;
mod grading;
mod hints;
mod key_results;
mod log;
mod objectives;
mod reviewing;
mod standings;

pub(super) use arranging::{
    KeyResultName, fold, folded, key_result_names, put_in_order, serve, serving_key_result,
};
pub(super) use asking::{
    AskedRow, CourseRow, asked_from, claim_courses, courses, hold_courses, mark_courses,
};
pub(super) use bulk::{add_key_results, add_objectives, serve_key_results};
pub(super) use cycles::{
    Marks, add_cycle, change_cycle, fiscal_month, holiday_calendar_of, move_by_hand, set_fiscal_month,
};
pub use cycles::{NamedCycle, cycle, cycles};
pub(super) use decided::{DecidedRow, decided};
pub(super) use events::{EventKind, EventRow, events};
pub(super) use grading::{
    Carried, KeyResultGrade, ObjectiveGrade, Reopening, carried_key_results, carried_objectives,
    carry_key_result, carry_objective, grade_key_result, grade_objective, hold_cycle, key_result_grades,
    note_reopening, objective_grades, reopenings,
};
pub(super) use hints::{Wanted, forerunner};
pub(super) use key_results::{
    KeyResult, KeyResultFields, add_key_result, add_terms, change_key_result, drop_key_result, key_result,
    key_result_measured_by, set_key_result_owner,
};
pub(super) use log::{
    CheckInRow, TermsRow, WordsRow, add_check_ins, add_due, add_due_for_owned, add_due_for_team, check_ins,
    latest_words, measured, replaced, terms_log,
};
pub use objectives::{Objective, objectives_of_cycle, teams};
pub(super) use objectives::{
    ObjectiveFields, Served, add_objective, change_objective, drop_objective, objective, people,
    set_objective_owner,
};
pub use reviewing::WaitKind;
pub(super) use reviewing::{
    AskRow, ReadRow, WaitRow, acknowledge, acknowledgements, asks, key_result_of_ask, key_result_of_check_in,
    reviewer, waiting,
};
pub(super) use standings::{
    StandingRow, objective_ids_of_cycle, objective_ids_of_team_in, objective_ids_owned_in, read_terms,
    standings,
};
