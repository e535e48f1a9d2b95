//! `/o/{org}/settings/people`: who belongs, in which role, and which teams there are. For admins.

use super::queries::people::{self as queries, Person};
use super::queries::{rhythm, seats};
use super::questions;
use super::rhythm::{Rhythm, first_untouched_day};
use crate::calendar::Zone;
use crate::clock::Now;
use crate::fault::{Fault, Result};
use crate::ids::{MemberId, StandupId, TeamId};
use crate::language::Words;
use crate::organisation::{Admin, Me, Role};
use crate::team::Team;
use crate::web::parts::Avatar;
use crate::web::{Done, Form, Nav, Page, Path, Problems, Refused, Shell};
use crate::{okr, standup};
use askama::Template;
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "settings/people.html")]
struct PeoplePage {
    shell: Shell,
    t: Words,
    base: String,
    /// Where objectives are brought along.
    import: String,
    people: Vec<PersonRow>,
    teams: Vec<Team>,
    form: TeamForm,
    problems: Problems,
}

struct PersonRow {
    id: MemberId,
    name: String,
    avatar: Avatar,
    email: String,
    city: String,
    teams: String,
    roles: Vec<(&'static str, &'static str, bool)>,
    /// Only an owner changes an owner, and nobody takes themselves away here.
    mine_to_change: bool,
}

/// A new team as the form carries it.
#[derive(Deserialize, Clone, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct TeamForm {
    name: String,
}

/// A role's word on pages.
fn role_word(t: Words, role: Role) -> &'static str {
    match role {
        Role::Owner => t.settings_role_owner(),
        Role::Admin => t.settings_role_admin(),
        Role::Member => t.settings_role_member(),
        Role::Observer => t.settings_role_observer(),
    }
}

/// Whether `me` may give or take this role: an owner any, an admin all but owner.
fn may_grant(me: &Me, role: Role) -> bool {
    me.role == Role::Owner || (me.role.administers() && role != Role::Owner)
}

impl PeoplePage {
    fn new(me: &Me, people: Vec<Person>, teams: Vec<Team>, now: DateTime<Utc>) -> Self {
        let t = me.words();
        let row = |person: Person| PersonRow {
            id: person.id,
            avatar: Avatar::of(person.id, &person.name),
            name: person.name,
            email: person.email,
            city: person.zone.city(),
            teams: t.list(&person.teams),
            roles: Role::ALL
                .iter()
                .filter(|role| may_grant(me, **role) || **role == person.role)
                .map(|role| (role.as_str(), role_word(t, *role), *role == person.role))
                .collect(),
            mine_to_change: person.id != me.id && may_grant(me, person.role),
        };
        Self {
            shell: Shell::of(me, Nav::None, now),
            t,
            base: me.at("/settings"),
            import: me.at("/okrs/import"),
            people: people.into_iter().map(row).collect(),
            teams,
            form: TeamForm::default(),
            problems: Problems::new(),
        }
    }
}

/// Everybody, and every team.
pub(super) async fn show(Admin { me, mut tx }: Admin, Now(now): Now) -> Result<Response> {
    let people = queries::people(&mut tx).await?;
    let teams = Team::all(&mut tx).await?;
    Ok(Page(PeoplePage::new(&me, people, teams, now)).into_response())
}

/// A member's new role, or the end of their membership.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PersonForm {
    role: String,
    #[serde(default)]
    leave: Option<String>,
}

/// Changes a role or ends a membership.
pub(super) async fn change(
    Admin { me, mut tx }: Admin,
    Now(now): Now,
    Path((_, member)): Path<(String, MemberId)>,
    Form(form): Form<PersonForm>,
) -> Result<Response> {
    let people = queries::people(&mut tx).await?;
    let person = people.iter().find(|person| person.id == member).ok_or(Fault::NotFound)?;
    let role = Role::parse(&form.role).ok_or(Fault::NotFound)?;
    if member == me.id || !may_grant(&me, person.role) || !may_grant(&me, role) {
        return Err(Fault::Forbidden);
    }
    crate::fair::hold_of(&mut tx, &[member]).await?;
    let updates = standup::asking::hold(&mut tx, standup::asking::Whose::Member(member), now).await?;
    let check_ins = okr::asking::hold(&mut tx, okr::asking::Whose::Owner(member), now).await?;
    // Seats in teams that are hidden from an admin end with the membership too.
    tx.uncover().await?;
    let changed = match form.leave {
        Some(_) => queries::leave(&mut tx, member, now).await?,
        None => queries::set_role(&mut tx, member, role).await?,
    };
    tx.cover().await?;
    if !changed {
        return Err(Fault::Forbidden);
    }
    updates.follow(&mut tx, now).await?;
    check_ins.follow(&mut tx, now).await?;
    crate::fair::follow(&mut tx, member, now).await?;
    tx.commit().await?;
    Ok(Done::Saved.at(&me.at("/settings/people")))
}

/// Adds a team with the usual three questions on Tuesdays and Thursdays, led by whoever adds it.
pub(super) async fn add_team(
    Admin { me, mut tx }: Admin,
    Now(now): Now,
    Form(form): Form<TeamForm>,
) -> Result<Response> {
    let t = me.words();
    let name = form.name.trim().to_owned();
    let slug = crate::web::slug(&name);
    let team = TeamId::fresh();
    let mut problems = Problems::new();
    if name.is_empty() || name.chars().count() > 80 || slug.is_empty() {
        problems.add("name", t.settings_name_unclear());
    } else if !queries::add_team(&mut tx, team, &slug, &name, me.zone, now).await? {
        problems.add("name", t.settings_team_taken());
    }
    if !problems.is_empty() {
        let (people, teams) = (queries::people(&mut tx).await?, Team::all(&mut tx).await?);
        let page = PeoplePage { form, problems, ..PeoplePage::new(&me, people, teams, now) };
        return Ok(Refused(page).into_response());
    }
    let rows = standup::asking::hold(&mut tx, standup::asking::Whose::Member(me.id), now).await?;
    seats::seat(&mut tx, team, me.id).await?;
    seats::set_lead(&mut tx, team, me.id, true).await?;
    begin_standup(&mut tx, team, me.zone, t, now).await?;
    rows.follow(&mut tx, now).await?;
    tx.commit().await?;
    Ok(Done::Created.at(&me.at(&format!("/settings/teams/{slug}"))))
}

/// The standup most teams begin with.
async fn begin_standup(
    tx: &mut crate::db::OrgTx,
    team: TeamId,
    zone: Zone,
    t: Words,
    now: DateTime<Utc>,
) -> Result<()> {
    let standup = StandupId::fresh();
    queries::add_standup(tx, standup, team, t.settings_standup_name(), now).await?;
    let from = first_untouched_day([zone], now);
    rhythm::begin_version(tx, standup, &Rhythm::usual(from), from, now).await?;
    Ok(questions::save(tx, standup, &questions::usual(t), now).await?)
}
