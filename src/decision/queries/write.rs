//! What is written of decisions.

use super::{Link, OptionRow};
use crate::calendar::Zone;
use crate::db::OrgTx;
use crate::decision::course::{Answer, Asked};
use crate::decision::rule::{Silence, State};
use crate::ids::{
    DecisionAnswerId, DecisionId, DecisionOptionId, DecisionVersionId, MemberId, OrgId, SubmissionKey,
};
use chrono::{DateTime, NaiveDate, Utc};

/// The decision that came of a form, if it came already.
pub(in crate::decision) async fn sent(
    tx: &mut OrgTx,
    key: SubmissionKey,
) -> sqlx::Result<Option<DecisionId>> {
    sqlx::query_scalar!(
        r#"select id as "id: DecisionId" from decision where org_id = $1 and submission_key = $2"#,
        tx.org as OrgId,
        key as SubmissionKey,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Writes a decision down, whose matter is open.
pub(in crate::decision) async fn add(
    tx: &mut OrgTx,
    (id, key): (DecisionId, SubmissionKey),
    proposer: MemberId,
    silence: Silence,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into decision (org_id, id, proposer_id, silence, proposed_at, submission_key) values ($1, $2, $3, $4, $5, $6)",
        tx.org as OrgId,
        id as DecisionId,
        proposer as MemberId,
        silence as Silence,
        now,
        key as SubmissionKey,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Adds a version with its options, which is what is asked from now on. Gives its id.
pub(in crate::decision) async fn add_version(
    tx: &mut OrgTx,
    decision: DecisionId,
    asked: &Asked,
    now: DateTime<Utc>,
) -> sqlx::Result<DecisionVersionId> {
    let id = DecisionVersionId::fresh();
    sqlx::query!(
        "with v as (insert into decision_version (org_id, id, decision_id, number, question, context, at)
                    select $1, $2, $3, coalesce(max(number), 0) + 1, $4, $5, $6
                      from decision_version where org_id = $1 and decision_id = $3 returning number)
         update decision set version = v.number from v where org_id = $1 and id = $3",
        tx.org as OrgId,
        id as DecisionVersionId,
        decision as DecisionId,
        asked.question,
        asked.context,
        now,
    )
    .execute(&mut **tx)
    .await?;
    let ids: Vec<DecisionOptionId> = asked.options.iter().map(|_| DecisionOptionId::fresh()).collect();
    sqlx::query!(
        "insert into decision_option (org_id, id, version_id, position, body, preferred)
         select $1, o.id, $2, o.position, o.body, coalesce(o.position = $5, false)
           from unnest($3::uuid[], $4::text[]) with ordinality as o (id, body, position)",
        tx.org as OrgId,
        id as DecisionVersionId,
        &ids as &[DecisionOptionId],
        &asked.options,
        asked.preferred.and_then(|at| i64::try_from(at + 1).ok()),
    )
    .execute(&mut **tx)
    .await?;
    Ok(id)
}

/// Says what a decision touches, in place of what was said before.
pub(in crate::decision) async fn set_links(
    tx: &mut OrgTx,
    decision: DecisionId,
    links: &[Link],
) -> sqlx::Result<()> {
    let objectives: Vec<_> = links
        .iter()
        .filter_map(|link| if let Link::Objective(id) = link { Some(id.0) } else { None })
        .collect();
    let updates: Vec<_> =
        links.iter().filter_map(|link| if let Link::Update(id) = link { Some(id.0) } else { None }).collect();
    sqlx::query!(
        "insert into decision_link (org_id, decision_id, objective_id, update_id)
         select $1::uuid, $2::uuid, o.id, null::uuid from unnest($3::uuid[]) as o (id)
         union all select $1, $2, null, u.id from unnest($4::uuid[]) as u (id)
         on conflict do nothing",
        tx.org as OrgId,
        decision as DecisionId,
        &objectives,
        &updates,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Adds an answer.
pub(in crate::decision) async fn add_answer(
    tx: &mut OrgTx,
    version: DecisionVersionId,
    answer: &Answer<'_>,
    (at, zone): (DateTime<Utc>, Zone),
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into decision_answer (org_id, id, version_id, member_id, view, option_id, reason, at, zone)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        tx.org as OrgId,
        DecisionAnswerId::fresh() as DecisionAnswerId,
        version as DecisionVersionId,
        answer.by as MemberId,
        answer.view as _,
        answer.option as Option<DecisionOptionId>,
        answer.reason,
        at,
        zone as Zone,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Ends a decision: closed, with the outcome the rule names if it names one; or taken back.
pub(in crate::decision) async fn end(
    tx: &mut OrgTx,
    decision: DecisionId,
    state: State,
    outcome: Option<DecisionOptionId>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update decision set state = $3, outcome_id = $4, ended_at = $5, settled_at = case when $4::uuid is not null then $5::timestamptz end
          where org_id = $1 and id = $2",
        tx.org as OrgId,
        decision as DecisionId,
        state as State,
        outcome as Option<DecisionOptionId>,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Says what is decided where the rule left it open.
pub(in crate::decision) async fn decide(
    tx: &mut OrgTx,
    decision: DecisionId,
    outcome: &OptionRow,
    by: MemberId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update decision set outcome_id = $3, settled_by = $4, settled_at = $5
          where org_id = $1 and id = $2 and outcome_id is null",
        tx.org as OrgId,
        decision as DecisionId,
        outcome.id as DecisionOptionId,
        by as MemberId,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Says why it was decided so, and when to look at it again.
pub(in crate::decision) async fn note(
    tx: &mut OrgTx,
    decision: DecisionId,
    reason: &str,
    revisit: Option<NaiveDate>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update decision set reason = $3, revisit_on = $4 where org_id = $1 and id = $2",
        tx.org as OrgId,
        decision as DecisionId,
        reason,
        revisit,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
