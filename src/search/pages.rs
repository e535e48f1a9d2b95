//! `/o/{org}/search`: what was found, the newest first.

use super::cursor::Cursor;
use super::pieces::{self, Piece};
use super::queries::{self, HitRow, Narrow, PersonRow};
use super::{Kind, terms};
use crate::app::App;
use crate::calendar::Zone;
use crate::clock::Now;
use crate::fault::Result;
use crate::language::{Locale, Words};
use crate::organisation::{Me, Member};
use crate::team::Team;
use crate::web::{Nav, Page, Problems, Query, Refused, Shell, between, chosen};
use askama::Template;
use axum::Router;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::Deserialize;
use std::collections::HashMap;
use url::form_urlencoded::Serializer;

/// So many hits are on a page.
const PAGE: usize = 20;

/// The addresses of this room.
pub fn routes() -> Router<App> {
    Router::new().route("/o/{org}/search", get(page))
}

/// `?q=&kind=&team=&person=&from=&until=&after=`, as a form sends them: what is not chosen is empty.
#[derive(Debug, Default, Deserialize)]
struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    team: String,
    #[serde(default)]
    person: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    until: String,
    #[serde(default)]
    after: String,
}

/// `templates/search/search.html`
#[derive(Template)]
#[template(path = "search/search.html")]
struct SearchPage {
    shell: Shell,
    t: Words,
    title: String,
    action: String,
    asked: Asked,
    problems: Problems,
    teams: Vec<Choice>,
    people: Vec<Choice>,
    /// Whether something besides the words narrows the search down.
    narrowed: bool,
    /// Where the same words are looked for everywhere.
    everywhere: String,
    /// The kinds there is something of, with "All" before them.
    kinds: Vec<Tab>,
    /// "4 results for customs", once something was looked for.
    told: Option<String>,
    hits: Vec<Hit>,
    older: Option<String>,
}

/// One option of a list.
struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

/// A kind to narrow down to.
struct Tab {
    href: String,
    label: String,
    chosen: bool,
}

/// Something that was found.
struct Hit {
    href: String,
    /// "Reply. Nuno Teixeira, Thursday 12 November"
    about: String,
    title: Vec<Piece>,
    excerpt: Vec<Piece>,
}

/// `GET /o/{org}/search`
async fn page(Member { me, mut tx }: Member, Now(now): Now, Query(asked): Query<Asked>) -> Result<Response> {
    let teams = Team::all(&mut tx).await?;
    let people = queries::people(&mut tx).await?;
    let mut problems = Problems::new();
    let narrow = asked.narrow((&teams, &people), (me.zone, me.words()), &mut problems)?;
    let refused = !problems.is_empty();
    let terms = terms::read(&asked.q);
    let language = configuration(me.locale);
    let mut rows = Vec::new();
    if terms::look_for_something(&terms)
        && !refused
        && let Some(query) = queries::look_for(&mut tx, &terms, language).await?
    {
        let most = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
        rows = queries::hits(&mut tx, &query, language, &narrow, most).await?;
    }
    let reader = Reader { me: &me, t: me.words(), now };
    let page = reader.page(asked, problems, &narrow, (&teams, &people), rows);
    Ok(if refused { Refused(page).into_response() } else { Page(page).into_response() })
}

/// The text search configuration whose small words a reader of this language leaves out of account.
pub(super) fn configuration(locale: Locale) -> &'static str {
    match locale {
        Locale::English => "english",
    }
}

impl Asked {
    /// What narrows the search down. Dates are the reader's; one that can't be read is noted.
    fn narrow(
        &self,
        (teams, people): (&[Team], &[PersonRow]),
        reader: (Zone, Words),
        problems: &mut Problems,
    ) -> Result<Narrow> {
        let (from, until) = between((&self.from, &self.until), reader, problems);
        Ok(Narrow {
            kind: chosen(&self.kind, Kind::parse)?,
            team: chosen(&self.team, |word| teams.iter().find(|team| team.slug == word).map(|team| team.id))?,
            person: chosen(&self.person, |word| {
                people.iter().find(|person| person.id.to_string() == word).map(|person| person.id)
            })?,
            from,
            until,
            after: chosen(&self.after, Cursor::parse)?,
        })
    }

