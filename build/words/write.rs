//! Writes the methods.

use super::{
    Catalogue,
    message::{Forms, Message, NONE, Part, Text},
};
use std::fmt::Write as _;

/// The text of `impl Words`, for `include!` in `src/language/mod.rs`.
pub(crate) fn methods(reference: &Catalogue, all: &[Catalogue]) -> String {
    let mut out = String::from("// Made by build/words.rs from locales/; edits are lost.\n\nimpl Words {\n");
    for (method, message) in &reference.messages {
        let theirs: Vec<_> =
            all.iter().filter_map(|c| Some((c.language.variant, c.messages.get(method)?))).collect();
        one(&mut out, method, message, &theirs);
    }
    out.push_str("}\n\n#[cfg(test)]\nconst CATEGORIES: &[(Locale, &[&str])] = &[\n");
    for catalogue in all {
        let language = catalogue.language;
        let _ = writeln!(out, "    (Locale::{}, &{:?}),", language.variant, language.categories);
    }
    out.push_str("];\n");
    out
}

fn one(out: &mut String, method: &str, message: &Message, locales: &[(&str, &Message)]) {
    document(out, message);
    out.push_str("    #[must_use]\n");
    let mut arguments = String::new();
    for name in &message.placeholders {
        let kind = if name == "n" && message.is_plural() { "Whole" } else { "Display" };
        let _ = write!(arguments, ", {name}: impl {kind}");
    }
    let returns = if message.placeholders.is_empty() { "&'static str" } else { "String" };
    let _ = writeln!(out, "    pub fn {method}(&self{arguments}) -> {returns} {{");
    if message.is_plural() {
        plural_body(out, locales);
    } else {
        out.push_str("        match self.locale {\n");
        for (variant, message) in locales {
            if let Forms::One(text) = &message.forms {
                let _ = writeln!(out, "            Locale::{variant} => {},", value(text, returns));
            }
        }
        out.push_str("        }\n");
    }
    out.push_str("    }\n\n");
}

fn plural_body(out: &mut String, locales: &[(&str, &Message)]) {
    out.push_str("        let count = n.whole();\n");
    let shows_n = |text: &Text| text.parts.iter().any(|p| matches!(p, Part::Placeholder(n) if n == "n"));
    let forms = |message: &Message| match &message.forms {
        Forms::Plural(forms) => forms.iter().any(|(_, text)| shows_n(text)),
        Forms::One(_) => false,
    };
    if locales.iter().any(|(_, message)| forms(message)) {
        out.push_str("        let n = self.whole(count);\n");
    }
    out.push_str("        match (self.locale, count, self.category(count)) {\n");
    for (variant, message) in locales {
        let Forms::Plural(forms) = &message.forms else { continue };
        // `other` comes first in the message and must come last in the match; `none` must come first.
        let mut forms: Vec<_> = forms.iter().collect();
        forms.sort_by_key(|(category, _)| (category != NONE, category == "other"));
        for (category, text) in forms {
            let (count, category) = match category.as_str() {
                NONE => ("0", "_".to_owned()),
                "other" => ("_", "_".to_owned()),
                named => ("_", format!("PluralCategory::{}", capital(named))),
            };
            let _ = writeln!(
                out,
                "            (Locale::{variant}, {count}, {category}) => {},",
                value(text, "String")
            );
        }
    }
    out.push_str("        }\n");
}

fn value(text: &Text, returns: &str) -> String {
    let plain = text.parts.iter().all(|p| matches!(p, Part::Words(_)));
    let mut words = String::new();
    for part in &text.parts {
        match part {
            Part::Words(w) if plain => words.push_str(w),
            Part::Words(w) => words.push_str(&w.replace('{', "{{").replace('}', "}}")),
            Part::Placeholder(name) => {
                let _ = write!(words, "{{{name}}}");
            }
        }
    }
    match (plain, returns) {
        (true, "String") => format!("{words:?}.to_owned()"),
        (true, _) => format!("{words:?}"),
        (false, _) => format!("format!({words:?})"),
    }
}

/// The English text is the method's documentation, fenced so that nothing in it is taken for markup.
fn document(out: &mut String, message: &Message) {
    let mut lines = vec!["```text".to_owned()];
    match &message.forms {
        Forms::One(text) => lines.push(text.source.clone()),
        Forms::Plural(forms) => lines.extend(forms.iter().map(|(c, t)| format!("{c}: {}", t.source))),
    }
    lines.push("```".to_owned());
    lines.push(format!("`{}` in `{}`", message.key, message.file));
    let _ = writeln!(out, "    #[doc = {:?}]", lines.join("\n"));
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|c| c.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
}
