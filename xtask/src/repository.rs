//! Where things are in this checkout, and running its tools there.

use crate::Failure;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::Command;

/// This checkout.
pub(crate) struct Repository {
    pub(crate) root: PathBuf,
    /// Cargo's target directory, which may lie outside.
    pub(crate) target: PathBuf,
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Metadata {
    workspace_root: PathBuf,
    target_directory: PathBuf,
    packages: Vec<Package>,
}

/// A crate of the workspace, as cargo describes it.
#[derive(Deserialize)]
struct Package {
    name: String,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

impl Repository {
    /// The checkout that this program was started from by `cargo xtask`.
    pub(crate) fn find() -> Result<Self, Failure> {
        // Asked for while running: a target directory may serve two checkouts.
        let here = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| ".".to_owned());
        let output = cargo()
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .current_dir(here)
            .output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into());
        }
        let Metadata { workspace_root, target_directory, packages } =
            serde_json::from_slice(&output.stdout)?;
        Ok(Self { root: workspace_root, target: target_directory, packages })
    }

    /// Where built components are put.
    pub(crate) fn components(&self) -> PathBuf {
        self.target.join("components")
    }

    /// Where tools that only these chores use are installed.
    pub(crate) fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// Cargo, in the checkout.
    pub(crate) fn cargo(&self) -> Command {
        let mut cargo = cargo();
        cargo.current_dir(&self.root);
        cargo
    }

    /// The benchmarks of one crate, by name. Empty where the crate has none or does not exist.
    pub(crate) fn benches(&self, package: &str) -> Vec<String> {
        let package = self.packages.iter().find(|known| known.name == package);
        let targets = package.iter().flat_map(|package| &package.targets);
        let benches = targets.filter(|target| target.kind.iter().any(|kind| kind == "bench"));
        benches.map(|target| target.name.clone()).collect()
    }
}

fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs a command on this terminal and fails if it does.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let status = command.status().map_err(|error| not_started(command, &error))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{} failed ({status})", shown(command)).into())
    }
}

/// Becomes the command: its signals, its last line and its exit code are this program's.
#[cfg(unix)]
pub(crate) fn become_command(command: &mut Command) -> Result<(), Failure> {
    use std::os::unix::process::CommandExt;
    let error = command.exec();
    Err(not_started(command, &error))
}

/// Runs the command as the last thing this program does.
#[cfg(not(unix))]
pub(crate) fn become_command(command: &mut Command) -> Result<(), Failure> {
    run(command)
}

/// Whether a program of this name is on the `PATH`.
pub(crate) fn on_path(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(name).is_file())
}

fn not_started(command: &Command, error: &std::io::Error) -> Failure {
    format!("{} could not be started: {error}", shown(command)).into()
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let words = std::iter::once(program).chain(command.get_args());
    format!("`{}`", words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" "))
}
