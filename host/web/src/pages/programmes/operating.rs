//! What an operator sees of a programme and decides about it: who takes part, how its rules fare, what the checks
//! say, what it was before, and which version serves.

use super::{FlawView, flaws};
use crate::pages::fields::FieldsForm;
use crate::pages::frame::{Moment, Visitor, Words};
use crate::problem::Problem;
use crate::text;
use crate::text::plain::{self, TITLE};
use axum::Form;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use gtp_care::{Activation, ActivationError, Enrolled};
use gtp_model::{Digest, ProgrammeId};
use gtp_record::view::rows::{ProgrammeChange, ProgrammeRow};
use gtp_runtime::measures::Fares;
use gtp_runtime::{Catalogue, Flaw, Loaded, SignaturePolicy, Standing, State};

/// What an operator sees of one programme.
pub struct Operating {
    pub enrolled: Vec<(String, usize)>,
    pub gauges: Vec<(String, String)>,
    /// Kinds of failures, with how often each came.
    pub failures: Vec<(String, u64)>,
    pub component: Vec<(String, String)>,
    pub flaws: Vec<FlawView>,
    pub history: Vec<HistoryLine>,
    /// What waits for a yes.
    pub waiting: Vec<Waiting>,
    /// The version before this one, where there is one to go back to.
    pub back: Option<(String, FieldsForm)>,
}

/// A version that waits for an operator's yes.
pub struct Waiting {
    pub version: String,
    pub digest: String,
    pub flaws: Vec<FlawView>,
    pub form: FieldsForm,
}

/// A line of a programme's history.
pub struct HistoryLine {
    pub when: Moment,
    pub what: String,
    pub digest: String,
    pub who: String,
}

/// Everything about a programme that serves.
///
/// # Errors
/// The reader is no operator, or the record cannot be read.
pub async fn of(visitor: &Visitor, loaded: &Loaded) -> Result<Operating, Problem> {
    let (care, actor, words) = (&visitor.state.care, visitor.actor(), visitor.words());
    let id = loaded.id();
    let counts = care.counts(actor).await?;
    let host = care.host_state(actor).await?;
    let history = care.history_of(actor, id)?;
    let fares = care.fares(actor, id)?;
    let catalogue = care.catalogue();
    let standing = standing_of(&catalogue, loaded);
    Ok(Operating {
        enrolled: enrolled(counts.programmes.get(id).copied().unwrap_or_default(), words),
        gauges: gauges(&fares, words),
        failures: fares.failed.iter().map(|(kind, count)| (failure(kind, words), *count)).collect(),
        component: component(loaded, standing, host.signatures, words),
        flaws: standing.map_or_else(Vec::new, |own| flaws(own, words)),
        waiting: waiting(visitor, &catalogue, Some(id)),
        back: before(&history, loaded.digest).map(|version| {
            let form = FieldsForm::repeatable(
                visitor,
                "go-back",
                format!("/programmes/{id}/back"),
                "operating-back-send",
            );
            (version, form.secondary())
        }),
        history: history.iter().map(|row| history_line(row, words)).collect(),
    })
}

/// Where the component stands that serves.
pub fn standing_of<'a>(catalogue: &'a Catalogue, loaded: &Loaded) -> Option<&'a Standing> {
    let mut standings = catalogue.standings().iter();
    standings.find(|own| own.state == State::Active && own.digest == Some(loaded.digest))
}

/// The versions that wait, of one programme or of all.
pub fn waiting(visitor: &Visitor, catalogue: &Catalogue, of: Option<&ProgrammeId>) -> Vec<Waiting> {
    let words = visitor.words();
    let waits = catalogue.standings().iter().filter(|own| own.state == State::Waiting);
    waits
        .filter_map(|own| {
            let (id, version) = own.programme.as_ref()?;
            let digest = own.digest?;
            let action = format!("/programmes/{id}/activate");
            let form = FieldsForm::repeatable(visitor, "activate", action, "operating-activate");
            of.is_none_or(|of| of == id).then(|| Waiting {
                version: format!("{id} {version}"),
                digest: digest.to_string(),
                flaws: flaws(own, words),
                form: form.carrying("digest", digest.to_string()),
            })
        })
        .collect()
}

