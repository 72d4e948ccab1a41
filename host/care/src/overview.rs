//! What people see of a citizen's record: the form to fill in, the values, and the whole picture.

use crate::access::Deed;
use crate::conflicts::{self, Disagreement, Unjudging};
use crate::limits::Settings;
use crate::sight::Shown;
use crate::{Care, CareError, Record, Why};
use gtp_access::sight::may_enter;
use gtp_model::programme::{Field, Limit, Origin, Subject};
use gtp_model::{
    Actor, Alert, AssessmentId, Citizen, CitizenId, DAY, Enrolment, FieldId, LimitLayer,
    Observation, ProgrammeId, QuestionnaireId, Response, Role, Time,
};
use gtp_record::event::Event;
use gtp_record::event::assessment::AssessmentMade;
use gtp_record::view::queries::{self, Window};
use gtp_runtime::Loaded;
use std::collections::HashSet;
use std::sync::Arc;

/// An overview shows the newest values of this long, and never more than [`MOST`] of a field.
const SHOWN: i64 = 28 * DAY;
/// At most so many values of one field in an overview, and so many alerts and responses.
const MOST: usize = 100;
/// At most so many observations in one answer.
const MOST_OBSERVATIONS: usize = 10_000;

/// What a citizen's form asks.
#[derive(Clone, Debug)]
pub struct CitizenForm {
    /// Who.
    pub citizen: Citizen,
    /// One part for each programme that the citizen takes part in.
    pub parts: Vec<FormPart>,
}

/// What one programme asks.
#[derive(Clone, Debug)]
pub struct FormPart {
    /// The programme.
    pub programme: Arc<Loaded>,
    /// The citizen's enrolment in it.
    pub enrolment: Enrolment,
    /// The fields that this actor may enter. One that an earlier part asks for is left out: it is measured
    /// once for all programmes.
    pub fields: Vec<FormField>,
    /// The questionnaires that this actor may answer.
    pub questionnaires: Vec<QuestionnaireId>,
}

/// One field of a form.
#[derive(Clone, Debug, PartialEq)]
pub struct FormField {
    /// Which.
    pub id: FieldId,
    /// The newest value there is.
    pub last: Option<Observation>,
}

/// Which observations to read.
#[derive(Clone, Debug, Default)]
pub struct ObservationQuery {
    /// Of one field. Absent: of all.
    pub field: Option<FieldId>,
    /// Measured at this moment or later.
    pub from: Option<Time>,
    /// Measured at this moment or earlier.
    pub to: Option<Time>,
    /// Only so many of each field, the newest.
    pub newest: Option<usize>,
}

/// A citizen's record at a glance.
#[derive(Clone, Debug)]
pub struct Overview {
    /// Who.
    pub citizen: Citizen,
    /// In what programmes.
    pub enrolments: Vec<EnrolmentView>,
    /// The fields of those programmes, each once, with their newest values.
    pub fields: Vec<FieldView>,
    /// Filled-in questionnaires, the newest first.
    pub responses: Vec<Response>,
    /// Alerts, the newest first. Empty for those who see none.
    pub alerts: Vec<Alert>,
    /// Rules that cannot judge before a limit is set. Empty for those who see no alerts.
    pub unjudging: Vec<Unjudging>,
    /// Limits on which the citizen's programmes disagree. Empty for those who see no alerts.
    pub disagreements: Vec<Disagreement>,
}

/// An enrolment and its programme.
#[derive(Clone, Debug)]
pub struct EnrolmentView {
    /// The enrolment.
    pub enrolment: Enrolment,
    /// Its programme, where that is active.
    pub programme: Option<Arc<Loaded>>,
}

/// One field of a citizen.
#[derive(Clone, Debug)]
pub struct FieldView {
    /// The programme that describes it here. Another of the citizen's programmes may share it.
    pub programme: ProgrammeId,
    /// What it is.
    pub field: Field,
    /// Its values, the newest last.
    pub observations: Vec<Observation>,
    /// The limits on it, as they apply now.
    pub limits: Vec<LimitView>,
}

