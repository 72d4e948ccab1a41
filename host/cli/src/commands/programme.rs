//! `gtp programme`: which components there are and where they stand, and an operator's word on which version
//! serves.

use super::ConfigArgument;
use crate::Done;
use crate::config::Config;
use crate::operating::{Wish, carry_out};
use crate::upkeep::whoami;
use crate::weighing::{self, Errand, Form};
use clap::{Args, Subcommand};
use gtp_model::{Digest, ProgrammeId};

/// What can be done with programmes.
#[derive(Subcommand)]
pub enum Programme {
    /// List every component in the folder and every withdrawn programme, where it stands and why
    List(List),
    /// Read what the version that waits would have done
    Report(Report),
    /// Let the version that waits serve
    #[command(visible_alias = "approve")]
    Activate(Activate),
    /// Go back to the version that served before; newer ones wait from then on
    Rollback(Rollback),
}

/// Arguments of `gtp programme list`.
#[derive(Args)]
pub struct List {
    #[command(flatten)]
    config: ConfigArgument,
    /// Print JSON, one component a line
    #[arg(long)]
    json: bool,
}

/// Arguments of `gtp programme report`.
#[derive(Args)]
pub struct Report {
    #[command(flatten)]
    config: ConfigArgument,
    /// The programme
    programme: ProgrammeId,
    /// Of this component (SHA-256), where it is not the one that waits
    #[arg(long)]
    digest: Option<Digest>,
    /// How to write it
    #[arg(long, value_enum, default_value_t)]
    form: Form,
}

/// Arguments of `gtp programme activate`.
#[derive(Args)]
pub struct Activate {
    #[command(flatten)]
    config: ConfigArgument,
    /// The programme
    programme: ProgrammeId,
    /// Only if it is this component that waits (SHA-256, as the list prints it)
    #[arg(long)]
    digest: Option<Digest>,
}

/// Arguments of `gtp programme rollback`.
#[derive(Args)]
pub struct Rollback {
    #[command(flatten)]
    config: ConfigArgument,
    /// The programme
    programme: ProgrammeId,
}

impl Programme {
    /// Does it: in the host that runs on the data folder, else by opening the folder itself.
    ///
    /// # Errors
    /// The host cannot be opened, nothing waits, or there is nothing to go back to.
    pub fn run(self) -> Done {
        let (config, wish) = match self {
            Self::Report(Report { config, programme, digest, form }) => {
                let config = Config::load(config.config.as_deref())?;
                let errand = Errand::Report { programme, digest, form, by: whoami() };
                print!("{}", weighing::carry_out(&config, &errand)?.0);
                return Ok(());
            }
            Self::List(List { config, json }) => (config, Wish::List { json }),
            Self::Activate(Activate { config, programme, digest }) => {
                (config, Wish::Activate { programme, digest, by: whoami() })
            }
            Self::Rollback(Rollback { config, programme }) => {
                (config, Wish::GoBack { programme, by: whoami() })
            }
        };
        let config = Config::load(config.config.as_deref())?;
        let answer = carry_out(&config, &wish).map_err(|error| match wish {
            Wish::List { .. } => error,
            _ => error.help("`gtp programme list` says what waits and what serves"),
        })?;
        print!("{}", answer.0);
        Ok(())
    }
}
