//! `[login]` in `gtp.toml`: what it takes to log in, and how long it lasts.

use crate::complaint::Complaint;
use gtp_care::{Lifetimes, LoginRules, SecondFactor};
use gtp_login::{ProviderConfig, Providers};
use gtp_model::{Assurance, MINUTE, Role};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The section.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Login {
    pub name: String,
    pub address: String,
    pub second_factor: SecondFactor,
    pub idle: u32,
    pub longest: u32,
    pub assurance: Least,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub provider: Vec<ProviderConfig>,
}

/// How sure a login service must be of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Least {
    pub citizen: Assurance,
    pub relative: Assurance,
    pub clinician: Assurance,
    pub operator: Assurance,
    pub auditor: Assurance,
}

impl Default for Login {
    fn default() -> Self {
        Self {
            name: "Telemedicin".to_owned(),
            address: String::new(),
            second_factor: SecondFactor::Staff,
            idle: 60,
            longest: 600,
            assurance: Least::default(),
            provider: vec![],
        }
    }
}

impl Default for Least {
    fn default() -> Self {
        Self {
            citizen: Assurance::Substantial,
            relative: Assurance::Substantial,
            clinician: Assurance::Substantial,
            operator: Assurance::Substantial,
            auditor: Assurance::Substantial,
        }
    }
}

impl Login {
    /// The rules that follow from it. Made-up people log in by a password that everybody knows: a second factor
    /// would protect nothing.
    #[must_use]
    pub fn rules(&self, demo: bool) -> LoginRules {
        let Least { citizen, relative, clinician, operator, auditor } = self.assurance;
        LoginRules {
            second_factor: if demo { SecondFactor::Optional } else { self.second_factor },
            issuer: self.name.clone(),
            lifetimes: Lifetimes {
                idle: i64::from(self.idle.max(1)) * MINUTE,
                longest: i64::from(self.longest.max(1)) * MINUTE,
            },
            assurance: vec![
                (Role::Citizen, citizen),
                (Role::Relative, relative),
                (Role::Clinician, clinician),
                (Role::Operator, operator),
                (Role::Auditor, auditor),
            ],
        }
    }

    /// The login services, for a host that is found at `address` where the configuration names no other.
    ///
    /// # Errors
    /// One of them is not set up as it should be.
    pub fn providers(&self, base: &Path, address: &str) -> Result<Providers, Complaint> {
        let address = if self.address.is_empty() { address } else { &self.address };
        Providers::new(self.provider.clone(), base, address)
            .map_err(|error| Complaint::new(error.to_string()))
    }
}
