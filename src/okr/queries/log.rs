//! The log: terms and check-ins, written once and never changed; and the work for the roll-up that follows from them.

use crate::calendar::{Absence, CycleState, WeekdaySet, Zone};
use crate::db::OrgTx;
use crate::ids::{
    CheckInId, CycleId, DueId, ImportId, KeyResultId, MemberId, ObjectiveId, OrgId, StepId, SubmissionKey,
    TeamId, TermsId, UpdateId,
};
use crate::okr::check_in::NewCheckIn;
use crate::okr::measure::Draft;
use crate::okr::status::Confidence;
use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::Serialize;
use sqlx::types::Json;

/// An entry in the log of terms.
#[derive(Debug, Clone)]
pub(in crate::okr) struct TermsRow {
    pub(in crate::okr) id: TermsId,
    pub(in crate::okr) effective_at: DateTime<Utc>,
    pub(in crate::okr) terms: Json<Draft>,
    pub(in crate::okr) author: Option<String>,
    pub(in crate::okr) reason: String,
}

/// All terms a key result had, oldest first.
pub(in crate::okr) async fn terms_log(
    tx: &mut OrgTx,
    key_result: KeyResultId,
) -> sqlx::Result<Vec<TermsRow>> {
    sqlx::query_as!(
        TermsRow,
        r#"select e.id, e.effective_at, e.terms, m.name as "author?", e.reason
             from key_result_terms e
             left join member m on m.org_id = e.org_id and m.id = e.member_id
            where e.org_id = $1 and e.key_result_id = $2
            order by e.effective_at, e.id"#,
        tx.org as OrgId,
        key_result as KeyResultId,
    )
    .fetch_all(&mut **tx)
    .await
}

/// A check-in with its author's name.
#[derive(Debug, Clone)]
pub(in crate::okr) struct CheckInRow {
    pub(in crate::okr) id: CheckInId,
    pub(in crate::okr) at: DateTime<Utc>,
    pub(in crate::okr) local_date: NaiveDate,
    pub(in crate::okr) value: Decimal,
    pub(in crate::okr) done: Vec<StepId>,
    pub(in crate::okr) confidence: Confidence,
    pub(in crate::okr) note: String,
    pub(in crate::okr) replaces: Option<CheckInId>,
    pub(in crate::okr) submission_key: SubmissionKey,
    pub(in crate::okr) update_id: Option<UpdateId>,
    /// What the file it came from was called.
    pub(in crate::okr) file: Option<String>,
    pub(in crate::okr) member_id: MemberId,
    pub(in crate::okr) member_name: String,
}

