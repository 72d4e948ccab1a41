//! Contract 1.0 as `wasmtime` sees it. Everything here is generated from `wit/`.
#![allow(
    missing_docs,
    unsafe_code,
    unused,
    clippy::all,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "generated"
)]

wasmtime::component::bindgen!({
    path: "../../wit",
    world: "gtp:programme/programme",
    ownership: Borrowing { duplicate_if_necessary: true },
});

pub use exports::gtp::programme::*;
