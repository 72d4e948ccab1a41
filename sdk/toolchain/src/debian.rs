//! Installing Debian's packages: as root, or through sudo, and never at the cost of other packages.

use crate::command::{SearchPath, ask, perform};
use crate::{Error, Progress};
use std::io::IsTerminal;
use std::process::Command;

/// Some of Debian's packages that are installed together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packages {
    /// Their names.
    pub names: Vec<&'static str>,
    /// What they bring and about how large they are, for the person asked.
    pub brings: String,
}

/// How this process gets root's rights.
enum Rights {
    Root,
    Sudo,
}

impl Packages {
    /// The command that installs them, as root would type it.
    #[must_use]
    pub fn command(&self) -> String {
        format!("apt-get install --no-install-recommends {}", self.names.join(" "))
    }

    /// Installs the packages and what they depend on.
    ///
    /// # Errors
    ///
    /// [`Error::NeedsRoot`] where there is neither root nor sudo, [`Error::WouldRemove`] where other packages
    /// would have to go, [`Error::Failed`] with the last lines that apt-get printed for all else.
    pub fn install(&self, progress: &mut dyn Progress) -> Result<(), Error> {
        self.install_on(&SearchPath::of_this_process(), progress)
    }

    pub(crate) fn install_on(
        &self,
        path: &SearchPath,
        progress: &mut dyn Progress,
    ) -> Result<(), Error> {
        let Some(rights) = rights(path) else {
            return Err(Error::NeedsRoot { command: self.command() });
        };
        progress.begin("apt-get update");
        if let Err(error) = perform(apt_get(&rights, path).arg("update"), progress) {
            // Lists fetched earlier may still do; if not, the installation says what is missing.
            progress.say(&format!("{error}\nGoing on with the package lists that are here."));
        }
        self.refuse_removals(path)?;
        progress.begin(&self.command());
        let mut install = apt_get(&rights, path);
        install.args(["install", "-y", "--no-remove", "--no-install-recommends"]).args(&self.names);
        perform(&mut install, progress)
    }

    /// Asks apt-get what it would do, since some of Debian's compilers exclude one another.
    fn refuse_removals(&self, path: &SearchPath) -> Result<(), Error> {
        let mut rehearsal = path.command("apt-get");
        rehearsal
            .args(["install", "--simulate", "--no-install-recommends"])
            .args(&self.names)
            .env("LC_ALL", "C");
        let rehearsal = ask(&mut rehearsal).unwrap_or_default();
        let removed: Vec<&str> = rehearsal
            .lines()
            .filter_map(|line| line.strip_prefix("Remv "))
            .filter_map(|line| line.split(' ').next())
            .collect();
        if removed.is_empty() {
            return Ok(());
        }
        Err(Error::WouldRemove { packages: removed.join(", "), command: self.command() })
    }
}

fn rights(path: &SearchPath) -> Option<Rights> {
    if ask(path.command("id").arg("-u"))?.trim() == "0" {
        return Some(Rights::Root);
    }
    path.find("sudo")?;
    // Without a terminal nobody can give a password.
    let can_ask = std::io::stdin().is_terminal();
    (can_ask || ask(path.command("sudo").args(["-n", "true"])).is_some()).then_some(Rights::Sudo)
}

fn apt_get(rights: &Rights, path: &SearchPath) -> Command {
    let waiting = ["-o", "DPkg::Lock::Timeout=300"];
    match rights {
        Rights::Root => {
            let mut command = path.command("apt-get");
            command.args(waiting).env("DEBIAN_FRONTEND", "noninteractive");
            command
        }
        Rights::Sudo => {
            let mut command = path.command("sudo");
            command.args(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]).args(waiting);
            command
        }
    }
}
