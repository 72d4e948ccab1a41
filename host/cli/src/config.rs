//! `gtp.toml`: what an operator can decide.
//!
//! Every key has a default; `gtp.example.toml` shows them all, and a test keeps the two the same.

use crate::access_config::Access;
use crate::complaint::Complaint;
use crate::login_config::Login;
use crate::triage_config::Triage;
use gtp_runtime::{Activation, Limits, OwnLimits, Signatures};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

/// The whole configuration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    pub listen: SocketAddr,
    pub secure_cookies: SecureCookies,
    pub programmes: PathBuf,
    pub data: PathBuf,
    pub time_zone: String,
    pub record: Record,
    pub components: Components,
    pub triage: Triage,
    pub access: Access,
    pub login: Login,
    pub proxy: Proxy,
    pub tls: Tls,
    pub log: Log,
}

/// Proxies in front of the host.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Proxy {
    pub trusted: Vec<IpAddr>,
    pub header: String,
}

/// TLS by the host itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Tls {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SecureCookies {
    Auto,
    Always,
    Never,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Record {
    pub view: ViewEngine,
    pub cache: u64,
    pub reserve: u64,
    pub key: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ViewEngine {
    Sled,
    Redb,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Components {
    pub activation: Activation,
    pub report: ReportPolicy,
    pub threads: usize,
    pub queue: usize,
    pub signatures: Signatures,
    pub limits: Limits,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub limits_of: BTreeMap<gtp_model::ProgrammeId, OwnLimits>,
}

/// Whether an operator must have read what a version would have done before they say yes to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReportPolicy {
    Offered,
    Required,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Log {
    pub level: String,
    pub format: LogFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    Auto,
    Text,
    Json,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            secure_cookies: SecureCookies::Auto,
            programmes: "programmes".into(),
            data: "data".into(),
            time_zone: "Europe/Copenhagen".to_owned(),
            record: Record::default(),
            components: Components::default(),
            triage: Triage::default(),
            access: Access::default(),
            login: Login::default(),
            proxy: Proxy::default(),
            tls: Tls::default(),
            log: Log::default(),
        }
    }
}

impl Default for Record {
    fn default() -> Self {
        Self { view: ViewEngine::Sled, cache: 64, reserve: 32, key: PathBuf::new() }
    }
}

impl Default for Components {
    fn default() -> Self {
        Self {
            activation: Activation::default(),
            report: ReportPolicy::Offered,
            threads: 0,
            queue: 4096,
            signatures: Signatures::default(),
            limits: Limits::default(),
            limits_of: BTreeMap::new(),
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self { level: "info".to_owned(), format: LogFormat::Auto }
    }
}

/// Where the configuration is looked for when the command line names none.
const USUAL: &str = "gtp.toml";

impl Config {
    /// Reads the configuration: the named file, else `gtp.toml` in the present folder, else the defaults.
    ///
    /// # Errors
    /// The named file is not there, or something in it is wrong: which key, at which place.
    pub fn load(named: Option<&Path>) -> Result<Self, Complaint> {
        let usual = Path::new(USUAL);
        let path = named.or_else(|| usual.exists().then_some(usual));
        let Some(path) = path else { return Ok(Self::default()) };
        let text = std::fs::read_to_string(path).map_err(|error| {
            Complaint::new(format!("the configuration {} cannot be read: {error}", path.display()))
                .help("name the file with --config; gtp.example.toml is one to copy")
        })?;
        let mut config = Self::parse(&path.display().to_string(), &text)?;
        let base = path.parent().unwrap_or(Path::new(""));
        config.programmes = base.join(&config.programmes);
        config.data = base.join(&config.data);
        if !config.record.key.as_os_str().is_empty() {
            config.record.key = base.join(&config.record.key);
        }
        if !config.access.policies.as_os_str().is_empty() {
            config.access.policies = base.join(&config.access.policies);
        }
        let secrets = config.login.provider.iter_mut().map(|own| &mut own.client_secret_file);
        let tls = [&mut config.tls.certificate, &mut config.tls.key];
        for secret in secrets.chain(tls).flatten() {
            *secret = base.join(&secret);
        }
        Ok(config)
    }

    fn parse(name: &str, text: &str) -> Result<Self, Complaint> {
        toml::from_str(text).map_err(|error| Complaint::in_toml(name, text, &error))
    }

    /// How browsers talk to it.
    #[must_use]
    pub const fn scheme(&self) -> &'static str {
        if self.tls.certificate.is_some() { "https" } else { "http" }
    }

