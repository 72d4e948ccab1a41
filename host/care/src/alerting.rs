//! From findings to alerts: at most one that is not resolved for each rule and enrolment.

use gtp_model::{
    Alert, AlertCause, AlertId, AlertSeverity, AlertState, AssessmentId, Enrolment, Evidence,
    Finding, HOUR, Time, Verdict, programme::Severity,
};
use gtp_record::event::Event;
use gtp_record::event::alert::{AlertJoined, AlertOpened};
use gtp_record::view::queries;
use gtp_record::{Store, StoreError};

/// Data that is older than this when it arrives came late, and its alerts say so.
pub const LATE: i64 = 24 * HOUR;
/// How many of a citizen's alerts are looked through for one that says the same already.
const LOOKED_THROUGH: usize = 100;

/// The alerts of one citizen while a submission is worked on.
pub struct Alerting {
    alerts: Vec<Alert>,
    now: Time,
    /// What happens to them.
    pub events: Vec<Event>,
}

impl Alerting {
    /// Begins with the alerts that are in the record.
    pub fn new(
        store: &dyn Store,
        citizen: gtp_model::CitizenId,
        now: Time,
    ) -> Result<Self, StoreError> {
        let alerts = queries::alerts_of(store, citizen, LOOKED_THROUGH)?;
        Ok(Self { alerts, now, events: vec![] })
    }

    /// Takes in one finding about a moment.
    pub fn finding(
        &mut self,
        enrolment: &Enrolment,
        assessment: AssessmentId,
        finding: &Finding,
        judged: Time,
    ) {
        let cause = AlertCause::Rule(finding.rule.clone());
        let severity = match &finding.verdict {
            Verdict::Judged(Severity::Red) => AlertSeverity::Red,
            Verdict::Judged(Severity::Yellow) => AlertSeverity::Yellow,
            Verdict::Judged(Severity::Green) => {
                return self.green(enrolment, assessment, finding, judged);
            }
            // A limit that nobody has set is shown on the citizen's page; it is no alarm of its own.
            Verdict::NotJudged(_) => return,
        };
        let found = Some((assessment, finding.clone()));
        if !self.said_already(enrolment, &cause, finding) {
            self.raise(enrolment, cause, severity, assessment, found, judged);
        }
    }

    /// The rules of an enrolment's programme could not run.
    pub fn unassessed(&mut self, enrolment: &Enrolment, assessment: AssessmentId, judged: Time) {
        let severity = AlertSeverity::Unassessed;
        self.raise(enrolment, AlertCause::Unassessed, severity, assessment, None, judged);
    }

    fn raise(
        &mut self,
        enrolment: &Enrolment,
        cause: AlertCause,
        severity: AlertSeverity,
        assessment: AssessmentId,
        found: Option<(AssessmentId, Finding)>,
        judged: Time,
    ) {
        let late = self.now.since(judged) > LATE;
        if let Some(alert) = self.unresolved(enrolment, &cause) {
            let finding = found.as_ref().map(|(_, finding)| finding.clone());
            let joined = AlertJoined { alert: alert.id, assessment, finding, severity, judged };
            alert.findings.extend(found);
            self.events.push(joined.into());
            return;
        }
        let alert = Alert {
            id: AlertId::new(),
            citizen: enrolment.citizen,
            enrolment: enrolment.id,
            programme: enrolment.programme.clone(),
            unit: enrolment.unit.clone(),
            cause,
            severity,
            state: AlertState::Open,
            opened: self.now,
            judged,
            findings: found.into_iter().collect(),
            late,
            notes: vec![],
        };
        self.alerts.insert(0, alert.clone());
        self.events.push(AlertOpened { alert }.into());
    }

    /// Green opens nothing and closes nothing: whoever works on the alert is told that it went over.
    fn green(
        &mut self,
        enrolment: &Enrolment,
        assessment: AssessmentId,
        finding: &Finding,
        judged: Time,
    ) {
        let cause = AlertCause::Rule(finding.rule.clone());
        let Some(alert) = self.unresolved(enrolment, &cause) else { return };
        let newest = alert.findings.last().map(|(_, finding)| &finding.verdict);
        if newest == Some(&finding.verdict) || judged < alert.judged {
            return;
        }
        let joined = AlertJoined {
            alert: alert.id,
            assessment,
            finding: Some(finding.clone()),
            severity: alert.severity,
            judged,
        };
        alert.findings.push((assessment, finding.clone()));
        self.events.push(joined.into());
    }

    fn unresolved(&mut self, enrolment: &Enrolment, cause: &AlertCause) -> Option<&mut Alert> {
        self.alerts.iter_mut().find(|alert| {
            alert.enrolment == enrolment.id
                && alert.cause == *cause
                && !matches!(alert.state, AlertState::Resolved { .. })
        })
    }

    /// Whether an alert of this cause, resolved or not, rests on the same values with the same verdict: a
    /// moment that is judged again raises nothing twice.
    fn said_already(&self, enrolment: &Enrolment, cause: &AlertCause, finding: &Finding) -> bool {
        let same = |earlier: &Finding| {
            earlier.verdict == finding.verdict && same_values(&earlier.evidence, &finding.evidence)
        };
        self.alerts
            .iter()
            .filter(|alert| alert.enrolment == enrolment.id && alert.cause == *cause)
            .flat_map(|alert| &alert.findings)
            .any(|(_, earlier)| same(earlier))
    }
}

fn same_values(left: &[Evidence], right: &[Evidence]) -> bool {
    // Findings without evidence rest on something that cannot be compared, so they are never the same.
    !left.is_empty() && left == right
}
