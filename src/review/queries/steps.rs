//! How far somebody is stepping through a cycle, and what they sent of it.

use super::Columns;
use crate::db::OrgTx;
use crate::ids::{CycleId, KeyResultId, MemberId, ObjectiveId, OrgId, SummaryId, TeamId};
use crate::review::reason::Subject;
use crate::review::walk::Outcome;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use uuid::Uuid;

/// What somebody said at a stop.
#[derive(Debug, Clone)]
pub(in crate::review) struct Stepped {
    pub(in crate::review) subject: Subject,
    pub(in crate::review) outcome: Outcome,
    pub(in crate::review) note: String,
}

struct Row {
    key_result_id: Option<KeyResultId>,
    objective_id: Option<ObjectiveId>,
    outcome: Outcome,
    note: String,
}

/// What a member said in a cycle and has not sent.
pub(in crate::review) async fn stepped(
    tx: &mut OrgTx,
    member: MemberId,
    cycle: CycleId,
) -> sqlx::Result<Vec<Stepped>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select key_result_id as "key_result_id?: KeyResultId", objective_id as "objective_id?: ObjectiveId",
                  outcome as "outcome: Outcome", note
             from review_step where org_id = $1 and member_id = $2 and cycle_id = $3 and summary_id is null"#,
        tx.org as OrgId,
        member as MemberId,
        cycle as CycleId,
    )
    .fetch_all(&mut **tx)
    .await?;
    let stepped = |row: Row| {
        let about =
            Columns { key_result: row.key_result_id, objective: row.objective_id, ..Columns::default() };
        let subject = about.subject()?;
        Some(Stepped { subject, outcome: row.outcome, note: row.note })
    };
    Ok(rows.into_iter().filter_map(stepped).collect())
}

/// Keeps what a member said at a stop, in place of what they said there before.
pub(in crate::review) async fn step(
    tx: &mut OrgTx,
    (member, cycle): (MemberId, CycleId),
    step: &Stepped,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let about = Columns::from(step.subject);
    sqlx::query!(
        r#"insert into review_step (org_id, member_id, cycle_id, key_result_id, objective_id, at, outcome, note)
           values ($1, $2, $3, $4, $5, $6, $7, $8)
           on conflict (org_id, member_id, cycle_id, subject_id)
           do update set at = excluded.at, outcome = excluded.outcome, note = excluded.note, summary_id = null"#,
        tx.org as OrgId,
        member as MemberId,
        cycle as CycleId,
        about.key_result as Option<KeyResultId>,
        about.objective as Option<ObjectiveId>,
        now,
        step.outcome as Outcome,
        step.note,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A line of a summary.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::review) struct Line {
    pub(in crate::review) objective: ObjectiveId,
    pub(in crate::review) key_result: Option<KeyResultId>,
    pub(in crate::review) team: Option<TeamId>,
    pub(in crate::review) title: String,
    pub(in crate::review) outcome: String,
    pub(in crate::review) note: String,
}

/// A summary to be kept.
pub(in crate::review) struct NewSummary<'a> {
    pub(in crate::review) id: SummaryId,
    pub(in crate::review) cycle: CycleId,
    pub(in crate::review) team: Option<TeamId>,
    pub(in crate::review) by: MemberId,
    pub(in crate::review) words: &'a str,
    pub(in crate::review) lines: &'a [Line],
}

/// Keeps it; `false` when it was kept before.
pub(in crate::review) async fn add_summary(
    tx: &mut OrgTx,
    new: NewSummary<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let kept = sqlx::query!(
        r#"insert into review_summary (org_id, id, cycle_id, team_id, member_id, at, words, lines)
           values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (org_id, id) do nothing"#,
        tx.org as OrgId,
        new.id as SummaryId,
        new.cycle as CycleId,
        new.team as Option<TeamId>,
        new.by as MemberId,
        now,
        new.words,
        Json(new.lines) as Json<&[Line]>,
    )
    .execute(&mut **tx)
    .await?;
    Ok(kept.rows_affected() == 1)
}

/// Notes that what these lines say was sent.
pub(in crate::review) async fn sent(
    tx: &mut OrgTx,
    (member, cycle): (MemberId, CycleId),
    id: SummaryId,
    lines: &[Line],
) -> sqlx::Result<()> {
    let subjects: Vec<Uuid> =
        lines.iter().map(|line| line.key_result.map_or(line.objective.0, |id| id.0)).collect();
    sqlx::query!(
        r#"update review_step set summary_id = $4
            where org_id = $1 and member_id = $2 and cycle_id = $3 and subject_id = any($5)"#,
        tx.org as OrgId,
        member as MemberId,
        cycle as CycleId,
        id as SummaryId,
        &subjects,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A summary as it was sent, as far as its reader may read it.
pub(in crate::review) struct SummaryRow {
    pub(in crate::review) cycle_id: CycleId,
    pub(in crate::review) cycle: String,
    pub(in crate::review) by: String,
    pub(in crate::review) at: DateTime<Utc>,
    pub(in crate::review) words: String,
    pub(in crate::review) lines: Json<Vec<Line>>,
}

/// One summary, with the lines about teams this member may read; nothing where it is about a team they may not.
pub(in crate::review) async fn summary(
    tx: &mut OrgTx,
    id: SummaryId,
    reader: MemberId,
) -> sqlx::Result<Option<SummaryRow>> {
    sqlx::query_as!(
        SummaryRow,
        r#"select s.cycle_id as "cycle_id: CycleId", c.name as cycle, m.name as by, s.at, s.words,
                  coalesce((select json_agg(line) from jsonb_array_elements(s.lines) line
                             where may_read_team(s.org_id, (line ->> 'team')::uuid, $3)), '[]') as "lines!: Json<Vec<Line>>"
             from review_summary s
             join cycle c on c.org_id = s.org_id and c.id = s.cycle_id
             join member m on m.org_id = s.org_id and m.id = s.member_id
            where s.org_id = $1 and s.id = $2 and may_read_team(s.org_id, s.team_id, $3)"#,
        tx.org as OrgId,
        id as SummaryId,
        reader as MemberId,
    )
    .fetch_optional(&mut **tx)
    .await
}

/// The summaries of a cycle this member may read, the newest first: which, by whom, when.
pub(in crate::review) async fn summaries(
    tx: &mut OrgTx,
    cycle: CycleId,
    reader: MemberId,
) -> sqlx::Result<Vec<(SummaryId, String, DateTime<Utc>)>> {
    let rows = sqlx::query!(
        r#"select s.id as "id: SummaryId", m.name as by, s.at from review_summary s
             join member m on m.org_id = s.org_id and m.id = s.member_id
            where s.org_id = $1 and s.cycle_id = $2 and may_read_team(s.org_id, s.team_id, $3)
            order by s.at desc, s.id limit 50"#,
        tx.org as OrgId,
        cycle as CycleId,
        reader as MemberId,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.by, row.at)).collect())
}
