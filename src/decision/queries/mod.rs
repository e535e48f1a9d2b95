//! The SQL of decisions.

pub(super) mod asked;
pub(super) mod log;
pub(super) mod write;

use super::rule::{Silence, State, View};
use crate::calendar::Zone;
use crate::db::OrgTx;
use crate::ids::{
    DecisionAnswerId, DecisionId, DecisionOptionId, DecisionVersionId, MemberId, ObjectiveId, OrgId, TeamId,
    UpdateId,
};
use chrono::{DateTime, NaiveDate, Utc};

/// A decision as it is now.
#[derive(Debug, Clone)]
pub(super) struct DecisionRow {
    pub(super) id: DecisionId,
    pub(super) team_id: Option<TeamId>,
    pub(super) team: Option<String>,
    pub(super) proposer_id: MemberId,
    pub(super) proposer: String,
    pub(super) proposer_zone: Zone,
    pub(super) silence: Silence,
    pub(super) state: State,
    /// Of each decider's working time.
    pub(super) seconds: i64,
    pub(super) proposed_at: DateTime<Utc>,
    /// When the newest version was asked.
    pub(super) opened_at: DateTime<Utc>,
    pub(super) closes_at: Option<DateTime<Utc>>,
    pub(super) ended_at: Option<DateTime<Utc>>,
    pub(super) outcome_id: Option<DecisionOptionId>,
    pub(super) outcome: Option<String>,
    /// Who said so; none: the rule.
    pub(super) settled_by: Option<String>,
    pub(super) settled_at: Option<DateTime<Utc>>,
    pub(super) reason: String,
    pub(super) revisit_on: Option<NaiveDate>,
}

