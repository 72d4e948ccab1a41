//! Every test there is, with all they need. The runner's own closing line comes last.

use crate::repository::{Repository, become_command, on_path, run};
use crate::{Failure, browser, components, minisign};
use clap::Args;

#[derive(Args)]
pub(crate) struct Test {
    /// Kill and cut the power some thousand times in place of some hundred
    #[arg(long)]
    long: bool,
    /// Passed on to the test runner, such as a test's name
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    filters: Vec<String>,
}

impl Test {
    pub(crate) fn run(&self, repository: &Repository) -> Result<(), Failure> {
        let components = components::build_all(repository)?;
        browser::ensure()?;
        minisign::ensure()?;
        // The end-to-end tests start the host as a program of its own. It is built with the tests, so that
        // what both use is compiled once.
        run(repository.cargo().args(["build", "--workspace", "--bins", "--tests"]))?;
        if self.filters.is_empty() {
            run(repository.cargo().args(["test", "--workspace", "--doc", "--quiet"]))?;
        }

        let mut runner = repository.cargo();
        if on_path("cargo-nextest") {
            runner.args(["nextest", "run", "--workspace"]);
        } else {
            runner.args(["test", "--workspace", "--bins", "--tests", "--lib"]);
        }
        runner.args(&self.filters).env("GTP_COMPONENTS", components);
        runner.env("GTP_BIN", repository.target.join("debug/gtp"));
        // What the pages looked like: a machine that runs the tests may keep the folder.
        if std::env::var_os("GTP_SCREENSHOTS").is_none() {
            runner.env("GTP_SCREENSHOTS", repository.target.join("screenshots"));
        }
        if self.long {
            runner.env("GTP_ROUNDS", "3000");
        }
        become_command(&mut runner)
    }
}
