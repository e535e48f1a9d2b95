//! What a digest says: chosen from what is new in the organisation, and put in order. Pure: no words of any language,
//! no clock, no database.
//!
//! The order is always the same: what waits for the reader and was said to them, who is blocked, what moved, the reader's own key results;
//! once a week, for those who look after others, what needs a look and how many wrote. Nothing to say means no digest.

use crate::calendar::Zone;
use crate::ids::{KeyResultId, MemberId, TeamId, UpdateId};
use crate::notice::Line;
use crate::okr::kept::Kept;
use crate::okr::measure::{Kind, Terms};
use crate::okr::status::{Confidence, Status};
use crate::okr::unit::Unit;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use rust_decimal::Decimal;

/// The most items of one list; what is beyond is counted.
pub const AT_MOST: usize = 8;

/// Whom a digest is for, and the time it speaks of.
#[derive(Debug, Clone)]
pub struct Reader {
    /// The member.
    pub member: MemberId,
    /// The teams they sit in.
    pub teams: Vec<TeamId>,
    /// Those of them they lead.
    pub leads: Vec<TeamId>,
    /// The private teams they may not read.
    pub hidden: Vec<TeamId>,
    /// Whether they look after the whole organisation.
    pub administers: bool,
    /// Whether this is the weekly one.
    pub weekly: bool,
    /// Their local date.
    pub today: NaiveDate,
    /// What is older than this they have been told, or were there to see.
    pub since: DateTime<Utc>,
}

/// Somebody, and the clock they wrote by.
#[derive(Debug, Clone)]
pub struct Author {
    /// Who.
    pub id: MemberId,
    /// Their whole name.
    pub name: String,
    /// Their zone then.
    pub zone: Zone,
}

/// A check-in: a key result went from one value to another.
#[derive(Debug, Clone)]
pub struct Step {
    /// Of which key result.
    pub key_result: KeyResultId,
    /// Its title.
    pub title: String,
    /// Its objective's team; none: the whole organisation's.
    pub team: Option<TeamId>,
    /// What it is counted in.
    pub unit: Unit,
    /// How it is read.
    pub kind: Kind,
    /// The value before, if there was one.
    pub from: Option<Decimal>,
    /// The value now.
    pub to: Decimal,
    /// What the author says.
    pub confidence: Confidence,
}

/// Something somebody did: an update, or check-ins outside one.
#[derive(Debug, Clone)]
pub struct Move {
    /// The update, if it was one.
    pub update: Option<UpdateId>,
    /// Its team; none for check-ins outside an update, which all who share a team with the author hear of.
    pub team: Option<TeamId>,
    /// The author's teams.
    pub author_teams: Vec<TeamId>,
    /// Who.
    pub author: Author,
    /// When.
    pub at: DateTime<Utc>,
    /// How their words begin; may be empty.
    pub words: String,
    /// The key results that moved with it.
    pub steps: Vec<Step>,
}

/// An open blocker.
#[derive(Debug, Clone)]
pub struct Blocker {
    /// The update it stands in.
    pub update: UpdateId,
    /// The team of that update.
    pub team: TeamId,
    /// Who is blocked.
    pub author: Author,
    /// Who can help; none: anyone on the team.
    pub unblocker: Option<MemberId>,
    /// Who stands in for them while they are away.
    pub stand_in: Option<MemberId>,
    /// How their words begin.
    pub words: String,
    /// Since when.
    pub opened_at: DateTime<Utc>,
}

impl Blocker {
    /// Whether this member is the one who can help, or stands in for them.
    pub fn waits_for(&self, member: MemberId) -> bool {
        [self.unblocker, self.stand_in].contains(&Some(member))
    }
}

/// A key result of a running cycle as it stands.
#[derive(Debug, Clone)]
pub struct KeyResult {
    /// Which.
    pub id: KeyResultId,
    /// Its title.
    pub title: String,
    /// What it is counted in.
    pub unit: Unit,
    /// Its objective's team; none: the whole organisation's.
    pub team: Option<TeamId>,
    /// Who owns it: id and name.
    pub owner: Option<(MemberId, String)>,
    /// What it is measured against.
    pub terms: Terms,
    /// Its value, if it was measured.
    pub value: Option<Decimal>,
    /// Where a band is to be kept: how often it was.
    pub kept: Option<Kept>,
    /// How far it is, 0 to 1.
    pub progress: Option<Decimal>,
    /// How far the calendar expects it today, 0 to 1.
    pub expected: Option<Decimal>,
    /// The word shown.
    pub status: Status,
    /// The owner's local date by whose end the next check-in is due.
    pub due: Option<NaiveDate>,
}

