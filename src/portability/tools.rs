//! What other tools write. A tool is here when what its files hold is written down somewhere; each says where.
//!
//! Tability is not: it has an import and an export, but its guides (<https://guides.tability.app/docs>) name no columns.

pub mod operately;
pub mod viva;

use super::columns::Column;

crate::stored_word! {
    /// What wrote a file.
    pub enum Tool {
        /// A table with columns of ours, or of anybody.
        Table = "table",
        /// Viva Goals, formerly Ally.
        VivaGoals = "viva_goals",
        /// Operately.
        Operately = "operately",
    }
}

impl Tool {
    /// What a column is called there.
    pub fn name_of(self, column: Column) -> Option<&'static str> {
        match self {
            Self::Table => None,
            Self::VivaGoals => viva::name_of(column),
            Self::Operately => operately::name_of(column),
        }
    }
}

/// What of a file has no place here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Things that are neither objectives nor key results.
    pub others: usize,
    /// Check-ins that say neither on track, at risk nor off track.
    pub wordless: usize,
}
