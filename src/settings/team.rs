//! `/o/{org}/settings/teams/{team}`: how a team keeps in touch. For its leads.

use super::queries::rhythm;
use super::queries::seats::{self, Candidate, TeamSeat};
use crate::calendar::Zone;
use crate::clock::Now;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::{MemberId, StandupId, SubmissionKey};
use crate::language::Words;
use crate::okr;
use crate::organisation::{Me, Role};
use crate::standup::asking::{self, Whose};
use crate::team::invitation::{self, Open};
use crate::team::{Lead, Team};
use crate::web::parts::{Avatar, Band};
use crate::web::{Done, Form, Nav, Page, Path, Problems, Refused, Shell};
use askama::Template;
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "settings/team.html")]
pub(super) struct TeamPage {
    shell: Shell,
    t: Words,
    base: String,
    team: String,
    /// The team's name as typed.
    name: String,
    organisation: String,
    /// Whether only the team and owners read it; as chosen, where that is refused.
    pub(super) private: bool,
    standups: Vec<StandupRow>,
    people: Vec<SeatRow>,
    band_day: String,
    candidates: Vec<Candidate>,
    invitations: Vec<Open>,
    submission_key: SubmissionKey,
    pub(super) problems: Problems,
}

struct SeatRow {
    id: MemberId,
    name: String,
    avatar: Avatar,
    city: String,
    lead: bool,
    band: Band,
    time: String,
}

/// A standup of the team.
struct StandupRow {
    id: StandupId,
    name: String,
    rhythm: String,
}

/// A team's name as the form carries it.
#[derive(Deserialize, Clone, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct TeamForm {
    name: String,
}

impl TeamPage {
    pub(super) async fn load(me: &Me, team: &Team, tx: &mut OrgTx, now: DateTime<Utc>) -> Result<Self> {
        let t = me.words();
        let seats = seats::seats(tx, team.id).await?;
        let standups = rhythm::standups(tx, team.id).await?;
        let today = me.today(now);
        // The first day from today on that holds some work of somebody's.
        let day = seats.iter().map(|seat| Band::next_day(seat.hours(), me.zone, now)).min().unwrap_or(today);
        Ok(Self {
            shell: Shell::of(me, Nav::None, now),
            t,
            base: me.at(&format!("/settings/teams/{}", team.slug)),
            team: team.name.clone(),
            name: team.name.clone(),
            organisation: me.org_name.clone(),
            private: team.private,
            standups: standups
                .into_iter()
                .map(|held| StandupRow { id: held.id, rhythm: held.rhythm.words(t), name: held.name })
                .collect(),
            people: seats.into_iter().map(|seat| SeatRow::new(seat, (me.zone, day), t, now)).collect(),
            band_day: if day == today {
                t.settings_overlap_today(me.zone.city())
            } else {
                t.settings_overlap_day(me.zone.city(), t.date_long(day))
            },
            candidates: seats::candidates(tx, team.id).await?,
            invitations: invitation::open(tx, team.id, now).await?,
            submission_key: SubmissionKey::fresh(),
            problems: Problems::new(),
        })
    }
}

impl SeatRow {
    fn new(seat: TeamSeat, (mine, day): (Zone, NaiveDate), t: Words, now: DateTime<Utc>) -> Self {
        Self {
            band: Band::on(day, seat.hours(), mine, now),
            id: seat.member,
            avatar: Avatar::of(seat.member, &seat.name),
            name: seat.name,
            city: seat.zone.city(),
            lead: seat.lead,
            time: t.time(seat.zone.reading(now).time()),
        }
    }
}

/// How the team keeps in touch.
pub(super) async fn show(Lead { me, team, mut tx }: Lead, Now(now): Now) -> Result<Response> {
    Ok(Page(TeamPage::load(&me, &team, &mut tx, now).await?).into_response())
}

/// Renames the team.
pub(super) async fn save(
    Lead { me, team, mut tx }: Lead,
    Now(now): Now,
    Form(form): Form<TeamForm>,
) -> Result<Response> {
    let name = form.name.trim();
    if name.is_empty() || name.chars().count() > 80 {
        let mut page = TeamPage::load(&me, &team, &mut tx, now).await?;
        page.problems.add("name", me.words().settings_name_unclear());
        return Ok(Refused(TeamPage { name: form.name, ..page }).into_response());
    }
    seats::rename_team(&mut tx, team.id, name).await?;
    tx.commit().await?;
    Ok(Done::Saved.at(&me.at(&format!("/settings/teams/{}", team.slug))))
}

/// Which member a form is about.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SeatForm {
    member: MemberId,
}

/// Seats a member of the organisation in the team.
pub(super) async fn add_member(
    Lead { me, team, mut tx }: Lead,
    Now(now): Now,
    Form(form): Form<SeatForm>,
) -> Result<Response> {
    let rows = asked_of(&mut tx, form.member, now).await?;
    if !seats::seat(&mut tx, team.id, form.member).await? {
        return Err(Fault::NotFound);
    }
    follow(rows, &mut tx, now).await?;
    tx.commit().await?;
    Ok(Done::Saved.at(&me.at(&format!("/settings/teams/{}#members", team.slug))))
}

/// What to do with a seat.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) struct SeatChange {
    seat: Change,
}

/// The three buttons beside a seat.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Change {
    Lead,
    Member,
    Gone,
}

/// Makes a seat a lead's or an ordinary one, or takes it away.
pub(super) async fn change_member(
    Lead { me, team, mut tx }: Lead,
    Now(now): Now,
    Path((_, _, member)): Path<(String, String, MemberId)>,
    Form(form): Form<SeatChange>,
) -> Result<Response> {
    let rows = asked_of(&mut tx, member, now).await?;
    let shut_out = team.private && member == me.id && me.role != Role::Owner;
    let page = match form.seat {
        Change::Gone if shut_out => me.at("/teams"),
        _ => me.at(&format!("/settings/teams/{}#members", team.slug)),
    };
    let changed = match form.seat {
        Change::Lead => seats::set_lead(&mut tx, team.id, member, true).await?,
        Change::Member => seats::set_lead(&mut tx, team.id, member, false).await?,
        Change::Gone => seats::unseat(&mut tx, team.id, member).await?,
    };
    if !changed {
        return Err(Fault::NotFound);
    }
    follow(rows, &mut tx, now).await?;
    tx.commit().await?;
    Ok(Done::Saved.at(&page))
}

/// What a member is asked by teams, and as an owner of key results: both go by where they sit.
type AskedOf = (asking::Held, okr::asking::Held);

async fn asked_of(tx: &mut OrgTx, member: MemberId, now: DateTime<Utc>) -> sqlx::Result<AskedOf> {
    let updates = asking::hold(tx, Whose::Member(member), now).await?;
    Ok((updates, okr::asking::hold(tx, okr::asking::Whose::Owner(member), now).await?))
}

async fn follow((updates, check_ins): AskedOf, tx: &mut OrgTx, now: DateTime<Utc>) -> sqlx::Result<()> {
    updates.follow(tx, now).await?;
    check_ins.follow(tx, now).await
}
