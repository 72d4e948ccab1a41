//! What of a record is shown to somebody who was let in: the one place that applies what programmes say of fields,
//! questionnaires and rules, and what blocks of a period hide. Everything that shows values asks here: the API,
//! the pages, the worklist, live events, forms and what a form is told is wrong.

use crate::access::{Gate, Record, audience};
use crate::{Care, CareError};
use gtp_access::sight::Viewer;
use gtp_model::programme::{Audience, Field, Sight, Subject};
use gtp_model::{
    Actor, Alert, AlertCause, AlertState, Enrolment, EnrolmentState, FieldId, Observation,
    ProgrammeId, Response, Role, Time,
};
use gtp_record::view::queries::{self, Window};
use gtp_runtime::Loaded;
use std::sync::Arc;

/// So many alerts and assessments are looked at to find what was reviewed last.
const NEWEST: usize = 100;

/// Up to when what came in is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reach {
    /// By which programme.
    programme: ProgrammeId,
    /// What was received at this moment or earlier. Absent: everything.
    until: Option<Time>,
}

/// A field that somebody sees, all of it or a part.
pub(crate) struct Shown {
    /// The programme that describes it here. Another of the citizen's programmes may share it.
    pub programme: ProgrammeId,
    pub field: Field,
    reaches: Vec<Reach>,
}

impl Shown {
    /// Whether this observation is shown.
    pub fn shows(&self, record: &Record, observation: &Observation) -> bool {
        self.reaches.iter().any(|reach| {
            reach.until.is_none_or(|until| observation.received <= until)
                && record.shows(&reach.programme, observation.measured)
        })
    }

    /// Whether all that there is of it is shown.
    pub fn whole(&self, record: &Record) -> bool {
        self.reaches.iter().any(|reach| reach.until.is_none()) && record.hides_no_period()
    }
}

impl Care {
    /// The fields of a citizen's programmes that an actor sees, each once.
    pub(crate) fn visible_fields(
        &self,
        actor: &Actor,
        record: &Record,
    ) -> Result<Vec<Shown>, CareError> {
        let audience = self.audience_of(actor)?;
        let mut fields: Vec<Shown> = vec![];
        for enrolment in &record.enrolments {
            let Some(loaded) = self.programme(&enrolment.programme) else { continue };
            for field in &loaded.definition.fields {
                let subject = Subject::Field(field.id.clone());
                let sight = self.sight(actor, audience, record, enrolment, &loaded, &subject);
                let Some(reach) = self.reach(record, enrolment, sight)? else { continue };
                match fields.iter_mut().find(|shown| shown.field.id == field.id) {
                    Some(shown) => shown.reaches.push(reach),
                    None => fields.push(Shown {
                        programme: enrolment.programme.clone(),
                        field: field.clone(),
                        reaches: vec![reach],
                    }),
                }
            }
        }
        Ok(fields)
    }

    /// Filled-in copies of the questionnaires that an actor sees, the newest first.
    pub(crate) fn visible_responses(
        &self,
        actor: &Actor,
        record: &Record,
        most: usize,
    ) -> Result<Vec<Response>, CareError> {
        let audience = self.audience_of(actor)?;
        let mut responses = vec![];
        for enrolment in &record.enrolments {
            let Some(loaded) = self.programme(&enrolment.programme) else { continue };
            for questionnaire in &loaded.definition.questionnaires {
                let subject = Subject::Questionnaire(questionnaire.id.clone());
                let sight = self.sight(actor, audience, record, enrolment, &loaded, &subject);
                let Some(reach) = self.reach(record, enrolment, sight)? else { continue };
                let newest = record.histories.newest_responses(
                    &*self.store,
                    &enrolment.programme,
                    &questionnaire.id,
                    Window::ALL,
                    most,
                )?;
                responses.extend(newest.into_iter().filter(|response| {
                    reach.until.is_none_or(|until| response.received <= until)
                        && record.shows(&enrolment.programme, response.answered)
                }));
            }
        }
        responses.sort_by_key(|response| std::cmp::Reverse(response.answered));
        responses.truncate(most);
        Ok(responses)
    }

    /// Whether somebody who enters values of a field may be told what was there before.
    pub(crate) fn may_know_of(
        &self,
        audience: Audience,
        actor: &Actor,
        record: &Record,
        field: &FieldId,
    ) -> bool {
        let subject = Subject::Field(field.clone());
        record.enrolments.iter().any(|enrolment| {
            let loaded = self.programme(&enrolment.programme);
            loaded.is_some_and(|loaded| {
                let sight = self.sight(actor, audience, record, enrolment, &loaded, &subject);
                sight == Sight::Always
            })
        }) && record.hides_no_period()
    }

    /// An alert as a clinician sees it: without evidence that their sector does not see. None where the programme
    /// keeps the rule itself from them, or a block the alert.
    pub(crate) fn visible_alert(
        &self,
        actor: &Actor,
        record: &Record,
        alert: Alert,
    ) -> Result<Option<Alert>, CareError> {
        if record.shows_alert(&alert) { self.gate.sight_of_alert(actor, alert) } else { Ok(None) }
    }

