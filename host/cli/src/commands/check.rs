//! `gtp check`: what is wrong with a component, printed as a compiler prints it, and what it costs.

use super::{ConfigArgument, kit};
use crate::Done;
use crate::complaint::Complaint;
use crate::config::Config;
use clap::Args;
use gtp_model::Language;
use gtp_runtime::{CheckSettings, Gravity, Report, check_file};
use std::fmt::Write as _;
use std::path::PathBuf;

/// Arguments of `gtp check`.
#[derive(Args)]
pub struct Check {
    #[command(flatten)]
    config: ConfigArgument,
    /// Components to check, or folders of programmes, which are built first
    #[arg(default_value = ".", value_name = "PATH")]
    files: Vec<PathBuf>,
    /// Print the reports as JSON, one a line
    #[arg(long)]
    json: bool,
}

impl Check {
    /// Checks each file and prints its report.
    ///
    /// # Errors
    /// A file does not pass: exit code 1. This machine cannot run components: 2.
    pub fn run(self) -> Done {
        let config = Config::load(self.config.config.as_deref())?;
        let settings = CheckSettings {
            limits: config.components.limits.clone(),
            limits_of: config.components.limits_of.clone(),
            signatures: config.components.signatures.clone(),
        };
        let mut refused = 0;
        for file in &self.files {
            let file = &kit::component(file)?;
            let report = check_file(file, &settings).map_err(|error| {
                Complaint::new(format!("components cannot be checked here: {error}"))
            })?;
            refused += usize::from(!report.passed());
            if self.json {
                let line = serde_json::to_string(&report).map_err(|error| {
                    Complaint::failed(format!("the report is no JSON: {error}"))
                })?;
                println!("{line}");
            } else {
                print!("{}", written(&report));
            }
        }
        match refused {
            0 => Ok(()),
            1 => Err(Complaint::failed("a component does not pass")),
            more => Err(Complaint::failed(format!("{more} components do not pass"))),
        }
    }
}

/// What the dearest call costs: `2 % of fuel, 1.1 MiB`.
pub fn budget(report: &Report) -> Option<String> {
    let budget = report.budget.as_ref()?;
    let percent = budget.fuel_percent();
    let percent = match percent {
        0.0..0.1 => "less than 0.1".to_owned(),
        0.1..10.0 => format!("{percent:.1}"),
        _ => format!("{percent:.0}"),
    };
    let memory = budget.memory as f64 / 1_048_576.0;
    Some(format!(
        "budget: {percent} % of fuel, {memory:.1} MiB (the dearest of {} calls)",
        budget.calls
    ))
}

/// The report as text.
pub fn written(report: &Report) -> String {
    let mut text = String::new();
    let file = &report.file;
    for flaw in &report.flaws {
        let gravity = match flaw.gravity {
            Gravity::Error => "error",
            Gravity::Warning => "warning",
            Gravity::Note => "note",
        };
        // Writing to a string does not fail.
        let _ = writeln!(text, "{gravity}[{}]: {}", flaw.code, flaw.what);
        let _ = writeln!(text, "  --> {file}: {}", flaw.item);
        if !flaw.mend.is_empty() {
            let _ = writeln!(text, "  = {}", flaw.mend);
        }
        text.push('\n');
    }
    for scenario in report.scenarios.iter().filter(|scenario| !scenario.failures.is_empty()) {
        let title = scenario.title.get(Language::En);
        let _ = writeln!(text, "scenario {} ({title}) did not go as it says:", scenario.id);
        for failure in &scenario.failures {
            let _ = writeln!(text, "  {failure}");
        }
        text.push('\n');
    }
    let passed = if report.passed() { "passes" } else { "does not pass" };
    let _ = write!(text, "{file}: {passed}");
    if let Some(programme) = &report.programme {
        let _ = write!(text, "; programme {} {}", programme.id, programme.version);
    }
    let scenarios = report.scenarios.len();
    let kept = report.scenarios.iter().filter(|scenario| scenario.failures.is_empty()).count();
    let _ = write!(text, "; {kept} of {scenarios} scenarios");
    if let Some(budget) = budget(report) {
        let _ = write!(text, "; {budget}");
    }
    text.push('\n');
    text
}
