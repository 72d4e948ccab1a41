//! From what a component returned to an [`Assessment`] that can be believed to be well formed.
//!
//! A component may say anything. What it says is taken only as a whole: one fault and none of it counts.
//! Messages about faults never repeat what the component returned, since that may hold the citizen's values.

use super::{bindings::assess as raw, shared::severity};
use crate::{flaw::is_invisible, run::Fault};
use gtp_model::{
    Advice, Assessment, Case, Derived, Evidence, FieldId, Figure, Finding, LimitId, Reason, RuleId,
    Series, SeriesId, Text, Time, Urgency, Verdict,
    programme::{Programme, Rule, Severity},
};
use std::collections::BTreeSet;

/// Most pieces of evidence for one finding.
const EVIDENCE: usize = 1_000;
/// Most figures of one finding.
const FIGURES: usize = 50;
/// Most derived values of one assessment.
const DERIVED: usize = 1_000;
/// Most pieces of advice.
const ADVICE: usize = 50;
/// Most characters of a message in one language.
const MESSAGE: usize = 4_000;
/// Most characters of a short text: a reason, a figure's title, a unit.
const SHORT: usize = 200;
/// Most languages of one text.
const LANGUAGES: usize = 20;
/// Most decimals of a figure.
const DECIMALS: u8 = 10;

/// What was asked.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub programme: &'a Programme,
    pub rules: &'a [RuleId],
    pub case: &'a Case,
}

/// Translates and checks a result.
///
/// # Errors
///
/// Every fault that was found.
pub fn translate(raw: raw::Assessment, asked: Asked<'_>) -> Result<Assessment, Vec<Fault>> {
    let mut check = Check { asked, faults: vec![] };
    let raw::Assessment { findings, derived, advice } = raw;
    let assessment = Assessment {
        findings: check.findings(findings),
        derived: check.derived(derived),
        advice: check.advice(advice),
    };
    if check.faults.is_empty() { Ok(assessment) } else { Err(check.faults) }
}

struct Check<'a> {
    asked: Asked<'a>,
    faults: Vec<Fault>,
}

impl<'a> Check<'a> {
    fn fault(&mut self, place: impl Into<String>, what: impl Into<String>) {
        // A component that does everything wrong is told the first few things.
        const MOST: usize = 20;
        if self.faults.len() < MOST {
            self.faults.push(Fault { place: place.into(), what: what.into() });
        }
    }

    fn findings(&mut self, raw: Vec<raw::Finding>) -> Vec<Finding> {
        let wanted = self.asked.rules.len();
        if raw.len() != wanted {
            self.fault("findings", format!("there are {} for {wanted} asked rules", raw.len()));
            return vec![];
        }
        let mut findings: Vec<Finding> = vec![];
        for (i, raw) in raw.into_iter().enumerate() {
            let Some(rule) = self.asked_rule(&raw.rule) else {
                self.fault(format!("finding {i}"), "it names a rule that was not asked");
                continue;
            };
            if findings.iter().any(|earlier| earlier.rule == rule.id) {
                self.fault(format!("finding of `{}`", rule.id), "the rule has two findings");
                continue;
            }
            findings.push(self.finding(raw, rule));
        }
        findings
    }

