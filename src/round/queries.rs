//! The SQL of reviews without a meeting.

use super::course::{NewItem, Outcome, State};
use super::packed::Packed;
use crate::calendar::Zone;
use crate::db::OrgTx;
use crate::ids::{
    CycleId, DecisionId, MemberId, ObjectiveId, OrgId, ReviewId, ReviewItemId, SubmissionKey, TeamId,
};
use crate::okr::status::Confidence;
use chrono::{DateTime, Utc};
use sqlx::types::Json;

/// A review as it is now.
#[derive(Debug, Clone)]
pub(super) struct ReviewRow {
    pub(super) id: ReviewId,
    pub(super) team_id: Option<TeamId>,
    pub(super) team: String,
    pub(super) cycle_id: CycleId,
    pub(super) cycle: String,
    pub(super) lead_id: MemberId,
    pub(super) lead: String,
    pub(super) state: State,
    pub(super) opened_at: DateTime<Utc>,
    pub(super) closes_at: Option<DateTime<Utc>>,
    pub(super) ended_at: Option<DateTime<Utc>>,
    pub(super) ended_by: Option<String>,
    pub(super) summary: String,
    /// How many take part, and how many of them are done.
    pub(super) asked: i64,
    pub(super) answered: i64,
}

/// Reviews this member may read, the newest first: all of them, or one; anybody's for the clockwork, which names no reader.
pub(super) async fn reviews(
    tx: &mut OrgTx,
    only: Option<ReviewId>,
    reader: Option<MemberId>,
    most: i64,
) -> sqlx::Result<Vec<ReviewRow>> {
    sqlx::query_as!(
        ReviewRow,
        r#"select r.id, m.team_id, t.name as team, r.cycle_id, c.name as cycle, r.lead_id, l.name as lead, r.state as "state: State",
                  r.opened_at, m.closes_at, r.ended_at, e.name as "ended_by?", r.summary, its.asked as "asked!",
                  its.answered as "answered!"
             from review r
             join matter m on m.org_id = r.org_id and m.id = r.id
             join team t on t.org_id = m.org_id and t.id = m.team_id
             join cycle c on c.org_id = r.org_id and c.id = r.cycle_id
             join member l on l.org_id = r.org_id and l.id = r.lead_id
             left join member e on e.org_id = r.org_id and e.id = r.ended_by
             cross join lateral (select count(*) as asked, count(answered_at) as answered from fair_window f
                                  where f.org_id = r.org_id and f.matter_id = r.id) its
            where r.org_id = $1 and ($2::uuid is null or r.id = $2)
              and ($3::uuid is null or may_read_team(m.org_id, m.team_id, $3))
            order by r.opened_at desc, r.id desc limit $4"#,
        tx.org as OrgId,
        only as Option<ReviewId>,
        reader as Option<MemberId>,
        most,
    )
    .fetch_all(&mut **tx)
    .await
}

