//! The short word after a deed: the address a form leads to carries which deed was done, the page says it.

use crate::language::Words;
use axum::http::Uri;
use axum::response::{IntoResponse, Redirect, Response};

macro_rules! deeds {
    ($($(#[doc = $doc:literal])* $name:ident = $word:literal => $say:expr,)*) => {
        /// What was just done.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Done { $($(#[doc = $doc])* $name,)* }

        impl Done {
            /// The word in the address.
            pub fn as_str(self) -> &'static str {
                match self { $(Done::$name => $word,)* }
            }

            fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Done::$name),)* _ => None }
            }

            /// The sentence on the page.
            pub fn text(self, t: Words) -> &'static str {
                let say: fn(Words) -> &'static str = match self { $(Done::$name => $say,)* };
                say(t)
            }
        }
    };
}

deeds! {
    /// Settings or a thing were saved.
    Saved = "saved" => |t| t.done_saved(),
    /// An update was posted.
    Posted = "posted" => |t| t.done_posted(),
    /// An update was changed.
    Edited = "edited" => |t| t.done_edited(),
    /// A draft is kept on the server.
    DraftKept = "draft" => |t| t.done_draft_kept(),
    /// It met what another window wrote, and both are kept.
    KeptAside = "kept-aside" => |t| t.done_kept_aside(),
    /// What another window wrote is in the form now.
    TakenUp = "taken-up" => |t| t.done_taken_up(),
    /// What another window wrote is gone.
    ThrownAway = "thrown-away" => |t| t.done_thrown_away(),
    /// An update goes out later.
    Planned = "planned" => |t| t.done_planned(),
    /// It does not go out, and is a draft again.
    TakenBack = "taken-back" => |t| t.done_taken_back(),
    /// It had gone out when it was to be taken back.
    AlreadyOut = "already-out" => |t| t.done_already_out(),
    /// The member is away today.
    Away = "away" => |t| t.done_away(),
    /// The member is here after all.
    Back = "back" => |t| t.done_back(),
    /// A reply stands.
    Replied = "replied" => |t| t.done_replied(),
    /// A reply was taken back.
    Removed = "removed" => |t| t.done_removed(),
    /// A blocker is cleared.
    Cleared = "cleared" => |t| t.done_cleared(),
    /// A blocker is in the way again.
    Blocked = "blocked" => |t| t.done_blocked(),
    /// A check-in was saved.
    CheckedIn = "checked-in" => |t| t.done_checked_in(),
    /// A check-in was read.
    Read = "read" => |t| t.done_read(),
    /// Something that needed a look was seen.
    Seen = "seen" => |t| t.done_seen(),
    /// Something was given to somebody.
    Given = "given" => |t| t.done_given(),
    /// It was put off to a later day.
    PutOff = "put-off" => |t| t.done_put_off(),
    /// A summary is sent.
    Sent = "sent" => |t| t.done_sent(),
    /// It needs a look again.
    BroughtBack = "brought-back" => |t| t.done_brought_back(),
    /// A question was asked.
    Asked = "asked" => |t| t.done_asked(),
    /// A question was answered.
    Answered = "answered" => |t| t.done_answered(),
    /// A decision was proposed.
    Proposed = "proposed" => |t| t.done_proposed(),
    /// What is to be decided was changed.
    AskedAnew = "asked-anew" => |t| t.done_asked_anew(),
    /// A view was given on what is to be decided.
    Decided = "view" => |t| t.done_view(),
    /// Somebody has another day.
    MoreTime = "more-time" => |t| t.done_more_time(),
    /// A decision was taken back.
    Withdrawn = "withdrawn" => |t| t.done_withdrawn(),
    /// A review was opened.
    ReviewOpened = "review-opened" => |t| t.done_review_opened(),
    /// A review was closed.
    Closed = "closed" => |t| t.done_closed(),
    /// An objective stands elsewhere.
    Moved = "moved" => |t| t.done_moved(),
    /// An objective, key result or cycle was made.
    Created = "created" => |t| t.done_created(),
    /// What was in a file was added.
    Imported = "imported" => |t| t.done_imported(),
    /// An objective or key result was let go.
    Dropped = "dropped" => |t| t.done_dropped(),
    /// An invitation is on its way.
    Invited = "invited" => |t| t.done_invited(),
    /// An invitation no longer works.
    Revoked = "revoked" => |t| t.done_revoked(),
    /// One or more sessions were ended.
    Ended = "ended" => |t| t.done_ended(),
    /// Signed out.
    SignedOut = "signed-out" => |t| t.done_signed_out(),
    /// The password is new.
    PasswordChanged = "password" => |t| t.done_password_changed(),
    /// Mail of one kind is stopped.
    Unsubscribed = "unsubscribed" => |t| t.done_unsubscribed(),
    /// A mail that was refused is tried again.
    Retried = "retried" => |t| t.done_retried(),
    /// A channel is paused.
    Paused = "paused" => |t| t.done_paused(),
    /// A channel goes on.
    Resumed = "resumed" => |t| t.done_resumed(),
    /// A digest to try out is on its way.
    TestSent = "test-sent" => |t| t.done_test_sent(),
}

impl Done {
    /// What the address says was done.
    pub fn from_uri(uri: &Uri) -> Option<Self> {
        uri.query()?.split('&').find_map(|pair| Done::parse(pair.strip_prefix("done=")?))
    }

    /// 303 to a path of ours, which then says what was done.
    pub fn at(self, path: &str) -> Response {
        let (path, fragment) =
            path.split_once('#').map_or((path, String::new()), |(p, f)| (p, format!("#{f}")));
        let joint = if path.contains('?') { '&' } else { '?' };
        Redirect::to(&format!("{path}{joint}done={}{fragment}", self.as_str())).into_response()
    }
}
