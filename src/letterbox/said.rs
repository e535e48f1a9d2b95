//! What somebody said in an answer: the words of their mail without those it quotes, the line that introduces them, and what
//! stands under their name. Pure.
//!
//! Mail programs mark none of this; each writes lines of its own, in the language of whoever uses it. Only what is known to be
//! theirs is taken away: a line too many can be passed over by those who read, one that is gone can't be read.

/// How the line begins that introduces a quotation, and the word it ends with, more or less. It ends with a colon, and holds a
/// figure, since it says when.
const INTRODUCED: [(&str, &str); 9] = [
    ("on ", " wrote"),
    ("op ", " schreef"),
    ("op ", " geschreven"),
    ("le ", " a écrit"),
    ("am ", " schrieb"),
    ("el ", " escribió"),
    ("em ", " escreveu"),
    ("il ", " ha scritto"),
    ("den ", " skrev"),
];

/// Before a whole mail that is quoted without marks: who sent it, and the other lines beside that.
const FROM: [&str; 5] = ["from:", "van:", "de:", "von:", "da:"];
const BESIDE: [&str; 20] = [
    "sent:",
    "date:",
    "to:",
    "subject:",
    "cc:",
    "verzonden:",
    "datum:",
    "aan:",
    "onderwerp:",
    "envoyé:",
    "à:",
    "objet:",
    "gesendet:",
    "an:",
    "betreff:",
    "enviado:",
    "para:",
    "assunto:",
    "asunto:",
    "oggetto:",
];

/// What programs put between dashes before such a mail.
const ORIGINAL: [&str; 6] = [
    "original message",
    "oorspronkelijk bericht",
    "message d'origine",
    "message d’origine",
    "ursprüngliche nachricht",
    "mensaje original",
];

/// How the last line of a mail begins that its writer did not write.
const SENT_WITH: [&str; 12] = [
    "sent from my ",
    "sent from mail for ",
    "sent from outlook",
    "sent with proton",
    "get outlook for ",
    "verstuurd vanaf mijn ",
    "verzonden vanaf mijn ",
    "verzonden vanuit ",
    "outlook voor ",
    "envoyé de mon ",
    "envoyé depuis mon ",
    "télécharger outlook pour ",
];

/// The most lines over which a program breaks the line that introduces a quotation.
const BROKEN_OVER: usize = 3;

/// The words of a mail's writer.
pub(super) fn said(text: &str) -> String {
    let lines: Vec<String> =
        text.lines().map(|line| line.replace('\u{a0}', " ").trim_end().to_owned()).collect();
    let mut kept: Vec<&str> = Vec::new();
    let mut rest = lines.as_slice();
    while let Some((line, after)) = rest.split_first() {
        if ends_here(line, after) {
            break;
        }
        if is_quoted(line) {
            rest = after;
            continue;
        }
        if let Some(length) = introduction(rest) {
            let after = rest.get(length..).unwrap_or_default();
            let next = after.iter().find(|line| !line.trim().is_empty());
            // What follows bears marks, and an answer may stand between; or it bears none, and all of it is quoted.
            if next.is_none_or(|next| !is_quoted(next)) {
                break;
            }
            rest = after;
            continue;
        }
        kept.push(line);
        rest = after;
    }
    tidied(&kept)
}

fn is_quoted(line: &str) -> bool {
    line.trim_start().starts_with('>')
}

/// Whether here begins what is the program's and not the writer's, to the end of the mail.
fn ends_here(line: &str, after: &[String]) -> bool {
    let bare = line.trim();
    bare == "--" || is_original(bare) || is_head(bare, after) || is_rule(bare, after)
}

fn is_original(line: &str) -> bool {
    let words = line.trim_matches(|c: char| c == '-' || c == '_' || c.is_whitespace()).to_lowercase();
    line.starts_with("--") && ORIGINAL.contains(&words.as_str())
        || words == "begin forwarded message:"
        || words == "begin doorgestuurd bericht:"
        || words == "début du message réexpédié :"
}

/// The head of a quoted mail: a line that says from whom, and two of the others soon after.
fn is_head(line: &str, after: &[String]) -> bool {
    let beside =
        || after.iter().take(5).filter(|line| BESIDE.iter().any(|word| is_label(line, word))).count();
    FROM.iter().any(|word| is_label(line, word)) && beside() >= 2
}

