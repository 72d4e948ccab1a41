//! What is wrong with what somebody sent, value by value.
//!
//! A problem names the value by JSON pointer (RFC 6901) and says what is wrong as data, so that whoever
//! shows it can do so in the reader's language. It never repeats the value.

use gtp_model::Time;
use gtp_model::programme::Range;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Where, as a JSON pointer into what was sent: `/observations/0/value`.
    pub pointer: String,
    /// What.
    pub fault: Fault,
}

impl Problem {
    /// A fault at a place.
    pub fn new(pointer: impl Into<String>, fault: Fault) -> Self {
        Self { pointer: pointer.into(), fault }
    }
}

/// What can be wrong.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Fault {
    /// Something that must be there is not: its name.
    Absent(String),
    /// Something that is not understood: its name.
    Unexpected(String),
    /// Of another type or form: what is expected.
    Form(&'static str),
    /// No programme that the citizen is enrolled in has this field.
    UnknownField,
    /// The citizen's programmes have no such questionnaire or programme.
    UnknownQuestionnaire,
    /// The unit must be this one.
    WrongUnit(String),
    /// The value is impossible: what is possible, in which unit.
    OutOfRange(Range, String),
    /// The value is none of the offered ones.
    NoSuchChoice,
    /// Longer than this many characters, or more than this many entries.
    TooLong(u64),
    /// Nothing in it.
    Empty,
    /// Measured later than now.
    InTheFuture,
    /// Measured before anything that the host accepts.
    TooOld,
    /// Measured before the enrolment began or after it ended.
    NotEnrolledThen,
    /// There is already a value of this field for this moment.
    Duplicate,
    /// The value of one field must be lower than another's: their titles are in the texts of the
    /// programme, here are their ids.
    NotLess(String, String),
    /// Only whole programmes' audiences may enter it, and this one may not.
    MayNotEnter,
    /// What is corrected is not there, is of another field, or was corrected before.
    NothingToCorrect,
    /// A correction needs a reason.
    NoReason,
    /// The item must be answered.
    Unanswered,
    /// The item is not shown with these answers, so it cannot be answered.
    NotShown,
    /// Unusual: it must be confirmed. What is usual, in which unit.
    Unusual(Range, String),
    /// An unusual change: it must be confirmed. The largest usual change, in which unit, since when.
    UnusualChange(f64, String, Time),
    /// The number of a citizen is not valid: why, as a key.
    CitizenNumber(gtp_model::InvalidCitizenNumber),
    /// It must lie in the future.
    InThePast,
    /// The end of it is before its beginning.
    EndsBeforeItBegins,
    /// The unit is not in the enrolment's care team.
    NotInCareTeam,
    /// A replacement number where a CPR number is needed.
    NotCpr,
    /// The citizen has a CPR number already.
    HasCpr,
    /// What is usual for the citizen has not been said.
    NoBaseline,
    /// Either a value or a distance from the baseline, and not both.
    OneOrTheOther,
    /// Further ahead than anybody plans.
    TooFarAhead,
    /// Not an `https` address.
    NotHttps,
    /// Not a unit, programme or id that is known here.
    Unknown(&'static str),
}

impl Fault {
    /// Whether confirming is all it needs.
    #[must_use]
    pub const fn can_be_confirmed(&self) -> bool {
        matches!(self, Self::Unusual(..) | Self::UnusualChange(..))
    }
}
