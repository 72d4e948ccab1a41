//! What was decided, and by which policies.

use std::fmt;

/// What was decided, and by which policies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Whether it is allowed.
    pub allowed: bool,
    /// Those that allowed or forbade it. Where it was neither: those that would have allowed it, had they held.
    pub policies: Vec<&'static str>,
    /// Whether a policy forbade it that goes before all that would allow it.
    pub forbidden: bool,
}

impl Decision {
    /// The first policy that counts, or what is said where there is none for such a thing at all.
    #[must_use]
    pub fn policy(&self) -> &'static str {
        self.policies.first().copied().unwrap_or("no-policy")
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = match (self.allowed, self.forbidden) {
            (true, _) => "allowed by",
            (false, true) => "forbidden by",
            (false, false) if self.policies.is_empty() => {
                return f.write_str("no policy lets anybody of this role do it");
            }
            (false, false) => "allowed by none of",
        };
        write!(f, "{how} {}", self.policies.join(", "))
    }
}
