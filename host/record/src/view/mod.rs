//! The view: what queries read.
//!
//! It follows from the journal and nothing else: [`fold`] says what each event changes, [`keys`] how the keys
//! are laid out, [`rows`] what stands under them, [`queries`] gives typed answers. It may be deleted at any
//! time; opening the record then builds it again.

mod block;
mod current;
mod fold;
mod home;
pub mod keys;
mod overlay;
mod position;
pub mod queries;
mod replay;
pub mod rows;
mod stream_index;

pub(crate) use current::View;
pub(crate) use fold::fold;
pub(crate) use home::{Built, ViewHome, boot_id};
pub(crate) use overlay::{Nothing, Overlay, Puts, Rows};
pub use replay::Progress;
pub(crate) use replay::replay;
pub(crate) use stream_index::{Head, Run, StreamIndex, head, runs_of};

/// Version of the keys and rows. A view of another one is rebuilt when the record is opened.
pub const LAYOUT: u32 = 8;
