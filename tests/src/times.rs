//! Moments, as the API writes them.

use gtp_model::{DAY, MINUTE, Time};
use std::time::{SystemTime, UNIX_EPOCH};

/// The present moment, to the whole minute.
#[must_use]
pub fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
    let millis = i64::try_from(since.as_millis()).expect("a clock before the year 292278994");
    Time(millis / MINUTE * MINUTE)
}

/// The moment so many days before now.
#[must_use]
pub fn days_ago(days: f64) -> Time {
    now().plus(-(days * DAY as f64) as i64)
}

/// The moment as text.
#[must_use]
pub fn rfc3339(time: Time) -> String {
    gtp_care::calendar::rfc3339(time)
}

/// So many days ago, as text.
#[must_use]
pub fn at(days: f64) -> String {
    rfc3339(days_ago(days))
}
