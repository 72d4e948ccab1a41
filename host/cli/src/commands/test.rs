//! `gtp test`: tells a programme's stories in the host's own sandbox, and shows what went otherwise.

use super::{check, kit};
use crate::Done;
use crate::complaint::Complaint;
use clap::Args;
use gtp_kit::differences;
use gtp_model::Language;
use gtp_model::programme::Programme;
use gtp_runtime::{CheckSettings, Gravity, Report, ScenarioResult, check_file};
use std::path::PathBuf;

/// Arguments of `gtp test`.
#[derive(Args)]
pub struct Test {
    /// A programme's folder, or a component
    #[arg(default_value = ".", value_name = "PATH")]
    path: PathBuf,
}

impl Test {
    /// Tells the stories.
    ///
    /// # Errors
    /// One goes otherwise, or the programme does not build.
    pub fn run(self) -> Done {
        let component = kit::component(&self.path)?;
        let settings = CheckSettings::default();
        let report = check_file(&component, &settings).map_err(|error| kit::cannot_run(&error))?;
        let others = |report: &Report| {
            let flaws = report.flaws.iter();
            flaws
                .filter(|flaw| flaw.gravity == Gravity::Error && flaw.code != "scenario-failed")
                .count()
        };
        if others(&report) > 0 {
            eprint!("{}", check::written(&report));
            return Err(Complaint::failed(
                "the component does not pass, so what its stories say counts for nothing",
            ));
        }
        let failed = report.scenarios.iter().filter(|own| !own.failures.is_empty()).count();
        // What was sent in a step stands in the programme, and matters only where something went otherwise.
        let programme = match failed {
            0 => None,
            _ => {
                let bytes = std::fs::read(&component).unwrap_or_default();
                kit::define(&kit::name(&component), &bytes, &settings)?.1
            }
        };
        for scenario in &report.scenarios {
            print!("{}", told(scenario, programme.as_ref()));
        }
        match (report.scenarios.len(), failed) {
            (0, _) => Err(Complaint::failed("there are no stories, so nothing was tried")
                .help("write one as scenarios/NAME.toml")),
            (all, 0) => {
                println!("\n{all} stories, all as told");
                Ok(())
            }
            (all, failed) => {
                println!("\n{all} stories, {failed} otherwise (- as told, + as it went)");
                Err(Complaint::failed(format!(
                    "{failed} of {all} stories go otherwise than they tell"
                ))
                .help("mend the rule, or the story where it tells it wrong"))
            }
        }
    }
}

/// A story in a line, and what went otherwise below it.
fn told(scenario: &ScenarioResult, programme: Option<&Programme>) -> String {
    let ok = scenario.failures.is_empty();
    let title = scenario.title.get(Language::En);
    let mut text = format!("{}  {}: {title}\n", if ok { "  ok" } else { "FAIL" }, scenario.id);
    let story = programme.and_then(|own| own.scenarios.iter().find(|own| own.id == scenario.id));
    for difference in differences(story, &scenario.failures) {
        for line in difference.to_string().lines() {
            text.push_str(&format!("        {line}\n"));
        }
    }
    text
}
