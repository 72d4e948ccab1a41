//! From a programme's folder to one component file.
//!
//! A programme is a Rust crate compiled to `wasm32-unknown-unknown` and wrapped as a WebAssembly component.
//! That takes a compiler with the standard library for that target, which a fresh machine rarely has. So the
//! work is split into steps that a person can follow and stop between:
//!
//! 1. [`find`] looks at what is there. It installs nothing.
//! 2. [`Missing::plan`] says in plain words what would have to be installed, why, with which command and how
//!    large it is.
//! 3. [`install`] carries the plan out.
//! 4. [`build`] compiles a folder and writes the component.
//!
//! ```no_run
//! use gtp_toolchain::{Console, build, find, install};
//! use std::path::Path;
//!
//! let mut console = Console::new();
//! let toolchain = match find() {
//!     Ok(toolchain) => toolchain,
//!     Err(missing) => {
//!         eprintln!("{missing}\n{}", missing.plan());
//!         install(missing.plan(), &mut console)?
//!     }
//! };
//! let built = build(Path::new("programmes/heart"), &toolchain, Path::new("components"), &mut console)?;
//! println!("{} {} bytes, sha256 {}", built.component.display(), built.bytes, built.sha256);
//! # Ok::<(), gtp_toolchain::Error>(())
//! ```
//!
//! The same source gives the same bytes in any folder and for any person: paths of the machine are replaced
//! before they reach the component, and one that slips through is refused.

mod build;
mod command;
mod component;
mod debian;
mod error;
#[cfg(all(test, unix))]
mod fake_machine;
mod find;
mod install;
mod package;
mod plan;
mod progress;
mod strip;

pub use build::{Built, build, build_in};
pub use debian::Packages;
pub use error::Error;
pub use find::{Library, Toolchain, find, find_library_source};
pub use install::install;
pub use plan::{Missing, Plan, Way};
pub use progress::{Console, Progress, Quiet};

/// The target every programme is compiled for: WebAssembly without any system interface.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// The oldest compiler that programmes are built with, as (major, minor).
pub const OLDEST_RUSTC: (u32, u32) = (1, 95);
