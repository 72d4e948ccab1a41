//! The programmes of this host: which serve, which were refused and why, and each one as a page to read.

pub mod operating;

use self::operating::{Operating, Waiting};
use super::alert::web_address;
use super::frame::{Frame, Moment, Visitor, Words};
use super::map::{self, CardView};
use super::render;
use super::severity::SeverityView;
use crate::problem::{Kind as ProblemKind, Problem};
use crate::text::plain::{self, TITLE};
use crate::text::{range_in_words, unit_in_words};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;

use gtp_model::programme::{
    Field, Kind, Limit, Origin, Pattern, Phase, Programme, Range, Rule, Weekday,
};
use gtp_model::{ProgrammeId, Role};
use gtp_runtime::{Flaw, Gravity, Loaded, Standing, State};

#[derive(Template)]
#[template(path = "programmes.html")]
struct ProgrammesPage {
    frame: Frame,
    active: Vec<ActiveView>,
    /// What waits for a yes; only for operators.
    waiting: Vec<Waiting>,
    /// What else does not serve; only for operators.
    others: Vec<StandingView>,
    operator: bool,
}

struct ActiveView {
    href: String,
    title: String,
    summary: String,
    version: String,
    digest: String,
    publisher: String,
    since: Moment,
    failures: Option<String>,
    warnings: Vec<FlawView>,
    /// How many take part, and whether it is signed; only for operators.
    enrolled: Option<String>,
    signature: Option<String>,
}

struct StandingView {
    file: String,
    programme: Option<String>,
    state: String,
    refused: bool,
    since: Moment,
    flaws: Vec<FlawView>,
}

/// Something that is wrong with a component.
pub struct FlawView {
    pub gravity: String,
    pub item: String,
    pub what: String,
    pub mend: String,
}

/// `GET /programmes`
pub async fn list(visitor: Visitor) -> Result<Response, Problem> {
    let operator = may_read(&visitor)?;
    let words = visitor.words();
    let catalogue = visitor.state.care.catalogue();
    let (care, actor) = (&visitor.state.care, visitor.actor());
    let oversight = if operator {
        Some((care.counts(actor).await?, care.host_state(actor).await?.signatures))
    } else {
        None
    };
    let active = catalogue.active().map(|loaded| {
        let standing = operating::standing_of(&catalogue, loaded);
        let mut view = active_view(loaded, standing.filter(|_| operator), words);
        if let Some((counts, policy)) = &oversight {
            let going_on = counts.programmes.get(loaded.id()).copied().unwrap_or_default();
            view.enrolled = Some(going_on.going_on().to_string());
            view.signature = Some(operating::signature(standing, *policy, words));
        }
        view
    });
    let apart = |own: &&Standing| !matches!(own.state, State::Active | State::Waiting);
    let others = catalogue.standings().iter().filter(|own| operator && apart(own));
    let page = ProgrammesPage {
        frame: visitor.frame(words.t("programmes-title")),
        active: active.collect(),
        waiting: if operator { operating::waiting(&visitor, &catalogue, None) } else { vec![] },
        others: others.map(|own| standing_view(own, words)).collect(),
        operator,
    };
    Ok(render(&page))
}

/// Programmes are for those who work with them. Whether the reader is an operator.
fn may_read(visitor: &Visitor) -> Result<bool, Problem> {
    match visitor.actor().role {
        Role::Operator | Role::Host => Ok(true),
        Role::Clinician => Ok(false),
        _ => Err(Problem::new(ProblemKind::Denied)),
    }
}

fn active_view(loaded: &Loaded, standing: Option<&Standing>, words: Words<'_>) -> ActiveView {
    let about = &loaded.definition.about;
    let failures = loaded.failures_in_a_row() as usize;
    ActiveView {
        href: format!("/programmes/{}", about.id),
        title: words.title(&about.title),
        summary: words.paragraph(&about.summary),
        version: about.version.to_string(),
        digest: loaded.digest.to_string(),
        publisher: plain::line(&about.publisher, TITLE),
        since: words.full(loaded.loaded),
        failures: (failures > 0)
            .then(|| words.t_with("programme-failures", &[("count", failures.into())])),
        warnings: standing.map_or_else(Vec::new, |own| flaws(own, words)),
        enrolled: None,
        signature: None,
    }
}

