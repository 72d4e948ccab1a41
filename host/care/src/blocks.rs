//! Blocks: a citizen keeps a unit, a person or every health professional out of their record, of one programme's
//! data, or of those of a period; and in an emergency the glass is broken, for a while and for a reason.

use crate::access::Deed;
use crate::command::{Decided, Once};
use crate::relatives::{MOST_DECIDED, account_problem};
use crate::{Care, CareError, Conflict, Fault, Problem};
use gtp_model::{
    Actor, Block, BlockId, Blocked, BrokenGlass, CitizenId, CitizenNumber, GlassId, ProgrammeId,
    Time,
};
use gtp_record::event::consent::{BlockPlaced, BlockWithdrawn, GlassBroken};
use gtp_record::view::queries;
use gtp_record::view::rows::{BlockRow, GlassRow};
use serde::{Deserialize, Serialize};

/// The longest reason, in characters.
const LONGEST_REASON: usize = 500;

/// What a citizen wants to keep whom out of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewBlock {
    /// Whom.
    pub whom: Blocked,
    /// Of which programme's data. Absent: of those of all.
    pub programme: Option<ProgrammeId>,
    /// Of what was measured at this moment or later.
    pub from: Option<Time>,
    /// Of what was measured before this moment.
    pub to: Option<Time>,
}

/// A citizen's blocks, and who broke the glass.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Blocks {
    /// Those that stand.
    pub blocks: Vec<BlockRow>,
    /// Who opened the record in spite of them, or without being of the care team; the newest last.
    pub glasses: Vec<GlassRow>,
}

/// A record that was opened to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// Whose.
    pub citizen: CitizenId,
    /// Until when.
    pub until: Time,
}

impl Care {
    /// A citizen's blocks, and who broke the glass.
    ///
    /// # Errors
    /// [`CareError::NotFound`] where there is no such citizen, for this actor.
    pub fn blocks(&self, actor: &Actor, citizen: CitizenId) -> Result<Blocks, CareError> {
        let record = self.permitted(actor, Deed::Block, citizen)?;
        let mut all = Blocks::default();
        for id in record.histories.ids() {
            let consents = queries::consents(&*self.store, *id)?;
            all.blocks.extend(consents.blocks);
            all.glasses.extend(consents.glasses);
        }
        all.glasses.sort_by_key(|row| row.event);
        Ok(all)
    }

    /// Keeps somebody out.
    ///
    /// # Errors
    /// - [`CareError::Invalid`]: no such unit or programme, a period that ends before it begins.
    /// - [`CareError::NotFound`]: no such citizen, for this actor.
    pub async fn block(
        &self,
        actor: &Actor,
        citizen: CitizenId,
        new: &NewBlock,
        once: Once<'_>,
    ) -> Result<BlockRow, CareError> {
        let known = self.blocks(actor, citizen)?.blocks.len();
        self.command(actor, Deed::Block, citizen, once, new, |record, now| {
            if record.citizen.id != citizen {
                return Err(Conflict::Merged.into());
            }
            let problems = self.problems_of_block(new)?;
            if !problems.is_empty() {
                return Err(CareError::Invalid(problems));
            }
            if known >= MOST_DECIDED {
                return Err(Conflict::TooMany.into());
            }
            let NewBlock { whom, programme, from, to } = new.clone();
            let block = Block { id: BlockId::new(), whom, programme, from, to };
            let row = BlockRow { block: block.clone(), at: now, event: 0 };
            Ok(Decided::new(vec![BlockPlaced { block }.into()], row))
        })
        .await
    }

    fn problems_of_block(&self, new: &NewBlock) -> Result<Vec<Problem>, CareError> {
        let mut problems = vec![];
        match &new.whom {
            Blocked::Unit { unit, .. } => {
                if queries::unit(&*self.store, unit)?.is_none() {
                    problems.push(Problem::new("/unit", Fault::Unknown("unit")));
                }
            }
            Blocked::Person { account } => problems.extend(account_problem("/person", account)),
            Blocked::Everyone => {}
        }
        if let Some(programme) = &new.programme
            && self.programme(programme).is_none()
        {
            problems.push(Problem::new("/programme", Fault::Unknown("programme")));
        }
        if let (Some(from), Some(to)) = (new.from, new.to)
            && to <= from
        {
            problems.push(Problem::new("/to", Fault::EndsBeforeItBegins));
        }
        Ok(problems)
    }

    /// Takes a block back. One that is not there is as good as taken back.
    ///
    /// # Errors
    /// [`CareError::NotFound`] where there is no such citizen, for this actor.
    pub async fn withdraw_block(
        &self,
        actor: &Actor,
        citizen: CitizenId,
        block: BlockId,
    ) -> Result<(), CareError> {
        let record = self.permitted(actor, Deed::Block, citizen)?;
        for id in record.histories.ids() {
            self.command(actor, Deed::Block, *id, Once::default(), &block, |_, _| {
                let blocks = queries::consents(&*self.store, *id)?.blocks;
                let there = blocks.iter().any(|row| row.block.id == block);
                Ok(Decided::new(
                    there.then(|| BlockWithdrawn { block }.into()).into_iter().collect(),
                    (),
                ))
            })
            .await?;
        }
        Ok(())
    }

    /// Opens a record that is closed to somebody, for as long as the installation says.
    ///
    /// # Errors
    /// - [`CareError::Invalid`]: no reason.
    /// - [`CareError::NotFound`]: no such citizen, or nobody who may break the glass.
    pub async fn break_glass(
        &self,
        actor: &Actor,
        citizen: CitizenId,
        reason: &str,
        once: Once<'_>,
    ) -> Result<Opened, CareError> {
        let reason = reason.trim();
        let fault = match reason.chars().count() {
            0 => Some(Fault::NoReason),
            n if n > LONGEST_REASON => Some(Fault::TooLong(LONGEST_REASON as u64)),
            _ => None,
        };
        if let Some(fault) = fault {
            return Err(CareError::Invalid(vec![Problem::new("/reason", fault)]));
        }
        let citizen = crate::histories::Histories::of(&*self.store, citizen)?.own();
        self.command(actor, Deed::BreakGlass, citizen, once, &reason, |_, now| {
            let until = now.plus(self.gate.rules.glass_open);
            let glass = BrokenGlass { id: GlassId::new(), reason: reason.to_owned(), until };
            Ok(Decided::new(vec![GlassBroken { glass }.into()], Opened { citizen, until }))
        })
        .await
    }

    /// The same for somebody of whom only the number is known.
    ///
    /// # Errors
    /// As [`Care::break_glass`].
    pub async fn break_glass_by_number(
        &self,
        actor: &Actor,
        number: &CitizenNumber,
        reason: &str,
        once: Once<'_>,
    ) -> Result<Opened, CareError> {
        let found = queries::citizen_by_number(&*self.store, &self.secret.key(number))?;
        // Somebody who may not learns the same where there is nobody.
        let citizen = found.map_or_else(CitizenId::new, |citizen| citizen.id);
        self.break_glass(actor, citizen, reason, once).await
    }
}
