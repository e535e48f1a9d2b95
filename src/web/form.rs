//! The doors: forms, paths and queries whose rejections are our pages.

use crate::fault::Fault;
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

/// A form that can carry a file (`multipart/form-data`): the text of each field and of each file, by the field's name.
pub struct Upload(pub HashMap<String, String>);

/// A form has fewer fields than this.
const MOST_FIELDS: usize = 32;

impl<S: Send + Sync> FromRequest<S> for Upload {
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
            let bytes = field.bytes().await.map_err(fault)?;
            // A file of an old program may be written in Latin-1, where each byte is the character of its number.
            let text = String::from_utf8(bytes.to_vec())
                .unwrap_or_else(|_| bytes.iter().map(|byte| char::from(*byte)).collect());
            fields.insert(name, text);
            if fields.len() > MOST_FIELDS {
                return Err(Fault::BadForm("too many fields".to_owned()));
            }
        }
        Ok(Upload(fields))
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
