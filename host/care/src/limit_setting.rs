//! Setting limits and baselines, and taking them back.
//!
//! Each setting has a reason and may have an end. An alert keeps the limits that it was judged by, so setting
//! one changes nothing that was found before.

use crate::access::Deed;
use crate::command::{Decided, Once};
use crate::enrolment_life::{check_reason, invalid, of_enrolment};
use crate::limits::{Settings, baselines};
use crate::{Care, CareError, Conflict, Fault, LimitWhy, Problem};
use gtp_model::programme::{Kind, Limit, Programme, Range};
use gtp_model::{
    Actor, Baseline, CitizenId, Enrolment, EnrolmentId, EnrolmentState, FieldId, LimitId,
    LimitScope, LimitSetting, ProgrammeId, Relative, Time, UnitId,
};
use gtp_record::event::StreamId;
use gtp_record::event::limit::{BaselineSet, LimitSet};
use gtp_record::view::queries;
use gtp_runtime::Loaded;
use serde::Serialize;
use std::sync::Arc;

/// A setting that is asked for. With neither a value nor a distance, the setting is taken back.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct NewLimit {
    /// The value, in the limit's unit.
    pub value: Option<f64>,
    /// Or so much above or below the citizen's baseline.
    pub relative: Option<Relative>,
    /// Why.
    pub reason: String,
    /// Until when. Absent: until it is changed.
    pub until: Option<Time>,
}

impl Care {
    /// Sets a limit for one enrolment, or takes back what was set.
    ///
    /// # Errors
    /// - [`CareError::Invalid`]: outside the limit's bounds, not above the limits that must be lower, no
    ///   reason, an end in the past, or a distance from a baseline that nobody has set.
    /// - [`Conflict::Ended`]: the enrolment is over.
    pub async fn set_limit(
        &self,
        actor: &Actor,
        enrolment: EnrolmentId,
        limit: &LimitId,
        new: NewLimit,
        once: Once<'_>,
    ) -> Result<LimitWhy, CareError> {
        let row = || -> Result<Enrolment, CareError> {
            let row = queries::enrolment(&*self.store, enrolment)?;
            Ok(row.ok_or(CareError::NotFound("enrolment"))?.enrolment)
        };
        let citizen = row()?.citizen;
        let asked = (enrolment, limit, &new);
        self.command(actor, Deed::SetLimit, citizen, once, &asked, |_, now| {
            let enrolment = row()?;
            if enrolment.state == EnrolmentState::Ended {
                return Err(Conflict::Ended.into());
            }
            let (loaded, limit) = self.known_limit(&enrolment.programme, limit)?;
            let mut problems = check(&new, &limit, &loaded.definition, now);
            if problems.is_empty() {
                let settings = Settings::of(&*self.store, &enrolment, now)?;
                problems = self.check_for(&new, &limit, &loaded.definition, &settings, citizen)?;
            }
            invalid(problems)?;
            let scope = LimitScope::Enrolment(enrolment.id);
            let setting = setting(&loaded.definition, &limit, scope, &new);
            Ok(Decided::new(vec![LimitSet { setting }.into()], ()))
        })
        .await
        .map_err(of_enrolment)?;
        let enrolment = row()?;
        let (_, limit) = self.known_limit(&enrolment.programme, limit)?;
        Ok(Settings::of(&*self.store, &enrolment, self.now())?.why(&limit))
    }

    /// Sets a limit for all enrolments that a unit looks after, or takes back what was set.
    ///
    /// # Errors
    /// As [`Care::set_limit`]; [`CareError::Denied`] where it is not the actor's own unit.
    pub async fn set_unit_limit(
        &self,
        actor: &Actor,
        unit: &UnitId,
        programme: &ProgrammeId,
        limit: &LimitId,
        new: NewLimit,
        once: Once<'_>,
    ) -> Result<LimitSetting, CareError> {
        if actor.unit.as_ref() != Some(unit) {
            return Err(CareError::Denied("own-unit-only"));
        }
        let scope = LimitScope::Unit(unit.clone());
        self.set_for_many(actor, Deed::SetUnitLimit, scope, programme, limit, new, once).await
    }

    /// Sets a limit for the whole region, or takes back what was set.
    ///
    /// # Errors
    /// As [`Care::set_limit`]; [`CareError::Denied`] where the actor is no operator.
    pub async fn set_region_limit(
        &self,
        actor: &Actor,
        programme: &ProgrammeId,
        limit: &LimitId,
        new: NewLimit,
        once: Once<'_>,
    ) -> Result<LimitSetting, CareError> {
        let deed = Deed::SetRegionLimit;
        self.set_for_many(actor, deed, LimitScope::Region, programme, limit, new, once).await
    }

    #[allow(clippy::too_many_arguments, reason = "what is set, for whom and by whom")]
    async fn set_for_many(
        &self,
        actor: &Actor,
        deed: Deed,
        scope: LimitScope,
        programme: &ProgrammeId,
        limit: &LimitId,
        new: NewLimit,
        once: Once<'_>,
    ) -> Result<LimitSetting, CareError> {
        let asked = (&scope, programme, limit, &new);
        self.installation_command(actor, deed, StreamId::Programmes, once, &asked, |now| {
            let (loaded, limit) = self.known_limit(programme, limit)?;
            invalid(check(&new, &limit, &loaded.definition, now))?;
            let setting = setting(&loaded.definition, &limit, scope.clone(), &new);
            Ok(Decided::new(vec![LimitSet { setting: setting.clone() }.into()], setting))
        })
        .await
    }

