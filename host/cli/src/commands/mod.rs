//! The commands, one file each.

mod backup;
mod build;
mod check;
mod dev;
mod erase;
mod explain;
mod export;
mod journal;
mod key;
mod keygen;
mod kit;
mod new;
mod programme;
mod replay;
mod restore;
mod serve;
mod shadow;
mod show;
mod sign;
mod test;
mod token;
mod unit;
mod user;

use crate::Done;
use crate::complaint::Complaint;
use clap::{Args, Subcommand};
use std::future::Future;
use std::path::PathBuf;

/// What `gtp` can be asked to do.
#[derive(Subcommand)]
pub enum Command {
    /// Serve the API and the pages
    Serve(serve::Serve),
    /// Begin a new programme
    New(new::New),
    /// Build a programme's folder into one component
    Build(build::Build),
    /// Tell a programme's stories, and show what goes otherwise
    Test(test::Test),
    /// Serve a programme with made-up people, and again after every save
    Dev(dev::Dev),
    /// Read a programme aloud, as a page that a clinician can sign off
    Show(show::Show),
    /// Check components, and say what is wrong with them as a compiler does
    Check(check::Check),
    /// See where components stand, and choose which version of a programme serves
    #[command(subcommand)]
    Programme(programme::Programme),
    /// Make a pair of keys to sign components with
    Keygen(keygen::Keygen),
    /// Sign components
    Sign(sign::Sign),
    /// Look after the key that the record is encrypted under
    #[command(subcommand)]
    Key(key::Key),
    /// Look after the journal
    #[command(subcommand)]
    Journal(journal::Journal),
    /// Write the whole record into one file, also while the host serves
    Backup(backup::Backup),
    /// Make a data folder from a backup
    Restore(restore::Restore),
    /// Write a citizen's whole stream of events, or everything that an alert rests on
    Export(export::Export),
    /// Say why an alert was raised, check it, and run its rules again
    Explain(explain::Explain),
    /// Compare a new version of a programme with the one that serves, over everybody's past
    Replay(replay::Replay),
    /// Let a version judge beside the one that serves, alerting nobody
    #[command(subcommand)]
    Shadow(shadow::Shadow),
    /// Remove a citizen from the record, for good
    Erase(erase::Erase),
    /// Look after the units whose people look after citizens
    #[command(subcommand)]
    Unit(unit::Unit),
    /// Look after the installation's own accounts
    #[command(subcommand)]
    User(user::User),
    /// Look after what programs show that use the API
    #[command(subcommand)]
    Token(token::Token),
}

/// Where the configuration is.
#[derive(Args)]
pub struct ConfigArgument {
    /// The configuration [where absent: gtp.toml in this folder, else the defaults]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// Runs a command.
///
/// # Errors
/// What keeps it from doing its work.
pub fn run(command: Command) -> Done {
    match command {
        Command::Serve(serve) => serve.run(),
        Command::New(new) => new.run(),
        Command::Build(build) => build.run(),
        Command::Test(test) => test.run(),
        Command::Dev(dev) => dev.run(),
        Command::Show(show) => show.run(),
        Command::Check(check) => check.run(),
        Command::Programme(programme) => programme.run(),
        Command::Keygen(keygen) => keygen.run(),
        Command::Sign(sign) => sign.run(),
        Command::Key(key) => key.run(),
        Command::Journal(journal) => journal.run(),
        Command::Backup(backup) => backup.run(),
        Command::Restore(restore) => restore.run(),
        Command::Export(export) => export.run(),
        Command::Explain(explain) => explain.run(),
        Command::Replay(replay) => replay.run(),
        Command::Shadow(shadow) => shadow.run(),
        Command::Erase(erase) => erase.run(),
        Command::Unit(unit) => unit.run(),
        Command::User(user) => user.run(),
        Command::Token(token) => token.run(),
    }
}

/// Runs what is asynchronous in a short command.
fn in_a_runtime(work: impl Future<Output = Done>) -> Done {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Complaint::failed(format!("no thread to work with: {error}")))?
        .block_on(work)
}
