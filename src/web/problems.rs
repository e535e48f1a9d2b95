//! What is wrong with a form: a sentence per field, shown under the field and once more on top.

/// Attributes of a field with a problem. Field ids are the template's own words, never a visitor's.
pub struct Mark<'a> {
    /// The field, when something is wrong with it.
    wrong: Option<&'a str>,
    /// The id of a note that says more about the field.
    note: Option<&'a str>,
}

impl std::fmt::Display for Mark<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.wrong, self.note) {
            (Some(field), None) => write!(f, " aria-invalid=\"true\" aria-describedby=\"{field}-err\""),
            (Some(field), Some(note)) => {
                write!(f, " aria-invalid=\"true\" aria-describedby=\"{field}-err {note}\"")
            }
            (None, Some(note)) => write!(f, " aria-describedby=\"{note}\""),
            (None, None) => Ok(()),
        }
    }
}

impl askama::filters::HtmlSafe for Mark<'_> {}

/// The problems of one form, in the order the fields stand on the page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems(Vec<(String, String)>);

impl Problems {
    /// No problem yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes a sentence about the field whose HTML id is `field`.
    pub fn add(&mut self, field: impl Into<String>, sentence: impl Into<String>) {
        self.0.push((field.into(), sentence.into()));
    }

    /// Takes the value, or notes the sentence and goes on, so that all problems are told at once.
    pub fn take<T>(&mut self, field: &str, parsed: Result<T, impl Into<String>>) -> Option<T> {
        parsed.map_err(|sentence| self.add(field, sentence)).ok()
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many sentences there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The sentence about a field, if there is one. Templates put it under the field.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|(name, _)| name == field).map(|(_, sentence)| sentence.as_str())
    }

    /// The attributes that tie a field to its sentence; nothing when nothing is wrong with it.
    pub fn mark<'a>(&self, field: &'a str) -> Mark<'a> {
        Mark { wrong: self.of(field).map(|_| field), note: None }
    }

    /// The same for a field that a note describes as well, by the note's id.
    pub fn mark_noted<'a>(&self, field: &'a str, note: &'a str) -> Mark<'a> {
        Mark { note: Some(note), ..self.mark(field) }
    }

    /// All of them as (field id, sentence), for the summary on top.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(field, sentence)| (field.as_str(), sentence.as_str()))
    }
}
