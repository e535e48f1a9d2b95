//! All that the form of one date is made of, brought together.

use super::composer::{Composer, Makings};
use super::day::{Day, Task};
use super::planned::GoingOut;
use super::rows::rows_before;
use super::said::Aside;
use crate::config::Keys;
use crate::db::OrgTx;
use crate::fault::Result;
use crate::ids::{QuestionId, SubmissionKey};
use crate::language::Words;
use crate::organisation::Me;
use crate::standup::entry::Before;
use crate::standup::later::Returned;
use crate::standup::mood::{Week, last_week_over};
use crate::standup::moods;
use crate::standup::queries::{self, AsideRow, DraftRow, PlanRow, PlannedRow, QuestionRow};
use crate::standup::question::{QuestionKind, Standup};
use crate::standup::typed::Typed;
use crate::web::Problems;
use chrono::{DateTime, Utc};

/// The form of one date, before anything stands in it.
pub(in crate::standup) struct Bench {
    /// With those questions that are asked no more and that the words at hand answer.
    pub(super) standup: Standup,
    plan: Option<PlanRow>,
    before: Vec<Before>,
    mood: bool,
}

impl Bench {
    /// For a task, with the words that will stand in its form.
    pub(in crate::standup) async fn of(
        tx: &mut OrgTx,
        keys: &Keys,
        me: &Me,
        (day, task): (&Day, Task<'_>),
        words: &[&Typed],
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let mut standup = task.standup.clone();
        add_retired(tx, &mut standup, words).await?;
        let week = Week::of(me.org, standup.team, task.date);
        let asked = standup.first_of(QuestionKind::Mood).is_some() && week.monday > last_week_over(now);
        Ok(Self {
            plan: queries::last_plan(tx, task.place(me)).await?,
            before: rows_before(&day.standings, |_| None),
            mood: asked && moods::may_answer(tx, keys, week, me.id).await?,
            standup,
        })
    }

    /// The same with other questions, mood and all: to see how a form would look.
    pub(super) fn asking(self, standup: Standup) -> Self {
        Self { standup, mood: true, ..self }
    }

    /// What the form is made of.
    pub(in crate::standup) fn makings<'a>(
        &'a self,
        me: &'a Me,
        (day, task): (&'a Day, Task<'_>),
        now: DateTime<Utc>,
    ) -> Makings<'a> {
        Makings {
            me,
            standup: &self.standup,
            date: task.date,
            people: &day.people,
            leaves: &day.leaves,
            standings: &day.standings,
            before: &self.before,
            plan: self.plan.as_ref(),
            mood: self.mood,
            now,
        }
    }
}

/// Words for a question that was taken out meanwhile keep it: no answer is lost to a change of the questions.
async fn add_retired(tx: &mut OrgTx, standup: &mut Standup, words: &[&Typed]) -> Result<()> {
    let answered =
        words.iter().flat_map(|typed| typed.all("answer_")).filter(|(_, text)| !text.trim().is_empty());
    let ids: Vec<QuestionId> = answered
        .filter_map(|(id, _)| id.parse().ok())
        .filter(|id| standup.questions.iter().all(|question| question.id != *id))
        .collect();
    if !ids.is_empty() {
        let rows = queries::retired_questions(tx, standup.id, &ids).await?;
        standup.questions.extend(rows.iter().map(QuestionRow::question));
    }
    Ok(())
}

/// What is kept for a place.
pub(super) struct Shelf {
    pub(super) draft: Option<DraftRow>,
    pub(super) asides: Vec<AsideRow>,
    /// What goes out later, of all days.
    pub(super) planned: Vec<PlannedRow>,
}

impl Shelf {
    pub(super) async fn of(tx: &mut OrgTx, me: &Me, task: Task<'_>) -> Result<Self> {
        let place = task.place(me);
        Ok(Self {
            draft: queries::draft(tx, place).await?,
            asides: queries::asides(tx, place).await?,
            planned: queries::planned_of(tx, me.id).await?,
        })
    }

    /// All words that are kept for the place.
    pub(super) fn words(&self) -> Vec<&Typed> {
        let drafts = self.draft.iter().map(|it| &it.fields.0);
        drafts
            .chain(self.asides.iter().map(|it| &it.fields.0))
            .chain(self.planned.iter().map(|it| &it.fields.0))
            .collect()
    }

    /// What goes out for this task.
    pub(super) fn planned(&self, task: Task<'_>) -> Option<&PlannedRow> {
        self.planned.iter().find(|it| it.standup_id == task.standup.id && it.local_date == task.date)
    }

    /// The form with what is kept in it: the draft, else what goes out later, else the last plan.
    pub(super) fn composer(
        &self,
        me: &Me,
        bench: &Bench,
        (day, task): (&Day, Task<'_>),
        now: DateTime<Utc>,
    ) -> Composer {
        let t = me.words();
        let makings = bench.makings(me, (day, task), now);
        let planned = self.planned(task);
        let typed = match (&self.draft, planned) {
            (Some(draft), _) => draft.fields.0.clone(),
            (None, Some(planned)) => planned.fields.0.clone(),
            (None, None) => makings.beginning(),
        };
        let kept = self.draft.as_ref().map(|draft| {
            let there = me.zone.reading(draft.saved_at);
            t.today_draft_from(t.date_long(there.date()), t.time(there.time()))
        });
        Composer {
            revision: self.draft.as_ref().map_or(0, |draft| draft.revision),
            kept,
            returned: self.draft.as_ref().and_then(|draft| draft.returned).map(|why| returned(t, why)),
            asides: self.asides(me, bench, &typed),
            later: Some(GoingOut::of(me, day, planned, now)),
            ..makings.composer(&typed, SubmissionKey::fresh(), Problems::new())
        }
    }

    /// What other windows hold, where it differs from these words.
    pub(super) fn asides(&self, me: &Me, bench: &Bench, here: &Typed) -> Vec<Aside> {
        self.asides
            .iter()
            .map(|row| Aside::of(me, row.clone(), &bench.standup, Some(here)))
            .filter(|aside| !aside.words.is_empty())
            .collect()
    }
}

fn returned(t: Words, why: Returned) -> &'static str {
    match why {
        Returned::Away => t.today_returned_away(),
        Returned::Gone => t.today_returned_gone(),
        Returned::Taken => t.today_returned_taken(),
        Returned::Refused => t.today_returned_refused(),
    }
}
