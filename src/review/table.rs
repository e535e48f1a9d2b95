//! `/o/{org}/review/csv`: the key results of a review as a table to take away, filtered as the page is.

use super::filter::Asked;
use super::gather::Gathered;
use super::heat::kept;
use super::pages::led;
use super::week_strip::{strip, weeks};
use crate::clock::Now;
use crate::fault::{Fault, Result};
use crate::okr::pace::Pace;
use crate::okr::parts::{Word, aim, value_with_unit};
use crate::okr::status::Confidence;
use crate::okr::{choose_cycle, cycles};
use crate::organisation::Member;
use crate::web::Query;
use crate::web::csv::Sheet;
use axum::response::Response;
use chrono::SecondsFormat;
use rust_decimal::Decimal;

/// `GET /o/{org}/review/csv`
pub(super) async fn csv(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Query(asked): Query<Asked>,
) -> Result<Response> {
    let t = me.words();
    let cycles = cycles(&mut tx).await?;
    let named = choose_cycle(&cycles, asked.cycle()?, &me, now)?.ok_or(Fault::NotFound)?;
    let asked = asked.for_reader(&me);
    let gathered = Gathered::of(&mut tx, Some(me.id), named, now).await?;
    let filter = asked.filter(&led(&me), &gathered.teams, &gathered.owners())?;
    let weeks = weeks(&named.cycle, now);
    let mut names = vec![
        t.columns_team().to_owned(),
        t.review_objective().to_owned(),
        t.review_key_result().to_owned(),
        t.columns_owner().to_owned(),
        t.columns_now().to_owned(),
        t.columns_target().to_owned(),
        t.columns_progress().to_owned(),
        t.columns_expected().to_owned(),
        t.columns_computed().to_owned(),
        t.columns_shown().to_owned(),
        t.columns_last().to_owned(),
    ];
    names.extend(weeks.iter().map(|week| format!("{} {}", t.review_week(), week.number)));
    let mut sheet = Sheet::new(names.iter().map(String::as_str))?;
    let share = |share: Option<Decimal>| share.map(|share| share.normalize().to_string()).unwrap_or_default();
    for one in kept(&gathered, &filter) {
        let (receipt, shown) = (&one.receipt, one.receipt.shown);
        let last = receipt.checked_in_at.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true));
        let mut row = vec![
            one.team.as_ref().map_or_else(|| t.okr_company().to_owned(), |team| team.name.clone()),
            one.objective_title.clone(),
            one.title.clone(),
            one.owner.as_ref().map(|owner| owner.name.clone()).unwrap_or_default(),
            receipt
                .value
                .map(|_| value_with_unit(t, receipt.terms.kind(), &one.unit, receipt.value))
                .unwrap_or_default(),
            aim(t, &receipt.terms, &one.unit),
            share(shown.progress),
            share(shown.expected),
            shown.pace.map_or("", |pace| Word::said(t, as_said(pace)).text).to_owned(),
            Word::shown(t, shown.status).text.to_owned(),
            last.unwrap_or_default(),
        ];
        let words = strip(gathered.log(one.id), &named.cycle, &weeks);
        row.extend(words.into_iter().map(|word| word.map_or("", |word| Word::said(t, word).text).to_owned()));
        sheet.row(row.iter().map(String::as_str))?;
    }
    sheet.download(&format!("review {}", named.label(t)))
}

/// A computed judgement in the words of those that are said; done is on track.
fn as_said(pace: Pace) -> Confidence {
    match pace {
        Pace::Done | Pace::OnTrack => Confidence::OnTrack,
        Pace::AtRisk => Confidence::AtRisk,
        Pace::OffTrack => Confidence::OffTrack,
    }
}
