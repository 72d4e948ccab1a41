//! `gtp user`: accounts of the installation itself, for a pilot that has no login service. Also while the host
//! runs.

use super::ConfigArgument;
use crate::Done;
use crate::accounting::{self, Errand, Wanted};
use crate::complaint::Complaint;
use crate::config::Config;
use crate::operating::Answer;
use clap::{Args, Subcommand, ValueEnum};
use gtp_model::{Role, UnitId};
use std::io::Read as _;

/// What can be done with accounts.
#[derive(Subcommand)]
pub enum User {
    /// Add an account
    Add(Box<Add>),
    /// Give somebody another password, to be changed at the next login, and take away their second factor
    Reset(Reset),
    /// Close an account: nobody logs in with it any more
    Close(Close),
    /// List the accounts
    List(List),
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

/// Arguments of `gtp user reset`.
#[derive(Args)]
pub struct Reset {
    #[command(flatten)]
    config: ConfigArgument,
    /// The name to log in with
    account: String,
    /// Read the password from standard input, in place of making one and printing it
    #[arg(long)]
    password_stdin: bool,
}

/// Arguments of `gtp user close`.
#[derive(Args)]
pub struct Close {
    #[command(flatten)]
    config: ConfigArgument,
    /// The name that was logged in with
    account: String,
}

/// Arguments of `gtp user list`.
#[derive(Args)]
pub struct List {
    #[command(flatten)]
    config: ConfigArgument,
}

/// The roles that an account can have.
#[derive(Clone, Copy, ValueEnum)]
pub enum RoleArgument {
    /// A citizen, about themselves
    Citizen,
    /// Somebody whom a citizen lets see or help
    Relative,
    /// A health professional of a unit
    Clinician,
    /// Whoever runs the installation: programmes, never a citizen's data
    Operator,
    /// Whoever watches over access: who saw what, never what they saw
    Auditor,
}

impl User {
    /// Does it.
    ///
    /// # Errors
    /// The data folder cannot be opened, the account exists, or what it refers to does not.
    pub fn run(self) -> Done {
        match self {
            Self::Add(add) => add.run(),
            Self::Reset(reset) => reset.run(),
            Self::Close(close) => close.run(),
            Self::List(list) => list.run(),
        }
    }
}

impl Add {
    fn run(self) -> Done {
        let config = Config::load(self.config.config.as_deref())?;
        let mut input = Input::read(self.number_stdin || self.password_stdin)?;
        let number =
            if self.number_stdin { Some(input.line("the citizen's number")?) } else { None };
        let (password, made) = input.password(self.password_stdin)?;
        let wanted = Wanted {
            account: self.account,
            name: self.name,
            role: self.role.into(),
            unit: self.unit,
            number,
            password: password.clone(),
            temporary: made,
        };
        let answer = accounting::carry_out(&config, &Errand::AddAccount(Box::new(wanted)))?;
        say(&answer, made.then_some(&password));
        Ok(())
    }
}

impl Reset {
    fn run(self) -> Done {
        let config = Config::load(self.config.config.as_deref())?;
        let (password, made) = Input::read(self.password_stdin)?.password(self.password_stdin)?;
        let errand = Errand::ResetAccount { account: self.account, password: password.clone() };
        say(&accounting::carry_out(&config, &errand)?, made.then_some(&password));
        Ok(())
    }
}

impl Close {
    fn run(self) -> Done {
        let config = Config::load(self.config.config.as_deref())?;
        let errand = Errand::CloseAccount { account: self.account };
        say(&accounting::carry_out(&config, &errand)?, None);
        Ok(())
    }
}

impl List {
    fn run(self) -> Done {
        let config = Config::load(self.config.config.as_deref())?;
        say(&accounting::carry_out(&config, &Errand::ListAccounts)?, None);
        Ok(())
    }
}

fn say(answer: &Answer, made: Option<&String>) {
    print!("{}", answer.0);
    if let Some(password) = made {
        println!("its password, shown only now, to be changed at the first login: {password}");
    }
}

impl From<RoleArgument> for Role {
    fn from(role: RoleArgument) -> Self {
        match role {
            RoleArgument::Citizen => Self::Citizen,
            RoleArgument::Relative => Self::Relative,
            RoleArgument::Clinician => Self::Clinician,
            RoleArgument::Operator => Self::Operator,
            RoleArgument::Auditor => Self::Auditor,
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

    /// The password, and whether it was made here.
    fn password(&mut self, given: bool) -> Result<(String, bool), Complaint> {
        if given { Ok((self.line("the password")?, false)) } else { Ok((random_password()?, true)) }
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
