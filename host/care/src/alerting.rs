//! From findings to alerts: at most one that is not resolved for each rule and enrolment.

use crate::draft::Draft;
use crate::histories::Histories;
use gtp_model::programme::Programme;
use gtp_model::{
    Alert, AlertCause, AlertId, AlertOutcome, AlertSeverity, AlertState, AssessmentId, Enrolment,
    Evidence, Finding, HOUR, Time, Verdict, programme::Severity,
};
use gtp_record::event::Event;
use gtp_record::event::alert::{AlertJoined, AlertOpened, AlertResolved};
use gtp_record::view::keys;
use gtp_record::{Store, StoreError};

/// Data that is older than this when it arrives came late, and its alerts say so.
pub const LATE: i64 = 24 * HOUR;
/// How many of a citizen's alerts are looked through for one that says the same already.
const LOOKED_THROUGH: usize = 100;

/// The alerts of one citizen while a submission is worked on.
///
/// Most submissions are all green for a citizen without alerts: those read one key for each rule and no
/// alert.
pub struct Alerting<'a> {
    store: &'a dyn Store,
    histories: Histories,
    now: Time,
    /// The citizen's alerts, once they have been needed.
    alerts: Option<Vec<Alert>>,
    /// What happens to them.
    pub events: Vec<Event>,
}

impl<'a> Alerting<'a> {
    /// Begins with the alerts that are in the record.
    pub const fn new(store: &'a dyn Store, histories: Histories, now: Time) -> Self {
        Self { store, histories, now, alerts: None, events: vec![] }
    }

    /// Takes in one finding about a moment.
    pub fn finding(
        &mut self,
        enrolment: &Enrolment,
        assessment: AssessmentId,
        finding: &Finding,
        judged: Time,
    ) -> Result<(), StoreError> {
        let cause = AlertCause::Rule(finding.rule.clone());
        let severity = match &finding.verdict {
            Verdict::Judged(Severity::Red) => AlertSeverity::Red,
            Verdict::Judged(Severity::Yellow) => AlertSeverity::Yellow,
            Verdict::Judged(Severity::Green) => {
                return self.green(enrolment, assessment, finding, judged);
            }
            // A limit that nobody has set is shown on the citizen's page; it is no alarm of its own.
            Verdict::NotJudged(_) => return Ok(()),
        };
        let found = Some((assessment, finding.clone()));
        if !self.said_already(enrolment, &cause, finding)? {
            self.raise(enrolment, cause, severity, assessment, found, judged)?;
        }
        Ok(())
    }

    /// The rules of an enrolment's programme could not run.
    pub fn unassessed(
        &mut self,
        enrolment: &Enrolment,
        assessment: AssessmentId,
        judged: Time,
    ) -> Result<(), StoreError> {
        let severity = AlertSeverity::Unassessed;
        self.raise(enrolment, AlertCause::Unassessed, severity, assessment, None, judged)
    }

    /// What was missing of an enrolment and has come after all resolves the alert about it: in the name of
    /// whoever sent it, since it was they who saw to it.
    pub fn arrived(
        &mut self,
        enrolment: &Enrolment,
        programme: &Programme,
        draft: &Draft<'_>,
    ) -> Result<(), StoreError> {
        for activity in &programme.schedule {
            let cause = AlertCause::Missing(activity.id.clone());
            if self.store.get(&keys::open_alert(enrolment.id, &cause))?.is_none() {
                continue;
            }
            let Some(alert) = self.unresolved(enrolment, &cause)? else { continue };
            let (id, since) = (alert.id, alert.missed.last().map(|missed| missed.opens));
            let mut all = !activity.subjects.is_empty();
            for subject in &activity.subjects {
                let newest = draft.newest_of(programme, subject)?;
                all &= newest.is_some_and(|newest| since.is_none_or(|since| newest >= since));
            }
            if all {
                let outcome = AlertOutcome { code: "arrived".to_owned(), note: String::new() };
                self.events.push(AlertResolved { alert: id, outcome }.into());
            }
        }
        Ok(())
    }

    fn alerts(&mut self) -> Result<&mut Vec<Alert>, StoreError> {
        let alerts = match self.alerts.take() {
            Some(alerts) => alerts,
            None => self.histories.alerts(self.store, LOOKED_THROUGH)?,
        };
        Ok(self.alerts.insert(alerts))
    }

