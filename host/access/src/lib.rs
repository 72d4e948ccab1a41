//! Who may do what: Cedar policies, and the one function that decides by them.
//!
//! The policies lie in `policies/`, readable by whoever must answer for them; a region adds its own. They are
//! checked against the schema when the host starts, sorted by who acts and what they do, and never read again.
//! [`Policies::decide`] turns what is known of a request into what the policies ask about, and names the
//! policies that allowed or refused it.
//!
//! [`sight`] is the other half: what of a record that somebody may see is shown to them, as its programme says.

mod decision;
mod deed;
mod entities;
mod memory;
mod policies;
pub mod sight;

pub use decision::Decision;
pub use deed::Deed;
pub use policies::{Policies, PolicyError, PolicyFile};
pub use sight::audience;

use gtp_model::{Actor, Block, CitizenId, Enrolment, RelativeGrant, Sector, Time, UnitId};

/// Somebody who wants to do something.
#[derive(Clone, Copy, Debug)]
pub struct Who<'a> {
    /// As whom they act.
    pub actor: &'a Actor,
    /// The sector of their unit.
    pub sector: Option<Sector>,
    /// The units that their unit lies under.
    pub above: &'a [UnitId],
}

impl<'a> Who<'a> {
    /// Somebody of whose unit nothing is known, or who has none.
    #[must_use]
    pub const fn only(actor: &'a Actor) -> Self {
        Self { actor, sector: None, above: &[] }
    }
}

/// What it is done to.
#[derive(Clone, Copy, Debug)]
pub enum What<'a> {
    /// What is no citizen's.
    Installation,
    /// A citizen's record.
    Record(&'a Relation<'a>),
    /// What a block hides.
    Block(&'a Block, &'a Relation<'a>),
}

/// A citizen, and how the one who acts stands to them.
#[derive(Clone, Copy, Debug)]
pub struct Relation<'a> {
    /// Who.
    pub citizen: CitizenId,
    /// All of their enrolments.
    pub enrolments: &'a [Enrolment],
    /// What they let relatives do.
    pub grants: &'a [RelativeGrant],
    /// Whom they keep out.
    pub blocks: &'a [Block],
    /// Whether the one who acts has broken the glass, and it is still open.
    pub opened: bool,
    /// The present moment.
    pub now: Time,
}

impl<'a> Relation<'a> {
    /// To a citizen who has let nobody in and kept nobody out.
    #[must_use]
    pub const fn of(citizen: CitizenId, enrolments: &'a [Enrolment], now: Time) -> Self {
        Self { citizen, enrolments, grants: &[], blocks: &[], opened: false, now }
    }
}
