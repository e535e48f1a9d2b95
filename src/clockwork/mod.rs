//! Everything this house does without being asked: the one list.
//!
//! A node looks around every `MERIDIAN_TICK_SECONDS` and whenever the database rings (`NOTIFY meridian`), does what is
//! due at that instant and notes what it did. Any number of nodes may do so at once: work is claimed by row locks, each
//! duty does no harm when it runs twice, and what a crashed node left is taken up by the next tick of another.
//! After downtime of any length the duties catch up to exactly what would have been done on time.

mod keep;
mod occurrences;
mod pages;
mod queries;
mod report;
mod roll_up;
mod windows;

pub use keep::keep;
pub use pages::routes;
pub use report::{Told, tell};
pub use roll_up::{Report, rebuild};

use crate::account;
use crate::app::App;
use crate::channel;
use crate::db::is_crossed;
use crate::digest;
use crate::fault::{Fault, Result};
use crate::language::Words;
use crate::mail;
use crate::notice;
use crate::portability;
use crate::reminder;
use crate::standup;
use chrono::{DateTime, TimeDelta, Utc};
use queries::{Run, Waiting};
use std::time::Instant;

/// How often a duty that crossed with other work is begun anew in one tick.
const TRIES_AGAIN: u32 = 3;

/// The duties, in the order a tick does them: figures before the mails that tell of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duty {
    /// Whoever travelled comes home, and what people are asked is put down some days ahead.
    Occurrences,
    /// Updates whose author let them go out later are posted.
    GoingOut,
    /// Cycles move on, days are closed, what changed is computed anew.
    RollUp,
    /// What people were asked together closes, once each had their hours.
    Windows,
    /// Ended sessions, dead tokens, full buckets and old drafts are forgotten, and the moods of weeks that are over.
    Sweep,
    /// Digests whose hour has come are written.
    Digests,
    /// What people are told of each other is written to them.
    Notices,
    /// Who is asked for something soon is reminded.
    Reminders,
    /// Mail that waits is sent.
    Mail,
}

impl Duty {
    /// All of them, in order.
    pub const ALL: &'static [Duty] = &[
        Duty::Occurrences,
        Duty::GoingOut,
        Duty::RollUp,
        Duty::Windows,
        Duty::Sweep,
        Duty::Digests,
        Duty::Notices,
        Duty::Reminders,
        Duty::Mail,
    ];

    /// Those that need nothing but the database.
    const INDOORS: &'static [Duty] = &[
        Duty::Occurrences,
        Duty::GoingOut,
        Duty::RollUp,
        Duty::Windows,
        Duty::Sweep,
        Duty::Digests,
        Duty::Notices,
        Duty::Reminders,
    ];

    /// Those that wait for servers of others, which may be slow.
    const OUTDOORS: &'static [Duty] = &[Duty::Mail];

    /// Its name in the log and on the clockwork page.
    pub fn name(self) -> &'static str {
        match self {
            Duty::Occurrences => "occurrences",
            Duty::GoingOut => "going-out",
            Duty::RollUp => "roll-up",
            Duty::Windows => "windows",
            Duty::Sweep => "sweep",
            Duty::Digests => "digests",
            Duty::Notices => "notices",
            Duty::Reminders => "reminders",
            Duty::Mail => "mail",
        }
    }

    /// What people read about it: its title, what it is for, and what a run with this much done did.
    fn words(self, t: Words, did: i64) -> (&'static str, &'static str, String) {
        match self {
            Duty::Occurrences => {
                (t.clockwork_occurrences(), t.clockwork_occurrences_for(), t.clockwork_occurrences_did(did))
            }
            Duty::GoingOut => {
                (t.clockwork_going_out(), t.clockwork_going_out_for(), t.clockwork_going_out_did(did))
            }
            Duty::RollUp => (t.clockwork_roll_up(), t.clockwork_roll_up_for(), t.clockwork_roll_up_did(did)),
            Duty::Windows => (t.clockwork_windows(), t.clockwork_windows_for(), t.clockwork_windows_did(did)),
            Duty::Sweep => (t.clockwork_sweep(), t.clockwork_sweep_for(), t.clockwork_sweep_did(did)),
            Duty::Digests => (t.clockwork_digests(), t.clockwork_digests_for(), t.clockwork_digests_did(did)),
            Duty::Notices => (t.clockwork_notices(), t.clockwork_notices_for(), t.clockwork_notices_did(did)),
            Duty::Reminders => {
                (t.clockwork_reminders(), t.clockwork_reminders_for(), t.clockwork_reminders_did(did))
            }
            Duty::Mail => (t.clockwork_mail(), t.clockwork_mail_for(), t.clockwork_mail_did(did)),
        }
    }

    /// When it is due next, at `now` or later; `None` while nothing waits for it.
    fn next_due(self, waiting: &Waiting, last: Option<&Run>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let due = match self {
            Duty::Occurrences => waiting.occurrence,
            Duty::GoingOut => waiting.going_out,
            Duty::RollUp if waiting.marked => Some(now),
            Duty::RollUp => waiting.cycle,
            Duty::Windows => waiting.window,
            Duty::Sweep => last.map(|run| run.started_at + self.every()).or(Some(now)),
            Duty::Digests => waiting.digest,
            Duty::Notices => waiting.notice,
            Duty::Reminders => waiting.reminder,
            Duty::Mail => waiting.mail,
        };
        due.map(|due| due.max(now))
    }

    /// How long to leave between two runs; nothing means each tick.
    fn every(self) -> TimeDelta {
        match self {
            Duty::Occurrences
            | Duty::GoingOut
            | Duty::RollUp
            | Duty::Windows
            | Duty::Digests
            | Duty::Notices
            | Duty::Reminders
            | Duty::Mail => TimeDelta::zero(),
            Duty::Sweep => TimeDelta::hours(1),
        }
    }

    /// Does what is due at `now` and says how many things it did. Running it again does nothing more.
    ///
    /// # Errors
    /// When it could not be done; what was done for other organisations stands.
    pub async fn run(self, app: &App, now: DateTime<Utc>) -> Result<u64> {
        match self {
            Duty::Occurrences => occurrences::run(app, now).await,
            Duty::RollUp => roll_up::run(app, now).await,
            Duty::GoingOut => standup::send_due(app, now).await,
            Duty::Windows => windows::run(app, now).await,
            Duty::Sweep => Ok(account::sweep(app, now).await?
                + standup::close_weeks(app, now).await?
                + standup::sweep(app, now).await?
                + portability::sweep(app, now).await?),
            Duty::Digests => {
                let digests = digest::send_due(app, now).await;
                Ok(channel::send_due(app, now).await? + digests?)
            }
            Duty::Notices => notice::send_due(app, now).await,
            Duty::Reminders => reminder::send_due(app, now).await,
            Duty::Mail => mail::deliver(app, now).await,
        }
    }
}

