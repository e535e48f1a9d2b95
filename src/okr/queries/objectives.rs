//! Objectives, and the people and teams they can be given to.

use crate::db::OrgTx;
use crate::ids::{CycleId, KeyResultId, MemberId, ObjectiveId, OrgId, TeamId};
use crate::okr::standing::{Person, TeamName, person, team};
use crate::okr::stored::Ambition;
use crate::okr::tree::Branch;
use chrono::{DateTime, Utc};

/// An objective with the names it shows.
#[derive(Debug, Clone)]
pub struct Objective {
    /// Which.
    pub id: ObjectiveId,
    /// The cycle it is set for.
    pub cycle: CycleId,
    /// Its team; `None` for the whole organisation's.
    pub team: Option<TeamName>,
    /// The objective it serves.
    pub parent: Option<ObjectiveId>,
    /// The key result of that objective it serves, if it serves one.
    pub parent_key_result: Option<KeyResultId>,
    /// Its title.
    pub title: String,
    /// Why it matters; may be empty.
    pub why: String,
    /// Who owns it.
    pub owner: Option<Person>,
    /// Who reads its check-ins and asks about them.
    pub reviewer: Option<Person>,
    /// What it promises.
    pub ambition: Ambition,
    /// Its weight in the means it counts in, 1 to 5.
    pub weight: i16,
    /// Whether the objectives that serve it count in its progress.
    pub count_aligned: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was let go.
    pub dropped_at: Option<DateTime<Utc>>,
}

struct Row {
    id: ObjectiveId,
    cycle_id: CycleId,
    team_id: Option<TeamId>,
    team_slug: Option<String>,
    team_name: Option<String>,
    team_private: Option<bool>,
    parent_id: Option<ObjectiveId>,
    parent_key_result_id: Option<KeyResultId>,
    title: String,
    why: String,
    owner_id: Option<MemberId>,
    owner_name: Option<String>,
    reviewer_id: Option<MemberId>,
    reviewer_name: Option<String>,
    ambition: Ambition,
    weight: i16,
    count_aligned: bool,
    created_at: DateTime<Utc>,
    dropped_at: Option<DateTime<Utc>>,
}

impl From<Row> for Objective {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            cycle: row.cycle_id,
            team: team(row.team_id, row.team_slug, row.team_name, row.team_private),
            parent: row.parent_id,
            parent_key_result: row.parent_key_result_id,
            title: row.title,
            why: row.why,
            owner: person(row.owner_id, row.owner_name),
            reviewer: person(row.reviewer_id, row.reviewer_name),
            ambition: row.ambition,
            weight: row.weight,
            count_aligned: row.count_aligned,
            created_at: row.created_at,
            dropped_at: row.dropped_at,
        }
    }
}

/// The objectives of a cycle in their order; dropped ones are left out.
pub async fn objectives_of_cycle(tx: &mut OrgTx, cycle: CycleId) -> sqlx::Result<Vec<Objective>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select o.id, o.cycle_id, t.id as "team_id?", t.slug as "team_slug?", t.name as "team_name?", t.private as "team_private?", o.parent_id,
                  o.parent_key_result_id, o.title, o.why, m.id as "owner_id?", m.name as "owner_name?",
                  r.id as "reviewer_id?", r.name as "reviewer_name?", o.ambition, o.weight, o.count_aligned, o.created_at,
                  o.dropped_at
             from objective o
             left join team t on t.org_id = o.org_id and t.id = o.team_id
             left join member m on m.org_id = o.org_id and m.id = o.owner_id
             left join member r on r.org_id = o.org_id and r.id = o.reviewer_id
            where o.org_id = $1 and o.cycle_id = $2 and o.dropped_at is null
            order by o.position, o.created_at, o.id"#,
        tx.org as OrgId,
        cycle as CycleId,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(Objective::from).collect())
}

/// One objective, also when it was let go.
pub(in crate::okr) async fn objective(tx: &mut OrgTx, id: ObjectiveId) -> sqlx::Result<Option<Objective>> {
    let row = sqlx::query_as!(
        Row,
        r#"select o.id, o.cycle_id, t.id as "team_id?", t.slug as "team_slug?", t.name as "team_name?", t.private as "team_private?", o.parent_id,
                  o.parent_key_result_id, o.title, o.why, m.id as "owner_id?", m.name as "owner_name?",
                  r.id as "reviewer_id?", r.name as "reviewer_name?", o.ambition, o.weight, o.count_aligned, o.created_at,
                  o.dropped_at
             from objective o
             left join team t on t.org_id = o.org_id and t.id = o.team_id
             left join member m on m.org_id = o.org_id and m.id = o.owner_id
             left join member r on r.org_id = o.org_id and r.id = o.reviewer_id
            where o.org_id = $1 and o.id = $2"#,
        tx.org as OrgId,
        id as ObjectiveId,
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(Objective::from))
}

/// What an objective serves: another one, or one of its key results.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::okr) struct Served {
    pub(in crate::okr) objective: ObjectiveId,
    pub(in crate::okr) key_result: Option<KeyResultId>,
}

