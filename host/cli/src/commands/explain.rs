//! `gtp explain`: why an alert was raised, and whether it would be raised again.

use super::ConfigArgument;
use crate::Done;
use crate::complaint::Complaint;
use crate::config::Config;
use crate::upkeep::{Outcome, Task, carry_out, whoami};
use clap::Args;
use gtp_care::calendar::Calendar;
use gtp_model::{AlertId, Language};
use gtp_replay::bundle::{Bundle, KeyCheck, verify};
use gtp_replay::{explain, said, text};
use gtp_runtime::{CheckSettings, Loaded};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

/// Arguments of `gtp explain`.
#[derive(Args)]
pub struct Explain {
    #[command(flatten)]
    config: ConfigArgument,
    /// The alert's id
    #[arg(required_unless_present = "bundle", conflicts_with = "bundle")]
    alert: Option<AlertId>,
    /// Explain and check a bundle from `gtp export --alert`; no record is needed
    #[arg(long, value_name = "FILE")]
    bundle: Option<PathBuf>,
    /// Run the rules again, by the component that ran then, and compare
    #[arg(long)]
    rerun: bool,
    /// The installation's public key: the file `checkpoint/key.pub` of its data folder, or the line in it. Without,
    /// compare the key that is printed
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// Why, in words that the citizen can read in their access log
    #[arg(long, default_value = "")]
    reason: String,
    /// The language of the programme's texts
    #[arg(long, default_value = "en")]
    language: String,
    /// Everything as JSON
    #[arg(long)]
    json: bool,
}

impl Explain {
    /// Prints it.
    ///
    /// # Errors
    /// There is no such alert or bundle, or something in it is not as it should be: exit code 1.
    pub fn run(self) -> Done {
        let (bundle, settings) = match &self.bundle {
            Some(path) => (read(path)?, CheckSettings::default()),
            None => self.of_record()?,
        };
        let key = self.key.as_deref().map(key_text).transpose()?;
        let key = key.as_deref().map_or(KeyCheck::Shown, KeyCheck::MustBe);
        let mut definitions = BTreeMap::new();
        let load = |bytes: &[u8]| {
            let loaded = load(bytes, &settings)?;
            definitions.insert(loaded.digest, loaded.definition.clone());
            Ok(loaded)
        };
        let checks = verify(&bundle, key, self.rerun, load);
        let events = bundle.recorded();
        let zone = &bundle.about.zone;
        let calendar = |own: &str| Calendar::new(if own.is_empty() { zone } else { own }).ok();
        let definition = |digest| definitions.get(&digest);
        let explained = explain(bundle.about.alert, &events, definition, calendar)
            .ok_or_else(|| Complaint::failed("the alert's opening is not among the events"))?;
        if self.json {
            let all = serde_json::json!({ "explained": explained, "checks": checks });
            println!("{}", serde_json::to_string_pretty(&all).unwrap_or_default());
        } else {
            let language = Language::from_tag(&self.language).ok_or_else(|| {
                Complaint::new(format!("there is no language “{}”", self.language))
                    .help("write da or en")
            })?;
            print!("{}\n{}", text(&explained, zone, language), said(&bundle, &checks));
        }
        let wrong = checks.iter().filter(|check| !check.is_right());
        let wrong: Vec<String> =
            wrong.map(|check| format!("{} of {}", check.what, check.of)).collect();
        if wrong.is_empty() {
            return Ok(());
        }
        Err(Complaint::failed(format!("not as it should be: {}", wrong.join("; ")))
            .help("what precisely differs is said above"))
    }

    fn of_record(&self) -> Result<(Bundle, CheckSettings), Complaint> {
        let config = Config::load(self.config.config.as_deref())?;
        let Some(alert) = self.alert else {
            return Err(Complaint::new("no alert is named"));
        };
        let mut bytes = vec![];
        let task = Task::Bundle {
            alert,
            zone: config.time_zone.clone(),
            what: "explain".to_owned(),
            reason: self.reason.clone(),
            by: whoami(),
        };
        match carry_out(&config, &task, &mut bytes)? {
            Outcome::Bundle { .. } => {}
            _ => return Err(Complaint::failed("the host answered something else")),
        }
        let bundle = Bundle::read(&mut bytes.as_slice())
            .map_err(|error| Complaint::failed(error.to_string()))?;
        let components = &config.components;
        let settings = CheckSettings {
            limits: components.limits.clone(),
            limits_of: components.limits_of.clone(),
            ..CheckSettings::default()
        };
        Ok((bundle, settings))
    }
}

fn read(path: &Path) -> Result<Bundle, Complaint> {
    let unreadable =
        |what: String| Complaint::failed(format!("the bundle {}: {what}", path.display()));
    let file = File::open(path).map_err(|error| unreadable(error.to_string()))?;
    Bundle::read(&mut BufReader::new(file)).map_err(|error| unreadable(error.to_string()))
}

/// A key is written out or is in a file.
fn key_text(key: &str) -> Result<String, Complaint> {
    if !Path::new(key).exists() {
        return Ok(key.to_owned());
    }
    std::fs::read_to_string(key)
        .map_err(|error| Complaint::new(format!("the key {key} cannot be read: {error}")))
}

fn load(bytes: &[u8], settings: &CheckSettings) -> Result<Loaded, String> {
    let (report, loaded) =
        gtp_runtime::load("", bytes, settings).map_err(|error| error.to_string())?;
    let flaws = || report.errors().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    loaded.ok_or_else(flaws)
}
