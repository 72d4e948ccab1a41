//! `[[login.provider]]` in `gtp.toml`.

use gtp_model::{Assurance, Language, Role, UnitId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// One login service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ProviderConfig {
    /// What addresses and the record call it.
    pub id: String,
    /// What people call it: `da` and `en`.
    pub name: BTreeMap<String, String>,
    /// Its issuer, an `https` address.
    pub issuer: String,
    /// What it calls this host.
    pub client_id: String,
    /// The file with the secret that this host shows it. Absent: none, PKCE alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret_file: Option<PathBuf>,
    /// What is asked for besides `openid`.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// The levels (`acr_values`) that are asked for.
    #[serde(default)]
    pub ask_levels: Vec<String>,
    /// The role of everybody who comes from here. Absent: by `roles`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Which claims say what.
    #[serde(default)]
    pub claims: ClaimNames,
    /// The role for a value of the role claim.
    #[serde(default)]
    pub roles: BTreeMap<String, Role>,
    /// The unit for a value of the unit claim. A value that is not here is the unit's own id.
    #[serde(default)]
    pub units: BTreeMap<String, UnitId>,
    /// How sure the service is, for a value of the level claim. A value that is not here says nothing.
    #[serde(default)]
    pub levels: BTreeMap<String, Assurance>,
}

/// Which claims say what. A name that begins with `/` is a JSON pointer into a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct ClaimNames {
    /// Who it is, the same each time.
    pub subject: String,
    /// The name that others see.
    pub name: String,
    /// A citizen's own number.
    pub number: String,
    /// What the person is.
    pub role: String,
    /// Where the person works.
    pub unit: String,
    /// How sure the service is.
    pub level: String,
}

impl Default for ClaimNames {
    fn default() -> Self {
        Self {
            subject: "sub".to_owned(),
            name: "name".to_owned(),
            number: "dk.cpr".to_owned(),
            role: "roles".to_owned(),
            unit: "unit".to_owned(),
            level: "acr".to_owned(),
        }
    }
}

impl ProviderConfig {
    /// Its name in a language, or in any.
    #[must_use]
    pub fn name_in(&self, language: Language) -> &str {
        let any = || self.name.values().next();
        self.name.get(language.tag()).or_else(any).map_or(&self.id, |name| name)
    }
}
