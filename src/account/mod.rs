//! People and how they prove who they are: e-mail, password, session, reset.
//!
//! An *account* is one e-mail address and may belong to several organisations; what a person is in an organisation
//! (name, role, zone, working week) is a *member* and lives in [`crate::organisation`]. Holding a [`SignedIn`] is the
//! proof that the request comes from a signed-in browser.
//!
//! Other words of this room: a *caller* is whoever stands at the door, before we know who; a *device* is a browser that
//! signed in before; a *bucket* holds the tries somebody has left; the *audit* log keeps what touches security.

pub mod audit;
pub mod by_hand;
mod caller;
mod device;
mod email;
pub mod one_time;
mod pages;
pub mod password;
mod queries;
pub mod rate_limit;
mod reset;
pub mod session;
mod sign_in;
mod sweep;

pub use caller::{Caller, client_ip};
pub use email::Email;
pub use pages::routes;
pub use password::Passwords;
pub use queries::{Known, account_by_email, add_account};
pub use session::{SignedIn, Token};
pub use sign_in::{Next, Opened, open};
pub use sweep::sweep;
