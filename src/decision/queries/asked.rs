//! Whom and what the form of a decision offers.

use crate::db::OrgTx;
use crate::ids::{MemberId, ObjectiveId, OrgId, TeamId, UpdateId};
use chrono::{DateTime, NaiveDate, Utc};

/// Somebody who can decide.
#[derive(Debug, Clone)]
pub(in crate::decision) struct PersonRow {
    pub(in crate::decision) id: MemberId,
    pub(in crate::decision) name: String,
    /// Whether they sit in the team.
    pub(in crate::decision) sits: bool,
}

/// Those who take part and may read what this team's readers read, by name.
pub(in crate::decision) async fn people(
    tx: &mut OrgTx,
    team: Option<TeamId>,
) -> sqlx::Result<Vec<PersonRow>> {
    sqlx::query_as!(
        PersonRow,
        r#"select m.id as "id: MemberId", m.name,
                  exists (select from team_member s where s.org_id = m.org_id and s.team_id = $2 and s.member_id = m.id) as "sits!"
             from member m
            where m.org_id = $1 and m.left_at is null and m.role <> 'observer' and may_read_team(m.org_id, $2, m.id)
            order by m.name, m.id"#,
        tx.org as OrgId,
        team as Option<TeamId>,
    )
    .fetch_all(&mut **tx)
    .await
}

/// An objective a decision may touch.
#[derive(Debug, Clone)]
pub(in crate::decision) struct ObjectiveRow {
    pub(in crate::decision) id: ObjectiveId,
    pub(in crate::decision) title: String,
}

/// The objectives of cycles that are not over, which a member may read: the team's and the organisation's, and those named.
pub(in crate::decision) async fn objectives(
    tx: &mut OrgTx,
    (team, named): (Option<TeamId>, &[ObjectiveId]),
    reader: MemberId,
) -> sqlx::Result<Vec<ObjectiveRow>> {
    sqlx::query_as!(
        ObjectiveRow,
        r#"select o.id as "id: ObjectiveId", o.title
             from objective o join cycle c on c.org_id = o.org_id and c.id = o.cycle_id
            where o.org_id = $1 and may_read_team(o.org_id, o.team_id, $3)
              and (o.id = any($4) or c.state <> 'closed' and o.dropped_at is null
                                     and (o.team_id is null or $2::uuid is null or o.team_id = $2))
            order by o.id <> all($4), o.team_id is null, o.created_at, o.id limit 40"#,
        tx.org as OrgId,
        team as Option<TeamId>,
        reader as MemberId,
        named as &[ObjectiveId],
    )
    .fetch_all(&mut **tx)
    .await
}

/// A team whose decision it can be.
pub(in crate::decision) struct TeamRow {
    pub(in crate::decision) id: TeamId,
    pub(in crate::decision) slug: String,
}

/// The team of an objective or of an update that this member may read.
pub(in crate::decision) async fn team_of(
    tx: &mut OrgTx,
    objective: Option<ObjectiveId>,
    update: Option<UpdateId>,
    reader: MemberId,
) -> sqlx::Result<Option<TeamRow>> {
    sqlx::query_as!(
        TeamRow,
        r#"select t.id as "id: TeamId", t.slug from team t
            where t.org_id = $1 and may_read_team(t.org_id, t.id, $4)
              and t.id in (select o.team_id from objective o where o.org_id = $1 and o.id = $2
                           union all select u.team_id from "update" u where u.org_id = $1 and u.id = $3)
            limit 1"#,
        tx.org as OrgId,
        objective as Option<ObjectiveId>,
        update as Option<UpdateId>,
        reader as MemberId,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// An update a decision comes from.
#[derive(Debug, Clone)]
pub(in crate::decision) struct UpdateRow {
    pub(in crate::decision) id: UpdateId,
    pub(in crate::decision) author: String,
    pub(in crate::decision) date: NaiveDate,
}

/// An update that this member may read.
pub(in crate::decision) async fn update(
    tx: &mut OrgTx,
    id: UpdateId,
    reader: MemberId,
) -> sqlx::Result<Option<UpdateRow>> {
    sqlx::query_as!(
        UpdateRow,
        r#"select u.id as "id: UpdateId", m.name as author, u.local_date as date
             from "update" u join member m on m.org_id = u.org_id and m.id = u.member_id
            where u.org_id = $1 and u.id = $2 and may_read_team(u.org_id, u.team_id, $3)"#,
        tx.org as OrgId,
        id as UpdateId,
        reader as MemberId,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Something that waits for a member.
pub(in crate::decision) struct WaitRow {
    pub(in crate::decision) id: crate::ids::DecisionId,
    pub(in crate::decision) question: String,
    pub(in crate::decision) proposer: String,
    pub(in crate::decision) zone: crate::calendar::Zone,
    pub(in crate::decision) at: DateTime<Utc>,
    /// When their window ends, where their answer is waited for.
    pub(in crate::decision) ends_at: Option<DateTime<Utc>>,
    /// Whether it waits for their answer; else for their word as the proposer, or to be looked at again.
    pub(in crate::decision) answer: bool,
    pub(in crate::decision) settle: bool,
}

/// The decisions that wait for a member who may read them: for an answer, for the word of the proposer, or to be looked at
/// again on a date of theirs that has come. What nobody is left to look after waits for those who lead.
pub(in crate::decision) async fn waiting(
    tx: &mut OrgTx,
    member: MemberId,
    today: NaiveDate,
) -> sqlx::Result<Vec<WaitRow>> {
    sqlx::query_as!(
        WaitRow,
        r#"select d.id as "id: crate::ids::DecisionId", v.question, p.name as proposer, p.zone as "zone: crate::calendar::Zone",
                  m.opened_at as at, w.ends_at as "ends_at?", (d.state = 'open') as "answer!",
                  (d.state = 'closed' and d.outcome_id is null) as "settle!"
             from decision d
             join matter m on m.org_id = d.org_id and m.id = d.id
             join decision_version v on v.org_id = d.org_id and v.decision_id = d.id and v.number = d.version
             join member p on p.org_id = d.org_id and p.id = d.proposer_id
             left join fair_window w on w.org_id = d.org_id and w.matter_id = d.id and w.member_id = $2
            where d.org_id = $1 and may_read_team(m.org_id, m.team_id, $2)
              and ((d.state = 'open' and w.member_id is not null and w.answered_at is null)
                   or (d.state = 'closed' and (d.outcome_id is null or d.revisit_on <= $3)
                       and (d.proposer_id = $2
                            or (p.left_at is not null
                                and exists (select from member me where me.org_id = d.org_id and me.id = $2
                                             and (me.role in ('owner', 'admin')
                                                  or exists (select from team_member s where s.org_id = d.org_id
                                                              and s.team_id = m.team_id and s.member_id = $2 and s.lead)))))))
            order by d.state <> 'open', m.opened_at, d.id"#,
        tx.org as OrgId,
        member as MemberId,
        today,
    )
    .fetch_all(&mut **tx)
    .await
}
