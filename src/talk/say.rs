//! Saying something where others can read it: a reply, or the answer to a question. The forms of pages say it, and so do
//! answers to mails.

use super::LIMIT;
use super::ask;
use super::mention::{self, Person};
use super::queries::asks;
use super::queries::{self, NewComment};
use crate::db::OrgTx;
use crate::fault::{Fault, Result};
use crate::ids::{AskId, CommentId, MemberId, SubmissionKey};
use crate::language::Words;
use crate::notice::{self, Kind, Subject, Telling};
use crate::organisation::Me;
use crate::web::Problems;
use chrono::{DateTime, Utc};

/// The most characters of an answer.
const ANSWER: usize = 5000;

/// Replies to something, once for the same key, or says what is wrong with the words.
///
/// # Errors
/// [`Fault::NotFound`] where they may not read it.
pub async fn reply(
    tx: &mut OrgTx,
    me: &Me,
    subject: Subject,
    body: &str,
    key: SubmissionKey,
    now: DateTime<Utc>,
) -> Result<Result<(), Problems>> {
    let people = people_at(tx, subject, me).await?;
    let named = match read(me.words(), body, &people) {
        Ok(named) => named,
        Err(problems) => return Ok(Err(problems)),
    };
    let new = NewComment { subject, author: me.id, body, at: now, zone: me.zone, submission_key: key };
    if let Some(comment) = queries::add_comment(tx, new).await? {
        queries::set_mentions(tx, comment, &named).await?;
        let others = taking_part(tx, subject).await?;
        tell(tx, me, subject, comment, (&named, &others), now).await?;
    }
    Ok(Ok(()))
}

/// Answers a question, or changes the answer, or says what is wrong with the words.
///
/// # Errors
/// [`Fault::NotFound`] where they may not read what it is about, [`Fault::Forbidden`] when it asks somebody else.
pub async fn answer(
    tx: &mut OrgTx,
    me: &Me,
    id: AskId,
    words: &str,
    now: DateTime<Utc>,
) -> Result<Result<(), Problems>> {
    let place = asks::place(tx, id).await?.ok_or(Fault::NotFound)?;
    let subject = place.subject().ok_or(Fault::NotFound)?;
    if !notice::may_read(tx, subject, me.id).await? {
        return Err(Fault::NotFound);
    }
    if place.asked_id != me.id {
        return Err(Fault::Forbidden);
    }
    let (t, mut problems) = (me.words(), Problems::new());
    if words.is_empty() {
        problems.add("reply", t.talk_empty());
    } else if words.chars().count() > ANSWER {
        problems.add("reply", t.talk_too_long(ANSWER));
    }
    if !problems.is_empty() {
        return Ok(Err(problems));
    }
    ask::answer(tx, (id, subject), (place.asker_id, me.id), words, now).await?;
    Ok(Ok(()))
}

/// Who may read this and be named in it; not found when the reader may not.
pub(super) async fn people_at(tx: &mut OrgTx, subject: Subject, me: &Me) -> Result<Vec<Person>> {
    let readers = notice::readers(tx, subject).await?;
    if readers.iter().all(|reader| reader.id != me.id) {
        return Err(Fault::NotFound);
    }
    Ok(mention::people(&readers))
}

/// Tells those a reply names, and those whose thing it is or who replied there before.
pub(super) async fn tell(
    tx: &mut OrgTx,
    me: &Me,
    subject: Subject,
    comment: CommentId,
    (named, others): (&[MemberId], &[MemberId]),
    now: DateTime<Utc>,
) -> Result<()> {
    let telling =
        Telling { kind: Kind::Mention, subject, comment: Some(comment), cause: comment.0, by: me.id };
    notice::tell(tx, telling, named, now).await?;
    notice::tell(tx, Telling { kind: Kind::Reply, ..telling }, others, now).await?;
    Ok(())
}

/// Whose it is, and who replied to it.
pub(super) async fn taking_part(tx: &mut OrgTx, subject: Subject) -> Result<Vec<MemberId>> {
    let mut all = notice::authors(tx, subject).await?;
    all.extend(queries::repliers(tx, subject).await?);
    Ok(all)
}

/// Whom the words of a reply name, or what is wrong with them.
pub(super) fn read(t: Words, body: &str, people: &[Person]) -> Result<Vec<MemberId>, Problems> {
    let mut problems = Problems::new();
    if body.is_empty() {
        problems.add("reply", t.talk_empty());
    } else if body.chars().count() > LIMIT {
        problems.add("reply", t.talk_too_long(LIMIT));
    }
    match mention::named(body, people) {
        Ok(named) if problems.is_empty() => return Ok(named),
        Ok(_) => {}
        Err(unclear) => {
            for one in unclear {
                problems.add("reply", t.talk_ambiguous(one.typed, t.list(one.handles)));
            }
        }
    }
    Err(problems)
}
