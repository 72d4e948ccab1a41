//! The programme's rules, done properly.

use crate::define::text;
use gtp_contract::{
    assess::{
        Advice, Assessment, Case, Derived, Evidence, Figure, Finding, Reason, Series, Urgency,
        Verdict,
    },
    types::Severity,
};

const HOUR: i64 = 3_600_000;

pub fn judge(rules: &[String], case: &Case) -> Assessment {
    let mut assessment = Assessment { findings: vec![], derived: vec![], advice: vec![] };
    for rule in rules {
        let finding = match rule.as_str() {
            "gain" => gain(case, &mut assessment),
            "level" => level(case),
            _ => symptoms(case, &mut assessment),
        };
        assessment.findings.push(finding);
    }
    assessment
}

fn series<'a>(case: &'a Case, id: &str) -> Option<&'a Series> {
    case.series.iter().find(|series| series.id == id)
}

fn limit(case: &Case, id: &str) -> Option<f64> {
    case.limits.iter().find(|limit| limit.id == id)?.value
}

fn finding(rule: &str, severity: Severity, message: &str) -> Finding {
    Finding {
        rule: rule.to_owned(),
        verdict: Verdict::Judged(severity),
        message: if severity == Severity::Green { vec![] } else { text(message) },
        evidence: vec![],
        figures: vec![],
    }
}

fn not_judged(rule: &str, reason: Reason) -> Finding {
    Finding {
        rule: rule.to_owned(),
        verdict: Verdict::NotJudged(reason),
        message: vec![],
        evidence: vec![],
        figures: vec![],
    }
}

/// The newest weight above the lowest of the 72 hours before it.
fn gain(case: &Case, assessment: &mut Assessment) -> Finding {
    let missing = || not_judged("gain", Reason::NotEnoughData(vec!["weight".to_owned()]));
    let Some(weight) = series(case, "weight") else { return missing() };
    let (Some(newest), Some(time)) = (weight.values.last(), weight.times.last()) else {
        return missing();
    };
    let (Some(yellow), Some(red)) = (limit(case, "gain-yellow"), limit(case, "gain-red")) else {
        return not_judged("gain", Reason::LimitNotSet("gain-red".to_owned()));
    };
    let window =
        weight.times.iter().zip(&weight.values).filter(|(t, _)| **t >= case.now - 72 * HOUR);
    let lowest = window.map(|(_, value)| *value).fold(*newest, f64::min);
    let gained = newest - lowest;
    let severity = match gained {
        gained if gained > red => Severity::Red,
        gained if gained > yellow => Severity::Yellow,
        _ => Severity::Green,
    };
    assessment.derived.push(Derived {
        field: "weight-gain".to_owned(),
        time: case.now,
        value: gained,
    });
    let mut finding = finding("gain", severity, "The weight has risen.");
    finding.evidence = vec![Evidence { id: "weight".to_owned(), time: *time, value: *newest }];
    finding.figures = vec![Figure {
        title: text("Gain"),
        value: gained,
        unit: "kg".to_owned(),
        decimals: 1,
        limit: Some("gain-red".to_owned()),
    }];
    finding
}

/// Means over all measured fields; there is only something to say when all of them are odd.
fn level(case: &Case) -> Finding {
    let mut odd = 0;
    for series in &case.series {
        let count = series.values.len() as f64;
        let mean = series.values.iter().sum::<f64>() / count.max(1.0);
        let spread = series.values.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
        odd += usize::from(spread > 1e9);
    }
    let severity =
        if odd == crate::define::MEASURED.len() { Severity::Yellow } else { Severity::Green };
    finding("level", severity, "The values vary widely.")
}

fn symptoms(case: &Case, assessment: &mut Assessment) -> Finding {
    let score = series(case, "symptoms/total").and_then(|series| series.values.last());
    let Some(score) = score else {
        return not_judged("symptoms", Reason::NotEnoughData(vec!["symptoms/total".to_owned()]));
    };
    if *score < 2.0 {
        return finding("symptoms", Severity::Green, "");
    }
    assessment.advice.push(Advice {
        rule: "symptoms".to_owned(),
        urgency: Urgency::Today,
        message: text("Call today."),
    });
    finding("symptoms", Severity::Yellow, "There are symptoms.")
}
