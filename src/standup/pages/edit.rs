//! Changing an update of one's own. Its date, and that it was posted, stay; a mark says it was changed.

use super::composer::{Composer, Makings, words_of};
use super::day::teams_of;
use super::post::{self, Post};
use super::rows::rows_before;
use crate::clock::Now;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::{SubmissionKey, UpdateId};
use crate::language::Words;
use crate::okr::standing::{self, Standing};
use crate::organisation::{Me, Member};
use crate::standup::entry::{Before, Entry};
use crate::standup::gather::{leaves_around, people_of, standups_of};
use crate::standup::leave::Leaves;
use crate::standup::person::Person;
use crate::standup::queries::{self, Place};
use crate::standup::question::{Question, Standup};
use crate::standup::typed::Typed;
use crate::standup::update::{self, Sending};
use crate::web::{Done, Form, Nav, Page, Path, Problems, Refused, Shell};
use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};

/// `templates/standup/edit.html`.
#[derive(Template)]
#[template(path = "standup/edit.html")]
struct EditPage {
    shell: Shell,
    t: Words,
    date: String,
    /// The update's page.
    update: String,
    composer: Composer,
}

/// An update being changed, with all its form needs.
struct Changing {
    post: Post,
    standup: Standup,
    people: Vec<Person>,
    leaves: Leaves,
    standings: Vec<Standing>,
    before: Vec<Before>,
    /// How often its words were changed.
    version: i32,
}

impl Changing {
    async fn of(tx: &mut OrgTx, me: &Me, id: UpdateId, now: DateTime<Utc>) -> Result<Self> {
        let post = post::load(tx, me, &[id], now).await?.remove(&id).ok_or(Fault::NotFound)?;
        if post.member != me.id {
            return Err(Fault::Forbidden);
        }
        let mut standup = standups_of(tx, &[post.team])
            .await?
            .into_iter()
            .find(|standup| standup.id == post.standup)
            .ok_or(Fault::NotFound)?;
        // A question that is asked no more keeps its place in the updates that answered it.
        for answer in &post.answers {
            if standup.questions.iter().all(|question| question.id != answer.row.question_id) {
                let row = &answer.row;
                standup.questions.push(Question {
                    id: row.question_id,
                    kind: row.kind,
                    prompt: row.prompt.clone(),
                    options: row.options.clone(),
                });
            }
        }
        let mut teams = teams_of(me);
        teams.push(post.team);
        let people = people_of(tx, &teams, post.date..=post.date, now).await?;
        let standings = standing::of_owner(tx, me.id, now).await?;
        let brought = |id| {
            let row = post.check_in_of(id)?;
            Some(Entry {
                key_result: id,
                value: row.value,
                done: row.done.clone(),
                confidence: row.confidence,
                replaces: Some(row.check_in),
            })
        };
        let before = rows_before(&standings, brought);
        let leaves = leaves_around(tx, now).await?;
        let version = queries::count_versions(tx, id).await?;
        Ok(Self { post, standup, people, leaves, standings, before, version })
    }

    fn makings<'a>(&'a self, me: &'a Me, now: DateTime<Utc>) -> Makings<'a> {
        Makings {
            me,
            standup: &self.standup,
            date: self.post.date,
            people: &self.people,
            leaves: &self.leaves,
            standings: &self.standings,
            before: &self.before,
            plan: None,
            mood: false,
            now,
        }
    }

    /// The form, to be sent back here.
    fn page(
        &self,
        me: &Me,
        typed: &Typed,
        key: SubmissionKey,
        problems: Problems,
        now: DateTime<Utc>,
    ) -> EditPage {
        let t = me.words();
        let update = me.at(&format!("/updates/{}", self.post.id));
        let composer = self.makings(me, now).composer(typed, key, problems);
        EditPage {
            shell: Shell::of(me, Nav::Today, now),
            t,
            date: t.date_long(self.post.date),
            composer: Composer {
                action: format!("{update}/edit"),
                autosave: None,
                revision: self.version,
                readers: Vec::new(),
                ..composer
            },
            update,
        }
    }
}

/// `GET …/updates/{update}/edit`.
pub(super) async fn show(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, UpdateId)>,
) -> Result<Response> {
    let it = Changing::of(&mut tx, &me, id, now).await?;
    let answers = it.post.answers.iter().map(|answer| (answer.row.question_id, answer.row.body.clone()));
    let blocker = it.post.blocker.as_ref().filter(|blocker| blocker.open);
    let typed = words_of(&it.standup, answers, blocker);
    Ok(Page(it.page(&me, &typed, SubmissionKey::fresh(), Problems::new(), now)).into_response())
}

/// `POST …/updates/{update}/edit`.
pub(super) async fn send(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, UpdateId)>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response> {
    let typed = Typed::new(fields).ok_or_else(|| Fault::BadForm("a field came twice".to_owned()))?;
    let key: SubmissionKey =
        typed.get("submission_key").parse().map_err(|_| Fault::BadForm("no submission key".to_owned()))?;
    queries::hold_update(&mut tx, id).await?;
    let it = Changing::of(&mut tx, &me, id, now).await?;
    let mut problems = Problems::new();
    let content = it.makings(&me, now).read(&typed, &mut problems);
    let blocker = content.blocker.as_ref().map(|it| it.body.as_str());
    if typed.get("revision").parse() != Ok(it.version)
        && let Some(first) = it.standup.wanted()
        && queries::says_otherwise(&mut tx, id, &content.answers, blocker).await?
    {
        problems.add(first.field(), me.words().today_edit_crossed());
    }
    if !problems.is_empty() {
        return Ok(Refused(it.page(&me, &typed, key, problems, now)).into_response());
    }
    let sending = Sending {
        place: Place { standup: it.standup.id, member: me.id, date: it.post.date },
        team: it.post.team,
        zone: it.standup.timetable.zone(me.zone, it.post.date),
        home: me.zone,
        key,
    };
    update::change(&mut tx, id, sending, &content, now).await?;
    tx.commit().await?;
    Ok(Done::Edited.at(&me.at(&format!("/updates/{id}"))))
}
