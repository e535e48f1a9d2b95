//! Attention items as the page shows them.

use super::attention::{Item, Reason, Subject};
use super::gather::Gathered;
use super::queries::BlockerRow;
use super::tag::{Clock, Tag};
use crate::ids::UpdateId;
use crate::language::Words;
use crate::okr::Objective;
use crate::okr::bar::Bar;
use crate::okr::measure::Kind;
use crate::okr::parts::{bar_label, reached};
use crate::okr::permission::{Deed, Ties};
use crate::okr::slip::{Pen, Slip};
use crate::okr::standing::Standing;
use crate::okr::unit::Unit;
use crate::organisation::Me;
use crate::standup::person::first_name;
use crate::web::markdown::excerpt;
use chrono::{DateTime, TimeDelta, Utc};

/// So much of somebody's words is shown, in characters.
const WORDS: usize = 280;

/// So much of a blocker stands as its title, in characters.
const TITLE: usize = 120;

/// How far a key result is.
pub(super) struct Reach {
    pub(super) bar: Bar,
    pub(super) label: String,
    /// "41, from 46 to 15"
    pub(super) value: String,
    /// How both follow.
    pub(super) slip: Slip,
}

/// What to do next.
pub(super) struct Action {
    pub(super) href: String,
    pub(super) label: &'static str,
}

/// One thing that needs a look.
pub(super) struct Entry {
    pub(super) tags: Vec<Tag>,
    /// "Tama, today": who spoke last, and when.
    pub(super) who: Option<String>,
    pub(super) href: String,
    pub(super) title: String,
    /// The last words, in quotation marks.
    pub(super) words: Option<String>,
    pub(super) reach: Option<Reach>,
    pub(super) action: Action,
}

/// Who looks at what, and when.
pub(super) struct Desk<'a> {
    pub(super) me: &'a Me,
    pub(super) gathered: &'a Gathered,
    pub(super) now: DateTime<Utc>,
}

impl Desk<'_> {
    /// The item as the page shows it.
    pub(super) fn entry(&self, item: &Item) -> Option<Entry> {
        match item.subject {
            Subject::KeyResult(id) => self.gathered.standing(id).map(|one| self.of_key_result(item, one)),
            Subject::Objective(id) => self.gathered.objective(id).map(|one| self.of_objective(item, one)),
            Subject::Blocker(update) => self.gathered.blocker(update).map(|one| self.of_blocker(item, one)),
        }
    }

    fn of_key_result(&self, item: &Item, one: &Standing) -> Entry {
        let t = self.me.words();
        let last = one.receipt.check_in.and_then(|id| self.gathered.words.get(&id));
        let href = self.me.at(&format!("/key-results/{}", one.id));
        Entry {
            tags: self.tags(item),
            who: one.last.as_ref().map(|last| t.kr_owner_fresh(last.by.first_name(), self.age(last.at))),
            title: one.title.clone(),
            words: last.and_then(|last| quoted(t, &last.words)),
            reach: Some(reach(self.me, one)),
            action: self.next_for_key_result(item, one, last.and_then(|last| last.update), &href),
            href,
        }
    }

    fn of_objective(&self, item: &Item, one: &Objective) -> Entry {
        let t = self.me.words();
        let href = self.me.at(&format!("/objectives/{}", one.id));
        let owner = one.owner.as_ref().map(|owner| owner.id);
        let team = one.team.as_ref().map(|team| team.id);
        let may = Ties::to_objective(self.me, team, owner).may(Deed::KeepObjective);
        let action = match item.reasons.first() {
            Some(Reason::NoOwner) if may => {
                Action { href: format!("{href}/edit"), label: t.review_choose_owner() }
            }
            Some(Reason::NoKeyResults) if may => {
                Action { href: format!("{href}/key-results/new"), label: t.review_add_key_result() }
            }
            _ => Action { href: href.clone(), label: t.review_open() },
        };
        Entry {
            tags: self.tags(item),
            who: None,
            title: one.title.clone(),
            words: None,
            reach: None,
            action,
            href,
        }
    }

    fn of_blocker(&self, item: &Item, one: &BlockerRow) -> Entry {
        let t = self.me.words();
        let href = self.update(one.update);
        Entry {
            tags: self.tags(item),
            who: Some(t.kr_owner_fresh(first_name(&one.author), self.age(one.opened_at))),
            title: excerpt(&one.body, TITLE),
            words: None,
            reach: None,
            action: Action { href: href.clone(), label: t.review_read() },
            href,
        }
    }

    /// Help who is blocked; find an owner; ask whoever is silent; answer whoever spoke.
    fn next_for_key_result(
        &self,
        item: &Item,
        one: &Standing,
        update: Option<UpdateId>,
        page: &str,
    ) -> Action {
        let t = self.me.words();
        let blocked = item.reasons.iter().find_map(|reason| match reason {
            Reason::Blocked { update, .. } => Some(*update),
            _ => None,
        });
        let silent =
            item.reasons.iter().any(|reason| matches!(reason, Reason::Stale { .. } | Reason::NoData { .. }));
        let mine = one.owner.as_ref().is_some_and(|owner| owner.id == self.me.id);
        if let Some(update) = blocked {
            Action { href: self.update(update), label: t.review_read() }
        } else if item.reasons.contains(&Reason::NotGraded) && self.may_keep(one) {
            let href = self.me.at(&format!("/objectives/{}/grades", one.objective));
            Action { href, label: t.review_grade() }
        } else if one.owner.is_none() && self.may_keep(one) {
            Action { href: format!("{page}/edit"), label: t.review_choose_owner() }
        } else if silent {
            let label = if mine { t.review_check_in() } else { t.review_ask() };
            Action { href: page.to_owned(), label }
        } else {
            let href = update.map_or_else(|| page.to_owned(), |update| self.update(update));
            Action { href, label: t.review_read() }
        }
    }

    fn may_keep(&self, one: &Standing) -> bool {
        let objective = self.gathered.objective(one.objective);
        let owner = objective.and_then(|one| one.owner.as_ref()).map(|owner| owner.id);
        let team = one.team.as_ref().map(|team| team.id);
        Ties::to_objective(self.me, team, owner).may(Deed::KeepKeyResult)
    }

    fn update(&self, update: UpdateId) -> String {
        self.me.at(&format!("/updates/{update}"))
    }

    /// How long ago a day was on the reader's calendar.
    fn age(&self, at: DateTime<Utc>) -> String {
        self.me.words().age(self.me.zone.date_at(at), self.me.today(self.now))
    }

    fn tags(&self, item: &Item) -> Vec<Tag> {
        let clock = Clock { t: self.me.words(), zone: self.me.zone, now: self.now };
        let stopped = |update| self.gathered.blocker(update).map_or("", |one| first_name(&one.author));
        item.reasons.iter().map(|reason| clock.tag(*reason, stopped)).collect()
    }
}

