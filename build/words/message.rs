//! One key of a catalogue, read and checked.

use toml::Value;

/// Words that cannot be the name of an argument, or that the methods use themselves.
const RESERVED: &[&str] = &[
    "as", "box", "break", "const", "crate", "do", "dyn", "else", "enum", "false", "final", "fn", "for", "if",
    "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return", "self", "static",
    "super", "trait", "true", "try", "type", "use", "where", "while", "count",
];

/// More arguments than this make a call unreadable (and clippy says so): write two messages.
const MOST_PLACEHOLDERS: usize = 6;

/// The exact-zero form a plural may have besides the categories of its language.
pub(crate) const NONE: &str = "none";

/// A message: one text, or one for each plural category.
#[derive(Debug)]
pub(crate) struct Message {
    /// `locales/en/today.toml`
    pub(crate) file: String,
    pub(crate) key: String,
    /// In order of first appearance; a plural always has `n`.
    pub(crate) placeholders: Vec<String>,
    pub(crate) forms: Forms,
}

#[derive(Debug)]
pub(crate) enum Forms {
    One(Text),
    /// Category and text, `other` first.
    Plural(Vec<(String, Text)>),
}

/// A text taken apart.
#[derive(Debug)]
pub(crate) struct Text {
    pub(crate) source: String,
    pub(crate) parts: Vec<Part>,
}

#[derive(Debug)]
pub(crate) enum Part {
    Words(String),
    Placeholder(String),
}

impl Message {
    /// Reads a value of the catalogue; the error is half a sentence that follows the file and key.
    pub(crate) fn parse(file: &str, key: &str, value: &Value, categories: &[&str]) -> Result<Self, String> {
        if !is_name(key) {
            return Err("a key is lower case letters, digits and _, and starts with a letter".into());
        }
        let forms = match value {
            Value::String(text) => Forms::One(Text::parse(text)?),
            Value::Table(table) => Forms::Plural(plural(table, categories)?),
            _ => return Err("is neither a text nor a table of plural forms".into()),
        };
        let mut message =
            Self { file: file.to_owned(), key: key.to_owned(), placeholders: Vec::new(), forms };
        message.placeholders = message.collect_placeholders()?;
        Ok(message)
    }

    pub(crate) fn is_plural(&self) -> bool {
        matches!(self.forms, Forms::Plural(_))
    }

    /// For the sentence that compares two locales.
    pub(crate) fn shape(&self) -> String {
        let kind = if self.is_plural() { "plural forms" } else { "one text" };
        match self.placeholders.as_slice() {
            [] => format!("{kind} without placeholders"),
            names => format!("{kind} with {{{}}}", names.join("}, {")),
        }
    }

    fn collect_placeholders(&self) -> Result<Vec<String>, String> {
        let mut names: Vec<String> = Vec::new();
        let texts: Vec<&Text> = match &self.forms {
            Forms::One(text) => vec![text],
            Forms::Plural(forms) => forms.iter().map(|(_, text)| text).collect(),
        };
        for part in texts.iter().flat_map(|t| &t.parts) {
            if let Part::Placeholder(name) = part
                && !names.contains(name)
            {
                names.push(name.clone());
            }
        }
        if self.is_plural() && !names.iter().any(|n| n == "n") {
            names.insert(0, "n".to_owned());
        }
        if names.len() > MOST_PLACEHOLDERS {
            return Err(format!("more than {MOST_PLACEHOLDERS} placeholders: make it two messages"));
        }
        Ok(names)
    }
}

fn plural(table: &toml::Table, categories: &[&str]) -> Result<Vec<(String, Text)>, String> {
    for category in categories {
        if !table.contains_key(*category) {
            return Err(format!("the plural form `{category}` is missing"));
        }
    }
    let mut forms = Vec::new();
    for (category, value) in table {
        if category != NONE && !categories.contains(&category.as_str()) {
            return Err(format!("this language has no plural form `{category}`"));
        }
        let text = value.as_str().ok_or_else(|| format!("the form `{category}` is not a text"))?;
        forms.push((category.clone(), Text::parse(text)?));
    }
    forms.sort_by_key(|(category, _)| category != "other");
    Ok(forms)
}

impl Text {
    /// `{name}` is a placeholder, `{{` and `}}` are the braces themselves.
    fn parse(source: &str) -> Result<Self, String> {
        if source.trim() != source || source.is_empty() {
            return Err("is empty, or has a space at an end (join texts with a placeholder)".into());
        }
        let (mut parts, mut words) = (Vec::new(), String::new());
        let mut rest = source.chars().peekable();
        while let Some(c) = rest.next() {
            match c {
                '{' if rest.next_if_eq(&'{').is_some() => words.push('{'),
                '}' if rest.next_if_eq(&'}').is_some() => words.push('}'),
                '}' => return Err("a } without its {; write }} for the sign itself".into()),
                '{' => {
                    let name: String = std::iter::from_fn(|| rest.next_if(|c| *c != '}')).collect();
                    if rest.next().is_none() {
                        return Err("a { without its }; write {{ for the sign itself".into());
                    }
                    if !is_name(&name) || RESERVED.contains(&name.as_str()) {
                        return Err(format!("`{name}` cannot be the name of a placeholder"));
                    }
                    if !words.is_empty() {
                        parts.push(Part::Words(std::mem::take(&mut words)));
                    }
                    parts.push(Part::Placeholder(name));
                }
                c => words.push(c),
            }
        }
        if !words.is_empty() {
            parts.push(Part::Words(words));
        }
        Ok(Self { source: source.to_owned(), parts })
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}
