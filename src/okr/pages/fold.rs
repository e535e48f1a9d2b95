//! Remembering what a member has folded in the tree. The page sends it by itself; without a script nothing is remembered.

use crate::fault::{Fault, Result};
use crate::ids::ObjectiveId;
use crate::okr::queries;
use crate::organisation::Member;
use crate::web::{Form, Path};
use axum::http::StatusCode;
use serde::Deserialize;

/// `folded=on`, or nothing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Typed {
    folded: Option<String>,
}

/// `POST /o/{org}/objectives/{objective}/fold`
pub(super) async fn fold(
    Member { me, mut tx }: Member,
    Path((_, id)): Path<(String, ObjectiveId)>,
    Form(typed): Form<Typed>,
) -> Result<StatusCode> {
    queries::objective(&mut tx, id).await?.ok_or(Fault::NotFound)?;
    queries::fold(&mut tx, me.id, id, typed.folded.is_some()).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
