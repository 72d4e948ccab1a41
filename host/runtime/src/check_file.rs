//! Checking one file by itself, as an author does before anybody else sees it.

use crate::{
    engine,
    examine::{Depth, Examiner},
    flaw::{Flaw, Gravity, shown},
    report::Report,
    runtime::StartError,
    settings::{Limits, Settings, Signatures},
    signature::Trust,
};
use std::{fs, path::Path};

/// What a file is checked against.
#[derive(Clone, Debug, Default)]
pub struct CheckSettings {
    /// What one call may cost.
    pub limits: Limits,
    /// Whether it must be signed.
    pub signatures: Signatures,
}

/// Checks one component: everything that the host would check before it serves, except what depends on the
/// other programmes of that host. A file that cannot be read is a flaw in the report.
///
/// # Errors
///
/// When this machine cannot run components at all, or a trusted key is none.
pub fn check_file(path: &Path, settings: &CheckSettings) -> Result<Report, StartError> {
    let file =
        path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let bytes = match read(path, settings.limits.component) {
        Ok(bytes) => bytes,
        Err(what) => return Ok(unreadable(file, what)),
    };
    let mut signature = path.as_os_str().to_owned();
    signature.push(".minisig");
    let signature = fs::read_to_string(signature).ok();
    Ok(examiner(settings)?.examine(&file, &bytes, signature.as_deref(), Depth::Whole).report)
}

/// An examiner for one file, without a host around it.
fn examiner(settings: &CheckSettings) -> Result<Examiner, StartError> {
    let CheckSettings { limits, signatures } = settings;
    let running = engine::running(limits)?;
    crate::runtime::tick(&running.engine).map_err(StartError::Threads)?;
    let mut all = Settings::new("", "");
    all.limits = limits.clone();
    Ok(Examiner {
        engine: running.engine,
        compiled: None,
        trust: Trust::read(signatures)?,
        settings: all,
    })
}

fn read(path: &Path, longest: u64) -> Result<Vec<u8>, String> {
    let metadata = fs::metadata(path).map_err(|error| format!("it cannot be read: {error}"))?;
    if !metadata.is_file() {
        return Err("it is no file".to_owned());
    }
    if metadata.len() > longest {
        return Err(format!("it has {} bytes; {longest} are allowed", metadata.len()));
    }
    fs::read(path).map_err(|error| format!("it cannot be read: {error}"))
}

fn unreadable(file: String, what: String) -> Report {
    Report {
        flaws: vec![Flaw {
            gravity: Gravity::Error,
            code: "unreadable",
            item: format!("file `{}`", shown(&file)),
            what,
            mend: "Name a component's file".to_owned(),
        }],
        file,
        digest: None,
        bytes: 0,
        programme: None,
        scenarios: vec![],
        budget: None,
    }
}
