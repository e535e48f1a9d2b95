//! What can go wrong in a request.
//!
//! A handler answers with a [`Fault`]; what the visitor sees is drawn in one place, `web::fault_page`, which also gives
//! back what they had typed. Causes go to the log under the request id and never onto the page.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use sqlx::postgres::{PgDatabaseError, PgSeverity};

/// Why a request could not be answered as asked.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Nobody is signed in, or no longer.
    #[error("sign in first")]
    SignIn,
    /// There is nothing here, or nothing this visitor may know of.
    #[error("not found")]
    NotFound,
    /// The visitor may see this place but not do this here.
    #[error("not allowed")]
    Forbidden,
    /// A form that could not be read at all.
    #[error("unreadable form: {0}")]
    BadForm(String),
    /// Something other than a form was sent.
    #[error("not a form")]
    WrongType,
    /// More than a form may hold.
    #[error("too large")]
    TooLarge,
    /// Too many tries; a new one is welcome after so many seconds.
    #[error("too many tries")]
    TooMany {
        /// Seconds until the next try may succeed.
        retry_after: u32,
    },
    /// The database could not be reached in time.
    #[error("database unavailable")]
    Unavailable(#[source] sqlx::Error),
    /// The database answered with an error.
    #[error("database error")]
    Database(#[source] sqlx::Error),
    /// Anything else that is our fault.
    #[error("{0:#}")]
    Internal(#[from] anyhow::Error),
}

/// What a handler returns.
pub type Result<T, E = Fault> = std::result::Result<T, E>;

impl From<sqlx::Error> for Fault {
    /// A database that is gone, starting, shutting down, read-only, out of time or lets nobody in is *unavailable*
    /// (503: try again); all else is our fault (500).
    fn from(error: sqlx::Error) -> Self {
        let gone = match &error {
            sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::Tls(_) => true,
            sqlx::Error::Database(cause) => {
                let ended = cause
                    .try_downcast_ref::<PgDatabaseError>()
                    .is_some_and(|cause| matches!(cause.severity(), PgSeverity::Fatal | PgSeverity::Panic));
                // No room, in each other's way, read-only, a lock or an answer that did not come in time.
                let refused = cause.code().is_some_and(|code| {
                    ["53", "40"].iter().any(|class| code.starts_with(class))
                        || ["25006", "55P03", "57014"].contains(&&*code)
                });
                ended || refused
            }
            _ => false,
        };
        if gone { Fault::Unavailable(error) } else { Fault::Database(error) }
    }
}

impl From<askama::Error> for Fault {
    fn from(error: askama::Error) -> Self {
        Fault::Internal(error.into())
    }
}

/// What the page about a fault needs to know; rides in the response until `web::fault_page` draws it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// See [`Fault::SignIn`].
    SignIn,
    /// See [`Fault::NotFound`].
    NotFound,
    /// See [`Fault::Forbidden`].
    Forbidden,
    /// A form we could not read.
    BadForm,
    /// See [`Fault::TooLarge`].
    TooLarge,
    /// See [`Fault::TooMany`].
    TooMany,
    /// See [`Fault::Unavailable`].
    Unavailable,
    /// Our fault.
    Internal,
}

impl FaultKind {
    /// The status of the answer.
    pub fn status(self) -> StatusCode {
        match self {
            FaultKind::SignIn => StatusCode::UNAUTHORIZED,
            FaultKind::NotFound => StatusCode::NOT_FOUND,
            FaultKind::Forbidden => StatusCode::FORBIDDEN,
            FaultKind::BadForm => StatusCode::BAD_REQUEST,
            FaultKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            FaultKind::TooMany => StatusCode::TOO_MANY_REQUESTS,
            FaultKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            FaultKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let kind = match &self {
            Fault::SignIn => FaultKind::SignIn,
            Fault::NotFound => FaultKind::NotFound,
            Fault::Forbidden => FaultKind::Forbidden,
            Fault::BadForm(_) | Fault::WrongType => FaultKind::BadForm,
            Fault::TooLarge => FaultKind::TooLarge,
            Fault::TooMany { .. } => FaultKind::TooMany,
            Fault::Unavailable(cause) => {
                tracing::warn!(error = ?cause, "database unavailable");
                FaultKind::Unavailable
            }
            Fault::Database(cause) => {
                tracing::error!(error = ?cause, "database error");
                FaultKind::Internal
            }
            Fault::Internal(cause) => {
                tracing::error!(error = ?cause, "internal error");
                FaultKind::Internal
            }
        };
        let status = match self {
            Fault::WrongType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            _ => kind.status(),
        };
        let mut response = status.into_response();
        if let Fault::TooMany { retry_after } = self {
            response.headers_mut().insert(header::RETRY_AFTER, retry_after.into());
        }
        response.extensions_mut().insert(kind);
        response
    }
}
