//! For machines: is the process up, may it take visitors, what has it done.
//!
//! `/healthz` says the process answers. `/readyz` says the database answers, its migrations are this program's, and a
//! worker's heart beat lately (so that a node whose colleagues all died is noticed). `/metrics` speaks Prometheus.

use crate::app::App;
use crate::clock::Now;
use crate::db::{self, DutyHealth};
use axum::extract::State;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Router, routing::get};
use chrono::{DateTime, TimeDelta, Utc};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;
use std::sync::LazyLock;

/// A worker that has not finished a tick for this long is taken for dead.
const HEART_STOPPED: TimeDelta = TimeDelta::minutes(2);

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answer {
    method: String,
    route: String,
    status: u16,
}

/// All counters of this process.
struct Gauges {
    registry: Registry,
    answers: Family<Answer, Counter>,
}

static GAUGES: LazyLock<Gauges> = LazyLock::new(|| {
    let answers = Family::<Answer, Counter>::default();
    let mut registry = Registry::with_prefix("meridian");
    registry.register("answers", "Requests answered, by route pattern and status", answers.clone());
    Gauges { registry, answers }
});

/// Counts an answer. Routes are patterns, so their number is small.
pub(super) fn count(method: &Method, route: &str, status: StatusCode) {
    let answer = Answer { method: method.to_string(), route: route.to_owned(), status: status.as_u16() };
    GAUGES.answers.get_or_create(&answer).inc();
}

/// The addresses for machines. They carry no cookie and no page.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
}

async fn healthz() -> &'static str {
    "ok\n"
}

async fn readyz(State(app): State<App>, Now(now): Now) -> Response {
    match db::health(&app.db).await {
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "database unavailable\n").into_response(),
        Ok(health) if !health.migrated => {
            (StatusCode::SERVICE_UNAVAILABLE, "migrations missing\n").into_response()
        }
        Ok(health) if health.heartbeat.is_none_or(|beat| now - beat > HEART_STOPPED) => {
            (StatusCode::SERVICE_UNAVAILABLE, "no worker has finished a tick lately\n").into_response()
        }
        Ok(_) => "ready\n".into_response(),
    }
}

/// A figure that is told of each duty: its name, what it says, its kind, and the sample's ending.
type Figure = (&'static str, &'static str, &'static str, fn(&DutyHealth, DateTime<Utc>) -> String);

const DUTY_FIGURES: [Figure; 3] = [
    ("meridian_duty_last_run_age_seconds", "Since a duty last began, on any node.", "gauge", |duty, now| {
        (now - duty.started_at).num_seconds().max(0).to_string()
    }),
    ("meridian_duty_last_took_seconds", "How long a duty's last run took.", "gauge", |duty, _| {
        format!("{}.{:03}", duty.took_ms / 1000, duty.took_ms % 1000)
    }),
    ("meridian_duty_failures", "Runs of a duty that failed, on all nodes.", "counter", |duty, _| {
        duty.failures.to_string()
    }),
];

/// Names come from the list of duties and need no escaping.
fn duty_lines(duties: &[DutyHealth], now: DateTime<Utc>) -> String {
    DUTY_FIGURES
        .iter()
        .flat_map(|(name, help, kind, value)| {
            let sample = if *kind == "counter" { "_total" } else { "" };
            let head = format!("# HELP {name} {help}\n# TYPE {name} {kind}\n");
            let line = move |duty: &DutyHealth| {
                format!("{name}{sample}{{duty=\"{}\"}} {}\n", duty.name, value(duty, now))
            };
            std::iter::once(head).chain(duties.iter().map(line))
        })
        .collect()
}

async fn metrics(State(app): State<App>, Now(now): Now) -> Response {
    let mut text = String::new();
    if let Err(error) = encode(&mut text, &GAUGES.registry) {
        tracing::error!(?error, "metrics could not be written");
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    if let Ok(health) = db::health(&app.db).await {
        let beat = health.heartbeat.map_or(-1, |beat| (now - beat).num_seconds());
        let lines = format!(
            "# HELP meridian_worker_heartbeat_age_seconds Since a worker last finished a tick; -1: never.\n\
             # TYPE meridian_worker_heartbeat_age_seconds gauge\nmeridian_worker_heartbeat_age_seconds {beat}\n\
             # HELP meridian_mail_waiting Mails not yet sent.\n# TYPE meridian_mail_waiting gauge\nmeridian_mail_waiting {}\n",
            health.mail_waiting
        );
        let lines = lines + &duty_lines(&health.duties, now);
        text = text.replace("# EOF\n", &lines) + "# EOF\n";
    }
    ([(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text)
        .into_response()
}
