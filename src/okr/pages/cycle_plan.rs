//! What a new cycle begins as: the next sensible period of the length asked for, for the organisation or for a team.

use super::fields::Choice;
use crate::calendar::{Length, Period, Zone};
use crate::clock::Now;
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::language::Words;
use crate::okr::queries::{self, NamedCycle};
use crate::okr::standing::TeamName;
use crate::organisation::{Admin, Me};
use crate::web::{Done, Form};
use axum::response::Response;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::Deserialize;

/// In the address: the person sets the dates themselves.
const OWN_DATES: &str = "own";

/// `?length=&team=`
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    length: String,
    #[serde(default)]
    team: String,
}

/// What can be chosen before the form is filled in: a link each, so that the form comes prefilled.
pub(super) struct Plan {
    /// Whose it is.
    pub(super) owners: Vec<Link>,
    /// How long it is.
    pub(super) lengths: Vec<Link>,
    /// The months a fiscal year may begin in.
    pub(super) months: Vec<Choice>,
    /// Where the month is saved.
    pub(super) save_month: String,
    /// As the address has them, to be sent along with the form.
    pub(super) length: String,
    pub(super) team: String,
}

/// A link of a row of which one is chosen.
pub(super) struct Link {
    pub(super) href: String,
    pub(super) label: String,
    pub(super) chosen: bool,
}

/// What a suggestion follows from.
pub(super) struct Planning {
    teams: Vec<TeamName>,
    /// All cycles, the newest first.
    cycles: Vec<NamedCycle>,
    fiscal_month: u32,
    /// None: the person sets the dates themselves.
    length: Option<Length>,
    /// None: it is the organisation's.
    pub(super) team: Option<TeamName>,
}

impl Planning {
    /// Reads what there is. Nothing asked is the organisation's quarter.
    pub(super) async fn open(tx: &mut OrgTx, length: &str, team: &str) -> Result<Self> {
        let teams = queries::teams(tx).await?;
        let length = match length {
            "" => Some(Length::Quarter),
            OWN_DATES => None,
            word => Some(Length::parse(word).ok_or(Fault::NotFound)?),
        };
        let team = match team {
            "" => None,
            slug => Some(teams.iter().find(|one| one.slug == slug).cloned().ok_or(Fault::NotFound)?),
        };
        let cycles = queries::cycles(tx).await?;
        Ok(Self { teams, cycles, fiscal_month: queries::fiscal_month(tx).await?, length, team })
    }

    pub(super) async fn asked(tx: &mut OrgTx, asked: &Asked) -> Result<Self> {
        Self::open(tx, &asked.length, &asked.team).await
    }

    /// The cycles of the same owner, the newest first.
    fn own(&self) -> impl Iterator<Item = &NamedCycle> {
        let owner = |team: &Option<TeamName>| team.as_ref().map(|team| team.id);
        self.cycles.iter().filter(move |one| owner(&one.team) == owner(&self.team))
    }

    /// Name, first and last date to begin with; empty where the person sets the dates themselves.
    pub(super) fn suggestion(&self, t: Words, today: NaiveDate) -> Option<(String, NaiveDate, NaiveDate)> {
        let length = self.length?;
        let is_taken = |period: &Period| {
            let name = self.name(t, period);
            self.own().any(|one| one.name == name || period.is_mostly(one.cycle.first, one.cycle.last))
        };
        let period = Period::suggest(length, self.fiscal_month, self.from(length, today), is_taken)?;
        Some((self.name(t, &period), period.first, period.last))
    }

    /// Six weeks follow on the last there were of about that length; everything else goes by the calendar.
    fn from(&self, length: Length, today: NaiveDate) -> NaiveDate {
        let like = |one: &&NamedCycle| {
            length == Length::SixWeeks && one.cycle.last - one.cycle.first < TimeDelta::days(70)
        };
        let follows = self.own().filter(like).filter_map(|one| one.cycle.last.succ_opt());
        follows.max().map_or(today, |next| next.max(today))
    }

