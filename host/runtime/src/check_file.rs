//! Checking one file by itself, as an author does before anybody else sees it.

use crate::{
    engine,
    examine::{Depth, Examiner},
    flaw::{Flaw, Gravity, shown},
    loaded::Loaded,
    report::Report,
    runtime::StartError,
    settings::{Limits, OwnLimits, Settings, Signatures},
    signature::Trust,
};
use gtp_model::{ProgrammeId, programme::Programme};
use std::{collections::BTreeMap, fs, path::Path};

/// What a file is checked against.
#[derive(Clone, Debug, Default)]
pub struct CheckSettings {
    /// What one call may cost.
    pub limits: Limits,
    /// What is different for single programmes.
    pub limits_of: BTreeMap<ProgrammeId, OwnLimits>,
    /// Whether it must be signed.
    pub signatures: Signatures,
}

impl CheckSettings {
    /// A host's settings, without its folders.
    fn all(&self) -> Settings {
        let mut all = Settings::new("", "");
        all.limits = self.limits.clone();
        all.limits_of = self.limits_of.clone();
        all
    }
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
    let bytes = match read(path, settings.all().largest_limits().component) {
        Ok(bytes) => bytes,
        Err(what) => return Ok(unreadable(file, what)),
    };
    let mut signature = path.as_os_str().to_owned();
    signature.push(".minisig");
    let signature = fs::read_to_string(signature).ok();
    Ok(examiner(settings)?.examine(&file, &bytes, signature.as_deref(), Depth::Whole).report)
}

/// Reads what a component defines, to show it: its checks are made, its scenarios are not run. The report says
/// why there is nothing where it does not pass.
///
/// # Errors
///
/// As [`check_file`].
pub fn define(
    file: &str,
    bytes: &[u8],
    settings: &CheckSettings,
) -> Result<(Report, Option<Programme>), StartError> {
    let (report, loaded) = load(file, bytes, settings)?;
    Ok((report, loaded.map(|loaded| loaded.definition)))
}

/// Makes a component ready to run without a host around it: its checks are made, its scenarios are not run. The
/// report says why there is nothing where it does not pass.
///
/// # Errors
///
/// As [`check_file`].
pub fn load(
    file: &str,
    bytes: &[u8],
    settings: &CheckSettings,
) -> Result<(Report, Option<Loaded>), StartError> {
    let examined = examiner(settings)?.examine(file, bytes, None, Depth::Known);
    Ok((examined.report, examined.loaded))
}

/// An examiner for one file, without a host around it.
fn examiner(settings: &CheckSettings) -> Result<Examiner, StartError> {
    let trust = Trust::read(&settings.signatures)?;
    let settings = settings.all();
    let running = engine::running(&settings.largest_limits())?;
    crate::runtime::tick(&running.engine).map_err(StartError::Threads)?;
    Ok(Examiner { engine: running.engine, compiled: None, trust, settings })
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
