//! What is missing and how it could be had, told to a person before anything is installed.

use crate::command::SearchPath;
use crate::debian::Packages;
use crate::{OLDEST_RUSTC, TARGET};
use std::fmt;

/// Why one compiler does not do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Hindrance {
    TooOld(String),
    NoCargo(String),
    NoLibrary(String),
    NoLinker(String),
}

impl fmt::Display for Hindrance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooOld(compiler) => {
                let (major, minor) = OLDEST_RUSTC;
                write!(f, "{compiler} is older than {major}.{minor}")
            }
            Self::NoCargo(compiler) => write!(f, "{compiler} has no cargo beside it"),
            Self::NoLibrary(compiler) => {
                write!(f, "{compiler} has no standard library for {TARGET}")
            }
            Self::NoLinker(compiler) => {
                write!(
                    f,
                    "{compiler} has the standard library's source, but there is no linker for WebAssembly"
                )
            }
        }
    }
}

/// Nothing on this machine compiles programmes. Its text says what was looked at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Missing {
    hindrances: Vec<Hindrance>,
    plan: Plan,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "No compiler on this machine can make programmes.")?;
        if self.hindrances.is_empty() {
            return write!(f, " There is no rustc on the PATH.");
        }
        self.hindrances.iter().try_for_each(|hindrance| write!(f, "\n  - {hindrance}"))
    }
}

impl Missing {
    pub(crate) fn new(hindrances: Vec<Hindrance>, path: &SearchPath, has_linker: bool) -> Self {
        let mut ways = Vec::new();
        let active_lacks_only_the_library =
            matches!(hindrances.first(), Some(Hindrance::NoLibrary(_)));
        if active_lacks_only_the_library && path.find("rustup").is_some() {
            ways.push(Way::RustupTarget);
        }
        if path.find("apt-get").is_some() {
            ways.push(Way::Debian(debian_compiler(has_linker)));
        }
        Self { hindrances, plan: Plan { ways } }
    }

    /// What would be installed, why, how large it is and with which command.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }
}

/// The ways to get a compiler for programmes, to be tried in order until one works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// In the order they are tried. Empty where this crate knows no way.
    pub ways: Vec<Way>,
}

/// One way to get a compiler for programmes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Way {
    /// Let rustup download the compiled library for the compiler in use.
    RustupTarget,
    /// Take Debian's own newer compiler and the library's source, beside what is there.
    Debian(Packages),
}

impl Way {
    /// The command as one would type it.
    #[must_use]
    pub fn command(&self) -> String {
        match self {
            Self::RustupTarget => format!("rustup target add {TARGET}"),
            Self::Debian(packages) => packages.command(),
        }
    }

    /// What it brings, and about how large it is.
    #[must_use]
    pub fn brings(&self) -> &str {
        match self {
            Self::RustupTarget => {
                "the compiled library for the compiler in use; about 20 MB to download, 95 MB on disk"
            }
            Self::Debian(packages) => &packages.brings,
        }
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "A programme is compiled to WebAssembly, and that takes Rust's standard library for {TARGET}."
        )?;
        if self.ways.is_empty() {
            return write!(
                f,
                "Neither rustup nor apt-get is here to install it. Install Rust with rustup, then run:\n  rustup target add {TARGET}"
            );
        }
        write!(f, "To be installed, by the first of these that works:")?;
        for (number, way) in (1..).zip(&self.ways) {
            write!(f, "\n  {number}. {}\n     {}", way.command(), way.brings())?;
        }
        Ok(())
    }
}

/// Debian 12 keeps a recent compiler for building its browsers. It ships no library for [`TARGET`], but the
/// source of it.
fn debian_compiler(has_linker: bool) -> Packages {
    let mut names = vec!["rustc-web", "cargo-web", "rust-web-src"];
    if !has_linker {
        names.push("lld-22");
    }
    Packages {
        names,
        brings: "Debian's own newer compiler and the library's source, in /usr, beside any other; about 150 MB to \
                 download, 800 MB on disk. The library is then compiled once, in about 40 seconds"
            .to_owned(),
    }
}
