//! The commands of the `meridian` program.
//!
//! Each one reads the configuration, does its work and says what it did: results on standard output, complaints on
//! standard error, and an exit code that a script can go by.

mod clockwork;
mod doctor;
mod house;
mod listen;
mod log;
mod serve;
mod when;

use crate::config::Config;
use anyhow::Result;
use clap::{Args, Parser, Subcommand};
use house::House;
use std::io::{self, Write};
use std::process::ExitCode;

/// Written standups and OKRs on everyone's own clock.
#[derive(Debug, Parser)]
#[command(version, arg_required_else_help = true)]
#[command(after_help = "Configuration is read from the environment and from .env; see .env.example.")]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer visitors and do the background work, until told to stop
    Serve(Parts),
    /// Serve with a lived-in sample organisation, for this machine alone
    Demo,
    /// Bring the database up to this version
    Migrate,
    /// Do what the background task would do at an instant, once, and say what it did
    Tick(clockwork::At),
    /// Compute every snapshot from the log and put right what differs
    Rollup(clockwork::Rebuild),
    /// Make a sign-in, or a link to set its password
    #[command(subcommand)]
    Account(Account),
    /// Explain a wall time: which instant it is as an opening and as a deadline
    When(when::Asked),
    /// Say what is wrong with the configuration, the database and the mail
    Doctor,
}

/// Which parts of the work this process does.
#[derive(Debug, Clone, Copy, Args)]
struct Parts {
    /// Leave the background work to other processes
    #[arg(long, conflicts_with = "worker_only")]
    no_worker: bool,
    /// Do the background work alone; visitors get no pages here
    #[arg(long)]
    worker_only: bool,
}

#[derive(Debug, Subcommand)]
enum Account {
    /// Make an account, and print the link where its owner sets a password
    Create {
        /// The e-mail address to sign in with
        email: String,
    },
    /// Print a new link to set the password of an account
    Reset {
        /// The e-mail address it signs in with
        email: String,
    },
}

/// Runs the program and says how it went. What goes wrong is told on standard error, causes included.
pub fn main(cli: Cli) -> ExitCode {
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Into::into)
        .and_then(|runtime| runtime.block_on(run(cli.command)));
    outcome.unwrap_or_else(|error| {
        let _ = writeln!(io::stderr(), "meridian: {error:#}");
        ExitCode::FAILURE
    })
}

async fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::When(asked) => when::answer(&asked),
        Command::Doctor => doctor::examine().await,
        Command::Serve(parts) => {
            let config = Config::from_env()?;
            log::start(&config, log::To::Out);
            serve::serve(config, parts).await
        }
        Command::Demo => {
            let config = Config::from_env()?;
            log::start(&config, log::To::Err);
            serve::demo(config).await
        }
        Command::Migrate => {
            let config = Config::from_env()?;
            log::start(&config, log::To::Err);
            migrate(&config).await
        }
        Command::Tick(at) => {
            let config = Config::from_env()?;
            log::start(&config, log::To::Err);
            clockwork::tick(config, &at).await
        }
        Command::Rollup(asked) => {
            let config = Config::from_env()?;
            log::start(&config, log::To::Err);
            clockwork::rollup(config, &asked).await
        }
        Command::Account(deed) => {
            let config = Config::from_env()?;
            log::start(&config, log::To::Err);
            let house = House::open(config).await?;
            let now = house.app.clock.now();
            let link = match &deed {
                Account::Create { email } => crate::account::by_hand::create(&house.app, email, now).await,
                Account::Reset { email } => crate::account::by_hand::reset(&house.app, email, now).await,
            };
            house.close().await?;
            say(&format!("The link to set a password, good for one day:\n{}", link?))
        }
    }
}

async fn migrate(config: &Config) -> Result<ExitCode> {
    let server = crate::db::Server::find(config).await?;
    let applied = crate::db::migrate::run(&server.options()).await;
    let name = server.name();
    server.release().await?;
    match applied? {
        0 => say(&format!("Nothing to do: {name} has this version's schema.")),
        1 => say(&format!("One migration applied to {name}.")),
        applied => say(&format!("{applied} migrations applied to {name}.")),
    }
}

/// Prints a result.
fn say(text: &str) -> Result<ExitCode> {
    writeln!(io::stdout(), "{text}")?;
    Ok(ExitCode::SUCCESS)
}
