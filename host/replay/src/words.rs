//! An explained alert, in words and numbers, for a terminal.

use crate::bundle::{Bundle, Check, last_line};
use crate::explain::{Explained, Judgement, LimitExplained, ValueExplained, word};
use gtp_care::calendar::Calendar;
use gtp_model::{Actor, AlertCause, Language, LimitLayer, Source, Time, Verdict};
use std::fmt::Write as _;

/// The whole explanation. Nothing in it names the citizen.
#[must_use]
pub fn text(explained: &Explained, zone: &str, language: Language) -> String {
    let mut text = String::new();
    let Explained { alert, .. } = explained;
    let title = explained.programme.as_ref().map_or("", |title| title.get(language));
    line(&mut text, "Alert", &format!("{} ({})", alert.id, word(&alert.severity)));
    line(&mut text, "Programme", &format!("{} {title}", alert.programme));
    line(&mut text, "Cause", &cause(&alert.cause));
    let local = |time: Time| moment(time, zone);
    line(
        &mut text,
        "Opened",
        &format!("{}, event {}, for {}", local(alert.opened), explained.event, alert.unit),
    );
    if alert.late {
        line(&mut text, "", "the data came more than a day after it was measured");
    }
    for missed in &alert.missed {
        let (opens, closes) = (local(missed.opens), local(missed.closes));
        let from = local(missed.missing_from);
        line(
            &mut text,
            "Did not come",
            &format!("expected from {opens} until {closes}, missing from {from}"),
        );
    }
    for judgement in &explained.judgements {
        text.push('\n');
        one(&mut text, judgement, zone, language);
    }
    if !explained.since.is_empty() {
        text.push('\n');
    }
    for (index, since) in explained.since.iter().enumerate() {
        let by = actor(&since.by);
        let what = since.what.replace('-', " ");
        let said = if since.text.is_empty() { String::new() } else { format!(": {}", since.text) };
        let label = if index == 0 { "Since then" } else { "" };
        let when = local(since.at);
        line(&mut text, label, &format!("{when} {what} by {by}, event {}{said}", since.event));
    }
    text
}

fn one(text: &mut String, judgement: &Judgement, zone: &str, language: Language) {
    let zone = if judgement.zone.is_empty() { zone } else { &judgement.zone };
    let local = |time: Time| moment(time, zone);
    line(text, "Judged", &format!("the moment {} ({zone})", local(judgement.judged.time)));
    let id = judgement.assessment;
    line(
        text,
        "",
        &format!("on {}, event {}, assessment {id}", local(judgement.made), judgement.event),
    );
    if let Some(rule) = &judgement.rule {
        line(text, "Rule", &format!("{}: {}", rule.id, rule.title.get(language)));
        line(text, "", rule.description.get(language));
        line(text, "Source", &join(&rule.source, &rule.source_url));
    }
    if let Some(finding) = &judgement.finding {
        let verdict = match &finding.verdict {
            Verdict::Judged(severity) => word(severity),
            Verdict::NotJudged(reason) => format!("not judged, {}", word(reason)),
        };
        line(text, "Found", &format!("{verdict}: {}", finding.message.get(language)));
        for figure in &finding.figures {
            let value = number(figure.value, figure.decimals);
            line(text, "", &format!("{} {value} {}", figure.title.get(language), figure.unit));
        }
    }
    if let Some(failed) = &judgement.failed {
        line(text, "Not judged", failed);
    }
    for (index, value) in judgement.values.iter().enumerate() {
        line(text, if index == 0 { "Values" } else { "" }, &value_line(value, &local));
    }
    for (index, limit) in judgement.limits.iter().enumerate() {
        line(text, if index == 0 { "Limits" } else { "" }, &limit_line(limit, &local));
    }
    let run = &judgement.component;
    let contract = match run.contract.as_str() {
        "" => String::new(),
        contract => format!(", contract {contract}"),
    };
    line(
        text,
        "Ran",
        &format!("{} {}{contract}, sha256 {}", run.programme, run.version, run.digest),
    );
    if let Some(fingerprint) = judgement.fingerprint {
        line(text, "Case", &format!("sha256 {fingerprint}"));
        let again = match &judgement.rebuilt {
            Some(own) if own.fingerprint == fingerprint => "cut again from the events: identical",
            Some(_) => "cut again from the events: ANOTHER",
            None => "it could not be cut again",
        };
        line(text, "", again);
    }
    if let Some((output, fuel)) = &judgement.output {
        let said: Vec<String> = output
            .findings
            .iter()
            .map(|finding| match &finding.verdict {
                Verdict::Judged(severity) => format!("{} {}", finding.rule, word(severity)),
                Verdict::NotJudged(_) => format!("{} not judged", finding.rule),
            })
            .collect();
        line(text, "Output", &said.join(", "));
        line(text, "", &format!("{fuel} units of fuel"));
    }
}

