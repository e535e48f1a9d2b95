//! What of the log is shown: what holds some words, is of a team or a person, stands somehow, was proposed or ended between
//! two dates.

use crate::calendar::Zone;
use crate::calendar::day::{day_span, first_instant};
use crate::decision::queries::log::{Narrow, PersonRow};
use crate::decision::rule::Standing;
use crate::fault::{Fault, Result};
use crate::ids::DecisionId;
use crate::language::Words;
use crate::team::Team;
use crate::web::Problems;
use chrono::NaiveDate;
use serde::Deserialize;
use url::form_urlencoded::Serializer;

/// `?q=&team=&state=&person=&from=&until=&before=`
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    pub(super) q: String,
    #[serde(default)]
    pub(super) team: String,
    #[serde(default)]
    pub(super) state: String,
    #[serde(default)]
    pub(super) person: String,
    #[serde(default)]
    pub(super) from: String,
    #[serde(default)]
    pub(super) until: String,
    #[serde(default)]
    pub(super) before: String,
}

/// What an empty word leaves open, and any other must name.
fn chosen<T>(word: &str, find: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>> {
    if word.is_empty() { Ok(None) } else { find(word).map(Some).ok_or(Fault::NotFound) }
}

impl Asked {
    /// What narrows the log down, but for the words. Dates are the reader's; one that can't be read is noted.
    pub(super) fn narrow(
        &self,
        (teams, people): (&[Team], &[PersonRow]),
        (zone, t): (Zone, Words),
        problems: &mut Problems,
    ) -> Result<Narrow> {
        let mut date = |field: &str, word: &str| {
            let date = word.parse::<NaiveDate>().ok();
            if date.is_none() && !word.is_empty() {
                problems.add(field, t.settings_date_unclear());
            }
            date
        };
        let (from, until) = (date("from", &self.from), date("until", &self.until));
        if from.zip(until).is_some_and(|(from, until)| until < from) {
            problems.add("until", t.settings_away_backwards());
        }
        let end = |date| day_span(zone, date).map_or_else(|| first_instant(zone, date), |span| span.end);
        Ok(Narrow {
            team: chosen(&self.team, |word| teams.iter().find(|team| team.slug == word).map(|team| team.id))?,
            standing: chosen(&self.state, Standing::parse)?,
            person: chosen(&self.person, |word| {
                people.iter().find(|one| one.id.to_string() == word).map(|one| one.id)
            })?,
            from: from.map(|date| first_instant(zone, date)),
            until: until.map(end),
            found: None,
            before: chosen(&self.before, |word| word.parse::<DecisionId>().ok())?,
        })
    }

    /// Whether anything is left out.
    pub(super) fn narrows(&self) -> bool {
        let Self { q, team, state, person, from, until, .. } = self;
        [q.trim(), team, state, person, from, until].iter().any(|word| !word.is_empty())
    }

    /// The same, from after this one on.
    pub(super) fn older(&self, action: &str, before: DecisionId) -> String {
        let start = format!("{action}?");
        let mut query = Serializer::for_suffix(start.clone(), start.len());
        for (name, value) in [
            ("q", self.q.as_str()),
            ("team", &self.team),
            ("state", &self.state),
            ("person", &self.person),
            ("from", &self.from),
            ("until", &self.until),
            ("before", &before.to_string()),
        ] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        query.finish()
    }
}
