//! `/o/{org}/cycles/{cycle}/report`: what a cycle came to, for the whole organisation or a team, to read and to print.

use super::filter::{Asked, Filter};
use super::gather::Gathered;
use super::queries::{self, GradeRow};
use super::queue::{Reach, reach};
use super::week_strip::{Week, strip, weeks};
use crate::clock::Now;
use crate::fault::{Fault, Result};
use crate::ids::{CycleId, KeyResultId, ObjectiveId};
use crate::language::Words;
use crate::okr::parts::Word;
use crate::okr::receipt::CountReceipt;
use crate::okr::slip::{Pen, Slip};
use crate::okr::standing::Standing;
use crate::okr::{NamedCycle, cycles, sentence};
use crate::organisation::{Me, Member};
use crate::web::{Nav, Page, Path, Query, Shell};
use askama::Template;
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// `templates/review/report.html`
#[derive(Template)]
#[template(path = "review/report.html")]
struct ReportPage {
    shell: Shell,
    t: Words,
    name: String,
    dates: String,
    sentence: String,
    /// How the sentence follows.
    slip: Slip,
    /// "Three of five key results are graded."
    graded: String,
    cycle: String,
    record: String,
    /// The whole organisation's report and each team's: name, address, whether it is this one.
    scopes: Vec<(String, String, bool)>,
    weeks: Vec<Week>,
    /// What the values are: those of now, or those it ended at.
    value: &'static str,
    sheets: Vec<Sheet>,
}

/// An objective with what became of it.
struct Sheet {
    id: ObjectiveId,
    team: String,
    title: String,
    href: String,
    grade: Option<String>,
    note: String,
    learned: String,
    goes_on: Option<String>,
    rows: Vec<Row>,
}

/// A key result with what became of it.
struct Row {
    title: String,
    href: String,
    owner: Option<String>,
    reach: Reach,
    words: Vec<Option<Word>>,
    grade: Option<String>,
    note: String,
    cause: String,
    /// What becomes of it.
    then: String,
}

/// The grades of a cycle by what they were given to.
#[derive(Default)]
struct Grades {
    key_results: HashMap<KeyResultId, GradeRow>,
    objectives: HashMap<ObjectiveId, GradeRow>,
}

impl Grades {
    fn of(rows: Vec<GradeRow>) -> Self {
        let mut grades = Self::default();
        for row in rows {
            if let Some(id) = row.key_result {
                grades.key_results.insert(id, row);
            } else if let Some(id) = row.objective {
                grades.objectives.insert(id, row);
            }
        }
        grades
    }
}

/// `GET /o/{org}/cycles/{cycle}/report`
pub(super) async fn page(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, CycleId)>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let all = cycles(&mut tx).await?;
    let named = all.iter().find(|one| one.id == id).ok_or(Fault::NotFound)?;
    let gathered = Gathered::of(&mut tx, Some(me.id), named, now).await?;
    let filter = asked.filter(&[], &gathered.teams, &[])?.scope_alone();
    let grades = Grades::of(queries::grades(&mut tx, id).await?);
    let report = Report { me: &me, named, gathered: &gathered, filter: &filter, grades: &grades, now };
    Ok(Page(report.page()).into_response())
}

/// What a report is drawn from.
struct Report<'a> {
    me: &'a Me,
    named: &'a NamedCycle,
    gathered: &'a Gathered,
    filter: &'a Filter,
    grades: &'a Grades,
    now: DateTime<Utc>,
}

