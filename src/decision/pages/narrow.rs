//! What of the log is shown: what holds some words, is of a team or a person, stands somehow, was proposed or ended between
//! two dates.

use crate::calendar::Zone;
use crate::decision::queries::log::{Narrow, PersonRow};
use crate::decision::rule::Standing;
use crate::fault::Result;
use crate::ids::DecisionId;
use crate::language::Words;
use crate::team::Team;
use crate::web::{Problems, between, chosen};
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

impl Asked {
    /// What narrows the log down, but for the words. Dates are the reader's; one that can't be read is noted.
    pub(super) fn narrow(
        &self,
        (teams, people): (&[Team], &[PersonRow]),
        reader: (Zone, Words),
        problems: &mut Problems,
    ) -> Result<Narrow> {
        let (from, until) = between((&self.from, &self.until), reader, problems);
        Ok(Narrow {
            team: chosen(&self.team, |word| teams.iter().find(|team| team.slug == word).map(|team| team.id))?,
            standing: chosen(&self.state, Standing::parse)?,
            person: chosen(&self.person, |word| {
                people.iter().find(|one| one.id.to_string() == word).map(|one| one.id)
            })?,
            from,
            until,
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
