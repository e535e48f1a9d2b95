//! What Saltmarsh decides: one decision that is made, and one that waits for the visitor.

use super::Teller;
use crate::calendar::{Absence, WorkingTime};
use crate::decision::{self, Answer, Asked, Link, Proposal, Silence, View};
use crate::demo::decisions::{Decision, Given};
use crate::demo::{Moment, PersonKey};
use crate::ids::SubmissionKey;
use anyhow::{Context as _, Result};
use chrono::{DateTime, TimeDelta, Utc};

impl Teller<'_> {
    /// Tells all of them.
    pub(super) async fn decisions(&mut self) -> Result<()> {
        for told in Decision::all()? {
            let at = self.asked_at(&told.by, told.at, TimeDelta::hours(3))?;
            if at <= self.now {
                self.decision(&told, at).await?;
            }
        }
        Ok(())
    }

    /// The moment of the story, or so long before somebody's last working day ended.
    fn asked_at(&self, by: &PersonKey, at: Option<Moment>, before: TimeDelta) -> Result<DateTime<Utc>> {
        if let Some(at) = at {
            return self.instant(by, at);
        }
        let person = self.story.person(by).context("nobody has this name")?;
        let working = WorkingTime { zone: person.zone, week: &person.week, absence: &Absence::NONE };
        Ok(working.end_of_last_day(self.now).context("nobody never works")? - before)
    }

    async fn decision(&mut self, told: &Decision, at: DateTime<Utc>) -> Result<()> {
        let deciders = told.deciders.iter().map(|key| Ok(self.member(key)?.0)).collect::<Result<Vec<_>>>()?;
        let objective = *self.objectives.get(&told.objective).context("every objective has an id")?;
        let proposal = Proposal {
            key: SubmissionKey::fresh(),
            team: Some(self.teams.get(&told.team).context("every team has an id")?.id),
            proposer: self.member(&told.by)?.0,
            deciders,
            hours: told.hours,
            silence: Silence::parse(&told.silence).context("silence counts as something")?,
            asked: Asked {
                question: told.question.clone(),
                context: told.context.trim().to_owned(),
                options: told.options.clone(),
                preferred: told.preferred.checked_sub(1),
            },
            links: vec![Link::Objective(objective)],
        };
        let id = decision::propose(&mut self.tx, &proposal, at).await?;
        for given in &told.answers {
            let after = at + TimeDelta::minutes(30);
            let when = self.asked_at(&given.by, given.at, TimeDelta::hours(1))?.max(after);
            if when <= self.now {
                self.answer(id, given, when).await?;
            }
        }
        if !told.reason.is_empty() {
            let revisit = told.revisit.map(|day| day.date(self.monday));
            decision::note(&mut self.tx, id, &told.reason, revisit).await?;
        }
        Ok(())
    }

    async fn answer(&mut self, id: crate::ids::DecisionId, given: &Given, at: DateTime<Utc>) -> Result<()> {
        let (by, zone) = self.member(&given.by)?;
        let asked = decision::asked_now(&mut self.tx, id).await?.context("something is asked")?;
        let option = given.option.checked_sub(1).and_then(|at| asked.1.get(at)).copied();
        let answer = Answer { by, view: View::Option, option, reason: &given.text };
        Ok(decision::answer(&mut self.tx, (id, asked.0), answer, (at, zone)).await?)
    }
}
