//! Where each person can go: the links in the head of every page, and which of them a page belongs to.

use gtp_model::Role;

/// A link in the head of a person's pages.
pub struct Entry {
    /// Where to.
    pub href: &'static str,
    /// The key of its words.
    pub key: &'static str,
    /// The beginnings of other addresses that belong to it.
    pub also: &'static [&'static str],
}

const fn entry(href: &'static str, key: &'static str) -> Entry {
    Entry { href, key, also: &[] }
}

impl Entry {
    const fn also(self, also: &'static [&'static str]) -> Self {
        Self { also, ..self }
    }
}

const CITIZEN: &[Entry] = &[
    entry("/citizen", "link-start"),
    entry("/citizen/form", "link-form").also(&["/citizen/receipt"]),
    entry("/citizen/values", "link-values"),
    entry("/citizen/plan", "link-plan").also(&["/plan"]),
    entry("/citizen/messages", "link-messages"),
    entry("/citizen/more", "link-more").also(&[
        "/citizen/diary",
        "/citizen/relatives",
        "/citizen/access-log",
        "/citizen/blocks",
        "/account",
    ]),
];

const RELATIVE: &[Entry] = &[entry("/relative", "link-relative").also(&["/citizens"])];

const CLINICIAN: &[Entry] = &[
    entry("/worklist", "link-worklist").also(&["/alerts"]),
    entry("/citizens", "link-citizens").also(&["/plan", "/enrolments"]),
    entry("/messages", "link-messages"),
    entry("/programmes", "link-programmes").also(&["/map", "/replays"]),
];

const OPERATOR: &[Entry] = &[
    entry("/programmes", "link-programmes"),
    entry("/replays", "link-replays"),
    entry("/units", "link-units"),
    entry("/map", "link-map"),
    entry("/health", "link-health"),
];

/// Where somebody of a role can go.
pub const fn entries(role: Role) -> &'static [Entry] {
    match role {
        Role::Citizen => CITIZEN,
        Role::Relative => RELATIVE,
        Role::Clinician => CLINICIAN,
        Role::Operator => OPERATOR,
        _ => &[],
    }
}

/// How a page stands to an entry: what `aria-current` says.
pub fn current(entries: &[Entry], entry: &Entry, path: &str) -> Option<&'static str> {
    if path == entry.href {
        return Some("page");
    }
    let longest = |own: &Entry| {
        let addresses = std::iter::once(&own.href).chain(own.also);
        addresses.filter(|start| under(path, start)).map(|start| start.len()).max().unwrap_or(0)
    };
    let own = longest(entry);
    let best = entries.iter().map(longest).max().unwrap_or(0);
    // A start page is no chapter that the others belong to.
    let within = |other: &Entry| other.href != entry.href && under(other.href, entry.href);
    let start = entries.iter().any(within);
    (own > 0 && own == best && !start).then_some("true")
}

fn under(path: &str, start: &str) -> bool {
    path.strip_prefix(start).is_some_and(|rest| rest.starts_with('/'))
        || (path == start && !path.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(role: Role, path: &str) -> Vec<(&'static str, &'static str)> {
        let all = entries(role);
        all.iter().filter_map(|own| Some((own.href, current(all, own, path)?))).collect()
    }

    #[test]
    fn a_page_belongs_to_one_entry_at_most() {
        assert_eq!(marked(Role::Citizen, "/citizen"), [("/citizen", "page")]);
        assert_eq!(marked(Role::Citizen, "/citizen/form"), [("/citizen/form", "page")]);
        assert_eq!(marked(Role::Citizen, "/citizen/receipt/x"), [("/citizen/form", "true")]);
        assert_eq!(marked(Role::Citizen, "/citizen/blocks/new"), [("/citizen/more", "true")]);
        assert_eq!(marked(Role::Clinician, "/alerts/1"), [("/worklist", "true")]);
        assert_eq!(marked(Role::Clinician, "/citizens/1/plan"), [("/citizens", "true")]);
        assert_eq!(marked(Role::Citizen, "/citizen/unheard-of"), []);
        assert_eq!(marked(Role::Citizen, "/citizens"), []);
    }
}
