//! How the view's keys are laid out.
//!
//! A key is a table's letter and then parts that sort as bytes the way their values sort, so that every
//! question the host asks is one range. Parts of fixed length stand as they are; texts end in a zero byte,
//! which no id of ours holds; times and numbers are big endian, and inverted where the newest comes first.

use gtp_model::{
    AlertCause, AlertId, AlertSeverity, AlertState, AssessmentId, CitizenId, Digest, EnrolmentId,
    FieldId, IdempotencyKey, LimitId, LimitScope, ProgrammeId, QuestionnaireId, ResponseId, Time,
    UnitId,
};

use super::position::{Position, sortable};
use crate::event::StreamId;

mod consent;
mod plan;

pub(crate) use consent::*;
pub(crate) use plan::*;

/// The tables. The letter is the first byte of their keys.
pub(crate) mod table {
    pub const CITIZEN: u8 = b'c';
    pub const CITIZEN_BY_NUMBER: u8 = b'n';
    pub const ENROLMENT: u8 = b'e';
    pub const ENROLMENT_BY_ID: u8 = b'E';
    pub const ENROLMENT_BY_UNIT: u8 = b'u';
    pub const OBSERVATION: u8 = b'o';
    pub const SUPERSEDED: u8 = b'p';
    pub const RESPONSE: u8 = b'r';
    pub const ALERT: u8 = b'a';
    pub const WORKLIST: u8 = b'w';
    pub const ALERT_BY_CITIZEN: u8 = b'A';
    pub const OPEN_BY_CAUSE: u8 = b'O';
    pub const LIMIT: u8 = b'l';
    pub const SUBMISSION: u8 = b'k';
    pub const ASSESSMENT: u8 = b'm';
    pub const ASSESSMENT_BY_ENROLMENT: u8 = b'M';
    pub const ACCESS: u8 = b'v';
    pub const ACCOUNT: u8 = b'U';
    pub const UNIT: u8 = b'W';
    pub const PROGRAMME: u8 = b'P';
    pub const STREAM: u8 = b's';
    pub const ERASED: u8 = b'x';
    pub const BASELINE: u8 = b'b';
    pub const ACKNOWLEDGED: u8 = b'g';
    pub const MERGED: u8 = b'j';
    pub const MERGED_INTO: u8 = b'J';
    pub const PLAN_ITEM: u8 = b'i';
    pub const PLAN: u8 = b'q';
    pub const PLAN_HISTORY: u8 = b'h';
    pub const VISIT: u8 = b't';
    pub const DIARY: u8 = b'd';
    pub const MESSAGE: u8 = b'y';
    pub const MESSAGE_BY_ID: u8 = b'Y';
    pub const UNREAD: u8 = b'z';
    pub const TOKEN: u8 = b'T';
    pub const TOKEN_BY_HASH: u8 = b'H';
    pub const CONSENT: u8 = b'C';
    pub const GRANTED: u8 = b'R';
    pub const LOOK: u8 = b'V';
}

/// Whether what stands under this key is nothing but ids, hashes and places in the journal: it says nothing of
/// anybody to whoever has no more than that.
pub(crate) fn only_points(key: &[u8]) -> bool {
    use table::*;
    matches!(
        key.first(),
        Some(
            &(0 | CITIZEN_BY_NUMBER
                | ENROLMENT_BY_ID
                | ENROLMENT_BY_UNIT
                | WORKLIST
                | ALERT_BY_CITIZEN
                | OPEN_BY_CAUSE
                | ASSESSMENT
                | ASSESSMENT_BY_ENROLMENT
                | STREAM
                | ERASED
                | MERGED
                | MERGED_INTO)
        )
    )
}

/// Builds a key part by part.
pub(crate) struct Key(Vec<u8>);

impl Key {
    pub fn table(letter: u8) -> Self {
        let mut bytes = Vec::with_capacity(64);
        bytes.push(letter);
        Self(bytes)
    }

    /// Goes on from a key that was begun elsewhere.
    pub fn from_prefix(prefix: &[u8]) -> Self {
        Self(prefix.to_vec())
    }

