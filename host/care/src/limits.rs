//! Which value of a limit applies to a citizen, and why that one.
//!
//! A limit has layers: the programme's default, the region's, the unit's, and the citizen's own, the strongest
//! last. A setting is a value, or a distance from what is usual for the citizen (their baseline). Where a
//! setting cannot be worked out, because nobody has said what is usual or the result lies outside the limit's
//! bounds, the limit is *not set*: no weaker layer steps in unseen.

use crate::histories::Histories;
use crate::{Care, CareError};
use gtp_model::programme::{Limit, Programme};
use gtp_model::{
    Actor, CitizenId, Enrolment, FieldId, LimitId, LimitLayer, LimitScope, Relative, RuleId, Time,
};
use gtp_record::event::assessment::LimitOrigin;
use gtp_record::view::{queries, rows::BaselineRow, rows::LimitRow};
use gtp_record::{Store, StoreError};
use gtp_runtime::inputs;
use serde::Serialize;
use std::collections::BTreeMap;

/// The settings that apply to one enrolment at one moment; a limit that is not among them has its default.
pub struct Settings {
    /// The region's, the unit's, the citizen's own.
    layers: [BTreeMap<LimitId, LimitRow>; 3],
    /// What is usual for the citizen. Read only where a setting refers to it.
    baselines: BTreeMap<FieldId, BaselineRow>,
}

/// A limit with everything that has been said about it for one enrolment.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LimitWhy {
    /// The limit.
    pub limit: Limit,
    /// The value that applies. Absent: it is not set, and rules that need it say so.
    pub value: Option<f64>,
    /// The layer that decides.
    pub layer: Option<LimitLayer>,
    /// What each layer says, the deciding one first.
    pub layers: Vec<LayerWhy>,
}

/// What one layer says about a limit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LayerWhy {
    /// Which.
    pub layer: LimitLayer,
    /// Its value. Absent: none is safe for all, or it cannot be worked out.
    pub value: Option<f64>,
    /// Where it follows from a baseline.
    pub relative: Option<Relative>,
    /// What is usual for the citizen, where it follows from that and somebody has said it.
    pub baseline: Option<f64>,
    /// Who set it. Absent for the programme's default.
    pub by: Option<Actor>,
    /// When.
    pub at: Option<Time>,
    /// Why; for the programme's default, its source.
    pub reason: String,
    /// Until when it holds. Absent: until it is changed.
    pub until: Option<Time>,
}

impl Settings {
    /// Reads them.
    pub fn of(store: &dyn Store, enrolment: &Enrolment, moment: Time) -> Result<Self, StoreError> {
        let read = |scope| queries::limit_settings(store, &scope, &enrolment.programme, moment);
        let layers = [
            read(LimitScope::Region)?,
            read(LimitScope::Unit(enrolment.unit.clone()))?,
            read(LimitScope::Enrolment(enrolment.id))?,
        ];
        let relative =
            layers.iter().any(|layer| layer.values().any(|row| row.setting.relative.is_some()));
        let baselines =
            if relative { baselines(store, enrolment.citizen)? } else { BTreeMap::new() };
        Ok(Self { layers, baselines })
    }

    /// Of rows that were read before: the region's, the unit's, the citizen's own.
    pub const fn from_rows(
        layers: [BTreeMap<LimitId, LimitRow>; 3],
        baselines: BTreeMap<FieldId, BaselineRow>,
    ) -> Self {
        Self { layers, baselines }
    }

    /// The limits that these rules compare with, each once.
    pub fn for_rules(&self, programme: &Programme, rules: &[RuleId]) -> Vec<LimitOrigin> {
        let ids = inputs::limits(programme, rules);
        let limits = ids.iter().filter_map(|id| programme.limit(id));
        limits.map(|limit| self.effective(limit)).collect()
    }

