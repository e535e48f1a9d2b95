//! Objectives, key results and what was checked in on, as files: brought along from a spreadsheet or another tool, and taken
//! away as CSV.
//!
//! The words of this room, in the order a file goes through it:
//! - bytes are **decoded** into text, text is **cut** into a **table**; a table's **columns** are read as ours;
//! - a **line** is a row in our columns, whatever wrote it; an **entry** is what a line says by itself;
//! - entries are **resolved**: what they name is looked for, what they would do is asked, and what a right file adds is put
//!   together as a **plan**;
//! - a **finding** says what is wrong, in which row and column. With a single one nothing is written.
//!
//! All of this is pure, and happens anew each time a page shows a file. The plan is carried out by [`crate::okr`], which owns
//! the log: a check-in from a file is written by the verb that writes all others.

pub mod cells;
pub mod columns;
pub mod decode;
pub mod finding;
pub mod line;
pub mod read;
pub mod reading;
pub mod resolve;
pub mod table;
pub mod tools;
pub mod words;

mod export;
mod known;
mod pages;
mod queries;
mod said;
mod write;

pub use pages::routes;

use crate::app::App;
use chrono::{DateTime, TimeDelta, Utc};

/// A file that nobody imported is kept this long.
const KEPT: TimeDelta = TimeDelta::days(1);

/// Forgets files that nobody imported, and says how many. Does no harm twice.
///
/// # Errors
/// When the database fails.
pub async fn sweep(app: &App, now: DateTime<Utc>) -> sqlx::Result<u64> {
    let mut tx = app.db.duty().await?;
    let gone = queries::forget_before(&mut tx, now - KEPT).await?;
    tx.commit().await?;
    Ok(gone)
}
