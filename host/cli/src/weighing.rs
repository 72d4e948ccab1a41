//! What an operator asks of the [desk](gtp_replay::desk) at the command line: the report on what waits, and versions in
//! the shadow. Only a host that runs has a desk, so these go through the [control socket](crate::control).

use crate::complaint::Complaint;
use crate::config::Config;
use crate::control;
use crate::operating::Answer;
use gtp_care::calendar::Calendar;
use gtp_model::{Actor, Digest, ProgrammeId, Role};
use gtp_replay::compare::{Report, csv, html, text};
use gtp_replay::desk::replays::Stage;
use gtp_replay::desk::{Desk, DeskError};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// How a report is written.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// To be read
    #[default]
    Text,
    /// For programs
    Json,
    /// For spreadsheets
    Csv,
    /// A page with charts
    Html,
}

/// What is asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Errand {
    /// The report on what waits, or on a component.
    Report { programme: ProgrammeId, digest: Option<Digest>, form: Form, by: String },
    /// A version is to run in the shadow: of a file that was checked, or what waits.
    BeginShadow { programme: ProgrammeId, file: Option<PathBuf>, by: String },
    /// What runs in the shadow.
    Shadows { form: Form, by: String },
    /// It is to serve.
    Promote { programme: ProgrammeId, by: String },
    /// It is to end.
    DropShadow { programme: ProgrammeId, by: String },
}

/// Has it done by the host that runs on the data folder.
///
/// # Errors
/// No host runs there, or it cannot be done.
pub fn carry_out(config: &Config, errand: &Errand) -> Result<Answer, Complaint> {
    match control::ask(&config.data, errand, &mut std::io::sink())? {
        Some(answer) => answer.map_err(Complaint::failed),
        None => Err(Complaint::new(format!("no host runs on {}", config.data.display()))
            .help("start it with `gtp serve`; without a host, `gtp replay` compares two versions")),
    }
}

/// Does it.
///
/// # Errors
/// In words.
pub async fn at_desk(
    desk: &Desk,
    calendar: &Calendar,
    data: &std::path::Path,
    errand: &Errand,
) -> Result<Answer, String> {
    let done = match errand {
        Errand::Report { programme, digest, form, by } => {
            return report(desk, calendar, programme, *digest, *form, &operator(by)).await;
        }
        Errand::BeginShadow { programme, file, by } => {
            let digest = match file {
                Some(file) => Some(kept(data, file)?),
                None => None,
            };
            desk.begin_shadow(&operator(by), programme, digest)
                .map(|kept| format!("{programme} {} runs in the shadow\n", kept.report.new.version))
        }
        Errand::Shadows { form, by } => desk.shadows(&operator(by)).map(|shadows| {
            let one = |own: &gtp_replay::desk::shadow::Kept| {
                let said = written(&own.report, calendar, *form);
                match (form, own.dropped) {
                    (Form::Text, 1..) => {
                        format!("{said}{} submissions were left out\n", own.dropped)
                    }
                    _ => said,
                }
            };
            match shadows.as_slice() {
                [] if matches!(form, Form::Text) => "nothing runs in the shadow\n".to_owned(),
                shadows => shadows.iter().map(one).collect::<Vec<_>>().join("\n"),
            }
        }),
        Errand::Promote { programme, by } => desk
            .promote(&operator(by), programme)
            .await
            .map(|()| format!("{programme} serves as it ran in the shadow\n")),
        Errand::DropShadow { programme, by } => desk
            .drop_shadow(&operator(by), programme)
            .map(|()| format!("{programme} runs in the shadow no more\n")),
    };
    done.map(Answer).map_err(|error| error.to_string())
}

fn operator(by: &str) -> Actor {
    Actor { account: format!("command/{by}"), role: Role::Operator, ..Actor::host() }
}

/// Keeps a component that was checked, so that it can be run by its digest.
fn kept(data: &std::path::Path, file: &std::path::Path) -> Result<Digest, String> {
    let bytes = std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    gtp_runtime::keep(&data.join("components"), &bytes).map_err(|error| error.to_string())
}

async fn report(
    desk: &Desk,
    calendar: &Calendar,
    programme: &ProgrammeId,
    digest: Option<Digest>,
    form: Form,
    actor: &Actor,
) -> Result<Answer, String> {
    let words = |error: DeskError| error.to_string();
    let digest = digest.or_else(|| desk.waits(programme));
    let digest = digest.ok_or_else(|| format!("no version of {programme} waits"))?;
    let replay = desk.report_on(programme, digest);
    let replay = replay.ok_or_else(|| format!("there is no report on {digest} yet"))?;
    match replay.stage {
        Stage::Done => {}
        Stage::Failed(why) => return Err(format!("the report could not be made: {why}")),
        _ => {
            let (seen, all) = replay.seen;
            return Err(format!(
                "the report is not done: {seen} of {all} citizens; try again in a while"
            ));
        }
    }
    let seen = desk.replay(actor, replay.number).await.map_err(words)?;
    let report = seen.report.ok_or_else(|| "the report is gone".to_owned())?;
    let mut said = written(&report, calendar, form);
    if let (Form::Text, Some(digest)) = (form, seen.digest) {
        said.push_str(&format!("\nThat you read report {digest} is in the record.\n"));
    }
    Ok(Answer(said))
}

fn written(report: &Report, calendar: &Calendar, form: Form) -> String {
    match form {
        Form::Text => text(report, calendar),
        Form::Json => serde_json::to_string_pretty(report).unwrap_or_default() + "\n",
        Form::Csv => csv(report),
        Form::Html => html(report, calendar, ""),
    }
}