fn value_line(value: &ValueExplained, local: &impl Fn(Time) -> String) -> String {
    let number = value.value.map_or_else(|| "not given".to_owned(), |number| number.to_string());
    let mut text = format!("{} {number} at {}", value.series, local(value.measured));
    if let (Some(event), Some(source)) = (value.event, &value.source) {
        let from = match source {
            Source::Device(device) => format!("the device {device}"),
            other => word(other),
        };
        let _ = write!(text, ", from {from}, event {event}");
    }
    if let Some(received) = value.received
        && received.since(value.measured) > gtp_model::HOUR
    {
        let _ = write!(text, ", received {}", local(received));
    }
    if value.evidence {
        text.push_str("  <- evidence");
    }
    text
}

fn limit_line(limit: &LimitExplained, local: &impl Fn(Time) -> String) -> String {
    let unit = limit.limit.as_ref().map_or("", |limit| limit.unit.as_str());
    let origin = &limit.origin;
    let value =
        origin.value.map_or_else(|| "not set".to_owned(), |value| format!("{value} {unit}"));
    let mut text = format!("{} {value}: ", origin.limit);
    let layer = match origin.layer {
        Some(LimitLayer::Citizen) => "the citizen's own",
        Some(LimitLayer::Unit) => "the unit's",
        Some(LimitLayer::Region) => "the region's",
        Some(LimitLayer::Programme) => "the programme's default",
        None => "nobody has set it",
    };
    text.push_str(layer);
    match &limit.set {
        Some((by, at, setting)) => {
            let event = origin.set_by.unwrap_or(0);
            let _ = write!(text, ", set by {} on {}, event {event}", actor(by), local(*at));
            if let Some(relative) = &setting.relative {
                let _ = write!(text, ", {:+} from the usual {}", relative.offset, relative.field);
            }
            if let Some(until) = setting.until {
                let _ = write!(text, ", until {}", local(until));
            }
            let _ = write!(text, ": “{}”", setting.reason);
        }
        None => {
            let source = limit.limit.as_ref().map_or("", |limit| limit.source.as_str());
            if !source.is_empty() {
                let _ = write!(text, ", source {source}");
            }
        }
    }
    text
}

/// What was checked, and what came of it.
#[must_use]
pub fn said(bundle: &Bundle, checks: &[Check]) -> String {
    let mut text = String::new();
    let signed = &bundle.proofs.checkpoint;
    let checkpoint = &signed.checkpoint;
    line(&mut text, "Record", signed.text.lines().next().unwrap_or_default());
    line(&mut text, "", &format!("{} events, root {}", checkpoint.size, checkpoint.root));
    line(&mut text, "Signed by", last_line(&signed.public_key));
    for (index, check) in checks.iter().enumerate() {
        let label = if index == 0 { "Checked" } else { "" };
        let verdict = match (check.what, check.is_right()) {
            ("rerun", true) => "identical",
            (_, true) => "right",
            (_, false) => "WRONG",
        };
        line(&mut text, label, &format!("{} of {}: {verdict}", check.what, check.of));
        for wrong in &check.wrong {
            line(&mut text, "", &format!("  {wrong}"));
        }
    }
    text
}

fn cause(cause: &AlertCause) -> String {
    match cause {
        AlertCause::Rule(rule) => format!("rule {rule}"),
        AlertCause::Unassessed => "the rules could not run".to_owned(),
        AlertCause::Missing(activity) => format!("{activity} did not come"),
    }
}

fn actor(actor: &Actor) -> String {
    match &actor.unit {
        Some(unit) => format!("{} ({unit})", actor.account),
        None => actor.account.clone(),
    }
}

fn moment(time: Time, zone: &str) -> String {
    let stamp = jiff::Timestamp::from_millisecond(time.0).unwrap_or_default();
    match Calendar::new(zone) {
        Ok(calendar) => calendar.zoned(time).strftime("%Y-%m-%d %H:%M:%S %:z").to_string(),
        Err(_) => stamp.to_string(),
    }
}

fn number(value: f64, decimals: u8) -> String {
    format!("{value:.*}", usize::from(decimals))
}

fn join(first: &str, second: &str) -> String {
    [first, second].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(", ")
}

fn line(text: &mut String, label: &str, said: &str) {
    // Writing to a string does not fail.
    let _ = writeln!(text, "{label:<13}{said}");
}
