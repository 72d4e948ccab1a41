//! Running an assessment again.

use crate::difference::{Difference, differences};
use gtp_model::{Assessment, Case, RuleId};
use gtp_runtime::Loaded;
use serde::Serialize;

/// What came of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rerun {
    /// The same, to the last letter and at the same cost.
    Identical,
    /// Something else.
    Differs(Vec<Difference>),
    /// It could not be run this time, or it could where it could not then.
    Failed(String),
}

/// Lets a component judge a case again, and compares what it says with what was kept.
#[must_use]
pub fn rerun(
    loaded: &Loaded,
    rules: &[RuleId],
    case: &Case,
    kept: &Assessment,
    fuel: u64,
) -> Rerun {
    match loaded.judge(rules, case) {
        Err(error) => Rerun::Failed(error.to_string()),
        Ok(run) => {
            let mut found = differences(kept, &run.assessment);
            if found.is_empty() {
                found = differences(
                    &serde_json::json!({ "fuel": fuel }),
                    &serde_json::json!({ "fuel": run.spent.fuel }),
                );
            }
            if found.is_empty() { Rerun::Identical } else { Rerun::Differs(found) }
        }
    }
}
