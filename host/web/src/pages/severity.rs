//! How serious an alert is: always a word and an icon, and a colour besides.

use super::frame::{Moment, Words};
use crate::text::plain::{self, TITLE};
use gtp_model::programme::{Programme, Severity};
use gtp_model::{Actor, Alert, AlertCause, AlertSeverity, AlertState, Role};

/// A severity as pages show it.
pub struct SeverityView {
    /// The class that gives the colour.
    pub class: &'static str,
    /// The icon.
    pub icon: &'static str,
    /// The word.
    pub word: String,
}

impl Words<'_> {
    /// An alert's severity.
    pub fn severity(&self, severity: AlertSeverity) -> SeverityView {
        let (class, icon, word) = match severity {
            AlertSeverity::Red => ("red", "error", self.t("severity-red")),
            AlertSeverity::Yellow => ("yellow", "warning", self.t("severity-yellow")),
            AlertSeverity::Unassessed => ("unassessed", "help", self.t("severity-unassessed")),
            AlertSeverity::Missing => ("missing", "hourglass", self.t("severity-missing")),
        };
        SeverityView { class, icon, word }
    }

    /// A finding's severity.
    pub fn finding_severity(&self, severity: Severity) -> SeverityView {
        match severity {
            Severity::Red => self.severity(AlertSeverity::Red),
            Severity::Yellow => self.severity(AlertSeverity::Yellow),
            Severity::Green => {
                SeverityView { class: "green", icon: "success", word: self.t("severity-green") }
            }
        }
    }

    /// What opened an alert: the rule's title, or what only the host finds.
    pub fn cause(&self, cause: &AlertCause, programme: Option<&Programme>) -> String {
        match cause {
            AlertCause::Rule(id) => programme
                .and_then(|programme| programme.rule(id))
                .map_or_else(|| plain::line(id.as_str(), TITLE), |rule| self.title(&rule.title)),
            AlertCause::Unassessed => self.t("cause-unassessed"),
            AlertCause::Missing(activity) => {
                let title = programme
                    .and_then(|programme| programme.schedule.iter().find(|own| own.id == *activity))
                    .map_or_else(|| plain::line(activity, TITLE), |own| self.title(&own.title));
                self.t_with("cause-missing", &[("activity", title.into())])
            }
        }
    }

    /// What the newest finding says, for a clinician.
    pub fn message(&self, alert: &Alert) -> String {
        alert
            .findings
            .last()
            .map_or_else(String::new, |(_, finding)| self.paragraph(&finding.message))
    }

    /// Where an alert is in its life.
    pub fn state(&self, state: &AlertState) -> String {
        match state {
            AlertState::Open => self.t("alert-state-open"),
            AlertState::Taken { by, at } => self.t_with(
                "alert-state-taken",
                &[("who", self.who(by).into()), ("when", self.brief(*at).words.into())],
            ),
            AlertState::Resolved { by, at, .. } => self.t_with(
                "alert-state-resolved",
                &[("who", self.who(by).into()), ("when", self.brief(*at).words.into())],
            ),
        }
    }

    /// Who did something: the account, and the unit they act for.
    pub fn who(&self, actor: &Actor) -> String {
        let account = plain::line(&actor.account, 60);
        match (&actor.role, &actor.unit) {
            (Role::Host, _) => self.t("who-host"),
            (_, Some(unit)) => format!("{account} ({unit})"),
            _ => account,
        }
    }

    /// A moment for a line of a list.
    pub fn when(&self, time: gtp_model::Time) -> Moment {
        self.brief(time)
    }
}
