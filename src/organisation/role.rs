//! What a member may do in an organisation. Being a lead is a role *in a team* and stands on the seat.

crate::stored_word! {
    /// A member's role in the organisation, from the widest to the narrowest.
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Role {
        /// Everything, also exports and deletes.
        Owner = "owner",
        /// People, teams, cycles and settings.
        Admin = "admin",
        /// Posts, measures, comments.
        Member = "member",
        /// Reads and comments; is never asked and never counted.
        Observer = "observer",
    }
}

impl Role {
    /// Whether this role looks after people, teams and cycles.
    pub fn administers(self) -> bool {
        matches!(self, Role::Owner | Role::Admin)
    }

    /// Whether this role is asked for updates and check-ins, and counted.
    pub fn takes_part(self) -> bool {
        !matches!(self, Role::Observer)
    }
}
