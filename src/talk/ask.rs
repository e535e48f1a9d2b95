//! Questions to somebody by name, about an update, a check-in, a key result or a decision. An answer is hoped for within so many of the
//! asked person's own working hours; days away do not count. A later answer is as welcome.

use super::queries::asks::{self, AskRow};
use crate::calendar::{WorkingTime, Zone};
use crate::db::OrgTx;
use crate::ids::{AskId, MemberId};
use crate::language::Words;
use crate::notice::{self, Kind, Subject, Telling};
use crate::organisation::Me;
use crate::web::markdown::SafeHtml;
use crate::web::parts::{Avatar, When};
use chrono::{DateTime, Datelike as _, TimeDelta, Utc};

/// The windows to choose from, in working hours.
pub const WINDOWS: [i64; 4] = [4, 8, 16, 24];

/// The one chosen unless somebody says otherwise.
pub const WINDOW: i64 = 8;

/// A question with its answer, or with until when one is hoped for.
pub struct Question {
    /// Which; also its place on the page.
    pub id: AskId,
    /// Who asks.
    pub asker: String,
    /// Their avatar.
    pub avatar: Avatar,
    /// "Nuno Teixeira asked Inês Duarte"
    pub heading: String,
    /// When.
    pub when: When,
    /// The question.
    pub html: SafeHtml,
    /// The answer, once there is one: "Inês Duarte answered on Tuesday 17 November.", and what they said.
    pub answer: Option<(String, SafeHtml)>,
    /// Until when an answer is hoped for, on both clocks; that the window has passed.
    pub until: Option<String>,
    /// Where the reader answers, when they are asked.
    pub action: Option<String>,
}

/// A question to be asked.
#[derive(Debug, Clone, Copy)]
pub struct Asking<'a> {
    /// Which: the same one asked again is one.
    pub id: AskId,
    /// About what.
    pub subject: Subject,
    /// Who asks.
    pub asker: MemberId,
    /// Whom.
    pub asked: MemberId,
    /// What.
    pub question: &'a str,
    /// Within how many of the asked person's working hours an answer is hoped for.
    pub hours: i64,
}

/// Asks somebody, and tells them.
///
/// # Errors
/// When the database fails.
pub async fn ask(tx: &mut OrgTx, new: Asking<'_>, now: DateTime<Utc>) -> sqlx::Result<()> {
    let theirs = asks::hours(tx, new.asked).await?;
    let working = WorkingTime { zone: theirs.zone, week: &theirs.week, absence: &theirs.absence };
    let ends_at = working.after(now, TimeDelta::hours(new.hours));
    if asks::add(tx, new, ends_at, now).await? {
        let Asking { id, subject, asker, asked, .. } = new;
        let telling = Telling { kind: Kind::Ask, subject, comment: None, cause: id.0, by: asker };
        notice::tell(tx, telling, &[asked], now).await?;
    }
    Ok(())
}

/// Answers a question, and tells whoever asked.
///
/// # Errors
/// When the database fails.
pub async fn answer(
    tx: &mut OrgTx,
    (id, subject): (AskId, Subject),
    (asker, asked): (MemberId, MemberId),
    words: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    asks::answer(tx, id, words, now).await?;
    let telling = Telling { kind: Kind::Answer, subject, comment: None, cause: id.0, by: asked };
    notice::tell(tx, telling, &[asker], now).await
}

/// The questions about something, oldest first.
pub(super) async fn questions(
    tx: &mut OrgTx,
    subject: Subject,
    me: &Me,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Question>> {
    let rows = asks::asks(tx, subject).await?;
    Ok(rows.into_iter().map(|row| question(row, me, now)).collect())
}

fn question(row: AskRow, me: &Me, now: DateTime<Utc>) -> Question {
    let t = me.words();
    let date = |at| t.date_long(me.zone.date_at(at));
    let answer = row.answer.as_deref().zip(row.answered_at);
    let waits = answer.is_none();
    Question {
        id: row.id,
        heading: t.talk_asked(&row.asker, &row.asked),
        avatar: Avatar::of(row.asker_id, &row.asker),
        when: When::of(t, row.asked_at, row.asker_zone, me.zone, now),
        html: SafeHtml::from_markdown(&row.question),
        answer: answer
            .map(|(words, at)| (t.talk_answered(&row.asked, date(at)), SafeHtml::from_markdown(words))),
        until: row.ends_at.filter(|_| waits).map(|end| until(t, &row, me, end, now)),
        action: (waits && row.asked_id == me.id).then(|| me.at(&format!("/asks/{}/answer", row.id))),
        asker: row.asker,
    }
}

/// "Inês has until Wednesday at 12:00, which is 13:00 your time."
fn until(t: Words, row: &AskRow, me: &Me, end: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let name = first_name(&row.asked);
    let clock = |zone: Zone| {
        let wall = zone.reading(end);
        t.talk_day_and_time(t.weekday_long(wall.weekday()), t.time(wall.time()))
    };
    let (there, here) = (clock(row.asked_zone), clock(me.zone));
    match () {
        () if end <= now => t.talk_ask_over(name),
        () if row.asked_id == me.id => t.talk_ask_until_you(here),
        () if there == here => t.talk_ask_until_same(name, there),
        () => t.talk_ask_until(name, there, here),
    }
}

fn first_name(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or(name)
}

/// Something a member is asked and has not answered.
#[derive(Debug, Clone)]
pub struct Waits {
    /// "Nuno Teixeira asks about your update of Tuesday 17 November."
    pub sentence: String,
    /// The question.
    pub words: String,
    /// Where it is answered, within the organisation's addresses.
    pub page: String,
    /// When it was asked, and the clock of whoever did.
    pub at: (DateTime<Utc>, Zone),
}

/// What a member is asked about updates, key results and decisions and has not answered, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn waiting(tx: &mut OrgTx, t: Words, member: MemberId) -> sqlx::Result<Vec<Waits>> {
    let rows = asks::waiting(tx, member).await?;
    let waits = rows.into_iter().filter_map(|row| {
        let subject = row.update_id.map(Subject::from).or(row.key_result_id.map(Subject::from));
        let subject = subject.or(row.decision_id.map(Subject::from))?;
        Some(Waits {
            sentence: match (row.date, row.author) {
                (Some(date), Some(_)) if row.author_id == Some(member) => {
                    t.talk_asks_your_update(&row.asker, t.date_long(date))
                }
                (Some(date), Some(author)) => {
                    t.talk_asks_update(&row.asker, first_name(&author), t.date_long(date))
                }
                _ => t.okr_waits_question(&row.asker, row.title.unwrap_or_default()),
            },
            words: row.question,
            page: format!("{}#q-{}", subject.page(), row.id),
            at: (row.asked_at, row.zone),
        })
    });
    Ok(waits.collect())
}
