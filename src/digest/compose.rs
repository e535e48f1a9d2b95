//! What a digest says: chosen from what is new in the organisation, and put in order. Pure: no words of any language,
//! no clock, no database.
//!
//! The order is always the same: what waits for the reader and was said to them, who is blocked, what moved, the reader's own key results;
//! once a week, for those who look after others, what needs a look, which key results moved, which decisions close and how many wrote. Nothing to
//! say means no digest.
//!
//! What teammates did is told once: not what a digest told before, and also what became visible late (posted while one was
//! being written, sent out after the house was down, of a team just joined), as far back as the floor.

use super::news::{Author, Blocker, DueUpdate, Item, KeyResult, Move, News, Step, Turnout};
use crate::decision::Closing;
use crate::ids::{MemberId, TeamId, UpdateId};
use crate::notice::Line;
use crate::review::Need;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use rust_decimal::Decimal;
use std::collections::HashSet;
use uuid::Uuid;

/// The most items of one list; what is beyond is counted.
pub const AT_MOST: usize = 8;

/// The most updates a digest names: the first few with their words, the others in a line each, so that none is missing.
pub const NAMED_AT_MOST: usize = 100;

/// How far back the weekly digest looks for what key results did.
pub const WEEK: TimeDelta = TimeDelta::days(7);

/// Whom a digest is for, and the time it speaks of.
#[derive(Debug, Clone)]
pub struct Reader {
    /// The member.
    pub member: MemberId,
    /// The teams they sit in.
    pub teams: Vec<TeamId>,
    /// Those of them they lead.
    pub leads: Vec<TeamId>,
    /// Whether they look after the whole organisation.
    pub administers: bool,
    /// The private teams they may not read.
    pub hidden: HashSet<TeamId>,
    /// Whether this is the weekly one.
    pub weekly: bool,
    /// When it is written.
    pub now: DateTime<Utc>,
    /// Their local date.
    pub today: NaiveDate,
    /// Since when this one tells: the last digest, or when they were last there to see for themselves.
    pub since: DateTime<Utc>,
    /// What is older than this is no news. It lies before `since`, so that what came late is still told.
    pub floor: DateTime<Utc>,
    /// The updates and check-ins they were told of already.
    pub told: HashSet<Uuid>,
}

/// The first few of a list, and how many more there are.
#[derive(Debug)]
pub struct Few<T> {
    /// Those that are told.
    pub items: Vec<T>,
    /// Left out.
    pub more: usize,
}

impl<T> Few<T> {
    fn of(all: Vec<T>) -> Self {
        Self::up_to(AT_MOST, all)
    }

    fn up_to(most: usize, all: Vec<T>) -> Self {
        let more = all.len().saturating_sub(most);
        Self { items: all.into_iter().take(most).collect(), more }
    }

    /// All there are, also those left out.
    pub fn count(&self) -> usize {
        self.items.len() + self.more
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

/// What somebody did that is new to the reader: an update, or check-ins in a row outside one.
#[derive(Debug)]
pub struct Moved<'a> {
    /// The update, if it was one.
    pub update: Option<UpdateId>,
    /// The update's team.
    pub team: Option<TeamId>,
    /// Who.
    pub author: &'a Author,
    /// When; the last of several check-ins.
    pub at: DateTime<Utc>,
    /// How their words begin; may be empty.
    pub words: &'a str,
    /// The key results that moved with it, as far as the reader may see them.
    pub steps: Vec<&'a Step>,
}

/// How a key result moved in the week before a weekly digest.
#[derive(Debug)]
pub struct Movement<'a> {
    /// Which, as it stands.
    pub key_result: &'a KeyResult,
    /// Its value before the week, if it had one.
    pub from: Option<Decimal>,
    /// Its value now.
    pub to: Decimal,
}

