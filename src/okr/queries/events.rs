//! What happened to an objective: read from what is kept of it and of its key results.

use crate::db::OrgTx;
use crate::ids::{KeyResultId, ObjectiveId, OrgId};
use chrono::{DateTime, Utc};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(in crate::okr) enum EventKind {
    /// The objective was written.
    Written,
    /// A key result was added.
    Added,
    /// The terms of a key result changed.
    Changed,
    /// A key result was let go.
    LetGo,
}

/// One thing that happened.
pub(in crate::okr) struct EventRow {
    pub(in crate::okr) kind: EventKind,
    pub(in crate::okr) at: DateTime<Utc>,
    /// The key result, but for the objective itself.
    pub(in crate::okr) key_result: Option<KeyResultId>,
    pub(in crate::okr) title: String,
    /// Who, where that is kept.
    pub(in crate::okr) name: Option<String>,
    /// The reason given.
    pub(in crate::okr) words: String,
}

/// All that happened, newest first.
pub(in crate::okr) async fn events(tx: &mut OrgTx, id: ObjectiveId) -> sqlx::Result<Vec<EventRow>> {
    sqlx::query_as!(
        EventRow,
        r#"with own as (select * from key_result where org_id = $1 and objective_id = $2)
           select 'written' as "kind!: EventKind", created_at as "at!", null::uuid as "key_result: KeyResultId", title as "title!",
                  null::text as name, '' as "words!"
             from objective where org_id = $1 and id = $2
           union all
           select 'added', created_at, id, title, null, '' from own
           union all
           select 'let_go', dropped_at, id, title, null, '' from own where dropped_at is not null
           union all
           select 'changed', e.effective_at, own.id, own.title, m.name, e.reason
             from own
             join key_result_terms e on e.org_id = $1 and e.key_result_id = own.id
             left join member m on m.org_id = e.org_id and m.id = e.member_id
            where exists (select from key_result_terms before where before.org_id = $1 and before.key_result_id = own.id
                             and (before.effective_at, before.id) < (e.effective_at, e.id))
            order by 2 desc, 4"#,
        tx.org as OrgId,
        id as ObjectiveId,
    )
    .fetch_all(&mut **tx)
    .await
}
