//! Lines of an access log in plain words.

use super::t;
use gtp_care::LogLine;
use gtp_model::{Language, Role};

/// What somebody did.
#[must_use]
pub fn access_what(language: Language, what: &str, changed: bool) -> String {
    let kind = if changed { "did" } else { "saw" };
    let key = format!("access-{kind}-{what}");
    let text = t(language, &key);
    // An event that is newer than these words.
    if text == key { t(language, &format!("access-{kind}-other")) } else { text }
}

/// Who did it: their name, else what they are.
#[must_use]
pub fn access_who(language: Language, line: &LogLine) -> String {
    let role = t(language, access_role_key(line.by.role));
    let name = if line.name.is_empty() { &line.by.account } else { &line.name };
    match (line.by.role, line.unit.is_empty()) {
        (Role::Host, _) => role,
        (_, true) => format!("{name} ({role})"),
        (_, false) => format!("{name} ({role}, {})", line.unit),
    }
}

/// The key of what somebody is.
#[must_use]
pub const fn access_role_key(role: Role) -> &'static str {
    match role {
        Role::Citizen => "access-role-citizen",
        Role::Relative => "access-role-relative",
        Role::Clinician => "access-role-clinician",
        Role::Operator => "access-role-operator",
        Role::Auditor => "access-role-auditor",
        _ => "access-role-host",
    }
}

/// What allowed it, in words. Nothing where it is not known.
#[must_use]
pub fn access_under(language: Language, under: &[String]) -> String {
    let words = |policy: &String| {
        let key = format!("access-under-{policy}");
        let text = t(language, &key);
        // A region's own policy is called what the region calls it.
        if text == key { policy.clone() } else { text }
    };
    under.iter().map(words).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use gtp_record::event::Event;

    /// Something that is newer than the words.
    const NEWER: &str = "Moon landed";

    #[test]
    fn every_event_and_every_look_has_words_in_both_languages() {
        for language in Language::ALL {
            let other = access_what(language, NEWER, true);
            let citizens = Event::VOCABULARY.iter().filter(|(name, _)| {
                // These lie in no citizen's stream.
                let elsewhere = [
                    "programme-",
                    "account-",
                    "unit-",
                    "citizen-erased",
                    "records-listed",
                    "report-read",
                    "access-searched",
                    "record-viewed",
                    "password-",
                    "second-factor",
                    "token-",
                ];
                !elsewhere.iter().any(|start| name.starts_with(start))
            });
            for (name, _) in citizens {
                assert_ne!(access_what(language, name, true), other, "{name} in {language:?}");
            }
            let other = access_what(language, NEWER, false);
            for what in [
                "overview",
                "observations",
                "form",
                "alert",
                "plan",
                "diary",
                "messages",
                "export",
                "access-log",
                "worklist",
                "limits",
                "enrolment",
            ] {
                assert_ne!(access_what(language, what, false), other, "{what} in {language:?}");
            }
        }
    }
}
