//! The feed of a team, or of everyone, by each author's own date: blockers first, then what was posted, then who is
//! still to come as the day goes round the earth.

use super::mates::{Waiting, waiting};
use super::news::News;
use super::post::{self, Post};
use super::sieve::{Asked, Narrow, Sieve, View};
use super::stream::{self, Listed, Stream};
use crate::clock::Now;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::TeamId;
use crate::language::Words;
use crate::okr::parts::{Row as KeyResultRow, capitalised, spelled};
use crate::okr::standing;
use crate::organisation::{Me, Member};
use crate::standup::board::Board;
use crate::standup::gather::{leaves_of, people_of, standups_of};
use crate::standup::leave::Leaves;
use crate::standup::person::Person;
use crate::standup::queries::{self, FeedPlace, Neighbours, Wanted};
use crate::standup::question::Standup;
use crate::team::Team;
use crate::web::{Nav, Page, Path, Query, Shell};
use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Datelike as _, NaiveDate, Utc};

/// How many key results stand beside the feed.
const KEY_RESULTS: usize = 6;

/// More updates of one date are on the next page.
const PAGE: usize = 100;

/// `templates/standup/feed.html`.
#[derive(Template)]
#[template(path = "standup/feed.html")]
struct FeedPage {
    shell: Shell,
    t: Words,
    base: String,
    back: String,
    /// The team, or everyone.
    name: String,
    /// Whether the team is private.
    private: bool,
    date: String,
    weekday: String,
    title: String,
    filters: Vec<Filter>,
    before: Option<(String, String)>,
    after: Option<(String, String)>,
    /// The next date, while nobody can have written for it.
    ahead: Option<String>,
    /// All blockers of the team: where.
    blockers: Option<String>,
    /// How the team's weeks felt: where, if it asks.
    moods: Option<String>,
    narrow: Narrow,
    news: News,
    blocked: Vec<Listed>,
    posts: Vec<Listed>,
    /// Where more updates of the day are.
    older: Option<String>,
    waiting: Vec<Waiting>,
    /// "Mia is away until Friday 20 November. Nuno stands in."
    away: Vec<String>,
    key_results: Vec<KeyResultRow>,
    /// Where to write the first update, when nothing was ever written and the reader may.
    first: Option<String>,
}

/// A team to choose.
struct Filter {
    name: String,
    href: String,
    current: bool,
}

/// `GET …/teams`: everyone.
pub(super) async fn everyone(
    Member { me, tx }: Member,
    Now(now): Now,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    show(tx, &me, None, &asked, now).await
}

/// `GET …/teams/{team}`: one team.
pub(super) async fn team(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, team)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let team = Team::by_slug(&mut tx, &team).await?;
    show(tx, &me, Some(team), &asked, now).await
}

/// The dates a reader can go to from here.
struct Days {
    day: NaiveDate,
    before: Option<NaiveDate>,
    after: Option<NaiveDate>,
    /// Whether anything was written on or before any date at all.
    silent: bool,
}

