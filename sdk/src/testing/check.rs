//! What the contract asks of every assessment, whatever the case.

use crate::Severity;
use crate::case::series_id;
use gtp_contract::assess::{Assessment, Reason, Verdict};
use gtp_contract::rules::Rule;
use gtp_contract::types::Text;

/// What is wrong with an assessment of these rules, in one sentence.
pub(super) fn assessment(
    assessment: &Assessment,
    asked: &[&Rule],
    languages: &[String],
) -> Result<(), String> {
    for rule in asked {
        let count = assessment.findings.iter().filter(|finding| finding.rule == rule.id).count();
        if count != 1 {
            return Err(format!("the rule `{}` gave {count} findings, and must give one", rule.id));
        }
    }
    for finding in &assessment.findings {
        let Some(rule) = asked.iter().find(|rule| rule.id == finding.rule) else {
            return Err(format!("nobody asked the rule `{}`", finding.rule));
        };
        match &finding.verdict {
            Verdict::Judged(Severity::Green) => {}
            Verdict::Judged(severity) => {
                if !rule.severities.contains(severity) {
                    return Err(format!(
                        "the rule `{}` gave {severity:?}, which `gives` does not name",
                        rule.id
                    ));
                }
                complete(&finding.message, languages, &rule.id)?;
            }
            Verdict::NotJudged(Reason::Other(why)) => return Err(why.clone()),
            Verdict::NotJudged(_) => {}
        }
        let reads = |id: &str| rule.reads.iter().any(|read| series_id(&read.input) == id);
        if let Some(stray) = finding.evidence.iter().find(|evidence| !reads(&evidence.id)) {
            return Err(format!(
                "the rule `{}` names `{}` as evidence without reading it",
                rule.id, stray.id
            ));
        }
    }
    for derived in &assessment.derived {
        if !asked.iter().any(|rule| rule.derives.contains(&derived.field)) {
            return Err(format!("no rule that ran declares that it derives `{}`", derived.field));
        }
    }
    for advice in &assessment.advice {
        complete(&advice.message, languages, &advice.rule)?;
    }
    Ok(())
}

fn complete(text: &Text, languages: &[String], rule: &str) -> Result<(), String> {
    for language in languages {
        let words = text.iter().find(|(tag, _)| tag == language).map(|(_, words)| words.trim());
        if words.is_none_or(str::is_empty) {
            return Err(format!("the rule `{rule}` says nothing in `{language}`"));
        }
    }
    Ok(())
}
