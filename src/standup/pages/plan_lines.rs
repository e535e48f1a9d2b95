//! The last plan in the form, line by line: done, carried on, dropped.

use crate::ids::UpdateId;
use crate::language::Words;
use crate::standup::plan::{self, Fate, Line};
use crate::standup::queries::PlanRow;
use crate::standup::typed::Typed;
use chrono::Datelike as _;

/// The last plan, as the form asks what became of it.
pub(super) struct PlanLines {
    /// "Tuesday, you planned:", with the plan itself where it is one line.
    pub(super) lead: String,
    /// The update it stands in.
    pub(super) planned: UpdateId,
    pub(super) lines: Vec<Asked>,
}

/// One line.
pub(super) struct Asked {
    /// The fields of its words and of what became of it.
    pub(super) line: String,
    pub(super) fate: String,
    pub(super) body: String,
    /// Whether its words are in the lead already.
    pub(super) alone: bool,
    /// Value, words, whether it is chosen.
    pub(super) choices: [(&'static str, &'static str, bool); 3],
}

impl PlanLines {
    /// What was said of this plan stays said, also in a draft; what was said of another one does not.
    pub(super) fn of(t: Words, plan: &PlanRow, typed: &Typed) -> Self {
        let lines = plan::lines(&plan.body);
        let day = t.weekday_long(plan.local_date.weekday());
        let alone = lines.len() == 1;
        let same = typed.get("planned") == plan.update_id.to_string();
        let asked = |(at, body): (usize, String)| {
            let (line, fate) = (format!("line_{at}"), format!("plan_{at}"));
            let said = Fate::parse(typed.get(&fate)).filter(|_| same && typed.get(&line) == body);
            let choice = |it: Fate| (it.as_str(), word(t, it), said == Some(it));
            Asked { choices: [Fate::Done, Fate::Carried, Fate::Dropped].map(choice), line, fate, body, alone }
        };
        Self {
            lead: if alone || lines.is_empty() {
                t.today_planned(day, crate::web::markdown::excerpt(&plan.body, 140))
            } else {
                t.today_planned_lines(day)
            },
            planned: plan.update_id,
            lines: lines.into_iter().enumerate().map(asked).collect(),
        }
    }

    /// What the form says became of which plan. The words are those the form showed, so that a plan that was changed
    /// meanwhile is never told of by its number.
    pub(super) fn read(typed: &Typed) -> (Option<UpdateId>, Vec<Line>) {
        let planned = typed.get("planned").parse().ok();
        let line = |at: usize| {
            let body = typed.get(&format!("line_{at}"));
            let fate = Fate::parse(typed.get(&format!("plan_{at}")))?;
            let known = plan::lines(body);
            // A line of ours reads as itself.
            (known == [body]).then(|| Line { body: body.to_owned(), fate })
        };
        (planned, (0..plan::MOST).filter_map(line).collect())
    }
}

/// What became of a line, in a word.
pub(super) fn word(t: Words, fate: Fate) -> &'static str {
    match fate {
        Fate::Done => t.today_plan_done(),
        Fate::Carried => t.today_plan_carried(),
        Fate::Dropped => t.today_plan_dropped(),
    }
}
