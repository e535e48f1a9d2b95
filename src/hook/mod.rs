//! Calling a server of others: one message to one secret address, once, by HTTP.
//!
//! A member may name the address, so whoever is called might be somebody inside the operator's own network. Hence: https
//! alone; the name is looked up once, every address it has must be public, and the connection goes to one of those that
//! were looked at; a redirect is not followed, no proxy is asked, little of the answer is read and all of it is over in
//! five seconds. The operator may name hosts of their own network that are called all the same.
//!
//! *Hook*: such an address. It is a secret: sealed where it is kept, shown by its host and last four characters, and in no
//! log. *Guard*: which addresses are public (pure).

mod address;
mod call;
mod guard;

pub use address::{Address, Unfit};
pub use call::{Answer, PATIENCE, Trouble, call};
