//! A notice as it is read, in the list and in mail alike.

use super::pace::Pace;
use super::queries::{self, LineRow, told};
use super::subject::Subject;
use super::tell::Kind;
use crate::calendar::Zone;
use crate::db::OrgTx;
use crate::ids::{AskId, MailId, MemberId, NoticeId, TeamId};
use crate::language::Words;
use crate::web::markdown::excerpt;
use chrono::{DateTime, Datelike as _, Utc};

/// So much of what was written is shown, in characters.
const EXCERPT: usize = 240;

/// Which notices are wanted.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Wanted {
    /// Only those a mail is still to tell of, and that are still so.
    pub(super) untold: bool,
    /// Only those of members with this pace.
    pub(super) pace: Option<Pace>,
    /// Only those written after an instant.
    pub(super) since: Option<DateTime<Utc>>,
    /// Only those older than this one.
    pub(super) before: Option<NoticeId>,
    /// At most so many.
    pub(super) at_most: Option<i64>,
}

/// A notice, in words of no language yet.
#[derive(Debug, Clone)]
pub struct Line {
    row: LineRow,
    subject: Subject,
}

impl Line {
    fn of(row: LineRow) -> Option<Self> {
        let subject = Subject::stored(
            row.update_id,
            row.check_in_id,
            row.objective_id,
            row.key_result_id,
            (row.decision_id, row.review_id),
        )?;
        Some(Self { row, subject })
    }

    /// Which.
    pub fn id(&self) -> NoticeId {
        self.row.id
    }

    /// The team whose words it holds; none: everybody's.
    pub fn team(&self) -> Option<TeamId> {
        self.row.team_id
    }

    /// What it is about.
    pub(super) fn subject(&self) -> Subject {
        self.subject
    }

    /// Whom it tells.
    pub fn to(&self) -> MemberId {
        self.row.member_id
    }

    /// Who caused it.
    pub fn actor(&self) -> (MemberId, &str) {
        (self.row.actor_id, &self.row.actor)
    }

    /// When, and the clock of whoever caused it.
    pub fn at(&self) -> (DateTime<Utc>, Zone) {
        (self.row.at, self.row.zone)
    }

    /// Whether the member has read it.
    pub(super) fn is_read(&self) -> bool {
        self.row.read
    }

    /// Where it is read, within the organisation's addresses: the reply itself, where it is one.
    pub fn page(&self) -> String {
        let page = self.subject.page();
        match (self.row.comment_id, self.row.kind) {
            (Some(comment), _) => format!("{page}#c-{comment}"),
            (None, Kind::Ask | Kind::Answer) => format!("{page}#q-{}", self.row.cause_id),
            (None, _) => page,
        }
    }

    /// How the words begin that were written; empty when none were. Plain text.
    pub fn words(&self) -> String {
        self.row.words.as_deref().map(|words| excerpt(words, EXCERPT)).unwrap_or_default()
    }

    /// What follows the name of whoever caused it: "replied to your update of Tuesday 17 November".
    pub fn phrase(&self, t: Words) -> String {
        let place = self.place(t);
        match (self.row.kind, &self.row.stands_in_for) {
            (Kind::Mention, _) => t.notice_mention(place),
            (Kind::Reply, _) => t.notice_reply(place),
            (Kind::Blocker, None) => t.notice_blocker().to_owned(),
            (Kind::Blocker, Some(name)) => t.notice_blocker_stand_in(first_name(name)),
            (Kind::CanHelp, _) => t.notice_can_help(place),
            (Kind::Ask, _) => match self.row.ends_at.map(|at| self.row.home.reading(at)) {
                Some(until) => {
                    t.notice_ask_until(place, t.weekday_long(until.weekday()), t.time(until.time()))
                }
                None => t.notice_ask(place),
            },
            (Kind::Answer, _) => t.notice_answer(place),
            (Kind::Decide, _) => match self.row.ends_at.map(|at| self.row.home.reading(at)) {
                Some(until) => {
                    t.notice_decide_until(place, t.weekday_long(until.weekday()), t.time(until.time()))
                }
                None => t.notice_decide(place),
            },
            (Kind::Decided, _) if self.row.words.is_none() => t.notice_undecided(place),
            (Kind::Decided, _) => t.notice_decided(place),
            (Kind::Owner, _) => t.notice_owner(place),
            (Kind::Reviewer, _) => t.notice_reviewer(place),
            (Kind::Read, _) => t.notice_read(place),
            (Kind::Review, _) => match self.row.ends_at.map(|at| self.row.home.reading(at)) {
                Some(until) => {
                    t.notice_review_until(place, t.weekday_long(until.weekday()), t.time(until.time()))
                }
                None => t.notice_review(place),
            },
            (Kind::Reviewed, _) => t.notice_reviewed(place),
            (Kind::Minutes, _) => t.notice_minutes(place),
        }
    }

