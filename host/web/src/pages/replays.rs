//! Versions, weighed: what waits and its report, what runs in the shadow, how often rules raise alerts, and what a
//! replay found.

use super::chart::{self, Drawing, Plot, Point, Series};
use super::fields::{Control, Field, FieldsForm};
use super::frame::{Frame, Moment, Visitor, Words};
use super::render;
use crate::api::replays::{desk, refused};
use crate::problem::Problem;
use crate::text::plain::{self, TITLE};
use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use gtp_model::programme::Programme;
use gtp_model::{DAY, ProgrammeId, Role, Time};
use gtp_replay::compare::{Counts, Report};
use gtp_replay::desk::drift::{Rates, rate};
use gtp_replay::desk::replays::{Asked, Replay, Stage};
use gtp_replay::desk::shadow::Kept;
use gtp_runtime::State;
use jiff::civil::{ISOWeekDate, Weekday};
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "replays.html")]
struct ReplaysPage {
    frame: Frame,
    waiting: Vec<WaitingView>,
    shadows: Vec<ShadowView>,
    rates: Vec<RatesView>,
    replays: Vec<ReplayLine>,
    /// For operators.
    ask: Option<FieldsForm>,
}

struct WaitingView {
    title: String,
    report: Option<ReplayLine>,
    required: bool,
    readers: Vec<(String, Moment)>,
    shadow: Option<FieldsForm>,
}

struct ReplayLine {
    href: String,
    number: u64,
    title: String,
    stage: String,
    asked: Moment,
    by: String,
}

struct ShadowView {
    title: String,
    since: Moment,
    /// Alerts by each version.
    alerts: [u64; 2],
    submissions: u64,
    left_out: u64,
    rules: Vec<CountRow>,
    examples: Vec<ExampleView>,
    forms: Vec<FieldsForm>,
}

struct RatesView {
    title: String,
    changes: Vec<String>,
    rules: Vec<(String, String, String)>,
    assessments: u64,
    before: Option<String>,
}

/// A line of a table of counts.
struct CountRow {
    name: String,
    same: u64,
    gained: u64,
    lost: u64,
    redder: u64,
    milder: u64,
    alerts: [u64; 2],
}

struct ExampleView {
    kind: String,
    href: String,
    when: Moment,
    old: String,
    new: String,
}

/// `GET /replays`
pub async fn list(visitor: Visitor) -> Result<Response, Problem> {
    let (desk, words, actor) = (desk(&visitor.state)?, visitor.words(), visitor.actor());
    let operator = actor.role == Role::Operator;
    let replays = desk.replays(actor).map_err(refused)?;
    let shadows = desk.shadows(actor).map_err(refused)?;
    let drift = desk.drift(actor).map_err(refused)?;
    let care = &visitor.state.care;
    let catalogue = care.catalogue();
    let mut waiting = vec![];
    for standing in catalogue.standings().iter().filter(|own| own.state == State::Waiting) {
        let (Some((id, version)), Some(digest)) = (&standing.programme, standing.digest) else {
            continue;
        };
        let readings = care.readings(digest)?;
        let runs = shadows.iter().any(|own| own.report.programme == *id);
        waiting.push(WaitingView {
            title: format!("{id} {version}"),
            report: desk.report_on(id, digest).map(|own| replay_line(&own, words)),
            required: care.requires_reports(),
            readers: readings
                .iter()
                .map(|own| (plain::line(&own.by, TITLE), words.full(own.at)))
                .collect(),
            shadow: (operator && !runs && catalogue.get(id).is_some()).then(|| {
                let action = format!("/shadows/{id}/begin");
                FieldsForm::repeatable(&visitor, "shadow", action, "shadow-begin").secondary()
            }),
        });
    }
    let page = ReplaysPage {
        frame: visitor.frame(words.t("replays-title")),
        waiting,
        shadows: shadows.iter().map(|own| shadow_view(&visitor, own)).collect(),
        rates: drift
            .programmes
            .iter()
            .filter_map(|(id, own)| rates_view(&visitor, id, own))
            .collect(),
        replays: replays.iter().map(|own| replay_line(own, words)).collect(),
        ask: operator.then(|| ask_form(&visitor)),
    };
    Ok(render(&page))
}

fn ask_form(visitor: &Visitor) -> FieldsForm {
    let words = visitor.words();
    let line = |name, key| Field::line(name, words.t(key), 100);
    FieldsForm::repeatable(visitor, "ask", "/replays".to_owned(), "replays-ask-send")
        .asking(line("programme", "replays-ask-programme"))
        .asking(
            line("limit", "replays-ask-limit").hint(words.t("replays-ask-limit-hint")).optional(),
        )
        .asking(line("days", "replays-ask-days").with("90"))
        .secondary()
}

