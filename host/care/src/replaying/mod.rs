//! What was known at an earlier moment, and the cases that follow from it.
//!
//! Years later a case is cut again, from the citizen's events up to then and by the code that cut it the first
//! time. Nothing here writes: it reads events, keeps in memory what they add up to, and asks.

mod known;
mod now;
mod rebuild;
mod walk;

pub use known::{Known, Seen};
pub use now::asked_now;
pub use rebuild::{LimitFault, NotRebuilt, Rebuilt, needed, rebuild};
pub use walk::{Asked, Side, Submitted, Walk};

pub use crate::assessing::fingerprint;