fn standing_view(own: &Standing, words: Words<'_>) -> StandingView {
    StandingView {
        file: plain::line(&own.file, TITLE),
        programme: own.programme.as_ref().map(|(id, version)| format!("{id} {version}")),
        state: standing_in_words(own.state, words),
        refused: own.state == State::Refused,
        since: words.full(own.since),
        flaws: flaws(own, words),
    }
}

/// Where a file stands.
pub fn standing_in_words(state: State, words: Words<'_>) -> String {
    match state {
        State::Active => words.t("standing-active"),
        State::Waiting => words.t("standing-waiting"),
        State::Settling => words.t("standing-settling"),
        State::Superseded => words.t("standing-superseded"),
        State::Refused => words.t("standing-refused"),
        State::Withdrawn => words.t("standing-withdrawn"),
    }
}

fn flaws(own: &Standing, words: Words<'_>) -> Vec<FlawView> {
    let view = |flaw: &Flaw| FlawView {
        gravity: match flaw.gravity {
            Gravity::Error => words.t("gravity-error"),
            Gravity::Warning => words.t("gravity-warning"),
            Gravity::Note => words.t("gravity-note"),
        },
        item: plain::line(&flaw.item, 200),
        what: plain::line(&flaw.what, 600),
        mend: plain::line(&flaw.mend, 600),
    };
    own.flaws.iter().take(50).map(view).collect()
}

#[derive(Template)]
#[template(path = "programme.html")]
struct ProgrammePage {
    frame: Frame,
    title: String,
    summary: Vec<String>,
    facts: Vec<(String, String)>,
    card: CardView,
    operating: Option<Operating>,
    error: Option<String>,
    looked_at: String,
    meanwhile: String,
    fields: Vec<FieldRow>,
    questionnaires: Vec<(String, Vec<String>)>,
    rules: Vec<RuleView>,
    limits: Vec<LimitRow>,
    schedule: Vec<(String, Vec<String>)>,
}

struct FieldRow {
    title: String,
    id: String,
    what: String,
    reject: String,
    confirm: String,
    codes: String,
}

struct RuleView {
    title: String,
    description: String,
    severities: Vec<SeverityView>,
    source: String,
    source_url: Option<String>,
}

struct LimitRow {
    title: String,
    value: String,
    bounds: String,
    source: String,
    help: String,
}

/// `GET /programmes/{id}`
pub async fn page(visitor: Visitor, Path(id): Path<ProgrammeId>) -> Result<Response, Problem> {
    show(&visitor, &id, None).await
}

/// A programme's page, with what went wrong where something did.
async fn show(
    visitor: &Visitor,
    id: &ProgrammeId,
    error: Option<String>,
) -> Result<Response, Problem> {
    let operator = may_read(visitor)?;
    let loaded = visitor.state.care.programme(id).ok_or(Problem::new(ProblemKind::NotFound))?;
    let operating = if operator { Some(operating::of(visitor, &loaded).await?) } else { None };
    let words = visitor.words();
    let programme = &loaded.definition;
    let about = &programme.about;
    let title = words.title(&about.title);
    let questionnaires = programme.questionnaires.iter().map(|own| {
        let items = own.items.iter().map(|item| plain::line(item.text.get(words.language), 300));
        (words.title(&own.title), items.collect())
    });
    let schedule = programme.schedule.iter().map(|own| {
        let phases = own.phases.iter().map(|phase| phase_in_words(phase, words));
        (words.title(&own.title), phases.collect())
    });
    let page = ProgrammePage {
        frame: visitor.frame(title.clone()),
        title,
        summary: plain::paragraphs(about.summary.get(words.language)),
        facts: facts(&loaded, words),
        card: map::card(programme, words),
        operating,
        error,
        looked_at: words.paragraph(&about.looked_at),
        meanwhile: words.paragraph(&about.meanwhile),
        fields: programme.fields.iter().map(|own| field_row(own, words)).collect(),
        questionnaires: questionnaires.collect(),
        rules: programme.rules.iter().map(|own| rule_view(own, words)).collect(),
        limits: programme.limits.iter().map(|own| limit_row(own, programme, words)).collect(),
        schedule: schedule.collect(),
    };
    Ok(render(&page))
}

fn facts(loaded: &Loaded, words: Words<'_>) -> Vec<(String, String)> {
    let about = &loaded.definition.about;
    let facts = [
        ("programme-version", about.version.to_string()),
        ("programme-digest", loaded.digest.to_string()),
        ("programme-contract", loaded.contract.to_string()),
        ("programme-publisher", plain::line(&about.publisher, TITLE)),
        ("programme-licence", plain::line(&about.licence, TITLE)),
        ("programme-since", words.full(loaded.loaded).words),
    ];
    let said = facts.into_iter().filter(|(_, value)| !value.is_empty());
    said.map(|(key, value)| (words.t(key), value)).collect()
}