    fn raise(
        &mut self,
        enrolment: &Enrolment,
        cause: AlertCause,
        severity: AlertSeverity,
        assessment: AssessmentId,
        found: Option<(AssessmentId, Finding)>,
        judged: Time,
    ) -> Result<(), StoreError> {
        let late = self.now.since(judged) > LATE;
        let opened = self.now;
        if let Some(alert) = self.unresolved(enrolment, &cause)? {
            let finding = found.as_ref().map(|(_, finding)| finding.clone());
            let joined = AlertJoined { alert: alert.id, assessment, finding, severity, judged };
            alert.findings.extend(found);
            self.events.push(joined.into());
            return Ok(());
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
            opened,
            judged,
            findings: found.into_iter().collect(),
            late,
            notes: vec![],
            missed: vec![],
            escalated: None,
        };
        self.alerts()?.insert(0, alert.clone());
        self.events.push(AlertOpened { alert }.into());
        Ok(())
    }

    /// Green opens nothing and closes nothing: whoever works on the alert is told that it went over.
    fn green(
        &mut self,
        enrolment: &Enrolment,
        assessment: AssessmentId,
        finding: &Finding,
        judged: Time,
    ) -> Result<(), StoreError> {
        let cause = AlertCause::Rule(finding.rule.clone());
        let unread = self.alerts.is_none();
        if unread && self.store.get(&keys::open_alert(enrolment.id, &cause))?.is_none() {
            return Ok(());
        }
        let Some(alert) = self.unresolved(enrolment, &cause)? else { return Ok(()) };
        let newest = alert.findings.last().map(|(_, finding)| &finding.verdict);
        if newest == Some(&finding.verdict) || judged < alert.judged {
            return Ok(());
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
        Ok(())
    }

    fn unresolved(
        &mut self,
        enrolment: &Enrolment,
        cause: &AlertCause,
    ) -> Result<Option<&mut Alert>, StoreError> {
        Ok(self.alerts()?.iter_mut().find(|alert| {
            alert.enrolment == enrolment.id
                && alert.cause == *cause
                && !matches!(alert.state, AlertState::Resolved { .. })
        }))
    }

    /// Whether an alert of this cause, resolved or not, rests on the same values with the same verdict: a
    /// moment that is judged again raises nothing twice.
    fn said_already(
        &mut self,
        enrolment: &Enrolment,
        cause: &AlertCause,
        finding: &Finding,
    ) -> Result<bool, StoreError> {
        let same = |earlier: &Finding| {
            earlier.verdict == finding.verdict && same_values(&earlier.evidence, &finding.evidence)
        };
        Ok(self
            .alerts()?
            .iter()
            .filter(|alert| alert.enrolment == enrolment.id && alert.cause == *cause)
            .flat_map(|alert| &alert.findings)
            .any(|(_, earlier)| same(earlier)))
    }
}

fn same_values(left: &[Evidence], right: &[Evidence]) -> bool {
    // Findings without evidence rest on something that cannot be compared, so they are never the same.
    !left.is_empty() && left == right
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::fixture::{NOW, enrolment};
    use gtp_model::{Actor, AlertOutcome, CitizenId, Reason, Text};

    fn finding(severity: Severity, weight: f64, at: Time) -> Finding {
        Finding {
            rule: "weight-up".parse().unwrap(),
            verdict: Verdict::Judged(severity),
            message: Text::default(),
            evidence: vec![Evidence { id: "weight".into(), time: at, value: weight }],
            figures: vec![],
        }
    }

    /// A citizen without alerts. The record is not asked.
    struct NoStore;

    impl Store for NoStore {
        fn get(&self, _: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
            Ok(None)
        }
        fn scan(
            &self,
            _: &gtp_record::engine::KeyRange,
            _: gtp_record::engine::Order,
            _: usize,
        ) -> Result<Vec<gtp_record::engine::Entry>, StoreError> {
            Ok(vec![])
        }
        fn commit(&self, _: gtp_record::Commit) -> gtp_record::Pending {
            gtp_record::Pending::ready(Err(StoreError::Full))
        }
        fn events(
            &self,
            _: gtp_record::event::StreamId,
            _: u64,
            _: usize,
        ) -> Result<Vec<gtp_record::event::Recorded>, StoreError> {
            Ok(vec![])
        }
        fn version(&self, _: gtp_record::event::StreamId) -> Result<u64, StoreError> {
            Ok(0)
        }
        fn last(&self) -> u64 {
            0
        }
        fn subscribe(&self, _: u64) -> gtp_record::Subscription {
            unreachable!("nobody follows this store")
        }
    }

    fn alerting() -> Alerting<'static> {
        Alerting::new(&NoStore, Histories::one(CitizenId::new()), NOW)
    }

