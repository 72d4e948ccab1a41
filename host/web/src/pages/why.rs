//! Why an alert was raised, in words and numbers: what was judged, by which limits, who set them, and what has happened
//! since.

use super::alert::{layer, web_address};
use super::frame::{Frame, Moment, Visitor, Words};
use super::render;
use crate::api::replays::{desk, refused};
use crate::problem::Problem;
use crate::text::plain::{self, PARAGRAPH, TITLE};
use crate::text::unit_in_words;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use gtp_care::Why;
use gtp_model::programme::{ItemKind, Kind, Programme};
use gtp_model::{AlertId, Value};
use gtp_replay::Judgement;
use gtp_replay::explain::{LimitExplained, Since, ValueExplained};

#[derive(Template)]
#[template(path = "why.html")]
struct WhyPage {
    frame: Frame,
    back: String,
    cause: String,
    citizen: String,
    citizen_href: String,
    judgements: Vec<JudgementView>,
    since: Vec<SinceView>,
}

struct JudgementView {
    judged: Moment,
    made: Moment,
    message: String,
    rule: Option<(String, String)>,
    source: Option<(String, Option<String>)>,
    failed: bool,
    limits: Vec<LimitView>,
    values: Vec<ValueView>,
    component: String,
    digest: String,
    case: Option<String>,
    /// Whether the case that is cut again from the record is the one that was judged.
    again: Option<bool>,
    faults: Vec<String>,
}

struct LimitView {
    title: String,
    value: String,
    layer: String,
    why: String,
}

struct ValueView {
    title: String,
    value: String,
    when: Moment,
    from: String,
    evidence: bool,
}

struct SinceView {
    when: Moment,
    what: String,
    who: String,
    text: String,
}

/// `GET /alerts/{id}/why`
pub async fn page(visitor: Visitor, Path(id): Path<AlertId>) -> Result<Response, Problem> {
    let desk = desk(&visitor.state)?;
    let why = Why::through("page");
    let (view, explained) = desk.why(visitor.actor(), id, &why).await.map_err(refused)?;
    let words = visitor.words();
    let programme = view.programme.as_ref().map(|loaded| &loaded.definition);
    let judgement = |own: &Judgement| judgement_view(own, programme, words);
    // The newest first: that is what the alert says now.
    Ok(render(&WhyPage {
        frame: visitor.frame(words.t("why-title")),
        back: format!("/alerts/{id}"),
        cause: words.cause(&view.alert.cause, programme),
        citizen: plain::line(&view.citizen.name, TITLE),
        citizen_href: format!("/citizens/{}", view.alert.citizen),
        judgements: explained.judgements.iter().rev().map(judgement).collect(),
        since: explained.since.iter().map(|own| since_view(own, words)).collect(),
    }))
}

fn judgement_view(
    own: &Judgement,
    programme: Option<&Programme>,
    words: Words<'_>,
) -> JudgementView {
    let rule = own.rule.as_ref();
    let same = own.rebuilt.as_ref().zip(own.fingerprint);
    JudgementView {
        judged: words.full(own.judged.time),
        made: words.full(own.made),
        message: own
            .finding
            .as_ref()
            .map_or_else(String::new, |finding| words.paragraph(&finding.message)),
        rule: rule.map(|rule| (words.title(&rule.title), words.paragraph(&rule.description))),
        source: rule
            .filter(|rule| !rule.source.is_empty())
            .map(|rule| (plain::line(&rule.source, PARAGRAPH), web_address(&rule.source_url))),
        failed: own.failed.is_some(),
        limits: own.limits.iter().map(|limit| limit_view(limit, words)).collect(),
        values: own.values.iter().map(|value| value_view(value, programme, words)).collect(),
        component: format!("{} {}", own.component.programme, own.component.version),
        digest: own.component.digest.to_string(),
        case: own.fingerprint.map(|digest| digest.to_string()),
        again: same.map(|(again, digest)| again.fingerprint == digest),
        faults: own.rebuilt.as_ref().map_or_else(Vec::new, |again| again.faults.clone()),
    }
}

