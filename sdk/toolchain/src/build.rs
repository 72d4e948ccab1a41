//! One folder in, one component out.
//!
//! The settings that make a component small and the same everywhere are handed to cargo from outside, so a
//! programme's own `Cargo.toml` says nothing about them and a crate in a workspace builds like a lone one.

use crate::command::{Output, perform, run};
use crate::component::{refuse_paths, wrap, write_whole};
use crate::package::Package;
use crate::{Error, Library, Progress, Quiet, TARGET, Toolchain};
use sha2::{Digest, Sha256};
use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A component that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// The file.
    pub component: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// The SHA-256 of its bytes, in lower-case hexadecimal.
    pub sha256: String,
}

/// How cargo's release profile is set. Integer overflow traps: a rule that counts wrong must stop the
/// assessment, not colour it.
const PROFILE: [(&str, &str); 9] = [
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "1"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "none"),
    ("CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS", "false"),
    ("CARGO_PROFILE_RELEASE_INCREMENTAL", "false"),
    ("CARGO_PROFILE_RELEASE_LTO", "fat"),
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "s"),
    ("CARGO_PROFILE_RELEASE_OVERFLOW_CHECKS", "true"),
    ("CARGO_PROFILE_RELEASE_PANIC", "abort"),
    ("CARGO_PROFILE_RELEASE_STRIP", "symbols"),
];

/// What the surrounding environment may not decide about a programme.
const FOREIGN_PREFIXES: [&str; 4] =
    ["CARGO_PROFILE_", "CARGO_BUILD_", "CARGO_TARGET_", "CARGO_UNSTABLE_"];
const FOREIGN_NAMES: [&str; 5] = [
    "RUSTFLAGS",
    "CARGO_ENCODED_RUSTFLAGS",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTC_BOOTSTRAP",
    "LD_LIBRARY_PATH",
];

/// Compiles the crate in `folder` and writes the component to `out`.
///
/// `out` is the file if its name ends in `.wasm`, else a folder that gets `<package>.wasm`. It appears whole
/// or not at all. What the compiler prints about the programme goes to [`Progress::say`] as it is.
///
/// The compiler works in `guests` inside cargo's target directory: `CARGO_TARGET_DIR` if that is set, else
/// `target` of the folder's workspace.
///
/// # Errors
///
/// Each [`Error`] names the folder or package and what to do.
pub fn build(
    folder: &Path,
    toolchain: &Toolchain,
    out: &Path,
    progress: &mut dyn Progress,
) -> Result<Built, Error> {
    let package = Package::read(folder, toolchain)?;
    let guests = package.target_directory.join("guests");
    build_package(&package, toolchain, out, &guests, progress)
}

/// As [`build`], with the compiler at work in the folder `guests`. Folders that share it share what they have
/// in common, so only the first of them takes long.
///
/// # Errors
///
/// As [`build`].
pub fn build_in(
    guests: &Path,
    folder: &Path,
    toolchain: &Toolchain,
    out: &Path,
    progress: &mut dyn Progress,
) -> Result<Built, Error> {
    build_package(&Package::read(folder, toolchain)?, toolchain, out, guests, progress)
}

fn build_package(
    package: &Package,
    toolchain: &Toolchain,
    out: &Path,
    guests: &Path,
    progress: &mut dyn Progress,
) -> Result<Built, Error> {
    // Two compilers that share a folder would rebuild each other's work.
    let guests = std::path::absolute(guests.join(toolchain.identity()))
        .map_err(Error::file(guests, "cannot be found"))?;
    if matches!(toolchain.library, Library::Source(_)) && !guests.exists() {
        progress
            .say("The first build compiles the standard library too and takes a minute or two.");
    }
    progress.begin(&format!("{}: compiling", package.name));
    std::fs::create_dir_all(&guests).map_err(Error::file(&guests, "cannot be made"))?;
    let module = {
        // Two packages of one name, in two folders, would write the same module.
        let _alone = lock(&guests, progress)?;
        forget_namesakes(package, toolchain, &guests)?;
        let file = compile(package, toolchain, &guests, progress)?;
        std::fs::read(&file).map_err(Error::file(file, "cannot be read"))?
    };
    let component = wrap(&package.name, &module)?;
    let private = [home(), cargo_home(), Some(package.folder.clone()), Some(guests)];
    refuse_paths(&package.name, private.into_iter().flatten(), &component)?;

    let file = match out.extension() {
        Some(extension) if extension == "wasm" => out.to_owned(),
        _ => out.join(format!("{}.wasm", package.name)),
    };
    write_whole(&file, &component)?;
    let sha256 = Sha256::digest(&component).iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Built { component: file, bytes: component.len() as u64, sha256 })
}

fn lock(guests: &Path, progress: &mut dyn Progress) -> Result<File, Error> {
    let path = guests.join("lock");
    let file = File::create(&path).map_err(Error::file(&path, "cannot be made"))?;
    if file.try_lock().is_err() {
        progress.begin("waiting for another build of a programme");
        file.lock().map_err(Error::file(&path, "cannot be locked"))?;
    }
    Ok(file)
}