/// `POST /replays`: what if the region set a limit otherwise, by the version that waits, else by the one that serves.
pub async fn ask(
    visitor: Visitor,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let posted = visitor.posted(pairs)?;
    let unknown = |pointer: &str, what| {
        Problem::invalid(vec![gtp_care::Problem::new(pointer, gtp_care::Fault::Unknown(what))])
    };
    let programme: ProgrammeId =
        posted.get("programme").parse().map_err(|_| unknown("/programme", "programme"))?;
    let mut asked = Asked::of(programme.clone());
    let care = &visitor.state.care;
    asked.new = care
        .version_waiting(&programme)
        .or_else(|| care.programme(&programme).map(|loaded| loaded.digest));
    let days: i64 = posted.get("days").parse().map_err(|_| unknown("/days", "number"))?;
    asked.from = Some(care.now().plus(-days.clamp(1, 3_660) * DAY));
    if let Some((limit, value)) = posted.get("limit").split_once('=') {
        let limit = limit.trim().parse().map_err(|_| unknown("/limit", "limit"))?;
        let value = value.trim().replace(',', ".").parse();
        asked.what_if.insert(limit, value.map_err(|_| unknown("/limit", "limit"))?);
    }
    let (desk, actor) = (desk(&visitor.state)?, visitor.actor().clone());
    let replay = tokio::task::spawn_blocking(move || desk.ask(&actor, asked)).await;
    let replay =
        replay.map_err(|_| Problem::new(crate::problem::Kind::Internal))?.map_err(refused)?;
    Ok(Redirect::to(&format!("/replays/{}", replay.number)).into_response())
}

fn replay_line(own: &Replay, words: Words<'_>) -> ReplayLine {
    let (seen, of) = own.seen;
    let stage = match &own.stage {
        Stage::Waiting => words.t("replay-waiting"),
        Stage::Running => {
            let blanks = [("seen", seen.to_string().into()), ("of", of.to_string().into())];
            words.t_with("replay-running", &blanks)
        }
        Stage::Done => words.t("replay-done"),
        Stage::Cancelled => words.t("replay-cancelled"),
        Stage::Failed(_) => words.t("replay-failed"),
    };
    let limits: String =
        own.question.what_if.iter().map(|(id, value)| format!(", {id} = {value}")).collect();
    let by = match own.by.as_str() {
        "host" => words.t("who-host"),
        other => plain::line(other, TITLE),
    };
    ReplayLine {
        href: format!("/replays/{}", own.number),
        number: own.number,
        title: format!("{} {}{limits}", own.question.programme, own.version),
        stage,
        asked: words.full(own.asked),
        by,
    }
}

fn shadow_view(visitor: &Visitor, own: &Kept) -> ShadowView {
    let (words, report) = (visitor.words(), &own.report);
    let id = &report.programme;
    let form = |what: &'static str, button| {
        FieldsForm::repeatable(visitor, what, format!("/shadows/{id}/{what}"), button)
    };
    let forms = match visitor.actor().role {
        Role::Operator => {
            vec![form("promote", "shadow-promote"), form("drop", "shadow-drop").secondary()]
        }
        _ => vec![],
    };
    let definition = visitor.state.care.programme(id);
    let definition = definition.as_ref().map(|loaded| &loaded.definition);
    ShadowView {
        title: format!("{id} {} / {}", report.new.version, report.old.version),
        since: words.full(report.from),
        alerts: report.tally.all.alerts,
        submissions: report.tally.submissions,
        left_out: own.dropped,
        rules: rows(&report.tally.rules, |name| rule_title(name, definition, words)),
        examples: examples(report, definition, words),
        forms,
    }
}

fn rates_view(visitor: &Visitor, id: &ProgrammeId, own: &Rates) -> Option<RatesView> {
    let words = visitor.words();
    let loaded = visitor.state.care.programme(id);
    let definition = loaded.as_ref().map(|loaded| &loaded.definition);
    let newest = own.eras.last()?;
    let now = newest.sum(Time(0));
    let before = own.eras.iter().rev().nth(1).map(|era| (era.version.clone(), era.sum(Time(0))));
    let mut rules: Vec<&String> = now.alerts.keys().collect();
    rules.extend(before.iter().flat_map(|(_, sum)| sum.alerts.keys()));
    rules.sort();
    rules.dedup();
    let number = |alerts: Option<&u64>, of: u64| {
        words.number((rate(alerts.copied().unwrap_or(0), of) * 100.0).round() / 100.0, 1)
    };
    let changes = own.changes.iter().map(|own| {
        let [before, after] = own.rates().map(|own| words.number((own * 100.0).round() / 100.0, 1));
        let blanks = [
            ("rule", rule_title(&own.rule, definition, words).into()),
            ("before", before.into()),
            ("after", after.into()),
        ];
        words.t_with("rates-changed", &blanks)
    });
    Some(RatesView {
        title: format!("{id} {}", newest.version),
        changes: changes.collect(),
        rules: rules
            .into_iter()
            .map(|rule| {
                let old = before.as_ref();
                (
                    rule_title(rule, definition, words),
                    old.map_or_else(String::new, |(_, sum)| {
                        number(sum.alerts.get(rule), sum.assessments)
                    }),
                    number(now.alerts.get(rule), now.assessments),
                )
            })
            .collect(),
        assessments: now.assessments,
        before: before.map(|(version, _)| version),
    })
}

