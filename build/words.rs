//! Turns `locales/<locale>/<room>.toml` into the methods of `Words` (see `src/language/mod.rs`).
//!
//! Checked here, so that no page has to: every locale has the same keys with the same placeholders,
//! a plural has exactly the categories of its language, and somebody uses each key.

#[path = "words/message.rs"]
mod message;
#[path = "words/uses.rs"]
mod uses;
#[path = "words/write.rs"]
mod write;

use message::Message;
use std::{
    collections::BTreeMap,
    error::Error,
    fs,
    path::{Path, PathBuf},
};

/// A language the product may speak: its folder, its variant of `Locale`, its plural categories.
/// A test in `src/language/` holds the categories against Unicode's rules.
#[derive(Debug)]
pub(crate) struct Language {
    folder: &'static str,
    variant: &'static str,
    categories: &'static [&'static str],
}

const LANGUAGES: &[Language] = &[
    Language { folder: "en", variant: "English", categories: &["one", "other"] },
    Language { folder: "fr", variant: "French", categories: &["one", "many", "other"] },
    Language { folder: "nl", variant: "Dutch", categories: &["one", "other"] },
];

/// The folder whose keys and order of placeholders the others follow.
const REFERENCE: &str = "en";

/// One language with its messages by method name.
#[derive(Debug)]
pub(crate) struct Catalogue {
    language: &'static Language,
    messages: BTreeMap<String, Message>,
}

/// Writes the methods to `target` and returns what is wrong with the catalogues, one sentence each.
pub(crate) fn generate(house: &Path, target: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let mut faults = Vec::new();
    let catalogues = read_all(house, &mut faults)?;
    let Some(reference) = catalogues.iter().find(|c| c.language.folder == REFERENCE) else {
        faults.push(format!("locales/{REFERENCE}/ is missing"));
        return Ok(faults);
    };
    for other in catalogues.iter().filter(|c| c.language.folder != REFERENCE) {
        compare(reference, other, &mut faults);
    }
    let used = uses::methods(house)?;
    for (method, message) in &reference.messages {
        if !used.contains(method) {
            faults.push(format!(
                "{}: nobody uses `{}`: call .{method}(…) in src/ or templates/ (is it misspelt there?) or delete the key",
                message.file, message.key
            ));
        }
    }
    let text = write::methods(reference, &catalogues);
    if fs::read_to_string(target).ok().as_ref() != Some(&text) {
        fs::write(target, text)?;
    }
    Ok(faults)
}

fn read_all(house: &Path, faults: &mut Vec<String>) -> Result<Vec<Catalogue>, Box<dyn Error>> {
    let mut catalogues = Vec::new();
    for folder in sorted(&house.join("locales"))? {
        let name = name_of(&folder);
        match LANGUAGES.iter().find(|l| l.folder == name) {
            Some(language) => catalogues.push(read(language, &folder, faults)?),
            None => faults.push(format!("locales/{name}: build/words.rs does not know this language")),
        }
    }
    Ok(catalogues)
}

fn read(
    language: &'static Language,
    folder: &Path,
    faults: &mut Vec<String>,
) -> Result<Catalogue, Box<dyn Error>> {
    let mut messages = BTreeMap::new();
    for path in sorted(folder)? {
        let file = format!("locales/{}/{}", language.folder, name_of(&path));
        let Some(room) = name_of(&path).strip_suffix(".toml").map(str::to_owned) else {
            faults.push(format!("{file}: only .toml files belong here"));
            continue;
        };
        let text = fs::read_to_string(&path)?;
        let table = match text.parse::<toml::Table>() {
            Ok(table) => table,
            Err(fault) => {
                let before = fault.span().and_then(|at| text.get(..at.start)).unwrap_or_default();
                let line = before.matches('\n').count() + 1;
                faults.push(format!("{file}:{line}: not TOML: {}", fault.message()));
                continue;
            }
        };
        for (key, value) in table {
            let method = format!("{room}_{key}");
            match Message::parse(&file, &key, &value, language.categories) {
                Ok(message) => {
                    if messages.insert(method.clone(), message).is_some() {
                        faults.push(format!("{file}: `{key}`: another file already makes `{method}`"));
                    }
                }
                Err(fault) => faults.push(format!("{file}: `{key}`: {fault}")),
            }
        }
    }
    Ok(Catalogue { language, messages })
}

fn compare(reference: &Catalogue, other: &Catalogue, faults: &mut Vec<String>) {
    let folder = other.language.folder;
    for (method, message) in &reference.messages {
        let Some(theirs) = other.messages.get(method) else {
            let file = message.file.replacen(REFERENCE, folder, 1);
            faults.push(format!("{file}: `{}` is missing", message.key));
            continue;
        };
        let (mut a, mut b) = (message.placeholders.clone(), theirs.placeholders.clone());
        a.sort();
        b.sort();
        if a != b || message.is_plural() != theirs.is_plural() {
            faults.push(format!(
                "{}: `{}` has {}, but {} has {}",
                theirs.file,
                theirs.key,
                theirs.shape(),
                message.file,
                message.shape()
            ));
        }
    }
    for (method, message) in &other.messages {
        if !reference.messages.contains_key(method) {
            faults.push(format!("{}: `{}` is not in locales/{REFERENCE}/", message.file, message.key));
        }
    }
}

fn sorted(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut paths = fs::read_dir(folder)?.map(|e| e.map(|e| e.path())).collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    Ok(paths)
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}