    /// "Q4 2026", "FY27 H1", "Six weeks from 30 Nov".
    fn name(&self, t: Words, period: &Period) -> String {
        let Period { year, number, .. } = *period;
        let short = format!("{:02}", year.rem_euclid(100));
        match (period.length, self.fiscal_month == 1) {
            (Length::Quarter, true) => t.okr_quarter(number, year),
            (Length::Trimester, true) => t.okr_trimester(number, year),
            (Length::Half, true) => t.okr_half(number, year),
            (Length::Year, true) => year.to_string(),
            (Length::Quarter, false) => t.okr_fiscal_quarter(short, number),
            (Length::Trimester, false) => t.okr_fiscal_trimester(short, number),
            (Length::Half, false) => t.okr_fiscal_half(short, number),
            (Length::Year, false) => t.okr_fiscal_year(short),
            (Length::SixWeeks, _) => t.okr_six_weeks(t.date_short(period.first)),
        }
    }

    /// Whose midnights it goes by to begin with: as its owner's newest does, or else the team's, or the reader's.
    pub(super) fn zone(&self, me: &Me) -> Zone {
        let newest = self.own().next().or(self.cycles.first());
        newest.map_or(me.zone, |one| one.cycle.zone)
    }

    /// What can be chosen.
    pub(super) fn plan(&self, me: &Me, now: DateTime<Utc>) -> Plan {
        let t = me.words();
        let length = self.length.map_or(OWN_DATES, Length::as_str);
        let team = self.team.as_ref().map_or("", |team| team.slug.as_str());
        let link = |length: &str, team: &str, label: &str, chosen| Link {
            href: me.at(&format!("/cycles/new?length={length}&team={team}")),
            label: label.to_owned(),
            chosen,
        };
        let company = link(length, "", t.okr_company(), team.is_empty());
        let each = self.teams.iter().map(|one| link(length, &one.slug, &one.name, one.slug == team));
        let lengths = Length::ALL.map(|one| (one.as_str(), length_word(t, one)));
        let lengths = lengths.into_iter().chain([(OWN_DATES, t.okr_length_own())]);
        let first = me.today(now);
        let month = |number: u32| NaiveDate::from_ymd_opt(chrono::Datelike::year(&first), number, 1);
        Plan {
            owners: [company].into_iter().chain(each).collect(),
            lengths: lengths.map(|(word, label)| link(word, team, label, word == length)).collect(),
            months: (1..=12)
                .filter_map(|number| Some((number, month(number)?)))
                .map(|(number, date)| Choice::new(number, t.month(date), &self.fiscal_month.to_string()))
                .collect(),
            save_month: me.at("/cycles/year"),
            length: length.to_owned(),
            team: team.to_owned(),
        }
    }
}

fn length_word(t: Words, length: Length) -> &'static str {
    match length {
        Length::Quarter => t.okr_length_quarter(),
        Length::Trimester => t.okr_length_trimester(),
        Length::Half => t.okr_length_half(),
        Length::Year => t.okr_length_year(),
        Length::SixWeeks => t.okr_length_six_weeks(),
    }
}

/// The month the organisation's year begins in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Year {
    month: i16,
    #[serde(default)]
    length: String,
    #[serde(default)]
    team: String,
}

/// `POST /o/{org}/cycles/year`
pub(super) async fn set_year(
    Admin { me, mut tx }: Admin,
    Now(_): Now,
    Form(typed): Form<Year>,
) -> Result<Response> {
    if !(1..=12).contains(&typed.month) {
        return Err(Fault::NotFound);
    }
    // Only words of ours go into the address.
    let planning = Planning::open(&mut tx, &typed.length, &typed.team).await?;
    let length = planning.length.map_or(OWN_DATES, Length::as_str);
    let team = planning.team.as_ref().map_or("", |team| team.slug.as_str());
    queries::set_fiscal_month(&mut tx, typed.month).await?;
    tx.commit().await?;
    Ok(Done::Saved.at(&me.at(&format!("/cycles/new?length={length}&team={team}"))))
}
