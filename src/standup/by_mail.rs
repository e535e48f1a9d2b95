//! An update whose words came by mail: for the day, with the words as its first answer.

use super::going_out;
use super::later::Returned;
use super::pages::Day;
use super::queries;
use super::question::QuestionKind;
use super::typed::Typed;
use crate::app::App;
use crate::db::OrgTx;
use crate::fault::Result;
use crate::ids::SubmissionKey;
use crate::organisation::Me;
use chrono::{DateTime, Utc};

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// It stands; also when it came before.
    Posted,
    /// There is another update for the day.
    Taken,
    /// The member is away.
    Away,
    /// Nobody asks them today.
    Unasked,
    /// It may be for more than one standup or day.
    Several,
    /// It needs an answer that words can't give.
    Refused,
}

/// Posts it where just one update of the day is open.
///
/// # Errors
/// When the database fails.
pub async fn post_words(
    tx: &mut OrgTx,
    app: &App,
    me: &Me,
    words: &str,
    key: SubmissionKey,
    now: DateTime<Utc>,
) -> Result<Came> {
    let day = Day::of(tx, me, now).await?;
    let tasks = day.tasks(now);
    for task in tasks.iter().filter(|task| task.posted.is_some()) {
        if queries::written(tx, task.place(me)).await?.is_some_and(|it| it.submission_key == key) {
            return Ok(Came::Posted);
        }
    }
    let open: Vec<_> = tasks.iter().filter(|task| task.posted.is_none()).collect();
    let [task] = open.as_slice() else {
        return Ok(match (open.len(), tasks.len()) {
            (0, 0) => Came::Unasked,
            (0, _) => Came::Taken,
            _ => Came::Several,
        });
    };
    let wanted =
        task.standup.wanted().filter(|it| matches!(it.kind, QuestionKind::Text | QuestionKind::Plan));
    let Some(wanted) = wanted else { return Ok(Came::Refused) };
    let typed = Typed::default().with(wanted.field(), words);
    let not = going_out::send(tx, app, (task.place(me), key), &typed, now).await?;
    Ok(match not {
        None => Came::Posted,
        Some(Returned::Taken) => Came::Taken,
        Some(Returned::Away) => Came::Away,
        Some(Returned::Gone) => Came::Unasked,
        Some(Returned::Refused) => Came::Refused,
    })
}
