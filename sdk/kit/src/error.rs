//! What can go wrong between an idea and a component, each with the place and the remedy.

use gtp_programme_file::Problems;
use std::path::PathBuf;

/// Why something was not begun or not built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The name is none.
    #[error("`{name}` is no name for a programme: {why}")]
    Name {
        /// What was given.
        name: String,
        /// What is wrong with it.
        why: &'static str,
    },

    /// There is no template of that name.
    #[error("there is no template `{0}`")]
    NoTemplate(String),

    /// Something lies where the programme was to be written.
    #[error("there is a {} already, and nothing is ever overwritten", .0.display())]
    Exists(PathBuf),

    /// The author's kit is nowhere to be found.
    #[error("a programme in Rust depends on gtp-sdk, and {} holds none", looked_at(.0))]
    NoSdk(Option<PathBuf>),

    /// There is nothing to build.
    #[error("{} holds no programme: there is no programme.toml", .0.display())]
    NoProgramme(PathBuf),

    /// What the files say is wrong.
    #[error("{} in {file}", count(.problems))]
    Wrong {
        /// The programme's file.
        file: PathBuf,
        /// What is wrong, each with its place.
        problems: Problems,
    },

    /// The component without code could not be made.
    #[error(transparent)]
    Join(#[from] gtp_join::Error),

    /// There is no compiler for programmes.
    #[error("{0}")]
    NoToolchain(Box<gtp_toolchain::Missing>),

    /// Compiling failed.
    #[error(transparent)]
    Toolchain(#[from] gtp_toolchain::Error),

    /// The folder cannot be watched.
    #[error("changes in {} cannot be noticed: {source}", path.display())]
    Watch {
        /// The folder.
        path: PathBuf,
        /// What the operating system answered.
        source: notify::Error,
    },

    /// A file or folder cannot be read or written.
    #[error("{} cannot be {doing}: {source}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What was tried, as in `written`.
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

    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        Some(match self {
            Self::Name { .. } => {
                "take small letters, digits and hyphens, for example after-surgery".to_owned()
            }
            Self::NoTemplate(_) => {
                let names: Vec<&str> = crate::templates().iter().map(|own| own.name).collect();
                format!("the templates are {}", names.join(", "))
            }
            Self::Exists(_) => {
                "choose another name, or another folder with --in, or move away what is there".to_owned()
            }
            Self::NoSdk(_) => "name the folder `sdk` of a checkout of the platform with --sdk, or a git \
                               repository that holds it; or take a template without code: plain, questionnaire"
                .to_owned(),
            Self::NoProgramme(_) => {
                "name the folder of a programme; `gtp new NAME` begins one".to_owned()
            }
            Self::Wrong { .. } => "each place and a way out stand above".to_owned(),
            Self::NoToolchain(missing) => {
                format!("{}\n`gtp build --install` does that; a programme without code needs no compiler", missing.plan())
            }
            Self::File { source, .. } if source.kind() == std::io::ErrorKind::PermissionDenied => {
                "this account may not do that there: choose another folder, or see to its permissions".to_owned()
            }
            Self::File { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
                "the folder it is to lie in must be there: make it, or name another".to_owned()
            }
            Self::File { .. } => "choose another folder, or see to this one".to_owned(),
            Self::Watch { .. } => "build by hand with `gtp build` after each change".to_owned(),
            Self::Join(_) | Self::Toolchain(_) => return None,
        })
    }
}

fn looked_at(path: &Option<PathBuf>) -> String {
    match path {
        Some(path) => path.display().to_string(),
        None => "the checkout that this gtp was built from is gone; nothing else".to_owned(),
    }
}

fn count(problems: &Problems) -> String {
    match problems.0.len() {
        1 => "one thing is wrong".to_owned(),
        more => format!("{more} things are wrong"),
    }
}