    /// Says what is usual for a citizen; without a value, that it is not known any more.
    ///
    /// # Errors
    /// [`CareError::Invalid`]: none of the citizen's programmes has the field as a quantity, the value is
    /// impossible, or no reason.
    pub async fn set_baseline(
        &self,
        actor: &Actor,
        citizen: CitizenId,
        field: &FieldId,
        value: Option<f64>,
        reason: &str,
        once: Once<'_>,
    ) -> Result<Baseline, CareError> {
        let asked = ("baseline", field, value, reason);
        self.command(actor, Deed::SetLimit, citizen, once, &asked, |record, _| {
            let mut problems = vec![];
            check_reason(reason, &mut problems);
            let range = self
                .taking_part(&record.enrolments)
                .iter()
                .find_map(|(_, loaded)| quantity(&loaded.definition, field));
            match (range, value) {
                (None, _) => problems.push(Problem::new("/field", Fault::UnknownField)),
                (Some((range, unit)), Some(value)) if !range.contains(value) => {
                    problems.push(Problem::new("/value", Fault::OutOfRange(range, unit)));
                }
                _ => {}
            }
            invalid(problems)?;
            let (field, reason) = (field.clone(), reason.trim().to_owned());
            let baseline = Baseline { citizen, field, value, reason };
            Ok(Decided::new(vec![BaselineSet { baseline: baseline.clone() }.into()], baseline))
        })
        .await
    }

    fn known_limit(
        &self,
        programme: &ProgrammeId,
        limit: &LimitId,
    ) -> Result<(Arc<Loaded>, Limit), CareError> {
        let loaded = self.programme(programme).ok_or(CareError::NotFound("programme"))?;
        let limit = loaded.definition.limit(limit).cloned().ok_or(CareError::NotFound("limit"))?;
        Ok((loaded, limit))
    }

    /// What can only be checked for one citizen: the value that a distance gives, and the order of limits.
    fn check_for(
        &self,
        new: &NewLimit,
        limit: &Limit,
        programme: &Programme,
        settings: &Settings,
        citizen: CitizenId,
    ) -> Result<Vec<Problem>, CareError> {
        let value = match &new.relative {
            None => new.value,
            Some(relative) => {
                let usual = baselines(&*self.store, citizen)?;
                match usual.get(&relative.field).and_then(|row| row.baseline.value) {
                    None => return Ok(vec![Problem::new("/relative", Fault::NoBaseline)]),
                    Some(usual) => Some(usual + relative.offset),
                }
            }
        };
        let Some(value) = value else { return Ok(vec![]) };
        let pointer = if new.relative.is_some() { "/relative/offset" } else { "/value" };
        if !limit.bounds.contains(value) {
            let fault = Fault::OutOfRange(limit.bounds, limit.unit.clone());
            return Ok(vec![Problem::new(pointer, fault)]);
        }
        let mut problems = vec![];
        let other =
            |id: &LimitId| programme.limit(id).and_then(|limit| settings.effective(limit).value);
        for lower in &limit.above {
            if other(lower).is_some_and(|lower| lower >= value) {
                let fault = Fault::NotLess(lower.to_string(), limit.id.to_string());
                problems.push(Problem::new(pointer, fault));
            }
        }
        for higher in programme.limits.iter().filter(|other| other.above.contains(&limit.id)) {
            if settings.effective(higher).value.is_some_and(|higher| higher <= value) {
                let fault = Fault::NotLess(limit.id.to_string(), higher.id.to_string());
                problems.push(Problem::new(pointer, fault));
            }
        }
        Ok(problems)
    }
}

/// What can be checked whoever it is for.
fn check(new: &NewLimit, limit: &Limit, programme: &Programme, now: Time) -> Vec<Problem> {
    let mut problems = vec![];
    check_reason(&new.reason, &mut problems);
    if new.until.is_some_and(|until| until <= now) {
        problems.push(Problem::new("/until", Fault::InThePast));
    }
    match (new.value, &new.relative) {
        (Some(_), Some(_)) => problems.push(Problem::new("/relative", Fault::OneOrTheOther)),
        (Some(value), None) if !limit.bounds.contains(value) => {
            let fault = Fault::OutOfRange(limit.bounds, limit.unit.clone());
            problems.push(Problem::new("/value", fault));
        }
        (None, Some(relative)) => match quantity(programme, &relative.field) {
            None => problems.push(Problem::new("/relative/field", Fault::UnknownField)),
            Some((_, unit)) if unit != limit.unit => {
                problems
                    .push(Problem::new("/relative/field", Fault::WrongUnit(limit.unit.clone())));
            }
            Some(_) if !relative.offset.is_finite() => {
                problems.push(Problem::new("/relative/offset", Fault::Form("number")));
            }
            Some(_) => {}
        },
        _ => {}
    }
    problems
}

/// The possible values of a field that is a quantity, and its unit.
fn quantity(programme: &Programme, field: &FieldId) -> Option<(Range, String)> {
    match &programme.field(field)?.kind {
        Kind::Quantity(quantity) => Some((quantity.reject, quantity.unit.clone())),
        _ => None,
    }
}

fn setting(
    programme: &Programme,
    limit: &Limit,
    scope: LimitScope,
    new: &NewLimit,
) -> LimitSetting {
    LimitSetting {
        programme: programme.id().clone(),
        limit: limit.id.clone(),
        scope,
        value: new.value,
        relative: new.relative.clone(),
        reason: new.reason.trim().to_owned(),
        until: new.until,
    }
}
