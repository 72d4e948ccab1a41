//! One citizen on one screen, for somebody with two minutes: how each programme goes, what changed since last time,
//! what is wrong and by which limits, the values as small charts, the plan, the team, and what was written down.

mod changes;
mod summary;

pub use summary::sector;

use self::changes::Changes;
use self::summary::{NoteView, PlanSummary, ProgrammeCard, Waiting};
use super::alert::evidence_in_words;
use super::frame::{Frame, Moment, Visitor, Words};
use super::glass;
use super::period::{AskedPeriod, Period, PeriodLink};
use super::render;
use super::series::{self, Block};
use super::severity::SeverityView;
use super::today::{self, TodayView};
use crate::problem::Problem;
use crate::text::plain::{self, TITLE};
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use gtp_care::{CareError, DiaryQuery, ExpectedState, LimitWhy, Overview, Picture, Why};
use gtp_model::programme::{ItemKind, Kind, Programme};
use gtp_model::{Alert, AlertState, CitizenId, EnrolmentId, Response as Answered, Role, Unit};
use std::collections::HashMap;

/// Responses on the page.
const RESPONSES: usize = 10;
/// Notes of the diary on the page.
const NOTES: usize = 5;
/// Numbers behind an alert on the page; its own page has all.
const EVIDENCE: usize = 4;

#[derive(Template)]
#[template(path = "record.html")]
struct RecordPage {
    frame: Frame,
    id: CitizenId,
    name: String,
    number: String,
    programmes: Vec<ProgrammeCard>,
    changes: Changes,
    waiting: Vec<Waiting>,
    expected: Vec<TodayView>,
    plan: PlanSummary,
    team: Vec<(String, String)>,
    notes: Vec<NoteView>,
    /// Whether the reader is a clinician, who decides.
    clinician: bool,
    open: Vec<AlertLine>,
    done: Vec<AlertLine>,
    periods: Vec<PeriodLink>,
    /// The day that is looked at.
    day: Option<String>,
    blocks: Vec<Block>,
    /// What was not measured at all.
    empty: Vec<String>,
    responses: Vec<ResponseView>,
}

struct AlertLine {
    href: String,
    severity: SeverityView,
    cause: String,
    message: String,
    state: String,
    judged: Moment,
    evidence: Vec<String>,
    limits: Vec<(String, String)>,
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
    let actor = visitor.actor();
    let last = match care.last_visit(actor, citizen) {
        Err(CareError::Blocked) => return glass::blocked(&visitor, citizen),
        last => last?,
    };
    let why = Why::through("page");
    let mut picture = care.picture(actor, citizen, &why).await?;
    // Counted before the values are cut to the period that is shown.
    let changes = changes::changes(&picture, last, visitor.words());
    period.fill(&visitor, citizen, &mut picture.overview.fields).await?;
    let newest = DiaryQuery { newest: Some(NOTES), ..DiaryQuery::default() };
    let notes = match care.diary(actor, citizen, newest, &why).await {
        // A relative who was let in to a programme sees no diary.
        Err(CareError::NotFound(_)) => vec![],
        notes => notes?,
    };
    let notes = summary::notes(&notes, visitor.words());
    let units = care.units()?;
    let limits = limits(&visitor, &picture.overview)?;
    Ok(render(&made(&visitor, &picture, &units, period, Besides { changes, notes, limits })))
}

/// What the page shows besides the picture.
struct Besides {
    changes: Changes,
    notes: Vec<NoteView>,
    limits: Limits,
}

/// The limits of enrolments, each with its why.
type Limits = HashMap<EnrolmentId, Vec<LimitWhy>>;

/// The limits of the enrolments that have alerts.
fn limits(visitor: &Visitor, overview: &Overview) -> Result<Limits, Problem> {
    let mut limits = Limits::new();
    for own in overview.enrolments.iter().map(|own| &own.enrolment) {
        if overview.alerts.iter().any(|alert| alert.enrolment == own.id) {
            let of_it = match visitor.state.care.limits_of(visitor.actor(), own) {
                // Its programme does not serve any more.
                Err(CareError::NotFound(_)) => continue,
                of_it => of_it?,
            };
            limits.insert(own.id, of_it);
        }
    }
    Ok(limits)
}

fn made(
    visitor: &Visitor,
    picture: &Picture,
    units: &[Unit],
    period: Period,
    besides: Besides,
) -> RecordPage {
    let Besides { changes, notes, limits } = besides;
    let words = visitor.words();
    let overview = &picture.overview;
    let name = plain::line(&overview.citizen.name, TITLE);
    let (done, open): (Vec<_>, Vec<_>) = overview
        .alerts
        .iter()
        .partition(|alert| matches!(alert.state, AlertState::Resolved { .. }));
    let line = |alert: &Alert| alert_line(alert, overview, &limits, words);
    let mut open: Vec<(&Alert, AlertLine)> = open.into_iter().map(|own| (own, line(own))).collect();
    open.sort_by_key(|(alert, _)| (std::cmp::Reverse(alert.severity), alert.opened));
    let noon = period.noon(words);
    let marked = noon.map(|noon| (noon, words.t("record-day-mark"))).into_iter().collect();
    let (empty, blocks): (Vec<_>, Vec<_>) = series::blocks_with(
        &overview.fields,
        &overview.enrolments,
        &series::Besides { targets: summary::targets(picture), notes: marked },
        period.from(words),
        words,
    )
    .into_iter()
    .partition(Block::empty);
    let due = picture
        .expected
        .iter()
        .filter(|item| !matches!(item.state, ExpectedState::Done | ExpectedState::Later));
    RecordPage {
        frame: visitor.frame(name.clone()),
        id: overview.citizen.id,
        number: number(overview.citizen.number.as_str()),
        name,
        programmes: summary::cards(overview, units, words),
        changes,
        waiting: summary::waiting(overview, words),
        expected: today::list(due, words),
        plan: summary::plan(picture, units, words),
        team: summary::team(picture, words),
        notes,
        clinician: visitor.actor().role == Role::Clinician,
        open: open.into_iter().map(|(_, line)| line).collect(),
        done: done.into_iter().take(RESPONSES).map(line).collect(),
        day: noon.map(|noon| {
            let date = words.calendar.zoned(noon).date();
            let day = crate::text::moment::day(words.language, date);
            words.t_with("record-day", &[("day", day.into())])
        }),
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

fn alert_line(alert: &Alert, overview: &Overview, limits: &Limits, words: Words<'_>) -> AlertLine {
    let limits = limits.get(&alert.enrolment).map_or(&[][..], Vec::as_slice);
    let programme = definition(overview, &alert.programme);
    AlertLine {
        href: format!("/alerts/{}", alert.id),
        severity: words.severity(alert.severity),
        cause: words.cause(&alert.cause, programme),
        evidence: evidence_in_words(alert, programme, EVIDENCE, words),
        limits: summary::limits_of(alert, programme, limits, words),
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
