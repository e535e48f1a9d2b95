//! The `meridian` program.

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    meridian::cli::main(meridian::cli::Cli::parse())
}
