//! Attention items as the page shows them.

use super::acts::Acts;
use super::answer::Answer;
use super::attention::Item;
use super::gather::Gathered;
use super::queries::{Aim, BlockerRow, UnsettledRow};
use super::reason::{Reason, Subject, Why};
use super::tag::{Clock, Tag};
use crate::ids::{CycleId, KeyResultId, UpdateId};
use crate::language::Words;
use crate::okr::bar::Bar;
use crate::okr::measure::Kind;
use crate::okr::parts::{bar_label, reached};
use crate::okr::permission::{Deed, Ties};
use crate::okr::slip::{Pen, Slip};
use crate::okr::standing::Standing;
use crate::okr::status::Confidence;
use crate::okr::unit::Unit;
use crate::organisation::Me;
use crate::standup::person::first_name;
use crate::web::markdown::excerpt;
use chrono::{DateTime, Utc};

/// So much of somebody's words is shown, in characters.
const WORDS: usize = 280;

/// So much of a blocker stands as its title, in characters.
pub(super) const TITLE: usize = 120;

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
    /// Why, and since when: a sentence each.
    pub(super) why: Vec<String>,
    /// "Tama, today": who spoke last, and when.
    pub(super) who: Option<String>,
    pub(super) href: String,
    pub(super) title: String,
    /// The last words, in quotation marks.
    pub(super) words: Option<String>,
    pub(super) reach: Option<Reach>,
    /// None: it is given to somebody, where it stands.
    pub(super) action: Option<Action>,
    /// What can be done about it where it stands.
    pub(super) acts: Acts,
}

/// One thing that somebody has seen, or put off.
pub(super) struct Settled {
    pub(super) tags: Vec<Tag>,
    pub(super) href: String,
    pub(super) title: String,
    /// Who said so and when, until when it waits, and what they wrote.
    pub(super) said: String,
    pub(super) note: Option<String>,
    /// Where it is brought back, for whom may.
    pub(super) lift: Option<String>,
}

/// Who looks at what, and when.
pub(super) struct Desk<'a> {
    pub(super) me: &'a Me,
    pub(super) gathered: &'a Gathered,
    /// The cycle that is looked at.
    pub(super) cycle: CycleId,
    /// What was asked for, to come back to.
    pub(super) back: String,
    pub(super) now: DateTime<Utc>,
}

