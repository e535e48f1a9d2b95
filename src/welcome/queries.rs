//! The SQL of beginnings. An organisation's first rows in many rooms, and a member's first row.

use super::first_run::{ExampleKeyResult, Plan};
use super::joining::Newcomer;
use crate::calendar::{WeekdaySet, WorkWeek, Zone};
use crate::db::{GlobalTx, OrgTx};
use crate::ids::{
    AccountId, CycleId, KeyResultId, MemberId, ObjectiveId, OrgId, QuestionId, ScheduleId, StandupId, TeamId,
    TermsId,
};
use crate::language::Locale;
use crate::organisation::Role;
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;

/// Holds back every other set-up until this transaction ends.
pub(super) async fn one_set_up_at_a_time(tx: &mut GlobalTx) -> sqlx::Result<()> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('meridian set-up', 0))")
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Keeps the hash of a token that was printed in the log.
pub(super) async fn add_setup_token(
    tx: &mut GlobalTx,
    hash: &[u8],
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into mail_token (token_hash, purpose, created_at, expires_at) values ($1, 'setup', $2, $3)",
        hash,
        now,
        expires_at,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Whether a printed token still works.
pub(super) async fn setup_token_works(
    tx: &mut GlobalTx,
    hash: &[u8],
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from mail_token
            where token_hash = $1 and purpose = 'setup' and used_at is null and expires_at > $2) as "works!""#,
        hash,
        now,
    )
    .fetch_one(&mut **tx)
    .await
}

/// Uses a printed token up, and all others with it.
pub(super) async fn use_setup_token(
    tx: &mut GlobalTx,
    hash: &[u8],
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let used = sqlx::query!(
        "update mail_token set used_at = $2
          where purpose = 'setup' and used_at is null and exists (
                select from mail_token
                 where token_hash = $1 and purpose = 'setup' and used_at is null and expires_at > $2)",
        hash,
        now,
    );
    Ok(used.execute(&mut **tx).await?.rows_affected() > 0)
}

