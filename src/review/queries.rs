//! The SQL of the review: what stands around the figures of a cycle, and its log.

mod answers;
mod grades;
mod raised;
mod steps;
mod views;

pub(super) use answers::*;
pub(super) use grades::*;
pub(super) use raised::*;
pub(super) use steps::*;
pub(super) use views::*;

use crate::calendar::{Absence, WorkWeek, WorkingTime, Zone};
use crate::db::OrgTx;
use crate::ids::{
    CheckInId, CycleId, DecisionId, KeyResultId, MemberId, ObjectiveId, OrgId, StepId, TeamId, UpdateId,
    ViewId,
};
use crate::okr::log::CheckIn;
use crate::okr::standing::{Person, TeamName};
use crate::okr::status::Confidence;
use crate::standup::blocker::{Stretch, age};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use rust_decimal::Decimal;
use serde::Deserialize;
use sqlx::types::Json;
use std::collections::HashMap;
use uuid::Uuid;

/// An objective, as far as a review looks at it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Aim {
    pub(super) id: ObjectiveId,
    pub(super) title: String,
    pub(super) team: Option<TeamName>,
    pub(super) owner: Option<Person>,
    /// Since when nobody owns it, when nobody does.
    pub(super) ownerless_since: DateTime<Utc>,
    /// Whether its progress follows from anything.
    pub(super) measured: bool,
    /// Since when it does not, when it does not.
    pub(super) unmeasured_since: DateTime<Utc>,
}

/// An open blocker, with the working time its age is counted in: that of whoever can unblock it, or its author's when
/// that may be anyone on the team.
#[derive(Debug, Deserialize)]
pub(super) struct BlockerRow {
    pub(super) update: UpdateId,
    pub(super) team: TeamId,
    pub(super) author_id: MemberId,
    pub(super) author: String,
    pub(super) unblocker: Option<String>,
    pub(super) body: String,
    pub(super) opened_at: DateTime<Utc>,
    stretches: Vec<Stretch>,
    zone: Zone,
    week: WorkWeek,
    absence: Absence,
    pub(super) replies: i64,
    pub(super) measured: Vec<KeyResultId>,
}

impl BlockerRow {
    /// Its age at `now`, in that working time.
    pub(super) fn age(&self, now: DateTime<Utc>) -> TimeDelta {
        let time = WorkingTime { zone: self.zone, week: &self.week, absence: &self.absence };
        age(&self.stretches, time, now)
    }
}

/// A decision whose window is over and whose proposer has not said what is decided.
#[derive(Debug, Deserialize)]
pub(super) struct UnsettledRow {
    pub(super) id: DecisionId,
    pub(super) team: Option<TeamId>,
    pub(super) question: String,
    pub(super) proposer_id: MemberId,
    pub(super) proposer: String,
    /// Whether they are still here.
    pub(super) here: bool,
    pub(super) since: DateTime<Utc>,
}

/// Somebody who can own something.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Candidate {
    pub(super) id: MemberId,
    pub(super) name: String,
    /// The teams they sit in.
    pub(super) teams: Vec<TeamId>,
    /// Whether they look after a team or the organisation.
    pub(super) leads: bool,
    /// Whether they read private teams they don't sit in.
    pub(super) owner: bool,
}

/// A choice of what to look at, under a name.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct View {
    pub(super) id: ViewId,
    pub(super) name: String,
    /// What stands behind the question mark.
    pub(super) query: String,
}

