//! The contract of `wit/` as Rust types, for whatever is on the programme's side of it.
//!
//! [`bindings`] is generated. The other modules give its types the places in which authors look for them.
//! Every type can be serialised, so that a programme's description is a block of bytes made when it is
//! compiled, and no code.
#![allow(
    missing_docs,
    reason = "the texts of wit/ become the documentation of the generated types"
)]

pub mod condition;
#[cfg(target_arch = "wasm32")]
mod heap;

/// What `wit-bindgen` makes of the contract.
#[allow(
    unsafe_code,
    clippy::all,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::panic
)]
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

/// What judging needs of a rule: decoding its texts for every assessment would take longer than the rules.
#[must_use]
pub fn without_texts(rule: &rules::Rule) -> rules::Rule {
    rules::Rule {
        id: rule.id.clone(),
        reads: rule.reads.clone(),
        person: rule.person.clone(),
        limits: rule.limits.clone(),
        derives: rule.derives.clone(),
        severities: rule.severities.clone(),
        title: vec![],
        description: vec![],
        source: String::new(),
        source_url: String::new(),
        codings: vec![],
        annotations: vec![],
    }
}
