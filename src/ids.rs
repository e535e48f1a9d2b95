//! Every identifier in the house: a UUIDv7 wrapped in a type of its own, so that one never stands in for another.
//!
//! Version 7 keeps rows in the order they were made and can't be guessed; it is never authority by itself.

use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

macro_rules! id {
    ($(#[doc = $doc:literal] $name:ident)*) => {$(
        #[doc = $doc]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, sqlx::Type)]
        #[serde(transparent)]
        #[sqlx(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new one, ordered after those made before it on this node.
            pub fn fresh() -> Self {
                #[expect(clippy::disallowed_methods, reason = "this is where ids are made")]
                Self(Uuid::now_v7())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }
    )*};
}

id! {
    /// A tenant.
    OrgId
    /// A person's sign-in.
    AccountId
    /// A signed-in browser.
    SessionId
    /// An account in an organisation.
    MemberId
    /// A stretch of days a member is away.
    AwayId
    /// A calendar of public holidays.
    HolidayCalendarId
    /// A cycle that was opened again.
    ReopeningId
    /// A team.
    TeamId
    /// A seat kept for an address.
    InvitationId
    /// A team's recurring set of questions.
    StandupId
    /// One version of a standup's schedule.
    ScheduleId
    /// What somebody is asked for on one date.
    OccurrenceId
    /// A question of a standup.
    QuestionId
    /// What a member posted for one occurrence.
    UpdateId
    /// A reply.
    CommentId
    /// Something that stops a member.
    BlockerId
    /// A time it was in the way before, and cleared.
    PastBlockerId
    /// Something a member is told.
    NoticeId
    /// A period objectives are set for.
    CycleId
    /// An objective.
    ObjectiveId
    /// A key result.
    KeyResultId
    /// An entry in the log of a key result's terms.
    TermsId
    /// A milestone of a key result.
    StepId
    /// One dated measurement of a key result.
    CheckInId
    /// A question about a check-in.
    AskId
    /// What several people are asked together; a decision or a review goes by the same.
    MatterId
    /// A question to be decided.
    DecisionId
    /// One version of what is asked.
    DecisionVersionId
    /// One of the ways to decide.
    DecisionOptionId
    /// What somebody answered.
    DecisionAnswerId
    /// What was said to something that needs a look.
    AnswerId
    /// A reason something needed a look, while it did.
    RaisedId
    /// A choice of what to look at, kept under a name.
    ViewId
    /// What somebody found stepping through a cycle, as they sent it.
    SummaryId
    /// A review without a meeting.
    ReviewId
    /// An objective of one.
    ReviewItemId
    /// A file on its way in.
    ImportId
    /// A mail in the outbox.
    MailId
    /// A place outside where a team's digest is posted.
    ChannelId
    /// An entry in the audit log.
    AuditId
    /// A piece of work for the roll-up.
    DueId
    /// Rides in a form, so that the same form sent twice is one deed.
    SubmissionKey
    /// One request, for the log and the error page.
    RequestId
}

impl SubmissionKey {
    /// The key of what has an identity of its own, like a mail, by a hash of that: each copy of it carries the same.
    pub fn of(hash: [u8; 32]) -> Self {
        let mut bytes = [0; 16];
        bytes.iter_mut().zip(hash).for_each(|(byte, hashed)| *byte = hashed);
        Self(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }
}
