//! A component from `programme.toml` alone, without a compiler.
//!
//! The kit's general component (`gtp-general`, built once like any other) judges by conditions. Joining it
//! with a file changes three things in the module inside it: the initial memory gets as many pages more as the
//! encoded descriptions need, a data segment puts them there, and the two numbers behind a well-known mark
//! say where they lie. Nothing else is touched, so the sandbox and the checks see an ordinary component.

mod describe;
mod module;

pub use describe::describe;

use gtp_programme_file::{Problems, ProgrammeFile};
use std::path::Path;

/// Why a file could not be joined.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file, or a scenario beside it, is wrong.
    #[error("{0}")]
    File(Problems),

    /// A rule has no conditions, so it needs code.
    #[error(
        "the rule `{0}` has no `when`, so it needs code: write it as conditions, or make a Rust crate of the \
         programme (`gtp new NAME --template rust` shows one)"
    )]
    NeedsCode(String),

    /// A value could not be encoded.
    #[error("the description cannot be encoded: {0}")]
    Encoding(#[from] postcard::Error),

    /// What was given is not the kit's general component.
    #[error("this is not the kit's general component: {0}")]
    NotGeneral(&'static str),
}

/// The kit's general component, built from `sdk/general` and kept here, so that joining needs no compiler.
pub const GENERAL: &[u8] = include_bytes!("../general.wasm");

/// Reads the programme at `path`, with the scenarios beside it, and makes its component.
///
/// # Errors
///
/// What is wrong with the file, or a rule in it that needs code.
pub fn join_file(path: &Path) -> Result<(Vec<u8>, ProgrammeFile), Error> {
    let (file, _) = gtp_programme_file::read(path).map_err(Error::File)?;
    Ok((join(&file)?, file))
}

/// Makes a programme's component.
///
/// # Errors
///
/// A rule that needs code.
pub fn join(file: &ProgrammeFile) -> Result<Vec<u8>, Error> {
    join_with(GENERAL, file)
}

/// Makes a component that only describes a programme: rules that need code are described and judge nothing.
///
/// # Errors
///
/// A value cannot be encoded.
pub fn describing(file: &ProgrammeFile) -> Result<Vec<u8>, Error> {
    module::put_in(GENERAL, &describe(file)?)
}

/// Joins a programme with another build of the general component.
///
/// # Errors
///
/// A rule that needs code, or bytes that are not the general component.
pub fn join_with(general: &[u8], file: &ProgrammeFile) -> Result<Vec<u8>, Error> {
    if let Some(entry) = file.rules.iter().find(|entry| entry.plain.is_none()) {
        return Err(Error::NeedsCode(entry.rule.id.clone()));
    }
    module::put_in(general, &describe(file)?)
}
