//! `gtp shadow`: a version that judges beside the one that serves, and alerts nobody.

use super::ConfigArgument;
use crate::Done;
use crate::complaint::Complaint;
use crate::config::Config;
use crate::upkeep::whoami;
use crate::weighing::{Errand, Form, carry_out};
use clap::{Args, Subcommand};
use gtp_model::ProgrammeId;
use gtp_runtime::{CheckSettings, check_file};
use std::path::{Path, PathBuf};

/// What can be done with versions in the shadow.
#[derive(Subcommand)]
pub enum Shadow {
    /// Let a version judge what comes in beside the one that serves
    Start(Start),
    /// Show what they would have done otherwise so far
    Show(Show),
    /// Let it serve, through the same gate as every other version
    Promote(Named),
    /// End it; what it counted goes with it
    Drop(Named),
}

/// Arguments of `gtp shadow start`.
#[derive(Args)]
pub struct Start {
    #[command(flatten)]
    config: ConfigArgument,
    /// The component
    #[arg(
        value_name = "FILE.wasm",
        required_unless_present = "waiting",
        conflicts_with = "waiting"
    )]
    file: Option<PathBuf>,
    /// The version of this programme that waits for a yes
    #[arg(long, value_name = "PROGRAMME")]
    waiting: Option<ProgrammeId>,
}

/// Arguments of `gtp shadow show`.
#[derive(Args)]
pub struct Show {
    #[command(flatten)]
    config: ConfigArgument,
    /// How to write it
    #[arg(long, value_enum, default_value_t)]
    form: Form,
}

/// Arguments of `gtp shadow promote` and `gtp shadow drop`.
#[derive(Args)]
pub struct Named {
    #[command(flatten)]
    config: ConfigArgument,
    /// The programme
    programme: ProgrammeId,
}

impl Shadow {
    /// Does it, in the host that runs on the data folder.
    ///
    /// # Errors
    /// No host runs, or it cannot be done.
    pub fn run(self) -> Done {
        let by = whoami();
        let (config, errand) = match self {
            Self::Start(Start { config, file, waiting }) => {
                let config = Config::load(config.config.as_deref())?;
                let programme = match (&file, waiting) {
                    (Some(file), _) => checked(file, &config)?,
                    (None, Some(programme)) => programme,
                    (None, None) => return Err(Complaint::new("no version is named")),
                };
                let file = file.as_deref().map(absolute).transpose()?;
                let errand = Errand::BeginShadow { programme, file, by };
                return done(&config, &errand);
            }
            Self::Show(Show { config, form }) => (config, Errand::Shadows { form, by }),
            Self::Promote(Named { config, programme }) => {
                (config, Errand::Promote { programme, by })
            }
            Self::Drop(Named { config, programme }) => {
                (config, Errand::DropShadow { programme, by })
            }
        };
        done(&Config::load(config.config.as_deref())?, &errand)
    }
}

fn done(config: &Config, errand: &Errand) -> Done {
    print!("{}", carry_out(config, errand)?.0);
    Ok(())
}

fn absolute(path: &Path) -> Result<PathBuf, Complaint> {
    std::path::absolute(path)
        .map_err(|error| Complaint::new(format!("{}: {error}", path.display())))
}

/// The programme of a component that passes all its checks, its scenarios among them.
fn checked(file: &Path, config: &Config) -> Result<ProgrammeId, Complaint> {
    let settings = CheckSettings {
        limits: config.components.limits.clone(),
        limits_of: config.components.limits_of.clone(),
        ..CheckSettings::default()
    };
    let report = check_file(file, &settings).map_err(|error| Complaint::new(error.to_string()))?;
    let flaws: Vec<String> = report.errors().map(ToString::to_string).collect();
    match report.programme {
        Some(identity) if flaws.is_empty() => Ok(identity.id),
        _ => Err(Complaint::failed(format!("the component cannot be run: {}", flaws.join("; ")))
            .help("`gtp check` says all that is wrong with it")),
    }
}
