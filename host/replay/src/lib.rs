//! Why an alert was raised, and what another version of a programme would have found.
//!
//! Two questions are asked of a record, and both are answered by judging earlier moments again: [`explain`] takes
//! one alert and shows every value, limit and line of code that it rests on, in a [`bundle`] that somebody
//! else can check without the record; comparing takes two versions through everybody's past and tells where
//! they disagree. The cases come from [`gtp_care::replaying`], which cuts them with the code that cut them live.
//!
//! The [`desk`] is where a running host does both, and watches what versions do while they serve.
//!
//! Nothing here writes into the record, but for who was given which report.

pub mod bundle;
pub mod compare;
pub mod desk;
mod difference;
pub mod explain;
mod rerun;
mod words;

pub use bundle::{Bundle, BundleError};
pub use difference::{Difference, differences};
pub use explain::{Explained, Judgement, explain};
pub use rerun::{Rerun, rerun};
pub use words::{said, text};