/// What is new in an organisation, for all its readers.
#[derive(Debug, Clone, Default)]
pub struct News {
    /// What was said to people who are told with the digest, oldest first.
    pub said: Vec<Line>,
    /// What people did, oldest first.
    pub moves: Vec<Move>,
    /// Who is blocked, longest first.
    pub blockers: Vec<Blocker>,
    /// The key results of running cycles.
    pub key_results: Vec<KeyResult>,
    /// How many wrote, by team.
    pub turnouts: Vec<Turnout>,
}

/// An update the reader is asked for today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueUpdate {
    /// The team that asks.
    pub team: String,
    /// Until when, on the reader's clock.
    pub until: NaiveTime,
}

/// How many updates of a team were written in a week, of how many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turnout {
    /// The team.
    pub team: TeamId,
    /// Its name.
    pub name: String,
    /// Its word in addresses.
    pub slug: String,
    /// Written.
    pub posted: usize,
    /// Expected: days away and observers are not counted.
    pub of: usize,
}

/// The first few of a list, and how many more there are.
#[derive(Debug)]
pub struct Few<'a, T> {
    /// At most [`AT_MOST`].
    pub items: Vec<&'a T>,
    /// Left out.
    pub more: usize,
}

impl<'a, T> Few<'a, T> {
    fn of(all: Vec<&'a T>) -> Self {
        let more = all.len().saturating_sub(AT_MOST);
        Self { items: all.into_iter().take(AT_MOST).collect(), more }
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

/// One digest.
#[derive(Debug)]
pub struct Digest<'a> {
    /// For you: the updates you are asked for today.
    pub due_updates: Vec<DueUpdate>,
    /// For you: your key results whose check-in is due.
    pub due_check_ins: Few<'a, KeyResult>,
    /// What was said to the reader, oldest first.
    pub said: Few<'a, Line>,
    /// Who is blocked: those the reader can help first, then the longest blocked.
    pub blocked: Few<'a, Blocker>,
    /// What teammates did, the newest first.
    pub moved: Few<'a, Move>,
    /// The reader's key results.
    pub own: Few<'a, KeyResult>,
    /// Once a week, for leads and admins: key results that are off track, stale or without an owner.
    pub unwell: Few<'a, KeyResult>,
    /// Once a week, for leads and admins: who wrote, by team.
    pub turnouts: Vec<&'a Turnout>,
}

impl<'a> Digest<'a> {
    /// The digest for one reader; `None` when there is nothing to tell.
    pub fn compose(reader: &Reader, due_updates: Vec<DueUpdate>, news: &'a News) -> Option<Self> {
        let own: Vec<&KeyResult> =
            news.key_results.iter().filter(|one| one.is_owned_by(reader.member)).collect();
        let due = own.iter().copied().filter(|one| one.due.is_some_and(|due| due <= reader.today)).collect();
        let digest = Self {
            due_updates,
            due_check_ins: Few::of(due),
            said: Few::of(news.said.iter().filter(|line| line.to() == reader.member).collect()),
            blocked: Few::of(blocked(reader, news)),
            moved: Few::of(moved(reader, news)),
            own: Few::of(own),
            unwell: Few::of(unwell(reader, news)),
            turnouts: news.turnouts.iter().filter(|one| reader.looks_after(Some(one.team))).collect(),
        };
        digest.has_news(reader.weekly).then_some(digest)
    }

    /// The teams whose words it holds, each once.
    pub fn teams(&self) -> Vec<TeamId> {
        let said = self.said.items.iter().filter_map(|line| line.team());
        let blocked = self.blocked.items.iter().map(|one| one.team);
        let moved = self.moved.items.iter().filter_map(|one| one.team);
        let unwell = self.unwell.items.iter().filter_map(|one| one.team);
        let turnouts = self.turnouts.iter().map(|one| one.team);
        let mut teams: Vec<TeamId> = said.chain(blocked).chain(moved).chain(unwell).chain(turnouts).collect();
        teams.sort_unstable();
        teams.dedup();
        teams
    }