/// What stands around the figures of a cycle.
pub(super) struct Frame {
    /// The teams the reader may read, by name.
    pub(super) teams: Json<Vec<TeamName>>,
    /// The objectives of the cycle, of all teams.
    pub(super) aims: Json<Vec<Aim>>,
    /// Since when nobody owns the key results that nobody owns.
    pub(super) ownerless: Json<HashMap<KeyResultId, DateTime<Utc>>>,
    /// Since which closed day key results are said to be on track against their pace.
    pub(super) against: Json<HashMap<KeyResultId, NaiveDate>>,
    /// The key results that have a grade.
    pub(super) graded: Vec<KeyResultId>,
    /// Open blockers of teams the reader may read.
    pub(super) blockers: Json<Vec<BlockerRow>>,
    /// Decisions of such teams and of the whole organisation that nobody has settled.
    pub(super) unsettled: Json<Vec<UnsettledRow>>,
    /// Those who can own something; none without a reader.
    pub(super) people: Json<Vec<Candidate>>,
    /// What was said and not taken back, to what concerns the cycle or is a blocker.
    pub(super) answers: Json<Vec<AnswerRow>>,
    /// What the reader keeps under a name.
    pub(super) views: Json<Vec<View>>,
    /// What the reader has looked at stepping through, and has not sent.
    pub(super) stepped: Vec<Uuid>,
}

/// All of it in one statement. Without a reader, of all teams.
pub(super) async fn frame(tx: &mut OrgTx, cycle: CycleId, reader: Option<MemberId>) -> sqlx::Result<Frame> {
    sqlx::query_as!(
        Frame,
        r#"with own as materialized (
               select k.id, k.owner_id, coalesce(k.ownerless_since, k.created_at) as ownerless_since
                 from key_result k join objective o on o.org_id = k.org_id and o.id = k.objective_id
                where k.org_id = $1 and o.cycle_id = $2 and k.dropped_at is null and o.dropped_at is null)
           select coalesce((select json_agg(json_build_object('id', t.id, 'slug', t.slug, 'name', t.name, 'private', t.private)
                                              order by t.name, t.id)
                              from team t where t.org_id = $1 and ($3::uuid is null or may_read_team(t.org_id, t.id, $3))), '[]')
                      as "teams!: Json<Vec<TeamName>>",
                  coalesce((select json_agg(json_build_object(
                                       'id', a.id, 'title', a.title, 'ownerless_since', a.ownerless_since,
                                       'measured', a.measured, 'unmeasured_since', a.unmeasured_since,
                                       'team', case when a.team_id is not null then
                                           json_build_object('id', a.team_id, 'slug', a.team_slug, 'name', a.team_name, 'private', a.team_private) end,
                                       'owner', case when a.owner_id is not null then
                                           json_build_object('id', a.owner_id, 'name', a.owner_name) end)
                                   order by a.position, a.created_at, a.id)
                              from aim a where a.org_id = $1 and a.cycle_id = $2), '[]') as "aims!: Json<Vec<Aim>>",
                  coalesce((select json_object_agg(id, ownerless_since) from own where owner_id is null), '{}')
                      as "ownerless!: Json<HashMap<KeyResultId, DateTime<Utc>>>",
                  coalesce((select json_object_agg(p.key_result, p.since) from against_pace p
                             where p.org_id = $1 and p.cycle_id = $2), '{}')
                      as "against!: Json<HashMap<KeyResultId, NaiveDate>>",
                  array(select g.key_result_id from key_result_grade g join own on own.id = g.key_result_id
                         where g.org_id = $1) as "graded!: Vec<KeyResultId>",
                  coalesce((select json_agg(b order by b.opened_at, b.update) from open_blocker b
                             where b.org_id = $1 and ($3::uuid is null or may_read_team(b.org_id, b.team, $3))), '[]')
                      as "blockers!: Json<Vec<BlockerRow>>",
                  coalesce((select json_agg(u order by u.since, u.id) from unsettled u
                             where u.org_id = $1 and ($3::uuid is null or may_read_team(u.org_id, u.team, $3))), '[]')
                      as "unsettled!: Json<Vec<UnsettledRow>>",
                  coalesce((select json_agg(json_build_object(
                                       'id', m.id, 'name', m.name, 'teams', coalesce(sits.teams, '{}'), 'owner', m.role = 'owner',
                                       'leads', m.role in ('owner', 'admin') or coalesce(sits.leads, false)) order by m.name, m.id)
                              from member m
                              left join (select s.member_id, array_agg(s.team_id) as teams, bool_or(s.lead) as leads
                                           from team_member s where s.org_id = $1 group by s.member_id) sits on sits.member_id = m.id
                             where $3 is not null and m.org_id = $1 and m.left_at is null and m.role <> 'observer'), '[]')
                      as "people!: Json<Vec<Candidate>>",
                  coalesce((select json_agg(json_build_object(
                                       'id', a.id, 'key_result', a.key_result_id, 'objective', a.objective_id,
                                       'update', a.update_id, 'decision', a.decision_id, 'by', m.name, 'at', a.at, 'note', a.note,
                                       'until_date', a.until_date, 'until_at', a.until_at, 'marks', a.marks))
                              from attention_answer a join member m on m.org_id = a.org_id and m.id = a.member_id
                             where a.org_id = $1 and a.lifted_at is null), '[]') as "answers!: Json<Vec<AnswerRow>>",
                  coalesce((select json_agg(json_build_object('id', v.id, 'name', v.name, 'query', v.query) order by v.name, v.id)
                              from saved_view v where v.org_id = $1 and v.member_id = $3), '[]') as "views!: Json<Vec<View>>",
                  array(select w.subject_id from review_step w
                         where w.org_id = $1 and w.member_id = $3 and w.cycle_id = $2 and w.summary_id is null) as "stepped!""#,
        tx.org as OrgId,
        cycle as CycleId,
        reader as Option<MemberId>,
    )
    .fetch_one(&mut **tx)
    .await
}

