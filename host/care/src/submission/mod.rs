//! What a citizen, relative, clinician or device sends: observations and questionnaire responses together.
//!
//! It passes these steps, each in a file of its own:
//! 1. [`schema`]: its form, by the JSON Schema made from the citizen's programmes;
//! 2. [`reading`]: into types, with every problem named;
//! 3. [`plausible`]: times, groups, duplicates, conditions, and what is unusual and must be confirmed.

pub mod fingerprint;
pub mod plausible;
pub mod reading;
pub mod schema;
pub mod shape;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests;

pub use reading::{NewObservation, NewResponse, Submission};
pub use shape::Shape;
