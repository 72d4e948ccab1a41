//! Where passwords are hashed: never on the async executor, and never many at once.

use crate::CareError;
use tokio::sync::Semaphore;

/// Each hash takes a core for tens of milliseconds and 19 MiB: a flood of logins waits here, and takes neither
/// the memory nor the threads from the others.
static PLACES: Semaphore = Semaphore::const_new(4);

/// Does it on a thread of its own, when there is a place.
pub async fn off_the_executor<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, CareError> {
    let _place = PLACES.acquire().await.map_err(|_| CareError::Busy)?;
    tokio::task::spawn_blocking(work).await.map_err(|_| CareError::Busy)
}