    /// Whether somebody who may handle an alert is shown one input of its case: an id as cases name it, `weight` or
    /// `symptoms/cough`, at the moment when it was measured.
    #[must_use]
    pub fn sees_input(
        &self,
        actor: &Actor,
        citizen: gtp_model::CitizenId,
        programme: &ProgrammeId,
        input: &str,
        moment: Time,
    ) -> bool {
        let Ok(record) = self.permitted(actor, crate::access::Deed::Triage, citizen) else {
            return false;
        };
        let Ok(audience) = self.audience_of(actor) else { return false };
        let Some(loaded) = self.programme(programme) else { return false };
        let questionnaire = input.split_once('/').and_then(|(id, _)| id.parse().ok());
        let field = input.parse().ok().map(Subject::Field);
        let Some(subject) = questionnaire.map(Subject::Questionnaire).or(field) else {
            return false;
        };
        let viewer = Viewer { audience, treats: true, reviews: true };
        viewer.sight(&loaded.definition, &subject) != Sight::Never
            && record.shows(programme, moment)
    }

    fn sight(
        &self,
        actor: &Actor,
        audience: Audience,
        record: &Record,
        enrolment: &Enrolment,
        loaded: &Arc<Loaded>,
        subject: &Subject,
    ) -> Sight {
        viewer(actor, audience, record.opened, enrolment).sight(&loaded.definition, subject)
    }

    /// How far something is shown. Not at all where it is never seen, or nothing was reviewed.
    fn reach(
        &self,
        record: &Record,
        enrolment: &Enrolment,
        sight: Sight,
    ) -> Result<Option<Reach>, CareError> {
        let programme = enrolment.programme.clone();
        Ok(match sight {
            Sight::Never => None,
            Sight::Always => Some(Reach { programme, until: None }),
            Sight::AfterReview => self
                .reviewed(record, enrolment)?
                .map(|until| Reach { programme, until: Some(until) }),
        })
    }

    /// The moment up to which a clinician has looked at what came in for an enrolment: they acknowledged that all was
    /// well, or resolved an alert.
    fn reviewed(&self, record: &Record, enrolment: &Enrolment) -> Result<Option<Time>, CareError> {
        let store = &*self.store;
        let mut until = None;
        if let Some(seen) = queries::acknowledged(store, enrolment.id)? {
            let assessments = queries::assessments_of(store, enrolment.id, NEWEST)?;
            let newest = assessments.into_iter().find(|own| own.number <= seen.through);
            until = newest.map(|own| own.time);
        }
        for alert in record.histories.alerts(store, NEWEST)? {
            let resolved = matches!(alert.state, AlertState::Resolved { .. });
            if let (true, Some((assessment, _))) = (resolved, alert.findings.last())
                && alert.enrolment == enrolment.id
                && let Some(made) = queries::assessment(store, *assessment)?
            {
                until = until.max(Some(made.time));
            }
        }
        Ok(until)
    }

    /// The audience that an actor belongs to.
    pub(crate) fn audience_of(&self, actor: &Actor) -> Result<Audience, CareError> {
        let sector = match &actor.unit {
            Some(unit) => queries::unit(&*self.store, unit)?.map(|unit| unit.sector),
            None => None,
        };
        audience(actor.role, sector).ok_or(CareError::Denied("no-audience"))
    }
}

impl Gate {
    /// What is left of an alert for somebody who may see it: nothing where the programme keeps the rule from their
    /// sector, else all but the evidence that it keeps from them.
    pub(crate) fn sight_of_alert(
        &self,
        actor: &Actor,
        mut alert: Alert,
    ) -> Result<Option<Alert>, CareError> {
        let catalogue = self.runtime.catalogue();
        let Some(loaded) = catalogue.get(&alert.programme).filter(|_| actor.role != Role::Host)
        else {
            return Ok(Some(alert));
        };
        let programme = &loaded.definition;
        let sector = self.unit(actor.unit.as_ref())?.0;
        let audience = audience(actor.role, sector).ok_or(CareError::Denied("no-audience"))?;
        // Whose worklist an alert is on looks after it.
        let viewer = Viewer { audience, treats: true, reviews: true };
        if let AlertCause::Rule(rule) = &alert.cause
            && viewer.sight(programme, &Subject::Rule(rule.clone())) == Sight::Never
        {
            return Ok(None);
        }
        for (_, finding) in &mut alert.findings {
            finding.evidence.retain(|evidence| {
                let field = evidence.id.parse::<FieldId>().ok();
                let field = field.filter(|id| programme.field(id).is_some());
                field.is_none_or(|id| viewer.sight(programme, &Subject::Field(id)) != Sight::Never)
            });
        }
        Ok(Some(alert))
    }
}

/// How somebody stands to an enrolment.
fn viewer(actor: &Actor, audience: Audience, opened: bool, enrolment: &Enrolment) -> Viewer {
    let unit = actor.unit.as_ref().filter(|_| actor.role == Role::Clinician);
    let ours = unit.is_some_and(|unit| enrolment.cared_for_by(unit));
    Viewer {
        audience,
        treats: (ours && enrolment.state != EnrolmentState::Ended) || opened,
        reviews: unit.is_some_and(|unit| enrolment.unit == *unit) || opened,
    }
}
