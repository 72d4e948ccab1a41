//! An alert as its page shows it.

use crate::pages::enrolment::unit_name;
use crate::pages::frame::{Frame, Moment, Visitor, Words};
use crate::pages::severity::SeverityView;
use crate::pages::today::when_on_its_day;
use crate::text;
use crate::text::plain::{self, TITLE};
use askama::Template;
use gtp_care::{AlertView, JudgedLimit, OUTCOMES};
use gtp_model::programme::{Item, ItemKind, Kind, Programme};
use gtp_model::{
    Alert, AlertId, AlertOutcome, AlertState, Enrolment, Evidence, Figure, Finding, LimitLayer,
    Reason, Unit, Value, Verdict,
};

#[derive(Template)]
#[template(path = "alert.html")]
pub struct AlertPage {
    frame: Frame,
    id: AlertId,
    errors: Vec<String>,
    citizen: String,
    citizen_href: String,
    programme: String,
    programme_href: Option<String>,
    severity: SeverityView,
    cause: String,
    message: String,
    state: String,
    open: bool,
    taken: bool,
    /// Whether the reader is who works on it.
    mine: bool,
    /// Since when it is escalated.
    escalated: Option<Moment>,
    /// On whose worklist it is.
    unit: String,
    /// To whom it can be handed over.
    others: Vec<(String, String)>,
    limits_href: String,
    resolved: Option<String>,
    opened: Moment,
    /// Absent where nothing was measured: that is what the alert is about.
    judged: Option<Moment>,
    missed: Vec<String>,
    late: bool,
    figures: Vec<FigureView>,
    evidence: Vec<EvidenceView>,
    limits: Vec<LimitView>,
    rule: Option<RuleView>,
    earlier: Vec<FindingView>,
    notes: Vec<NoteView>,
    outcomes: Vec<(&'static str, String)>,
    digest: Option<String>,
}

struct FigureView {
    title: String,
    value: String,
    limit: Option<String>,
}

struct EvidenceView {
    title: String,
    value: String,
    when: Moment,
}

struct LimitView {
    href: String,
    title: String,
    value: String,
    layer: String,
    source: String,
}

struct RuleView {
    title: String,
    description: String,
    source: String,
    source_url: Option<String>,
}

struct FindingView {
    severity: Option<SeverityView>,
    message: String,
    when: Option<Moment>,
}

struct NoteView {
    who: String,
    when: Moment,
    text: Vec<String>,
}

/// Makes the page.
pub fn page(
    visitor: &Visitor,
    view: &AlertView,
    enrolment: &Enrolment,
    units: &[Unit],
    errors: Vec<String>,
) -> AlertPage {
    let (words, alert) = (visitor.words(), &view.alert);
    let programme = view.programme.as_ref().map(|loaded| &loaded.definition);
    let newest = alert.findings.last().map(|(_, finding)| finding);
    let evidence = newest.map_or(&[][..], |finding| &finding.evidence);
    let figures = newest.map_or(&[][..], |finding| &finding.figures);
    let earlier = alert.findings.iter().rev().skip(1).map(|(_, finding)| finding);
    let cause = words.cause(&alert.cause, programme);
    let citizen = plain::line(&view.citizen.name, TITLE);
    let resolved = match &alert.state {
        AlertState::Resolved { outcome, .. } => Some(outcome_in_words(outcome, words)),
        _ => None,
    };
    AlertPage {
        frame: visitor.frame(words.t_with("alert-title", &[("cause", (&cause).into())])),
        id: alert.id,
        errors,
        citizen,
        citizen_href: format!("/citizens/{}", alert.citizen),
        programme: programme.map_or_else(
            || alert.programme.to_string(),
            |programme| words.title(&programme.about.title),
        ),
        programme_href: programme.map(|programme| format!("/programmes/{}", programme.id())),
        severity: words.severity(alert.severity),
        cause,
        message: words.message(alert),
        state: words.state(&alert.state),
        open: alert.state == AlertState::Open,
        taken: matches!(alert.state, AlertState::Taken { .. }),
        mine: matches!(&alert.state, AlertState::Taken { by, .. } if by.account == visitor.actor().account),
        escalated: alert.escalated.map(|at| words.brief(at)),
        unit: unit_name(units, &alert.unit),
        others: std::iter::once(&enrolment.unit)
            .chain(&enrolment.care_team)
            .filter(|unit| **unit != alert.unit)
            .map(|unit| (unit.to_string(), unit_name(units, unit)))
            .collect(),
        limits_href: limits_href(alert),
        resolved,
        opened: words.brief(alert.opened),
        judged: alert.missed.is_empty().then(|| words.brief(alert.judged)),
        missed: alert
            .missed
            .iter()
            .rev()
            .map(|missed| when_on_its_day(missed.opens, missed.closes, words))
            .collect(),
        late: alert.late,
        figures: figures.iter().map(|figure| figure_view(figure, programme, words)).collect(),
        evidence: evidence.iter().map(|one| evidence_view(one, programme, words)).collect(),
        limits: view.limits.iter().map(|limit| limit_view(limit, alert, words)).collect(),
        rule: view.rule.as_ref().map(|rule| RuleView {
            title: words.title(&rule.title),
            description: words.paragraph(&rule.description),
            source: plain::line(&rule.source, 300),
            source_url: web_address(&rule.source_url),
        }),
        earlier: earlier.map(|finding| finding_view(finding, words)).collect(),
        notes: alert
            .notes
            .iter()
            .map(|note| NoteView {
                who: words.who(&note.by),
                when: words.brief(note.at),
                text: plain::paragraphs(&note.text),
            })
            .collect(),
        outcomes: OUTCOMES.map(|code| (code, outcome_title(code, words))).into(),
        digest: view.programme.as_ref().map(|loaded| loaded.digest.to_string()),
    }
}

fn outcome_in_words(outcome: &AlertOutcome, words: Words<'_>) -> String {
    let title = outcome_title(&outcome.code, words);
    let note = plain::line(&outcome.note, plain::PARAGRAPH);
    if note.is_empty() { title } else { format!("{title}: {note}") }
}

/// How an alert ended. Beside what clinicians choose from, it can end with its enrolment.
fn outcome_title(code: &str, words: Words<'_>) -> String {
    if OUTCOMES.contains(&code) || code == "enrolment-ended" {
        words.t(&format!("outcome-{code}"))
    } else {
        plain::line(code, 60)
    }
}

fn limits_href(alert: &Alert) -> String {
    format!("/enrolments/{}/limits", alert.enrolment)
}

/// The numbers that an alert's newest finding rests on, in a few words each.
pub fn evidence_in_words(
    alert: &Alert,
    programme: Option<&Programme>,
    most: usize,
    words: Words<'_>,
) -> Vec<String> {
    let Some((_, finding)) = alert.findings.last() else { return vec![] };
    let figures = finding.figures.iter().map(|figure| {
        let value = with_unit(words, figure.value, figure.decimals, &figure.unit);
        format!("{}: {value}", words.title(&figure.title))
    });
    let evidence = finding.evidence.iter().rev().map(|one| {
        let view = evidence_view(one, programme, words);
        format!("{}: {} ({})", view.title, view.value, view.when.words)
    });
    figures.chain(evidence).take(most).collect()
}

fn figure_view(figure: &Figure, programme: Option<&Programme>, words: Words<'_>) -> FigureView {
    let limit = figure.limit.as_ref().and_then(|id| programme?.limit(id));
    FigureView {
        title: words.title(&figure.title),
        value: with_unit(words, figure.value, figure.decimals, &figure.unit),
        limit: limit.map(|limit| words.title(&limit.title)),
    }
}

fn with_unit(words: Words<'_>, value: f64, decimals: u8, unit: &str) -> String {
    let unit = text::unit_in_words(words.language, unit);
    format!("{} {unit}", words.number(value, decimals)).trim_end().to_owned()
}

/// A value that a finding rests on. Its series is a field's id, or `questionnaire/item`.
fn evidence_view(one: &Evidence, programme: Option<&Programme>, words: Words<'_>) -> EvidenceView {
    let (title, value) = named(one, programme, words)
        .unwrap_or_else(|| (plain::line(&one.id, TITLE), words.number(one.value, 0)));
    EvidenceView { title, value, when: words.brief(one.time) }
}

fn named(
    one: &Evidence,
    programme: Option<&Programme>,
    words: Words<'_>,
) -> Option<(String, String)> {
    let programme = programme?;
    let Some((questionnaire, item)) = one.id.split_once('/') else {
        let field = programme.field(&one.id.parse().ok()?)?;
        return Some((words.title(&field.title), as_given(one.value, &field.kind, words)));
    };
    let questionnaire = programme.questionnaire(&questionnaire.parse().ok()?)?;
    let id = item.parse().ok()?;
    let Some(item) = questionnaire.item(&id) else {
        let score = questionnaire.scores.iter().find(|score| score.id == id)?;
        return Some((words.title(&score.title), words.number(one.value, 0)));
    };
    let title = plain::line(item.text.get(words.language), TITLE);
    Some((title, as_given(one.value, kind_of(programme, item)?, words)))
}

fn kind_of<'a>(programme: &'a Programme, item: &'a Item) -> Option<&'a Kind> {
    match &item.kind {
        ItemKind::Heading => None,
        ItemKind::Question(kind) => Some(kind),
        ItemKind::Field(field) => programme.field(field).map(|field| &field.kind),
    }
}

/// The value that a rule saw as a number, as it was given.
fn as_given(number: f64, kind: &Kind, words: Words<'_>) -> String {
    let value = match kind {
        Kind::Flag => Value::Flag(number != 0.0),
        Kind::Choice(choices) => match choices.iter().find(|choice| choice.value == number) {
            Some(choice) => Value::Coded { code: choice.code.clone(), value: number },
            None => Value::Number(number),
        },
        #[allow(clippy::cast_possible_truncation, reason = "a day is far from the end of i64")]
        Kind::Date => Value::Date(gtp_model::Time(number as i64)),
        _ => Value::Number(number),
    };
    words.value(&value, Some(kind))
}

fn limit_view(judged: &JudgedLimit, alert: &Alert, words: Words<'_>) -> LimitView {
    let limit = &judged.limit;
    LimitView {
        href: format!("{}#{}", limits_href(alert), limit.id),
        title: words.title(&limit.title),
        value: judged.value.map_or_else(
            || words.t("limit-not-set"),
            |value| with_unit(words, value, limit.decimals, &limit.unit),
        ),
        layer: layer(judged.layer, words),
        source: plain::line(&limit.source, 300),
    }
}

/// Where a limit's value comes from.
pub fn layer(layer: Option<LimitLayer>, words: Words<'_>) -> String {
    match layer {
        Some(LimitLayer::Programme) => words.t("layer-programme"),
        Some(LimitLayer::Region) => words.t("layer-region"),
        Some(LimitLayer::Unit) => words.t("layer-unit"),
        Some(LimitLayer::Citizen) => words.t("layer-citizen"),
        None => String::new(),
    }
}

fn finding_view(finding: &Finding, words: Words<'_>) -> FindingView {
    let (severity, message) = match &finding.verdict {
        Verdict::Judged(severity) => {
            (Some(words.finding_severity(*severity)), words.paragraph(&finding.message))
        }
        Verdict::NotJudged(reason) => (None, not_judged(reason, words)),
    };
    let when = finding.evidence.iter().map(|one| one.time).max();
    FindingView { severity, message, when: when.map(|when| words.brief(when)) }
}

fn not_judged(reason: &Reason, words: Words<'_>) -> String {
    match reason {
        Reason::LimitNotSet(limit) => {
            words.t_with("reason-limit-not-set", &[("limit", limit.as_str().into())])
        }
        Reason::NotEnoughData(_) => words.t("reason-not-enough-data"),
        Reason::NotApplicable(why) | Reason::Other(why) => plain::line(why, plain::PARAGRAPH),
        _ => words.t("reason-not-enough-data"),
    }
}

/// An address that is safe to link to: a component's text may hold any.
pub fn web_address(text: &str) -> Option<String> {
    let text = text.trim();
    let legal = (text.starts_with("https://") || text.starts_with("http://"))
        && text.len() < 500
        && text.bytes().all(|byte| byte.is_ascii_graphic());
    legal.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn every_outcome_has_words() {
        let calendar = gtp_care::calendar::Calendar::new("Europe/Copenhagen").unwrap();
        for language in gtp_model::Language::ALL {
            let words = Words { language, calendar: &calendar, now: gtp_model::Time(0) };
            for code in OUTCOMES.iter().chain(&["enrolment-ended"]) {
                assert!(!outcome_title(code, words).starts_with("outcome-"), "{code}");
            }
        }
    }

    #[test]
    fn only_web_addresses_are_linked() {
        assert!(web_address("https://example.org/a?b=c").is_some());
        for bad in ["javascript:alert(1)", "data:text/html,x", "", "//example.org", "https://a b"] {
            assert!(web_address(bad).is_none(), "{bad}");
        }
    }
}
