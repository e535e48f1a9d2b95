//! What is new in an organisation, as digests of any of its readers are made from it. Pure.

use crate::calendar::Zone;
use crate::decision::Closing;
use crate::ids::{CheckInId, KeyResultId, MemberId, TeamId, UpdateId};
use crate::notice::Line;
use crate::okr::kept::Kept;
use crate::okr::measure::{Kind, Terms};
use crate::okr::status::{Confidence, Status};
use crate::okr::unit::Unit;
use crate::review::Need;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

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
    /// When it was measured.
    pub at: DateTime<Utc>,
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

/// What somebody did, each told once to one reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item {
    /// An update with the check-ins that came along.
    Update(UpdateId),
    /// A check-in outside an update.
    CheckIn(CheckInId),
}

impl Item {
    /// Its id, whatever it is.
    pub fn id(self) -> Uuid {
        match self {
            Self::Update(id) => id.0,
            Self::CheckIn(id) => id.0,
        }
    }

    /// The update, if it is one.
    pub fn update(self) -> Option<UpdateId> {
        if let Self::Update(id) = self { Some(id) } else { None }
    }

    /// The check-in, if it is one.
    pub fn check_in(self) -> Option<CheckInId> {
        if let Self::CheckIn(id) = self { Some(id) } else { None }
    }
}

/// Something somebody did: an update, or a check-in outside one.
#[derive(Debug, Clone)]
pub struct Move {
    /// Which.
    pub item: Item,
    /// An update's team; none for a check-in outside one, which all who share a team with the author hear of.
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

impl KeyResult {
    /// Whether this member owns it.
    pub fn is_owned_by(&self, member: MemberId) -> bool {
        self.owner.as_ref().is_some_and(|(owner, _)| *owner == member)
    }
}

/// What is new in an organisation, for all its readers.
#[derive(Debug, Clone, Default)]
pub struct News {
    /// What was said to people who are told with the digest, oldest first.
    pub said: Vec<Line>,
    /// What people did, oldest first.
    pub moves: Vec<Move>,
    /// Check-ins with updates that nobody here reads: they count where key results are told of.
    pub elsewhere: Vec<Step>,
    /// Who is blocked, longest first.
    pub blockers: Vec<Blocker>,
    /// The key results of running cycles.
    pub key_results: Vec<KeyResult>,
    /// How many wrote, by team.
    pub turnouts: Vec<Turnout>,
    /// What needs a look, worst first.
    pub needs: Vec<Need>,
    /// Decisions that close within a week, the first to close first.
    pub closing: Vec<Closing>,
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