    fn finding(&mut self, raw: raw::Finding, rule: &Rule) -> Finding {
        let place = format!("finding of `{}`", rule.id);
        let verdict = match raw.verdict {
            raw::Verdict::Judged(raw) => {
                let severity = severity(raw);
                if severity != Severity::Green && !rule.severities.contains(&severity) {
                    self.fault(&place, "it has a severity that the rule does not declare");
                }
                Verdict::Judged(severity)
            }
            raw::Verdict::NotJudged(raw) => Verdict::NotJudged(self.reason(raw, rule, &place)),
        };
        let message = self.text(raw.message, &place, MESSAGE);
        if message.is_empty()
            && matches!(verdict, Verdict::Judged(severity) if severity != Severity::Green)
        {
            self.fault(&place, "it is yellow or red and has no message");
        }
        if raw.evidence.len() > EVIDENCE || raw.figures.len() > FIGURES {
            self.fault(
                &place,
                format!("more than {EVIDENCE} pieces of evidence or {FIGURES} figures"),
            );
            return Finding {
                rule: rule.id.clone(),
                verdict,
                message,
                evidence: vec![],
                figures: vec![],
            };
        }
        for evidence in &raw.evidence {
            if !self.is_evidence(evidence, rule) {
                self.fault(&place, "its evidence is no value that the rule was handed");
                break;
            }
        }
        let evidence = raw
            .evidence
            .into_iter()
            .map(|raw::Evidence { id, time, value }| Evidence { id, time: Time(time), value })
            .collect();
        let figures =
            raw.figures.into_iter().filter_map(|raw| self.figure(raw, rule, &place)).collect();
        Finding { rule: rule.id.clone(), verdict, message, evidence, figures }
    }

    fn reason(&mut self, raw: raw::Reason, rule: &Rule, place: &str) -> Reason {
        match raw {
            raw::Reason::LimitNotSet(limit) => {
                if let Some(limit) = declared_limit(&limit, rule) {
                    return Reason::LimitNotSet(limit);
                }
                self.fault(place, "its reason names a limit that the rule does not declare");
                Reason::Other(String::new())
            }
            raw::Reason::NotEnoughData(series) => {
                if !series.iter().all(|id| reads(rule, id)) || series.len() > rule.reads.len() {
                    self.fault(place, "its reason names an input that the rule does not read");
                }
                Reason::NotEnoughData(series)
            }
            raw::Reason::NotApplicable(why) => Reason::NotApplicable(self.short(why, place)),
            raw::Reason::Other(why) => Reason::Other(self.short(why, place)),
        }
    }

    fn figure(&mut self, raw: raw::Figure, rule: &Rule, place: &str) -> Option<Figure> {
        let title = self.text(raw.title, place, SHORT);
        let unit = self.short(raw.unit, place);
        if !raw.value.is_finite() {
            self.fault(place, "a figure is no finite number");
        }
        if raw.decimals > DECIMALS {
            self.fault(place, format!("a figure has more than {DECIMALS} decimals"));
        }
        let limit = match raw.limit.as_deref() {
            None => None,
            Some(id) => {
                let limit = declared_limit(id, rule);
                if limit.is_none() {
                    self.fault(place, "a figure names a limit that the rule does not declare");
                    return None;
                }
                limit
            }
        };
        Some(Figure { title, value: raw.value, unit, decimals: raw.decimals, limit })
    }

    fn derived(&mut self, raw: Vec<raw::Derived>) -> Vec<Derived> {
        if raw.len() > DERIVED {
            self.fault("derived values", format!("there are more than {DERIVED}"));
            return vec![];
        }
        let mut seen = BTreeSet::new();
        let mut derived = vec![];
        for (i, raw) in raw.into_iter().enumerate() {
            let place = format!("derived value {i}");
            let Some(field) = self.derivable(&raw.field) else {
                self.fault(place, "no asked rule declares that it derives this field");
                continue;
            };
            if !raw.value.is_finite() {
                self.fault(&place, "it is no finite number");
            }
            if raw.time < 0 || raw.time > self.asked.case.now.time.0 {
                self.fault(&place, "its time is before 1970 or after the moment that is judged");
            }
            if !seen.insert((field.clone(), raw.time)) {
                self.fault(&place, "the field has two values at this time");
            }
            derived.push(Derived { field, time: Time(raw.time), value: raw.value });
        }
        derived
    }