fn field_row(own: &Field, words: Words<'_>) -> FieldRow {
    let range = |range: &Range, decimals| range_in_words(words.language, range, decimals, "");
    let (what, reject, confirm) = match &own.kind {
        Kind::Quantity(quantity) => (
            words.unit(quantity),
            range(&quantity.reject, quantity.decimals),
            range(&quantity.confirm, quantity.decimals),
        ),
        Kind::Choice(choices) => {
            let titles = choices.iter().map(|choice| words.title(&choice.title));
            (titles.collect::<Vec<_>>().join(", "), String::new(), String::new())
        }
        Kind::Flag => (words.t("kind-flag"), String::new(), String::new()),
        Kind::Date => (words.t("kind-date"), String::new(), String::new()),
        Kind::FreeText(_) => (words.t("kind-text"), String::new(), String::new()),
    };
    let derived = if own.origin == Origin::Derived {
        format!(" ({})", words.t("origin-derived"))
    } else {
        String::new()
    };
    let codes = own.codings.iter().map(|coding| plain::line(&coding.code, 40));
    FieldRow {
        title: words.title(&own.title) + &derived,
        id: own.id.to_string(),
        what,
        reject,
        confirm,
        codes: codes.collect::<Vec<_>>().join(", "),
    }
}

fn rule_view(own: &Rule, words: Words<'_>) -> RuleView {
    RuleView {
        title: words.title(&own.title),
        description: words.paragraph(&own.description),
        severities: own.severities.iter().map(|own| words.finding_severity(*own)).collect(),
        source: plain::line(&own.source, 300),
        source_url: web_address(&own.source_url),
    }
}

fn limit_row(own: &Limit, programme: &Programme, words: Words<'_>) -> LimitRow {
    let unit = unit_in_words(words.language, &own.unit);
    let field = own.field.as_ref().and_then(|id| programme.field(id));
    let title = words.title(&own.title);
    LimitRow {
        title: match field {
            Some(field) => format!("{title} ({})", words.title(&field.title)),
            None => title,
        },
        value: own.default.map_or_else(
            || words.t("limit-not-set"),
            |value| format!("{} {unit}", words.number(value, own.decimals)).trim_end().to_owned(),
        ),
        bounds: range_in_words(words.language, &own.bounds, own.decimals, &unit),
        source: plain::line(&own.source, 300),
        help: words.paragraph(&own.help),
    }
}

/// One stretch of a schedule: `De første 14 dage: hver dag`.
fn phase_in_words(phase: &Phase, words: Words<'_>) -> String {
    let count = |number: u32| number as usize;
    let pattern = match &phase.pattern {
        Pattern::Daily => words.t("pattern-daily"),
        Pattern::EveryDays(days) => {
            words.t_with("pattern-every-days", &[("days", count(*days).into())])
        }
        Pattern::Weekdays(days) => {
            days.iter().map(|day| weekday(*day, words)).collect::<Vec<_>>().join(", ")
        }
        Pattern::TimesAWeek(times) => {
            words.t_with("pattern-times-a-week", &[("times", count(*times).into())])
        }
        Pattern::BeforeVisit(days) => {
            words.t_with("pattern-before-visit", &[("days", count(*days).into())])
        }
        Pattern::OnDemand => words.t("pattern-on-demand"),
    };
    let from = count(phase.from_day.saturating_add(1));
    match phase.days {
        Some(days) => words.t_with(
            "phase-days",
            &[
                ("from", from.into()),
                ("to", count(phase.from_day.saturating_add(days)).into()),
                ("pattern", pattern.into()),
            ],
        ),
        None => words.t_with("phase-on", &[("from", from.into()), ("pattern", pattern.into())]),
    }
}

fn weekday(day: Weekday, words: Words<'_>) -> String {
    match day {
        Weekday::Monday => words.t("weekday-monday"),
        Weekday::Tuesday => words.t("weekday-tuesday"),
        Weekday::Wednesday => words.t("weekday-wednesday"),
        Weekday::Thursday => words.t("weekday-thursday"),
        Weekday::Friday => words.t("weekday-friday"),
        Weekday::Saturday => words.t("weekday-saturday"),
        Weekday::Sunday => words.t("weekday-sunday"),
    }
}