    /// Standing key results are no news by the day, but worth a look once a week.
    fn has_news(&self, weekly: bool) -> bool {
        let waits = !self.due_updates.is_empty() || !self.due_check_ins.is_empty() || !self.said.is_empty();
        let happened = !self.blocked.is_empty() || !self.moved.is_empty();
        waits
            || happened
            || (weekly && !(self.own.is_empty() && self.unwell.is_empty() && self.turnouts.is_empty()))
    }
}

impl News {
    /// Without what is of these teams. Lines of what was said are for their readers already.
    pub fn without(mut self, hidden: &[TeamId]) -> Self {
        let shown = |team: Option<TeamId>| team.is_none_or(|team| !hidden.contains(&team));
        self.moves.retain_mut(|one| {
            let told = one.steps.len();
            one.steps.retain(|step| shown(step.team));
            // Check-ins outside an update are all there is of such a move.
            shown(one.team) && (one.update.is_some() || told == 0 || !one.steps.is_empty())
        });
        self.blockers.retain(|one| shown(Some(one.team)));
        self.key_results.retain(|one| shown(one.team));
        self.turnouts.retain(|one| shown(Some(one.team)));
        self
    }
}

impl Reader {
    /// Whether the weekly digest tells them of this team; `None` is the whole organisation's.
    fn looks_after(&self, team: Option<TeamId>) -> bool {
        self.weekly && (self.administers || team.is_some_and(|team| self.leads.contains(&team)))
    }
}

impl KeyResult {
    fn is_owned_by(&self, member: MemberId) -> bool {
        self.owner.as_ref().is_some_and(|(owner, _)| *owner == member)
    }

    /// How urgently it needs a look: off track, then stale, then without an owner. `None`: it does not.
    fn trouble(&self) -> Option<u8> {
        match self.status {
            Status::OffTrack => Some(0),
            Status::Stale => Some(1),
            Status::Closed => None,
            _ => self.owner.is_none().then_some(2),
        }
    }
}

fn blocked<'a>(reader: &Reader, news: &'a News) -> Vec<&'a Blocker> {
    let mut found: Vec<&Blocker> = news
        .blockers
        .iter()
        .filter(|one| one.author.id != reader.member)
        .filter(|one| one.waits_for(reader.member) || reader.teams.contains(&one.team))
        .collect();
    found.sort_by_key(|one| (!one.waits_for(reader.member), one.opened_at));
    found
}

fn moved<'a>(reader: &Reader, news: &'a News) -> Vec<&'a Move> {
    let near = |one: &&Move| match one.team {
        Some(team) => reader.teams.contains(&team),
        None => one.author_teams.iter().any(|team| reader.teams.contains(team)),
    };
    let mut found: Vec<&Move> = news
        .moves
        .iter()
        .filter(|one| one.author.id != reader.member && one.at > reader.since)
        .filter(near)
        .collect();
    found.sort_by_key(|one| std::cmp::Reverse(one.at));
    found
}

