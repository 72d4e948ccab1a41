//! Looking for a compiler that can make programmes. Nothing is installed and nothing is written.
//!
//! Two things make a compiler fit: its standard library for [`TARGET`] is installed, or the library's source
//! is, and a linker for WebAssembly, so that it can be compiled along with the programme. The first is
//! preferred, as it saves the better part of a minute. Candidates are the compiler of this environment (the
//! first `rustc` on the `PATH`, or the one named by `RUSTC`) and the system's own at `/usr/bin/rustc`, which
//! may be another one.

use crate::command::{SearchPath, ask};
use crate::plan::{Hindrance, Missing};
use crate::{OLDEST_RUSTC, TARGET};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A compiler that can make programmes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toolchain {
    pub(crate) rustc: PathBuf,
    pub(crate) cargo: PathBuf,
    pub(crate) linker: Option<PathBuf>,
    /// Where the standard library comes from.
    pub library: Library,
    /// The compiler's version, as in `1.95.0`.
    pub version: String,
    /// All the compiler says of itself; two compilers never share it.
    pub(crate) verbose_version: String,
}

/// Where a [`Toolchain`] has the standard library for [`TARGET`] from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Library {
    /// Compiled, beside the compiler.
    Installed,
    /// Source in this folder, compiled once for each target directory, in about 40 seconds on two cores.
    Source(PathBuf),
}

impl Toolchain {
    /// The compiler's program.
    #[must_use]
    pub fn rustc(&self) -> &Path {
        &self.rustc
    }

    /// A short name, fit for a folder, that two different toolchains never share.
    #[must_use]
    pub fn identity(&self) -> String {
        let kind = match self.library {
            Library::Installed => "",
            Library::Source(_) => "-std-from-source",
        };
        let digest = Sha256::digest(self.verbose_version.as_bytes());
        let short: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        format!("rustc-{}-{short}{kind}", self.version)
    }
}

impl std::fmt::Display for Toolchain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "rustc {} ({})", self.version, self.rustc.display())?;
        match self.library {
            Library::Installed => Ok(()),
            Library::Source(_) => write!(f, ", standard library compiled from source"),
        }
    }
}

/// Finds a compiler that can make programmes.
///
/// # Errors
///
/// [`Missing`] says what was looked at and has the plan for getting one.
pub fn find() -> Result<Toolchain, Missing> {
    Search::here().run()
}

/// Finds a compiler that has the standard library's source, even where one with the compiled library is at
/// hand. Meant for trying that way on purpose.
///
/// # Errors
///
/// As [`find`].
pub fn find_library_source() -> Result<Toolchain, Missing> {
    Search { installed_library_counts: false, ..Search::here() }.run()
}

/// Where to look; a value of its own so that tests can lay out machines that do not exist.
#[derive(Debug, Clone)]
pub(crate) struct Search {
    /// Compilers to ask, the preferred one first.
    pub(crate) compilers: Vec<PathBuf>,
    /// Where rustup, apt-get and linkers are looked for.
    pub(crate) path: SearchPath,
    pub(crate) installed_library_counts: bool,
}

impl Search {
    pub(crate) fn here() -> Self {
        let path = SearchPath::of_this_process();
        let active = std::env::var_os("RUSTC").map(PathBuf::from).or_else(|| path.find("rustc"));
        let system = PathBuf::from("/usr/bin/rustc");
        Self {
            compilers: active.into_iter().chain([system]).collect(),
            path,
            installed_library_counts: true,
        }
    }

    pub(crate) fn run(&self) -> Result<Toolchain, Missing> {
        let mut hindrances = Vec::new();
        let mut fit = Vec::new();
        let compilers: Vec<Compiler> =
            self.compilers.iter().filter_map(|path| Compiler::ask(path)).collect();
        for compiler in &compilers {
            match self.toolchain(compiler, &compilers) {
                Ok(toolchain) => fit.push(toolchain),
                Err(hindrance) => hindrances.push(hindrance),
            }
        }
        hindrances.dedup();
        let at =
            fit.iter().position(|toolchain| toolchain.library == Library::Installed).unwrap_or(0);
        if fit.is_empty() {
            let has_linker = self.linker(&compilers).is_some();
            return Err(Missing::new(hindrances, &self.path, has_linker));
        }
        Ok(fit.swap_remove(at))
    }

