//! How the host fares: the record, the last checkpoint, the last backup, and programmes that need somebody.

use super::frame::{Frame, Visitor, Words};
use super::programmes::standing_in_words;
use super::render;
use super::severity::SeverityView;
use crate::problem::Problem;
use crate::text::plain::{self, TITLE};
use askama::Template;
use axum::response::Response;
use gtp_model::programme::Severity;
use gtp_model::{AlertSeverity, DAY, Time};
use gtp_runtime::{SignaturePolicy, State};

/// A backup that is older than this is no good news.
const OLD: i64 = 2 * DAY;

#[derive(Template)]
#[template(path = "health.html")]
struct HealthPage {
    frame: Frame,
    signs: Vec<Sign>,
    facts: Vec<(String, String)>,
    checkpoint: Option<(String, String)>,
}

/// One thing that is well or not: a colour, a word, an icon, and what it is about.
struct Sign {
    severity: SeverityView,
    what: String,
    more: String,
    href: Option<&'static str>,
}

/// `GET /health`
pub async fn page(visitor: Visitor) -> Result<Response, Problem> {
    let (care, words) = (&visitor.state.care, visitor.words());
    let host = care.host_state(visitor.actor()).await?;
    let catalogue = care.catalogue();
    let mut signs = vec![];
    let ready = care.ready();
    signs.push(sign(ready.is_ok(), words, "health-record", "health-record-wrong", String::new()));
    let backup = host.backup;
    let fresh = backup.is_some_and(|own| words.now.since(own.taken) < OLD);
    let more = backup.map_or_else(
        || words.t("health-backup-none"),
        |own| ago("health-backup-at", own.taken, own.last_event, own.bytes, words),
    );
    signs.push(Sign {
        severity: if fresh { well(words) } else { words.severity(AlertSeverity::Yellow) },
        what: words.t("health-backup"),
        more,
        href: None,
    });
    let more = host.checkpoint.as_ref().map_or_else(String::new, |own| {
        ago("health-checkpoint-at", own.checkpoint.at, own.checkpoint.size, 0, words)
    });
    let made = host.checkpoint.is_some();
    signs.push(sign(made, words, "health-checkpoint", "health-checkpoint-wrong", more));
    for loaded in catalogue.active().filter(|own| own.failures_in_a_row() > 0) {
        let failures = loaded.failures_in_a_row() as usize;
        signs.push(Sign {
            severity: words.severity(AlertSeverity::Red),
            what: words.title(&loaded.definition.about.title),
            more: words.t_with("programme-failures", &[("count", failures.into())]),
            href: Some("/programmes"),
        });
    }
    let wants = |state: State| matches!(state, State::Refused | State::Waiting);
    for own in catalogue.standings().iter().filter(|own| wants(own.state)) {
        let refused = own.state == State::Refused;
        let severity = if refused { AlertSeverity::Red } else { AlertSeverity::Yellow };
        signs.push(Sign {
            severity: words.severity(severity),
            what: plain::line(&own.file, TITLE),
            more: standing_in_words(own.state, words),
            href: Some("/programmes#others"),
        });
    }
    let signatures = match host.signatures {
        SignaturePolicy::None => "health-signatures-none",
        SignaturePolicy::Warn => "health-signatures-warn",
        SignaturePolicy::Require => "health-signatures-require",
    };
    let facts = [
        ("health-version", env!("CARGO_PKG_VERSION").to_owned()),
        ("health-events", host.events.to_string()),
        ("health-programmes", catalogue.active().len().to_string()),
        ("health-signatures", words.t(signatures)),
        ("health-zone", care.calendar().name().to_owned()),
        ("health-now", words.full(words.now).words),
    ];
    let page = HealthPage {
        frame: visitor.frame(words.t("health-title")),
        signs,
        facts: facts.into_iter().map(|(key, value)| (words.t(key), value)).collect(),
        checkpoint: host.checkpoint.map(|own| (own.checkpoint.root.to_string(), own.public_key)),
    };
    Ok(render(&page))
}

fn well(words: Words<'_>) -> SeverityView {
    words.finding_severity(Severity::Green)
}

fn sign(good: bool, words: Words<'_>, what: &str, wrong: &str, more: String) -> Sign {
    Sign {
        severity: if good { well(words) } else { words.severity(AlertSeverity::Red) },
        what: words.t(what),
        more: if good { more } else { words.t(wrong) },
        href: None,
    }
}

fn ago(key: &str, at: Time, events: u64, bytes: u64, words: Words<'_>) -> String {
    #[allow(clippy::cast_precision_loss, reason = "a size for people to read")]
    let size = (bytes as f64 / 1_048_576.0 * 10.0).round() / 10.0;
    let blanks = [
        ("when", words.brief(at).words.into()),
        ("event", events.to_string().into()),
        ("size", words.number(size, 1).into()),
    ];
    words.t_with(key, &blanks)
}
