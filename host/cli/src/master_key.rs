//! Where the master key comes from, under which the record is encrypted: the environment, else a file.

use crate::complaint::Complaint;
use crate::config::Config;
use gtp_record::vault::{KeySource, MasterKey};
use std::path::Path;

/// The key that holds now.
const NOW: &str = "GTP_RECORD_KEY";
/// The key that it takes over from, for one start.
const BEFORE: &str = "GTP_RECORD_KEY_BEFORE";

/// Where the configuration says it is.
///
/// # Errors
/// What the environment holds is no key.
pub fn source(config: &Config) -> Result<KeySource, Complaint> {
    let mut given = vec![];
    for variable in [NOW, BEFORE] {
        if let Ok(text) = std::env::var(variable) {
            let key = MasterKey::parse(&text, variable);
            given.push(key.map_err(|error| Complaint::new(error.to_string()))?);
        } else if variable == NOW {
            break;
        }
    }
    Ok(match (given.is_empty(), config.record.key.as_os_str().is_empty()) {
        (false, _) => KeySource::Given(given),
        (true, true) => KeySource::in_folder(&config.data),
        (true, false) => KeySource::File(config.record.key.clone()),
    })
}

/// The same in words.
pub fn whereabouts(config: &Config) -> String {
    source(config).map_or_else(|_| NOW.to_owned(), |source| source.to_string())
}

/// Says that a key was made, and what that means for whoever looks after the machine.
pub fn announce(file: &Path, data: &Path) {
    tracing::warn!(
        file = %file.display(),
        "a new master key: the record is encrypted under it. Keep a copy apart from the data and its backups; \
         without it nobody reads the record"
    );
    if file.parent() == Some(data) {
        tracing::warn!(
            "the master key lies beside the data: whoever takes the disk has both. Name a file on another disk as \
             `key` under [record], or hand the key over in {NOW}"
        );
    }
}