impl Report<'_> {
    fn page(&self) -> ReportPage {
        let Self { me, named, gathered, filter, grades, now } = *self;
        let (t, cycle) = (me.words(), &named.cycle);
        let kept: Vec<_> = gathered.standings.iter().filter(|one| filter.keeps(one)).collect();
        let count = CountReceipt::new(kept.iter().copied());
        let given = |one: &&&Standing| grades.key_results.get(&one.id).is_some_and(|it| it.grade.is_some());
        let graded = kept.iter().filter(given).count();
        let at = me.at(&format!("/cycles/{}", named.id));
        let weeks = weeks(cycle, now);
        let mut aims: Vec<_> = gathered
            .aims
            .iter()
            .filter(|aim| filter.scope.keeps(aim.team.as_ref().map(|team| team.id)))
            .collect();
        aims.sort_by_key(|aim| aim.team.as_ref().map(|team| (team.name.as_str(), team.id)));
        ReportPage {
            shell: Shell::of(me, Nav::Review, now),
            t,
            name: named.label(t),
            dates: t.okr_from_to(t.date_year(cycle.first), t.date_year(cycle.last)),
            sentence: sentence::of_cycle(t, named, count.shown, now),
            slip: Pen::of(me).count(&count, &gathered.standings),
            graded: t.report_graded(graded, kept.len()),
            record: format!("{at}/record"),
            scopes: self.scopes(&at),
            cycle: at,
            sheets: aims.into_iter().map(|aim| self.sheet(aim, &weeks)).collect(),
            weeks,
            value: if now < cycle.ends() { t.columns_now() } else { t.closing_ended() },
        }
    }

    fn scopes(&self, at: &str) -> Vec<(String, String, bool)> {
        let t = self.me.words();
        let here = |scope: super::filter::Scope| self.filter.scope == scope;
        let all = (t.review_all_teams().to_owned(), format!("{at}/report"), here(super::filter::Scope::All));
        let teams = self.gathered.teams.iter().map(|team| {
            let address = format!("{at}/report?team={}", team.slug);
            (team.name.clone(), address, here(super::filter::Scope::Team(team.id)))
        });
        std::iter::once(all).chain(teams).collect()
    }

    fn sheet(&self, aim: &super::queries::Aim, weeks: &[Week]) -> Sheet {
        let t = self.me.words();
        let given = self.grades.objectives.get(&aim.id);
        let own = self.gathered.standings.iter().filter(|one| one.objective == aim.id);
        Sheet {
            id: aim.id,
            team: aim.team.as_ref().map_or_else(|| t.okr_company().to_owned(), |team| team.name.clone()),
            title: aim.title.clone(),
            href: self.me.at(&format!("/objectives/{}", aim.id)),
            grade: given.and_then(|it| it.grade).map(|grade| t.number(grade.normalize())),
            note: given.map(|it| it.note.clone()).unwrap_or_default(),
            learned: given.map(|it| it.cause.clone()).unwrap_or_default(),
            goes_on: given.and_then(|it| it.goes_on.as_ref()).map(|name| t.report_goes_on(name)),
            rows: own.map(|one| self.row(one, weeks)).collect(),
        }
    }

    fn row(&self, one: &Standing, weeks: &[Week]) -> Row {
        let (t, me) = (self.me.words(), self.me);
        let given = self.grades.key_results.get(&one.id);
        let words = strip(self.gathered.log(one.id), &self.named.cycle, weeks);
        let then =
            match (given.and_then(|it| it.goes_on.as_ref()), given.and_then(|it| it.outlook.as_deref())) {
                (Some(name), _) => t.report_goes_on(name),
                (None, Some("carry")) => t.report_carry().to_owned(),
                (None, Some("drop")) => t.report_drop().to_owned(),
                (None, Some(_)) => t.report_done().to_owned(),
                (None, None) => t.closing_record_not_decided().to_owned(),
            };
        Row {
            title: one.title.clone(),
            href: me.at(&format!("/key-results/{}", one.id)),
            owner: one.owner.as_ref().map(|owner| owner.name.clone()),
            reach: reach(me, one),
            words: words.into_iter().map(|word| word.map(|word| Word::said(t, word))).collect(),
            grade: given.and_then(|it| it.grade).map(|grade| t.number(grade.normalize())),
            note: given.map(|it| it.note.clone()).unwrap_or_default(),
            cause: given.map(|it| it.cause.clone()).unwrap_or_default(),
            then,
        }
    }
}