/// Words in quotation marks; nothing for none.
fn quoted(t: Words, words: &str) -> Option<String> {
    let words = excerpt(words, WORDS);
    (!words.is_empty()).then(|| t.review_quoted(words))
}

fn reach(me: &Me, one: &Standing) -> Reach {
    let t = me.words();
    let shown = one.receipt.shown;
    Reach {
        bar: Bar::new(shown.progress, shown.expected),
        label: bar_label(t, &one.title, shown.progress, shown.expected),
        value: value(t, one),
        slip: Pen::of(me).standing(one),
    }
}

/// "17 of 30", "41, from 46 to 15", "11 of 12 kept", "Yes".
fn value(t: Words, one: &Standing) -> String {
    let (value, terms) = (reached(t, one), &one.receipt.terms);
    let against_target = terms.kind() == Kind::Increase && matches!(one.unit, Unit::Number(_));
    if !terms.kind().is_line() || against_target || one.receipt.value.is_none() {
        return value;
    }
    t.review_from_to(value, one.unit.bare(t, terms.baseline()), one.unit.bare(t, terms.target()))
}

/// A blocker as the list of blockers shows it.
pub(super) struct Stuck {
    /// "14 working hours"
    pub(super) age: String,
    pub(super) href: String,
    pub(super) title: String,
    /// Who is stopped, who could help, whether anybody answered.
    pub(super) about: String,
}

impl Stuck {
    /// A blocker of this age, in working time.
    pub(super) fn of(one: &BlockerRow, me: &Me, age: TimeDelta) -> Self {
        let t = me.words();
        let author = first_name(&one.author);
        let replies = t.review_replies(one.replies);
        Self {
            age: t.review_working_hours(age.num_hours()),
            href: me.at(&format!("/updates/{}", one.update)),
            title: excerpt(&one.body, TITLE),
            about: match &one.unblocker {
                Some(helper) => t.review_helper(author, first_name(helper), replies),
                None => t.review_any_helper(author, replies),
            },
        }
    }
}