    fn names(alerting: &Alerting<'_>) -> Vec<&'static str> {
        alerting.events.iter().map(Event::name).collect()
    }

    #[test]
    fn a_second_finding_of_the_same_rule_joins_the_alert() {
        let (mut alerting, enrolment) = (alerting(), enrolment());
        let id = AssessmentId::new();
        alerting.finding(&enrolment, id, &finding(Severity::Yellow, 82.0, NOW), NOW).unwrap();
        alerting
            .finding(&enrolment, id, &finding(Severity::Red, 83.0, NOW.plus(1)), NOW.plus(1))
            .unwrap();
        assert_eq!(names(&alerting), ["alert-opened", "alert-joined"]);
    }

    #[test]
    fn judging_the_same_moment_again_raises_nothing_even_after_it_was_resolved() {
        let (mut alerting, enrolment) = (alerting(), enrolment());
        let red = finding(Severity::Red, 82.0, NOW);
        alerting.finding(&enrolment, AssessmentId::new(), &red, NOW).unwrap();
        alerting.finding(&enrolment, AssessmentId::new(), &red, NOW).unwrap();
        assert_eq!(names(&alerting), ["alert-opened"]);
        let outcome = AlertOutcome { code: "contacted".into(), note: String::new() };
        alerting.alerts().unwrap().first_mut().unwrap().state =
            AlertState::Resolved { by: Actor::host(), at: NOW, outcome };
        alerting.finding(&enrolment, AssessmentId::new(), &red, NOW).unwrap();
        assert_eq!(names(&alerting), ["alert-opened"]);
        let tomorrow = NOW.plus(24 * HOUR);
        alerting
            .finding(
                &enrolment,
                AssessmentId::new(),
                &finding(Severity::Red, 82.4, tomorrow),
                tomorrow,
            )
            .unwrap();
        assert_eq!(names(&alerting), ["alert-opened", "alert-opened"]);
    }

    #[test]
    fn green_opens_nothing_and_is_told_once_to_whoever_has_the_alert() {
        let (mut alerting, enrolment) = (alerting(), enrolment());
        let green = |minute| finding(Severity::Green, 80.0, NOW.plus(minute));
        alerting.finding(&enrolment, AssessmentId::new(), &green(0), NOW).unwrap();
        assert_eq!(names(&alerting), [""; 0]);
        alerting
            .finding(&enrolment, AssessmentId::new(), &finding(Severity::Red, 83.0, NOW), NOW)
            .unwrap();
        alerting.finding(&enrolment, AssessmentId::new(), &green(1), NOW.plus(1)).unwrap();
        alerting.finding(&enrolment, AssessmentId::new(), &green(2), NOW.plus(2)).unwrap();
        assert_eq!(names(&alerting), ["alert-opened", "alert-joined"]);
    }

    #[test]
    fn no_verdict_is_no_alert_and_a_failed_run_is_one() {
        let (mut alerting, enrolment) = (alerting(), enrolment());
        let mut unknown = finding(Severity::Red, 80.0, NOW);
        unknown.verdict = Verdict::NotJudged(Reason::NotEnoughData(vec!["weight".into()]));
        alerting.finding(&enrolment, AssessmentId::new(), &unknown, NOW).unwrap();
        assert_eq!(names(&alerting), [""; 0]);
        alerting.unassessed(&enrolment, AssessmentId::new(), NOW).unwrap();
        alerting.unassessed(&enrolment, AssessmentId::new(), NOW.plus(1)).unwrap();
        assert_eq!(names(&alerting), ["alert-opened", "alert-joined"]);
    }

    #[test]
    fn what_is_judged_a_day_late_says_so() {
        let (mut alerting, enrolment) = (alerting(), enrolment());
        let late = |at: Time, alerting: &mut Alerting| {
            alerting.alerts().unwrap().clear();
            alerting
                .finding(&enrolment, AssessmentId::new(), &finding(Severity::Red, 83.0, at), at)
                .unwrap();
            alerting.alerts().unwrap().first().unwrap().late
        };
        assert!(!late(NOW.plus(-LATE), &mut alerting));
        assert!(late(NOW.plus(-LATE - 1), &mut alerting));
    }
}
