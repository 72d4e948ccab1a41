//! The names by which a component exports the aspects of the contract.

use crate::flaw::{Flaws, shown};
use semver::Version;

/// The newest contract this host knows.
pub const NEWEST: Version = Version::new(1, 0, 0);

/// An aspect: its interface and whether every component must have it.
#[derive(Clone, Copy, Debug)]
pub struct Aspect {
    pub name: &'static str,
    pub required: bool,
}

/// Every aspect of contract 1.0.
pub const ASPECTS: [Aspect; 10] = [
    Aspect { name: "types", required: false },
    Aspect { name: "about", required: true },
    Aspect { name: "fields", required: true },
    Aspect { name: "questionnaires", required: false },
    Aspect { name: "limits", required: false },
    Aspect { name: "rules", required: false },
    Aspect { name: "schedule", required: false },
    Aspect { name: "visibility", required: false },
    Aspect { name: "scenarios", required: false },
    Aspect { name: "assess", required: true },
];

const PACKAGE: &str = "gtp:programme/";

/// Which aspects a component has, and of which version of the contract.
#[derive(Clone, Debug)]
pub struct Exported {
    pub version: Version,
    aspects: Vec<String>,
}

impl Exported {
    /// Whether the component exports this aspect.
    pub fn has(&self, aspect: &str) -> bool {
        self.aspects.iter().any(|own| own == aspect)
    }
}

/// Reads the exports' names. What is wrong with them goes into `flaws`.
pub fn read(exports: &[String], flaws: &mut Flaws) -> Option<Exported> {
    let mut aspects = vec![];
    let mut version: Option<Version> = None;
    for name in exports {
        let Some((aspect, own)) = split(name) else {
            flaws.warning(
                "export-foreign",
                format!("export `{}`", shown(name)),
                "it is no part of the contract and is never called",
                "Leave it out",
            );
            continue;
        };
        if own.major != NEWEST.major || own.minor > NEWEST.minor {
            flaws.error(
                "contract-version",
                format!("export `{}`", shown(name)),
                format!("it is of contract {own}; this host knows {} to {NEWEST}", NEWEST.major),
                "Build the component against an older contract, or update the host",
            );
            return None;
        }
        if !ASPECTS.iter().any(|known| known.name == aspect) {
            flaws.error(
                "export-unknown",
                format!("export `{}`", shown(name)),
                format!("contract {own} has no interface of that name"),
                "Compare with the interfaces in wit/",
            );
            continue;
        }
        if version.as_ref().is_some_and(|version| *version != own) {
            flaws.error(
                "contract-mixed",
                format!("export `{}`", shown(name)),
                "the component exports interfaces of several versions of the contract",
                "Build all of it against one version",
            );
        }
        version = Some(own);
        aspects.push(aspect.to_owned());
    }
    for aspect in ASPECTS.iter().filter(|aspect| aspect.required) {
        if !aspects.iter().any(|own| own == aspect.name) {
            flaws.error(
                "export-missing",
                format!("export `{PACKAGE}{}`", aspect.name),
                "every programme must export it, and this one does not",
                "Export at least `about`, `fields` and `assess`",
            );
        }
    }
    Some(Exported { version: version?, aspects })
}

fn split(name: &str) -> Option<(&str, Version)> {
    let (aspect, version) = name.strip_prefix(PACKAGE)?.split_once('@')?;
    Some((aspect, version.parse().ok()?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn names(aspects: &[&str], version: &str) -> Vec<String> {
        aspects.iter().map(|aspect| format!("{PACKAGE}{aspect}@{version}")).collect()
    }

    #[test]
    fn the_least_component_has_three_aspects() {
        let mut flaws = Flaws::default();
        let exported = read(&names(&["about", "fields", "assess"], "1.0.0"), &mut flaws).unwrap();
        assert!(exported.has("assess") && !exported.has("rules"));
        assert!(flaws.into_sorted().is_empty());
    }

    #[test]
    fn a_missing_aspect_is_named() {
        let mut flaws = Flaws::default();
        read(&names(&["about", "assess"], "1.0.0"), &mut flaws);
        let flaws = flaws.into_sorted();
        assert_eq!(flaws.len(), 1);
        assert!(flaws[0].item.contains("fields"), "{}", flaws[0]);
    }

    #[test]
    fn a_newer_contract_is_refused_and_not_half_understood() {
        for version in ["1.1.0", "2.0.0"] {
            let mut flaws = Flaws::default();
            assert!(read(&names(&["about", "fields", "assess"], version), &mut flaws).is_none());
            assert_eq!(flaws.into_sorted()[0].code, "contract-version");
        }
    }
}