/// A line of a head: its word may be bold (`*From:*`) and may have a space before the colon.
fn is_label(line: &str, word: &str) -> bool {
    let plain = line.trim().trim_start_matches('*').to_lowercase().replacen(" :", ":", 1);
    plain.starts_with(word)
}

/// The rule Outlook draws above such a head.
fn is_rule(line: &str, after: &[String]) -> bool {
    let next = || after.iter().position(|line| !line.trim().is_empty());
    line.len() >= 10
        && line.bytes().all(|byte| byte == b'_')
        && next()
            .and_then(|at| after.get(at..)?.split_first())
            .is_some_and(|(head, rest)| is_head(head.trim(), rest))
}

/// How many of these lines introduce a quotation.
fn introduction(lines: &[String]) -> Option<usize> {
    (1..=BROKEN_OVER.min(lines.len())).find(|length| {
        let lines = lines.get(..*length).unwrap_or_default();
        let whole = lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ").to_lowercase();
        whole.ends_with(':')
            && whole.chars().any(|c| c.is_ascii_digit())
            && lines.iter().all(|line| !line.trim().is_empty())
            && INTRODUCED.iter().any(|(begin, word)| whole.starts_with(begin) && whole.contains(word))
    })
}

/// Without empty lines at either end or more than one in a row, and without what a telephone adds below.
fn tidied(lines: &[&str]) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for line in lines {
        if !(line.trim().is_empty() && kept.last().is_none_or(|last| last.trim().is_empty())) {
            kept.push(line);
        }
    }
    while let Some(last) = kept.last().map(|line| line.trim().to_lowercase()) {
        if !last.is_empty() && !SENT_WITH.iter().any(|words| last.starts_with(words)) {
            break;
        }
        kept.pop();
    }
    kept.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What stood in a mail, and what of it was said.
    const MAILS: &[(&str, &str, &str)] = &[
        (
            "Gmail",
            "Six is enough, thank you.\n\nI'll fetch them on Friday.\n\nOn Tue, 17 Nov 2026 at 09:24, Meridian <meridian@example.org>\nwrote:\n\n> Wanjiru replied to your update.\n>\n> > Could you use six?\n",
            "Six is enough, thank you.\n\nI'll fetch them on Friday.",
        ),
        (
            "Gmail, Dutch",
            "Zes is genoeg.\n\nOp di 17 nov 2026 om 09:24 schreef Meridian <meridian@example.org>:\n\n> Wanjiru …\n",
            "Zes is genoeg.",
        ),
        (
            "Gmail, French",
            "Six suffisent.\n\nLe mar. 17 nov. 2026 à 09:24, Meridian <meridian@example.org> a écrit\u{a0}:\n\n> Wanjiru …",
            "Six suffisent.",
        ),
        (
            "Apple Mail",
            "Six is enough.\n\n> On 17 Nov 2026, at 09:24, Meridian <meridian@example.org> wrote:\n> \n> Wanjiru replied\n",
            "Six is enough.",
        ),
        (
            "Apple Mail, without marks",
            "Six is enough.\n\nSent from my iPhone\n\nOn 17 Nov 2026, at 09:24, Meridian <meridian@example.org> wrote:\n\n\u{feff}Wanjiru replied to your update\n",
            "Six is enough.",
        ),
        (
            "Apple Mail on a Dutch telephone",
            "Zes is genoeg.\n\nVerstuurd vanaf mijn iPhone\n\n> Op 17 nov 2026 om 09:24 heeft Meridian <m@example.org> het volgende geschreven:\n> \n> ﻿Wanjiru …\n",
            "Zes is genoeg.",
        ),
        (
            "Thunderbird",
            "Six is enough.\n\nOn 17/11/2026 09:24, Meridian wrote:\n> Wanjiru replied to your update.\n> Could you use six?\n\n-- \nTama Walker\nSaltmarsh, Auckland\n",
            "Six is enough.",
        ),
        (
            "Thunderbird, an answer below and between",
            "Op 17-11-2026 om 09:24 schreef Meridian:\n> Could you use six?\n\nYes, six.\n\n> And by Friday?\n\nMonday is soon enough.\n-- \nTama\n",
            "Yes, six.\n\nMonday is soon enough.",
        ),
        (
            "Thunderbird, French",
            "Six suffisent.\n\nLe 17/11/2026 à 09:24, Meridian a écrit :\n> Wanjiru …\n",
            "Six suffisent.",
        ),
        (
            "Thunderbird, German",
            "Sechs reichen.\n\nAm 17.11.26 um 09:24 schrieb Meridian:\n> Wanjiru …\n",
            "Sechs reichen.",
        ),
        (
            "Outlook",
            "Six is enough.\n\nTama\n\n________________________________\nFrom: Meridian <meridian@example.org>\nSent: Tuesday, 17 November 2026 09:24\nTo: Tama Walker <tama@example.org>\nSubject: Wanjiru replied\n\nWanjiru replied to your update.\n",
            "Six is enough.\n\nTama",
        ),
        (
            "Outlook without a rule, bold",
            "Six is enough.\n\n*From:* Meridian <meridian@example.org>\n*Sent:* Tuesday, 17 November 2026 09:24\n*To:* Tama\n*Subject:* Wanjiru replied\n\nWanjiru …",
            "Six is enough.",
        ),
        (
            "Outlook, Dutch",
            "Zes is genoeg.\n\nVan: Meridian <meridian@example.org>\nVerzonden: dinsdag 17 november 2026 09:24\nAan: Tama Walker\nOnderwerp: Wanjiru replied\n\nWanjiru …",
            "Zes is genoeg.",
        ),
        (
            "Outlook, French",
            "Six suffisent.\n\nDe : Meridian <meridian@example.org>\nEnvoyé : mardi 17 novembre 2026 09:24\nÀ : Tama Walker\nObjet : Wanjiru replied\n\nWanjiru …",
            "Six suffisent.",
        ),
        (
            "Outlook of old",
            "Six is enough.\n\n-----Original Message-----\nFrom: Meridian\nSent: Tuesday\n",
            "Six is enough.",
        ),
        (
            "Outlook of old, Dutch",
            "Zes is genoeg.\n\n-----Oorspronkelijk bericht-----\nVan: Meridian\n",
            "Zes is genoeg.",
        ),
        (
            "Outlook on a telephone",
            "Six is enough.\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\nFrom: Meridian <meridian@example.org>\nSent: Tuesday, November 17, 2026 9:24:00 AM\nTo: Tama\nSubject: Wanjiru\n\n…",
            "Six is enough.",
        ),
        ("words alone", "\r\n\r\nSix is enough.\r\n\r\n\r\n\r\nReally.\r\n", "Six is enough.\n\nReally."),
        ("nothing but a quotation", "On 17/11/2026 09:24, Meridian wrote:\n> Wanjiru …\n", ""),
        ("nothing", "\n \n", ""),
        (
            "what only looks like it",
            "On Friday Wanjiru wrote: six it is.\n- From: the spares\n- To: Kaipara\n\nLe pont est fini à 80 %.\n___\nAfter the rule: On time.",
            "On Friday Wanjiru wrote: six it is.\n- From: the spares\n- To: Kaipara\n\nLe pont est fini à 80 %.\n___\nAfter the rule: On time.",
        ),
    ];

    #[test]
    fn the_programs_of_the_world_are_known() {
        for (program, mail, expected) in MAILS {
            assert_eq!(said(mail), *expected, "{program}");
            assert_eq!(
                said(&mail.replace("\r\n", "\n").replace('\n', "\r\n")),
                *expected,
                "{program}, as it travels"
            );
        }
    }

    proptest! {
        #[test]
        fn said_once_it_is_said_for_good(text in "([a-zA-Z0-9:> .-]{0,12}\n){0,12}") {
            let once = said(&text);
            prop_assert_eq!(said(&once), once);
        }

        #[test]
        fn plain_words_stay_as_they_are(words in prop::collection::vec("[a-z]{1,8}( [a-z]{1,8}){0,6}[.!?]", 1..6)) {
            let text = words.join("\n\n");
            prop_assert_eq!(said(&text), text);
        }
    }
}