impl Desk<'_> {
    /// The item as the page shows it; the forms of no two of them have the same number.
    pub(super) fn entry(&self, item: &Item, number: usize) -> Option<Entry> {
        let acts = Acts::of(self, item.subject, number)?;
        match item.subject {
            Subject::KeyResult(id) => {
                self.gathered.standing(id).map(|one| self.of_key_result(item, one, acts))
            }
            Subject::Objective(id) => self.gathered.aim(id).map(|one| self.of_aim(item, one, acts)),
            Subject::Blocker(update) => {
                self.gathered.blocker(update).map(|one| self.of_blocker(item, one, acts))
            }
            Subject::Decision(id) => self.gathered.unsettled(id).map(|one| self.of_decision(item, one, acts)),
        }
    }

    /// The item with what was said to it.
    pub(super) fn settled(&self, item: &Item, answer: &Answer) -> Option<Settled> {
        let (t, me) = (self.me.words(), self.me);
        let (href, title) = self.subject(item.subject)?;
        let on = t.date_long(me.zone.date_at(answer.at));
        Some(Settled {
            tags: self.tags(item),
            title,
            said: match answer.until {
                Some((until, _)) => t.review_put_off(&answer.by, on, t.date_long(until)),
                None => t.review_seen(&answer.by, on),
            },
            note: (!answer.note.is_empty()).then(|| answer.note.clone()),
            lift: self
                .may_answer(item.subject)
                .then(|| me.at(&format!("/review/answers/{}/removal", answer.id))),
            href,
        })
    }

    /// The page of what an item is about, and its title.
    pub(super) fn subject(&self, subject: Subject) -> Option<(String, String)> {
        let me = self.me;
        Some(match subject {
            Subject::KeyResult(id) => {
                (me.at(&format!("/key-results/{id}")), self.gathered.standing(id)?.title.clone())
            }
            Subject::Objective(id) => {
                (me.at(&format!("/objectives/{id}")), self.gathered.aim(id)?.title.clone())
            }
            Subject::Blocker(id) => (self.update(id), excerpt(&self.gathered.blocker(id)?.body, TITLE)),
            Subject::Decision(id) => {
                (me.at(&format!("/decisions/{id}")), self.gathered.unsettled(id)?.question.clone())
            }
        })
    }

    /// Whether the reader may say that it was seen, or put it off: whoever looks after its team, or, where it is of no team,
    /// after any.
    pub(super) fn may_answer(&self, subject: Subject) -> bool {
        let team = match subject {
            Subject::KeyResult(id) => {
                self.gathered.standing(id).map(|one| one.team.as_ref().map(|team| team.id))
            }
            Subject::Objective(id) => self.gathered.aim(id).map(|one| one.team.as_ref().map(|team| team.id)),
            Subject::Blocker(id) => self.gathered.blocker(id).map(|one| Some(one.team)),
            Subject::Decision(id) => self.gathered.unsettled(id).map(|one| one.team),
        };
        let me = self.me;
        let looks_after = |team: Option<_>| {
            me.role.administers() || team.map_or_else(|| me.manages(), |team| me.leads(team))
        };
        me.role.takes_part() && team.is_some_and(looks_after)
    }

    /// What was written with the last check-in of a key result, in quotation marks.
    pub(super) fn last_words(&self, id: KeyResultId) -> Option<String> {
        self.gathered.words.get(&id).and_then(|last| quoted(self.me.words(), &last.words))
    }

    fn of_key_result(&self, item: &Item, one: &Standing, acts: Acts) -> Entry {
        let t = self.me.words();
        let last = self.gathered.words.get(&one.id);
        let href = self.me.at(&format!("/key-results/{}", one.id));
        Entry {
            tags: self.tags(item),
            why: self.why(item),
            who: one.last.as_ref().map(|last| t.kr_owner_fresh(last.by.first_name(), self.age(last.at))),
            title: one.title.clone(),
            words: self.last_words(one.id),
            reach: Some(reach(self.me, one)),
            action: self.next_for_key_result(item, one, last.and_then(|last| last.update), &href),
            acts,
            href,
        }
    }

    fn of_aim(&self, item: &Item, one: &Aim, acts: Acts) -> Entry {
        let t = self.me.words();
        let href = self.me.at(&format!("/objectives/{}", one.id));
        let may = self.may_keep_aim(one);
        let action = match item.reasons.first().map(|reason| reason.why) {
            Some(Why::NoOwner) if may => None,
            Some(Why::NoKeyResults) if may => {
                Some(Action { href: format!("{href}/key-results/new"), label: t.review_add_key_result() })
            }
            _ => Some(Action { href: href.clone(), label: t.review_open() }),
        };
        Entry {
            tags: self.tags(item),
            why: self.why(item),
            who: None,
            title: one.title.clone(),
            words: None,
            reach: None,
            action,
            acts,
            href,
        }
    }

    fn of_blocker(&self, item: &Item, one: &BlockerRow, acts: Acts) -> Entry {
        let t = self.me.words();
        let href = self.update(one.update);
        Entry {
            tags: self.tags(item),
            why: self.why(item),
            who: Some(t.kr_owner_fresh(first_name(&one.author), self.age(one.opened_at))),
            title: excerpt(&one.body, TITLE),
            words: None,
            reach: None,
            action: Some(Action { href: href.clone(), label: t.review_read() }),
            acts,
            href,
        }
    }

    fn of_decision(&self, item: &Item, one: &UnsettledRow, acts: Acts) -> Entry {
        let (t, me) = (self.me.words(), self.me);
        let href = me.at(&format!("/decisions/{}", one.id));
        let leads = me.role.administers() || one.team.is_some_and(|team| me.leads(team));
        let action = if me.role.takes_part() && (leads || one.proposer_id == me.id) {
            Action { href: format!("{href}#outcome"), label: t.review_settle() }
        } else {
            Action { href: href.clone(), label: t.review_open() }
        };
        Entry {
            tags: self.tags(item),
            why: self.why(item),
            who: Some(t.decision_proposes(first_name(&one.proposer))),
            title: one.question.clone(),
            words: None,
            reach: None,
            action: Some(action),
            acts,
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
    ) -> Option<Action> {
        let t = self.me.words();
        let blocked = item.reasons.iter().find_map(|reason| match reason.why {
            Why::Blocked { update, .. } => Some(update),
            _ => None,
        });
        let has = |is: &dyn Fn(Why) -> bool| item.reasons.iter().any(|reason| is(reason.why));
        let silent = has(&|why| matches!(why, Why::Stale | Why::NoData { .. }));
        let mine = one.owner.as_ref().is_some_and(|owner| owner.id == self.me.id);
        Some(if let Some(update) = blocked {
            Action { href: self.update(update), label: t.review_read() }
        } else if has(&|why| why == Why::NotGraded) && self.may_keep(one) {
            let href = self.me.at(&format!("/objectives/{}/grades", one.objective));
            Action { href, label: t.review_grade() }
        } else if one.owner.is_none() && self.may_keep(one) {
            return None;
        } else if silent {
            let label = if mine { t.review_check_in() } else { t.review_ask() };
            Action { href: page.to_owned(), label }
        } else {
            let href = update.map_or_else(|| page.to_owned(), |update| self.update(update));
            Action { href, label: t.review_read() }
        })
    }

    /// Whether the reader may change a key result, and so who owns it.
    pub(super) fn may_keep(&self, one: &Standing) -> bool {
        let objective = self.gathered.aim(one.objective);
        let owner = objective.and_then(|one| one.owner.as_ref()).map(|owner| owner.id);
        let (team, own) = (one.team.as_ref().map(|team| team.id), one.owner.as_ref().map(|owner| owner.id));
        Ties::to_objective(self.me, team, owner).with_key_result(self.me, own).may(Deed::KeepKeyResult)
    }

    /// The same of an objective.
    pub(super) fn may_keep_aim(&self, one: &Aim) -> bool {
        let owner = one.owner.as_ref().map(|owner| owner.id);
        Ties::to_objective(self.me, one.team.as_ref().map(|team| team.id), owner).may(Deed::KeepObjective)
    }

    fn update(&self, update: UpdateId) -> String {
        self.me.at(&format!("/updates/{update}"))
    }

    /// How long ago a day was on the reader's calendar.
    fn age(&self, at: DateTime<Utc>) -> String {
        self.me.words().age(self.me.zone.date_at(at), self.me.today(self.now))
    }

    /// The reasons in a few words each.
    pub(super) fn tags(&self, item: &Item) -> Vec<Tag> {
        let clock = Clock { t: self.me.words(), zone: self.me.zone, now: self.now };
        item.reasons.iter().map(|reason| clock.tag(*reason, |update| self.author(update))).collect()
    }

    /// The reasons and since when, a sentence each.
    pub(super) fn why(&self, item: &Item) -> Vec<String> {
        item.reasons.iter().map(|reason| self.sentence(reason)).collect()
    }

    /// A reason and since when, in a sentence.
    fn sentence(&self, Reason { why, since }: &Reason) -> String {
        let t = self.me.words();
        let date = t.date_long(self.me.zone.date_at(*since));
        match *why {
            Why::OffTrack => t.review_why_off_track(date),
            Why::AtRisk => t.review_why_at_risk(date),
            Why::NoOwner => t.review_why_no_owner(date),
            Why::Stale => t.review_why_stale(date),
            Why::Blocked { update, .. } => t.review_why_blocked(self.author(update), date),
            Why::Unsettled => t.review_why_unsettled(date),
            Why::NoData { .. } => t.review_why_no_data(date),
            Why::NoKeyResults => t.review_why_no_key_results(date),
            Why::AgainstPace { .. } => t.review_why_against(date),
            Why::Falling { from: Confidence::AtRisk } => t.review_why_fell_from_at_risk(date),
            Why::Falling { .. } => t.review_why_fell_from_on_track(date),
            Why::Flat { check_ins } => t.review_why_flat(check_ins, date),
            Why::NotGraded => t.review_why_not_graded(date),
        }
    }

    fn author(&self, update: UpdateId) -> &str {
        self.gathered.blocker(update).map_or("", |one| first_name(&one.author))
    }
}

/// Words in quotation marks; nothing for none.
fn quoted(t: Words, words: &str) -> Option<String> {
    let words = excerpt(words, WORDS);
    (!words.is_empty()).then(|| t.review_quoted(words))
}

/// How far a key result is.
pub(super) fn reach(me: &Me, one: &Standing) -> Reach {
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