/// How many take part, by where they are.
fn enrolled(own: Enrolled, words: Words<'_>) -> Vec<(String, usize)> {
    [
        ("enrolment-active", own.active),
        ("enrolment-planned", own.planned),
        ("enrolment-paused", own.paused),
        ("enrolment-ended", own.ended),
    ]
    .into_iter()
    .map(|(key, count)| (words.t(key), count))
    .collect()
}

fn gauges(fares: &Fares, words: Words<'_>) -> Vec<(String, String)> {
    let failed: u64 = fares.failed.iter().map(|(_, count)| count).sum();
    let runs = fares.worked + failed;
    #[allow(clippy::cast_precision_loss, reason = "a mean for people to read")]
    let mean = |sum: f64| if fares.timed == 0 { 0.0 } else { sum / fares.timed as f64 };
    #[allow(clippy::cast_precision_loss, reason = "a mean for people to read")]
    let fuel = mean(fares.fuel as f64);
    let of = |own: f64, limit: f64, own_words: String, limit_words: String| {
        let share = if limit > 0.0 { own / limit * 100.0 } else { 0.0 };
        let blanks = [
            ("own", own_words.into()),
            ("limit", limit_words.into()),
            ("share", words.number((share * 10.0).round() / 10.0, 0).into()),
        ];
        words.t_with("gauge-of", &blanks)
    };
    let count = |own: f64| words.number(own.round(), 0);
    let mebibytes =
        |own: f64| format!("{} MiB", words.number((own / 1_048_576.0 * 10.0).round() / 10.0, 1));
    let time = |seconds: f64| {
        let micros = (seconds * 1e7).round() / 10.0;
        format!("{} µs", words.number(micros, 0))
    };
    let mut gauges = vec![
        ("gauge-runs", runs.to_string()),
        ("gauge-failed", failed.to_string()),
        ("gauge-time", time(mean(fares.seconds))),
        ("gauge-time-most", fares.most_within.map_or_else(|| "–".to_owned(), time)),
        ("gauge-fuel", count(fuel)),
        (
            "gauge-fuel-peak",
            of(fares.fuel_peak, fares.fuel_limit, count(fares.fuel_peak), count(fares.fuel_limit)),
        ),
        (
            "gauge-memory",
            of(
                fares.memory_peak,
                fares.memory_limit,
                mebibytes(fares.memory_peak),
                mebibytes(fares.memory_limit),
            ),
        ),
    ];
    if fares.timed == 0 {
        gauges.truncate(2);
    }
    gauges.into_iter().map(|(key, value)| (words.t(key), value)).collect()
}

/// A kind of failure, in words.
fn failure(kind: &str, words: Words<'_>) -> String {
    let key = format!("failure-{kind}");
    let text = words.t(&key);
    // A kind that is newer than these words.
    if text == key { plain::line(kind, 40) } else { text }
}

fn component(
    loaded: &Loaded,
    standing: Option<&Standing>,
    policy: SignaturePolicy,
    words: Words<'_>,
) -> Vec<(String, String)> {
    #[allow(clippy::cast_precision_loss, reason = "a size for people to read")]
    let kibibytes =
        |bytes: u64| format!("{} KiB", words.number((bytes as f64 / 1024.0).round(), 0));
    let facts = [
        ("operating-file", plain::line(&loaded.file, TITLE)),
        ("programme-digest", loaded.digest.to_string()),
        ("programme-contract", loaded.contract.to_string()),
        ("operating-signature", signature(standing, policy, words)),
        ("operating-size", kibibytes(loaded.bytes)),
        ("operating-compiled", kibibytes(loaded.compiled_bytes)),
    ];
    let said = facts.into_iter().filter(|(_, value)| !value.is_empty());
    said.map(|(key, value)| (words.t(key), value)).collect()
}

/// Whether the component is signed, as far as this host looks at that.
pub fn signature(standing: Option<&Standing>, policy: SignaturePolicy, words: Words<'_>) -> String {
    let wrong = |flaw: &&Flaw| flaw.code.starts_with("signature-");
    match (policy, standing.and_then(|own| own.flaws.iter().find(wrong))) {
        (SignaturePolicy::None, _) => words.t("signature-not-looked-at"),
        (_, Some(flaw)) if flaw.code == "signature-missing" => words.t("signature-missing"),
        (_, Some(_)) => words.t("signature-wrong"),
        (_, None) => words.t("signature-good"),
    }
}