    fn advice(&mut self, raw: Vec<raw::Advice>) -> Vec<Advice> {
        if raw.len() > ADVICE {
            self.fault("advice", format!("there is more than {ADVICE}"));
            return vec![];
        }
        let mut advice = vec![];
        for (i, raw) in raw.into_iter().enumerate() {
            let place = format!("advice {i}");
            let Some(rule) = self.asked_rule(&raw.rule).map(|rule| rule.id.clone()) else {
                self.fault(place, "it names a rule that was not asked");
                continue;
            };
            let message = self.text(raw.message, &place, MESSAGE);
            if message.is_empty() {
                self.fault(&place, "it has no message");
            }
            let urgency = match raw.urgency {
                raw::Urgency::Emergency => Urgency::Emergency,
                raw::Urgency::Now => Urgency::Now,
                raw::Urgency::Today => Urgency::Today,
                raw::Urgency::Note => Urgency::Note,
                raw::Urgency::Other(word) => Urgency::Other(self.short(word, &place)),
            };
            advice.push(Advice { rule, urgency, message });
        }
        advice
    }

    /// A text is there in every language of the programme, or empty. Further languages are welcome.
    fn text(&mut self, raw: Vec<(String, String)>, place: &str, longest: usize) -> Text {
        let languages = &self.asked.programme.about.languages;
        let text = Text(raw);
        if text.is_empty() {
            return Text::default();
        }
        let complete = text.0.len() <= LANGUAGES
            && languages
                .iter()
                .all(|tag| text.exact(tag).is_some_and(|text| !text.trim().is_empty()));
        if !complete {
            self.fault(place, "a text is not there in every language of the programme");
            return Text::default();
        }
        for (_, text) in &text.0 {
            self.readable(text, place, longest);
        }
        text
    }

    fn short(&mut self, text: String, place: &str) -> String {
        self.readable(&text, place, SHORT);
        text
    }

    fn readable(&mut self, text: &str, place: &str, longest: usize) {
        if text.chars().nth(longest).is_some() {
            self.fault(place, format!("a text has more than {longest} characters"));
        } else if text.chars().any(|c| (c.is_control() && c != '\n') || is_invisible(c)) {
            self.fault(place, "a text holds control characters");
        }
    }

    fn asked_rule(&self, id: &str) -> Option<&'a Rule> {
        let asked = self.asked.rules.iter().find(|rule| rule.as_str() == id)?;
        self.asked.programme.rule(asked)
    }

    fn derivable(&self, field: &str) -> Option<FieldId> {
        self.asked
            .rules
            .iter()
            .filter_map(|rule| self.asked.programme.rule(rule))
            .flat_map(|rule| &rule.derives)
            .find(|own| own.as_str() == field)
            .cloned()
    }

    /// Evidence is a value out of the case, of an input that the rule reads.
    fn is_evidence(&self, evidence: &raw::Evidence, rule: &Rule) -> bool {
        reads(rule, &evidence.id)
            && self
                .asked
                .case
                .series
                .iter()
                .any(|series| is(&series.id, &evidence.id) && holds(series, evidence))
    }
}

fn holds(series: &Series, evidence: &raw::Evidence) -> bool {
    let from = series.times.partition_point(|time| *time < evidence.time);
    series
        .times
        .iter()
        .zip(&series.values)
        .skip(from)
        .take_while(|(time, _)| **time == evidence.time)
        .any(|(_, value)| same(*value, evidence.value))
}

/// Whether two numbers are the same measurement. A rule may hold 80.89999999999999 as the 80.9 that it is
/// on paper, and must not be refused for it.
fn same(handed: f64, returned: f64) -> bool {
    (handed - returned).abs() <= 1e-6 * handed.abs().max(1.0)
}

fn reads(rule: &Rule, id: &str) -> bool {
    rule.reads.iter().any(|read| is(&read.input, id))
}

fn declared_limit(id: &str, rule: &Rule) -> Option<LimitId> {
    rule.limits.iter().find(|own| own.as_str() == id).cloned()
}

/// Whether the contract writes this series so.
fn is(series: &SeriesId, text: &str) -> bool {
    match series {
        SeriesId::Field(field) => field.as_str() == text,
        SeriesId::Answer(questionnaire, item) | SeriesId::Score(questionnaire, item) => {
            text.split_once('/') == Some((questionnaire.as_str(), item.as_str()))
        }
    }
}
