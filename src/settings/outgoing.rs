//! `/o/{org}/settings/mail`: how the organisation's mail fares, and a mail to oneself to see that it leaves. For admins, who
//! see what became of a mail and never what it says.

use super::queries::mine;
use crate::account::Caller;
use crate::account::audit::{Action, Deed};
use crate::account::rate_limit::TEST_MAIL;
use crate::app::App;
use crate::calendar::Zone;
use crate::clock::Now;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::MailId;
use crate::language::Words;
use crate::mail::ledger::{self, Fare, Stuck};
use crate::mail::{self, Kind, Letter, Rendered, State as Fate, Step, Turn};
use crate::organisation::{Admin, Me};
use crate::web::parts::iso;
use crate::web::{Done, Nav, Page, Path, Query, Shell};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;

/// So many of those in trouble stand on one page.
const PAGE: usize = 50;

/// What is counted was written in this long.
const LOOKED_AT: TimeDelta = TimeDelta::days(30);

/// `templates/settings/mail.html`.
#[derive(Template)]
#[template(path = "settings/mail.html")]
struct MailPage {
    shell: Shell,
    t: Words,
    base: String,
    title: String,
    /// How mail leaves, and who it is from.
    way: String,
    fares: Vec<FareRow>,
    /// Those that were put off and are tried again.
    waiting: Vec<StuckRow>,
    /// Those that were refused for good.
    dead: Vec<StuckRow>,
    older: Option<String>,
    /// The conversation of the mail just sent; empty before one is.
    turns: Vec<TurnRow>,
    /// What came of it.
    outcome: Option<(bool, &'static str)>,
}

struct FareRow {
    kind: &'static str,
    fare: Fare,
    oldest: Option<String>,
}

/// A mail in trouble.
struct StuckRow {
    id: MailId,
    kind: &'static str,
    recipient: String,
    when: String,
    instant: String,
    tries: String,
    problem: String,
    /// Whether trying again still makes sense.
    again: bool,
    /// Why not, where it does not.
    gone: &'static str,
}

struct TurnRow {
    step: &'static str,
    said: String,
    well: bool,
}

impl MailPage {
    async fn load(
        app: &App,
        me: &Me,
        tx: &mut OrgTx,
        before: Option<MailId>,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let (t, base, at_most) =
            (me.words(), me.at("/settings/mail"), i64::try_from(PAGE + 1).unwrap_or(i64::MAX));
        let fares = ledger::fares(tx, now - LOOKED_AT).await?;
        let waiting = ledger::stuck(tx, Fate::Waiting, None, at_most).await?;
        let mut dead = ledger::stuck(tx, Fate::Failed, before, at_most).await?;
        let more = dead.len() > PAGE;
        dead.truncate(PAGE);
        let refused: i64 = fares.iter().map(|one| one.failed).sum();
        let row = |one: Stuck| StuckRow::of(one, me.zone, t);
        Ok(Self {
            title: match (refused, waiting.is_empty()) {
                (0, true) => t.outgoing_h1_well().to_owned(),
                (0, false) => t.outgoing_h1_waits().to_owned(),
                (n, _) => t.outgoing_h1_refused(n),
            },
            way: way(app, t),
            fares: fares.into_iter().map(|one| FareRow::of(one, me.zone, t)).collect(),
            older: dead.last().filter(|_| more).map(|last| format!("{base}?before={}#dead", last.id)),
            waiting: waiting.into_iter().map(row).collect(),
            dead: dead.into_iter().map(row).collect(),
            turns: Vec::new(),
            outcome: None,
            shell: Shell::of(me, Nav::None, now),
            t,
            base,
        })
    }

