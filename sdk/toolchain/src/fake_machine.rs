//! A machine that does not exist, for tests: a folder with a few shell scripts in the place of compilers and
//! installers. The scripts run in that folder.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use crate::TARGET;
use crate::command::SearchPath;
use crate::find::Search;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

pub(crate) struct FakeMachine {
    folder: tempfile::TempDir,
}

impl FakeMachine {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("bin")).unwrap();
        Self { folder }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A program on the machine's `PATH`.
    pub(crate) fn program(&self, name: &str, script: &str) {
        let file = self.path().join("bin").join(name);
        let script =
            format!("#!/bin/sh\nPATH=/usr/bin:/bin\ncd '{}'\n{script}\n", self.path().display());
        std::fs::write(&file, script).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// A compiler with a cargo beside it. The machine's folder is its sysroot.
    pub(crate) fn rustc(&self, version: &str) {
        let root = self.path().display();
        self.program(
            "rustc",
            &format!(
                "case \"$1\" in\n-vV) printf 'rustc {version}\\nhost: test\\nrelease: {version}\\n' ;;\n\
                 *) printf '%s\\n' '{root}' '{root}/lib/rustlib/{TARGET}/lib' ;;\nesac"
            ),
        );
        self.program("cargo", "exit 1");
    }

    /// A script that installs the compiled library.
    pub(crate) fn add_library(&self) -> String {
        let library = format!("lib/rustlib/{TARGET}/lib");
        format!("mkdir -p {library} && touch {library}/libstd-1.rlib")
    }

    /// An empty file, with its folders.
    pub(crate) fn file(&self, name: &str) {
        let file = self.path().join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, "").unwrap();
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.path().join(name).exists()
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).unwrap()
    }

    /// A look at this machine and no other.
    pub(crate) fn search(&self) -> Search {
        let bin: PathBuf = self.path().join("bin");
        Search {
            compilers: vec![bin.join("rustc")],
            path: SearchPath { folders: vec![bin] },
            installed_library_counts: true,
        }
    }
}