/// Makes cargo forget crates of this workspace's names that it compiled for another workspace.
///
/// Cargo knows a workspace's crates by their names and relative paths, and whether to compile them again by
/// the age of their files. So where two workspaces with a crate of the same name share a target directory, it
/// may take the one's code for the other's.
fn forget_namesakes(package: &Package, toolchain: &Toolchain, guests: &Path) -> Result<(), Error> {
    let folder = guests.join("compiled-from");
    std::fs::create_dir_all(&folder).map_err(Error::file(&folder, "cannot be made"))?;
    let workspace = package.workspace.as_os_str().as_encoded_bytes();
    for member in &package.members {
        let note = folder.join(member);
        match std::fs::read(&note) {
            Ok(noted) if noted == workspace => continue,
            Ok(_) => {
                let mut clean = cargo(package, toolchain);
                clean.args(["clean", "--release", "--target", TARGET, "--package", member]);
                clean.arg("--manifest-path").arg(&package.manifest).arg("--target-dir").arg(guests);
                perform(&mut clean, &mut Quiet::default())?;
            }
            Err(_) => {}
        }
        std::fs::write(&note, workspace).map_err(Error::file(&note, "cannot be written"))?;
    }
    Ok(())
}

/// Runs cargo and returns the module it made.
fn compile(
    package: &Package,
    toolchain: &Toolchain,
    guests: &Path,
    progress: &mut dyn Progress,
) -> Result<PathBuf, Error> {
    let mut cargo = cargo(package, toolchain);
    cargo.envs(PROFILE).env("CARGO_ENCODED_RUSTFLAGS", rustflags(package, toolchain, guests));
    // The crate type is named here because a library that other crates use too is not optimised as a whole.
    cargo.args(["rustc", "--release", "--lib", "--crate-type", "cdylib", "--target", TARGET]);
    cargo.args(["--message-format", "json-render-diagnostics"]);
    cargo.arg("--manifest-path").arg(&package.manifest).arg("--target-dir").arg(guests);
    if let Library::Source(_) = toolchain.library {
        // Building the library is not yet a stable part of cargo; it is of the compiler's own source.
        cargo.args(["-Z", "build-std=std,panic_abort"]).env("RUSTC_BOOTSTRAP", "1");
    }

    cargo.args(["--color", if progress.colours() { "always" } else { "never" }]);
    let mut module = None;
    let status = run(&mut cargo, |output, line| match output {
        Output::Standard => module = package.module_in(line).or_else(|| module.take()),
        Output::Error if shows_work(line) => progress.detail(line),
        Output::Error => progress.say(line),
    })?;
    match module {
        Some(module) if status.success() => Ok(module),
        _ => Err(Error::Compile { package: package.name.clone() }),
    }
}

/// Cargo, of this toolchain, in the programme's folder, without what the surroundings say about compiling.
fn cargo(package: &Package, toolchain: &Toolchain) -> Command {
    let mut cargo = Command::new(&toolchain.cargo);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let foreign = FOREIGN_PREFIXES.iter().any(|prefix| text.starts_with(prefix))
            || FOREIGN_NAMES.iter().any(|foreign| text == *foreign);
        if foreign {
            cargo.env_remove(&name);
        }
    }
    cargo.current_dir(&package.folder).env("RUSTC", &toolchain.rustc);
    if let Some(linker) = &toolchain.linker {
        cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
    }
    cargo
}

/// Where the programme is built must not be seen in it. Of two prefixes that fit, the compiler takes the one
/// named last. Cargo names the files of the crate itself, and of its workspace, by relative paths already.
fn rustflags(package: &Package, toolchain: &Toolchain, guests: &Path) -> OsString {
    let mut renamed: Vec<(PathBuf, String)> = Vec::new();
    renamed.extend(home().map(|home| (home, "/home".to_owned())));
    renamed.extend(cargo_home().map(|home| (home, "/cargo".to_owned())));
    renamed.push((guests.to_owned(), "/target".to_owned()));
    if let Library::Source(source) = &toolchain.library {
        renamed.push((source.clone(), "/rust".to_owned()));
    }
    renamed
        .extend(package.outside.iter().map(|(name, folder)| (folder.clone(), format!("/{name}"))));

    let mut flags = OsString::new();
    for (from, to) in renamed {
        if !flags.is_empty() {
            flags.push("\x1f");
        }
        flags.push("--remap-path-prefix=");
        flags.push(from);
        flags.push("=");
        flags.push(to);
    }
    flags
}

fn home() -> Option<PathBuf> {
    std::env::home_dir().filter(|home| home.components().count() > 1)
}

fn cargo_home() -> Option<PathBuf> {
    std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(home()?.join(".cargo")))
}

/// Whether a line of cargo's only shows that work goes on: a verb, right-aligned in twelve columns.
fn shows_work(line: &str) -> bool {
    let mut plain = String::with_capacity(line.len());
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character == '\x1b' {
            // A colour: everything up to its closing letter.
            characters.by_ref().find(char::is_ascii_alphabetic);
        } else {
            plain.push(character);
        }
    }
    let verb = plain.trim_start();
    let indent = plain.len() - verb.len();
    let Some((verb, _)) = verb.split_once(' ') else { return false };
    indent + verb.len() == 12 && verb.starts_with(|first: char| first.is_ascii_uppercase())
}