    pub fn raw(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    pub fn text(self, text: &str) -> Self {
        self.raw(text.as_bytes()).raw(&[0])
    }

    pub fn number(self, number: u64) -> Self {
        self.raw(&number.to_be_bytes())
    }

    pub fn newest_first(self, number: u64) -> Self {
        self.number(!number)
    }

    pub fn time(self, time: Time) -> Self {
        self.number(sortable(time))
    }

    pub fn done(self) -> Vec<u8> {
        self.0
    }
}

/// A citizen. With [`crate::Commit::unless_exists`]: the id is not taken.
#[must_use]
pub fn citizen(id: CitizenId) -> Vec<u8> {
    Key::table(table::CITIZEN).raw(id.0.as_bytes()).done()
}

/// The citizen with this keyed hash of their number. With [`crate::Commit::unless_exists`]: nobody is
/// registered with that number yet.
#[must_use]
pub fn citizen_by_number(hash: &Digest) -> Vec<u8> {
    Key::table(table::CITIZEN_BY_NUMBER).raw(&hash.0).done()
}

/// The alert that is not resolved for this cause. With [`crate::Commit::unless_exists`]: there is none.
#[must_use]
pub fn open_alert(enrolment: EnrolmentId, cause: &AlertCause) -> Vec<u8> {
    let key = Key::table(table::OPEN_BY_CAUSE).raw(enrolment.0.as_bytes());
    match cause {
        AlertCause::Rule(rule) => key.raw(b"r").text(rule.as_str()),
        AlertCause::Unassessed => key.raw(b"u"),
        AlertCause::Missing(activity) => key.raw(b"m").text(activity),
    }
    .done()
}

/// The submission with this key. With [`crate::Commit::unless_exists`]: it was not received yet.
#[must_use]
pub fn submission(citizen: CitizenId, key: &IdempotencyKey) -> Vec<u8> {
    Key::table(table::SUBMISSION).raw(citizen.0.as_bytes()).text(key.as_str()).done()
}

/// The command with this key: about a citizen, or about none. With [`crate::Commit::unless_exists`]: it was
/// not carried out yet.
#[must_use]
pub fn command(about: Option<CitizenId>, key: &IdempotencyKey) -> Vec<u8> {
    // No citizen has the id of all zeros.
    let about = about.map_or([0; 16], |citizen| citizen.0.into_bytes());
    Key::table(table::SUBMISSION).raw(&about).text(key.as_str()).done()
}

/// An account. With [`crate::Commit::unless_exists`]: the name is not taken.
#[must_use]
pub fn account(name: &str) -> Vec<u8> {
    Key::table(table::ACCOUNT).text(name).done()
}

/// A program's token. With [`crate::Commit::unless_exists`]: the name is not taken.
#[must_use]
pub fn token(name: &str) -> Vec<u8> {
    Key::table(table::TOKEN).text(name).done()
}

pub(crate) fn token_by_hash(hash: &gtp_model::Digest) -> Vec<u8> {
    Key::table(table::TOKEN_BY_HASH).raw(&hash.0).done()
}

/// A unit. With [`crate::Commit::unless_exists`]: the id is not taken.
#[must_use]
pub fn unit(id: &UnitId) -> Vec<u8> {
    Key::table(table::UNIT).text(id.as_str()).done()
}

pub(crate) fn enrolments_of(citizen: CitizenId) -> Key {
    Key::table(table::ENROLMENT).raw(citizen.0.as_bytes())
}

pub(crate) fn enrolment(citizen: CitizenId, id: EnrolmentId) -> Vec<u8> {
    enrolments_of(citizen).raw(id.0.as_bytes()).done()
}

pub(crate) fn enrolment_by_id(id: EnrolmentId) -> Vec<u8> {
    Key::table(table::ENROLMENT_BY_ID).raw(id.0.as_bytes()).done()
}

pub(crate) fn enrolments_by_unit(unit: &UnitId) -> Key {
    Key::table(table::ENROLMENT_BY_UNIT).text(unit.as_str())
}

pub(crate) fn enrolment_by_unit(unit: &UnitId, id: EnrolmentId) -> Vec<u8> {
    enrolments_by_unit(unit).raw(id.0.as_bytes()).done()
}

/// The series of one field; `letter` is the table of current or of superseded observations.
pub(crate) fn series(letter: u8, citizen: CitizenId, field: &FieldId) -> Key {
    Key::table(letter).raw(citizen.0.as_bytes()).text(field.as_str())
}

/// The block of observations that begins at a position.
pub(crate) fn observations(citizen: CitizenId, field: &FieldId, at: Position) -> Vec<u8> {
    series(table::OBSERVATION, citizen, field).raw(&at.0).done()
}

pub(crate) fn superseded(citizen: CitizenId, field: &FieldId, at: Position) -> Vec<u8> {
    series(table::SUPERSEDED, citizen, field).raw(&at.0).done()
}

pub(crate) fn responses_of(citizen: CitizenId) -> Key {
    Key::table(table::RESPONSE).raw(citizen.0.as_bytes())
}

pub(crate) fn questionnaire(
    citizen: CitizenId,
    programme: &ProgrammeId,
    questionnaire: &QuestionnaireId,
) -> Key {
    responses_of(citizen).text(programme.as_str()).text(questionnaire.as_str())
}

pub(crate) fn response(
    citizen: CitizenId,
    programme: &ProgrammeId,
    of: &QuestionnaireId,
    answered: Time,
    id: ResponseId,
) -> Vec<u8> {
    questionnaire(citizen, programme, of).time(answered).raw(id.0.as_bytes()).done()
}

pub(crate) fn alert(id: AlertId) -> Vec<u8> {
    Key::table(table::ALERT).raw(id.0.as_bytes()).done()
}

pub(crate) fn alerts_of(citizen: CitizenId) -> Key {
    Key::table(table::ALERT_BY_CITIZEN).raw(citizen.0.as_bytes())
}

pub(crate) fn alert_by_citizen(citizen: CitizenId, opened: Time, id: AlertId) -> Vec<u8> {
    alerts_of(citizen).newest_first(sortable(opened)).raw(id.0.as_bytes()).done()
}

/// The part of a worklist that holds alerts in one state.
pub(crate) fn worklist(unit: &UnitId, state: u8) -> Key {
    Key::table(table::WORKLIST).text(unit.as_str()).raw(&[state])
}

/// Worst first, then oldest first.
pub(crate) fn on_worklist(
    unit: &UnitId,
    state: &AlertState,
    severity: AlertSeverity,
    opened: Time,
    id: AlertId,
) -> Vec<u8> {
    worklist(unit, state_letter(state))
        .raw(&[severity_rank(severity)])
        .time(opened)
        .raw(id.0.as_bytes())
        .done()
}

pub(crate) fn state_letter(state: &AlertState) -> u8 {
    match state {
        AlertState::Open => b'o',
        AlertState::Taken { .. } => b't',
        AlertState::Resolved { .. } => b'z',
    }
}

fn severity_rank(severity: AlertSeverity) -> u8 {
    match severity {
        AlertSeverity::Red => 0,
        AlertSeverity::Unassessed => 1,
        AlertSeverity::Yellow => 2,
        AlertSeverity::Missing => 3,
    }
}

pub(crate) fn limits_of(scope: &LimitScope, programme: &ProgrammeId) -> Key {
    let key = Key::table(table::LIMIT);
    match scope {
        LimitScope::Region => key.raw(b"r"),
        LimitScope::Unit(unit) => key.raw(b"u").text(unit.as_str()),
        LimitScope::Enrolment(enrolment) => key.raw(b"e").raw(enrolment.0.as_bytes()),
    }
    .text(programme.as_str())
}

pub(crate) fn limit(scope: &LimitScope, programme: &ProgrammeId, limit: &LimitId) -> Vec<u8> {
    limits_of(scope, programme).text(limit.as_str()).done()
}

pub(crate) fn assessment(id: AssessmentId) -> Vec<u8> {
    Key::table(table::ASSESSMENT).raw(id.0.as_bytes()).done()
}

pub(crate) fn assessments_of(enrolment: EnrolmentId) -> Key {
    Key::table(table::ASSESSMENT_BY_ENROLMENT).raw(enrolment.0.as_bytes())
}

pub(crate) fn assessment_by_enrolment(enrolment: EnrolmentId, event: u64) -> Vec<u8> {
    assessments_of(enrolment).newest_first(event).done()
}

pub(crate) fn access_of(citizen: CitizenId) -> Key {
    Key::table(table::ACCESS).raw(citizen.0.as_bytes())
}

pub(crate) fn access(citizen: CitizenId, event: u64) -> Vec<u8> {
    access_of(citizen).newest_first(event).done()
}

pub(crate) fn programme(id: &ProgrammeId) -> Key {
    Key::table(table::PROGRAMME).text(id.as_str())
}

pub(crate) fn programme_event(id: &ProgrammeId, event: u64) -> Vec<u8> {
    programme(id).newest_first(event).done()
}

pub(crate) fn stream(id: StreamId) -> Key {
    Key::table(table::STREAM).raw(&id.to_key())
}

/// A block of versions of a stream.
pub(crate) fn stream_block(id: StreamId, block: u64) -> Vec<u8> {
    stream(id).number(block).done()
}

pub(crate) fn baselines_of(citizen: CitizenId) -> Key {
    Key::table(table::BASELINE).raw(citizen.0.as_bytes())
}

pub(crate) fn baseline(citizen: CitizenId, field: &FieldId) -> Vec<u8> {
    baselines_of(citizen).text(field.as_str()).done()
}

pub(crate) fn acknowledged(enrolment: EnrolmentId) -> Vec<u8> {
    Key::table(table::ACKNOWLEDGED).raw(enrolment.0.as_bytes()).done()
}

/// Those who were merged into a citizen.
pub(crate) fn merged(into: CitizenId) -> Key {
    Key::table(table::MERGED).raw(into.0.as_bytes())
}

pub(crate) fn merged_one(into: CitizenId, from: CitizenId) -> Vec<u8> {
    merged(into).raw(from.0.as_bytes()).done()
}

pub(crate) fn merged_into(from: CitizenId) -> Vec<u8> {
    Key::table(table::MERGED_INTO).raw(from.0.as_bytes()).done()
}

pub(crate) fn erased(id: CitizenId) -> Vec<u8> {
    Key::table(table::ERASED).raw(id.0.as_bytes()).done()
}
