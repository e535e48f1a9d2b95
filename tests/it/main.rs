//! Everything that is tested from outside, in one binary.
#![cfg(test)]

mod clock;
mod config;
mod db;
mod embedded;
mod house_rules_language;
mod support {
    pub mod db;
}