fn unwell<'a>(reader: &Reader, news: &'a News) -> Vec<&'a KeyResult> {
    let mut found: Vec<(u8, &KeyResult)> = news
        .key_results
        .iter()
        .filter(|one| reader.looks_after(one.team))
        .filter_map(|one| Some((one.trouble()?, one)))
        .collect();
    found.sort_by_key(|(trouble, _)| *trouble);
    found.into_iter().map(|(_, one)| one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::okr::measure::PaceRule;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn reader(teams: &[TeamId]) -> Reader {
        Reader {
            member: MemberId::fresh(),
            teams: teams.to_vec(),
            hidden: Vec::new(),
            leads: Vec::new(),
            administers: false,
            weekly: false,
            today: "2026-11-17".parse().unwrap(),
            since: at("2026-11-16T09:00:00Z"),
        }
    }

    fn author(name: &str) -> Author {
        Author { id: MemberId::fresh(), name: name.to_owned(), zone: Zone::UTC }
    }

    fn update(team: TeamId, who: &Author, when: &str) -> Move {
        Move {
            update: Some(UpdateId::fresh()),
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
    fn what_is_of_a_private_team_is_no_news_to_others() {
        let (mine, theirs) = (TeamId::fresh(), TeamId::fresh());
        let admin = Reader { administers: true, weekly: true, hidden: vec![theirs], ..reader(&[mine]) };
        let step = |team| Step {
            key_result: KeyResultId::fresh(),
            title: String::new(),
            team,
            unit: Unit::Number(String::new()),
            kind: Kind::Increase,
            from: None,
            to: Decimal::ONE,
            confidence: Confidence::OnTrack,
        };
        let told = update(mine, &author("Mate"), "2026-11-17T08:00:00Z");
        let told = Move { steps: vec![step(Some(theirs)), step(None)], ..told };
        let alone = Move { update: None, team: None, steps: vec![step(Some(theirs))], ..told.clone() };
        let news = News {
            moves: vec![told, alone, update(theirs, &author("Far"), "2026-11-17T08:00:00Z")],
            blockers: vec![blocker(theirs, &author("Far"), Some(admin.member), "2026-11-16T08:00:00Z")],
            key_results: vec![
                key_result(Some(admin.member), Some(theirs), Status::OffTrack),
                key_result(None, None, Status::OffTrack),
            ],
            turnouts: vec![Turnout {
                team: theirs,
                name: String::new(),
                slug: String::new(),
                posted: 1,
                of: 2,
            }],
            ..News::default()
        };
        assert!(Digest::compose(&admin, Vec::new(), &news).is_some_and(|all| all.own.count() == 1));
        let shown = news.without(&admin.hidden);
        let digest = Digest::compose(&admin, Vec::new(), &shown).unwrap();
        assert_eq!(digest.moved.items.iter().map(|one| one.steps.len()).collect::<Vec<_>>(), [1]);
        let counts =
            [digest.blocked.count(), digest.own.count(), digest.unwell.count(), digest.turnouts.len()];
        assert_eq!(counts, [0, 0, 1, 0]);
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
        let due = DueUpdate { team: "Forecast".to_owned(), until: NaiveTime::MIN };
        assert!(Digest::compose(&reader, vec![due], &News::default()).is_some());
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
    fn the_newest_eight_and_a_count() {
        let team = TeamId::fresh();
        let arjun = author("Arjun");
        let moves = (10..22).map(|hour| update(team, &arjun, &format!("2026-11-16T{hour}:00:00Z"))).collect();
        let news = News { moves, ..News::default() };
        let digest = Digest::compose(&reader(&[team]), Vec::new(), &news).unwrap();
        assert_eq!((digest.moved.items.len(), digest.moved.more, digest.moved.count()), (8, 4, 12));
        assert_eq!(digest.moved.items[0].at, at("2026-11-16T21:00:00Z"));
    }

    #[test]
    fn check_ins_outside_an_update_reach_those_who_share_a_team() {
        let team = TeamId::fresh();
        let mut alone = update(team, &author("Tama"), "2026-11-17T08:00:00Z");
        (alone.update, alone.team) = (None, None);
        let news = News { moves: vec![alone], ..News::default() };
        assert!(Digest::compose(&reader(&[team]), Vec::new(), &news).is_some());
        assert!(Digest::compose(&reader(&[TeamId::fresh()]), Vec::new(), &news).is_none());
    }

    #[test]
    fn once_a_week_leads_see_their_teams_and_admins_everything() {
        let (mine, other) = (TeamId::fresh(), TeamId::fresh());
        let turnout = |team| Turnout { team, name: "Team".into(), slug: "team".into(), posted: 3, of: 5 };
        let somebody = Some(MemberId::fresh());
        let news = News {
            key_results: vec![
                key_result(None, Some(mine), Status::Pending),
                key_result(somebody, Some(mine), Status::Stale),
                key_result(somebody, Some(mine), Status::OnTrack),
                key_result(somebody, None, Status::OffTrack),
                key_result(somebody, Some(other), Status::OffTrack),
            ],
            turnouts: vec![turnout(mine), turnout(other)],
            ..News::default()
        };
        let lead = Reader { leads: vec![mine], weekly: true, ..reader(&[mine]) };
        let digest = Digest::compose(&lead, Vec::new(), &news).unwrap();
        let titles: Vec<&str> = digest.unwell.items.iter().map(|one| one.title.as_str()).collect();
        assert_eq!((titles, digest.turnouts.len()), (vec!["Stale", "Pending"], 1));
        let admin = Reader { administers: true, weekly: true, ..reader(&[]) };
        let digest = Digest::compose(&admin, Vec::new(), &news).unwrap();
        assert_eq!((digest.unwell.count(), digest.turnouts.len()), (4, 2));
        assert_eq!(digest.unwell.items[0].status, Status::OffTrack);
        let by_day = Reader { weekly: false, ..lead };
        assert!(Digest::compose(&by_day, Vec::new(), &news).is_none());
    }
}