async fn show(
    mut tx: OrgTx,
    me: &Me,
    team: Option<Team>,
    asked: &Asked,
    now: DateTime<Utc>,
) -> Result<Response> {
    let t = me.words();
    let all = Team::all(&mut tx).await?;
    let teams = readable(&all, team.as_ref())?;
    let standups = standups_of(&mut tx, &teams).await?;
    let (view, day) = (asked.view()?, asked.day()?);
    let days = days(&mut tx, me, &teams, &standups, day, now).await?;
    let people = people_of(&mut tx, &teams, days.day..=days.day, now).await?;
    let standings = match &team {
        Some(team) => standing::of_team(&mut tx, team.id, now).await?,
        None => Vec::new(),
    };
    let path = team.as_ref().map_or_else(|| me.at("/teams"), |team| me.at(&format!("/teams/{}", team.slug)));
    let (name, private) = called(t, team.as_ref());
    let sieve = Sieve { people: &people, standings: &standings, standups: &standups };
    let wanted = asked.wanted(&sieve)?;
    let new = stream::count_new(&mut tx, me, &teams, now).await?;
    let narrow = sieve.narrow(t, asked, &path, (view, new));
    let drawn = (view, Some(days.day).filter(|_| view != View::New));
    let news = News::of(me, (team.as_ref(), &path), asked, drawn, now);
    if view != View::Day {
        let stream = Stream { name, private, path, teams: &teams, asked, wanted, view, narrow, news };
        return stream::show(tx, me, stream, days.day, now).await;
    }
    let is_today = (day.is_none() || days.day >= me.today(now)) && !asked.narrows() && wanted.after.is_none();
    let lists = lists(&mut tx, me, &teams, (days.day, is_today), wanted, now).await?;
    let board = board(&mut tx, &teams, &standups, &people, days.day, now).await?;
    let leaves = leaves_of(&mut tx, days.day, days.day).await?;
    tx.commit().await?;
    let link = |date: NaiveDate| (t.date_long(date), asked.href(&path, view, Some(date), None));
    let later = days.after.filter(|date| *date > me.today(now));
    let page = FeedPage {
        shell: Shell::of(me, Nav::Updates, now),
        t,
        base: me.at(""),
        back: format!("{path}?day={}", days.day),
        name,
        private,
        date: t.date_long(days.day),
        weekday: t.weekday_long(days.day.weekday()),
        title: title(t, &board, &lists.blocked, days.silent),
        filters: filters(me, &all, team.as_ref()),
        narrow,
        news,
        before: days.before.map(link),
        after: days.after.filter(|_| later.is_none()).map(link),
        ahead: later.map(|date| t.standup_next_day(t.date_long(date))),
        blockers: team.as_ref().map(|_| format!("{path}/blockers")),
        moods: asks_mood(team.as_ref(), &standups).then(|| format!("{path}/mood")),
        blocked: lists.blocked,
        posts: lists.posts,
        older: lists.older.map(|place| asked.href(&path, view, Some(days.day), Some(place))),
        waiting: waiting(t, &board.to_come, &people, me.id, now),
        away: away(t, &board, &people, &leaves, days.day),
        key_results: standings.iter().take(KEY_RESULTS).map(|it| KeyResultRow::of(it, me, now)).collect(),
        first: (days.silent && teams.iter().any(|team| me.sits_in(*team)) && me.role.takes_part())
            .then(|| me.at("/today")),
    };
    Ok(Page(page).into_response())
}

/// The team, or all teams the reader may read.
fn readable(all: &[Team], team: Option<&Team>) -> Result<Vec<TeamId>> {
    let wanted = |row: &&Team| team.is_none_or(|team| team.id == row.id);
    let teams: Vec<_> = all.iter().filter(wanted).map(|row| row.id).collect();
    if team.is_some() && teams.is_empty() { Err(Fault::NotFound) } else { Ok(teams) }
}

/// Whether this is the feed of a team that asks how the week feels.
fn asks_mood(team: Option<&Team>, standups: &[Standup]) -> bool {
    team.is_some() && standups.iter().any(Standup::asks_mood)
}

/// How a feed is called, and whether it is of a private team.
fn called(t: Words, team: Option<&Team>) -> (String, bool) {
    team.map_or_else(|| (t.standup_everyone().to_owned(), false), |team| (team.name.clone(), team.private))
}

/// The updates of a day.
struct Lists {
    blocked: Vec<Listed>,
    posts: Vec<Listed>,
    /// Where the next page begins.
    older: Option<FeedPlace>,
}

/// What these teams wrote for a day. What is in somebody's way stands on today's page, whenever it was written.
async fn lists(
    tx: &mut OrgTx,
    me: &Me,
    teams: &[TeamId],
    (day, is_today): (NaiveDate, bool),
    wanted: Wanted,
    now: DateTime<Utc>,
) -> Result<Lists> {
    let most = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut rows = queries::feed(tx, teams, (day, day), wanted, most).await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let older = rows.last().filter(|_| more).map(queries::FeedRow::place);
    let mut ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let open = if is_today { queries::ids_of_open_blockers(tx, teams).await? } else { Vec::new() };
    ids.extend(open.iter().filter(|id| !ids.contains(id)).copied().collect::<Vec<_>>());
    let seen = stream::see(tx, me, &ids, now).await?;
    let mut found = post::load(tx, me, &ids, now).await?;
    let list = |post: Post| Listed { new: seen.contains(&post.id), post: stream::only(post, wanted) };
    let mut blocked: Vec<_> = open.iter().filter_map(|id| found.remove(id)).map(list).collect();
    let mut posts: Vec<_> = ids.iter().filter_map(|id| found.remove(id)).map(list).collect();
    if !is_today {
        (blocked, posts) =
            posts.into_iter().partition(|it| it.post.blocker.as_ref().is_some_and(|it| it.open));
    }
    Ok(Lists { blocked, posts, older })
}