    /// "your update of Tuesday 17 November", "Tama’s check-in on “Towns with a drill”"
    fn place(&self, t: Words) -> String {
        let mine = self.row.author_id == Some(self.row.member_id);
        let author = self.row.author.as_deref().map(first_name).filter(|_| !mine);
        let title = self.row.title.as_deref().unwrap_or_default();
        match (self.subject, author) {
            (Subject::Update(_), author) => {
                let date = self.row.date.map(|date| t.date_long(date)).unwrap_or_default();
                author.map_or_else(|| t.notice_your_update(&date), |name| t.notice_update_of(name, &date))
            }
            (Subject::CheckIn(_), author) => {
                author.map_or_else(|| t.notice_your_check_in(title), |name| t.notice_check_in_of(name, title))
            }
            (Subject::Objective(_), _) => t.notice_objective(title),
            (Subject::KeyResult(_), _) => t.notice_key_result(title),
            (Subject::Decision(_), _) => t.notice_decision(title),
            (Subject::Review(_), _) => t.notice_review_of(title),
        }
    }
}

fn first_name(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or(name)
}

/// The notices of these members that are wanted, the newest first.
pub(super) async fn lines(tx: &mut OrgTx, members: &[MemberId], wanted: Wanted) -> sqlx::Result<Vec<Line>> {
    Ok(queries::lines(tx, members, wanted).await?.into_iter().filter_map(Line::of).collect())
}

/// What is to be told with the digest to those of these members who wish so, the oldest first. Whoever tells it says so with
/// [`mark_told`], in the same transaction.
///
/// # Errors
/// When the database fails.
pub async fn with_the_digest(
    tx: &mut OrgTx,
    members: &[MemberId],
    since: DateTime<Utc>,
) -> sqlx::Result<Vec<Line>> {
    let wanted = Wanted { untold: true, pace: Some(Pace::Digest), since: Some(since), ..Wanted::default() };
    let mut lines = lines(tx, members, wanted).await?;
    lines.reverse();
    Ok(lines)
}

/// What a mail told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// What it was about.
    pub subject: Subject,
    /// The question it brought, where it was one.
    pub ask: Option<AskId>,
}

/// What a mail told of, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn told_by(tx: &mut OrgTx, mail: MailId) -> sqlx::Result<Vec<Told>> {
    let rows = told::told_by(tx, mail).await?;
    let read = |row: told::ToldRow| {
        let subject = Subject::stored(
            row.update_id,
            row.check_in_id,
            row.objective_id,
            row.key_result_id,
            (row.decision_id, None),
        )?;
        Some(Told { subject, ask: (row.kind == Kind::Ask).then_some(AskId(row.cause_id)) })
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

/// Notes that these were told by mail, and by which; what it told is told again when it never leaves.
///
/// # Errors
/// When the database fails.
pub async fn mark_told(
    tx: &mut OrgTx,
    lines: impl Iterator<Item = &Line>,
    mail: Option<MailId>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let ids: Vec<_> = lines.map(Line::id).collect();
    if ids.is_empty() { Ok(()) } else { queries::mark_told(tx, &ids, mail, now).await }
}
