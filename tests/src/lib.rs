//! What the end-to-end tests share: a real `gtp serve` in folders of its own, and somebody who talks to it.
//!
//! Nothing here waits by the clock: a server is ready when it has printed its address, and whatever comes
//! later is asked for until it is there or the patience is over.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod api;
mod browser;
mod checks;
mod conform;
mod npm;
pub mod oidc;
mod process;
mod server;
mod times;

pub use api::{Answer, Api, client};
pub use browser::{Browser, Options};
pub use checks::Checks;
pub use conform::conforms;
pub use process::{processor_time, resident};
pub use server::{Finished, Place, Server, component, gtp, target};
pub use times::{at, days_ago, now, rfc3339};

use std::future::Future;
use std::time::Duration;

/// How long anything may take before a test gives up. Generous: machines that run tests are busy.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Asks again and again until there is an answer.
///
/// # Panics
/// When there is none within [`PATIENCE`].
pub async fn until<T, F: Future<Output = Option<T>>>(what: &str, mut ask: impl FnMut() -> F) -> T {
    let asking = async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    match tokio::time::timeout(PATIENCE, asking).await {
        Ok(answer) => answer,
        Err(_) => panic!("waited {} s for {what}", PATIENCE.as_secs()),
    }
}
