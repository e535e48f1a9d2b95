//! Meridian: written standups and OKRs on everyone's own clock.
//!
//! The table of contents. Rooms are named for what the product is about; `docs/architecture.md`
//! walks through three of them.

pub mod ids;

pub mod language;