/// A rule's title in the version that serves; what did not come by its activity.
fn rule_title(name: &str, programme: Option<&Programme>, words: Words<'_>) -> String {
    if let Some(activity) = name.strip_prefix("missing/") {
        return words
            .t_with("replay-missing", &[("activity", plain::line(activity, TITLE).into())]);
    }
    let rule = name.parse().ok().and_then(|id| programme.and_then(|own| own.rule(&id)));
    rule.map_or_else(|| plain::line(name, TITLE), |rule| words.title(&rule.title))
}

fn rows(counts: &BTreeMap<String, Counts>, title: impl Fn(&str) -> String) -> Vec<CountRow> {
    let row = |(name, own): (&String, &Counts)| CountRow {
        name: title(name),
        same: own.same,
        gained: own.gained,
        lost: own.lost,
        redder: own.redder,
        milder: own.milder,
        alerts: own.alerts,
    };
    counts.iter().map(row).collect()
}

/// Citizens to look at, each on the day of the difference.
fn examples(report: &Report, programme: Option<&Programme>, words: Words<'_>) -> Vec<ExampleView> {
    let verdict = |word: &str| match word {
        "yellow" => words.t("replay-yellow"),
        "red" => words.t("replay-red"),
        "missing" => words.t("replay-not-come"),
        _ => words.t("replay-nothing"),
    };
    let mut views = vec![];
    for (kind, examples) in &report.tally.examples {
        let (kind, rule) = kind.split_once(' ').unwrap_or((kind, ""));
        let kind = match kind {
            "gained" => words.t("replay-gained"),
            "lost" => words.t("replay-lost"),
            "redder" => words.t("replay-redder"),
            _ => words.t("replay-milder"),
        };
        let kind = format!("{kind}: {}", rule_title(rule, programme, words));
        views.extend(examples.iter().map(|own| ExampleView {
            kind: kind.clone(),
            href: format!(
                "/citizens/{}?day={}",
                own.citizen,
                words.calendar.zoned(own.moment).date()
            ),
            when: words.full(own.moment),
            old: verdict(&own.old),
            new: verdict(&own.new),
        }));
    }
    views
}

#[derive(Template)]
#[template(path = "replay.html")]
struct ReplayPage {
    frame: Frame,
    line: ReplayLine,
    facts: Vec<(String, String)>,
    agree: bool,
    drawing: Option<Drawing>,
    rules: Vec<CountRow>,
    units: Vec<CountRow>,
    weeks: Vec<CountRow>,
    examples: Vec<ExampleView>,
    readers: Vec<(String, Moment)>,
    digest: Option<String>,
    done: bool,
    cancel: Option<FieldsForm>,
}

/// `GET /replays/{number}`
pub async fn page(visitor: Visitor, Path(number): Path<u64>) -> Result<Response, Problem> {
    let desk = desk(&visitor.state)?;
    let seen = desk.replay(visitor.actor(), number).await.map_err(refused)?;
    let words = visitor.words();
    let definition = visitor.state.care.programme(&seen.replay.question.programme);
    let definition = definition.as_ref().map(|loaded| &loaded.definition);
    let line = replay_line(&seen.replay, words);
    let runs = matches!(seen.replay.stage, Stage::Waiting | Stage::Running);
    let operator = visitor.actor().role == Role::Operator;
    let report = seen.report.as_ref();
    let tally = report.map(|report| &report.tally);
    let rule = |name: &str| rule_title(name, definition, words);
    let same = |name: &str| plain::line(name, TITLE);
    let page = ReplayPage {
        frame: visitor.frame(words.t_with("replay-title", &[("what", (&line.title).into())])),
        facts: report.map_or_else(Vec::new, |report| facts(report, words)),
        agree: tally.is_some_and(|tally| tally.all.agree()),
        drawing: report.and_then(|report| drawing(report, words)),
        rules: tally.map_or_else(Vec::new, |tally| rows(&tally.rules, rule)),
        units: tally.map_or_else(Vec::new, |tally| rows(&tally.units, same)),
        weeks: tally.map_or_else(Vec::new, |tally| rows(&tally.weeks, same)),
        examples: report.map_or_else(Vec::new, |report| examples(report, definition, words)),
        readers: seen
            .readings
            .iter()
            .map(|own| (plain::line(&own.by, TITLE), words.full(own.at)))
            .collect(),
        digest: seen.digest.map(|digest| digest.to_string()),
        done: seen.replay.stage == Stage::Done,
        cancel: (operator && runs).then(|| {
            let action = format!("/replays/{number}/cancel");
            FieldsForm::repeatable(&visitor, "cancel", action, "replay-cancel").secondary()
        }),
        line,
    };
    Ok(render(&page))
}

