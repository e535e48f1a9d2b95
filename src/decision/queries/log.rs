//! The log of decisions.

use crate::db::OrgTx;
use crate::decision::rule::Standing;
use crate::ids::{DecisionId, MemberId, OrgId, TeamId};
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

/// What narrows the log down.
#[derive(Debug, Clone, Default)]
pub(in crate::decision) struct Narrow {
    pub(in crate::decision) team: Option<TeamId>,
    pub(in crate::decision) standing: Option<Standing>,
    /// Who proposed it or decides.
    pub(in crate::decision) person: Option<MemberId>,
    /// Proposed or ended from this instant on, and before that one.
    pub(in crate::decision) from: Option<DateTime<Utc>>,
    pub(in crate::decision) until: Option<DateTime<Utc>>,
    /// Only those a search found.
    pub(in crate::decision) found: Option<Vec<Uuid>>,
    /// Of those that ended, only older ones than this.
    pub(in crate::decision) before: Option<DecisionId>,
}

/// A decision in the log.
pub(in crate::decision) struct LogRow {
    pub(in crate::decision) id: DecisionId,
    pub(in crate::decision) question: String,
    pub(in crate::decision) team: Option<String>,
    pub(in crate::decision) proposer: String,
    pub(in crate::decision) closes_at: Option<DateTime<Utc>>,
    pub(in crate::decision) ended_at: Option<DateTime<Utc>>,
    pub(in crate::decision) outcome: Option<String>,
    pub(in crate::decision) settled_by: Option<String>,
    pub(in crate::decision) reason: String,
    pub(in crate::decision) revisit_on: Option<NaiveDate>,
    /// How many are asked, and how many of them have answered.
    pub(in crate::decision) asked: i64,
    pub(in crate::decision) answered: i64,
    /// Whether the reader is asked, and has answered.
    pub(in crate::decision) mine: bool,
    pub(in crate::decision) done: bool,
    /// When the reader's window ends.
    pub(in crate::decision) my_end: Option<DateTime<Utc>>,
    /// How many there are of its sort, this and later pages.
    pub(in crate::decision) all: i64,
}

/// An open decision, as those who lead are told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    /// Which.
    pub id: DecisionId,
    /// What is asked.
    pub question: String,
    /// Whose it is; none: the whole organisation's.
    pub team: Option<TeamId>,
    /// When the last window ends of those who have not answered.
    pub closes_at: DateTime<Utc>,
    /// How many are asked.
    pub asked: i64,
    /// How many of them have answered.
    pub answered: i64,
}

/// The open decisions that close until then at the latest, the first to close first.
///
/// # Errors
/// When the database fails.
pub async fn closing(tx: &mut OrgTx, until: DateTime<Utc>) -> sqlx::Result<Vec<Closing>> {
    sqlx::query_as!(
        Closing,
        r#"select d.id as "id: DecisionId", v.question, m.team_id as "team: TeamId", m.closes_at as "closes_at!",
                  its.asked as "asked!", its.answered as "answered!"
             from decision d
             join matter m on m.org_id = d.org_id and m.id = d.id
             join decision_version v on v.org_id = d.org_id and v.decision_id = d.id and v.number = d.version
             cross join lateral (select count(*) as asked, count(answered_at) as answered from fair_window f
                                  where f.org_id = d.org_id and f.matter_id = d.id) its
            where d.org_id = $1 and d.state = 'open' and m.closes_at <= $2
            order by m.closes_at, d.id"#,
        tx.org as OrgId,
        until,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Decisions this member may read: those with a word still to be said (`ended` is false), the first to close first; or those
/// that are over, the newest first. At most `most`.
pub(in crate::decision) async fn log(
    tx: &mut OrgTx,
    reader: MemberId,
    narrow: &Narrow,
    ended: bool,
    most: i64,
) -> sqlx::Result<Vec<LogRow>> {
    sqlx::query_as!(
        LogRow,
        r#"select d.id as "id: DecisionId", v.question, t.name as "team?", p.name as proposer, m.closes_at, d.ended_at,
                  o.body as "outcome?", s.name as "settled_by?", d.reason, d.revisit_on,
                  its.asked as "asked!", its.answered as "answered!", w.member_id is not null as "mine!",
                  w.answered_at is not null as "done!", w.ends_at as "my_end?", count(*) over () as "all!"
             from decision d
             join matter m on m.org_id = d.org_id and m.id = d.id
             join decision_version v on v.org_id = d.org_id and v.decision_id = d.id and v.number = d.version
             join member p on p.org_id = d.org_id and p.id = d.proposer_id
             left join team t on t.org_id = m.org_id and t.id = m.team_id
             left join decision_option o on o.org_id = d.org_id and o.id = d.outcome_id
             left join member s on s.org_id = d.org_id and s.id = d.settled_by
             left join fair_window w on w.org_id = d.org_id and w.matter_id = d.id and w.member_id = $2
             cross join lateral (select count(*) as asked, count(answered_at) as answered from fair_window f
                                  where f.org_id = d.org_id and f.matter_id = d.id) its
            where d.org_id = $1 and may_read_team(m.org_id, m.team_id, $2)
              and (d.state = 'withdrawn' or d.outcome_id is not null) = $3
              and ($4::uuid is null or m.team_id = $4) and ($5::uuid[] is null or d.id = any($5))
              and ($8::text is null or $8 = case when d.state <> 'closed' then d.state when d.outcome_id is null then 'unsettled' else 'settled' end)
              and ($9::uuid is null or d.proposer_id = $9
                   or exists (select from fair_window f where f.org_id = d.org_id and f.matter_id = d.id and f.member_id = $9))
              and ($10::timestamptz is null or d.proposed_at >= $10 or d.ended_at >= $10)
              and ($11::timestamptz is null or d.proposed_at < $11 or d.ended_at < $11)
              and ($6::uuid is null or (d.ended_at, d.id) < (select b.ended_at, b.id from decision b where b.org_id = $1 and b.id = $6))
            order by d.ended_at desc, m.closes_at, d.id desc limit $7"#,
        tx.org as OrgId,
        reader as MemberId,
        ended,
        narrow.team as Option<TeamId>,
        narrow.found.as_deref(),
        narrow.before as Option<DecisionId>,
        most,
        narrow.standing as Option<Standing>,
        narrow.person as Option<MemberId>,
        narrow.from,
        narrow.until,
    )
    .fetch_all(&mut **tx)
    .await
}

/// Somebody who proposed or decides.
pub(in crate::decision) struct PersonRow {
    pub(in crate::decision) id: MemberId,
    pub(in crate::decision) name: String,
}

/// Those who proposed or decide something this member may read, by name.
pub(in crate::decision) async fn people(tx: &mut OrgTx, reader: MemberId) -> sqlx::Result<Vec<PersonRow>> {
    sqlx::query_as!(
        PersonRow,
        r#"select p.id as "id: MemberId", p.name from member p
            where p.org_id = $1
              and exists (select from matter m join decision d on d.org_id = m.org_id and d.id = m.id
                           where m.org_id = $1 and may_read_team(m.org_id, m.team_id, $2)
                             and (d.proposer_id = p.id
                                  or exists (select from fair_window f where f.org_id = $1 and f.matter_id = m.id and f.member_id = p.id)))
            order by p.name, p.id"#,
        tx.org as OrgId,
        reader as MemberId,
    )
    .fetch_all(&mut **tx)
    .await
}
