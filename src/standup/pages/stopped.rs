//! The fields about a blocker in the form of an update, beside its words: who can clear it, what kind it is, what would come
//! next, which key result it stops.

use super::composer::Makings;
use super::mates::{self, Helper};
use super::post::Blocker;
use crate::ids::{KeyResultId, MemberId};
use crate::standup::blocker::BlockerKind;
use crate::standup::typed::Typed;
use crate::standup::update::Stopped;
use crate::web::Problems;

/// The most characters of what would come next.
const NEXT_STEP: usize = 500;

/// The fields as they are shown.
pub(super) struct StoppedFields {
    /// Who could help.
    pub(super) helpers: Vec<Helper>,
    pub(super) kinds: Vec<Helper>,
    pub(super) next_step: String,
    /// The key results it may stop, none first; empty where there are none.
    pub(super) key_results: Vec<Helper>,
    /// Whether something beside the helper was chosen or is wrong, so that it shows.
    pub(super) open: bool,
}

impl StoppedFields {
    pub(super) fn of(makings: &Makings<'_>, typed: &Typed) -> Self {
        let t = makings.me.words();
        let (team, mates) = (&makings.standup.team_name, makings.helpers());
        let kind = BlockerKind::parse(typed.get("blocker_kind")).unwrap_or(BlockerKind::Other);
        let key_result = typed.get("blocker_key_result");
        let choice =
            |value: String, text: &str| Helper { chosen: value == key_result, text: text.to_owned(), value };
        let none = (!makings.standings.is_empty()).then(|| choice(String::new(), t.blocker_no_key_result()));
        let titles = makings.standings.iter().map(|one| choice(one.id.to_string(), &one.title));
        let next_step = typed.get("next_step").to_owned();
        Self {
            helpers: mates::helpers(t, team, &mates, makings.leaves, typed.get("who"), makings.now),
            kinds: BlockerKind::ALL
                .iter()
                .map(|one| Helper {
                    value: one.as_str().to_owned(),
                    text: one.choice(t).to_owned(),
                    chosen: *one == kind,
                })
                .collect(),
            key_results: none.into_iter().chain(titles).collect(),
            open: kind != BlockerKind::Other || !next_step.is_empty() || !key_result.is_empty(),
            next_step,
        }
    }
}

/// What was typed about a blocker with these words; `None` with what is wrong noted.
pub(super) fn read(
    makings: &Makings<'_>,
    typed: &Typed,
    body: String,
    problems: &mut Problems,
) -> Option<Stopped> {
    let t = makings.me.words();
    let unblocker = problems.take("who", helper(makings, typed.get("who")).ok_or(t.today_unknown_helper()));
    let next_step = typed.get("next_step").trim();
    if next_step.chars().count() > NEXT_STEP {
        problems.add("next_step", t.blocker_next_step_long(NEXT_STEP));
        return None;
    }
    let kind = match typed.get("blocker_kind") {
        "" => Some(BlockerKind::Other),
        word => problems.take("blocker_kind", BlockerKind::parse(word).ok_or(t.blocker_unknown())),
    };
    let key_result = key_result(makings, typed.get("blocker_key_result")).ok_or(t.blocker_unknown());
    let key_result = problems.take("blocker_key_result", key_result);
    Some(Stopped {
        body,
        unblocker: unblocker?,
        kind: kind?,
        next_step: next_step.to_owned(),
        key_result: key_result?,
    })
}

/// Who was chosen to help: nobody in particular, or a teammate; `None` for anybody else.
fn helper(makings: &Makings<'_>, who: &str) -> Option<Option<MemberId>> {
    if who.is_empty() {
        return Some(None);
    }
    makings.helpers().into_iter().map(|mate| mate.id).find(|id| id.to_string() == who).map(Some)
}

/// Which key result was chosen: none, or one of the form's; `None` for any other.
fn key_result(makings: &Makings<'_>, id: &str) -> Option<Option<KeyResultId>> {
    if id.is_empty() {
        return Some(None);
    }
    makings.standings.iter().map(|one| one.id).find(|one| one.to_string() == id).map(Some)
}

/// The fields of a blocker that is there, beside its words.
pub(super) fn words_of(typed: Typed, blocker: &Blocker) -> Typed {
    let id = |id: Option<String>| id.unwrap_or_default();
    typed
        .with("who", id(blocker.unblocker.map(|id| id.to_string())))
        .with("blocker_kind", blocker.kind.as_str())
        .with("next_step", &blocker.next_step)
        .with("blocker_key_result", id(blocker.key_result.as_ref().map(|one| one.id.to_string())))
}
