//! One citizen on one screen: programmes, what is wrong, and the values with their limits.

use super::frame::{Frame, Moment, Visitor, Words};
use super::period::{AskedPeriod, Period, PeriodLink};
use super::render;
use super::series::{self, Block};
use super::severity::SeverityView;
use crate::problem::Problem;
use crate::text::plain::{self, TITLE};
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use gtp_care::{EnrolmentView, Overview, Why};
use gtp_model::programme::{ItemKind, Kind, Programme};
use gtp_model::{Alert, AlertState, CitizenId, EnrolmentState, Response as Answered, Unit};

/// Responses on the page.
const RESPONSES: usize = 10;

#[derive(Template)]
#[template(path = "record.html")]
struct RecordPage {
    frame: Frame,
    id: CitizenId,
    name: String,
    number: String,
    enrolments: Vec<EnrolmentLine>,
    open: Vec<AlertLine>,
    done: Vec<AlertLine>,
    periods: Vec<PeriodLink>,
    blocks: Vec<Block>,
    /// What was not measured at all.
    empty: Vec<String>,
    responses: Vec<ResponseView>,
}

struct EnrolmentLine {
    programme: String,
    href: Option<String>,
    state: String,
    unit: String,
    since: Moment,
}

struct AlertLine {
    href: String,
    severity: SeverityView,
    cause: String,
    message: String,
    state: String,
    judged: Moment,
}

struct ResponseView {
    title: String,
    when: Moment,
    source: String,
    answers: Vec<(String, String)>,
    scores: Vec<(String, String)>,
}

/// `GET /citizens/{id}?days=28`
pub async fn page(
    visitor: Visitor,
    Path(citizen): Path<CitizenId>,
    Query(asked): Query<AskedPeriod>,
) -> Result<Response, Problem> {
    let care = &visitor.state.care;
    let period = asked.period();
    let mut overview = care.overview(visitor.actor(), citizen, &Why::through("page")).await?;
    period.fill(&visitor, citizen, &mut overview.fields).await?;
    let units = care.units()?;
    Ok(render(&made(&visitor, &overview, &units, period)))
}

fn made(visitor: &Visitor, overview: &Overview, units: &[Unit], period: Period) -> RecordPage {
    let words = visitor.words();
    let name = plain::line(&overview.citizen.name, TITLE);
    let (done, open): (Vec<_>, Vec<_>) = overview
        .alerts
        .iter()
        .partition(|alert| matches!(alert.state, AlertState::Resolved { .. }));
    let line = |alert: &Alert| alert_line(alert, overview, words);
    let mut open: Vec<(&Alert, AlertLine)> = open.into_iter().map(|own| (own, line(own))).collect();
    open.sort_by_key(|(alert, _)| (std::cmp::Reverse(alert.severity), alert.opened));
    let (empty, blocks): (Vec<_>, Vec<_>) =
        series::blocks(&overview.fields, &overview.enrolments, period.from(words), words)
            .into_iter()
            .partition(Block::empty);
    RecordPage {
        frame: visitor.frame(name.clone()),
        id: overview.citizen.id,
        number: number(overview.citizen.number.as_str()),
        name,
        enrolments: overview
            .enrolments
            .iter()
            .map(|own| enrolment_line(own, units, words))
            .collect(),
        open: open.into_iter().map(|(_, line)| line).collect(),
        done: done.into_iter().take(RESPONSES).map(line).collect(),
        periods: period.links(&format!("/citizens/{}", overview.citizen.id), words),
        blocks,
        empty: empty.into_iter().map(|block| block.title).collect(),
        responses: overview
            .responses
            .iter()
            .take(RESPONSES)
            .map(|own| response_view(own, overview, words))
            .collect(),
    }
}

/// A citizen number as people write it: with a hyphen before the last four characters.
fn number(text: &str) -> String {
    match text.split_at_checked(6) {
        Some((date, rest)) => format!("{date}-{rest}"),
        None => text.to_owned(),
    }
}

fn definition<'a>(overview: &'a Overview, id: &gtp_model::ProgrammeId) -> Option<&'a Programme> {
    let loaded = overview.enrolments.iter().filter_map(|own| own.programme.as_ref());
    loaded.map(|loaded| &loaded.definition).find(|own| own.id() == id)
}

fn enrolment_line(own: &EnrolmentView, units: &[Unit], words: Words<'_>) -> EnrolmentLine {
    let definition = own.programme.as_ref().map(|loaded| &loaded.definition);
    let unit = units.iter().find(|unit| unit.id == own.enrolment.unit);
    EnrolmentLine {
        programme: definition.map_or_else(
            || own.enrolment.programme.to_string(),
            |definition| words.title(&definition.about.title),
        ),
        href: definition.map(|definition| format!("/programmes/{}", definition.id())),
        state: match own.enrolment.state {
            EnrolmentState::Planned => words.t("enrolment-planned"),
            EnrolmentState::Active => words.t("enrolment-active"),
            EnrolmentState::Paused => words.t("enrolment-paused"),
            EnrolmentState::Ended => words.t("enrolment-ended"),
        },
        unit: unit
            .map_or_else(|| own.enrolment.unit.to_string(), |unit| plain::line(&unit.name, TITLE)),
        since: words.full(own.enrolment.start),
    }
}

fn alert_line(alert: &Alert, overview: &Overview, words: Words<'_>) -> AlertLine {
    AlertLine {
        href: format!("/alerts/{}", alert.id),
        severity: words.severity(alert.severity),
        cause: words.cause(&alert.cause, definition(overview, &alert.programme)),
        message: words.message(alert),
        state: words.state(&alert.state),
        judged: words.brief(alert.judged),
    }
}

fn response_view(own: &Answered, overview: &Overview, words: Words<'_>) -> ResponseView {
    let definition = definition(overview, &own.programme);
    let questionnaire =
        definition.and_then(|programme| programme.questionnaire(&own.questionnaire));
    let answers = own.answers.iter().map(|answer| {
        let item = questionnaire.and_then(|questionnaire| questionnaire.item(&answer.item));
        let title = item.map_or_else(
            || answer.item.to_string(),
            |item| plain::line(item.text.get(words.language), 300),
        );
        let kind: Option<&Kind> = item.and_then(|item| match &item.kind {
            ItemKind::Question(kind) => Some(kind),
            ItemKind::Field(id) => definition?.field(id).map(|field| &field.kind),
            ItemKind::Heading => None,
        });
        (title, words.value(&answer.value, kind))
    });
    let scores = own.scores.iter().map(|score| {
        let rule = questionnaire
            .and_then(|questionnaire| questionnaire.scores.iter().find(|rule| rule.id == score.id));
        let title = rule.map_or_else(|| score.id.to_string(), |rule| words.title(&rule.title));
        let band = rule.and_then(|rule| {
            rule.bands.iter().find(|band| (band.low..=band.high).contains(&score.value))
        });
        let value = words.number(score.value, 0);
        let value =
            band.map_or(value.clone(), |band| format!("{value} ({})", words.title(&band.title)));
        (title, value)
    });
    ResponseView {
        title: questionnaire.map_or_else(
            || own.questionnaire.to_string(),
            |questionnaire| words.title(&questionnaire.title),
        ),
        when: words.brief(own.answered),
        source: words.source(&own.source),
        answers: answers.collect(),
        scores: scores.collect(),
    }
}
