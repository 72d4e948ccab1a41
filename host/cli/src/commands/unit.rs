//! `gtp unit`: the organisational units whose people look after citizens.

use super::ConfigArgument;
use crate::Done;
use crate::complaint::Complaint;
use crate::config::Config;
use crate::host::Host;
use clap::{Args, Subcommand, ValueEnum};
use gtp_model::{Actor, Sector, Text, UnitId};

/// What can be done with units.
#[derive(Subcommand)]
pub enum Unit {
    /// Add a unit, or change what is known of it
    Add(Add),
}

/// Arguments of `gtp unit add`.
#[derive(Args)]
pub struct Add {
    #[command(flatten)]
    config: ConfigArgument,
    /// Its id; a SOR number is written sor- and the digits
    id: UnitId,
    /// What people call it
    #[arg(long)]
    name: String,
    /// Where it belongs
    #[arg(long, value_enum)]
    sector: SectorArgument,
    /// When it looks at what citizens send, in Danish words for the citizen [where absent: as each
    /// programme says]
    #[arg(long, default_value = "")]
    looks_da: String,
    /// The same in English
    #[arg(long, default_value = "")]
    looks_en: String,
    /// The unit that it lies under: a block on that unit may keep this one out too
    #[arg(long)]
    under: Option<UnitId>,
}

#[derive(Clone, Copy, ValueEnum)]
enum SectorArgument {
    Hospital,
    GeneralPractice,
    Municipality,
}

impl Unit {
    /// Does it.
    ///
    /// # Errors
    /// The data folder cannot be opened, or the record cannot take it.
    pub fn run(self) -> Done {
        let Self::Add(add) = self;
        super::in_a_runtime(add.run())
    }
}

impl Add {
    async fn run(self) -> Done {
        let config = Config::load(self.config.config.as_deref())?;
        let host = Host::open(&config, std::sync::Arc::new(|_| {}))?;
        let looks = [("da", self.looks_da), ("en", self.looks_en)];
        let looks = looks.into_iter().filter(|(_, words)| !words.is_empty());
        let unit = gtp_model::Unit {
            id: self.id.clone(),
            name: self.name,
            sector: match self.sector {
                SectorArgument::Hospital => Sector::Hospital,
                SectorArgument::GeneralPractice => Sector::GeneralPractice,
                SectorArgument::Municipality => Sector::Municipality,
            },
            looks: Text(looks.map(|(tag, words)| (tag.to_owned(), words)).collect()),
            under: self.under,
        };
        host.care()
            .add_unit(&Actor::host(), unit)
            .await
            .map_err(|error| Complaint::failed(error.to_string()))?;
        host.close();
        println!("the unit {} is there", self.id);
        Ok(())
    }
}
