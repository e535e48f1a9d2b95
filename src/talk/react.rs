//! Saying a small word, and taking it back.

use super::queries;
use super::reaction::Reaction;
use crate::clock::Now;
use crate::fault::{Fault, Result};
use crate::notice::{self, Kind, Subject, Telling};
use crate::organisation::{Me, Member};
use crate::web::{Form, Path};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct ReactForm {
    /// A word to say.
    on: Option<String>,
    /// A word to take back.
    off: Option<String>,
    /// The page the button stood on.
    back: Option<String>,
}

/// `POST …/reactions`. Who can be helped hears of it; the other words ping nobody.
pub(super) async fn react<S: Into<Subject>>(
    Member { me, mut tx }: Member,
    Now(now): Now,
    Path((_, id)): Path<(String, S)>,
    Form(form): Form<ReactForm>,
) -> Result<Response> {
    let subject = id.into();
    if !notice::may_read(&mut tx, subject, me.id).await? {
        return Err(Fault::NotFound);
    }
    let word = |text: &Option<String>| text.as_deref().and_then(Reaction::parse);
    match (word(&form.on), word(&form.off)) {
        (Some(kind), _) => {
            queries::react(&mut tx, subject, me.id, kind, now).await?;
            if kind == Reaction::CanHelp {
                let authors = notice::authors(&mut tx, subject).await?;
                let telling =
                    Telling { kind: Kind::CanHelp, subject, comment: None, cause: subject.id(), by: me.id };
                notice::tell(&mut tx, telling, &authors, now).await?;
            }
        }
        (None, Some(kind)) => {
            queries::unreact(&mut tx, subject, me.id, kind).await?;
            if kind == Reaction::CanHelp {
                notice::withdraw(&mut tx, subject.id(), me.id, &[], now).await?;
            }
        }
        (None, None) => return Err(Fault::BadForm("no reaction".to_owned())),
    }
    tx.commit().await?;
    let back = form.back.filter(|path| within(&me, path)).unwrap_or_else(|| me.at(&subject.page()));
    let place = subject.update().map_or_else(|| "thread".to_owned(), |update| format!("u-{update}"));
    Ok(Redirect::to(&format!("{back}#{place}")).into_response())
}

/// Whether a path is a page of this organisation, so that a form can't lead elsewhere.
fn within(me: &Me, path: &str) -> bool {
    let plain = path
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'#' | b'"' | b'<' | b'>'));
    plain && path.starts_with(&me.at("/"))
}
