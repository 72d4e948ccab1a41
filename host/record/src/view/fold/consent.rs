//! What grants, blocks, broken glass and looks change in the view.

use gtp_model::CitizenId;

use super::Fold;
use crate::event::access::{RecordViewed, RecordsListed};
use crate::event::consent::{
    BlockPlaced, BlockWithdrawn, GlassBroken, GrantWithdrawn, RelativeGranted,
};
use crate::store::StoreError;
use crate::view::keys;
use crate::view::rows::{self, AccessRow, BlockRow, GlassRow, GrantRow, LookRow};

impl Fold<'_, '_> {
    pub(super) fn relative_granted(&mut self, event: &RelativeGranted) -> Result<(), StoreError> {
        let (citizen, grant) = (self.stream_citizen()?, &event.grant);
        self.put(keys::granted_to_by(&grant.relative, citizen, grant.id), vec![]);
        let row =
            GrantRow { grant: grant.clone(), at: self.recorded.time, event: self.recorded.number };
        self.put_json(keys::grant(citizen, grant.id), &row)
    }

    pub(super) fn grant_withdrawn(&mut self, event: &GrantWithdrawn) -> Result<(), StoreError> {
        let citizen = self.stream_citizen()?;
        let key = keys::grant(citizen, event.grant);
        if let Some(bytes) = self.row(&key)? {
            let row: GrantRow = rows::from_json("grants", &bytes)?;
            self.remove(keys::granted_to_by(&row.grant.relative, citizen, event.grant));
            self.remove(key);
        }
        Ok(())
    }

    pub(super) fn block_placed(&mut self, event: &BlockPlaced) -> Result<(), StoreError> {
        let row = BlockRow {
            block: event.block.clone(),
            at: self.recorded.time,
            event: self.recorded.number,
        };
        self.put_json(keys::block(self.stream_citizen()?, event.block.id), &row)
    }

    pub(super) fn block_withdrawn(&mut self, event: &BlockWithdrawn) -> Result<(), StoreError> {
        self.remove(keys::block(self.stream_citizen()?, event.block));
        Ok(())
    }

    pub(super) fn glass_broken(&mut self, event: &GlassBroken) -> Result<(), StoreError> {
        let citizen = self.stream_citizen()?;
        let row = GlassRow {
            glass: event.glass.clone(),
            by: self.recorded.actor.clone(),
            at: self.recorded.time,
            event: self.recorded.number,
        };
        self.put_json(keys::glass(citizen, event.glass.id), &row)?;
        let access = self.access("break-glass", &event.glass.reason, "", &[]);
        self.look(vec![citizen], access)
    }

    pub(super) fn record_viewed(&mut self, event: &RecordViewed) -> Result<(), StoreError> {
        let citizen = self.stream_citizen()?;
        let access = self.access(&event.what, &event.why, &event.through, &event.under);
        self.look(vec![citizen], access)
    }

    pub(super) fn records_listed(&mut self, event: &RecordsListed) -> Result<(), StoreError> {
        let access = self.access(&event.what, "", &event.through, &[]);
        self.look(event.citizens.clone(), access)
    }

    fn access(&self, what: &str, why: &str, through: &str, under: &[String]) -> AccessRow {
        AccessRow {
            by: self.recorded.actor.clone(),
            at: self.recorded.time,
            what: what.to_owned(),
            why: why.to_owned(),
            through: through.to_owned(),
            under: under.to_vec(),
            event: self.recorded.number,
        }
    }

    fn look(&mut self, citizens: Vec<CitizenId>, access: AccessRow) -> Result<(), StoreError> {
        for citizen in &citizens {
            self.put_json(keys::access(*citizen, self.recorded.number), &access)?;
        }
        self.put_json(keys::look(self.recorded.number), &LookRow { citizens, access })
    }
}
