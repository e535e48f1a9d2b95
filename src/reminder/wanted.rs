//! Which reminders a member wants.

use super::ladder::Step;

crate::stored_word! {
    /// Which reminders a member wants.
    pub enum Wanted {
        /// Of updates and check-ins.
        All = "all",
        /// Of updates only.
        Updates = "updates",
        /// Of check-ins only, their own and those they review.
        CheckIns = "check_ins",
        /// None.
        None = "none",
    }
}

impl Wanted {
    /// Whether this step is wanted.
    pub fn covers(self, step: Step) -> bool {
        match self {
            Wanted::All => true,
            Wanted::Updates => step == Step::Update,
            Wanted::CheckIns => step != Step::Update,
            Wanted::None => false,
        }
    }
}