/// A decision that this member may read; anybody's for the clockwork, which names no reader.
pub(super) async fn decision(
    tx: &mut OrgTx,
    id: DecisionId,
    reader: Option<MemberId>,
) -> sqlx::Result<Option<DecisionRow>> {
    sqlx::query_as!(
        DecisionRow,
        r#"select d.id as "id: DecisionId", m.team_id as "team_id: TeamId", t.name as "team?", d.proposer_id as "proposer_id: MemberId",
                  p.name as proposer, p.zone as "proposer_zone: Zone",
                  d.silence as "silence: Silence", d.state as "state: State", m.seconds, d.proposed_at, m.opened_at, m.closes_at,
                  d.ended_at, d.outcome_id as "outcome_id: DecisionOptionId", o.body as "outcome?", s.name as "settled_by?",
                  d.settled_at, d.reason, d.revisit_on
             from decision d
             join matter m on m.org_id = d.org_id and m.id = d.id
             join member p on p.org_id = d.org_id and p.id = d.proposer_id
             left join team t on t.org_id = m.org_id and t.id = m.team_id
             left join decision_option o on o.org_id = d.org_id and o.id = d.outcome_id
             left join member s on s.org_id = d.org_id and s.id = d.settled_by
            where d.org_id = $1 and d.id = $2 and ($3::uuid is null or may_read_team(m.org_id, m.team_id, $3))"#,
        tx.org as OrgId,
        id as DecisionId,
        reader as Option<MemberId>,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// What was asked once.
#[derive(Debug, Clone)]
pub(super) struct VersionRow {
    pub(super) id: DecisionVersionId,
    pub(super) question: String,
    pub(super) context: String,
    pub(super) at: DateTime<Utc>,
}

/// The versions of a decision, the newest first; there is always one.
pub(super) async fn versions(tx: &mut OrgTx, decision: DecisionId) -> sqlx::Result<Vec<VersionRow>> {
    sqlx::query_as!(
        VersionRow,
        r#"select id as "id: DecisionVersionId", question, context, at from decision_version
            where org_id = $1 and decision_id = $2 order by number desc"#,
        tx.org as OrgId,
        decision as DecisionId,
    )
    .fetch_all(&mut **tx)
    .await
}

/// One of the ways to decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OptionRow {
    pub(super) id: DecisionOptionId,
    pub(super) version_id: DecisionVersionId,
    pub(super) body: String,
    pub(super) preferred: bool,
}

/// The options of all versions of a decision, in the order they stand in.
pub(super) async fn options(tx: &mut OrgTx, decision: DecisionId) -> sqlx::Result<Vec<OptionRow>> {
    sqlx::query_as!(
        OptionRow,
        r#"select o.id as "id: DecisionOptionId", o.version_id as "version_id: DecisionVersionId", o.body, o.preferred
             from decision_option o join decision_version v on v.org_id = o.org_id and v.id = o.version_id
            where o.org_id = $1 and v.decision_id = $2 order by v.number, o.position"#,
        tx.org as OrgId,
        decision as DecisionId,
    )
    .fetch_all(&mut **tx)
    .await
}

/// What somebody answered.
#[derive(Debug, Clone)]
pub(super) struct AnswerRow {
    pub(super) id: DecisionAnswerId,
    pub(super) version_id: DecisionVersionId,
    pub(super) member_id: MemberId,
    pub(super) name: String,
    pub(super) view: View,
    pub(super) option_id: Option<DecisionOptionId>,
    pub(super) option: Option<String>,
    pub(super) reason: String,
    pub(super) at: DateTime<Utc>,
    pub(super) zone: Zone,
}

/// All answers to all versions of a decision, oldest first.
pub(super) async fn answers(tx: &mut OrgTx, decision: DecisionId) -> sqlx::Result<Vec<AnswerRow>> {
    sqlx::query_as!(
        AnswerRow,
        r#"select a.id as "id: DecisionAnswerId", a.version_id as "version_id: DecisionVersionId", a.member_id as "member_id: MemberId",
                  m.name, a.view as "view: View", a.option_id as "option_id: DecisionOptionId", o.body as "option?", a.reason, a.at,
                  a.zone as "zone: Zone"
             from decision_answer a
             join decision_version v on v.org_id = a.org_id and v.id = a.version_id
             join member m on m.org_id = a.org_id and m.id = a.member_id
             left join decision_option o on o.org_id = a.org_id and o.id = a.option_id
            where a.org_id = $1 and v.decision_id = $2 order by a.at, a.id"#,
        tx.org as OrgId,
        decision as DecisionId,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Something a decision touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// An objective.
    Objective(ObjectiveId),
    /// An update.
    Update(UpdateId),
}

/// What a decision touches, with what it is called.
pub(super) struct LinkRow {
    pub(super) objective_id: Option<ObjectiveId>,
    pub(super) update_id: Option<UpdateId>,
    pub(super) title: Option<String>,
    /// Whose update, and of when.
    pub(super) author: Option<String>,
    pub(super) date: Option<NaiveDate>,
}

/// What a decision touches and this member may read.
pub(super) async fn links(
    tx: &mut OrgTx,
    decision: DecisionId,
    reader: MemberId,
) -> sqlx::Result<Vec<LinkRow>> {
    sqlx::query_as!(
        LinkRow,
        r#"select l.objective_id as "objective_id: ObjectiveId", l.update_id as "update_id: UpdateId", o.title as "title?",
                  m.name as "author?", u.local_date as "date?"
             from decision_link l
             left join objective o on o.org_id = l.org_id and o.id = l.objective_id
             left join "update" u on u.org_id = l.org_id and u.id = l.update_id
             left join member m on m.org_id = u.org_id and m.id = u.member_id
            where l.org_id = $1 and l.decision_id = $2 and may_read_team(l.org_id, coalesce(o.team_id, u.team_id), $3)
            order by o.created_at, u.posted_at, l.linked_id"#,
        tx.org as OrgId,
        decision as DecisionId,
        reader as MemberId,
    )
    .fetch_all(&mut **tx)
    .await
}