/// All check-ins of a key result, oldest first, corrected ones included.
pub(in crate::okr) async fn check_ins(
    tx: &mut OrgTx,
    key_result: KeyResultId,
) -> sqlx::Result<Vec<CheckInRow>> {
    sqlx::query_as!(
        CheckInRow,
        r#"select i.id, i.at, i.local_date, i.value, i.done as "done: Vec<StepId>", i.confidence, i.note, i.replaces_id as replaces,
                  i.submission_key, u.id as "update_id?",
                  i.member_id, m.name as member_name, f.name as "file?"
             from check_in i
             join member m on m.org_id = i.org_id and m.id = i.member_id
             left join "update" u on u.org_id = i.org_id and u.id = i.update_id
             left join import f on f.org_id = i.org_id and f.id = i.import_id
            where i.org_id = $1 and i.key_result_id = $2
            order by i.at, i.id"#,
        tx.org as OrgId,
        key_result as KeyResultId,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Words written with a check-in.
pub(in crate::okr) struct WordsRow {
    pub(in crate::okr) key_result: KeyResultId,
    pub(in crate::okr) at: DateTime<Utc>,
    pub(in crate::okr) zone: Zone,
    pub(in crate::okr) note: String,
    pub(in crate::okr) member_id: MemberId,
    pub(in crate::okr) member_name: String,
    pub(in crate::okr) update_id: Option<UpdateId>,
}

/// The last words written with check-ins under these objectives, newest first, at most `most`; corrected ones are left
/// out.
pub(in crate::okr) async fn latest_words(
    tx: &mut OrgTx,
    objectives: &[ObjectiveId],
    most: i64,
) -> sqlx::Result<Vec<WordsRow>> {
    sqlx::query_as!(
        WordsRow,
        r#"select k.id as key_result, i.at, i.zone, i.note, i.member_id, m.name as member_name, u.id as "update_id?"
             from key_result k
             join lateral (
                 select * from check_in
                  where org_id = k.org_id and key_result_id = k.id and note <> ''
                    and not exists (select from check_in later
                                     where later.org_id = check_in.org_id and later.replaces_id = check_in.id)
                  order by at desc, id desc limit $3) i on true
             join member m on m.org_id = i.org_id and m.id = i.member_id
             left join "update" u on u.org_id = i.org_id and u.id = i.update_id
            where k.org_id = $1 and k.objective_id = any($2) and k.dropped_at is null
            order by i.at desc, i.id desc
            limit $3"#,
        tx.org as OrgId,
        objectives as &[ObjectiveId],
        most,
    )
    .fetch_all(&mut **tx)
    .await
}

/// A key result as a check-in meets it.
pub(in crate::okr) struct Measured {
    pub(in crate::okr) cycle_id: CycleId,
    pub(in crate::okr) first_date: NaiveDate,
    pub(in crate::okr) last_date: NaiveDate,
    pub(in crate::okr) cycle_zone: Zone,
    pub(in crate::okr) weekdays: WeekdaySet,
    pub(in crate::okr) state_by_hand: Option<CycleState>,
    pub(in crate::okr) reopened_on: Option<NaiveDate>,
    pub(in crate::okr) holidays: Json<Absence>,
    pub(in crate::okr) dropped: bool,
    pub(in crate::okr) terms: Json<Draft>,
}

/// The key result with its newest terms and its cycle. Held until the transaction ends: nobody drops it meanwhile, and
/// two corrections of one check-in see each other. The roll-up, which only needs it to stay, is not kept waiting.
pub(in crate::okr) async fn measured(
    tx: &mut OrgTx,
    key_result: KeyResultId,
) -> sqlx::Result<Option<Measured>> {
    sqlx::query_as!(
        Measured,
        r#"select o.cycle_id, c.first_date, c.last_date, c.zone as cycle_zone, c.weekdays, c.state_by_hand, c.reopened_on,
                  holidays_of_cycle(c.org_id, c.holiday_calendar_id, c.first_date, c.last_date) as "holidays!: Json<Absence>",
                  (k.dropped_at is not null or o.dropped_at is not null) as "dropped!",
                  newest.terms
             from key_result k
             join objective o on o.org_id = k.org_id and o.id = k.objective_id
             join cycle c on c.org_id = o.org_id and c.id = o.cycle_id
             join lateral (
                 select terms from key_result_terms
                  where org_id = k.org_id and key_result_id = k.id
                  order by effective_at desc, id desc limit 1) newest on true
            where k.org_id = $1 and k.id = $2
              for no key update of k"#,
        tx.org as OrgId,
        key_result as KeyResultId,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// What a correction replaces.
pub(in crate::okr) struct Replaced {
    /// When that was first measured: a correction says what was so then.
    pub(in crate::okr) measured_at: DateTime<Utc>,
    /// The submission that replaced it already, if one did.
    pub(in crate::okr) by: Option<SubmissionKey>,
}

/// The check-in a correction names, if the key result has it.
pub(in crate::okr) async fn replaced(
    tx: &mut OrgTx,
    key_result: KeyResultId,
    check_in: CheckInId,
) -> sqlx::Result<Option<Replaced>> {
    sqlx::query_as!(
        Replaced,
        r#"with recursive before as (
               select id, at, replaces_id from check_in where org_id = $1 and key_result_id = $2 and id = $3
               union
               select i.id, i.at, i.replaces_id from check_in i join before on i.org_id = $1 and i.id = before.replaces_id)
           select min(before.at) as "measured_at!",
                  (select submission_key from check_in where org_id = $1 and replaces_id = $3) as "by: SubmissionKey"
             from before having count(*) > 0"#,
        tx.org as OrgId,
        key_result as KeyResultId,
        check_in as CheckInId,
    )
    .fetch_optional(&mut **tx)
    .await
}

#[derive(Serialize)]
struct NewRow<'a> {
    id: CheckInId,
    member_id: MemberId,
    update_id: Option<UpdateId>,
    at: DateTime<Utc>,
    local_date: NaiveDate,
    zone: &'static str,
    value: Decimal,
    done: &'a [StepId],
    confidence: &'static str,
    note: &'a str,
    replaces_id: Option<CheckInId>,
    import_id: Option<ImportId>,
    submission_key: SubmissionKey,
}

impl<'a> NewRow<'a> {
    fn of((id, new): &'a (CheckInId, NewCheckIn)) -> Self {
        Self {
            id: *id,
            member_id: new.member,
            update_id: new.update,
            at: new.at,
            local_date: new.local_date,
            zone: new.zone.name(),
            value: new.value,
            done: &new.done,
            confidence: new.confidence.as_str(),
            note: &new.note,
            replaces_id: new.replaces,
            import_id: new.import,
            submission_key: new.submission_key,
        }
    }
}

/// So many check-ins are written by one statement, well within the time that one may take.
const AT_ONCE: usize = 1000;

/// Writes check-ins of a key result; of a submission that was written before, nothing. Answers how many were new.
pub(in crate::okr) async fn add_check_ins(
    tx: &mut OrgTx,
    key_result: KeyResultId,
    all: &[(CheckInId, NewCheckIn)],
) -> sqlx::Result<u64> {
    let mut added = 0;
    for some in all.chunks(AT_ONCE) {
        let rows: Vec<_> = some.iter().map(NewRow::of).collect();
        let written = sqlx::query!(
            r#"insert into check_in (org_id, id, key_result_id, member_id, update_id, at, local_date, zone, value, done, confidence, note,
                                     replaces_id, import_id, submission_key)
               select $1, new.id, $2, new.member_id, new.update_id, new.at, new.local_date, new.zone, new.value,
                      array(select step::uuid from jsonb_array_elements_text(new.done) step), new.confidence, new.note, new.replaces_id,
                      new.import_id, new.submission_key
                 from jsonb_to_recordset($3) as new (id uuid, member_id uuid, update_id uuid, at timestamptz, local_date date, zone text,
                      value numeric, done jsonb, confidence text, note text, replaces_id uuid, import_id uuid, submission_key uuid)
               on conflict (org_id, key_result_id, submission_key) do nothing"#,
            tx.org as OrgId,
            key_result as KeyResultId,
            Json(&rows) as Json<&Vec<NewRow<'_>>>,
        )
        .execute(&mut **tx)
        .await?;
        added += written.rows_affected();
    }
    Ok(added)
}

/// Leaves work for the roll-up and rings for it; both count once the transaction commits.
pub(in crate::okr) async fn add_due(
    tx: &mut OrgTx,
    cycle: CycleId,
    key_result: Option<KeyResultId>,
    objective: Option<ObjectiveId>,
    since: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"with left_over as (
               insert into roll_up_due (org_id, id, cycle_id, key_result_id, objective_id, since) values ($1, $2, $3, $4, $5, $6))
           select pg_notify('meridian', '')::text as rung"#,
        tx.org as OrgId,
        DueId::fresh() as DueId,
        cycle as CycleId,
        key_result as Option<KeyResultId>,
        objective as Option<ObjectiveId>,
        since,
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(())
}