/// What was written with a key result's last check-in.
pub(super) struct LastWords {
    /// The update it came with.
    pub(super) update: Option<UpdateId>,
    /// Its own note; where there is none, the first answer of that update. May be empty. Markdown.
    pub(super) words: String,
}

/// The check-ins of a cycle.
#[derive(Default)]
pub(super) struct Log {
    /// All of them by key result, corrected ones included.
    pub(super) check_ins: HashMap<KeyResultId, Vec<CheckIn>>,
    /// What was written with the last ones.
    pub(super) words: HashMap<KeyResultId, LastWords>,
}

struct CheckInRow {
    key_result_id: KeyResultId,
    id: CheckInId,
    at: DateTime<Utc>,
    local_date: NaiveDate,
    value: Decimal,
    done: Vec<StepId>,
    confidence: Confidence,
    replaces_id: Option<CheckInId>,
    update_id: Option<UpdateId>,
    words: Option<String>,
}

/// All of them, and what was written with the last of each key result, in one statement.
pub(super) async fn log(tx: &mut OrgTx, cycle: CycleId) -> sqlx::Result<Log> {
    let rows = sqlx::query_as!(
        CheckInRow,
        r#"select i.key_result_id, i.id, i.at, i.local_date, i.value, i.done as "done: Vec<StepId>", i.confidence,
                  i.replaces_id, u.id as "update_id?",
                  case when n.check_in_id is not null then coalesce(nullif(i.note, ''), said.body, '') end as words
             from check_in i
             join key_result k on k.org_id = i.org_id and k.id = i.key_result_id
             join objective o on o.org_id = k.org_id and o.id = k.objective_id
             left join "update" u on u.org_id = i.org_id and u.id = i.update_id
             left join key_result_now n
                    on n.org_id = i.org_id and n.key_result_id = i.key_result_id and n.check_in_id = i.id
             left join lateral (
                 select a.body from answer a join question q on q.org_id = a.org_id and q.id = a.question_id
                  where n.check_in_id is not null and a.org_id = i.org_id and a.update_id = u.id
                  order by q.kind = 'text' desc, q.position, q.id limit 1) said on true
            where i.org_id = $1 and o.cycle_id = $2 and k.dropped_at is null and o.dropped_at is null"#,
        tx.org as OrgId,
        cycle as CycleId,
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut log = Log::default();
    for row in rows {
        if let Some(words) = row.words {
            log.words.insert(row.key_result_id, LastWords { update: row.update_id, words });
        }
        let CheckInRow { id, at, local_date: date, value, done, confidence, replaces_id: replaces, .. } = row;
        let check_in = CheckIn { id, at, date, value, done, confidence, replaces };
        log.check_ins.entry(row.key_result_id).or_default().push(check_in);
    }
    Ok(log)
}
