//! Contract 1.0: what is generated from `wit/`, and its translation to the types of `gtp_model`.
//!
//! Definitions are translated once, when a component is loaded, and every name, unit and reference in them
//! is as hostile as its author: what cannot be translated becomes a flaw and is left out. Cases are lent to
//! the component without copying a column. Results are checked against what was asked before anybody
//! sees them.

pub mod bindings;

mod assessment;
mod case;
mod definition;
mod questionnaires;
mod scenarios;
mod shared;

pub use assessment::{Asked, translate};
pub use case::lend;
pub use definition::{Raw, define};