impl Objective {
    /// Whether one that serves it counts in its progress.
    pub fn counts(&self, below: &Self) -> bool {
        self.branch().counts(&below.branch())
    }

    /// Where it stands in the tree.
    pub fn branch(&self) -> Branch {
        Branch {
            id: self.id,
            parent: self.parent,
            weight: self.weight,
            count_aligned: self.count_aligned,
            private_to: self.private_to(),
        }
    }

    /// The private team it is of.
    pub fn private_to(&self) -> Option<TeamId> {
        self.team.as_ref().filter(|team| team.private).map(|team| team.id)
    }

    /// What it serves.
    pub(in crate::okr) fn serves(&self) -> Option<Served> {
        Some(Served { objective: self.parent?, key_result: self.parent_key_result })
    }
}

/// What a form says of an objective.
#[derive(Debug, Clone)]
pub(in crate::okr) struct ObjectiveFields {
    pub(in crate::okr) title: String,
    pub(in crate::okr) why: String,
    pub(in crate::okr) team: Option<TeamId>,
    pub(in crate::okr) owner: Option<MemberId>,
    pub(in crate::okr) reviewer: Option<MemberId>,
    pub(in crate::okr) serves: Option<Served>,
    pub(in crate::okr) ambition: Ambition,
    pub(in crate::okr) weight: i16,
    pub(in crate::okr) count_aligned: bool,
}

/// Adds an objective as the last of its cycle; the same id again adds nothing and answers `false`.
pub(in crate::okr) async fn add_objective(
    tx: &mut OrgTx,
    id: ObjectiveId,
    cycle: CycleId,
    fields: &ObjectiveFields,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let added = sqlx::query!(
        r#"insert into objective (org_id, id, cycle_id, team_id, parent_id, title, why, owner_id, ambition, weight, count_aligned, created_at,
                                  parent_key_result_id, reviewer_id, position)
           select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, coalesce(max(position) + 1, 0)
             from objective where org_id = $1 and cycle_id = $3
           on conflict (org_id, id) do nothing"#,
        tx.org as OrgId,
        id as ObjectiveId,
        cycle as CycleId,
        fields.team as Option<TeamId>,
        fields.serves.map(|it| it.objective) as Option<ObjectiveId>,
        fields.title,
        fields.why,
        fields.owner as Option<MemberId>,
        fields.ambition as Ambition,
        fields.weight,
        fields.count_aligned,
        now,
        fields.serves.and_then(|it| it.key_result) as Option<KeyResultId>,
        fields.reviewer as Option<MemberId>,
    )
    .execute(&mut **tx)
    .await?;
    Ok(added.rows_affected() == 1)
}

/// Changes what a form says of an objective, but for what it serves.
pub(in crate::okr) async fn change_objective(
    tx: &mut OrgTx,
    id: ObjectiveId,
    fields: &ObjectiveFields,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        r#"update objective set team_id = $3, title = $4, why = $5, owner_id = $6, reviewer_id = $7, ambition = $8, weight = $9,
                  count_aligned = $10,
                  ownerless_since = case when $6::uuid is not null then null when owner_id is null then ownerless_since else $11 end
            where org_id = $1 and id = $2"#,
        tx.org as OrgId,
        id as ObjectiveId,
        fields.team as Option<TeamId>,
        fields.title,
        fields.why,
        fields.owner as Option<MemberId>,
        fields.reviewer as Option<MemberId>,
        fields.ambition as Ambition,
        fields.weight,
        fields.count_aligned,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Gives an objective to a member.
pub(in crate::okr) async fn set_objective_owner(
    tx: &mut OrgTx,
    id: ObjectiveId,
    owner: MemberId,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update objective set owner_id = $3, ownerless_since = null where org_id = $1 and id = $2",
        tx.org as OrgId,
        id as ObjectiveId,
        owner as MemberId,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Lets an objective go. Its history stays; the objectives that served it stand on their own from here on.
pub(in crate::okr) async fn drop_objective(
    tx: &mut OrgTx,
    id: ObjectiveId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update objective set dropped_at = $3 where org_id = $1 and id = $2 and dropped_at is null",
        tx.org as OrgId,
        id as ObjectiveId,
        now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The members who can own something of this team, or of some team where none is given: observers can't, nor those who
/// left, nor who may not read it. By name.
pub(in crate::okr) async fn people(tx: &mut OrgTx, team: Option<TeamId>) -> sqlx::Result<Vec<Person>> {
    sqlx::query_as!(
        Person,
        "select id, name from member
          where org_id = $1 and left_at is null and role <> 'observer' and may_read_team(org_id, $2, id) order by name, id",
        tx.org as OrgId,
        team as Option<TeamId>,
    )
    .fetch_all(&mut **tx)
    .await
}

/// The organisation's teams, by name.
pub async fn teams(tx: &mut OrgTx) -> sqlx::Result<Vec<TeamName>> {
    sqlx::query_as!(
        TeamName,
        "select id, slug, name, private from team where org_id = $1 order by name, id",
        tx.org as OrgId
    )
    .fetch_all(&mut **tx)
    .await
}