/// The organisation.
pub(super) async fn add_organisation(
    tx: &mut GlobalTx,
    id: OrgId,
    plan: &Plan,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into organisation (id, slug, name, language, zone, created_at) values ($1, $2, $3, $4, $5, $6)",
        id as OrgId,
        plan.slug,
        plan.organisation,
        plan.language as Locale,
        plan.zone as Zone,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Its owner, with the standard week until they set their own.
pub(super) async fn add_owner(
    tx: &mut OrgTx,
    account: AccountId,
    plan: &Plan,
    now: DateTime<Utc>,
) -> sqlx::Result<MemberId> {
    let week = WorkWeek::standard();
    let owner = Newcomer { name: &plan.name, zone: plan.zone, week: &week, language: plan.language };
    add_member(tx, account, Role::Owner, owner, now).await
}

/// A member. One who had left comes back as they were, under the name and hours they give now.
pub(super) async fn add_member(
    tx: &mut OrgTx,
    account: AccountId,
    role: Role,
    newcomer: Newcomer<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<MemberId> {
    sqlx::query_scalar!(
        r#"insert into member (org_id, id, account_id, name, role, zone, week, language, joined_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
           on conflict (org_id, account_id) do update
              set name = excluded.name, zone = excluded.zone, home_zone = null, travel_until = null, travel_ends_at = null,
                  week = excluded.week, left_at = null, digest = 'daily'
        returning id as "id: MemberId""#,
        tx.org as OrgId,
        MemberId::fresh() as MemberId,
        account as AccountId,
        newcomer.name,
        role as Role,
        newcomer.zone as Zone,
        Json(newcomer.week) as Json<&WorkWeek>,
        newcomer.language as Locale,
        now,
    )
    .fetch_one(&mut **tx)
    .await
}

/// The member this account is here, unless they have left.
pub(super) async fn member_of(tx: &mut OrgTx, account: AccountId) -> sqlx::Result<Option<MemberId>> {
    sqlx::query_scalar!(
        r#"select id as "id: MemberId" from member where org_id = $1 and account_id = $2 and left_at is null"#,
        tx.org as OrgId,
        account as AccountId,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// The member this account is or was here.
pub(super) async fn known_here(tx: &mut OrgTx, account: AccountId) -> sqlx::Result<Option<MemberId>> {
    sqlx::query_scalar!(
        "select id from member where org_id = $1 and account_id = $2",
        tx.org as OrgId,
        account as AccountId,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// The organisation's language, for who joins it.
pub(super) async fn language(tx: &mut OrgTx) -> sqlx::Result<Locale> {
    sqlx::query_scalar!(
        r#"select language as "language: Locale" from organisation where id = $1"#,
        tx.org as OrgId
    )
    .fetch_one(&mut **tx)
    .await
}

/// The address of an account.
pub(super) async fn address_of(tx: &mut OrgTx, account: AccountId) -> sqlx::Result<String> {
    sqlx::query_scalar!("select email from account where id = $1", account as AccountId)
        .fetch_one(&mut **tx)
        .await
}

/// The first team.
pub(super) async fn add_team(
    tx: &mut OrgTx,
    id: TeamId,
    plan: &Plan,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into team (org_id, id, slug, name, zone, created_at) values ($1, $2, $3, $4, $5, $6)",
        tx.org as OrgId,
        id as TeamId,
        plan.team.slug,
        plan.team.name,
        plan.zone as Zone,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Its standup.
pub(super) async fn add_standup(
    tx: &mut OrgTx,
    id: StandupId,
    team: TeamId,
    name: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into standup (org_id, id, team_id, name, created_at) values ($1, $2, $3, $4, $5)",
        tx.org as OrgId,
        id as StandupId,
        team as TeamId,
        name,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The first version of its schedule: weekly, on each member's own clock.
pub(super) async fn add_schedule(
    tx: &mut OrgTx,
    standup: StandupId,
    plan: &Plan,
    first: NaiveDate,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into schedule (org_id, id, standup_id, version, first_date, weekdays, every_weeks, opens_time, due_time, created_at)
         values ($1, $2, $3, 1, $4, $5, 1, $6, $7, $8)",
        tx.org as OrgId,
        ScheduleId::fresh() as ScheduleId,
        standup as StandupId,
        first,
        plan.team.days as WeekdaySet,
        plan.team.opens,
        plan.team.due,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// One of its questions.
pub(super) async fn add_question(
    tx: &mut OrgTx,
    standup: StandupId,
    position: i16,
    kind: &str,
    prompt: &str,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into question (org_id, id, standup_id, position, kind, prompt) values ($1, $2, $3, $4, $5, $6)",
        tx.org as OrgId,
        QuestionId::fresh() as QuestionId,
        standup as StandupId,
        position,
        kind,
        prompt,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The first cycle, as a draft that is due at once: whoever keeps figures works out the rest.
pub(super) async fn add_cycle(
    tx: &mut OrgTx,
    id: CycleId,
    plan: &Plan,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let cycle = &plan.cycle;
    sqlx::query!(
        "insert into cycle (org_id, id, name, first_date, last_date, zone, weekdays, state, next_turn_at, next_day, next_day_at, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, 'draft', $8, $4, $8, $8)",
        tx.org as OrgId,
        id as CycleId,
        plan.cycle_name,
        cycle.first,
        cycle.last,
        cycle.zone as Zone,
        cycle.weekdays as WeekdaySet,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The example objective.
#[expect(clippy::too_many_arguments, reason = "a row and its columns")]
pub(super) async fn add_objective(
    tx: &mut OrgTx,
    id: ObjectiveId,
    cycle: CycleId,
    team: TeamId,
    owner: MemberId,
    title: &str,
    why: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into objective (org_id, id, cycle_id, team_id, title, why, owner_id, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        tx.org as OrgId,
        id as ObjectiveId,
        cycle as CycleId,
        team as TeamId,
        title,
        why,
        owner as MemberId,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// One of its key results, and the terms it is measured by.
pub(super) async fn add_key_result(
    tx: &mut OrgTx,
    objective: ObjectiveId,
    position: i16,
    owner: MemberId,
    key_result: &ExampleKeyResult,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let id = KeyResultId::fresh();
    sqlx::query!(
        "insert into key_result (org_id, id, objective_id, position, title, owner_id, unit, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        tx.org as OrgId,
        id as KeyResultId,
        objective as ObjectiveId,
        position,
        key_result.title,
        owner as MemberId,
        key_result.unit,
        now,
    )
    .execute(&mut **tx)
    .await?;
    let kind = if key_result.target > key_result.baseline { "increase" } else { "decrease" };
    sqlx::query!(
        "insert into key_result_terms (org_id, id, key_result_id, effective_at, kind, baseline, target, weight, member_id)
         values ($1, $2, $3, $4, $5, $6, $7, 1, $8)",
        tx.org as OrgId,
        TermsId::fresh() as TermsId,
        id as KeyResultId,
        now,
        kind,
        key_result.baseline,
        key_result.target,
        owner as MemberId,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