/// One digest.
#[derive(Debug)]
pub struct Digest<'a> {
    /// For you: the updates you are asked for today.
    pub due_updates: Vec<DueUpdate>,
    /// For you: your key results whose check-in is due.
    pub due_check_ins: Few<&'a KeyResult>,
    /// What was said to the reader, oldest first.
    pub said: Few<&'a Line>,
    /// Who is blocked: those the reader can help first, then the longest blocked.
    pub blocked: Few<&'a Blocker>,
    /// What teammates did, the newest first; at most [`NAMED_AT_MOST`].
    pub moved: Few<Moved<'a>>,
    /// The reader's key results.
    pub own: Few<&'a KeyResult>,
    /// Once a week, for leads and admins: what needs a look, worst first.
    pub needs: Few<&'a Need>,
    /// Once a week, for leads and admins: the key results that moved.
    pub week: Few<Movement<'a>>,
    /// Once a week, for leads and admins: the decisions that close within the next.
    pub closing: Few<&'a Closing>,
    /// Once a week, for leads and admins: who wrote, by team.
    pub turnouts: Vec<&'a Turnout>,
    /// All that it tells of what teammates did, also what it only counts.
    pub told: Vec<Item>,
}

impl<'a> Digest<'a> {
    /// The digest for one reader; `None` when there is nothing to tell.
    pub fn compose(reader: &Reader, due_updates: Vec<DueUpdate>, news: &'a News) -> Option<Self> {
        let own = news.key_results.iter().filter(|one| one.is_owned_by(reader.member));
        let own: Vec<&KeyResult> = own.filter(|one| reader.may_read(one.team)).collect();
        let due = own.iter().copied().filter(|one| one.due.is_some_and(|due| due <= reader.today)).collect();
        let new = new_to(reader, news);
        let digest = Self {
            due_updates,
            due_check_ins: Few::of(due),
            said: Few::of(news.said.iter().filter(|line| line.to() == reader.member).collect()),
            blocked: Few::of(blocked(reader, news)),
            told: new.iter().map(|one| one.item).collect(),
            moved: Few::up_to(NAMED_AT_MOST, moved(reader, &new)),
            own: Few::of(own),
            needs: Few::of(news.needs.iter().filter(|one| reader.looks_after(one.team)).collect()),
            week: Few::of(week(reader, news)),
            closing: Few::of(news.closing.iter().filter(|one| reader.looks_after(one.team)).collect()),
            turnouts: news.turnouts.iter().filter(|one| reader.looks_after(Some(one.team))).collect(),
        };
        digest.has_news(reader.weekly).then_some(digest)
    }

    /// The teams whose words it holds, each once.
    pub fn teams(&self) -> Vec<TeamId> {
        let said = self.said.items.iter().filter_map(|line| line.team());
        let blocked = self.blocked.items.iter().map(|one| one.team);
        let moved = self.moved.items.iter().filter_map(|one| one.team);
        let steps = self.moved.items.iter().flat_map(|one| &one.steps).filter_map(|step| step.team);
        let needs = self.needs.items.iter().filter_map(|one| one.team);
        let week = self.week.items.iter().filter_map(|one| one.key_result.team);
        let closing = self.closing.items.iter().filter_map(|one| one.team);
        let turnouts = self.turnouts.iter().map(|one| one.team);
        let figures = steps.chain(needs).chain(week).chain(closing).chain(turnouts);
        let mut teams: Vec<TeamId> = said.chain(blocked).chain(moved).chain(figures).collect();
        teams.sort_unstable();
        teams.dedup();
        teams
    }

    /// Standing key results are no news by the day, but worth a look once a week.
    fn has_news(&self, weekly: bool) -> bool {
        let waits = !self.due_updates.is_empty() || !self.due_check_ins.is_empty() || !self.said.is_empty();
        let happened = !self.blocked.is_empty() || !self.moved.is_empty();
        let led = !(self.needs.is_empty() && self.closing.is_empty() && self.turnouts.is_empty());
        waits || happened || (weekly && (led || !self.own.is_empty()))
    }
}

impl Reader {
    /// Whether the weekly digest tells them of this team; `None` is the whole organisation's.
    fn looks_after(&self, team: Option<TeamId>) -> bool {
        let theirs = self.administers || team.is_some_and(|team| self.leads.contains(&team));
        self.weekly && theirs && self.may_read(team)
    }