/// The version that served before the one that serves.
fn before(history: &[ProgrammeRow], serving: Digest) -> Option<String> {
    history.iter().find_map(|row| match &row.what {
        ProgrammeChange::Activated { version, digest } if *digest != serving => {
            Some(plain::line(version, 40))
        }
        _ => None,
    })
}

fn history_line(row: &ProgrammeRow, words: Words<'_>) -> HistoryLine {
    let (what, digest) = match &row.what {
        ProgrammeChange::Loaded { version, digest } => {
            (words.t_with("history-loaded", &[("version", version.into())]), digest.to_string())
        }
        ProgrammeChange::Activated { version, digest } => {
            (words.t_with("history-activated", &[("version", version.into())]), digest.to_string())
        }
        ProgrammeChange::Withdrawn { reason } => {
            let reason = plain::line(reason, TITLE);
            (words.t_with("history-withdrawn", &[("reason", reason.into())]), String::new())
        }
    };
    HistoryLine { when: words.full(row.at), what, digest, who: words.who(&row.by) }
}

/// `POST /programmes/{id}/activate`: an operator says yes to the component that they have seen.
pub async fn activate(
    visitor: Visitor,
    Path(id): Path<ProgrammeId>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let posted = visitor.posted(pairs)?;
    let no_such = || Problem::new(crate::problem::Kind::NoSuchVersion);
    let digest = posted.get("digest").parse::<Digest>().map_err(|_| no_such())?;
    choose(&visitor, &id, Activation::Activate(Some(digest))).await
}

/// `POST /programmes/{id}/back`: the version before serves again.
pub async fn go_back(
    visitor: Visitor,
    Path(id): Path<ProgrammeId>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let _ = visitor.posted(pairs)?;
    choose(&visitor, &id, Activation::GoBack).await
}

async fn choose(
    visitor: &Visitor,
    id: &ProgrammeId,
    wanted: Activation,
) -> Result<Response, Problem> {
    let refused = match visitor.state.care.activate(visitor.actor(), id, wanted).await {
        Ok(()) => return Ok(Redirect::to(&format!("/programmes/{id}")).into_response()),
        Err(ActivationError::Care(error)) => return Err(error.into()),
        Err(ActivationError::Order(error)) => {
            tracing::info!(programme = %id, %error, "no version was chosen");
            "problem-no-such-version-detail"
        }
        Err(ActivationError::Unread(_)) => "problem-report-unread-detail",
    };
    let words = text::t(visitor.language, refused);
    let page = super::show(visitor, id, Some(words)).await?;
    Ok((StatusCode::CONFLICT, page).into_response())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use gtp_care::calendar::Calendar;
    use gtp_model::{Actor, Language, Time};

    #[test]
    fn every_kind_of_failure_has_words() {
        let calendar = Calendar::new("Europe/Copenhagen").unwrap();
        for language in Language::ALL {
            let words = Words { language, calendar: &calendar, now: Time(0) };
            for kind in gtp_runtime::RunError::KINDS {
                assert_ne!(failure(kind, words), kind, "{kind} in {language:?}");
            }
            assert_eq!(failure("moon", words), "moon");
        }
    }

    #[test]
    fn the_version_before_is_another_component_than_the_one_that_serves() {
        let row = |what| ProgrammeRow {
            programme: "heart".parse().unwrap(),
            what,
            by: Actor::host(),
            at: Time(0),
            event: 1,
        };
        let activated = |version: &str, byte: u8| {
            row(ProgrammeChange::Activated {
                version: version.to_owned(),
                digest: Digest([byte; 32]),
            })
        };
        let history = [activated("1.1.0", 2), activated("1.1.0", 2), activated("1.0.0", 1)];
        assert_eq!(before(&history, Digest([2; 32])), Some("1.0.0".to_owned()));
        assert_eq!(before(&history[..2], Digest([2; 32])), None);
    }
}
