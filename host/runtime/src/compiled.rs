//! Compiled code, kept on disk so that a start does not compile.
//!
//! A file is named by the component's digest and lies in a folder named by everything that compiled code
//! depends on: the engine's version and settings and the processor. It begins with the digest of the rest,
//! so damage is noticed and the component compiled again. Only the host writes this folder; code that
//! somebody drops among the components is never loaded.

use crate::{
    engine,
    files::{FileError, make_folder, read_if_there, write_whole},
    flaw::shown,
    kept::digest,
};
use gtp_model::Digest;
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};
use thiserror::Error;
use wasmtime::{Engine, component::Component};

/// The cache for one engine.
#[derive(Clone, Debug)]
pub struct Compiled {
    folder: PathBuf,
}

/// A component that cannot be compiled.
#[derive(Debug, Error)]
#[error("{0}")]
pub struct CompileError(String);

const DIGEST: usize = 32;

impl Compiled {
    /// Opens the cache for this engine under `folder`.
    pub fn open(folder: &Path, engine: &Engine) -> Result<Self, FileError> {
        let mut hasher = DefaultHasher::new();
        engine.precompile_compatibility_hash().hash(&mut hasher);
        let folder = folder.join(format!("{:016x}", hasher.finish()));
        make_folder(&folder)?;
        Ok(Self { folder })
    }

    /// The component's code, where it was compiled before. What was compiled was valid.
    pub fn cached(&self, engine: &Engine, own: Digest) -> Option<Component> {
        let file = read_if_there(&self.path(own)).ok()??;
        let (checksum, code) = file.split_at_checked(DIGEST)?;
        if digest(code).0 != checksum {
            tracing::warn!(component = %own, "the cached code is damaged and is compiled again");
            return None;
        }
        deserialize(engine, code)
            .inspect_err(
                |error| tracing::warn!(component = %own, %error, "the cached code is of no use"),
            )
            .ok()
    }

    /// The component's code, compiled now and kept. A cache that cannot be written costs time and nothing
    /// else.
    pub fn compile(
        &self,
        engine: &Engine,
        own: Digest,
        bytes: &[u8],
    ) -> Result<Component, CompileError> {
        let code = compile(bytes)?;
        let checksum = digest(&code);
        if let Err(error) = write_whole(&self.path(own), &[&checksum.0, &code]) {
            tracing::warn!(%error, "compiled code is not cached; the next start compiles again");
        }
        deserialize(engine, &code).map_err(|error| CompileError(error.to_string()))
    }

    /// The component's code, compiled now and not kept.
    pub fn compile_now(engine: &Engine, bytes: &[u8]) -> Result<Component, CompileError> {
        deserialize(engine, &compile(bytes)?).map_err(|error| CompileError(error.to_string()))
    }

    fn path(&self, own: Digest) -> PathBuf {
        self.folder.join(format!("{own}.code"))
    }
}

/// Compiles with an engine made for it, which is dropped with all the memory of its compiler. A panic of the
/// compiler is a component that cannot be compiled, not the end of the host.
fn compile(bytes: &[u8]) -> Result<Vec<u8>, CompileError> {
    let compiled = std::panic::catch_unwind(|| {
        let engine = engine::compiling().map_err(|error| error.to_string())?;
        engine.precompile_component(bytes).map_err(|error| shown(&format!("{error:#}")))
    });
    compiled.unwrap_or_else(|_| Err("the compiler gave up".to_owned())).map_err(CompileError)
}

/// Loads code that this host has compiled.
#[allow(
    unsafe_code,
    reason = "wasmtime trusts compiled code: ours was made by `compile`, lies in a folder that only the host \
              writes, and its digest has just been checked"
)]
fn deserialize(engine: &Engine, code: &[u8]) -> wasmtime::Result<Component> {
    // SAFETY: see the reason above. The engine itself checks its version and settings in the header.
    unsafe { Component::deserialize(engine, code) }
}
