//! The repository's own chores, so that a newcomer needs two commands and no instructions:
//! `cargo xtask demo` and `cargo xtask test`.
//!
//! Every chore gets what it needs by itself: it says what it is about to install and why, and shows that it
//! works while it takes time. This crate must build quickly on a fresh clone, so it depends on little, and
//! not on the host.

mod bench;
mod browser;
mod components;
mod demo;
mod licences;
mod minisign;
mod repository;
mod test;
mod wit_check;

use clap::{Parser, Subcommand};
use repository::Repository;
use std::process::ExitCode;

/// A chore's failure: a sentence for the person at the terminal.
type Failure = Box<dyn std::error::Error>;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The repository's own chores")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Build all there is and start a host with demo citizens on 127.0.0.1
    Demo(demo::Demo),
    /// Build the components and run every test, those with a browser included
    Test(test::Test),
    /// Build every programme and example into a component
    Components,
    /// Measure: `http`, `record`, `runtime`, `care`, `replay`, or all of them
    Bench(bench::Bench),
    /// Check licences, banned crates and sources of everything the workspace depends on
    Licences,
    /// Check that the contract in `wit/` breaks no component built against a released version of it
    WitCheck,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = Repository::find().and_then(|repository| match arguments.chore {
        Chore::Demo(demo) => demo.run(&repository),
        Chore::Test(test) => test.run(&repository),
        Chore::Components => components::build_all(&repository).map(|_| ()),
        Chore::Bench(bench) => bench.run(&repository),
        Chore::Licences => licences::check(&repository),
        Chore::WitCheck => wit_check::check(&repository),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}
