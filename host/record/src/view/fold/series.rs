//! Observations, each in the block of its series where it belongs.

use gtp_model::{CitizenId, FieldId, Observation, ObservationId};

use super::Fold;
use crate::engine::{Entry, KeyRange};
use crate::store::StoreError;
use crate::view::block::{self, Kept};
use crate::view::keys::{self, table};
use crate::view::overlay::Rows as _;
use crate::view::position::Position;
use crate::view::rows;

impl Fold<'_, '_> {
    pub(super) fn observation(&mut self, observation: &Observation) -> Result<(), StoreError> {
        let series = Series::of(observation.citizen, &observation.field);
        if let Some(old) = observation.supersedes {
            self.supersede(&series, observation, old)?;
        }
        let at = Position::new(observation.measured, observation.id);
        let (key, bytes) =
            self.block(&series, at)?.unwrap_or_else(|| (series.key(Position::FIRST), Vec::new()));
        let mut kept = block::read(&bytes)?;
        let row = rows::observation(observation, self.recorded.number, None)?;
        let next = block::insert(&mut kept, Kept { at, row: &row });
        if let Some(first) = next.first() {
            self.put(series.key(first.at), block::write(&next));
        }
        self.put(key, block::write(&kept));
        Ok(())
    }

    /// Moves an observation out of its series, to where superseded ones are kept. Most corrections are of
    /// the value and say the same moment, so it is found at once; else its series is searched.
    fn supersede(
        &mut self,
        series: &Series<'_>,
        by: &Observation,
        old: ObservationId,
    ) -> Result<(), StoreError> {
        let same = Position::new(by.measured, old);
        let found = match self.block(series, same)? {
            Some((key, bytes)) if holds(&bytes, old)? => Some((key, bytes)),
            _ => self.search(series, old)?,
        };
        let Some((key, bytes)) = found else {
            return Ok(());
        };
        let mut kept = block::read(&bytes)?;
        for one in kept.extract_if(.., |one| one.at.id() == old) {
            let row = rows::from_observation(by.citizen, &by.field, one.at, one.row)?;
            let to = keys::superseded(by.citizen, &by.field, one.at);
            self.put(to, rows::observation(&row.observation, row.event, Some(by.id))?);
        }
        if kept.is_empty() {
            self.remove(key);
        } else {
            self.put(key, block::write(&kept));
        }
        Ok(())
    }

    /// The block in which something at a position is, or would be: mostly the last.
    fn block(&self, series: &Series<'_>, at: Position) -> Result<Option<Entry>, StoreError> {
        let last = self.rows.last(&KeyRange::prefix(&series.prefix()))?;
        if last.as_ref().is_none_or(|(key, _)| *key <= series.key(at)) {
            return Ok(last);
        }
        let mut until = series.key(at);
        until.push(0);
        self.rows.last(&KeyRange { from: series.key(Position::FIRST), until: Some(until) })
    }

    /// The block that holds an observation, the newest block first.
    fn search(&self, series: &Series<'_>, id: ObservationId) -> Result<Option<Entry>, StoreError> {
        let mut range = KeyRange::prefix(&series.prefix());
        while let Some((key, bytes)) = self.rows.last(&range)? {
            if holds(&bytes, id)? {
                return Ok(Some((key, bytes)));
            }
            range.until = Some(key);
        }
        Ok(None)
    }
}

fn holds(block: &[u8], id: ObservationId) -> Result<bool, StoreError> {
    Ok(block::read(block)?.iter().any(|one| one.at.id() == id))
}

/// Whose observations of which field.
struct Series<'a> {
    citizen: CitizenId,
    field: &'a FieldId,
}

impl<'a> Series<'a> {
    fn of(citizen: CitizenId, field: &'a FieldId) -> Self {
        Self { citizen, field }
    }

    fn prefix(&self) -> Vec<u8> {
        keys::series(table::OBSERVATION, self.citizen, self.field).done()
    }

    fn key(&self, at: Position) -> Vec<u8> {
        keys::observations(self.citizen, self.field, at)
    }
}
