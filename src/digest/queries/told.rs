//! What digests told, so that nothing is told twice.

use crate::db::OrgTx;
use crate::digest::news::Item;
use crate::ids::{CheckInId, MailId, MemberId, OrgId, UpdateId};
use chrono::{DateTime, Utc};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// What each of these members was told of by a digest that left or is about to: updates and check-ins by their ids.
pub(in crate::digest) async fn told(
    tx: &mut OrgTx,
    members: &[MemberId],
) -> sqlx::Result<HashMap<MemberId, HashSet<Uuid>>> {
    let rows = sqlx::query!(
        r#"select l.member_id as "member!: MemberId", t.item_id
             from mail l join digest_told t on t.org_id = l.org_id and t.mail_id = l.id
            where l.org_id = $1 and l.member_id = any($2) and l.state in ('waiting', 'sent')"#,
        tx.org as OrgId,
        members as &[MemberId],
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut told: HashMap<MemberId, HashSet<Uuid>> = HashMap::new();
    for row in rows {
        told.entry(row.member).or_default().insert(row.item_id);
    }
    Ok(told)
}

/// Notes what a mail tells a member, and forgets what mails told them that were written before `forgotten`: nothing that old
/// is looked at again.
pub(in crate::digest) async fn tell(
    tx: &mut OrgTx,
    member: MemberId,
    mail: MailId,
    told: &[Item],
    forgotten: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from digest_told t using mail l
          where t.org_id = $1 and l.org_id = $1 and l.id = t.mail_id and l.member_id = $2 and l.created_at < $3",
        tx.org as OrgId,
        member as MemberId,
        forgotten,
    )
    .execute(&mut **tx)
    .await?;
    note(tx, mail, told).await
}

/// Notes what a mail tells.
///
/// # Errors
/// When the database fails.
pub async fn note(tx: &mut OrgTx, mail: MailId, told: &[Item]) -> sqlx::Result<()> {
    let updates: Vec<UpdateId> = told.iter().filter_map(|item| item.update()).collect();
    let check_ins: Vec<CheckInId> = told.iter().filter_map(|item| item.check_in()).collect();
    sqlx::query!(
        "insert into digest_told (org_id, mail_id, update_id, check_in_id)
         select $1, $2, told.update_id, told.check_in_id
           from (select unnest($3::uuid[]), null::uuid union all select null::uuid, unnest($4::uuid[])) told (update_id, check_in_id)
         on conflict do nothing",
        tx.org as OrgId,
        mail as MailId,
        &updates as &[UpdateId],
        &check_ins as &[CheckInId],
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
