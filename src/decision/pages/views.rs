//! What deciders said, and what they had said before.

use crate::decision::course::last_of_each;
use crate::decision::queries::{AnswerRow, OptionRow, VersionRow};
use crate::decision::rule::View;
use crate::language::Words;
use crate::organisation::Me;
use crate::web::markdown::SafeHtml;
use crate::web::parts::{Avatar, When};
use chrono::{DateTime, Utc};

/// Somebody's view.
pub(super) struct Given {
    pub(super) avatar: Avatar,
    /// "Nuno Teixeira: go ahead"
    pub(super) heading: String,
    pub(super) when: When,
    pub(super) html: SafeHtml,
    /// What they had said before, oldest first.
    pub(super) before: Vec<Given>,
}

/// What was asked once, and what was said to it.
pub(super) struct Earlier {
    /// "Until Tuesday 17 November this was asked:"
    pub(super) heading: String,
    pub(super) question: String,
    pub(super) context: SafeHtml,
    pub(super) options: Vec<String>,
    pub(super) views: Vec<Given>,
}

/// The views of one version: each decider's last answer, in the order they were given.
pub(super) fn views(me: &Me, answers: &[AnswerRow], version: &VersionRow, now: DateTime<Utc>) -> Vec<Given> {
    let those: Vec<AnswerRow> =
        answers.iter().filter(|answer| answer.version_id == version.id).cloned().collect();
    let last = last_of_each(those.clone());
    let before = |one: &AnswerRow| {
        let older = those.iter().filter(|it| it.member_id == one.member_id && it.id != one.id);
        older.map(|it| given(me, it, Vec::new(), now)).collect()
    };
    last.iter().map(|one| given(me, one, before(one), now)).collect()
}

/// The versions before the newest, the newest of them first.
pub(super) fn earlier(
    me: &Me,
    (versions, options, answers): (&[VersionRow], &[OptionRow], &[AnswerRow]),
    now: DateTime<Utc>,
) -> Vec<Earlier> {
    let t = me.words();
    let ends = versions.iter().map(|version| version.at);
    versions
        .iter()
        .skip(1)
        .zip(ends)
        .map(|(version, until)| Earlier {
            heading: t.decision_asked_until(t.date_long(me.zone.date_at(until))),
            question: version.question.clone(),
            context: SafeHtml::from_markdown(&version.context),
            options: options
                .iter()
                .filter(|it| it.version_id == version.id)
                .map(|it| it.body.clone())
                .collect(),
            views: views(me, answers, version, now),
        })
        .collect()
}

fn given(me: &Me, row: &AnswerRow, before: Vec<Given>, now: DateTime<Utc>) -> Given {
    let t = me.words();
    Given {
        avatar: Avatar::of(row.member_id, &row.name),
        heading: t.decision_says(&row.name, said(t, row)),
        when: When::of(t, row.at, row.zone, me.zone, now),
        html: SafeHtml::from_markdown(&row.reason),
        before,
    }
}

/// What an answer says, in words.
pub(in crate::decision) fn said(t: Words, row: &AnswerRow) -> String {
    match row.view {
        View::Option => row.option.clone().unwrap_or_default(),
        View::NoView => t.decision_no_view().to_owned(),
        View::Objection => t.decision_objection().to_owned(),
    }
}
