//! What may be done: register, enrol, submit, assess, triage, and who may do it.
//!
//! Commands come in, events go out. A command looks at the record, decides, and commits its events in one
//! piece; it does no other input or output than through the store, the runtime and the clock that it was
//! given. Every command names its actor and passes [`access`], the one place that decides who may do what.
//!
//! The crate knows no HTTP and no page: what it returns are the words of [`gtp_model`], and what it refuses
//! it refuses as data ([`CareError`], [`Problem`]), so that each caller can say it in the reader's language.

pub mod access;
mod access_log;
pub mod account;
mod activating;
mod alert_action;
mod alerting;
mod assessing;
mod auditing;
mod blocks;
pub mod calendar;
pub mod clock;
mod command;
mod conflicts;
mod diary;
mod draft;
mod enrolling;
mod enrolment_life;
mod error;
mod expected;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod fixture;
mod following;
mod green;
mod histories;
mod limit_setting;
mod limits;
pub mod login;
mod looking;
pub mod machine;
mod merging;
mod messaging;
mod moments;
mod number_key;
pub mod office_hours;
mod oversight;
mod overview;
mod past;
mod picture;
mod planning;
mod problem;
mod programme_history;
mod programmes;
mod receipt;
mod registering;
mod relatives;
pub mod replaying;
pub mod schedule;
mod session;
mod session_file;
mod sight;
pub mod submission;
mod submitting;
pub mod timekeeping;
mod triage;
mod turns;

pub use access::AccessRules;
pub use access_log::{LogLine, LookQuery, MOST_LINES, Unusual};
pub use account::NewAccount;
pub use activating::{Activation, ActivationError};
pub use alert_action::{AlertAction, LONGEST_NOTE, OUTCOMES};
pub use blocks::{Blocks, NewBlock, Opened};
pub use command::Once;
pub use conflicts::{Disagreement, Unjudging};
pub use diary::{DiaryQuery, MOST_NOTES, NewDiaryNote};
pub use enrolling::NewEnrolment;
pub use enrolment_life::{ENDINGS, NewEnding, NewPause};
pub use error::{CareError, Conflict};
pub use expected::{ExpectedItem, ExpectedState};
pub use following::{WorklistChange, WorklistFollower};
pub use green::{Green, Seen};
pub use limit_setting::NewLimit;
pub use limits::{LayerWhy, LimitWhy};
pub use login::{LogIn, LoginRules, NotChanged, Refusal, SecondFactor, Step, Weakness};
pub use machine::{NewToken, Scope};
pub use messaging::{
    MOST_MESSAGES, MOST_UNREAD, NewMessage, SentMessage, UnreadFrom, UnreadMessages,
};
pub use number_key::NumberSecret;
pub use oversight::{Counts, Enrolled, HostState};
pub use overview::{
    CitizenForm, EnrolmentView, FieldView, FormField, FormPart, LimitView, ObservationQuery,
    Overview,
};
pub use picture::Picture;
pub use planning::{Plan, PlanChange, PlanEnd, PlanItemView, Preparation};
pub use problem::{Fault, Problem};
pub use receipt::{Receipt, Submitted};
pub use relatives::{LetIn, NewGrant};
pub use session::{Lifetimes, Session, SessionToken, SessionView};
pub use timekeeping::escalation::{Escalation, EscalationRule};
pub use triage::{AlertFilter, AlertView, JudgedLimit, WorklistItem, WorklistQuery};

use access::{Gate, Record};
use calendar::Calendar;
use clock::Clock;
use gtp_model::Time;
use gtp_record::Store;
use gtp_record::event::StreamId;
use gtp_runtime::Runtime;
use std::sync::Arc;

/// How often a command starts over when somebody else commits to the same stream first.
const TRIES: usize = 8;

/// What [`Care`] is made of.
pub struct Parts {
    /// The record.
    pub store: Arc<dyn Store>,
    /// The programmes.
    pub runtime: Runtime,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Where the host works.
    pub calendar: Calendar,
    /// What citizens' numbers are hashed with.
    pub secret: NumberSecret,
}

/// The care logic of one installation. Share it by `Arc`.
pub struct Care {
    store: Arc<dyn Store>,
    runtime: Runtime,
    clock: Arc<dyn Clock>,
    calendar: Calendar,
    gate: Gate,
    lists: Arc<access_log::Lists>,
    secret: NumberSecret,
    sessions: session::Sessions,
    logins: login::Logins,
    shapes: programmes::Shapes,
    counted: oversight::Counted,
    escalation: Escalation,
    turns: turns::Turns,
    /// Whether an operator must have read what a version would have done before they say yes to it.
    reports_required: bool,
    /// Held by whoever writes into the record which component serves.
    recording: tokio::sync::Mutex<()>,
}

/// Why and through what somebody looks at a citizen's record: goes into the access log.
#[derive(Clone, Debug)]
pub struct Why {
    /// `page`, `api` or `command`.
    pub through: &'static str,
    /// In the person's own words. May be empty.
    pub reason: String,
}

impl Why {
    /// Through this channel, without a reason of its own.
    #[must_use]
    pub const fn through(through: &'static str) -> Self {
        Self { through, reason: String::new() }
    }
}

impl Care {
    /// Puts the parts together.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let Parts { store, runtime, clock, calendar, secret } = parts;
        Self {
            gate: Gate::shipped(Arc::clone(&store), runtime.clone()),
            lists: Arc::default(),
            store,
            runtime,
            clock,
            calendar,
            secret,
            sessions: session::Sessions::default(),
            logins: login::Logins::default(),
            shapes: programmes::Shapes::default(),
            counted: oversight::Counted::default(),
            escalation: Escalation::default(),
            turns: turns::Turns::default(),
            reports_required: false,
            recording: tokio::sync::Mutex::default(),
        }
    }

    /// With these rules of escalation; without, no alert is escalated.
    #[must_use]
    pub fn escalating(mut self, escalation: Escalation) -> Self {
        self.escalation = escalation;
        self
    }

    /// An operator must have read what a version would have done before they say yes to it.
    #[must_use]
    pub const fn requiring_reports(mut self, required: bool) -> Self {
        self.reports_required = required;
        self
    }

    /// With these rules for logging in; without, a password alone lets somebody in.
    #[must_use]
    pub fn letting_in(mut self, rules: LoginRules) -> Self {
        self.logins.rules = rules;
        self
    }

    /// Keeps sessions in a file, so that they survive a restart.
    ///
    /// # Errors
    /// The file cannot be read or written.
    pub fn keep_sessions(&self, path: &std::path::Path) -> std::io::Result<()> {
        self.sessions.keep_in(path, self.secret.derived("sessions"), self.now())
    }

    /// The calendar of the place where the host works.
    #[must_use]
    pub const fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// The present moment, by the clock that all commands go by.
    #[must_use]
    pub fn now(&self) -> Time {
        self.clock.now()
    }

    /// Whether the record can be read: what a load balancer asks.
    ///
    /// # Errors
    /// The record's own error.
    pub fn ready(&self) -> Result<(), CareError> {
        self.store.version(StreamId::Accounts)?;
        Ok(())
    }
}
