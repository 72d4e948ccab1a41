//! What a clinician should know about a citizen's limits: rules that cannot judge because a limit is not set,
//! and programmes that disagree on a field.

use crate::limits::Settings;
use gtp_model::programme::Programme;
use gtp_model::{FieldId, LimitId, ProgrammeId, RuleId};
use std::collections::BTreeMap;

/// A rule that says nothing until somebody sets a limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unjudging {
    /// The programme.
    pub programme: ProgrammeId,
    /// The rule.
    pub rule: RuleId,
    /// The limit.
    pub limit: LimitId,
}

/// Programmes whose limits on one field are not the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Disagreement {
    /// The field.
    pub field: FieldId,
    /// The limits on it, each with the value that applies.
    pub limits: Vec<(ProgrammeId, LimitId, f64)>,
}

/// The rules of a programme that wait for a limit.
pub fn unjudging(programme: &Programme, settings: &Settings) -> Vec<Unjudging> {
    let unset = |id: &LimitId| {
        programme.limit(id).is_some_and(|limit| settings.effective(limit).value.is_none())
    };
    programme
        .rules
        .iter()
        .flat_map(|rule| rule.limits.iter().map(move |limit| (rule, limit)))
        .filter(|(_, limit)| unset(limit))
        .map(|(rule, limit)| Unjudging {
            programme: programme.id().clone(),
            rule: rule.id.clone(),
            limit: limit.clone(),
        })
        .collect()
}

/// The fields on which several programmes have limits, and not the same ones.
pub fn disagreements(programmes: &[(&Programme, &Settings)]) -> Vec<Disagreement> {
    let mut fields: BTreeMap<FieldId, Vec<(ProgrammeId, LimitId, f64)>> = BTreeMap::new();
    for (programme, settings) in programmes {
        for (limit, origin) in settings.all(programme) {
            if let (Some(field), Some(value)) = (&limit.field, origin.value) {
                let own = (programme.id().clone(), limit.id.clone(), value);
                fields.entry(field.clone()).or_default().push(own);
            }
        }
    }
    fields
        .into_iter()
        .filter(|(_, limits)| {
            let values_of = |programme: &ProgrammeId| {
                let own = limits.iter().filter(|(id, ..)| id == programme);
                let mut values: Vec<u64> = own.map(|(.., value)| value.to_bits()).collect();
                values.sort_unstable();
                values
            };
            let first = limits.first().map(|(id, ..)| values_of(id));
            limits.iter().any(|(id, ..)| Some(values_of(id)) != first)
        })
        .map(|(field, limits)| Disagreement { field, limits })
        .collect()
}
