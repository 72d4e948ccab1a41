//! Why a command was not carried out.

use crate::Problem;
use gtp_model::{Actor, ObservationId};
use gtp_record::StoreError;
use thiserror::Error;

/// Why a command was not carried out. Nothing was stored in any of these cases.
///
/// No text here says anything of a citizen: it may be logged.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CareError {
    /// The actor may not do it: the name of the rule that says so.
    #[error("refused by the access rule “{0}”")]
    Denied(&'static str),
    /// The citizen has blocked it for the actor, who could break the glass.
    #[error("the citizen has blocked it")]
    Blocked,
    /// There is no such thing, or the actor may not know of it.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// Something in what was sent is wrong.
    #[error("{} thing(s) in what was sent must be mended", .0.len())]
    Invalid(Vec<Problem>),
    /// Unusual values that nobody has confirmed.
    #[error("{} unusual value(s) must be confirmed", .0.len())]
    Unconfirmed(Vec<Problem>),
    /// It contradicts what is already there.
    #[error("{0}")]
    Conflict(Conflict),
    /// The record could not take it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The host has more to do than it can; try again.
    #[error("the host is busy; try again in a moment")]
    Busy,
}

/// What a command contradicts.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Conflict {
    /// The idempotency key was used for something else.
    #[error("this idempotency key was used for another request")]
    KeyReused,
    /// The citizen is already enrolled in this programme.
    #[error("the citizen is already enrolled in this programme")]
    AlreadyEnrolled,
    /// A citizen with this number is already registered.
    #[error("a citizen with this number is already registered")]
    AlreadyRegistered,
    /// The account exists.
    #[error("there is already an account of this name")]
    AccountExists,
    /// The alert is taken by somebody else.
    #[error("the alert was taken by somebody else")]
    Taken(Actor),
    /// The alert is resolved.
    #[error("the alert is already resolved")]
    Resolved(Actor),
    /// The observation was corrected before, by this one.
    #[error("the observation has been corrected before")]
    Corrected(ObservationId),
    /// The enrolment is over.
    #[error("the enrolment has ended")]
    Ended,
    /// The enrolment is not paused, and no pause is agreed.
    #[error("the enrolment is not paused")]
    NotPaused,
    /// The enrolment has so many alerts that are not resolved.
    #[error("{0} alert(s) of the enrolment are not resolved")]
    OpenAlerts(usize),
    /// Another alert for the same cause is not resolved.
    #[error("another alert for the same cause is open")]
    OpenAgain,
    /// The alert is open already.
    #[error("the alert is open already")]
    NotTaken,
    /// Both citizens take part in the same programme.
    #[error("both citizens take part in the same programme; end one of the enrolments first")]
    BothEnrolled,
    /// The citizen was merged into another one.
    #[error("the citizen was merged into another one")]
    Merged,
    /// The item of the plan is over.
    #[error("the item of the plan has ended")]
    ItemEnded,
    /// There are as many of them as there may be.
    #[error("there are too many of them; take back those that are not needed")]
    TooMany,
    /// The record kept changing meanwhile.
    #[error("somebody else changed the record at the same time; try again")]
    Race,
}

impl From<Conflict> for CareError {
    fn from(conflict: Conflict) -> Self {
        Self::Conflict(conflict)
    }
}
