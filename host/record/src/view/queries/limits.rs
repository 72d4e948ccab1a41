//! Limits that people set.

use std::collections::BTreeMap;

use gtp_model::{CitizenId, Enrolment, FieldId, LimitId, LimitScope, ProgrammeId, Time};

use super::{row, rows_of};
use crate::store::{Store, StoreError};
use crate::view::keys;
use crate::view::rows::{BaselineRow, LimitRow};

/// The settings of one layer that hold at this time, by limit. A setting that was taken back is there with
/// no value.
///
/// # Errors
/// Where the view cannot be read.
pub fn limit_settings(
    store: &dyn Store,
    scope: &LimitScope,
    programme: &ProgrammeId,
    at: Time,
) -> Result<BTreeMap<LimitId, LimitRow>, StoreError> {
    let rows: Vec<Vec<LimitRow>> =
        rows_of(store, "limits", keys::limits_of(scope, programme), usize::MAX)?;
    let holds = |row: &LimitRow| row.setting.until.is_none_or(|until| at < until);
    Ok(rows
        .into_iter()
        .filter_map(|settings| settings.into_iter().rev().find(holds))
        .map(|row| (row.setting.limit.clone(), row))
        .collect())
}

/// The settings that apply to an enrolment at this time, by limit: the citizen's own before the unit's,
/// the unit's before the region's. A limit that is not among them has the programme's default, or none.
///
/// # Errors
/// Where the view cannot be read.
pub fn effective_limits(
    store: &dyn Store,
    enrolment: &Enrolment,
    at: Time,
) -> Result<BTreeMap<LimitId, LimitRow>, StoreError> {
    let mut effective = BTreeMap::new();
    for scope in [
        LimitScope::Region,
        LimitScope::Unit(enrolment.unit.clone()),
        LimitScope::Enrolment(enrolment.id),
    ] {
        let set = limit_settings(store, &scope, &enrolment.programme, at)?;
        effective.extend(set.into_iter().filter(|(_, row)| !row.setting.takes_back()));
    }
    Ok(effective)
}

/// What is usual for a citizen, of one field. One that was taken back is there with no value.
///
/// # Errors
/// Where the view cannot be read.
pub fn baseline(
    store: &dyn Store,
    citizen: CitizenId,
    field: &FieldId,
) -> Result<Option<BaselineRow>, StoreError> {
    row(store, "baselines", &keys::baseline(citizen, field))
}

/// What is usual for a citizen, of every field of which that was said.
///
/// # Errors
/// Where the view cannot be read.
pub fn baselines(store: &dyn Store, citizen: CitizenId) -> Result<Vec<BaselineRow>, StoreError> {
    rows_of(store, "baselines", keys::baselines_of(citizen), usize::MAX)
}
