//! What follows from the answers when a decision closes. Pure.

use crate::ids::DecisionOptionId;
use std::collections::BTreeMap;

crate::stored_word! {
    /// What silence counts as.
    pub enum Silence {
        /// As no strong view.
        NoView = "no_view",
        /// As consent to the option the proposer prefers.
        Consent = "consent",
    }
}

crate::stored_word! {
    /// What somebody answered.
    pub enum View {
        /// One of the options.
        Option = "option",
        /// No strong view.
        NoView = "no_view",
        /// Please don't.
        Objection = "objection",
    }
}

crate::stored_word! {
    /// How far a decision is.
    pub enum State {
        /// People answer.
        Open = "open",
        /// It is closed; without an outcome it waits for the proposer.
        Closed = "closed",
        /// The proposer took it back.
        Withdrawn = "withdrawn",
    }
}

crate::stored_word! {
    /// How a decision stands, as one looks for it.
    pub enum Standing {
        /// People answer.
        Open = "open",
        /// Its window is over, and the proposer has not said what is decided.
        Unsettled = "unsettled",
        /// It is decided.
        Settled = "settled",
        /// It was taken back.
        Withdrawn = "withdrawn",
    }
}

/// What the rule says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ruling {
    /// Most chose this one, and nobody objects.
    Outcome(DecisionOptionId),
    /// The proposer has to say.
    Proposer,
}

/// What follows from what each decider says: the options that were chosen, the number of objections, and how many were
/// silent. The option that most chose, if nobody objects and no other was chosen as often; else the proposer has to say.
pub(super) fn rule(
    chosen: impl IntoIterator<Item = DecisionOptionId>,
    objections: usize,
    (silent, silence): (usize, Silence),
    preferred: Option<DecisionOptionId>,
) -> Ruling {
    let mut votes: BTreeMap<DecisionOptionId, usize> = BTreeMap::new();
    for option in chosen {
        *votes.entry(option).or_default() += 1;
    }
    if let (Silence::Consent, Some(preferred)) = (silence, preferred)
        && silent > 0
    {
        *votes.entry(preferred).or_default() += silent;
    }
    let most = votes.values().copied().max().unwrap_or_default();
    let mut first = votes.iter().filter(|(_, count)| **count == most);
    match (first.next(), first.next()) {
        (Some((option, _)), None) if objections == 0 => Ruling::Outcome(*option),
        _ => Ruling::Proposer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table() {
        let (stop, keep) = (DecisionOptionId::fresh(), DecisionOptionId::fresh());
        let consent = Silence::Consent;
        for (what, chosen, objections, silence, preferred, ruling) in [
            ("most chose it", vec![stop, stop, keep], 0, (0, consent), None, Ruling::Outcome(stop)),
            ("one is enough", vec![keep], 0, (4, Silence::NoView), Some(stop), Ruling::Outcome(keep)),
            ("somebody objects", vec![stop, stop, stop], 1, (0, consent), Some(stop), Ruling::Proposer),
            ("a tie", vec![stop, keep], 0, (0, consent), Some(stop), Ruling::Proposer),
            ("silence breaks it", vec![stop, keep], 0, (1, consent), Some(stop), Ruling::Outcome(stop)),
            ("silence says nothing", vec![stop, keep], 0, (1, Silence::NoView), Some(stop), Ruling::Proposer),
            ("all silent, consenting", vec![], 0, (5, consent), Some(stop), Ruling::Outcome(stop)),
            ("all silent", vec![], 0, (5, Silence::NoView), Some(stop), Ruling::Proposer),
            ("nobody silent is no vote", vec![], 0, (0, consent), Some(stop), Ruling::Proposer),
            ("nothing preferred", vec![], 0, (5, consent), None, Ruling::Proposer),
        ] {
            assert_eq!(rule(chosen, objections, silence, preferred), ruling, "{what}");
        }
    }
}
