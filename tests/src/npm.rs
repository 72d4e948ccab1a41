//! Packages of npm that tests need, installed once beside other build products.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder `into` with the packages that the folder `from` of this crate names, installed where they are not yet.
///
/// # Panics
/// npm does not install them; `what` says what they are.
pub(crate) fn installed(from: &str, into: &str, what: &str) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(from);
    let target = crate::target();
    let folder = target.join(into);
    if !folder.exists() {
        let fresh = tempfile::tempdir_in(&target).unwrap().keep();
        for file in ["package.json", "package-lock.json"] {
            fs::copy(source.join(file), fresh.join(file)).unwrap();
        }
        let npm = Command::new("npm")
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"])
            .current_dir(&fresh)
            .status();
        assert!(npm.is_ok_and(|status| status.success()), "npm (node 20 or later) installs {what}");
        // Another test may have been faster.
        if fs::rename(&fresh, &folder).is_err() {
            fs::remove_dir_all(&fresh).unwrap();
        }
    }
    folder
}
