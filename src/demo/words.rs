//! The story's small words: keys by which its parts name each other, and enums with the words the database stores.

use serde::Deserialize;

macro_rules! keys {
    ($($(#[$doc:meta])* $name:ident,)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The key as written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

keys! {
    /// Names a person of the story: "ines".
    PersonKey,
    /// Names a team, and is its slug: "forecast".
    TeamKey,
    /// Names an objective: "trust".
    ObjectiveKey,
    /// Names a key result: "error".
    KeyResultKey,
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant,)* }

        impl $name {
            /// The word as written in the story and stored in the database.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word,)* }
            }
        }
    )*};
}

words! {
    /// What someone may do in the organisation.
    Role {
        /// Everything.
        Owner = "owner",
        /// People, teams, cycles, settings.
        Admin = "admin",
        /// Posts, measures, comments.
        Member = "member",
        /// Reads and comments.
        Observer = "observer",
    }
    /// What a standup's question asks for.
    QuestionKind {
        /// Words on what moved.
        Text = "text",
        /// A plan, quoted the next time.
        Plan = "plan",
        /// What stands in the way.
        Blocker = "blocker",
    }
    /// How sure an objective is meant to be reached.
    Ambition {
        /// Promised.
        Committed = "committed",
        /// Hoped for.
        Aspirational = "aspirational",
    }
    /// How often a key result is measured.
    Cadence {
        /// Each week.
        Weekly = "weekly",
        /// Every other week.
        Fortnightly = "fortnightly",
    }
    /// What the owner says at a check-in.
    Confidence {
        /// It will be reached.
        OnTrack = "on_track",
        /// It may not.
        AtRisk = "at_risk",
        /// It will not, as things stand.
        OffTrack = "off_track",
    }
    /// A word said with one tap on an update.
    ReactionKind {
        /// Read and understood.
        Noted = "noted",
        /// Well done.
        WellDone = "well_done",
        /// I can help.
        CanHelp = "can_help",
    }
}
