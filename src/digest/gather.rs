//! Reads what is new in an organisation, once for all members whose digest is due, in a number of statements that does
//! not grow with them.

use super::compose::WEEK;
use super::news::{Author, Blocker, DueUpdate, Item, KeyResult, Move, News, Step, Turnout};
use super::queries::{self, BlockerRow, Due, Posted, Seat, StepRow, UpdateRow, told};
use crate::db::OrgTx;
use crate::decision;
use crate::ids::{MemberId, TeamId};
use crate::okr::standing::{self, Standing};
use crate::okr::unit::Unit;
use crate::review;
use crate::standup::board::Board;
use crate::standup::leave::Leaves;
use crate::standup::person::Person;
use crate::standup::{self, Standup, Turns};
use crate::web::markdown;
use chrono::{DateTime, Days, NaiveDate, Utc};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// How much of what somebody wrote goes into a mail, in characters.
const EXCERPT: usize = 240;

/// How many dates the weekly turnout counts: those before today.
const DATES: u64 = 7;

/// All that the digests of one organisation are made from.
pub(super) struct Gathered {
    /// What is new.
    pub(super) news: News,
    /// Who sits where.
    pub(super) seats: Vec<Seat>,
    /// The private teams.
    pub(super) private: Vec<TeamId>,
    /// What each reader was told of already.
    pub(super) told: HashMap<MemberId, HashSet<Uuid>>,
    standups: Vec<Standup>,
    people: Vec<Person>,
    posted: HashSet<Posted>,
}