/// A limit, and in a sentence why it has that value.
fn limit_view(own: &LimitExplained, words: Words<'_>) -> LimitView {
    let limit = own.limit.as_ref();
    let unit = limit.map_or_else(String::new, |own| unit_in_words(words.language, &own.unit));
    let number = |value: f64| {
        let number = words.number(value, limit.map_or(0, |own| own.decimals));
        format!("{number} {unit}").trim_end().to_owned()
    };
    let why = match &own.set {
        Some((by, at, setting)) => {
            let mut why = words.t_with(
                "why-set",
                &[
                    ("who", words.who(by).into()),
                    ("when", words.full(*at).words.into()),
                    ("reason", plain::line(&setting.reason, PARAGRAPH).into()),
                ],
            );
            if let Some(relative) = &setting.relative {
                let by = format!("{:+}", relative.offset).replace('.', ",");
                let blanks = [("offset", by.into()), ("field", relative.field.as_str().into())];
                why = format!("{why} {}", words.t_with("why-relative", &blanks));
            }
            if let Some(until) = setting.until {
                let when = words.full(until).words;
                why = format!("{why} {}", words.t_with("why-until", &[("when", when.into())]));
            }
            why
        }
        None if own.origin.value.is_none() => words.t("why-not-set"),
        None => {
            let source = limit.map_or("", |limit| limit.source.as_str());
            words.t_with("why-default", &[("source", plain::line(source, PARAGRAPH).into())])
        }
    };
    LimitView {
        title: limit.map_or_else(|| own.origin.limit.to_string(), |own| words.title(&own.title)),
        value: own.origin.value.map_or_else(|| words.t("limit-not-set"), number),
        layer: layer(own.origin.layer, words),
        why,
    }
}

fn value_view(own: &ValueExplained, programme: Option<&Programme>, words: Words<'_>) -> ValueView {
    let (title, kind) = input(&own.series, programme, words);
    let value = match (own.value, &kind) {
        (None, _) => words.t("why-skipped"),
        (Some(number), Some(Kind::Flag)) => words.value(&Value::Flag(number != 0.0), kind.as_ref()),
        (Some(number), Some(Kind::Quantity(_))) => {
            words.value(&Value::Number(number), kind.as_ref())
        }
        (Some(number), _) => words.number(number, 0),
    };
    ValueView {
        title,
        value,
        when: words.full(own.measured),
        from: own.source.as_ref().map_or_else(String::new, |source| words.source(source)),
        evidence: own.evidence,
    }
}

/// What an input is called: a field, or a question of a questionnaire.
fn input(id: &str, programme: Option<&Programme>, words: Words<'_>) -> (String, Option<Kind>) {
    let found = programme.and_then(|programme| {
        if let Some((questionnaire, item)) = id.split_once('/') {
            let questionnaire = programme.questionnaire(&questionnaire.parse().ok()?)?;
            let item = questionnaire.item(&item.parse().ok()?)?;
            let kind = match &item.kind {
                ItemKind::Question(kind) => Some(kind.clone()),
                _ => None,
            };
            Some((plain::line(item.text.get(words.language), TITLE), kind))
        } else {
            let field = programme.field(&id.parse().ok()?)?;
            Some((words.title(&field.title), Some(field.kind.clone())))
        }
    });
    found.unwrap_or_else(|| (plain::line(id, TITLE), None))
}

fn since_view(own: &Since, words: Words<'_>) -> SinceView {
    let what = match own.what.as_str() {
        "alert-joined" => words.t("why-alert-joined"),
        "alert-taken" => words.t("why-alert-taken"),
        "alert-noted" => words.t("why-alert-noted"),
        "alert-handed-over" => words.t("why-alert-handed-over"),
        "alert-resolved" => words.t("why-alert-resolved"),
        "alert-reopened" => words.t("why-alert-reopened"),
        "alert-escalated" => words.t("why-alert-escalated"),
        "alert-missed-again" => words.t("why-alert-missed-again"),
        "observation-corrected" => words.t("why-observation-corrected"),
        "limit-set" => words.t("why-limit-set"),
        _ => words.t("why-programme-activated"),
    };
    // Only what somebody wrote is repeated; what the host says of an event is said above.
    let wrote = matches!(own.what.as_str(), "alert-noted" | "alert-reopened");
    let text = if wrote { plain::line(&own.text, PARAGRAPH) } else { String::new() };
    SinceView { when: words.full(own.at), what, who: words.who(&own.by), text }
}
