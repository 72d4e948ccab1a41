//! The record: what was acknowledged is never lost.
//!
//! One append-only [`journal`] is the record. Everything else is a view of it: the [`view`] folds events
//! into keys that an [`engine`] keeps, and can be thrown away and rebuilt at any time. What both say of people is encrypted
//! with keys from the [`vault`]. [`Store`] is what the rest of the host sees: read a key, scan a range, commit
//! events, follow them.

pub mod engine;
pub mod event;
pub mod journal;
mod leisure;
pub mod store;
pub mod tree;
pub mod upkeep;
pub mod vault;
pub mod view;

pub use store::{
    Commit, Committed, Expected, Opened, Pending, Progress, Record, RecordOptions, Store,
    StoreError, Subscription,
};
