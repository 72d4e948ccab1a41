//! Trying a programme natively, as fast as a function call.
//!
//! [`scenario`] runs one of the programme's own stories the way the host does before it activates the
//! component; the macro makes a test of each. [`Story`] tells a story in Rust, for tests on every boundary:
//!
//! ```no_run
//! # use gtp_sdk::{contract::*, Programme, testing::Story};
//! # struct P;
//! # impl Programme for P {
//! #     fn about() -> about::Programme { unimplemented!() }
//! #     fn fields() -> Vec<fields::Field> { vec![] }
//! #     fn assess(_: Vec<String>, _: assess::Case) -> assess::Assessment { unimplemented!() }
//! # }
//! let mut story = Story::<P>::starting("2026-03-02");
//! let outcome = story.at(1, "07:30").value("weight", 80.0).send();
//! assert!(outcome.ran().is_empty(), "this programme has no rules");
//! ```
//!
//! It stands in for the host, and differs from it in one way: it is stricter. A yellow or red finding that
//! a story does not mention fails it here.

mod absent;
mod check;
mod scenario;
mod story;

pub use absent::{open_answers_are_never_green, skipped_is_never_green};
pub use scenario::{report, scenario, scenarios};
pub use story::{Outcome, Sending, Story};
