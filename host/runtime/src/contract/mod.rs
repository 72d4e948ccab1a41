//! The contract's versions, each adapted to the one set of types in `gtp_model`.
//!
//! [`names`] says which names a component may export and which it must. One folder per released version
//! holds what is generated from `wit/` and its translation. A later version brings a folder of its own beside
//! [`v1_0`] and one more arm where a component is prepared.

pub mod names;
pub mod v1_0;
