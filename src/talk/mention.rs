//! Whom a text names: `@` and a whole name, a first name, or a handle. Pure.
//!
//! The longest name that fits counts; letters are compared without case and accents. A first name that several people have
//! names nobody for certain, and whoever wrote it is asked which; so are two people with the same whole name. Each person
//! here has a handle of their own. An `@` before anything else is only a sign.

use crate::ids::MemberId;
use crate::notice::Reader;
use crate::web::{folded, markdown, slug};
use std::collections::HashMap;
use std::ops::Range;

/// Somebody who can be named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: MemberId,
    /// Their whole name.
    pub name: String,
    /// The word that is theirs alone here; empty where their name has no letter that an address can carry.
    pub handle: String,
}

/// A place in a text that names somebody, `@` included, in bytes; several people where it is not certain who.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention<'a> {
    /// Where.
    pub range: Range<usize>,
    /// Who it may be.
    pub who: Vec<&'a Person>,
}

/// A name that may be several people's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ambiguous {
    /// As it was typed, `@` included.
    pub typed: String,
    /// The handles it could be.
    pub handles: Vec<String>,
}

/// These people with their handles. Of two with the same name the one who came first has the plain one.
pub fn people(readers: &[Reader]) -> Vec<Person> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    readers
        .iter()
        .map(|reader| {
            let word = slug(&reader.name);
            let nth = seen.entry(word.clone()).and_modify(|nth| *nth += 1).or_insert(1);
            let handle = if *nth == 1 || word.is_empty() { word } else { format!("{word}-{nth}") };
            Person { id: reader.id, name: reader.name.clone(), handle }
        })
        .collect()
}

/// Whom what somebody wrote names; or every name in it that is not certain.
///
/// # Errors
/// The names that may be several people's.
pub fn named(source: &str, people: &[Person]) -> Result<Vec<MemberId>, Vec<Ambiguous>> {
    let runs = markdown::runs(source);
    let found: Vec<_> =
        runs.iter().flat_map(|run| mentions(run, people).into_iter().map(move |it| (run, it))).collect();
    let mut unclear: Vec<_> = found
        .iter()
        .filter(|(_, mention)| mention.who.len() > 1)
        .map(|(run, mention)| Ambiguous {
            typed: run.get(mention.range.clone()).unwrap_or_default().to_owned(),
            handles: mention.who.iter().map(|person| format!("@{}", person.handle)).collect(),
        })
        .collect();
    unclear.dedup();
    if !unclear.is_empty() {
        return Err(unclear);
    }
    let mut ids: Vec<_> =
        found.iter().flat_map(|(_, mention)| mention.who.iter().map(|person| person.id)).collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// The places in a text that name one of these people, in order.
pub fn mentions<'a>(text: &str, people: &'a [Person]) -> Vec<Mention<'a>> {
    let mut found: Vec<Mention<'a>> = Vec::new();
    let mut before = None;
    for (at, sign) in text.char_indices() {
        let begins =
            before.is_none_or(|c: char| !(c.is_alphanumeric() || matches!(c, '@' | '.' | '_' | '-' | '/')));
        before = Some(sign);
        if sign != '@' || !begins {
            continue;
        }
        let rest = text.get(at + 1..).unwrap_or_default();
        if let Some((length, who)) = longest(rest, people) {
            found.push(Mention { range: at..at + 1 + length, who });
        }
    }
    found
}

/// The longest name of one of these people that a text begins with, in bytes, and whose it is. Of the same length a name or
/// a handle counts before a first name.
fn longest<'a>(text: &str, people: &'a [Person]) -> Option<(usize, Vec<&'a Person>)> {
    let mut best: Option<((usize, bool), Vec<&Person>)> = None;
    for person in people {
        let first = person.name.split_whitespace().next().unwrap_or_default();
        let forms = [(person.name.as_str(), true), (person.handle.as_str(), true), (first, false)];
        let fits =
            forms.into_iter().filter_map(|(form, whole)| Some((begins_with(text, form)?, whole))).max();
        let Some(rank) = fits else { continue };
        match &mut best {
            Some((known, who)) if *known == rank => who.push(person),
            Some((known, _)) if *known > rank => {}
            _ => best = Some((rank, vec![person])),
        }
    }
    best.map(|((length, _), who)| (length, who))
}