    /// Whether they may read what is of this team.
    pub fn may_read(&self, team: Option<TeamId>) -> bool {
        team.is_none_or(|team| !self.hidden.contains(&team))
    }

    /// Whether a move is of somebody near them, for them to read, and new to them.
    fn is_news(&self, one: &Move) -> bool {
        let near = match one.team {
            Some(team) => self.teams.contains(&team),
            None => one.author_teams.iter().any(|team| self.teams.contains(team)),
        };
        let readable = one.team.is_some() || one.steps.iter().any(|step| self.may_read(step.team));
        near && readable
            && one.author.id != self.member
            && self.floor < one.at
            && one.at <= self.now
            && !self.told.contains(&one.item.id())
    }
}

fn blocked<'a>(reader: &Reader, news: &'a News) -> Vec<&'a Blocker> {
    let mut found: Vec<&Blocker> = news
        .blockers
        .iter()
        .filter(|one| one.author.id != reader.member)
        .filter(|one| one.waits_for(reader.member) || reader.teams.contains(&one.team))
        .filter(|one| reader.may_read(Some(one.team)))
        .collect();
    found.sort_by_key(|one| (!one.waits_for(reader.member), one.opened_at));
    found
}

/// What people did that is new to the reader, oldest first: all of it counts as told.
pub fn new_to<'a>(reader: &Reader, news: &'a News) -> Vec<&'a Move> {
    news.moves.iter().filter(|one| reader.is_news(one)).collect()
}

/// How it is told: the newest first; check-ins of one author outside an update in one breath.
pub fn moved<'a>(reader: &Reader, new: &[&'a Move]) -> Vec<Moved<'a>> {
    let mut found: Vec<Moved<'a>> = Vec::new();
    for one in new {
        let steps = one.steps.iter().filter(|step| reader.may_read(step.team));
        let update = one.item.update();
        let same = |told: &&mut Moved<'a>| told.update.is_none() && told.author.id == one.author.id;
        match found.iter_mut().find(same).filter(|_| update.is_none()) {
            Some(told) => {
                told.at = told.at.max(one.at);
                told.steps.extend(steps);
            }
            None => found.push(Moved {
                update,
                team: one.team,
                author: &one.author,
                at: one.at,
                words: &one.words,
                steps: steps.collect(),
            }),
        }
    }
    found.sort_by_key(|one| std::cmp::Reverse(one.at));
    found
}

