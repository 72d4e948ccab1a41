//! The contract of `wit/` as Rust types, for whatever is on the programme's side of it.
//!
//! [`bindings`] is generated. The other modules give its types the places in which authors look for them.
//! Every type can be serialised, so that a programme's description is a block of bytes made when it is
//! compiled, and no code.
#![allow(missing_docs, reason = "the texts of wit/ become the documentation of the generated types")]

/// What `wit-bindgen` makes of the contract.
#[allow(unsafe_code, clippy::all, clippy::expect_used, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]
pub mod bindings {
    wit_bindgen::generate!({
        path: "../../wit",
        world: "gtp:programme/programme",
        additional_derives: [PartialEq, serde::Serialize, serde::Deserialize],
        export_macro_name: "export_component",
        pub_export_macro: true,
        default_bindings_module: "gtp_contract::bindings",
        generate_all,
    });
}

pub use bindings::exports::gtp::programme::{
    about, assess, fields, limits, questionnaires, rules, scenarios, schedule, types, visibility,
};
