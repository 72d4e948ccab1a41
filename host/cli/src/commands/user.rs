//! `gtp user`: accounts of the installation itself, for a pilot that has no login service.
//!
//! The host must not be running: the data folder belongs to one process at a time.

use super::ConfigArgument;
use crate::Done;
use crate::complaint::Complaint;
use crate::config::Config;
use crate::host::Host;
use clap::{Args, Subcommand, ValueEnum};
use gtp_care::{CareError, Conflict, NewAccount};
use gtp_model::{Actor, CitizenNumber, Role, UnitId};
use std::io::Read as _;

/// What can be done with accounts.
#[derive(Subcommand)]
pub enum User {
    /// Add an account
    Add(Box<Add>),
}

/// Arguments of `gtp user add`.
#[derive(Args)]
pub struct Add {
    #[command(flatten)]
    config: ConfigArgument,
    /// The name to log in with
    account: String,
    /// The name that others see
    #[arg(long)]
    name: String,
    /// In what capacity it acts
    #[arg(long, value_enum)]
    role: RoleArgument,
    /// The unit that a clinician acts for
    #[arg(long, required_if_eq("role", "clinician"))]
    unit: Option<UnitId>,
    /// Read the citizen's own number from standard input, before the password
    #[arg(long, required_if_eq("role", "citizen"))]
    number_stdin: bool,
    /// Read the password from standard input, in place of making one and printing it
    #[arg(long)]
    password_stdin: bool,
}

/// The roles that an account can have.
#[derive(Clone, Copy, ValueEnum)]
enum RoleArgument {
    /// A citizen, about themselves
    Citizen,
    /// A health professional of a unit
    Clinician,
    /// A relative, for whoever has let them in
    Relative,
    /// Whoever watches over access: who looked at what, never what they saw
    Auditor,
    /// Whoever runs the installation: programmes, never a citizen's data
    Operator,
}

/// The shortest password that is accepted.
const SHORTEST: usize = 12;

impl User {
    /// Does it.
    ///
    /// # Errors
    /// The data folder cannot be opened, the account exists, or what it refers to does not.
    pub fn run(self) -> Done {
        let Self::Add(add) = self;
        super::in_a_runtime(add.run())
    }
}

impl Add {
    async fn run(self) -> Done {
        let config = Config::load(self.config.config.as_deref())?;
        let mut input = Input::read(self.number_stdin || self.password_stdin)?;
        let number =
            if self.number_stdin { Some(input.line("the citizen's number")?) } else { None };
        let (password, made) = if self.password_stdin {
            (input.line("the password")?, false)
        } else {
            (random_password()?, true)
        };
        if password.chars().count() < SHORTEST {
            return Err(Complaint::new(format!(
                "the password has fewer than {SHORTEST} characters"
            ))
            .help("a few words in a row are easy to remember and hard to guess"));
        }
        let host = Host::open(&config, std::sync::Arc::new(|_| {}))?;
        let care = host.care();
        if let Some(unit) = &self.unit {
            let units = care.units().map_err(|error| Complaint::failed(error.to_string()))?;
            if !units.iter().any(|known| known.id == *unit) {
                return Err(Complaint::new(format!("there is no unit “{unit}”"))
                    .help("add it with `gtp unit add`"));
            }
        }
        let citizen = match number {
            None => None,
            Some(number) => {
                let number: CitizenNumber =
                    number.parse().map_err(|error| Complaint::new(format!("{error}")))?;
                let found =
                    care.citizen_by_number(&Actor::host(), &number).map_err(
                        |error| match error {
                            CareError::NotFound(_) => {
                                Complaint::new("no citizen is registered with this number")
                            }
                            other => Complaint::failed(other.to_string()),
                        },
                    )?;
                Some(found.id)
            }
        };
        let account = self.account.clone();
        let new = NewAccount {
            account: self.account,
            name: self.name,
            role: self.role.into(),
            unit: self.unit,
            citizen,
            password: password.clone(),
        };
        care.add_account(&Actor::host(), new).await.map_err(|error| match error {
            CareError::Conflict(Conflict::AccountExists) => {
                Complaint::new(format!("there is already an account “{account}”"))
            }
            other => Complaint::failed(other.to_string()),
        })?;
        host.close();
        println!("added the account {account}");
        if made {
            println!("its password, shown only now: {password}");
        }
        Ok(())
    }
}

impl From<RoleArgument> for Role {
    fn from(role: RoleArgument) -> Self {
        match role {
            RoleArgument::Citizen => Self::Citizen,
            RoleArgument::Clinician => Self::Clinician,
            RoleArgument::Relative => Self::Relative,
            RoleArgument::Auditor => Self::Auditor,
            RoleArgument::Operator => Self::Operator,
        }
    }
}

/// Standard input, line by line. What is secret or personal is never an argument: arguments are seen by
/// everybody on the machine and end up in shell histories.
struct Input(Vec<String>);

impl Input {
    fn read(wanted: bool) -> Result<Self, Complaint> {
        let mut text = String::new();
        if wanted {
            std::io::stdin().read_to_string(&mut text).map_err(|error| {
                Complaint::new(format!("standard input cannot be read: {error}"))
            })?;
        }
        Ok(Self(text.lines().rev().map(str::to_owned).collect()))
    }

    fn line(&mut self, what: &str) -> Result<String, Complaint> {
        self.0.pop().ok_or_else(|| Complaint::new(format!("{what} is missing on standard input")))
    }
}

/// 20 letters and digits that are not mistaken for each other: a good 100 bits.
fn random_password() -> Result<String, Complaint> {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = [0_u8; 20];
    getrandom::fill(&mut bytes)
        .map_err(|error| Complaint::failed(format!("the machine has no randomness: {error}")))?;
    let letter = |byte: &u8| LETTERS.get(usize::from(byte % 32)).copied().map(char::from);
    Ok(bytes.iter().filter_map(letter).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_made_password_is_long_and_never_the_same() {
        let (one, other) = (random_password().unwrap(), random_password().unwrap());
        assert_eq!(one.len(), 20);
        assert_ne!(one, other);
    }
}
