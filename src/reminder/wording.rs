//! A reminder in words.

use super::ladder::Step;
use super::queries::Row;
use crate::calendar::Zone;
use crate::language::Words;
use crate::mail::Letter;
use crate::okr::parts::{capitalised, spelled};
use crate::web::markdown::excerpt;
use chrono::{DateTime, NaiveTime, Utc};

/// How much of a plan is quoted, in characters.
const EXCERPT: usize = 240;

/// One thing somebody is reminded of.
pub(super) struct Item<'a> {
    pub(super) row: &'a Row,
    pub(super) step: Step,
}

/// Where and when it is read.
#[derive(Clone, Copy)]
pub(super) struct Sheet<'a> {
    pub(super) t: Words,
    pub(super) organisation: &'a str,
    /// Where addresses of the organisation begin.
    pub(super) base: &'a str,
    /// The reader's.
    pub(super) zone: Zone,
    pub(super) now: DateTime<Utc>,
}

/// The letter, but for its foot.
pub(super) fn letter(sheet: Sheet<'_>, items: &[Item<'_>]) -> Letter {
    let Sheet { t, organisation, .. } = sheet;
    let Some(first) = items.first() else { return Letter::new(t, organisation, "", "") };
    let more = items.len() - 1;
    let subject = sheet.subject(first);
    let subject = if more == 0 { subject } else { t.notice_subject_more(&subject, more) };
    match (first.step, more) {
        (Step::Update, 0) => sheet.of_update(first.row, subject),
        (_, 0) => sheet.of_check_in(first, subject),
        _ => items
            .iter()
            .fold(
                Letter::new(t, organisation, subject, sheet.sentence(first))
                    .title(t.reminder_title(items.len(), capitalised(&spelled(t, items.len()))))
                    .soft(sheet.when()),
                |letter, item| sheet.line(letter, item),
            )
            .button(t.reminder_open_today(), format!("{}/today", sheet.base)),
    }
}

impl<'s> Sheet<'s> {
    /// The rule that sends it.
    pub(super) fn why(self, step: Step) -> String {
        let (t, here) = (self.t, self.zone.reading(self.now));
        let (time, city) = (t.time(here.time()), self.zone.city());
        match step {
            Step::Update => t.reminder_why_update(time, city),
            Step::CheckIn | Step::Again => t.reminder_why_check_in(time, city),
            Step::Reviewer => t.reminder_why_review(time, city),
        }
    }

    fn of_update(self, row: &Row, subject: String) -> Letter {
        let t = self.t;
        let planned = row.planned.as_deref().zip(row.planned_on);
        let planned =
            planned.map(|(plan, date)| t.reminder_planned(t.date_long(date), excerpt(plan, EXCERPT)));
        let until = t.time(self.due_time(row));
        let letter = Letter::new(t, self.organisation, subject, t.reminder_hint_update())
            .title(t.reminder_title_update(until));
        let letter = match planned {
            Some(planned) => letter.voice(planned),
            None => letter,
        };
        letter.text(t.reminder_hint_update()).button(t.reminder_write(), format!("{}/today", self.base)).line(
            "",
            Some((t.reminder_away().to_owned(), format!("{}/me#away", self.base))),
            "",
        )
    }

    fn of_check_in(self, item: &Item<'_>, subject: String) -> Letter {
        let t = self.t;
        let (hint, button) = match item.step {
            Step::Reviewer => (t.reminder_hint_review(), t.reminder_open()),
            _ => (t.reminder_hint_check_in(), t.reminder_check_in()),
        };
        Letter::new(t, self.organisation, subject, hint)
            .title(self.sentence(item))
            .soft(self.when())
            .text(hint)
            .button(button, self.page(item.row))
    }

    fn line(self, letter: Letter, item: &Item<'_>) -> Letter {
        let title = item.row.title.as_deref().unwrap_or(self.team(item.row)).to_owned();
        let rest = match item.row.title {
            Some(_) => self.team(item.row),
            None => "",
        };
        let lead = match item.step {
            Step::Update => self.t.reminder_lead_update(self.t.time(self.due_time(item.row))),
            Step::CheckIn => self.t.reminder_lead_due().to_owned(),
            Step::Again | Step::Reviewer => self.t.reminder_lead_since(self.t.date_long(item.row.local_date)),
        };
        letter.line(lead, Some((title, self.page(item.row))), rest)
    }

    /// Team first, then what.
    fn subject(self, item: &Item<'_>) -> String {
        let (t, row, team) = (self.t, item.row, self.team(item.row));
        let title = row.title.as_deref().unwrap_or_default();
        match item.step {
            Step::Update => t.reminder_subject_update(team, t.time(self.due_time(row))),
            Step::CheckIn => t.reminder_subject_check_in(team, title),
            Step::Again => t.reminder_subject_again(team, title, t.date_long(row.local_date)),
            Step::Reviewer => t.reminder_subject_review(team, title, t.date_long(row.local_date)),
        }
    }

    fn sentence(self, item: &Item<'_>) -> String {
        let (t, row) = (self.t, item.row);
        let title = row.title.as_deref().unwrap_or_default();
        match item.step {
            Step::Update => t.reminder_title_update(t.time(self.due_time(row))),
            Step::CheckIn => t.reminder_title_check_in(title),
            Step::Again => t.reminder_title_again(title, t.date_long(row.local_date)),
            Step::Reviewer => t.reminder_title_review(&row.name, title, t.date_long(row.local_date)),
        }
    }

    /// "Tuesday 17 November, 09:24 in Lisbon."
    fn when(self) -> String {
        let here = self.zone.reading(self.now);
        self.t.notice_when(self.t.date_long(here.date()), self.t.time(here.time()), self.zone.city())
    }

    /// On the reader's clock.
    fn due_time(self, row: &Row) -> NaiveTime {
        self.zone.reading(row.due_at).time()
    }

    fn team<'a>(self, row: &'a Row) -> &'a str
    where
        's: 'a,
    {
        row.team.as_deref().unwrap_or(self.organisation)
    }

    fn page(self, row: &Row) -> String {
        match row.key_result {
            Some(id) => format!("{}/key-results/{id}", self.base),
            None => format!("{}/today", self.base),
        }
    }
}
