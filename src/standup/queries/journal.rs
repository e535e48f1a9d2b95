//! A member's own updates, looked back at.

use crate::calendar::Zone;
use crate::db::OrgTx;
use crate::ids::{MemberId, OrgId, UpdateId};
use chrono::{DateTime, NaiveDate, Utc};

/// A member's updates of some dates (all dates, where none are named), the newest first.
pub(in crate::standup) async fn ids_of_own(
    tx: &mut OrgTx,
    member: MemberId,
    dates: Option<(NaiveDate, NaiveDate)>,
) -> sqlx::Result<Vec<UpdateId>> {
    sqlx::query_scalar!(
        r#"select id from "update"
            where org_id = $1 and member_id = $2 and ($3::date is null or local_date >= $3) and ($4::date is null or local_date <= $4)
            order by local_date desc, posted_at desc, id desc"#,
        tx.org as OrgId,
        member as MemberId,
        dates.map(|(first, _)| first),
        dates.map(|(_, last)| last),
    )
    .fetch_all(&mut **tx)
    .await
}

/// The dates of a member's updates around a stretch: the last before it and the first after it.
pub(in crate::standup) struct Around {
    pub(in crate::standup) before: Option<NaiveDate>,
    pub(in crate::standup) after: Option<NaiveDate>,
}

/// What a member wrote around these dates.
pub(in crate::standup) async fn own_around(
    tx: &mut OrgTx,
    member: MemberId,
    (first, last): (NaiveDate, NaiveDate),
) -> sqlx::Result<Around> {
    sqlx::query_as!(
        Around,
        r#"select (select max(local_date) from "update" where org_id = $1 and member_id = $2 and local_date < $3) as before,
                  (select min(local_date) from "update" where org_id = $1 and member_id = $2 and local_date > $4) as after"#,
        tx.org as OrgId,
        member as MemberId,
        first,
        last,
    )
    .fetch_one(&mut **tx)
    .await
}

/// The newest date a member wrote for.
pub(in crate::standup) async fn newest_own(
    tx: &mut OrgTx,
    member: MemberId,
) -> sqlx::Result<Option<NaiveDate>> {
    sqlx::query_scalar!(
        r#"select max(local_date) from "update" where org_id = $1 and member_id = $2"#,
        tx.org as OrgId,
        member as MemberId,
    )
    .fetch_one(&mut **tx)
    .await
}

/// What an update of a member's set out from: the plan of the one before it, in the same standup.
pub(in crate::standup) struct EarlierPlan {
    pub(in crate::standup) update_id: UpdateId,
    pub(in crate::standup) local_date: NaiveDate,
    pub(in crate::standup) body: String,
}

/// The plans these updates set out from.
pub(in crate::standup) async fn plans_before(
    tx: &mut OrgTx,
    updates: &[UpdateId],
) -> sqlx::Result<Vec<EarlierPlan>> {
    sqlx::query_as!(
        EarlierPlan,
        r#"select u.id as update_id, b.local_date, string_agg(a.body, E'\n\n' order by q.position, q.id) as "body!"
             from "update" u
             join lateral (select id, local_date from "update"
                            where org_id = u.org_id and standup_id = u.standup_id and member_id = u.member_id
                              and local_date < u.local_date
                            order by local_date desc limit 1) b on true
             join answer a on a.org_id = u.org_id and a.update_id = b.id
             join question q on q.org_id = a.org_id and q.id = a.question_id and q.kind = 'plan'
            where u.org_id = $1 and u.id = any($2) group by u.id, b.local_date"#,
        tx.org as OrgId,
        updates as &[UpdateId],
    )
    .fetch_all(&mut **tx)
    .await
}

/// When an update was written, and in which zone its author lived; none where the standup has a clock of its own, which
/// says nothing of theirs.
pub(in crate::standup) struct WrittenAt {
    pub(in crate::standup) posted_at: DateTime<Utc>,
    pub(in crate::standup) zone: Option<Zone>,
}

/// A member's newest updates, the newest first.
pub(in crate::standup) async fn written_lately(
    tx: &mut OrgTx,
    member: MemberId,
    most: i64,
) -> sqlx::Result<Vec<WrittenAt>> {
    sqlx::query_as!(
        WrittenAt,
        r#"select u.posted_at, case when s.zone is null then u.zone end as "zone: Zone"
             from "update" u
             left join lateral (select zone from schedule
                                 where org_id = u.org_id and standup_id = u.standup_id and first_date <= u.local_date
                                 order by version desc limit 1) s on true
            where u.org_id = $1 and u.member_id = $2
            order by u.posted_at desc, u.id desc limit $3"#,
        tx.org as OrgId,
        member as MemberId,
        most,
    )
    .fetch_all(&mut **tx)
    .await
}
