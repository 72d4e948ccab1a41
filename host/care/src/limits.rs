//! Which value of a limit applies to a citizen, and where it comes from.

use gtp_model::programme::{Limit, Programme};
use gtp_model::{Enrolment, LimitId, LimitLayer, Time};
use gtp_record::event::assessment::LimitOrigin;
use gtp_record::view::{queries, rows::LimitRow};
use gtp_record::{Store, StoreError};
use std::collections::BTreeMap;

/// The settings that apply to one enrolment at one moment; a limit that is not among them has its default.
pub struct Settings(BTreeMap<LimitId, LimitRow>);

impl Settings {
    /// Reads them.
    pub fn of(store: &dyn Store, enrolment: &Enrolment, moment: Time) -> Result<Self, StoreError> {
        Ok(Self(queries::effective_limits(store, enrolment, moment)?))
    }

    /// The value that applies: the strongest layer's, else the programme's default.
    pub fn effective(&self, limit: &Limit) -> LimitOrigin {
        let row = self.0.get(&limit.id);
        let set = row.and_then(|row| row.setting.value);
        let value = set.or(limit.default);
        LimitOrigin {
            limit: limit.id.clone(),
            value,
            layer: match row {
                Some(row) if set.is_some() => Some(row.setting.scope.layer()),
                _ => value.map(|_| LimitLayer::Programme),
            },
            set_by: row.filter(|_| set.is_some()).map(|row| row.event),
        }
    }

    /// All limits of a programme.
    pub fn all<'a>(
        &'a self,
        programme: &'a Programme,
    ) -> impl Iterator<Item = (&'a Limit, LimitOrigin)> {
        programme.limits.iter().map(|limit| (limit, self.effective(limit)))
    }
}