    /// Whether cookies are marked as for TLS only.
    #[must_use]
    pub fn secure_cookies(&self) -> bool {
        match self.secure_cookies {
            SecureCookies::Always => true,
            SecureCookies::Never => false,
            SecureCookies::Auto => {
                self.tls.certificate.is_some() || !self.listen.ip().is_loopback()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
    use super::*;

    const EXAMPLE: &str = include_str!("../../../gtp.example.toml");

    #[test]
    fn the_example_holds_the_defaults() {
        assert_eq!(Config::parse("gtp.example.toml", EXAMPLE).unwrap(), Config::default());
    }

    #[test]
    fn the_example_explains_every_key() {
        let default: toml::Table = toml::Table::try_from(Config::default()).unwrap();
        let example: toml::Table = EXAMPLE.parse().unwrap();
        assert_eq!(default, example, "a key is missing in the example or left over");
        let lines: Vec<&str> = EXAMPLE.lines().collect();
        for (number, line) in lines.iter().enumerate().filter(|(_, line)| line.contains(" = ")) {
            if !line.starts_with('#') {
                assert!(lines[number - 1].starts_with('#'), "unexplained: {line}");
            }
        }
    }

    fn complaint(text: &str) -> String {
        let complaint = Config::parse("gtp.toml", text).unwrap_err();
        format!("{:?}", miette::Report::new(complaint))
    }

    #[test]
    fn a_misspelt_key_is_shown_at_its_place_with_the_right_one() {
        let text = complaint("# first\nlistne = \"127.0.0.1:1\"\n");
        assert!(text.contains("gtp.toml:2:1"), "{text}");
        assert!(text.contains("listne") && text.contains("did you mean “listen”"), "{text}");
        let text = complaint("[components.limits]\nfule = 1\n");
        assert!(text.contains("did you mean “fuel”"), "{text}");
        let text = complaint("[recrod]\n");
        assert!(text.contains("did you mean “record”"), "{text}");
    }

    #[test]
    fn the_examples_limits_of_one_programme_hold_where_the_comment_signs_are_taken_away() {
        let text = EXAMPLE.replace("# [components.limits-of.", "[components.limits-of.");
        let text = text
            .replace("# fuel = 2_000", "fuel = 2_000")
            .replace("# memory = 134", "memory = 134");
        let config = Config::parse("gtp.toml", &text).unwrap();
        let own = config.components.limits_of[&"python-rules".parse().unwrap()];
        assert_eq!((own.fuel, own.memory), (Some(2_000_000_000), Some(134_217_728)));
        assert_eq!(own.result, None, "what is not named is as for all");
        let text = complaint("[components.limits-of.heart]\nfule = 1\n");
        assert!(text.contains("did you mean “fuel”"), "{text}");
    }

    #[test]
    fn the_examples_login_services_hold_where_the_comment_signs_are_taken_away() {
        let lines = EXAMPLE.lines().skip_while(|line| *line != "# [[login.provider]]");
        let lines = lines.take_while(|line| line.starts_with('#')).map(|line| &line[1..]);
        let text: Vec<&str> =
            lines.filter(|line| line.contains(" = ") || line.contains("[[")).collect();
        let config = Config::parse("gtp.toml", &text.join("\n")).unwrap();
        let [region, mitid] = &config.login.provider[..] else { panic!("{text:?}") };
        assert_eq!((region.role, mitid.role), (None, Some(gtp_model::Role::Citizen)));
        assert_eq!(region.claims, gtp_login::ClaimNames::default(), "as it says");
    }

    #[test]
    fn a_key_like_no_other_gets_the_list() {
        let text = complaint("[log]\ncolour = \"red\"\n");
        assert!(text.contains("level") && text.contains("format"), "{text}");
        assert!(!text.contains("did you mean"), "{text}");
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_shown_at_its_place() {
        let text = complaint("# first\nlisten = 8080\n");
        assert!(text.contains("gtp.toml:2:10"), "{text}");
        let text = complaint("[record]\nview = \"postgres\"\n");
        assert!(text.contains("sled") && text.contains("redb"), "{text}");
        let text = complaint("[record\n");
        assert!(text.contains("gtp.toml:1:"), "{text}");
    }

    #[test]
    fn folders_are_relative_to_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("gtp.toml");
        std::fs::write(&path, "data = \"/var/lib/gtp\"\n").unwrap();
        let config = Config::load(Some(&path)).unwrap();
        assert_eq!(config.data, Path::new("/var/lib/gtp"));
        assert_eq!(config.programmes, folder.path().join("programmes"));
    }

    #[test]
    fn cookies_need_tls_unless_nobody_else_can_connect() {
        let mut config = Config::default();
        assert!(!config.secure_cookies());
        config.listen = "0.0.0.0:8080".parse().unwrap();
        assert!(config.secure_cookies());
    }
}
