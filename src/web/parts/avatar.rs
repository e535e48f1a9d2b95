//! Initials in a circle. The name always stands beside it, so it is hidden from assistive technology.

use crate::ids::MemberId;

/// A member's initials and one of eight hues, the same everywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Avatar {
    /// One or two letters.
    pub initials: String,
    /// The class of its hue, `h1a` … `h8a`.
    pub hue: &'static str,
}

const HUES: [&str; 8] = ["h1a", "h2a", "h3a", "h4a", "h5a", "h6a", "h7a", "h8a"];

impl Avatar {
    /// First letters of the first and last word of the name; the hue follows from the id.
    pub fn of(member: MemberId, name: &str) -> Self {
        let mut words = name.split_whitespace();
        let first = words.next().and_then(|word| word.chars().next());
        let last = words.next_back().and_then(|word| word.chars().next());
        let initials = first.into_iter().chain(last).flat_map(char::to_uppercase).collect();
        // The last bits of a UUIDv7 are random.
        let pick = usize::try_from(member.0.as_u128() % 8).unwrap_or(0);
        Self { initials, hue: HUES.get(pick).copied().unwrap_or("h1a") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_first_and_last() {
        let id = MemberId::fresh();
        for (name, initials) in
            [("Inês Duarte", "ID"), ("Élise Martin", "ÉM"), ("Sanne de Wit", "SW"), ("Nuno", "N"), ("  ", "")]
        {
            assert_eq!(Avatar::of(id, name).initials, initials);
        }
    }
}