fn facts(report: &Report, words: Words<'_>) -> Vec<(String, String)> {
    let [before, now] = report.alerts_a_day().map(|own| (own * 100.0).round() / 100.0);
    let tally = &report.tally;
    let mut facts = vec![
        (words.t("replay-before"), report.old.version.clone()),
        (words.t("replay-now"), report.new.version.clone()),
        (
            words.t("replay-period"),
            format!("{} – {}", words.full(report.from).words, words.full(report.until).words),
        ),
        (words.t("replay-citizens"), tally.citizens.to_string()),
        (words.t("replay-submissions"), tally.submissions.to_string()),
        (
            words.t("replay-workload"),
            words.t_with(
                "replay-workload-text",
                &[("before", words.number(before, 1).into()), ("now", words.number(now, 1).into())],
            ),
        ),
    ];
    for (limit, value) in &report.what_if {
        facts.push((words.t("replay-what-if"), format!("{limit} = {}", words.number(*value, 0))));
    }
    facts
}

/// Alerts a week by each version, as two lines.
fn drawing(report: &Report, words: Words<'_>) -> Option<Drawing> {
    let weeks: Vec<(Time, [u64; 2])> = report
        .tally
        .weeks
        .iter()
        .filter_map(|(week, counts)| Some((monday(week, words)?, counts.alerts)))
        .collect();
    let series = |label: &str, of: fn([u64; 2]) -> u64| Series {
        label: words.t(label),
        points: weeks
            .iter()
            .map(|(at, alerts)| Point { at: *at, value: of(*alerts) as f64, superseded: false })
            .collect(),
        skipped: vec![],
    };
    let plot = Plot {
        id: "chart-alerts".to_owned(),
        title: words.t("replay-alerts-a-week"),
        unit: String::new(),
        decimals: 0,
        series: vec![
            series("replay-before", |[before, _]| before),
            series("replay-now", |[_, now]| now),
        ],
        limits: vec![],
        goals: vec![],
        notes: vec![],
        from: report.from.plus(-7 * DAY),
        to: report.until,
    };
    chart::draw(&plot, words)
}

/// The first day of a week: `2026-W12`.
fn monday(week: &str, words: Words<'_>) -> Option<Time> {
    let (year, week) = week.split_once("-W")?;
    let date = ISOWeekDate::new(year.parse().ok()?, week.parse().ok()?, Weekday::Monday).ok()?;
    words.calendar.moment(&format!("{}T00:00", date.date()))
}

/// `POST /replays/{number}/cancel`
pub async fn cancel(
    visitor: Visitor,
    Path(number): Path<u64>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Redirect, Problem> {
    let _ = visitor.posted(pairs)?;
    desk(&visitor.state)?.cancel(visitor.actor(), number).map_err(refused)?;
    Ok(Redirect::to("/replays"))
}

/// `POST /shadows/{programme}/{begin,promote,drop}`
pub async fn shadow(
    visitor: Visitor,
    Path((programme, what)): Path<(ProgrammeId, String)>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Redirect, Problem> {
    let _ = visitor.posted(pairs)?;
    let (desk, actor) = (desk(&visitor.state)?, visitor.actor().clone());
    let done = match what.as_str() {
        "begin" => {
            let begun =
                tokio::task::spawn_blocking(move || desk.begin_shadow(&actor, &programme, None));
            let begun = begun.await.map_err(|_| Problem::new(crate::problem::Kind::Internal))?;
            begun.map(drop)
        }
        "promote" => desk.promote(&actor, &programme).await,
        "drop" => desk.drop_shadow(&actor, &programme),
        _ => return Err(Problem::new(crate::problem::Kind::NotFound)),
    };
    done.map_err(refused)?;
    Ok(Redirect::to("/replays"))
}
