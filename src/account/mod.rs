//! People and how they prove who they are: e-mail, password, session, reset.
//!
//! An *account* is one e-mail address and may belong to several organisations; what a person is in an organisation
//! (name, role, zone, working week) is a *member* and lives in [`crate::organisation`]. Holding a [`SignedIn`] is the
//! proof that the request comes from a signed-in browser.

pub mod password;
mod queries;
pub mod session;

pub use password::Passwords;
pub use session::{SignedIn, Token};