/// The date asked for, else the newest on which something is written or due, and its neighbours.
async fn days(
    tx: &mut OrgTx,
    me: &Me,
    teams: &[TeamId],
    standups: &[Standup],
    asked: Option<NaiveDate>,
    now: DateTime<Utc>,
) -> Result<Days> {
    let from = asked.unwrap_or_else(|| me.today(now));
    let around = queries::days_around(tx, teams, from).await?;
    let due = standups.iter().any(|it| it.timetable.falls_on(from));
    let Some(newest) = around.earlier(standups, from).filter(|_| asked.is_none() && !due && !around.here)
    else {
        return Ok(Days::new(from, &around, standups));
    };
    let around = queries::days_around(tx, teams, newest).await?;
    Ok(Days::new(newest, &around, standups))
}

impl Days {
    fn new(day: NaiveDate, around: &Neighbours, standups: &[Standup]) -> Self {
        let next_due = standups.iter().filter_map(|it| it.timetable.date_after(day)).min();
        Self {
            day,
            before: around.earlier(standups, day),
            after: [around.after, next_due].into_iter().flatten().min(),
            silent: around.written.is_none(),
        }
    }
}

impl Neighbours {
    /// The last date before one on which something was written or due. Before the first update there is nothing.
    fn earlier(&self, standups: &[Standup], day: NaiveDate) -> Option<NaiveDate> {
        let first = self.written?;
        let due = standups.iter().filter_map(|it| it.timetable.date_before(day)).max();
        self.before.max(due.filter(|date| first <= *date))
    }
}

/// The boards of all standups that fall on the date, or were written for on it, as one.
async fn board(
    tx: &mut OrgTx,
    teams: &[TeamId],
    standups: &[Standup],
    people: &[Person],
    day: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Board> {
    let posted = queries::posted(tx, teams, day).await?;
    let boards = standups.iter().map(|standup| {
        let has = |member| posted.iter().any(|row| row.standup_id == standup.id && row.member_id == member);
        let team = people.iter().filter(|person| person.teams.contains(&standup.team));
        Board::of(team, standup, day, has, now)
    });
    Ok(boards.fold(Board::default(), Board::with))
}

/// Who is away on the date, by name, each in one sentence.
fn away(t: Words, board: &Board, people: &[Person], leaves: &Leaves, day: NaiveDate) -> Vec<String> {
    let away = people.iter().filter(|person| board.away.contains(&person.id));
    away.filter_map(|person| leaves.on(person.id, day)).map(|leave| leave.sentence(t)).collect()
}

/// The page's one sentence.
fn title(t: Words, board: &Board, blocked: &[Listed], silent: bool) -> String {
    let posted = match (board.posted, board.of) {
        _ if silent => t.standup_nobody_yet().to_owned(),
        (0, 0) => t.standup_nobody_asked().to_owned(),
        (0, _) => t.standup_none_posted().to_owned(),
        (posted, of) if posted == of => t.standup_all_posted(posted, spelled(t, of)),
        (posted, of) => t.standup_posted(posted, capitalised(&spelled(t, posted)), spelled(t, of)),
    };
    if blocked.is_empty() {
        return posted;
    }
    let mut people: Vec<_> = blocked.iter().map(|it| it.post.member).collect();
    people.sort_unstable();
    people.dedup();
    t.standup_and_blocked(
        posted,
        t.standup_people_blocked(people.len(), capitalised(&spelled(t, people.len()))),
    )
}

fn filters(me: &Me, all: &[Team], current: Option<&Team>) -> Vec<Filter> {
    let everyone = Filter {
        name: me.words().standup_everyone().to_owned(),
        href: me.at("/teams"),
        current: current.is_none(),
    };
    let teams = all.iter().map(|team| Filter {
        name: team.name.clone(),
        href: me.at(&format!("/teams/{}", team.slug)),
        current: current.is_some_and(|current| current.id == team.id),
    });
    teams.chain([everyone]).collect()
}
