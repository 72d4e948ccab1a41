//! Carrying a plan out: each way in turn, until a compiler that makes programmes is found.

use crate::command::{SearchPath, perform};
use crate::find::Search;
use crate::plan::{Plan, Way};
use crate::{Error, Progress, TARGET, Toolchain};
use std::process::Command;

/// Seconds without a byte after which a download counts as failed. A network that swallows packets must not
/// keep a person waiting for minutes before the next way is tried.
const SILENCE: &str = "20";

/// Installs what `plan` lists, the first way that works, and returns the compiler found then.
///
/// # Errors
///
/// [`Error::NothingWorked`] with one sentence for each way that was tried.
pub fn install(plan: &Plan, progress: &mut dyn Progress) -> Result<Toolchain, Error> {
    install_on(&Search::here(), plan, progress)
}

fn install_on(
    machine: &Search,
    plan: &Plan,
    progress: &mut dyn Progress,
) -> Result<Toolchain, Error> {
    let mut tried = Vec::new();
    for way in &plan.ways {
        let failure = match install_one(way, &machine.path, progress) {
            Ok(()) => match machine.run() {
                Ok(toolchain) => {
                    progress.say(&format!("Installed. Programmes are compiled with {toolchain}."));
                    return Ok(toolchain);
                }
                Err(missing) => format!("`{}` went well, but: {missing}", way.command()),
            },
            Err(error) => error.to_string(),
        };
        progress.say(&format!("That did not work: {failure}"));
        tried.push(failure);
    }
    Err(Error::NothingWorked { tried })
}

fn install_one(way: &Way, path: &SearchPath, progress: &mut dyn Progress) -> Result<(), Error> {
    match way {
        Way::RustupTarget => {
            progress.begin(&way.command());
            perform(&mut rustup(path), progress)
        }
        Way::Debian(packages) => packages.install_on(path, progress),
    }
}

fn rustup(path: &SearchPath) -> Command {
    let mut rustup = path.command("rustup");
    rustup.args(["target", "add", TARGET]);
    rustup
        .env("RUSTUP_MAX_RETRIES", "0")
        .env("RUSTUP_DOWNLOAD_TIMEOUT", SILENCE)
        .env("RUST_BACKTRACE", "0");
    rustup
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
    use super::*;
    use crate::Quiet;
    use crate::fake_machine::FakeMachine;

    /// Carries the machine's own plan out.
    fn install_there(machine: &FakeMachine) -> (Result<Toolchain, Error>, String) {
        let search = machine.search();
        let plan = search.run().unwrap_err().plan().clone();
        let mut progress = Quiet::default();
        let result = install_on(&search, &plan, &mut progress);
        (result, progress.said.join("\n"))
    }

    #[test]
    fn a_rustup_that_cannot_download_is_followed_by_debians_packages() {
        let machine = FakeMachine::new();
        machine.rustc("1.95.0");
        machine.program("rustup", "echo 'error: no route to host' >&2; exit 1");
        machine.program("id", "echo 0");
        let install = machine.add_library();
        machine.program(
            "apt-get",
            &format!("echo \"$@\" >> log; case \"$*\" in *install*-y*) {install} ;; esac"),
        );

        let (result, said) = install_there(&machine);
        assert_eq!(result.unwrap().version, "1.95.0");
        assert!(said.contains("no route to host"), "{said}");
        let packages =
            "install -y --no-remove --no-install-recommends rustc-web cargo-web rust-web-src";
        assert!(machine.read("log").contains(packages), "{}", machine.read("log"));
    }

    #[test]
    fn debians_packages_are_left_alone_where_rustup_does() {
        let machine = FakeMachine::new();
        machine.rustc("1.95.0");
        machine.program("rustup", &machine.add_library());
        machine.program("apt-get", "touch called");

        install_there(&machine).0.unwrap();
        assert!(!machine.has("called"));
    }

    #[test]
    fn without_root_and_sudo_the_command_for_root_is_named() {
        let machine = FakeMachine::new();
        machine.program("id", "echo 1000");
        machine.program("apt-get", "touch called");

        let error = install_there(&machine).0.unwrap_err().to_string();
        let command = "apt-get install --no-install-recommends rustc-web";
        assert!(error.contains(command), "{error}");
        assert!(!machine.has("called"));
    }

    #[test]
    fn sudo_is_used_where_this_is_not_root() {
        let machine = FakeMachine::new();
        machine.rustc("1.95.0");
        machine.program("id", "echo 1000");
        let install = machine.add_library();
        machine.program("sudo", &format!("echo \"$@\" >> log; {install}"));
        machine.program("apt-get", "exit 0");

        install_there(&machine).0.unwrap();
        assert!(machine.read("log").contains("apt-get -o DPkg::Lock::Timeout=300 install -y"));
    }

    #[test]
    fn packages_that_would_have_to_go_stop_the_installation() {
        let machine = FakeMachine::new();
        machine.program("id", "echo 0");
        machine.program(
            "apt-get",
            "case \"$*\" in *--simulate*) echo 'Remv cargo [0.66.0]' ;; *-y*) touch installed ;; esac",
        );

        let error = install_there(&machine).0.unwrap_err().to_string();
        assert!(error.contains("cargo would be removed"), "{error}");
        assert!(!machine.has("installed"));
    }
}
