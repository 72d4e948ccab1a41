//! What one run gave, or why it gave nothing.

use gtp_model::{Assessment, Time};
use std::{fmt, time::Duration};
use thiserror::Error;

/// One run of a programme's rules.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// What the rules said, checked against what was asked.
    pub assessment: Assessment,
    /// What it cost.
    pub spent: Spent,
}

/// What one run cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// Fuel. The same case always costs the same.
    pub fuel: u64,
    /// Bytes of memory at the most.
    pub memory: u64,
    /// Time in the sandbox. The only figure that differs from run to run.
    pub time: Duration,
}

/// A fault in what a component returned. Never repeats what it returned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where: ``finding of `weight-3-days` ``.
    pub place: String,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

/// Why a run gave no assessment. What was submitted is as valid as before; only nobody has judged it. The
/// texts hold no value, answer or name from the case.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RunError {
    /// It used up its fuel.
    #[error("the programme used up its {limit} units of fuel: it loops, or its limit is too low")]
    OutOfFuel {
        /// What it was given.
        limit: u64,
    },
    /// It stopped itself, or did what no WebAssembly may do.
    #[error("the programme stopped: {what}{}", place(at))]
    Trap {
        /// What it did.
        what: String,
        /// The functions it was in, the innermost first, where the component names them.
        at: Vec<String>,
    },
    /// It asked for more memory than it may have.
    #[error("the programme asked for more than its {limit} bytes of memory")]
    Memory {
        /// What it may have, in bytes.
        limit: u64,
    },
    /// It asked for more table elements than it may have.
    #[error("the programme asked for more than its {limit} table elements")]
    Tables {
        /// What it may have.
        limit: u64,
    },
    /// It ran for too long. Fuel should have stopped it before.
    #[error("the programme ran for more than {limit} ms")]
    WallClock {
        /// Milliseconds it may run.
        limit: u64,
    },
    /// It handed back too much.
    #[error("the programme returned more than {limit} bytes")]
    ResultTooLarge {
        /// Bytes it may return.
        limit: u64,
    },
    /// What it handed back is no value of the contract's types.
    #[error("the programme returned what the contract does not allow: {what}")]
    Malformed {
        /// Which rule of the contract's binary form it broke.
        what: String,
    },
    /// What it handed back is well formed and makes no sense.
    #[error("the programme's result cannot be used: {}", list(faults))]
    Invalid {
        /// Everything that is wrong with it.
        faults: Vec<Fault>,
    },
    /// Too many runs are waiting.
    #[error("too many assessments are waiting; try again in a moment")]
    Overloaded,
    /// The programme failed several times in a row and is left alone for a while.
    #[error("the programme failed several times and rests until {}", moment(*until))]
    BackedOff {
        /// When it is tried again.
        until: Time,
    },
    /// The host itself could not run it.
    #[error("the host could not run the programme: {what}")]
    Host {
        /// Why.
        what: String,
    },
}

impl RunError {
    /// A short stable word for gauges: `out-of-fuel`.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::OutOfFuel { .. } => "out-of-fuel",
            Self::Trap { .. } => "trap",
            Self::Memory { .. } => "memory",
            Self::Tables { .. } => "tables",
            Self::WallClock { .. } => "wall-clock",
            Self::ResultTooLarge { .. } => "result-too-large",
            Self::Malformed { .. } => "malformed",
            Self::Invalid { .. } => "invalid",
            Self::Overloaded => "overloaded",
            Self::BackedOff { .. } => "backed-off",
            Self::Host { .. } => "host",
        }
    }

    /// Every kind there is.
    pub const KINDS: [&'static str; 11] = [
        "out-of-fuel",
        "trap",
        "memory",
        "tables",
        "wall-clock",
        "result-too-large",
        "malformed",
        "invalid",
        "overloaded",
        "backed-off",
        "host",
    ];

    /// Whether the programme did something wrong, so that it counts against it.
    #[must_use]
    pub const fn is_programmes_fault(&self) -> bool {
        !matches!(self, Self::Overloaded | Self::BackedOff { .. } | Self::Host { .. })
    }
}

fn place(at: &[String]) -> String {
    if at.is_empty() { String::new() } else { format!(" (in {})", at.join(", called by ")) }
}

fn list(faults: &[Fault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

fn moment(time: Time) -> String {
    jiff::Timestamp::from_millisecond(time.0)
        .map_or_else(|_| time.0.to_string(), |time| time.to_string())
}
