//! What is measured, each next to its floor in the same run. Ratios of one run mean something on any machine;
//! bare times do not, so none of this is a test.

use crate::repository::{Repository, run};
use crate::{Failure, components};
use clap::{Args, ValueEnum};

#[derive(Args)]
pub(crate) struct Bench {
    /// What to measure; all that exist where nothing is named
    what: Option<What>,
    /// Passed on to the benchmark
    #[arg(last = true)]
    arguments: Vec<String>,
}

#[derive(Clone, Copy, ValueEnum)]
enum What {
    Http,
    Record,
    Runtime,
    Care,
    Replay,
}

impl What {
    const ALL: [Self; 5] = [Self::Http, Self::Record, Self::Runtime, Self::Care, Self::Replay];

    /// The crate, and the one benchmark of it where it has several subjects.
    fn place(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Http => ("gtp-tests", Some("http")),
            Self::Record => ("gtp-record", None),
            Self::Runtime => ("gtp-runtime", None),
            Self::Care => ("gtp-tests", Some("care")),
            Self::Replay => ("gtp-tests", Some("replay")),
        }
    }

    fn benches(self, repository: &Repository) -> Vec<String> {
        let (package, only) = self.place();
        let mut benches = repository.benches(package);
        benches.retain(|bench| only.is_none_or(|only| only == bench));
        benches
    }
}

impl Bench {
    pub(crate) fn run(&self, repository: &Repository) -> Result<(), Failure> {
        let chosen: Vec<What> = match self.what {
            Some(what) if what.benches(repository).is_empty() => {
                return Err("this benchmark does not exist yet".into());
            }
            Some(what) => vec![what],
            None => {
                What::ALL.into_iter().filter(|what| !what.benches(repository).is_empty()).collect()
            }
        };
        if chosen.is_empty() {
            return Err("no crate of this workspace has a benchmark yet".into());
        }
        let components = components::build_all(repository)?;
        for what in chosen {
            let mut cargo = repository.cargo();
            // Of the whole workspace, so that features are the same for all and what they share is compiled once.
            cargo.args(["bench", "--workspace"]);
            for bench in what.benches(repository) {
                cargo.args(["--bench", &bench]);
            }
            cargo.arg("--").args(&self.arguments).env("GTP_COMPONENTS", &components);
            run(&mut cargo)?;
        }
        Ok(())
    }
}
