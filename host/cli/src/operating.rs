//! What an operator wants of the programmes: a list of where they stand, another version to serve.
//!
//! Where a host runs on the data folder, it is asked through the [control socket](crate::control); where none
//! does, the command opens the folders itself. Both come here.

use crate::complaint::Complaint;
use crate::config::Config;
use crate::control;
use crate::host::Host;
use gtp_care::{Activation, Care};
use gtp_model::{Actor, Digest, ProgrammeId, Role};
use gtp_record::event::programme::Reading;
use gtp_runtime::{Catalogue, Gravity, Standing, State};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use std::sync::Arc;

/// What an operator wants.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wish {
    /// Where everything stands.
    List { json: bool },
    /// What waits serves.
    Activate { programme: ProgrammeId, digest: Option<Digest>, by: String },
    /// What served before serves again.
    GoBack { programme: ProgrammeId, by: String },
}

/// What there is to print.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer(pub String);

/// Has it done: by the host that runs on the data folder, else here.
///
/// # Errors
/// The folders cannot be opened, or it cannot be done.
pub fn carry_out(config: &Config, wish: &Wish) -> Result<Answer, Complaint> {
    if let Some(answer) = control::ask(&config.data, wish, &mut std::io::sink())? {
        return answer.map_err(Complaint::failed);
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Complaint::failed(format!("no thread to work with: {error}")))?;
    let host = Host::open(config, Arc::new(|_| {}))?;
    let answer = runtime.block_on(with_care(&Arc::new(host.care()), wish));
    host.close();
    answer.map_err(Complaint::failed)
}

/// Does it.
///
/// # Errors
/// In words: nothing waits, there is nothing to go back to, the record does not take it.
pub async fn with_care(care: &Arc<Care>, wish: &Wish) -> Result<Answer, String> {
    let (programme, by, wanted) = match wish {
        Wish::List { json } => return list(care, *json).map(Answer),
        Wish::Activate { programme, digest, by } => (programme, by, Activation::Activate(*digest)),
        Wish::GoBack { programme, by } => (programme, by, Activation::GoBack),
    };
    let actor = Actor { account: format!("command/{by}"), role: Role::Operator, ..Actor::host() };
    care.activate(&actor, programme, wanted).await.map_err(|error| error.to_string())?;
    let serving = care.programme(programme);
    let version = serving.map_or_else(String::new, |loaded| loaded.version().to_string());
    Ok(Answer(format!("{programme} {version} serves\n")))
}

/// Every component and withdrawn programme, the ones that serve first.
fn list(care: &Care, json: bool) -> Result<String, String> {
    let catalogue: Arc<Catalogue> = care.catalogue();
    let mut standings: Vec<&Standing> = catalogue.standings().iter().collect();
    standings.sort_by_key(|own| (own.state != State::Active, own.programme.as_ref()));
    let mut text = String::new();
    for standing in standings {
        // Writing to a string does not fail.
        if json {
            let line = serde_json::to_string(standing).map_err(|error| error.to_string())?;
            let _ = writeln!(text, "{line}");
        } else {
            one(&mut text, standing);
            if let (State::Waiting, Some(digest)) = (standing.state, standing.digest) {
                let readings = care.readings(digest).map_err(|error| error.to_string())?;
                read_by(&mut text, &readings);
            }
        }
    }
    if text.is_empty() && !json {
        text.push_str("there are no components\n");
    }
    Ok(text)
}

fn one(text: &mut String, standing: &Standing) {
    let (programme, version) = standing.programme.as_ref().map_or_else(
        || ("?".to_owned(), String::new()),
        |(id, own)| (id.to_string(), own.to_string()),
    );
    let _ =
        writeln!(text, "{:<12} {programme} {version}  {}", state(standing.state), standing.file);
    if let Some(digest) = standing.digest {
        let _ = writeln!(text, "{:13}digest {digest}", "");
    }
    for flaw in standing.flaws.iter().filter(|flaw| said(standing.state, flaw.gravity)) {
        let _ = writeln!(text, "{:13}{}", "", flaw);
    }
}

/// Who has read what a version that waits would have done.
fn read_by(text: &mut String, readings: &[Reading]) {
    let mut readers: Vec<&str> = readings.iter().map(|reading| reading.by.as_str()).collect();
    readers.sort_unstable();
    readers.dedup();
    let _ = match readers.as_slice() {
        [] => writeln!(text, "{:13}nobody has read a report on it: gtp programme report", ""),
        readers => writeln!(text, "{:13}a report on it was read by {}", "", readers.join(", ")),
    };
}

/// Notes are for authors, who have `gtp check`; but they say what something waits for.
fn said(state: State, gravity: Gravity) -> bool {
    gravity > Gravity::Note || matches!(state, State::Waiting | State::Superseded)
}

const fn state(state: State) -> &'static str {
    match state {
        State::Active => "serves",
        State::Waiting => "waits",
        State::Settling => "settling",
        State::Superseded => "superseded",
        State::Refused => "refused",
        State::Withdrawn => "withdrawn",
    }
}