/// What the key results did in the last week, in their order.
fn week<'a>(reader: &Reader, news: &'a News) -> Vec<Movement<'a>> {
    let from = |at: DateTime<Utc>| at > reader.now - WEEK;
    let theirs = news.key_results.iter().filter(|one| reader.looks_after(one.team));
    let moved = theirs.filter_map(|one| {
        let steps = || {
            let all = news.moves.iter().flat_map(|told| &told.steps).chain(&news.elsewhere);
            all.filter(|step| step.key_result == one.id && from(step.at))
        };
        let first = steps().min_by_key(|step| step.at)?;
        let last = steps().max_by_key(|step| step.at)?;
        Some(Movement { key_result: one, from: first.from, to: last.to })
    });
    moved.filter(|one| one.from != Some(one.to)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Zone;
    use crate::ids::{CheckInId, KeyResultId};
    use crate::okr::measure::{Kind, PaceRule, Terms};
    use crate::okr::status::{Confidence, Status};
    use crate::okr::unit::Unit;
    use chrono::NaiveTime;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn reader(teams: &[TeamId]) -> Reader {
        Reader {
            member: MemberId::fresh(),
            teams: teams.to_vec(),
            leads: Vec::new(),
            administers: false,
            hidden: HashSet::new(),
            weekly: false,
            now: at("2026-11-17T09:00:00Z"),
            today: "2026-11-17".parse().unwrap(),
            since: at("2026-11-16T09:00:00Z"),
            floor: at("2026-11-16T09:00:00Z"),
            told: HashSet::new(),
        }
    }

    fn author(name: &str) -> Author {
        Author { id: MemberId::fresh(), name: name.to_owned(), zone: Zone::UTC }
    }

    fn update(team: TeamId, who: &Author, when: &str) -> Move {
        Move {
            item: Item::Update(UpdateId::fresh()),
            team: Some(team),
            author_teams: vec![team],
            author: who.clone(),
            at: at(when),
            words: "Words".to_owned(),
            steps: Vec::new(),
        }
    }

    fn blocker(team: TeamId, who: &Author, unblocker: Option<MemberId>, when: &str) -> Blocker {
        let words = "Held at customs".to_owned();
        Blocker {
            update: UpdateId::fresh(),
            team,
            author: who.clone(),
            unblocker,
            stand_in: None,
            words,
            opened_at: at(when),
        }
    }

    fn key_result(owner: Option<MemberId>, team: Option<TeamId>, status: Status) -> KeyResult {
        KeyResult {
            id: KeyResultId::fresh(),
            title: format!("{status:?}"),
            unit: Unit::Number(String::new()),
            team,
            owner: owner.map(|owner| (owner, "Owner".to_owned())),
            terms: Terms::new(Kind::Increase, Decimal::ZERO, Decimal::TEN, 1, PaceRule::Linear).unwrap(),
            value: None,
            kept: None,
            progress: None,
            expected: None,
            status,
            due: None,
        }
    }

    #[test]
    fn nothing_new_is_no_digest() {
        let team = TeamId::fresh();
        let reader = reader(&[team]);
        let mut news = News {
            key_results: vec![key_result(Some(reader.member), Some(team), Status::OnTrack)],
            ..News::default()
        };
        // Their own, another team's, and what they were told already.
        let me = Author { id: reader.member, ..author("Me") };
        news.moves.push(update(team, &me, "2026-11-17T08:00:00Z"));
        news.moves.push(update(TeamId::fresh(), &author("Far"), "2026-11-17T08:00:00Z"));
        news.moves.push(update(team, &author("Old"), "2026-11-16T09:00:00Z"));
        news.blockers.push(blocker(team, &me, None, "2026-11-16T08:00:00Z"));
        assert!(Digest::compose(&reader, Vec::new(), &news).is_none());
        let weekly = Reader { weekly: true, ..reader };
        assert_eq!(
            Digest::compose(&weekly, Vec::new(), &news).unwrap().own.count(),
            1,
            "once a week it is worth a look"
        );
    }

    #[test]
    fn each_thing_that_waits_is_reason_enough() {
        let team = TeamId::fresh();
        let reader = reader(&[team]);
        assert!(Digest::compose(&reader, vec![due()], &News::default()).is_some());
        let mut late = key_result(Some(reader.member), None, Status::OnTrack);
        late.due = Some(reader.today);
        let news = News { key_results: vec![late], ..News::default() };
        assert_eq!(Digest::compose(&reader, Vec::new(), &news).unwrap().due_check_ins.count(), 1);
        let tomorrow = Reader { today: reader.today.pred_opt().unwrap(), ..reader };
        assert!(Digest::compose(&tomorrow, Vec::new(), &news).is_none());
    }

    #[test]
    fn blockers_they_can_lift_come_first() {
        let team = TeamId::fresh();
        let reader = reader(&[team]);
        let tama = author("Tama");
        let news = News {
            blockers: vec![
                blocker(team, &tama, None, "2026-11-12T08:00:00Z"),
                blocker(TeamId::fresh(), &tama, None, "2026-11-12T09:00:00Z"),
                blocker(TeamId::fresh(), &tama, Some(reader.member), "2026-11-16T08:00:00Z"),
            ],
            ..News::default()
        };
        let digest = Digest::compose(&reader, Vec::new(), &news).unwrap();
        let opened: Vec<_> = digest.blocked.items.iter().map(|one| one.opened_at).collect();
        assert_eq!(opened, [at("2026-11-16T08:00:00Z"), at("2026-11-12T08:00:00Z")]);
    }

    #[test]
    fn the_newest_first_and_a_count_of_what_is_beyond_all_measure() {
        let team = TeamId::fresh();
        let arjun = author("Arjun");
        let minutes = (0..60).flat_map(|minute| [(20, minute), (21, minute)]);
        let when = minutes.map(|(hour, minute)| format!("2026-11-16T{hour}:{minute:02}:00Z"));
        let moves = when.map(|when| update(team, &arjun, &when)).collect();
        let news = News { moves, ..News::default() };
        let digest = Digest::compose(&reader(&[team]), Vec::new(), &news).unwrap();
        assert_eq!((digest.moved.items.len(), digest.moved.more, digest.moved.count()), (100, 20, 120));
        assert_eq!(digest.moved.items[0].at, at("2026-11-16T21:59:00Z"));
    }

    fn check_in(who: &Author, when: &str, key_result: &KeyResult, from: i64, to: i64) -> Move {
        let step = Step {
            key_result: key_result.id,
            title: key_result.title.clone(),
            team: key_result.team,
            at: at(when),
            unit: Unit::Number(String::new()),
            kind: Kind::Increase,
            from: Some(Decimal::from(from)),
            to: Decimal::from(to),
            confidence: Confidence::OnTrack,
        };
        Move {
            item: Item::CheckIn(CheckInId::fresh()),
            team: None,
            steps: vec![step],
            words: String::new(),
            ..update(TeamId::fresh(), who, when)
        }
    }

    #[test]
    fn check_ins_outside_an_update_reach_those_who_share_a_team_in_one_breath() {
        let team = TeamId::fresh();
        let tama = author("Tama");
        let one = key_result(None, Some(team), Status::OnTrack);
        let near = |told: Move| Move { author_teams: vec![team], ..told };
        let news = News {
            moves: vec![
                near(check_in(&tama, "2026-11-17T07:00:00Z", &one, 1, 2)),
                near(check_in(&tama, "2026-11-17T08:00:00Z", &one, 2, 3)),
            ],
            ..News::default()
        };
        let reader = reader(&[team]);
        let digest = Digest::compose(&reader, Vec::new(), &news).unwrap();
        assert_eq!((digest.moved.count(), digest.moved.items[0].steps.len(), digest.told.len()), (1, 2, 2));
        assert_eq!(digest.moved.items[0].at, at("2026-11-17T08:00:00Z"));
        let stranger = Reader { teams: vec![TeamId::fresh()], ..reader.clone() };
        assert!(Digest::compose(&stranger, Vec::new(), &news).is_none());
        // Of a team that is closed to them they hear nothing, though they sit with its author elsewhere.
        let outside = Reader { hidden: HashSet::from([team]), ..reader };
        assert!(Digest::compose(&outside, Vec::new(), &news).is_none());
    }

    #[test]
    fn what_was_told_is_not_told_again_and_what_came_late_is() {
        let team = TeamId::fresh();
        let arjun = author("Arjun");
        let late = update(team, &arjun, "2026-11-16T08:59:59Z");
        let told = update(team, &arjun, "2026-11-16T08:30:00Z");
        let old = update(team, &arjun, "2026-11-09T08:00:00Z");
        let reader = Reader {
            floor: at("2026-11-09T09:00:00Z"),
            told: HashSet::from([told.item.id()]),
            ..reader(&[team])
        };
        let expected = vec![late.item];
        let news = News { moves: vec![old, told, late], ..News::default() };
        assert_eq!(Digest::compose(&reader, Vec::new(), &news).unwrap().told, expected);
    }

    fn need(team: Option<TeamId>, title: &str) -> Need {
        Need {
            team,
            title: title.to_owned(),
            page: "/key-results/1".to_owned(),
            reasons: Vec::new(),
            blocked: None,
        }
    }

    #[test]
    fn once_a_week_leads_see_their_teams_and_admins_everything_they_may_read() {
        let (mine, other, closed) = (TeamId::fresh(), TeamId::fresh(), TeamId::fresh());
        let turnout = |team| Turnout { team, name: "Team".into(), slug: "team".into(), posted: 3, of: 5 };
        let news = News {
            needs: vec![
                need(None, "All"),
                need(Some(mine), "Mine"),
                need(Some(other), "Other"),
                need(Some(closed), "Closed"),
            ],
            turnouts: vec![turnout(mine), turnout(other), turnout(closed)],
            ..News::default()
        };
        let titles = |digest: &Digest<'_>| -> Vec<String> {
            digest.needs.items.iter().map(|one| one.title.clone()).collect()
        };
        let lead = Reader { leads: vec![mine], weekly: true, ..reader(&[mine]) };
        let digest = Digest::compose(&lead, Vec::new(), &news).unwrap();
        assert_eq!((titles(&digest), digest.turnouts.len()), (vec!["Mine".to_owned()], 1));
        let hidden = HashSet::from([closed]);
        let admin = Reader { administers: true, weekly: true, hidden, ..reader(&[]) };
        let digest = Digest::compose(&admin, Vec::new(), &news).unwrap();
        assert_eq!(titles(&digest), ["All", "Mine", "Other"]);
        assert_eq!(digest.turnouts.len(), 2);
        let by_day = Reader { weekly: false, ..lead };
        assert!(Digest::compose(&by_day, Vec::new(), &news).is_none());
    }

    #[test]
    fn once_a_week_leads_see_from_where_to_where_key_results_went() {
        let team = TeamId::fresh();
        let tama = author("Tama");
        let (one, still) =
            (key_result(None, Some(team), Status::OnTrack), key_result(None, Some(team), Status::OnTrack));
        let moves =
            [("2026-11-09T08:00:00Z", 0, 1), ("2026-11-12T08:00:00Z", 1, 3), ("2026-11-16T08:00:00Z", 3, 4)];
        let mut moves: Vec<Move> = moves.map(|(when, from, to)| check_in(&tama, when, &one, from, to)).into();
        moves.push(check_in(&tama, "2026-11-16T08:00:00Z", &still, 5, 5));
        let elsewhere = check_in(&tama, "2026-11-17T08:00:00Z", &one, 4, 6).steps;
        let news = News { moves, elsewhere, key_results: vec![one, still], ..News::default() };
        let lead = Reader { leads: vec![team], weekly: true, ..reader(&[team]) };
        let digest = Digest::compose(&lead, vec![due()], &news).unwrap();
        let found: Vec<_> = digest.week.items.iter().map(|one| (one.from, one.to)).collect();
        assert_eq!(
            found,
            [(Some(Decimal::ONE), Decimal::from(6))],
            "the week's first and last value, and only what moved"
        );
    }

    #[test]
    fn what_is_of_a_private_team_is_no_news_to_others() {
        let (mine, theirs) = (TeamId::fresh(), TeamId::fresh());
        let hidden = HashSet::from([theirs]);
        let admin = Reader { administers: true, weekly: true, hidden, ..reader(&[mine]) };
        let owned = key_result(Some(admin.member), Some(theirs), Status::OffTrack);
        let open = key_result(None, None, Status::OffTrack);
        let mate = author("Mate");
        let step = |of: &KeyResult| check_in(&mate, "2026-11-17T08:00:00Z", of, 1, 2).steps.remove(0);
        let told =
            Move { steps: vec![step(&owned), step(&open)], ..update(mine, &mate, "2026-11-17T08:00:00Z") };
        let news = News {
            moves: vec![told, update(theirs, &author("Far"), "2026-11-17T08:00:00Z")],
            blockers: vec![blocker(theirs, &author("Far"), Some(admin.member), "2026-11-16T08:00:00Z")],
            key_results: vec![owned, open],
            ..News::default()
        };
        let digest = Digest::compose(&admin, Vec::new(), &news).unwrap();
        assert_eq!(digest.moved.items.iter().map(|one| one.steps.len()).collect::<Vec<_>>(), [1]);
        assert_eq!([digest.blocked.count(), digest.own.count(), digest.week.count()], [0, 0, 1]);
    }

    fn due() -> DueUpdate {
        DueUpdate { team: "Forecast".to_owned(), until: NaiveTime::MIN }
    }
}
