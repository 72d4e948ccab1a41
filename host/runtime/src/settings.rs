//! What an operator can decide about programmes. Every value has a default that suits a region.

use gtp_model::ProgrammeId;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, path::PathBuf};

/// Everything that [`Runtime::start`](crate::Runtime::start) must know.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The folder into which components are dropped.
    pub programmes: PathBuf,
    /// The folder that only the host writes: components by digest, compiled code, what was active.
    pub data: PathBuf,
    /// The limits of every programme that has none of its own.
    pub limits: Limits,
    /// What is different for single programmes.
    pub limits_of: BTreeMap<ProgrammeId, OwnLimits>,
    /// Whether components must be signed.
    pub signatures: Signatures,
    /// When a checked component begins to serve.
    pub activation: Activation,
    /// Whether the folder is watched. Without it, only [`Runtime::look`](crate::Runtime::look) looks.
    pub watch: bool,
    /// Threads that run rules. None: twice the processors, at least 4.
    pub threads: Option<usize>,
    /// How many assessments may wait for a thread. More are turned away at once.
    pub queue: usize,
}

impl Settings {
    /// The defaults, for these two folders.
    pub fn new(programmes: impl Into<PathBuf>, data: impl Into<PathBuf>) -> Self {
        Self {
            programmes: programmes.into(),
            data: data.into(),
            limits: Limits::default(),
            limits_of: BTreeMap::new(),
            signatures: Signatures::default(),
            activation: Activation::default(),
            watch: true,
            threads: None,
            queue: 4096,
        }
    }

    /// The limits that hold for a programme.
    #[must_use]
    pub fn limits_for(&self, programme: &ProgrammeId) -> Limits {
        self.limits_of
            .get(programme)
            .map_or_else(|| self.limits.clone(), |own| own.over(&self.limits))
    }

    /// The largest of all programmes' limits: what the pool must have room for, and what a component may
    /// use that has not said yet which programme it is.
    pub(crate) fn largest_limits(&self) -> Limits {
        let mut largest = self.limits.clone();
        for own in self.limits_of.values() {
            let own = own.over(&self.limits);
            largest.fuel = largest.fuel.max(own.fuel);
            largest.memory = largest.memory.max(own.memory);
            largest.table_elements = largest.table_elements.max(own.table_elements);
            largest.result = largest.result.max(own.result);
            largest.milliseconds = largest.milliseconds.max(own.milliseconds);
            largest.component = largest.component.max(own.component);
        }
        largest
    }

    pub(crate) fn thread_count(&self) -> usize {
        let processors = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        self.threads.unwrap_or_else(|| (processors * 2).max(4)).max(1)
    }
}

/// What one call into a component may cost. A call that needs more is stopped and is never "green".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Limits {
    /// Fuel of one call: roughly one unit for one WebAssembly instruction. The same case always costs the
    /// same fuel, on any machine.
    pub fuel: u64,
    /// Bytes of linear memory, all memories of one instance together.
    pub memory: u64,
    /// Elements of all tables of one instance together.
    pub table_elements: u64,
    /// Bytes that one call may hand back to the host.
    pub result: u64,
    /// Milliseconds of one call. Only a backstop: fuel should stop it long before.
    pub milliseconds: u64,
    /// Bytes of the component's file.
    pub component: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // A rule in Rust uses some thousands; an interpreter inside a component some millions.
            fuel: 100_000_000,
            // Python and JavaScript components start at 10 to 30 MiB.
            memory: 64 << 20,
            // Debug builds of managed languages have a good 10,000.
            table_elements: 20_000,
            result: 4 << 20,
            milliseconds: 2_000,
            // A Python component is 18 MB.
            component: 32 << 20,
        }
    }
}

/// What is different for one programme. What it does not name is as for all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the fields of `Limits`, which says what each is")]
pub struct OwnLimits {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fuel: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table_elements: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub milliseconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub component: Option<u64>,
}

impl OwnLimits {
    fn over(&self, all: &Limits) -> Limits {
        Limits {
            fuel: self.fuel.unwrap_or(all.fuel),
            memory: self.memory.unwrap_or(all.memory),
            table_elements: self.table_elements.unwrap_or(all.table_elements),
            result: self.result.unwrap_or(all.result),
            milliseconds: self.milliseconds.unwrap_or(all.milliseconds),
            component: self.component.unwrap_or(all.component),
        }
    }
}

/// Whether components must be signed, and by whom.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Signatures {
    /// What a missing or wrong signature means.
    pub policy: SignaturePolicy,
    /// The public keys that are trusted, as `minisign` prints them (the base64 line).
    pub trusted: Vec<String>,
}

/// What a missing or wrong signature means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignaturePolicy {
    /// Signatures are not looked at.
    #[default]
    None,
    /// A component without a valid signature serves, with a warning.
    Warn,
    /// A component without a valid signature is refused.
    Require,
}

/// When a checked component begins to serve.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Activation {
    /// At once.
    #[default]
    Automatic,
    /// When an operator says so.
    Approval,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_a_programme_does_not_name_is_as_for_all() {
        let mut settings = Settings::new("", "");
        settings.limits.memory = 1 << 20;
        let python = "python".parse().unwrap();
        let own = OwnLimits { fuel: Some(9_000_000_000), ..OwnLimits::default() };
        settings.limits_of.insert(python, own);
        let limits = settings.limits_for(&"python".parse().unwrap());
        assert_eq!((limits.fuel, limits.memory), (9_000_000_000, 1 << 20));
        assert_eq!(settings.limits_for(&"heart".parse().unwrap()), settings.limits);
        let largest = settings.largest_limits();
        assert_eq!((largest.fuel, largest.memory), (9_000_000_000, 1 << 20));
    }
}