    fn with(self, turns: Vec<Turn>) -> Self {
        let t = self.t;
        let well = turns.iter().all(|turn| turn.said.is_ok());
        let outcome = match turns.last().map(|turn| turn.step) {
            _ if !well => t.outgoing_test_ill(),
            Some(Step::Filed) => t.outgoing_test_filed(),
            _ => t.outgoing_test_well(),
        };
        Self {
            outcome: Some((well, outcome)),
            turns: turns.into_iter().map(|turn| TurnRow::of(turn, t)).collect(),
            ..self
        }
    }
}

impl FareRow {
    fn of(fare: Fare, zone: Zone, t: Words) -> Self {
        let oldest = fare.oldest.map(|at| t.outgoing_oldest(on_clock(at, zone, t)));
        Self { kind: fare.kind.words(t), fare, oldest }
    }
}

impl StuckRow {
    fn of(one: Stuck, zone: Zone, t: Words) -> Self {
        Self {
            id: one.id,
            kind: one.kind.words(t),
            recipient: one.recipient.unwrap_or_else(|| t.outgoing_channel().to_owned()),
            when: on_clock(one.created_at, zone, t),
            instant: iso(one.created_at),
            tries: match one.next_try_at {
                Some(next) => t.outgoing_tries_next(i64::from(one.attempts), on_clock(next, zone, t)),
                None => t.outgoing_tries(i64::from(one.attempts)),
            },
            problem: one.problem.unwrap_or_default(),
            again: one.again,
            gone: if one.kind == Kind::ChannelDaily {
                t.outgoing_retry_told()
            } else {
                t.outgoing_retry_gone()
            },
        }
    }
}

impl TurnRow {
    fn of(turn: Turn, t: Words) -> Self {
        let step = match turn.step {
            Step::Written => t.outgoing_step_written(),
            Step::Filed => t.outgoing_step_filed(),
            Step::Reached => t.outgoing_step_reached(),
            Step::Greeted => t.outgoing_step_greeted(),
            Step::Secured => t.outgoing_step_secured(),
            Step::SignedIn => t.outgoing_step_signed_in(),
            Step::Sender => t.outgoing_step_sender(),
            Step::Recipient => t.outgoing_step_recipient(),
            Step::Accepted => t.outgoing_step_accepted(),
        };
        let well = turn.said.is_ok();
        let (Ok(said) | Err(said)) = turn.said;
        Self { step, said, well }
    }
}

/// How mail leaves. A relay is named by host and port, never by user or password.
fn way(app: &App, t: Words) -> String {
    use crate::config::Mail;
    let from = app.config.mail_from.to_string();
    match &app.config.mail {
        Mail::Folder(_) => t.outgoing_way_folder(from),
        Mail::Relay(relay) => t.outgoing_way_relay(format!("{}:{}", relay.host, relay.port), from),
    }
}

fn on_clock(at: DateTime<Utc>, zone: Zone, t: Words) -> String {
    let here = zone.reading(at);
    t.outgoing_when(t.date_long(here.date()), t.time(here.time()))
}

#[derive(Deserialize)]
pub(super) struct Asked {
    before: Option<MailId>,
}

/// How mail fares.
pub(super) async fn show(
    State(app): State<App>,
    Admin { me, mut tx }: Admin,
    Now(now): Now,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    Ok(Page(MailPage::load(&app, &me, &mut tx, asked.before, now).await?).into_response())
}

/// Has a mail that was refused tried again.
pub(super) async fn retry(
    Admin { me, mut tx }: Admin,
    caller: Caller,
    Now(now): Now,
    Path((_, mail)): Path<(String, MailId)>,
) -> Result<Response> {
    if !mail::retry(&mut tx, mail, now).await? {
        return Err(Fault::NotFound);
    }
    Deed::of(Action::MailRetried, Some(me.account), &caller)
        .in_org(me.org)
        .onto(mail)
        .note(&mut tx, now)
        .await?;
    tx.commit().await?;
    Ok(Done::Retried.at(&me.at("/settings/mail")))
}

/// Sends a mail to the admin who asks, now, and shows what was said on the way. No transaction is open meanwhile.
pub(super) async fn test(
    State(app): State<App>,
    Admin { me, mut tx }: Admin,
    caller: Caller,
    Now(now): Now,
) -> Result<Response> {
    TEST_MAIL.of(&app.keys, &me.account.to_string()).take(&mut tx, now).await?;
    let to = mine::address(&mut tx, me.id).await?;
    Deed::of(Action::MailTested, Some(me.account), &caller).in_org(me.org).note(&mut tx, now).await?;
    tx.commit().await?;
    let turns = mail::converse(&app.config, &to, &letter(&me)?, now).await;
    let mut tx = app.db.org(me.org).await?;
    Ok(Page(MailPage::load(&app, &me, &mut tx, None, now).await?.with(turns)).into_response())
}

fn letter(me: &Me) -> Result<Rendered> {
    let t = me.words();
    Letter::new(t, &me.org_name, t.outgoing_letter_subject(&me.org_name), t.outgoing_letter_text())
        .title(t.outgoing_letter_title())
        .text(t.outgoing_letter_text())
        .why(t.outgoing_letter_why())
        .render()
}
