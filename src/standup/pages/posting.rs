//! Sending the form: post it, let it go out later, look at it, keep it as a draft, or be away.

use super::bench::{Bench, Shelf};
use super::composer::{Composer, Makings};
use super::day::{Day, Task};
use super::planned::{self, GoingOut};
use super::said::Preview;
use super::{away, drafts, today};
use crate::app::App;
use crate::clock::Now;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::{StandupId, SubmissionKey};
use crate::organisation::{Me, Member};
use crate::standup::drafts::{Kept, Writing, settle};
use crate::standup::mood::Week;
use crate::standup::moods;
use crate::standup::typed::Typed;
use crate::standup::update::{self, Content, Outcome, Sending};
use crate::web::{Done, Form, Page, Path, Problems, Refused};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, NaiveDate, Utc};

/// `POST …/standups/{standup}/updates`: what the buttons of the form do.
pub(super) async fn send(
    State(app): State<App>,
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, standup)): Path<(String, StandupId)>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response> {
    let form = Sent::read(fields)?;
    let day = Day::of(&mut tx, &me, now).await?;
    let task = task(&day, standup, form.date, now)?;
    if form.typed.has("draft") || form.typed.has("away") {
        let kept = drafts::keep_form(&mut tx, &me, task, &form, now).await?;
        if form.typed.has("away") {
            return away::leave_now(tx, &me, now).await;
        }
        tx.commit().await?;
        let done = if kept == Kept::Aside { Done::KeptAside } else { Done::DraftKept };
        return Ok(done.at(&task.address(&me)));
    }
    let key = form.key.ok_or_else(|| Fault::BadForm("no submission key".to_owned()))?;
    let bench = Bench::of(&mut tx, &app.keys, &me, (&day, task), &[&form.typed], now).await?;
    let makings = bench.makings(&me, (&day, task), now);
    let sent = Sheet { me: &me, day: &day, task, form: &form, key, bench: &bench, makings: &makings, now };
    let mut problems = Problems::new();
    let content = makings.read(&form.typed, &mut problems);
    if form.typed.has("preview") {
        return sent.look_at(tx, &content).await;
    }
    if !problems.is_empty() {
        return sent.refuse(&mut tx, problems, None).await;
    }
    let week = Week::of(me.org, task.standup.team, task.date);
    let done = if form.typed.has("later") {
        match planned::plan(&mut tx, &me, (&day, task), (&form.typed, key, form.revision), now).await? {
            Ok(_) => Done::Planned.at(&me.at("/today")),
            Err(problems) => return sent.refuse(&mut tx, problems, None).await,
        }
    } else {
        let sending = sending(&me, task, key);
        match update::post(&mut tx, sending, &content, now).await? {
            Outcome::Posted(_) => Done::Posted.at(&task.address(&me)),
            Outcome::Taken(id) => {
                let taken = Some(me.at(&format!("/updates/{id}/edit")));
                return sent.refuse(&mut tx, Problems::new(), taken).await;
            }
        }
    };
    if let Some(mood) = content.mood {
        moods::answer(&mut tx, &app.keys, week, me.id, mood).await?;
    }
    let writing = Writing { place: task.place(&me), form: key, revision: form.revision };
    settle(&mut tx, writing, &form.typed.kept()).await?;
    tx.commit().await?;
    Ok(done)
}

/// A form that was sent, with all that is needed to send it back.
struct Sheet<'a> {
    me: &'a Me,
    day: &'a Day,
    task: Task<'a>,
    form: &'a Sent,
    key: SubmissionKey,
    bench: &'a Bench,
    makings: &'a Makings<'a>,
    now: DateTime<Utc>,
}

impl Sheet<'_> {
    /// The page again, with all that was typed.
    async fn refuse(&self, tx: &mut OrgTx, problems: Problems, taken: Option<String>) -> Result<Response> {
        let composer = Composer { taken, ..self.again(tx, problems).await? };
        Ok(Refused(self.page(tx, composer).await?).into_response())
    }

    /// The page again, with how the update will read. What was typed is kept as a draft, too.
    async fn look_at(&self, mut tx: OrgTx, content: &Content) -> Result<Response> {
        let kept = drafts::keep_form(&mut tx, self.me, self.task, self.form, self.now).await?;
        let blocker = content.blocker.as_ref().map(|it| it.body.as_str());
        let preview = Some(Preview::of(&self.bench.standup, &content.answers, blocker));
        let composer = Composer { preview, ..self.again(&mut tx, Problems::new()).await? };
        let revision = if let Kept::Saved(revision) = kept { revision } else { composer.revision };
        let page = self.page(&mut tx, Composer { revision, ..composer }).await?;
        tx.commit().await?;
        Ok(Page(page).into_response())
    }

    async fn again(&self, tx: &mut OrgTx, problems: Problems) -> Result<Composer> {
        let shelf = Shelf::of(tx, self.me, self.task).await?;
        let later = GoingOut::of(self.me, self.day, shelf.planned(self.task), self.now);
        Ok(Composer {
            revision: self.form.revision,
            asides: shelf.asides(self.me, self.bench, &self.form.typed),
            later: Some(if self.form.typed.has("later_day") { later.typed(&self.form.typed) } else { later }),
            ..self.makings.composer(&self.form.typed, self.key, problems)
        })
    }

    async fn page(&self, tx: &mut OrgTx, composer: Composer) -> Result<today::TodayPage> {
        let panel = today::Panel::Write(composer);
        today::page(tx, self.day, self.me, Some(self.task), panel, self.now).await
    }
}

/// A form as it came.
pub(super) struct Sent {
    pub(super) typed: Typed,
    pub(super) date: NaiveDate,
    pub(super) key: Option<SubmissionKey>,
    /// The draft it was opened with.
    pub(super) revision: i32,
}

impl Sent {
    pub(super) fn read(fields: Vec<(String, String)>) -> Result<Self> {
        let typed = Typed::new(fields).ok_or_else(|| Fault::BadForm("a field came twice".to_owned()))?;
        let date = typed.get("local_date").parse().map_err(|_| Fault::BadForm("no date".to_owned()))?;
        let key = typed.get("submission_key").parse().ok();
        // One that can't be read has seen no draft.
        let revision = typed.get("revision").parse().unwrap_or(0).max(0);
        Ok(Self { typed, date, key, revision })
    }
}

/// The date of the form, if this member may write for it now or has.
pub(super) fn task<'a>(
    day: &'a Day,
    standup: StandupId,
    date: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Task<'a>> {
    let turns = day.turns_at(standup).ok_or(Fault::NotFound)?;
    let task = day.task(turns, date);
    let may = task.posted.is_some() || turns.may_write(date, now);
    if may { Ok(task) } else { Err(Fault::NotFound) }
}

/// The form as it is sent for this task.
pub(in crate::standup) fn sending(me: &Me, task: Task<'_>, key: SubmissionKey) -> Sending {
    let zone = task.turns.zone(task.date);
    Sending { place: task.place(me), team: task.standup.team, zone, home: me.zone, key }
}
