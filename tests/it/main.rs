//! Everything that is tested from outside, in one binary.
#![cfg(test)]
#![expect(clippy::too_many_lines, reason = "a visit, like a table, is as long as it is")]
#![expect(unreachable_pub, reason = "a test binary has no public; `pub` is what the whole of it may use")]

mod absence;
mod account;
mod bell;
mod blockers;
mod calendar_oracle;
mod clock;
mod clockwork;
mod closing;
mod composer;
mod config;
mod cycles;
mod db;
mod digest;
mod doors;
mod embedded;
mod feed;
mod golden;
mod hints;
mod hours;
mod house_rules;
mod house_rules_language;
mod invitation;
mod journal;
mod kills;
mod kinds;
mod ledger;
mod live;
mod mail;
mod migrations;
mod mood;
mod notices;
mod occurrence;
mod okr;
mod period_oracle;
mod portability;
mod receipts;
mod review;
mod reviewer;
mod rollup_oracle;
mod scale;
mod search;
mod serve;
mod settings;
mod setup;
mod standup;
mod support;
mod talk;
mod time;
mod tree;
mod trouble;
mod truth;
mod year;
