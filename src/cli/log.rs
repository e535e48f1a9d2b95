//! What is logged and where to.

use crate::config::{Config, LogFormat};
use std::io::{self, IsTerminal};
use std::panic;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// Where the log goes.
#[derive(Clone, Copy)]
pub(super) enum To {
    /// Standard output: for a program whose log is what it says.
    Out,
    /// Standard error: for a command whose result others may read.
    Err,
}

/// Starts logging, panics included.
pub(super) fn start(config: &Config, to: To) {
    match to {
        To::Out => write_to(config, io::stdout().is_terminal(), io::stdout),
        To::Err => write_to(config, io::stderr().is_terminal(), io::stderr),
    }
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        let words = panic.payload_as_str().unwrap_or("without words");
        tracing::error!(place, "panicked: {words}");
    }));
}

fn write_to<W>(config: &Config, terminal: bool, writer: W)
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    // PostgreSQL tells at "info" that what should exist exists.
    let filter = EnvFilter::new(format!("sqlx::postgres::notice=warn,{}", config.log));
    let format = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer).with_ansi(terminal);
    match config.log_format {
        LogFormat::Pretty => format.compact().init(),
        LogFormat::Json => format.json().flatten_event(true).init(),
    }
}
