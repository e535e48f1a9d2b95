//! Meridian: written standups and OKRs on everyone's own clock.
//!
//! The table of contents. Rooms are named for what the product is about; `docs/architecture.md`
//! walks through three of them.

#[macro_use]
mod stored;

pub mod account;
pub mod app;
pub mod calendar;
pub mod channel;
pub mod cli;
pub mod clock;
pub mod clockwork;
pub mod config;
pub mod db;
pub mod decision;
pub mod demo;
pub mod digest;
pub mod fair;
pub mod fault;
pub mod hook;
pub mod ids;
pub mod journey;
pub mod language;
pub mod letterbox;
pub mod mail;
pub mod notice;
pub mod occurrence;
#[macro_use]
pub mod okr;
pub mod organisation;
pub mod portability;
pub mod reminder;
pub mod review;
pub mod round;
pub mod search;
pub mod settings;
pub mod standup;
pub mod talk;
pub mod team;
pub mod time;
pub mod web;
pub mod welcome;
