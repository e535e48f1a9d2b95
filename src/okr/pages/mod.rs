//! The pages of objectives, key results and cycles.

mod arrange;
mod carry;
mod check_in;
mod closing;
mod closing_record;
mod cycle_form;
mod cycle_plan;
mod drawing;
mod fields;
mod fold;
mod graded;
mod grades;
mod hinted;
mod history;
mod key_result;
mod key_result_form;
pub(crate) mod listed;
mod node;
mod objective;
mod objective_form;
mod objective_typed;
mod okrs;
mod one_check_in;
mod reviewed;
mod said;
mod same;
mod serving;
mod steps;
mod story;
mod terms_form;
mod turn;

pub(crate) use listed::Listed;
pub(crate) use okrs::{Head, choose as choose_cycle};

use crate::app::App;
use crate::okr::permission::{Deed, Ties};
use crate::okr::queries::NamedCycle;
use crate::organisation::Me;
use axum::Router;
use axum::routing::{get, post};

/// The addresses of this room.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/o/{org}/okrs", get(okrs::page))
        .route("/o/{org}/okrs/arrange", get(arrange::page))
        .route("/o/{org}/objectives", post(objective_form::add))
        .route("/o/{org}/objectives/new", get(objective_form::new))
        .route("/o/{org}/objectives/{objective}", get(objective::page))
        .route("/o/{org}/objectives/{objective}/edit", get(objective_form::edit).post(objective_form::change))
        .route("/o/{org}/objectives/{objective}/drop", post(objective::let_go))
        .route("/o/{org}/objectives/{objective}/place", get(arrange::place).post(arrange::change))
        .route("/o/{org}/objectives/{objective}/fold", post(fold::fold))
        .route("/o/{org}/objectives/{objective}/key-results", post(key_result_form::add))
        .route("/o/{org}/objectives/{objective}/key-results/new", get(key_result_form::new))
        .route("/o/{org}/key-results/{key_result}", get(key_result::page))
        .route(
            "/o/{org}/key-results/{key_result}/edit",
            get(key_result_form::edit).post(key_result_form::change),
        )
        .route("/o/{org}/key-results/{key_result}/check-ins", post(check_in::add))
        .route("/o/{org}/key-results/{key_result}/same", post(same::add))
        .route("/o/{org}/key-results/{key_result}/drop", post(key_result::let_go))
        .route("/o/{org}/check-ins/{check_in}/acknowledgement", post(reviewed::acknowledge))
        .route("/o/{org}/check-ins/{check_in}/questions", post(reviewed::ask))
        .route("/o/{org}/questions/{question}/answer", post(reviewed::answer))
        .route("/o/{org}/check-ins/{check_in}", get(one_check_in::page))
        .route("/o/{org}/cycles", post(cycle_form::add))
        .route("/o/{org}/cycles/new", get(cycle_form::new))
        .route("/o/{org}/cycles/year", post(cycle_plan::set_year))
        .route("/o/{org}/cycles/{cycle}/turn", post(turn::turn))
        .route("/o/{org}/cycles/{cycle}/closing", get(closing::page))
        .route("/o/{org}/cycles/{cycle}/record", get(closing_record::page))
        .route("/o/{org}/cycles/{cycle}/reopening", post(closing::reopen))
        .route("/o/{org}/objectives/{objective}/grades", get(grades::page).post(grades::save))
        .route("/o/{org}/objectives/{objective}/carry", get(carry::page))
        .route("/o/{org}/cycles/{cycle}/edit", get(cycle_form::edit).post(cycle_form::change))
}

/// Whether they may write an objective for anyone in this cycle. A team's own cycle holds that team's objectives.
fn may_add(me: &Me, cycle: &NamedCycle) -> bool {
    let may = |team| Ties::to_objective(me, team, None).may(Deed::AddObjective);
    match &cycle.team {
        Some(team) => may(Some(team.id)),
        None => me.teams.iter().map(|seat| Some(seat.team)).chain([None]).any(may),
    }
}
