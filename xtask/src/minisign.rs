//! The ordinary `minisign` tool, so that the tests of signatures meet what other people sign with.

use crate::Failure;
use crate::components::go_on;
use crate::repository::on_path;
use gtp_toolchain::{Console, Packages, Progress};

/// Installs it where there is none. Without it, the tests look only at a signature that it made earlier.
pub(crate) fn ensure() -> Result<(), Failure> {
    if on_path("minisign") {
        return Ok(());
    }
    let mut console = Console::new();
    let packages = Packages {
        names: vec!["minisign"],
        brings: "the tool that others sign with; less than 1 MB".to_owned(),
    };
    if !on_path("apt-get") {
        console.say("There is no minisign on this machine: what signs and verifies beside us is not tested.");
        return Ok(());
    }
    console.say(&format!("To be installed: {}\n  {}", packages.command(), packages.brings));
    go_on(&mut console)?;
    if let Err(error) = packages.install(&mut console) {
        console.say(&format!("{error}\nThe tests go on without it."));
    }
    Ok(())
}