/// The same for every key result the member owns, in all cycles, from before their first days.
pub(in crate::okr) async fn add_due_for_owned(tx: &mut OrgTx, owner: MemberId) -> sqlx::Result<()> {
    sqlx::query!(
        r#"with left_over as (
               insert into roll_up_due (org_id, id, cycle_id, key_result_id, since)
               select k.org_id, gen_random_uuid(), o.cycle_id, k.id, $3
                 from key_result k join objective o on o.org_id = k.org_id and o.id = k.objective_id
                where k.org_id = $1 and k.owner_id = $2)
           select pg_notify('meridian', '')::text as rung"#,
        tx.org as OrgId,
        owner as MemberId,
        DateTime::UNIX_EPOCH,
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(())
}

/// The same for every objective of a team that serves another.
pub(in crate::okr) async fn add_due_for_team(tx: &mut OrgTx, team: TeamId) -> sqlx::Result<()> {
    sqlx::query!(
        r#"with left_over as (
               insert into roll_up_due (org_id, id, cycle_id, objective_id, since)
               select org_id, gen_random_uuid(), cycle_id, id, $3 from objective
                where org_id = $1 and team_id = $2 and parent_id is not null)
           select pg_notify('meridian', '')::text as rung"#,
        tx.org as OrgId,
        team as TeamId,
        DateTime::UNIX_EPOCH,
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(())
}
