//! `gtp token`: what programs show that use the API in their own name. Also while the host runs.

use super::ConfigArgument;
use super::user::RoleArgument;
use crate::Done;
use crate::accounting::{self, Errand};
use crate::complaint::Complaint;
use crate::config::Config;
use clap::{Args, Subcommand, ValueEnum};
use gtp_care::clock::{Clock as _, SystemClock};
use gtp_care::{NewToken, Scope};
use gtp_model::{DAY, Role, UnitId};

/// What can be done with tokens.
#[derive(Subcommand)]
pub enum Token {
    /// Make a token, and show it once
    Add(Add),
    /// Make a token worth nothing
    Revoke(Revoke),
    /// List the tokens there are and were
    List(List),
}

/// Arguments of `gtp token add`.
#[derive(Args)]
pub struct Add {
    #[command(flatten)]
    config: ConfigArgument,
    /// What it is called; the record names it as token/NAME
    name: String,
    /// In what capacity the program acts
    #[arg(long, value_enum)]
    role: RoleArgument,
    /// The unit that it acts for
    #[arg(long, required_if_eq("role", "clinician"))]
    unit: Option<UnitId>,
    /// What it may do; several times for several
    #[arg(long = "scope", value_enum, required = true)]
    scopes: Vec<ScopeArgument>,
    /// For how many days it holds
    #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u16).range(1..=730))]
    days: u16,
}

#[derive(Clone, Copy, ValueEnum)]
enum ScopeArgument {
    /// Read what its role sees
    Read,
    /// Send observations and responses
    Submit,
    /// Everything else that changes something
    Write,
    /// Read the gauges
    Metrics,
}

/// Arguments of `gtp token revoke`.
#[derive(Args)]
pub struct Revoke {
    #[command(flatten)]
    config: ConfigArgument,
    /// What it is called
    name: String,
}

/// Arguments of `gtp token list`.
#[derive(Args)]
pub struct List {
    #[command(flatten)]
    config: ConfigArgument,
}

impl Token {
    /// Does it.
    ///
    /// # Errors
    /// The data folder cannot be opened, or there is no such token or unit.
    pub fn run(self) -> Done {
        let (config, errand) = match self {
            Self::Add(add) => {
                let role: Role = add.role.into();
                if matches!(role, Role::Citizen | Role::Relative) {
                    return Err(Complaint::new("a program is no citizen and no relative").help(
                        "give it the role of whoever answers for it: clinician, with a unit",
                    ));
                }
                let new = NewToken {
                    token: add.name,
                    role,
                    unit: add.unit,
                    scopes: add.scopes.into_iter().map(Scope::from).collect(),
                    expires: SystemClock.now().plus(i64::from(add.days) * DAY),
                };
                (add.config, Errand::AddToken(new))
            }
            Self::Revoke(revoke) => (revoke.config, Errand::RevokeToken { token: revoke.name }),
            Self::List(list) => (list.config, Errand::ListTokens),
        };
        let config = Config::load(config.config.as_deref())?;
        print!("{}", accounting::carry_out(&config, &errand)?.0);
        Ok(())
    }
}

impl From<ScopeArgument> for Scope {
    fn from(scope: ScopeArgument) -> Self {
        match scope {
            ScopeArgument::Read => Self::Read,
            ScopeArgument::Submit => Self::Submit,
            ScopeArgument::Write => Self::Write,
            ScopeArgument::Metrics => Self::Metrics,
        }
    }
}
