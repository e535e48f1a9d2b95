//! The doors: forms, paths and queries whose rejections are our pages.

use crate::fault::Fault;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Multipart, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use std::collections::HashMap;

/// An HTML form. One that does not decode is a page that says so, never plain text with internals.
pub struct Form<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = Fault;

    async fn from_request(request: Request, state: &S) -> Result<Self, Fault> {
        match axum_extra::extract::Form::<T>::from_request(request, state).await {
            Ok(form) => Ok(Form(form.0)),
            Err(rejection) => Err(match rejection.status() {
                StatusCode::PAYLOAD_TOO_LARGE => Fault::TooLarge,
                StatusCode::UNSUPPORTED_MEDIA_TYPE => Fault::WrongType,
                _ => Fault::BadForm(rejection.to_string()),
            }),
        }
    }
}

/// A form that can carry a file (`multipart/form-data`): the bytes of each field and of each file, by the field's name.
pub struct Parcel(pub HashMap<String, Part>);

/// A field of such a form.
#[derive(Debug, Clone, Default)]
pub struct Part {
    /// What the file is called on the sender's machine; empty for what is no file.
    pub file: String,
    /// What was sent.
    pub bytes: Bytes,
}

impl Part {
    /// What was sent, as text. A file of an old program may be written in Latin-1, where each byte is the character of
    /// its number.
    pub fn text(&self) -> String {
        std::str::from_utf8(&self.bytes)
            .map_or_else(|_| self.bytes.iter().map(|byte| char::from(*byte)).collect(), str::to_owned)
    }
}

/// The same with everything as text.
pub struct Upload(pub HashMap<String, String>);

/// A form has fewer fields than this.
const MOST_FIELDS: usize = 32;

impl<S: Send + Sync> FromRequest<S> for Parcel {
    type Rejection = Fault;

    async fn from_request(request: Request, state: &S) -> Result<Self, Fault> {
        let mut form = Multipart::from_request(request, state).await.map_err(|_| Fault::WrongType)?;
        let fault = |error: axum::extract::multipart::MultipartError| match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Fault::TooLarge,
            _ => Fault::BadForm(error.body_text()),
        };
        let mut fields = HashMap::new();
        while let Some(field) = form.next_field().await.map_err(fault)? {
            let name = field.name().unwrap_or_default().to_owned();
            let file = field.file_name().unwrap_or_default().to_owned();
            let bytes = field.bytes().await.map_err(fault)?;
            fields.insert(name, Part { file, bytes });
            if fields.len() > MOST_FIELDS {
                return Err(Fault::BadForm("too many fields".to_owned()));
            }
        }
        Ok(Parcel(fields))
    }
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Fault;

    async fn from_request(request: Request, state: &S) -> Result<Self, Fault> {
        let Parcel(fields) = Parcel::from_request(request, state).await?;
        Ok(Upload(fields.into_iter().map(|(name, part)| (name, part.text())).collect()))
    }
}

/// What stands in the address. A malformed id is simply a page that is not there.
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Fault> {
        #[expect(clippy::disallowed_types, reason = "this is the wrapper")]
        axum::extract::Path::<T>::from_request_parts(parts, state)
            .await
            .map(|path| Path(path.0))
            .map_err(|_| Fault::NotFound)
    }
}

/// What stands behind the question mark. Unreadable values are a page that is not there.
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Fault> {
        axum_extra::extract::Query::<T>::from_request_parts(parts, state)
            .await
            .map(|query| Query(query.0))
            .map_err(|_| Fault::NotFound)
    }
}
