//! An e-mail address, as one account has it.

use std::fmt;
use std::str::FromStr as _;

/// The longest address SMTP carries (RFC 5321 §4.5.3.1.3).
const LONGEST: usize = 254;

/// A mail address in lower case, fit to be written into a mail's head. Says nothing about itself in logs.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Email(String);

impl Email {
    /// The address somebody typed, or nothing when no mail could reach it.
    pub fn parse(typed: &str) -> Option<Self> {
        let address = typed.trim().to_lowercase();
        let fits =
            address.len() <= LONGEST && !address.contains(|c: char| c.is_control() || c.is_whitespace());
        (fits && lettre::Address::from_str(&address).is_ok()).then_some(Self(address))
    }

    /// The address itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_known_by_their_lower_case() {
        assert_eq!(Email::parse(" Ines@Saltmarsh.Example ").unwrap().as_str(), "ines@saltmarsh.example");
    }

    #[test]
    fn nothing_gets_into_a_mails_head() {
        let long = format!("{}@saltmarsh.example", "a".repeat(250));
        for typed in [
            "",
            "ines",
            "@",
            "a@",
            "@b",
            "a b@c.example",
            "a@b.example\r\nBcc: x@y.example",
            "a@b\u{2028}.example",
            "a\0@b.example",
            "a@b.example,c@d.example",
            "Ines <a@b.example>",
            &long,
        ] {
            assert_eq!(Email::parse(typed), None, "{typed:?}");
        }
    }
}
