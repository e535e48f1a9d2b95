//! `meridian serve`: from the first light to the last.

use super::house::House;
use super::{Parts, listen, say};
use crate::app::{self, App};
use crate::clockwork;
use crate::config::Config;
use crate::db::wait_for_given;
use crate::demo;
use crate::welcome;
use anyhow::{Context, Result, ensure};
use std::process::ExitCode;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// How long a stop waits for requests and duties under way.
const FINISH_WITHIN: Duration = Duration::from_secs(10);

/// Serves until SIGTERM or Ctrl-C, then stops gently: no new visitors, requests under way finished, the background work
/// put down, connections closed, our own database stopped if nobody else uses it.
pub(super) async fn serve(config: Config, parts: Parts) -> Result<ExitCode> {
    let stop = stop_on_signals()?;
    let listener = if parts.worker_only { None } else { Some(listen::bind(config.listen).await?) };
    if stop.run_until_cancelled(wait_for_given(&config)).await.is_none() {
        return Ok(ExitCode::SUCCESS);
    }
    let mut house = House::open(config).await?;
    house.app.stop = stop;
    attend(house, parts, listener).await
}

/// The same, with the sample organisation in the house if it was empty, and a word on how to come in.
///
/// The mail it would send is shown to whoever asks, so it listens to this machine alone.
pub(super) async fn demo(config: Config) -> Result<ExitCode> {
    ensure!(
        config.listen.ip().is_loopback(),
        "the demo shows all mail, so it listens to this machine alone: leave MERIDIAN_LISTEN at 127.0.0.1"
    );
    let stop = stop_on_signals()?;
    let listener = Some(listen::bind(config.listen).await?);
    let mut house = House::open(config).await?;
    house.app.demo = true;
    house.app.stop = stop;
    if let Err(error) = tell(&house.app).await {
        house.close().await?;
        return Err(error);
    }
    attend(house, Parts { no_worker: false, worker_only: false }, listener).await
}

/// Fills an empty house, and prints the ways in.
async fn tell(app: &App) -> Result<()> {
    let told = demo::load(app).await?;
    say(&demo::welcome(app, told)?)?;
    Ok(())
}

/// Answers visitors and works until told to stop, then closes the house.
async fn attend(house: House, parts: Parts, listener: Option<TcpListener>) -> Result<ExitCode> {
    let app = &house.app;
    let stop = &app.stop;
    tracing::info!(node = app.config.node, database = house.server.name(), "ready");

    let answering = async {
        if let Some(listener) = listener {
            let address = listener.local_addr().map(|address| address.to_string()).unwrap_or_default();
            tracing::info!(address, "listening; people find Meridian at {}", app.config.base_origin());
            if let Err(error) = welcome::announce(app).await {
                tracing::error!(?error, "whether there is an organisation yet can't be said");
            }
            listen::answer(listener, app::router(app.clone()), stop.clone()).await;
        }
    };
    let working = async {
        if !parts.no_worker {
            clockwork::keep(app.clone(), stop.clone()).await;
        }
    };
    let keeping_up = house.server.keep_up(stop.clone());
    let cut_off = async {
        stop.cancelled().await;
        sleep(FINISH_WITHIN).await;
    };
    tokio::select! {
        _ = async { tokio::join!(answering, working, keeping_up) } => {}
        () = cut_off => tracing::warn!("not everything was finished after {} s; the rest is cut off", FINISH_WITHIN.as_secs()),
    }

    tracing::info!("stopping");
    house.close().await?;
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

/// A token that the first SIGTERM or Ctrl-C cancels. A second one ends the program at once.
fn stop_on_signals() -> Result<CancellationToken> {
    let listen = |kind| signal(kind).context("signals can't be listened to");
    let (mut terminate, mut interrupt) = (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
    let stop = CancellationToken::new();
    let token = stop.clone();
    tokio::spawn(async move {
        either(&mut terminate, &mut interrupt).await;
        tracing::info!("told to stop; finishing what was begun");
        token.cancel();
        either(&mut terminate, &mut interrupt).await;
        std::process::exit(1);
    });
    Ok(stop)
}

async fn either(terminate: &mut Signal, interrupt: &mut Signal) {
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}
