//! How long a mail rests between two tries. Pure.

use crate::ids::MailId;
use chrono::TimeDelta;

/// The shortest rest after the nth try, in seconds; the last goes on.
const RESTS: [i64; 4] = [60, 300, 900, 3_600];

/// A rest is longer than the shortest by at most this part of it, so that what was put off together does not come back
/// together.
const STRAYS: i64 = 4;

/// How long this mail rests after its nth try: the same on every node.
pub(super) fn pause(mail: MailId, attempts: i16) -> TimeDelta {
    let nth = usize::try_from(attempts).unwrap_or(0).max(1).min(RESTS.len());
    let shortest = RESTS.iter().take(nth).next_back().copied().unwrap_or_default() * 1_000;
    let (_, random) = mail.0.as_u64_pair();
    let stray =
        scattered(random ^ u64::from(attempts.unsigned_abs())) % (shortest / STRAYS + 1).unsigned_abs();
    TimeDelta::milliseconds(shortest + i64::try_from(stray).unwrap_or_default())
}

/// Spreads numbers that lie close over all there are (the finalizer of SplitMix64).
fn scattered(number: u64) -> u64 {
    let mixed = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_rest_is_longer_each_time_and_the_same_for_the_same_try() {
        let mail = MailId::fresh();
        for (attempts, least) in [(0, 1), (1, 1), (2, 5), (3, 15), (4, 60), (5, 60), (i16::MAX, 60)] {
            let rest = pause(mail, attempts);
            assert_eq!(rest, pause(mail, attempts));
            let least = TimeDelta::minutes(least);
            assert!(least <= rest && rest <= least + least / 4, "{attempts}: {rest}");
        }
    }

    #[test]
    fn what_was_put_off_together_comes_back_spread_over_the_stray() {
        let mails: Vec<MailId> = (0..1_000).map(|_| MailId::fresh()).collect();
        for attempts in 1..6 {
            let tenths: Vec<i64> = mails
                .iter()
                .map(|mail| {
                    let shortest = RESTS[usize::try_from(attempts - 1).unwrap().min(3)] * 1_000;
                    (pause(*mail, attempts).num_milliseconds() - shortest) * 40 / shortest
                })
                .collect();
            let fullest = (0..=10).map(|tenth| tenths.iter().filter(|one| **one == tenth).count()).max();
            assert!(fullest < Some(200), "try {attempts}: {fullest:?} of a thousand in a tenth of the stray");
            assert_eq!(tenths.iter().collect::<BTreeSet<_>>().range(0..10).count(), 10);
        }
    }
}
