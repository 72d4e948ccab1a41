//! Tells the log which programmes serve, and which files do not and why.

use gtp_runtime::{Change, Flaw, Runtime, State};
use tokio::sync::broadcast::error::RecvError;

/// Logs how the programmes stand now and, on a task of its own, every change from now on.
pub fn follow(runtime: &Runtime) {
    let mut changes = runtime.subscribe();
    for standing in runtime.catalogue().standings() {
        let file = &standing.file;
        match (&standing.programme, standing.state) {
            (Some((programme, version)), State::Active) => {
                tracing::info!(%programme, %version, file, "the programme serves");
            }
            (_, State::Refused) => refused(file, &standing.flaws),
            (_, state) => {
                tracing::info!(file, ?state, "a component does not serve yet or any more")
            }
        }
    }
    tokio::spawn(async move {
        loop {
            match changes.recv().await {
                Ok(change) => log(&change),
                Err(RecvError::Lagged(missed)) => {
                    tracing::warn!(missed, "programmes changed faster than the log");
                }
                Err(RecvError::Closed) => return,
            }
        }
    });
}

fn log(change: &Change) {
    match change {
        Change::Activated { programme, version, file, replaced, .. } => {
            let replaced = replaced.as_ref().map(ToString::to_string);
            tracing::info!(%programme, %version, file, replaced, "the programme serves from now on");
        }
        Change::Waiting { programme, version, file } => {
            tracing::info!(%programme, %version, file, "a checked version waits for an operator's yes");
        }
        Change::Refused { file, flaws } => refused(file, flaws),
        Change::Withdrawn { programme, version } => {
            tracing::warn!(%programme, %version, "the programme was withdrawn; its data stays");
        }
        other => tracing::info!(?other, "the programmes changed"),
    }
}

/// At most so many flaws of one component are told; `gtp check` prints all.
const TOLD: usize = 5;

fn refused(file: &str, flaws: &[Flaw]) {
    for flaw in flaws.iter().take(TOLD) {
        let (code, item, what, mend) = (flaw.code, &flaw.item, &flaw.what, &flaw.mend);
        tracing::error!(file, code, item, what, mend, "a component does not serve");
    }
    if flaws.len() > TOLD || flaws.is_empty() {
        tracing::error!(
            file,
            flaws = flaws.len(),
            "a component does not serve; `gtp check` says all that is wrong"
        );
    }
}