    fn toolchain(&self, compiler: &Compiler, all: &[Compiler]) -> Result<Toolchain, Hindrance> {
        if compiler.release < OLDEST_RUSTC {
            return Err(Hindrance::TooOld(compiler.name()));
        }
        let cargo = compiler.cargo.clone().ok_or_else(|| Hindrance::NoCargo(compiler.name()))?;
        let toolchain = |library, linker| Toolchain {
            rustc: compiler.rustc.clone(),
            cargo,
            linker,
            library,
            version: compiler.version.clone(),
            verbose_version: compiler.verbose_version.clone(),
        };
        let linker = self.linker(all);
        if self.installed_library_counts && compiler.has_library() {
            // Its own linker is the right one; another is named only where it has none.
            let foreign = if compiler.own_linker().is_some() { None } else { linker };
            return Ok(toolchain(Library::Installed, foreign));
        }
        let source =
            compiler.library_source().ok_or_else(|| Hindrance::NoLibrary(compiler.name()))?;
        let linker = linker.ok_or_else(|| Hindrance::NoLinker(compiler.name()))?;
        Ok(toolchain(Library::Source(source), Some(linker)))
    }

    /// A linker for WebAssembly: the one that any of the compilers brings along, or LLVM's own.
    fn linker(&self, compilers: &[Compiler]) -> Option<PathBuf> {
        compilers.iter().find_map(Compiler::own_linker).or_else(|| {
            let names = ["rust-lld".to_owned(), "wasm-ld".to_owned()].into_iter();
            // Older linkers than 19 do not know what today's compilers write.
            let names = names.chain((19..=40).rev().map(|version| format!("wasm-ld-{version}")));
            names.into_iter().find_map(|name| self.path.find(&name))
        })
    }
}

/// A compiler that answered.
struct Compiler {
    rustc: PathBuf,
    cargo: Option<PathBuf>,
    sysroot: PathBuf,
    /// Where the compiled library for [`TARGET`] would be.
    library: PathBuf,
    host: String,
    version: String,
    release: (u32, u32),
    verbose_version: String,
}

impl Compiler {
    fn ask(rustc: &Path) -> Option<Self> {
        let verbose_version = ask(Command::new(rustc).arg("-vV"))?;
        let stated = |key: &str| {
            let line = verbose_version.lines().find_map(|line| line.strip_prefix(key))?;
            Some(line.trim().to_owned())
        };
        let version = stated("release:")?;
        let host = stated("host:")?;
        let mut numbers = version.split('.').map(str::parse::<u32>);
        let release = (numbers.next()?.ok()?, numbers.next()?.ok()?);

        let places = ask(Command::new(rustc).args([
            "--print",
            "sysroot",
            "--print",
            "target-libdir",
            "--target",
            TARGET,
        ]))?;
        let mut places = places.lines().map(PathBuf::from);
        let (sysroot, library) = (places.next()?, places.next()?);

        // `rustc` may be rustup's stand-in, which asks the folder it is called from. The compiler itself is
        // in its sysroot, and the cargo that belongs to it stands beside it.
        let own = sysroot.join("bin").join("rustc");
        let rustc = if own.is_file() { own } else { rustc.to_owned() };
        let cargo =
            rustc.parent().map(|folder| folder.join("cargo")).filter(|cargo| cargo.is_file());
        Some(Self { rustc, cargo, sysroot, library, host, version, release, verbose_version })
    }

    fn name(&self) -> String {
        format!("rustc {} ({})", self.version, self.rustc.display())
    }

    /// Whether the folder holds the library itself: the folder alone is there after an uninstallation too.
    fn has_library(&self) -> bool {
        let Ok(files) = self.library.read_dir() else { return false };
        files.flatten().any(|file| file.file_name().to_string_lossy().starts_with("libstd-"))
    }

    fn library_source(&self) -> Option<PathBuf> {
        let source = self.sysroot.join("lib/rustlib/src/rust");
        source.join("library/std/Cargo.toml").is_file().then_some(source)
    }

    fn own_linker(&self) -> Option<PathBuf> {
        let linker = self.sysroot.join("lib/rustlib").join(&self.host).join("bin/rust-lld");
        linker.is_file().then_some(linker)
    }
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
    use super::*;
    use crate::fake_machine::FakeMachine;

    const LIBRARY: &str = "lib/rustlib/wasm32-unknown-unknown/lib/libstd-1.rlib";
    const SOURCE: &str = "lib/rustlib/src/rust/library/std/Cargo.toml";
    const LINKER: &str = "lib/rustlib/test/bin/rust-lld";