    /// The address of this search with another kind, going on after a hit.
    fn href(&self, action: &str, kind: &str, after: &str) -> String {
        let start = format!("{action}?");
        let mut query = Serializer::for_suffix(start.clone(), start.len());
        for (name, value) in [
            ("q", self.q.as_str()),
            ("kind", kind),
            ("team", &self.team),
            ("person", &self.person),
            ("from", &self.from),
            ("until", &self.until),
            ("after", after),
        ] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        query.finish()
    }
}

/// Who reads what was found, and when.
struct Reader<'a> {
    me: &'a Me,
    t: Words,
    now: DateTime<Utc>,
}

impl Reader<'_> {
    fn page(
        &self,
        asked: Asked,
        problems: Problems,
        narrow: &Narrow,
        (teams, people): (&[Team], &[PersonRow]),
        rows: Vec<HitRow>,
    ) -> SearchPage {
        let (t, action) = (self.t, self.me.at("/search"));
        let counts = rows.first().map(|row| row.counts.0.clone()).unwrap_or_default();
        let mut hits: Vec<_> = rows.into_iter().filter_map(|row| self.hit(row)).collect();
        let more = hits.len() > PAGE;
        hits.truncate(PAGE);
        let older = hits.last().filter(|_| more).map(|(cursor, _)| cursor.to_string());
        let words = asked.q.trim();
        let found: i64 = match narrow.kind {
            Some(kind) => counts.get(kind.as_str()).copied().unwrap_or_default(),
            None => counts.values().sum(),
        };
        SearchPage {
            shell: Shell::of(self.me, Nav::Search, self.now),
            t,
            title: if words.is_empty() { t.search_title_plain().to_owned() } else { t.search_title(words) },
            told: (!words.is_empty() && problems.is_empty()).then(|| t.search_results(found, words)),
            narrowed: [&asked.team, &asked.person, &asked.from, &asked.until].iter().any(|it| !it.is_empty()),
            everywhere: Asked { q: asked.q.clone(), ..Asked::default() }.href(&action, "", ""),
            teams: choices(teams.iter().map(|it| (it.slug.clone(), &it.name)), &asked.team),
            people: choices(people.iter().map(|it| (it.id.to_string(), &it.name)), &asked.person),
            kinds: self.kinds(&asked, &action, narrow.kind, &counts),
            older: older.map(|after| asked.href(&action, &asked.kind, &after)),
            hits: hits.into_iter().map(|(_, hit)| hit).collect(),
            action,
            asked,
            problems,
        }
    }

    /// The kinds of what was found; with only one there is nothing to choose.
    fn kinds(
        &self,
        asked: &Asked,
        action: &str,
        shown: Option<Kind>,
        counts: &HashMap<String, i64>,
    ) -> Vec<Tab> {
        let t = self.t;
        let label = |kind: Kind, n: String| match kind {
            Kind::Update => t.search_updates(n),
            Kind::Comment => t.search_replies(n),
            Kind::Objective => t.search_objectives(n),
            Kind::KeyResult => t.search_key_results(n),
            Kind::CheckIn => t.search_check_ins(n),
            Kind::Decision => t.search_decisions(n),
        };
        let tab = |kind: Option<Kind>, n: i64| Tab {
            href: asked.href(action, kind.map_or("", Kind::as_str), ""),
            label: match kind {
                Some(kind) => label(kind, t.number(Decimal::from(n))),
                None => t.search_all(t.number(Decimal::from(n))),
            },
            chosen: kind == shown,
        };
        let count = |kind: Kind| counts.get(kind.as_str()).copied().unwrap_or_default();
        let there = Kind::ALL.iter().copied().filter(|kind| count(*kind) > 0 || shown == Some(*kind));
        let tabs: Vec<_> = there.map(|kind| tab(Some(kind), count(kind))).collect();
        if tabs.len() < 2 && shown.is_none() {
            return Vec::new();
        }
        std::iter::once(tab(None, counts.values().sum())).chain(tabs).collect()
    }

    /// A hit, and the cursor that goes on after it. None for the row that is there when nothing is, and for what went away
    /// in this moment.
    fn hit(&self, row: HitRow) -> Option<(Cursor, Hit)> {
        let t = self.t;
        let at = row.at?;
        let day = match row.zone {
            Some(zone) => zone.date_at(at),
            None => row.day.unwrap_or_else(|| self.me.zone.date_at(at)),
        };
        let person = row.person.clone().unwrap_or_default();
        let dots = |cut: Option<bool>| if cut == Some(true) { "…" } else { "" };
        let words = row.excerpt.as_deref().unwrap_or_default();
        let excerpt = format!("{}{words}{}", dots(row.cut_before), dots(row.cut_after));
        let (href, about, title) = match row.kind? {
            Kind::Update => {
                let title = t.search_update_of(&person, self.date(day));
                let team = row.team.as_deref().unwrap_or_default();
                (format!("/updates/{}", row.hit?), t.search_update(team), title)
            }
            Kind::Comment => {
                let (place, title) = subject(t, &row)?;
                (format!("{place}#c-{}", row.hit?), t.search_reply(&person, self.date(day)), title)
            }
            Kind::CheckIn => {
                let title = t.search_on(row.key_result_title.as_deref()?);
                let place = format!("/key-results/{}?history=all#c-{}", row.key_result?, row.hit?);
                (place, t.search_check_in(&person, self.date(day)), title)
            }
            Kind::Decision => {
                (format!("/decisions/{}", row.hit?), t.search_decision(&person, self.date(day)), row.title?)
            }
            kind => {
                let place = if kind == Kind::Objective { "objectives" } else { "key-results" };
                let (cycle, title) = (row.cycle.clone()?, row.title?);
                let about = match (kind, row.person) {
                    (Kind::Objective, Some(owner)) => t.search_objective_of(owner, cycle),
                    (Kind::Objective, None) => t.search_objective(cycle),
                    (_, Some(owner)) => t.search_key_result_of(owner, cycle),
                    (_, None) => t.search_key_result(cycle),
                };
                (format!("/{place}/{}", row.hit?), about, title)
            }
        };
        let hit = Hit {
            href: self.me.at(&href),
            about,
            title: pieces::of_text(&title),
            excerpt: pieces::of_markdown(&excerpt),
        };
        Some((Cursor { at, id: row.hit? }, hit))
    }

    /// A date, with its year where it is another one.
    fn date(&self, date: NaiveDate) -> String {
        let this_year = self.me.today(self.now).year() == date.year();
        if this_year { self.t.date_long(date) } else { self.t.date_year(date) }
    }
}

/// What a reply stands under: its page, and its name in a heading.
fn subject(t: Words, row: &HitRow) -> Option<(String, String)> {
    if let Some(decision) = row.decision {
        return Some((format!("/decisions/{decision}"), t.search_on(row.decision_title.as_deref()?)));
    }
    Some(match (row.update, row.key_result, row.objective) {
        (Some(update), ..) => {
            (format!("/updates/{update}"), t.search_on_update(row.update_of.as_deref().unwrap_or_default()))
        }
        (None, Some(id), _) => {
            let page =
                row.check_in.map_or_else(|| format!("/key-results/{id}"), |id| format!("/check-ins/{id}"));
            (page, t.search_on(row.key_result_title.as_deref()?))
        }
        (None, None, Some(id)) => (format!("/objectives/{id}"), t.search_on(row.objective_title.as_deref()?)),
        (None, None, None) => return None,
    })
}

/// A list of names, of which one may be chosen.
fn choices<'a>(all: impl Iterator<Item = (String, &'a String)>, chosen: &str) -> Vec<Choice> {
    all.map(|(value, name)| Choice { chosen: value == chosen, label: name.clone(), value }).collect()
}