impl Gathered {
    /// Reads what these readers are to be told of, newer than `floor`. Who looks after others gets their week with the
    /// weekly one.
    pub(super) async fn read(
        tx: &mut OrgTx,
        readers: &[&Due],
        floor: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> sqlx::Result<Self> {
        let ids: Vec<MemberId> = readers.iter().map(|one| one.id).collect();
        let everywhere = readers.iter().any(|one| one.is_weekly() && one.role.administers());
        let seats = queries::seats(tx).await?;
        let private = queries::private_teams(tx).await?;
        let told = told::told(tx, &ids).await?;
        let teams = if everywhere { queries::teams(tx).await? } else { teams_of(&seats, &ids) };
        let today = now.date_naive();
        let from = today.checked_sub_days(Days::new(DATES)).unwrap_or(today);
        let standups = standup::standups_of(tx, &teams).await?;
        let people = standup::people_of(tx, &teams, from..=today + Days::new(2), now).await?;
        let posted = queries::posted(tx, &teams, from).await?;
        let mut key_results = Vec::new();
        for cycle in queries::running_cycles(tx).await? {
            key_results.extend(standing::of_cycle(tx, cycle, now).await?.into_iter().map(key_result));
        }
        let leads = |one: &&Due| seats.iter().any(|seat| seat.lead && seat.member_id == one.id);
        let week = everywhere || readers.iter().any(|one| one.is_weekly() && leads(one));
        let since = if week { floor.min(now - WEEK) } else { floor };
        let updates = queries::updates(tx, &teams, since).await?;
        let (moves, elsewhere) = moves(updates, queries::steps(tx, since).await?, &seats);
        let news = News {
            said: Vec::new(),
            moves,
            elsewhere,
            needs: if week { review::needs(tx, now).await? } else { Vec::new() },
            closing: if week { decision::closing(tx, now + WEEK).await? } else { Vec::new() },
            blockers: blockers(queries::blockers(tx).await?, &standup::leaves_around(tx, now).await?, now),
            key_results,
            turnouts: turnouts(&standups, &people, &posted, from, now),
        };
        Ok(Self { news, seats, private, told, standups, people, posted })
    }

    /// How these teams are called, in their order; those without a standup are left out.
    pub(super) fn names_of(&self, teams: &[TeamId]) -> Vec<&str> {
        let name = |team: &TeamId| {
            self.standups.iter().find(|one| one.team == *team).map(|one| one.team_name.as_str())
        };
        teams.iter().filter_map(name).collect()
    }

    /// The updates a member is asked for that are due on their date `today` and not there yet.
    pub(super) fn due_updates(
        &self,
        member: MemberId,
        today: NaiveDate,
        now: DateTime<Utc>,
    ) -> Vec<DueUpdate> {
        let Some(person) = self.people.iter().find(|person| person.id == member) else { return Vec::new() };
        let theirs = self.standups.iter().filter(|one| person.asked && person.teams.contains(&one.team));
        theirs.filter_map(|one| self.due_update(person, one, today, now)).collect()
    }

    fn due_update(
        &self,
        person: &Person,
        standup: &Standup,
        today: NaiveDate,
        now: DateTime<Utc>,
    ) -> Option<DueUpdate> {
        // A schedule of one fixed zone may ask for another date than the member's calendar shows.
        let near = [today.pred_opt(), Some(today), today.succ_opt()].into_iter().flatten();
        near.filter(|date| !person.absence.contains(*date))
            .filter_map(|date| Turns { standup, person }.occurrence(date))
            .find(|it| it.due > now && person.zone.date_at(it.due) == today)
            .filter(|it| !self.posted.contains(&posting(standup, person.id, it.date)))
            .map(|it| DueUpdate {
                team: standup.team_name.clone(),
                until: person.zone.reading(it.due).time(),
            })
    }
}

/// What is new in one team, for whoever may read it.
#[derive(Debug)]
pub struct OfTeam {
    /// What people did near it, and who is blocked in it.
    pub news: News,
    /// The private teams.
    pub private: Vec<TeamId>,
}

/// Reads what is new in a team since an instant.
///
/// # Errors
/// When the database fails.
pub async fn of_team(
    tx: &mut OrgTx,
    team: TeamId,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> sqlx::Result<OfTeam> {
    let seats = queries::seats(tx).await?;
    let updates = queries::updates(tx, &[team], since).await?;
    let (moves, elsewhere) = moves(updates, queries::steps(tx, since).await?, &seats);
    let leaves = standup::leaves_around(tx, now).await?;
    let open = blockers(queries::blockers(tx).await?, &leaves, now);
    let blockers = open.into_iter().filter(|one| one.team == team).collect();
    let news = News { moves, elsewhere, blockers, ..News::default() };
    Ok(OfTeam { news, private: queries::private_teams(tx).await? })
}

fn teams_of(seats: &[Seat], members: &[MemberId]) -> Vec<TeamId> {
    let mut teams: Vec<TeamId> =
        seats.iter().filter(|seat| members.contains(&seat.member_id)).map(|seat| seat.team_id).collect();
    teams.sort();
    teams.dedup();
    teams
}

fn posting(standup: &Standup, member: MemberId, date: NaiveDate) -> Posted {
    Posted { standup_id: standup.id, member_id: member, local_date: date }
}

/// Updates with the check-ins that came along, and each other check-in by itself; and the check-ins of updates that are not
/// among these, being older or of a team that nobody here reads.
fn moves(updates: Vec<UpdateRow>, steps: Vec<StepRow>, seats: &[Seat]) -> (Vec<Move>, Vec<Step>) {
    let mut author_teams: HashMap<MemberId, Vec<TeamId>> = HashMap::new();
    for seat in seats {
        author_teams.entry(seat.member_id).or_default().push(seat.team_id);
    }
    let teams = |member| author_teams.get(&member).cloned().unwrap_or_default();
    let mut moves: Vec<Move> = updates
        .into_iter()
        .map(|row| Move {
            item: Item::Update(row.id),
            team: Some(row.team_id),
            author_teams: teams(row.member_id),
            author: Author { id: row.member_id, name: row.name, zone: row.zone },
            at: row.posted_at,
            words: row.body.map(|body| markdown::excerpt(&body, EXCERPT)).unwrap_or_default(),
            steps: Vec::new(),
        })
        .collect();
    let place: HashMap<_, _> = moves.iter().enumerate().map(|(place, one)| (one.item.id(), place)).collect();
    let mut elsewhere = Vec::new();
    for row in steps {
        let (of, author, at) = (row.update_id, (row.member_id, row.zone), row.at);
        let (id, name) = (row.id, row.name.clone());
        let step = step(row);
        let Some(update) = of else {
            moves.push(Move {
                item: Item::CheckIn(id),
                team: None,
                author_teams: teams(author.0),
                author: Author { id: author.0, name, zone: author.1 },
                at,
                words: String::new(),
                steps: vec![step],
            });
            continue;
        };
        match place.get(&update.0).and_then(|place| moves.get_mut(*place)) {
            Some(told) => told.steps.push(step),
            None => elsewhere.push(step),
        }
    }
    (moves, elsewhere)
}

fn step(row: StepRow) -> Step {
    Step {
        key_result: row.key_result,
        title: row.title,
        team: row.team_id,
        at: row.at,
        unit: Unit::stored(row.quantity, &row.unit),
        kind: row.kind,
        from: row.previous,
        to: row.value,
        confidence: row.confidence,
    }
}

fn blockers(rows: Vec<BlockerRow>, leaves: &Leaves, now: DateTime<Utc>) -> Vec<Blocker> {
    rows.into_iter().map(|row| blocker(row, leaves, now)).collect()
}

fn blocker(row: BlockerRow, leaves: &Leaves, now: DateTime<Utc>) -> Blocker {
    let stand_in = row.unblocker_id.and_then(|id| leaves.stand_in(id, now)).map(|(id, _)| *id);
    Blocker {
        stand_in,
        update: row.update_id,
        team: row.team_id,
        author: Author { id: row.member_id, name: row.name, zone: row.zone },
        unblocker: row.unblocker_id,
        words: markdown::excerpt(&row.body, EXCERPT),
        opened_at: row.opened_at,
    }
}

fn key_result(standing: Standing) -> KeyResult {
    let shown = standing.receipt.shown;
    KeyResult {
        id: standing.id,
        title: standing.title,
        unit: standing.unit,
        team: standing.team.map(|team| team.id),
        owner: standing.owner.map(|owner| (owner.id, owner.name)),
        terms: standing.receipt.terms,
        value: standing.receipt.value,
        kept: standing.receipt.kept,
        progress: shown.progress,
        expected: shown.expected,
        status: shown.status,
        due: standing.due,
    }
}

/// How many wrote on the last seven dates, by team. Dates are those before today's in UTC, which by now have begun for
/// everybody.
fn turnouts(
    standups: &[Standup],
    people: &[Person],
    posted: &HashSet<Posted>,
    from: NaiveDate,
    now: DateTime<Utc>,
) -> Vec<Turnout> {
    let mut turnouts: Vec<Turnout> = Vec::new();
    for standup in standups {
        let team: Vec<&Person> =
            people.iter().filter(|person| person.teams.contains(&standup.team)).collect();
        let dates = from.iter_days().take_while(|date| *date < now.date_naive());
        let week =
            dates.filter(|date| standup.timetable.falls_on(*date)).fold(Board::default(), |week, date| {
                let there = |member| posted.contains(&posting(standup, member, date));
                week.with(Board::of(team.iter().copied(), standup, date, there, now))
            });
        match turnouts.iter_mut().find(|one| one.team == standup.team) {
            Some(one) => {
                one.posted += week.posted;
                one.of += week.of;
            }
            None => turnouts.push(Turnout {
                team: standup.team,
                name: standup.team_name.clone(),
                slug: standup.team_slug.clone(),
                posted: week.posted,
                of: week.of,
            }),
        }
    }
    turnouts.retain(|one| one.of > 0);
    turnouts
}
