//! How an organisation begins, and how a person does: the set-up of an empty house, and the acceptance of an invitation.
//!
//! Both write into many rooms at once, in one transaction each, and so stand above them.

pub mod first_run;
mod joining;
mod pages;
mod queries;

pub use first_run::announce;
pub use pages::routes;