/// A limit as it applies to one citizen now.
#[derive(Clone, Debug, PartialEq)]
pub struct LimitView {
    /// The programme whose limit it is.
    pub programme: ProgrammeId,
    /// The limit.
    pub limit: Limit,
    /// Its value. Absent: nobody has set it.
    pub value: Option<f64>,
    /// Where the value comes from.
    pub layer: Option<LimitLayer>,
}

impl Care {
    /// Who a citizen is, and the courses of theirs that the actor knows of. Whatever is shown besides is noted in
    /// the access log as what it is.
    ///
    /// # Errors
    /// [`CareError::NotFound`] where there is no such citizen, for this actor.
    pub fn about(
        &self,
        actor: &Actor,
        citizen: CitizenId,
    ) -> Result<(Citizen, Vec<Enrolment>), CareError> {
        let record = self.permitted(actor, Deed::View, citizen)?;
        Ok((record.citizen, record.enrolments))
    }

    /// What people call somebody, and the unit that they acted for. Empty where there is no such account or unit.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn called(&self, actor: &Actor) -> Result<(String, String), CareError> {
        let account = queries::account(&*self.store, &actor.account)?;
        let unit = match &actor.unit {
            Some(unit) => queries::unit(&*self.store, unit)?,
            None => None,
        };
        let name = account.map_or_else(String::new, |own| own.account.name);
        Ok((name, unit.map_or_else(String::new, |own| own.name)))
    }

    /// What somebody may enter about a citizen now.
    ///
    /// # Errors
    /// [`CareError::NotFound`] where there is no such citizen, for this actor.
    pub async fn citizen_form(
        &self,
        actor: &Actor,
        citizen: CitizenId,
    ) -> Result<CitizenForm, CareError> {
        let record = self.permitted(actor, Deed::Submit, citizen)?;
        let audience = self.audience_of(actor)?;
        let visible = self.visible_fields(actor, &record)?;
        let mut asked = HashSet::new();
        let mut parts = vec![];
        for (enrolment, programme) in self.taking_part(&record.enrolments) {
            let definition = &programme.definition;
            let mut fields = vec![];
            for field in definition.fields.iter().filter(|field| field.origin == Origin::Entered) {
                let subject = Subject::Field(field.id.clone());
                if may_enter(definition, &subject, audience) && asked.insert(field.id.clone()) {
                    // Who may enter a value need not see those that are there.
                    let last = match visible.iter().find(|shown| shown.field.id == field.id) {
                        Some(shown) => {
                            self.newest(&record, shown, Time(i64::MIN), Time(i64::MAX), 1)?.pop()
                        }
                        None => None,
                    };
                    fields.push(FormField { id: field.id.clone(), last });
                }
            }
            let questionnaires = definition
                .questionnaires
                .iter()
                .map(|questionnaire| questionnaire.id.clone())
                .filter(|id| may_enter(definition, &Subject::Questionnaire(id.clone()), audience))
                .collect();
            parts.push(FormPart { programme, enrolment, fields, questionnaires });
        }
        self.viewed(actor, citizen, "form", &Why::through("page")).await?;
        Ok(CitizenForm { citizen: record.citizen, parts })
    }

    /// Observations of a citizen, oldest first, of those fields that the actor sees.
    ///
    /// # Errors
    /// [`CareError::NotFound`] where there is no such citizen, for this actor.
    pub async fn observations(
        &self,
        actor: &Actor,
        citizen: CitizenId,
        query: ObservationQuery,
        why: &Why,
    ) -> Result<Vec<Observation>, CareError> {
        let record = self.permitted(actor, Deed::View, citizen)?;
        let visible = self.visible_fields(actor, &record)?;
        let wanted = |id: &FieldId| query.field.as_ref().is_none_or(|field| field == id);
        let (from, to) = (query.from.unwrap_or(Time(i64::MIN)), query.to.unwrap_or(Time(i64::MAX)));
        let most = query.newest.unwrap_or(MOST_OBSERVATIONS).min(MOST_OBSERVATIONS);
        let mut observations = vec![];
        for shown in visible.iter().filter(|shown| wanted(&shown.field.id)) {
            observations.extend(self.newest(&record, shown, from, to, most)?);
        }
        observations.sort_by_key(|observation| (observation.measured, observation.id));
        self.viewed(actor, citizen, "observations", why).await?;
        Ok(observations)
    }

    /// A citizen's record at a glance, as far as the actor sees it.
    ///
    /// # Errors
    /// [`CareError::NotFound`] where there is no such citizen, for this actor.
    pub async fn overview(
        &self,
        actor: &Actor,
        citizen: CitizenId,
        why: &Why,
    ) -> Result<Overview, CareError> {
        let record = self.permitted(actor, Deed::View, citizen)?;
        let now = self.now();
        let mut settings = vec![];
        for (enrolment, loaded) in self.taking_part(&record.enrolments) {
            settings.push((Settings::of(&*self.store, &enrolment, now)?, loaded));
        }
        let mut fields = vec![];
        for shown in self.visible_fields(actor, &record)? {
            let observations =
                self.newest(&record, &shown, now.plus(-SHOWN), Time(i64::MAX), MOST)?;
            let Shown { programme, field, .. } = shown;
            let mut limits = vec![];
            for (settings, loaded) in &settings {
                let on_field = settings
                    .all(&loaded.definition)
                    .filter(|(limit, _)| limit.field.as_ref() == Some(&field.id));
                limits.extend(on_field.map(|(limit, origin)| LimitView {
                    programme: loaded.definition.id().clone(),
                    limit: limit.clone(),
                    value: origin.value,
                    layer: origin.layer,
                }));
            }
            fields.push(FieldView { programme, field, observations, limits });
        }
        let responses = self.visible_responses(actor, &record, MOST)?;
        let (mut alerts, mut unjudging, mut disagreements) = (vec![], vec![], vec![]);
        if actor.role == Role::Clinician {
            for alert in record.histories.alerts(&*self.store, MOST)? {
                alerts.extend(self.visible_alert(actor, &record, alert)?);
            }
            let programmes: Vec<_> =
                settings.iter().map(|(own, loaded)| (&loaded.definition, own)).collect();
            unjudging = programmes
                .iter()
                .flat_map(|(programme, own)| conflicts::unjudging(programme, own))
                .collect();
            disagreements = conflicts::disagreements(&programmes);
        }
        let enrolments = record
            .enrolments
            .into_iter()
            .map(|enrolment| EnrolmentView {
                programme: self.programme(&enrolment.programme),
                enrolment,
            })
            .collect();
        self.viewed(actor, citizen, "overview", why).await?;
        Ok(Overview {
            citizen: record.citizen,
            enrolments,
            fields,
            responses,
            alerts,
            unjudging,
            disagreements,
        })
    }

    /// What an assessment was, as it was recorded.
    pub(crate) fn assessment_made(
        &self,
        id: AssessmentId,
    ) -> Result<Option<AssessmentMade>, CareError> {
        let recorded = queries::assessment(&*self.store, id)?;
        Ok(recorded.and_then(|recorded| match recorded.event {
            Event::AssessmentMade(made) => Some(made),
            _ => None,
        }))
    }

    /// Up to `most` observations of a field that are shown, the newest of them, oldest first.
    fn newest(
        &self,
        record: &Record,
        shown: &Shown,
        from: Time,
        to: Time,
        most: usize,
    ) -> Result<Vec<Observation>, CareError> {
        let window = Window::between(from, to);
        // Where some are kept back, it may take all of them to find enough.
        let read = if shown.whole(record) { most } else { MOST_OBSERVATIONS };
        let field = &shown.field.id;
        let rows = record.histories.newest_observations(&*self.store, field, window, read)?;
        let all = rows.into_iter().map(|row| row.observation);
        let mut seen: Vec<_> = all.filter(|one| shown.shows(record, one)).collect();
        seen.drain(..seen.len().saturating_sub(most));
        Ok(seen)
    }
}
