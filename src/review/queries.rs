//! The SQL of the review: the log of a cycle, last words, blockers, and what was written lately.

use crate::calendar::{Absence, WorkWeek, WorkingTime, Zone};
use crate::db::OrgTx;
use crate::ids::{CheckInId, CycleId, KeyResultId, MemberId, OrgId, StandupId, StepId, TeamId, UpdateId};
use crate::okr::log::CheckIn;
use crate::okr::status::Confidence;
use crate::standup::blocker::{Stretch, age};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use rust_decimal::Decimal;
use sqlx::types::Json;
use std::collections::HashMap;

struct CheckInRow {
    key_result_id: KeyResultId,
    id: CheckInId,
    at: DateTime<Utc>,
    local_date: NaiveDate,
    value: Decimal,
    done: Vec<StepId>,
    confidence: Confidence,
    replaces_id: Option<CheckInId>,
}

/// All check-ins of a cycle by key result, corrected ones included.
pub(super) async fn check_ins(
    tx: &mut OrgTx,
    cycle: CycleId,
) -> sqlx::Result<HashMap<KeyResultId, Vec<CheckIn>>> {
    let rows = sqlx::query_as!(
        CheckInRow,
        r#"select i.key_result_id, i.id, i.at, i.local_date, i.value, i.done as "done: Vec<StepId>", i.confidence,
                  i.replaces_id
             from check_in i
             join key_result k on k.org_id = i.org_id and k.id = i.key_result_id
             join objective o on o.org_id = k.org_id and o.id = k.objective_id
            where i.org_id = $1 and o.cycle_id = $2 and k.dropped_at is null and o.dropped_at is null"#,
        tx.org as OrgId,
        cycle as CycleId,
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut logs: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        let CheckInRow { id, at, local_date: date, value, done, confidence, replaces_id: replaces, .. } = row;
        let check_in = CheckIn { id, at, date, value, done, confidence, replaces };
        logs.entry(row.key_result_id).or_default().push(check_in);
    }
    Ok(logs)
}

/// What was written with a check-in.
pub(super) struct LastWords {
    pub(super) check_in: CheckInId,
    /// The update it came with.
    pub(super) update: Option<UpdateId>,
    /// Its own note; where there is none, the first answer of that update. May be empty. Markdown.
    pub(super) words: String,
}

/// What was written with these check-ins.
pub(super) async fn last_words(
    tx: &mut OrgTx,
    check_ins: &[CheckInId],
) -> sqlx::Result<HashMap<CheckInId, LastWords>> {
    let rows = sqlx::query_as!(
        LastWords,
        r#"select i.id as check_in, u.id as "update?", coalesce(nullif(i.note, ''), said.body, '') as "words!"
             from check_in i
             left join "update" u on u.org_id = i.org_id and u.id = i.update_id
             left join lateral (
                 select a.body from answer a join question q on q.org_id = a.org_id and q.id = a.question_id
                  where a.org_id = i.org_id and a.update_id = u.id
                  order by q.kind = 'text' desc, q.position, q.id limit 1) said on true
            where i.org_id = $1 and i.id = any($2)"#,
        tx.org as OrgId,
        check_ins as &[CheckInId],
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.check_in, row)).collect())
}

/// An open blocker, with the working time its age is counted in: that of whoever can unblock it, or its author's when
/// that may be anyone on the team.
pub(super) struct BlockerRow {
    pub(super) update: UpdateId,
    pub(super) team: TeamId,
    pub(super) author_id: MemberId,
    pub(super) author: String,
    pub(super) unblocker: Option<String>,
    pub(super) body: String,
    pub(super) opened_at: DateTime<Utc>,
    stretches: Json<Vec<Stretch>>,
    zone: Zone,
    week: Json<WorkWeek>,
    absence: Json<Absence>,
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

/// The organisation's open blockers, the one opened first on top.
pub(super) async fn open_blockers(tx: &mut OrgTx) -> sqlx::Result<Vec<BlockerRow>> {
    sqlx::query_as!(
        BlockerRow,
        r#"select b.update_id as update, b.team_id as team, b.member_id as author_id, m.name as author,
                  h.name as "unblocker?", b.body, b.opened_at, w.zone, w.week,
                  coalesce((select jsonb_agg(jsonb_build_object('from', p.opened_at, 'until', p.resolved_at)) from blocker_past p
                             where p.org_id = b.org_id and p.blocker_id = b.id), '[]'::jsonb)
                      || jsonb_build_object('from', b.opened_at, 'until', null) as "stretches!: Json<Vec<Stretch>>",
                  coalesce((select jsonb_agg(jsonb_build_array(a.first_date, a.last_date)) from absent a
                             where a.org_id = w.org_id and a.member_id = w.id), '[]'::jsonb) as "absence!: Json<Absence>",
                  (select count(*) from comment c
                    where c.org_id = b.org_id and c.update_id = b.update_id and c.deleted_at is null
                      and c.author_id <> b.member_id) as "replies!",
                  array(select distinct i.key_result_id from check_in i
                         where i.org_id = b.org_id and i.update_id = b.update_id) as "measured!: Vec<KeyResultId>"
             from blocker b
             join member m on m.org_id = b.org_id and m.id = b.member_id
             join member w on w.org_id = b.org_id and w.id = coalesce(b.unblocker_id, b.member_id)
             left join member h on h.org_id = b.org_id and h.id = b.unblocker_id
            where b.org_id = $1 and b.resolved_at is null order by b.opened_at, b.id"#,
        tx.org as OrgId,
    )
    .fetch_all(&mut **tx)
    .await
}

/// An update that was written, as far as counting goes.
pub(super) struct Written {
    pub(super) standup_id: StandupId,
    pub(super) member_id: MemberId,
    pub(super) local_date: NaiveDate,
}

/// The updates for local dates from `first` on.
pub(super) async fn written_since(tx: &mut OrgTx, first: NaiveDate) -> sqlx::Result<Vec<Written>> {
    sqlx::query_as!(
        Written,
        r#"select standup_id, member_id, local_date from "update" where org_id = $1 and local_date >= $2"#,
        tx.org as OrgId,
        first,
    )
    .fetch_all(&mut **tx)
    .await
}