    /// The rows about a limit, the strongest first, without those that were taken back.
    fn rows<'a>(&'a self, limit: &'a LimitId) -> impl Iterator<Item = &'a LimitRow> {
        let rows = self.layers.iter().rev().filter_map(move |layer| layer.get(limit));
        rows.filter(|row| !row.setting.takes_back())
    }

    /// The value of one setting.
    fn value(&self, limit: &Limit, row: &LimitRow) -> Option<f64> {
        let Some(relative) = &row.setting.relative else { return row.setting.value };
        let usual = self.baselines.get(&relative.field)?.baseline.value?;
        Some(rounded(usual + relative.offset, limit)).filter(|value| limit.bounds.contains(*value))
    }

    /// The value that applies: the strongest layer's, else the programme's default.
    pub fn effective(&self, limit: &Limit) -> LimitOrigin {
        let id = limit.id.clone();
        match self.rows(&limit.id).next() {
            Some(row) => LimitOrigin {
                limit: id,
                value: self.value(limit, row),
                layer: Some(row.setting.scope.layer()),
                set_by: Some(row.event),
            },
            None => LimitOrigin {
                limit: id,
                value: limit.default,
                layer: limit.default.map(|_| LimitLayer::Programme),
                set_by: None,
            },
        }
    }

    /// All limits of a programme.
    pub fn all<'a>(
        &'a self,
        programme: &'a Programme,
    ) -> impl Iterator<Item = (&'a Limit, LimitOrigin)> {
        programme.limits.iter().map(|limit| (limit, self.effective(limit)))
    }

    /// Why a limit has the value that it has.
    pub fn why(&self, limit: &Limit) -> LimitWhy {
        let LimitOrigin { value, layer, .. } = self.effective(limit);
        let mut layers: Vec<LayerWhy> = self
            .rows(&limit.id)
            .map(|row| {
                let relative = row.setting.relative.clone();
                let usual = relative.as_ref().and_then(|own| self.baselines.get(&own.field));
                LayerWhy {
                    layer: row.setting.scope.layer(),
                    value: self.value(limit, row),
                    baseline: usual.and_then(|row| row.baseline.value),
                    relative,
                    by: Some(row.by.clone()),
                    at: Some(row.at),
                    reason: row.setting.reason.clone(),
                    until: row.setting.until,
                }
            })
            .collect();
        layers.push(LayerWhy {
            layer: LimitLayer::Programme,
            value: limit.default,
            relative: None,
            baseline: None,
            by: None,
            at: None,
            reason: limit.source.clone(),
            until: None,
        });
        LimitWhy { limit: limit.clone(), value, layer, layers }
    }
}

/// What is usual for a citizen, by field.
pub fn baselines(
    store: &dyn Store,
    citizen: CitizenId,
) -> Result<BTreeMap<FieldId, BaselineRow>, StoreError> {
    let rows = Histories::of(store, citizen)?.baselines(store)?;
    Ok(rows.into_iter().map(|row| (row.baseline.field.clone(), row)).collect())
}

/// A sum in the decimals of its limit, so that 78.4 + 2 is 80.4 and not a bit more.
fn rounded(value: f64, limit: &Limit) -> f64 {
    let scale = 10_f64.powi(i32::from(limit.decimals));
    (value * scale).round() / scale
}

impl Care {
    /// All limits of an enrolment's programme with what each layer says, and why.
    ///
    /// # Errors
    /// [`CareError::NotFound`] where there is no such enrolment, for this actor.
    pub fn limits_of(
        &self,
        actor: &Actor,
        enrolment: &Enrolment,
    ) -> Result<Vec<LimitWhy>, CareError> {
        self.permitted_enrolment(actor, crate::access::Deed::View, enrolment)?;
        let programme =
            self.programme(&enrolment.programme).ok_or(CareError::NotFound("programme"))?;
        let settings = Settings::of(&*self.store, enrolment, self.now())?;
        Ok(programme.definition.limits.iter().map(|limit| settings.why(limit)).collect())
    }
}