/// How many bytes of a text are this name, when it begins with it and the name ends there.
fn begins_with(text: &str, name: &str) -> Option<usize> {
    if name.is_empty() {
        return None;
    }
    let mut letters = text.char_indices().filter(|(_, c)| !is_accent(*c));
    for wanted in name.chars() {
        let (_, letter) = letters.next()?;
        if folded(letter) != folded(wanted) {
            return None;
        }
    }
    let end = letters.next().map_or(text.len(), |(at, _)| at);
    let mut after = text.get(end..)?.chars();
    let goes_on = match after.next() {
        Some('-' | '.' | '@' | '_') => after.next().is_some_and(char::is_alphanumeric),
        Some(c) => c.is_alphanumeric(),
        None => false,
    };
    (!goes_on).then_some(end)
}

/// An accent that stands behind its letter.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cast() -> Vec<Person> {
        let readers = [
            "Inês Duarte",
            "Mia Chen",
            "Mia Olsen",
            "Tama Walker",
            "Nuno",
            "Nuno Teixeira",
            "李",
            "Mia Chen",
        ];
        people(&readers.map(|name| Reader { id: MemberId::fresh(), name: name.to_owned() }))
    }

    fn handles(text: &str) -> Vec<String> {
        let cast = cast();
        let found = mentions(text, &cast);
        found
            .iter()
            .map(|it| it.who.iter().map(|who| who.handle.as_str()).collect::<Vec<_>>().join("|"))
            .collect()
    }

    #[test]
    fn names_first_names_and_handles_are_found() {
        for (text, found) in [
            ("@Inês", vec!["ines-duarte"]),
            ("@ines, and @INÊS DUARTE's", vec!["ines-duarte", "ines-duarte"]),
            ("@ine\u{302}s.", vec!["ines-duarte"]),
            ("@ines-duarte-2 @ines-x", vec![]),
            ("thanks (@Tama) and @tama-walker!", vec!["tama-walker", "tama-walker"]),
            ("@Mia Olsen", vec!["mia-olsen"]),
            ("@Mia", vec!["mia-chen|mia-olsen|mia-chen-2"]),
            ("@Mia Chen", vec!["mia-chen|mia-chen-2"]),
            ("@mia-chen and @mia-chen-2", vec!["mia-chen", "mia-chen-2"]),
            ("@Nuno", vec!["nuno"]),
            ("@Nuno Teixeira", vec!["nuno-teixeira"]),
            ("@Nunoesque @nuno@elsewhere.example mail nuno@tama.example tama@nuno", vec![]),
            ("@李 came", vec![""]),
            ("@everyone @ @@Tama", vec![]),
        ] {
            assert_eq!(handles(text), found, "{text}");
        }
    }

    #[test]
    fn what_is_named_is_certain_or_asked_about() {
        let cast = cast();
        assert_eq!(named("@Tama and again @tama: see `@Inês`", &cast), Ok(vec![cast[3].id]));
        let unclear = named("@Mia, @Tama and @Mia", &cast).unwrap_err();
        assert_eq!(unclear.len(), 1);
        assert_eq!(unclear[0].typed, "@Mia");
        assert_eq!(unclear[0].handles, ["@mia-chen", "@mia-olsen", "@mia-chen-2"]);
    }

    proptest! {
        #[test]
        fn every_place_is_an_at_and_a_name(text in "[@A-Za-zêé .\\-`\u{302}]{0,40}") {
            let cast = cast();
            let mut last = 0;
            for mention in mentions(&text, &cast) {
                let place = text.get(mention.range.clone());
                prop_assert!(place.is_some_and(|place| place.starts_with('@') && place.len() > 1));
                prop_assert!(mention.range.start >= last && !mention.who.is_empty());
                last = mention.range.end;
            }
        }
    }
}
