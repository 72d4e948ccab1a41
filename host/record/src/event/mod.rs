//! The record's vocabulary: what can have happened.
//!
//! An event is a fact, in the past tense, in the platform's words. Each has a stable name and the version
//! of its shape. A shape only grows: a new part is optional when it is read, and what cannot be said that
//! way becomes a new version with a conversion beside it. So every event ever written stays readable,
//! and `fixtures/` holds one of each to prove it.

pub mod access;
pub mod account;
pub mod alert;
pub mod assessment;
pub mod citizen;
pub mod command;
pub mod consent;
pub mod enrolment;
mod entry;
mod envelope;
pub mod limit;
pub mod message;
pub mod plan;
pub mod programme;
mod stream;
pub mod submission;
mod tombstone;

use serde_json::value::RawValue;

pub use entry::{Entry, Link, hash_of, may_be_named};
pub use envelope::{DecodeError, EventHash, Recorded, Sealed, Unsealed, hash};
pub use stream::{InvalidStream, StreamId};
pub use tombstone::Tombstone;

/// Declares the events: the name on disk, the version of its shape, and the type.
macro_rules! vocabulary {
    ($($(#[$doc:meta])* $name:literal $version:literal => $variant:ident($data:ty),)*) => {
        /// Something that happened.
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum Event {
            $($(#[$doc])* $variant($data),)*
        }

        impl Event {
            /// Every event's name and the newest version of its shape.
            pub const VOCABULARY: &'static [(&'static str, u16)] = &[$(($name, $version)),*];

            /// The event's stable name.
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self { $(Event::$variant(_) => $name,)* }
            }

            /// The version of the shape it is written in.
            #[must_use]
            pub fn version(&self) -> u16 {
                match self { $(Event::$variant(_) => $version,)* }
            }

            fn data(&self) -> serde_json::Result<String> {
                match self { $(Event::$variant(data) => serde_json::to_string(data),)* }
            }

            fn from_data(name: &str, version: u16, data: &RawValue) -> Result<Self, DecodeError> {
                match name {
                    $($name if version <= $version => {
                        Ok(Event::$variant(serde_json::from_str(data.get())?))
                    })*
                    _ => Err(DecodeError::Unknown { name: name.to_owned(), version }),
                }
            }
        }

        $(impl From<$data> for Event {
            fn from(data: $data) -> Self {
                Event::$variant(data)
            }
        })*
    };
}

vocabulary! {
    /// A citizen was registered.
    "citizen-registered" 1 => CitizenRegistered(citizen::CitizenRegistered),
    /// A citizen's stream was erased.
    "citizen-erased" 1 => CitizenErased(citizen::CitizenErased),
    /// A citizen who was known by a replacement number got a CPR number.
    "citizen-renumbered" 1 => CitizenRenumbered(citizen::CitizenRenumbered),
    /// Two citizens of the record are the same person.
    "citizens-merged" 1 => CitizensMerged(citizen::CitizensMerged),
    /// A citizen was enrolled in a programme.
    "enrolment-started" 1 => EnrolmentStarted(enrolment::EnrolmentStarted),
    /// Nothing is expected for a while.
    "enrolment-paused" 1 => EnrolmentPaused(enrolment::EnrolmentPaused),
    /// A pause is over.
    "enrolment-resumed" 1 => EnrolmentResumed(enrolment::EnrolmentResumed),
    /// An enrolment is over.
    "enrolment-ended" 1 => EnrolmentEnded(enrolment::EnrolmentEnded),
    /// A submission was accepted.
    "submission-received" 1 => SubmissionReceived(submission::SubmissionReceived),
    /// Something was measured, noted, or deliberately not measured.
    "observation-recorded" 1 => ObservationRecorded(submission::ObservationRecorded),
    /// An observation took the place of an earlier one.
    "observation-corrected" 1 => ObservationCorrected(submission::ObservationCorrected),
    /// A questionnaire was filled in.
    "response-given" 1 => ResponseGiven(submission::ResponseGiven),
    /// Rules ran.
    "assessment-made" 2 => AssessmentMade(assessment::AssessmentMade),
    /// Rules could not run.
    "assessment-failed" 2 => AssessmentFailed(assessment::AssessmentFailed),
    /// An alert was opened.
    "alert-opened" 1 => AlertOpened(alert::AlertOpened),
    /// New evidence joined an alert.
    "alert-joined" 1 => AlertJoined(alert::AlertJoined),
    /// Somebody works on an alert.
    "alert-taken" 1 => AlertTaken(alert::AlertTaken),
    /// Somebody wrote something on an alert.
    "alert-noted" 1 => AlertNoted(alert::AlertNoted),
    /// An alert was moved to another unit.
    "alert-handed-over" 1 => AlertHandedOver(alert::AlertHandedOver),
    /// An alert is done.
    "alert-resolved" 1 => AlertResolved(alert::AlertResolved),
    /// An alert is open again.
    "alert-reopened" 1 => AlertReopened(alert::AlertReopened),
    /// Nobody had taken an alert in time.
    "alert-escalated" 1 => AlertEscalated(alert::AlertEscalated),
    /// More that was expected did not come.
    "alert-missed-again" 1 => AlertMissedAgain(alert::AlertMissedAgain),
    /// Somebody has seen that all was well.
    "green-acknowledged" 1 => GreenAcknowledged(alert::GreenAcknowledged),
    /// A limit was set or taken back.
    "limit-set" 1 => LimitSet(limit::LimitSet),
    /// What is usual for a citizen was said or taken back.
    "baseline-set" 1 => BaselineSet(limit::BaselineSet),
    /// A goal was set or changed.
    "goal-set" 1 => GoalSet(plan::GoalSet),
    /// An activity was planned or changed.
    "activity-planned" 1 => ActivityPlanned(plan::ActivityPlanned),
    /// An appointment was made, moved or changed.
    "appointment-set" 1 => AppointmentSet(plan::AppointmentSet),
    /// A goal, an activity or an appointment is over.
    "plan-item-ended" 1 => PlanItemEnded(plan::PlanItemEnded),
    /// Somebody wrote in a citizen's diary.
    "diary-noted" 1 => DiaryNoted(plan::DiaryNoted),
    /// A message was sent.
    "message-sent" 1 => MessageSent(message::MessageSent),
    /// Messages were read.
    "messages-read" 1 => MessagesRead(message::MessagesRead),
    /// A command with a key was carried out.
    "command-done" 1 => CommandDone(command::CommandDone),
    /// Somebody saw a part of a citizen's record.
    "record-viewed" 2 => RecordViewed(access::RecordViewed),
    /// Somebody saw a list of citizens.
    "records-listed" 1 => RecordsListed(access::RecordsListed),
    /// Somebody searched access logs.
    "access-searched" 1 => AccessSearched(access::AccessSearched),
    /// A citizen let a relative in.
    "relative-granted" 1 => RelativeGranted(consent::RelativeGranted),
    /// A relative is let in no longer.
    "grant-withdrawn" 1 => GrantWithdrawn(consent::GrantWithdrawn),
    /// A citizen kept somebody out.
    "block-placed" 1 => BlockPlaced(consent::BlockPlaced),
    /// Somebody is kept out no longer.
    "block-withdrawn" 1 => BlockWithdrawn(consent::BlockWithdrawn),
    /// Somebody opened a record that was closed to them.
    "glass-broken" 1 => GlassBroken(consent::GlassBroken),
    /// A programme's component passed its checks.
    "programme-loaded" 1 => ProgrammeLoaded(programme::ProgrammeLoaded),
    /// A programme's version serves from now on.
    "programme-activated" 2 => ProgrammeActivated(programme::ProgrammeActivated),
    /// Somebody read what a version of a programme would have done.
    "report-read" 1 => ReportRead(programme::ReportRead),
    /// A programme serves no more.
    "programme-withdrawn" 1 => ProgrammeWithdrawn(programme::ProgrammeWithdrawn),
    /// An account was added or changed.
    "account-added" 1 => AccountAdded(account::AccountAdded),
    /// An account got another password.
    "password-set" 1 => PasswordSet(account::PasswordSet),
    /// An account's second factor was set up or taken away.
    "second-factor-set" 1 => SecondFactorSet(account::SecondFactorSet),
    /// An account was closed.
    "account-closed" 1 => AccountClosed(account::AccountClosed),
    /// A program was given a token.
    "token-added" 1 => TokenAdded(account::TokenAdded),
    /// A token was revoked.
    "token-revoked" 1 => TokenRevoked(account::TokenRevoked),
    /// A unit was added or changed.
    "unit-added" 2 => UnitAdded(account::UnitAdded),
}
