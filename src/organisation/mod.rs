//! Tenants and their people: what an account is *in* an organisation.
//!
//! A *member* has a role, a time zone and a working week. Handlers never ask whether somebody may come in: they take
//! a [`Member`], an [`Admin`] or an [`Owner`], which can't be made for anyone else. Each holds the request's transaction,
//! which row-level security limits to the organisation in the address.

pub mod holidays;
mod home;
mod member;
mod queries;
mod role;

pub use home::routes;
pub(crate) use member::path_param;
pub use member::{Admin, CycleNow, Me, Member, Owner, Seat};
pub use queries::{Organisation, is_set_up, organisation};
pub use role::Role;