/// The review that came of a form, if it came already.
pub(super) async fn sent(tx: &mut OrgTx, key: SubmissionKey) -> sqlx::Result<Option<ReviewId>> {
    sqlx::query_scalar!(
        "select id from review where org_id = $1 and submission_key = $2",
        tx.org as OrgId,
        key as SubmissionKey
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Writes a review down, whose matter is open.
pub(super) async fn add(
    tx: &mut OrgTx,
    (id, key): (ReviewId, SubmissionKey),
    cycle: CycleId,
    lead: MemberId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into review (org_id, id, cycle_id, lead_id, opened_at, submission_key) values ($1, $2, $3, $4, $5, $6)",
        tx.org as OrgId,
        id as ReviewId,
        cycle as CycleId,
        lead as MemberId,
        now,
        key as SubmissionKey,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Adds one objective to a review.
pub(super) async fn add_item(
    tx: &mut OrgTx,
    review: ReviewId,
    position: i16,
    item: &NewItem,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into review_item (org_id, id, review_id, objective_id, position, prompt, packed) values ($1, $2, $3, $4, $5, $6, $7)",
        tx.org as OrgId,
        ReviewItemId::fresh() as ReviewItemId,
        review as ReviewId,
        item.objective as ObjectiveId,
        position,
        item.prompt,
        Json(&item.packed) as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// One objective of a review.
#[derive(Debug, Clone)]
pub(super) struct ItemRow {
    pub(super) id: ReviewItemId,
    pub(super) objective_id: ObjectiveId,
    pub(super) prompt: String,
    pub(super) packed: Json<Packed>,
    pub(super) outcome: Option<Outcome>,
    pub(super) reason: String,
}

/// The objectives of a review, in order.
pub(super) async fn items(tx: &mut OrgTx, review: ReviewId) -> sqlx::Result<Vec<ItemRow>> {
    sqlx::query_as!(
        ItemRow,
        r#"select id, objective_id, prompt, packed as "packed: Json<Packed>", outcome as "outcome: Outcome", reason
             from review_item where org_id = $1 and review_id = $2 order by position, id"#,
        tx.org as OrgId,
        review as ReviewId,
    )
    .fetch_all(&mut **tx)
    .await
}

/// What one participant says of one objective.
#[derive(Debug, Clone)]
pub(super) struct ViewRow {
    pub(super) item_id: ReviewItemId,
    pub(super) member_id: MemberId,
    pub(super) name: String,
    pub(super) confidence: Option<Confidence>,
    pub(super) comment: String,
    pub(super) at: DateTime<Utc>,
    pub(super) zone: Zone,
}

/// The views of a review that this member may see, in the order they were given: their own while it is open, all of them
/// afterwards. Nothing else reads views.
pub(super) async fn views(tx: &mut OrgTx, review: ReviewId, reader: MemberId) -> sqlx::Result<Vec<ViewRow>> {
    sqlx::query_as!(
        ViewRow,
        r#"select v.item_id, v.member_id, m.name, v.confidence as "confidence: Confidence", v.comment, v.at, v.zone
             from review_view v
             join review_item i on i.org_id = v.org_id and i.id = v.item_id
             join review r on r.org_id = i.org_id and r.id = i.review_id
             join member m on m.org_id = v.org_id and m.id = v.member_id
            where v.org_id = $1 and i.review_id = $2 and (r.state in ('ready', 'closed') or v.member_id = $3)
            order by v.at, v.member_id"#,
        tx.org as OrgId,
        review as ReviewId,
        reader as MemberId,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Keeps what somebody says of an objective, in place of what they said before.
pub(super) async fn put_view(
    tx: &mut OrgTx,
    item: ReviewItemId,
    member: MemberId,
    (confidence, comment): (Option<Confidence>, &str),
    (at, zone): (DateTime<Utc>, Zone),
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into review_view (org_id, item_id, member_id, confidence, comment, at, zone) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (org_id, item_id, member_id) do update
            set confidence = excluded.confidence, comment = excluded.comment, at = excluded.at, zone = excluded.zone
          where (review_view.confidence, review_view.comment) is distinct from (excluded.confidence, excluded.comment)",
        tx.org as OrgId,
        item as ReviewItemId,
        member as MemberId,
        confidence as Option<Confidence>,
        comment,
        at,
        zone as Zone,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Moves a review on to a state.
pub(super) async fn set_state(
    tx: &mut OrgTx,
    review: ReviewId,
    state: State,
    by: Option<MemberId>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update review set state = $3, ended_by = $4,
                ready_at = case when $3 = 'ready' then $5 else ready_at end,
                ended_at = case when $3 in ('closed', 'withdrawn') then $5::timestamptz end
          where org_id = $1 and id = $2",
        tx.org as OrgId,
        review as ReviewId,
        state.as_str(),
        by as Option<MemberId>,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Says what comes of an objective.
pub(super) async fn set_outcome(
    tx: &mut OrgTx,
    item: ReviewItemId,
    outcome: Outcome,
    reason: &str,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update review_item set outcome = $3, reason = $4 where org_id = $1 and id = $2",
        tx.org as OrgId,
        item as ReviewItemId,
        outcome as Outcome,
        reason,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Says what came of all of it.
pub(super) async fn set_summary(tx: &mut OrgTx, review: ReviewId, summary: &str) -> sqlx::Result<()> {
    sqlx::query!(
        "update review set summary = $3 where org_id = $1 and id = $2",
        tx.org as OrgId,
        review as ReviewId,
        summary
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A decision that was proposed about an objective.
pub(super) struct DecisionRow {
    pub(super) id: DecisionId,
    pub(super) objective_id: Option<ObjectiveId>,
    pub(super) question: String,
}

/// The decisions about these objectives that were proposed since an instant, and that this member may read.
pub(super) async fn decisions(
    tx: &mut OrgTx,
    objectives: &[ObjectiveId],
    since: DateTime<Utc>,
    reader: MemberId,
) -> sqlx::Result<Vec<DecisionRow>> {
    sqlx::query_as!(
        DecisionRow,
        r#"select d.id, l.objective_id, v.question
             from decision_link l
             join decision d on d.org_id = l.org_id and d.id = l.decision_id
             join matter m on m.org_id = d.org_id and m.id = d.id
             join decision_version v on v.org_id = d.org_id and v.decision_id = d.id and v.number = d.version
            where l.org_id = $1 and l.objective_id = any($2) and d.proposed_at >= $3 and d.state <> 'withdrawn'
              and may_read_team(m.org_id, m.team_id, $4)
            order by d.proposed_at, d.id"#,
        tx.org as OrgId,
        objectives as &[ObjectiveId],
        since,
        reader as MemberId,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Somebody who can take part.
pub(super) struct PersonRow {
    pub(super) id: MemberId,
    pub(super) name: String,
    pub(super) sits: bool,
}

/// Those who take part and may read what this team's readers read, those who sit in it first, by name.
pub(super) async fn people(tx: &mut OrgTx, team: TeamId) -> sqlx::Result<Vec<PersonRow>> {
    sqlx::query_as!(
        PersonRow,
        r#"select m.id, m.name, s.member_id is not null as "sits!"
             from member m
             left join team_member s on s.org_id = m.org_id and s.team_id = $2 and s.member_id = m.id
            where m.org_id = $1 and m.left_at is null and m.role <> 'observer' and may_read_team(m.org_id, $2, m.id)
            order by s.member_id is null, m.name, m.id"#,
        tx.org as OrgId,
        team as TeamId,
    )
    .fetch_all(&mut **tx)
    .await
}

/// A review that waits for somebody.
pub(super) struct WaitRow {
    pub(super) id: ReviewId,
    pub(super) team: String,
    pub(super) cycle: String,
    pub(super) lead: String,
    pub(super) zone: Zone,
    pub(super) at: DateTime<Utc>,
    pub(super) ends_at: Option<DateTime<Utc>>,
    /// Whether it waits for their views; else it waits to be closed by them.
    pub(super) views: bool,
}

/// The reviews that wait for a member who may read them: for their views, or, where all are in, for whoever opened it.
pub(super) async fn waiting(tx: &mut OrgTx, member: MemberId) -> sqlx::Result<Vec<WaitRow>> {
    sqlx::query_as!(
        WaitRow,
        r#"select r.id, t.name as team, c.name as cycle, l.name as lead, l.zone, coalesce(r.ready_at, r.opened_at) as "at!",
                  w.ends_at as "ends_at?", (r.state = 'open') as "views!"
             from review r
             join matter m on m.org_id = r.org_id and m.id = r.id
             join team t on t.org_id = m.org_id and t.id = m.team_id
             join cycle c on c.org_id = r.org_id and c.id = r.cycle_id
             join member l on l.org_id = r.org_id and l.id = r.lead_id
             left join fair_window w on w.org_id = r.org_id and w.matter_id = r.id and w.member_id = $2
            where r.org_id = $1 and may_read_team(m.org_id, m.team_id, $2)
              and ((r.state = 'open' and w.member_id is not null and w.answered_at is null)
                   or (r.state = 'ready' and (r.lead_id = $2 or (l.left_at is not null and exists (
                           select from team_member s where s.org_id = r.org_id and s.team_id = m.team_id and s.member_id = $2 and s.lead)))))
            order by r.opened_at, r.id"#,
        tx.org as OrgId,
        member as MemberId,
    )
    .fetch_all(&mut **tx)
    .await
}
