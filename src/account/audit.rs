//! The log of what touches security. Each deed is one row, written in the transaction of the deed, and one line in the
//! process's log. Neither holds an address, a name or a word anybody wrote: ids only.

use super::{Caller, queries};
use crate::ids::{AccountId, OrgId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

crate::stored_word! {
    /// What was done.
    pub enum Action {
        /// Somebody signed in.
        SignedIn = "signed_in",
        /// A password was wrong, or the address unknown.
        SignInFailed = "sign_in_failed",
        /// Somebody signed out.
        SignedOut = "signed_out",
        /// A link to set a new password was asked for; the subject says nothing of whether there was an account.
        ResetAsked = "reset_asked",
        /// A new password was set with such a link.
        PasswordReset = "password_reset",
        /// A password was changed by whoever knew the old one.
        PasswordChanged = "password_changed",
        /// A session was ended from another one.
        SessionEnded = "session_ended",
        /// All other sessions were ended.
        SessionsEnded = "sessions_ended",
        /// An account was made at the command line.
        AccountCreated = "account_created",
        /// A link to set a password was made at the command line.
        ResetByHand = "reset_by_hand",
        /// A seat in a team was offered.
        Invited = "invited",
        /// The offer was taken back.
        InvitationRevoked = "invitation_revoked",
        /// The offer was taken.
        InvitationAccepted = "invitation_accepted",
        /// A cycle was moved on by hand, or left to its dates again.
        CycleTurned = "cycle_turned",
        /// A closed cycle was opened again.
        CycleReopened = "cycle_reopened",
        /// An objective or a key result was graded, or graded anew.
        Graded = "graded",
        /// An admin sent a mail to themself to see that mail leaves.
        MailTested = "mail_tested",
        /// An admin had a mail that was refused tried again.
        MailRetried = "mail_retried",
        /// A channel was set up into which a team's digest is posted.
        ChannelAdded = "channel_added",
        /// A channel has another address, hour or name, or was paused or resumed.
        ChannelChanged = "channel_changed",
        /// A message was posted into a channel to see that it arrives.
        ChannelTested = "channel_tested",
        /// A channel was taken away.
        ChannelRemoved = "channel_removed",
        /// A team was made private: only those who sit in it, and owners, may read what is of it.
        TeamMadePrivate = "team_made_private",
        /// A private team was made everybody's to read.
        TeamMadeOpen = "team_made_open",
        /// The organisation was set up.
        SetUp = "set_up",
    }
}

/// One deed.
#[derive(Debug, Clone)]
pub struct Deed<'a> {
    /// What.
    pub action: Action,
    /// In which organisation, when in one.
    pub org: Option<OrgId>,
    /// By whom, when known.
    pub account: Option<AccountId>,
    /// Onto what: an id.
    pub subject: String,
    /// From where; nothing when it was done at the command line.
    pub caller: Option<&'a Caller>,
}

impl<'a> Deed<'a> {
    /// A deed of an account, outside any organisation.
    pub fn of(action: Action, account: Option<AccountId>, caller: &'a Caller) -> Self {
        Self { action, org: None, account, subject: String::new(), caller: Some(caller) }
    }

    /// The same, in an organisation. The transaction must have entered it.
    pub fn in_org(self, org: OrgId) -> Self {
        Self { org: Some(org), ..self }
    }

    /// The same, onto something with an id.
    pub fn onto(self, subject: impl ToString) -> Self {
        Self { subject: subject.to_string(), ..self }
    }

    /// Writes it down.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note(&self, conn: &mut PgConnection, now: DateTime<Utc>) -> sqlx::Result<()> {
        let account = self.account.map(|id| id.to_string()).unwrap_or_default();
        tracing::info!(action = self.action.as_str(), account, subject = self.subject, "audit");
        queries::add_audit(conn, self, now).await
    }
}
