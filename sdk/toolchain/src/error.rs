//! What can go wrong between a folder and a component, each with what to do next.

use std::path::PathBuf;

/// Why something was not installed or not built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A program could not be started at all.
    #[error("{program} could not be started: {source}")]
    Start {
        /// The program's path or name.
        program: String,
        /// What the operating system answered.
        source: std::io::Error,
    },

    /// A program ran and ended with a failure.
    #[error("`{command}` failed ({status}). It said:\n{said}")]
    Failed {
        /// The command as one would type it.
        command: String,
        /// How it ended, such as `exit status: 101`.
        status: String,
        /// The last lines it printed.
        said: String,
    },

    /// Installing takes rights that this process has no way to get.
    #[error(
        "installing takes root, and neither is this root nor is sudo to be had. As root, run:\n  {command}"
    )]
    NeedsRoot {
        /// The command to run by hand.
        command: String,
    },

    /// Installing would remove other packages, which is a person's decision.
    #[error(
        "{packages} would be removed by this installation, so it was not begun. If that is right, run it by hand:\n  {command}"
    )]
    WouldRemove {
        /// The installed packages that are in the way.
        packages: String,
        /// The command to run by hand.
        command: String,
    },

    /// Everything in the plan was tried.
    #[error("nothing that compiles programmes could be installed:{}", listed(.tried))]
    NothingWorked {
        /// One sentence for each way that was tried.
        tried: Vec<String>,
    },

    /// The folder has no `Cargo.toml`.
    #[error("{} is no programme in Rust: it has no Cargo.toml", folder.display())]
    NoManifest {
        /// The folder given.
        folder: PathBuf,
    },

    /// Cargo could not make sense of the folder.
    #[error("cargo cannot read {}:\n{said}", manifest.display())]
    Manifest {
        /// The `Cargo.toml`.
        manifest: PathBuf,
        /// Cargo's own words.
        said: String,
    },

    /// The crate has no library to make a component of.
    #[error(
        "{} has no library: a programme is a library, so put its code in src/lib.rs",
        manifest.display()
    )]
    NoLibrary {
        /// The `Cargo.toml`.
        manifest: PathBuf,
    },

    /// The compiler refused the programme. What it printed was passed on already.
    #[error("{package} does not compile; the compiler's messages stand above")]
    Compile {
        /// The package's name.
        package: String,
    },

    /// The compiled module states no interface.
    #[error(
        "{package} compiles, but exports no programme: does src/lib.rs call the macro that exports it?"
    )]
    ExportsNothing {
        /// The package's name.
        package: String,
    },

    /// The compiled module is damaged or of a shape this version does not know.
    #[error("{package} compiles to a module that cannot be read: {detail}")]
    Module {
        /// The package's name.
        package: String,
        /// What is wrong, and at which byte.
        detail: String,
    },

    /// The module could not be wrapped as a component.
    #[error("{package} compiles, but makes no component: {detail}")]
    Component {
        /// The package's name.
        package: String,
        /// What is wrong.
        detail: String,
    },

    /// A path of this machine got into the component, so it could not be reproduced elsewhere and would
    /// tell the world about its author's disk.
    #[error(
        "{package}'s component would hold the path {path} of this machine. Look for env!(\"CARGO_MANIFEST_DIR\"), \
         env!(\"HOME\") or a file name made while building"
    )]
    PathInside {
        /// The package's name.
        package: String,
        /// The path found in the bytes.
        path: String,
    },

    /// A file or folder could not be read or written.
    #[error("{} {}: {source}", path.display(), doing)]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What was tried, as in `cannot be written`.
        doing: &'static str,
        /// What the operating system answered.
        source: std::io::Error,
    },
}

impl Error {
    pub(crate) fn file(
        path: impl Into<PathBuf>,
        doing: &'static str,
    ) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, doing, source }
    }
}

fn listed(tried: &[String]) -> String {
    tried.iter().map(|line| format!("\n  - {line}")).collect()
}