/// What one duty did in a tick.
#[derive(Debug)]
pub struct Done {
    /// Which.
    pub duty: Duty,
    /// How many things it did, or what went wrong.
    pub did: Result<u64>,
    /// How long it took.
    pub took: std::time::Duration,
}

/// One look around at `now`: every duty whose time has come, one after another. A duty that fails leaves the others
/// their turn.
pub async fn tick(app: &App, now: DateTime<Utc>) -> Result<Vec<Done>> {
    look(app, now, Duty::ALL).await
}

/// The same for some of the duties.
async fn look(app: &App, now: DateTime<Utc>, duties: &[Duty]) -> Result<Vec<Done>> {
    let last = queries::runs(&mut app.db.duty().await?).await?;
    let mut done = Vec::new();
    for duty in duties.iter().copied() {
        let rested = last
            .get(duty.name())
            .is_none_or(|run| now - run.started_at >= duty.every() || run.started_at > now);
        if !rested {
            continue;
        }
        let begun = Instant::now();
        let did = run(app, now, duty).await;
        done.push(Done { duty, did, took: begun.elapsed() });
    }
    note(app, &done, now).await?;
    Ok(done)
}

/// Runs a duty, and again when the database undid its work because it crossed with somebody else's.
async fn run(app: &App, now: DateTime<Utc>, duty: Duty) -> Result<u64> {
    let mut again = 0;
    loop {
        match duty.run(app, now).await {
            Err(Fault::Database(error) | Fault::Unavailable(error))
                if again < TRIES_AGAIN && is_crossed(&error) =>
            {
                again += 1
            }
            outcome => return outcome,
        }
    }
}

/// Writes down what was done: the clockwork page and the heartbeat read it.
async fn note(app: &App, done: &[Done], now: DateTime<Utc>) -> Result<()> {
    let mut tx = app.db.duty().await?;
    let finished = app.clock.now().max(now);
    for Done { duty, did, took } in done {
        let took = i64::try_from(took.as_millis()).unwrap_or(i64::MAX);
        let (count, problem) = match did {
            Ok(count) => (i64::try_from(*count).ok(), None),
            Err(fault) => (None, Some(fault.to_string())),
        };
        queries::note(&mut tx, duty.name(), &app.config.node, (now, finished, took), count, problem).await?;
    }
    tx.commit().await?;
    Ok(())
}
