//! `[access]`: who may see what, beside what ships with the host.

use crate::complaint::Complaint;
use gtp_care::AccessRules;
use gtp_care::access::{Policies, PolicyFile};
use gtp_model::MINUTE;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What an operator decides about access.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Access {
    pub policies: PathBuf,
    pub break_glass_minutes: u32,
    pub many_citizens: usize,
    pub many_minutes: u32,
}

impl Default for Access {
    fn default() -> Self {
        Self {
            policies: PathBuf::new(),
            break_glass_minutes: 60,
            many_citizens: 50,
            many_minutes: 60,
        }
    }
}

impl Access {
    /// The numbers, as care wants them.
    #[must_use]
    pub fn rules(&self) -> AccessRules {
        AccessRules {
            glass_open: i64::from(self.break_glass_minutes) * MINUTE,
            many_citizens: self.many_citizens,
            many_within: i64::from(self.many_minutes) * MINUTE,
        }
    }

    /// The policies that ship with the host, and those of the folder, in the order of their names.
    ///
    /// # Errors
    /// The folder cannot be read, or one of its policies is not in order: which, and why.
    pub fn policies(&self) -> Result<Arc<Policies>, Complaint> {
        let mut files = vec![];
        if !self.policies.as_os_str().is_empty() {
            let folder = &self.policies;
            let entries = std::fs::read_dir(folder).map_err(|error| cannot_read(folder, &error))?;
            for entry in entries {
                let path = entry.map_err(|error| cannot_read(folder, &error))?.path();
                if path.extension().is_some_and(|extension| extension == "cedar") {
                    let text = std::fs::read_to_string(&path)
                        .map_err(|error| cannot_read(&path, &error))?;
                    files.push(PolicyFile { name: path.display().to_string(), text });
                }
            }
            files.sort_by(|one, other| one.name.cmp(&other.name));
        }
        Policies::with(&files).map(Arc::new).map_err(|error| {
            Complaint::new(format!("access.policies: {error}"))
                .help("docs/access.md says what a policy may ask about, with examples")
        })
    }
}

fn cannot_read(path: &Path, error: &std::io::Error) -> Complaint {
    Complaint::new(format!("access.policies: {} cannot be read: {error}", path.display())).help(
        "name the folder of your own policies as `policies` under [access], or leave it empty",
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn with(file: &str, text: &str) -> Result<Arc<Policies>, Complaint> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(file), text).unwrap();
        Access { policies: folder.path().to_owned(), ..Access::default() }.policies()
    }

    #[test]
    fn a_policy_that_is_not_in_order_is_named_with_what_is_wrong() {
        let good =
            r#"@id("x") forbid (principal is Clinician, action == Action::"plan", resource);"#;
        assert!(with("own.cedar", good).is_ok());
        assert!(with("notes.txt", "not a policy").is_ok(), "only .cedar files are read");
        let complaint = with("own.cedar", "forbid (principal, action, resource);").unwrap_err();
        let text = format!("{:?}", miette::Report::new(complaint));
        assert!(text.contains("own.cedar") && text.contains("@id("), "{text}");
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let access = Access { policies: "/nowhere/at/all".into(), ..Access::default() };
        let text = format!("{:?}", miette::Report::new(access.policies().unwrap_err()));
        assert!(text.contains("/nowhere/at/all"), "{text}");
    }
}
