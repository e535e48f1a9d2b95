//! Where a page of hits ends, as it travels in an address: the instant and the id of its last hit.

use chrono::{DateTime, Utc};
use std::fmt;
use uuid::Uuid;

/// The last hit of a page; the next page holds what is older.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cursor {
    pub(super) at: DateTime<Utc>,
    pub(super) id: Uuid,
}

impl Cursor {
    /// As written by [`fmt::Display`]; `None` for any other text.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (at, id) = text.split_once('_')?;
        Some(Self { at: DateTime::from_timestamp_micros(at.parse().ok()?)?, id: id.parse().ok()? })
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.at.timestamp_micros(), self.id.simple())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_went() {
        let cursor =
            Cursor { at: "2026-11-17T09:24:00.123456Z".parse().unwrap(), id: Uuid::from_u128(7 << 64 | 9) };
        assert_eq!(Cursor::parse(&cursor.to_string()), Some(cursor));
        for broken in
            ["", "_", "12", "12_", "x_00000000000000070000000000000009", "99999999999999999999_0", "1_z"]
        {
            assert_eq!(Cursor::parse(broken), None, "{broken}");
        }
    }
}