    #[test]
    fn an_installed_library_is_used() {
        let machine = FakeMachine::new();
        machine.rustc("1.95.0");
        machine.file(LIBRARY);
        let toolchain = machine.search().run().unwrap();
        assert_eq!(toolchain.library, Library::Installed);
        assert_eq!(toolchain.version, "1.95.0");
    }

    #[test]
    fn an_installed_library_is_preferred_to_source_in_an_earlier_compiler() {
        let (first, second) = (FakeMachine::new(), FakeMachine::new());
        first.rustc("1.96.0");
        first.file(SOURCE);
        first.file(LINKER);
        second.rustc("1.95.0");
        second.file(LIBRARY);
        let mut search = first.search();
        search.compilers.extend(second.search().compilers);
        assert_eq!(search.run().unwrap().version, "1.95.0");
    }

    #[test]
    fn source_borrows_the_linker_of_another_compiler() {
        let (first, second) = (FakeMachine::new(), FakeMachine::new());
        first.rustc("1.95.0");
        first.file(LINKER);
        second.rustc("1.96.0");
        second.file(SOURCE);
        let mut search = first.search();
        search.compilers.extend(second.search().compilers);
        let toolchain = search.run().unwrap();
        assert_eq!(toolchain.version, "1.96.0");
        assert_eq!(toolchain.linker, Some(first.path().join(LINKER)));
    }

    #[test]
    fn source_without_a_linker_does_not_do() {
        let machine = FakeMachine::new();
        machine.rustc("1.96.0");
        machine.file(SOURCE);
        let missing = machine.search().run().unwrap_err();
        assert!(missing.to_string().contains("no linker for WebAssembly"), "{missing}");
    }

    #[test]
    fn llvms_newest_linker_is_taken() {
        let machine = FakeMachine::new();
        machine.rustc("1.96.0");
        machine.file(SOURCE);
        machine.program("wasm-ld-19", "");
        machine.program("wasm-ld-22", "");
        let toolchain = machine.search().run().unwrap();
        assert_eq!(toolchain.linker, Some(machine.path().join("bin/wasm-ld-22")));
    }

    #[test]
    fn an_old_compiler_is_refused_whatever_it_has() {
        let machine = FakeMachine::new();
        machine.rustc("1.63.0");
        machine.file(LIBRARY);
        let missing = machine.search().run().unwrap_err();
        assert!(missing.to_string().contains("older than 1.95"), "{missing}");
    }

    #[test]
    fn a_plan_names_every_command_and_its_size() {
        let machine = FakeMachine::new();
        machine.rustc("1.95.0");
        machine.program("rustup", "touch called");
        machine.program("apt-get", "touch called");
        let plan = machine.search().run().unwrap_err().plan().to_string();
        assert!(plan.contains("1. rustup target add wasm32-unknown-unknown"), "{plan}");
        assert!(
            plan.contains(
                "2. apt-get install --no-install-recommends rustc-web cargo-web rust-web-src lld-22"
            ),
            "{plan}"
        );
        assert!(plan.contains("about 150 MB to download"), "{plan}");
        assert!(!machine.has("called"), "looking must not install");
    }

    #[test]
    fn rustup_is_not_proposed_for_a_compiler_that_is_too_old() {
        let machine = FakeMachine::new();
        machine.rustc("1.90.0");
        machine.program("rustup", "");
        assert!(machine.search().run().unwrap_err().plan().ways.is_empty());
    }

    #[test]
    fn a_machine_without_rust_or_installers_is_told_what_to_install() {
        let missing = FakeMachine::new().search().run().unwrap_err();
        assert!(missing.to_string().contains("There is no rustc on the PATH"), "{missing}");
        assert!(missing.plan().to_string().contains("Install Rust with rustup"));
    }

    #[test]
    fn toolchains_that_differ_have_different_identities() {
        let machine = FakeMachine::new();
        machine.rustc("1.95.0");
        machine.file(LIBRARY);
        let installed = machine.search().run().unwrap();
        let from_source =
            Toolchain { library: Library::Source(PathBuf::new()), ..installed.clone() };
        let rebuilt =
            Toolchain { verbose_version: "another commit".to_owned(), ..installed.clone() };
        let identities = [installed.identity(), from_source.identity(), rebuilt.identity()];
        assert!(
            identities[0] != identities[1]
                && identities[0] != identities[2]
                && identities[1] != identities[2]
        );
    }
}
