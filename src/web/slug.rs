//! The word a name has in addresses.

/// Lower-case letters, digits and single hyphens, 40 at most; accents of Latin letters are taken off. Empty when the name
/// has neither letter nor digit that an address can carry.
pub fn slug(name: &str) -> String {
    let mut word = String::new();
    for letter in name.chars().flat_map(char::to_lowercase) {
        let plain = match folded(letter) {
            plain @ ('a'..='z' | '0'..='9') => plain,
            _ => '-',
        };
        if plain != '-' || !(word.is_empty() || word.ends_with('-')) {
            word.push(plain);
        }
    }
    word.truncate(40);
    word.trim_matches('-').to_owned()
}

/// A letter as it is compared: in lower case, without the accent of a Latin letter. Any other character as it is.
pub fn folded(letter: char) -> char {
    match letter.to_lowercase().next().unwrap_or(letter) {
        'à'..='å' => 'a',
        'ç' => 'c',
        'è'..='ë' => 'e',
        'ì'..='ï' => 'i',
        'ñ' => 'n',
        'ò'..='ö' | 'ø' => 'o',
        'ù'..='ü' => 'u',
        plain => plain,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_become_words() {
        for (name, word) in [
            ("Forecast", "forecast"),
            ("Élise & Söhne", "elise-sohne"),
            ("  --  ", ""),
            ("Équipe 7!", "equipe-7"),
        ] {
            assert_eq!(super::slug(name), word);
        }
        assert_eq!(super::slug(&"x".repeat(60)).len(), 40);
    }
}
