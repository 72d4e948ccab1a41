//! What an event changes in the view.
//!
//! A pure function of the event and of the rows it changes. Applying it twice gives the same as once: a
//! crash may leave an event applied, and it is then simply applied again.

use gtp_model::{
    Alert, AlertCause, AlertId, AlertNote, AlertOutcome, AlertState, Citizen, CitizenId,
    EnrolmentId, EnrolmentState, LimitSetting, PlanContent, Response, Time, UnitId,
};

use super::keys;
use super::overlay::{Overlay, Rows as _};
use super::rows::{self, Ending, EnrolmentRow, LimitRow};
use crate::event::alert::{AlertHandedOver, AlertJoined, AlertReopened};
use crate::event::assessment::{AssessmentFailed, AssessmentMade};
use crate::event::citizen::{CitizenRenumbered, CitizensMerged};
use crate::event::enrolment::EnrolmentPaused;
use crate::event::submission::SubmissionReceived;
use crate::event::{Event, Recorded, StreamId};
use crate::store::StoreError;
use crate::view::rows::{
    AcknowledgedRow, AssessmentPlace, BaselineRow, Pause, ProgrammeChange, ProgrammeRow,
    SubmissionRow,
};

mod account;
mod consent;
mod plan;
mod series;

/// Makes the changes that follow from `recorded`.
pub(crate) fn fold(recorded: &Recorded, rows: &mut Overlay<'_>) -> Result<(), StoreError> {
    let mut fold = Fold { recorded, rows };
    match &recorded.event {
        Event::CitizenRegistered(event) => fold.citizen(&event.citizen, &event.number_key),
        Event::CitizenErased(event) => fold.put_json(keys::erased(event.citizen), &recorded.number),
        Event::EnrolmentStarted(event) => fold.enrolment_started(&event.enrolment),
        Event::CitizenRenumbered(event) => fold.renumbered(event),
        Event::CitizensMerged(event) => fold.merged(event),
        Event::EnrolmentPaused(event) => {
            fold.enrolment(event.enrolment, |row| pause(row, event, recorded.time))
        }
        Event::EnrolmentResumed(event) => fold.enrolment(event.enrolment, |row| {
            row.enrolment.state = EnrolmentState::Active;
            row.paused_until = None;
            stop_pauses(row, recorded.time);
        }),
        Event::EnrolmentEnded(event) => fold.enrolment(event.enrolment, |row| {
            row.enrolment.state = EnrolmentState::Ended;
            row.paused_until = None;
            stop_pauses(row, recorded.time);
            row.ended = Some(Ending {
                at: recorded.time,
                outcome: event.outcome.clone(),
                reason: event.reason.clone(),
            });
        }),
        Event::SubmissionReceived(event) => fold.submission(event),
        Event::ObservationRecorded(event) => fold.observation(&event.observation),
        Event::ObservationCorrected(event) => fold.observation(&event.observation),
        Event::ResponseGiven(event) => fold.response(&event.response),
        Event::AssessmentMade(AssessmentMade { assessment, enrolment, .. })
        | Event::AssessmentFailed(AssessmentFailed { assessment, enrolment, .. }) => {
            fold.assessment(*assessment, *enrolment)
        }
        Event::AlertOpened(event) => fold.alert_opened(&event.alert),
        Event::AlertJoined(event) => fold.alert_joined(event),
        Event::AlertTaken(event) => fold.alert(event.alert, |alert| {
            alert.state = AlertState::Taken { by: recorded.actor.clone(), at: recorded.time };
        }),
        Event::AlertNoted(event) => {
            fold.alert(event.alert, |alert| note(alert, recorded, &event.text))
        }
        Event::AlertHandedOver(event) => fold.alert_handed_over(event),
        Event::AlertResolved(event) => fold.alert_resolved(event.alert, &event.outcome),
        Event::AlertReopened(event) => fold.alert_reopened(event),
        Event::AlertEscalated(event) => fold.alert(event.alert, |alert| {
            alert.escalated = Some(recorded.time);
            if let Some(unit) = &event.unit {
                alert.unit = unit.clone();
            }
        }),
        Event::AlertMissedAgain(event) => fold.alert(event.alert, |alert| {
            for missed in &event.missed {
                if !alert.missed.contains(missed) {
                    alert.missed.push(*missed);
                }
                alert.judged = alert.judged.max(missed.missing_from);
            }
        }),
        Event::GreenAcknowledged(event) => fold.put_json(
            keys::acknowledged(event.enrolment),
            &AcknowledgedRow {
                through: event.through,
                receipt: event.receipt.clone(),
                by: recorded.actor.clone(),
                at: recorded.time,
            },
        ),
        Event::LimitSet(event) => fold.limit_set(&event.setting),
        Event::BaselineSet(event) => fold.put_json(
            keys::baseline(event.baseline.citizen, &event.baseline.field),
            &BaselineRow {
                baseline: event.baseline.clone(),
                by: recorded.actor.clone(),
                at: recorded.time,
                event: recorded.number,
            },
        ),
        Event::GoalSet(event) => {
            fold.plan_set(event.item, PlanContent::Goal(event.goal.clone()), &event.reason)
        }
        Event::ActivityPlanned(event) => {
            let content = PlanContent::Activity(event.activity.clone());
            fold.plan_set(event.item, content, &event.reason)
        }
        Event::AppointmentSet(event) => {
            let content = PlanContent::Appointment(event.appointment.clone());
            fold.plan_set(event.item, content, &event.reason)
        }
        Event::PlanItemEnded(event) => fold.plan_item_ended(event),
        Event::DiaryNoted(event) => fold.diary_noted(&event.note),
        Event::MessageSent(event) => fold.message_sent(&event.message),
        Event::MessagesRead(event) => fold.messages_read(event),
        Event::CommandDone(event) => fold.put_json(
            keys::command(recorded.stream.citizen(), &event.key),
            &SubmissionRow {
                digest: event.digest,
                receipt: event.answer.clone(),
                at: recorded.time,
                event: recorded.number,
            },
        ),
        Event::RecordViewed(event) => fold.record_viewed(event),
        Event::RecordsListed(event) => fold.records_listed(event),
        // Found by whoever reads the installation's stream.
        Event::AccessSearched(_) | Event::ReportRead(_) => Ok(()),
        Event::RelativeGranted(event) => fold.relative_granted(event),
        Event::GrantWithdrawn(event) => fold.grant_withdrawn(event),
        Event::BlockPlaced(event) => fold.block_placed(event),
        Event::BlockWithdrawn(event) => fold.block_withdrawn(event),
        Event::GlassBroken(event) => fold.glass_broken(event),
        Event::ProgrammeLoaded(event) => fold.programme(
            &event.programme,
            ProgrammeChange::Loaded { version: event.version.clone(), digest: event.digest },
        ),
        Event::ProgrammeActivated(event) => fold.programme(
            &event.programme,
            ProgrammeChange::Activated { version: event.version.clone(), digest: event.digest },
        ),
        Event::ProgrammeWithdrawn(event) => fold.programme(
            &event.programme,
            ProgrammeChange::Withdrawn { reason: event.reason.clone() },
        ),
        Event::AccountAdded(event) => fold.account_added(event),
        Event::PasswordSet(event) => fold.account(&event.account, |row| {
            row.account.password = Some(event.password.clone());
            row.temporary = event.temporary;
        }),
        Event::SecondFactorSet(event) => {
            fold.account(&event.account, |row| row.second_factor.clone_from(&event.secret))
        }
        Event::AccountClosed(event) => fold.account(&event.account, |row| row.closed = true),
        Event::TokenAdded(event) => fold.token_added(event),
        Event::TokenRevoked(event) => fold.token_revoked(&event.token),
        Event::UnitAdded(event) => fold.put_json(keys::unit(&event.unit.id), &event.unit),
    }
}

struct Fold<'a, 'b> {
    recorded: &'a Recorded,
    rows: &'a mut Overlay<'b>,
}

impl Fold<'_, '_> {
    fn put(&mut self, key: Vec<u8>, value: Vec<u8>) {
        self.rows.put(key, Some(value));
    }

    fn remove(&mut self, key: Vec<u8>) {
        self.rows.put(key, None);
    }

    fn put_json(&mut self, key: Vec<u8>, row: &impl serde::Serialize) -> Result<(), StoreError> {
        self.put(key, rows::json(row)?);
        Ok(())
    }

    /// A row as this event finds it: what earlier parts of the same event put counts.
    fn row(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.rows.row(key)
    }

    fn stream_citizen(&self) -> Result<CitizenId, StoreError> {
        match self.recorded.stream {
            StreamId::Citizen(citizen) => Ok(citizen),
            other => Err(rows::unreadable(
                "streams",
                format!("event {} about a citizen lies in {other}", self.recorded.number),
            )),
        }
    }

    fn citizen(
        &mut self,
        citizen: &Citizen,
        number_key: &gtp_model::Digest,
    ) -> Result<(), StoreError> {
        self.put(keys::citizen_by_number(number_key), citizen.id.0.as_bytes().to_vec());
        self.put_json(keys::citizen(citizen.id), citizen)
    }

    fn renumbered(&mut self, event: &CitizenRenumbered) -> Result<(), StoreError> {
        let id = self.stream_citizen()?;
        let key = keys::citizen(id);
        let Some(bytes) = self.row(&key)? else {
            return Ok(());
        };
        let mut citizen: Citizen = rows::from_json("citizens", &bytes)?;
        citizen.number = event.number.clone();
        self.citizen(&citizen, &event.number_key)
    }

    fn merged(&mut self, event: &CitizensMerged) -> Result<(), StoreError> {
        let (from, into) = (event.from, event.into);
        self.put(keys::citizen_by_number(&event.from_number_key), into.0.as_bytes().to_vec());
        self.put(keys::merged_one(into, from), vec![]);
        self.put(keys::merged_into(from), into.0.as_bytes().to_vec());
        Ok(())
    }

    fn enrolment_started(&mut self, enrolment: &gtp_model::Enrolment) -> Result<(), StoreError> {
        let citizen = enrolment.citizen.0.as_bytes().to_vec();
        self.put(keys::enrolment_by_id(enrolment.id), citizen.clone());
        for unit in std::iter::once(&enrolment.unit).chain(&enrolment.care_team) {
            self.put(keys::enrolment_by_unit(unit, enrolment.id), citizen.clone());
        }
        let row = EnrolmentRow {
            enrolment: enrolment.clone(),
            recorded: self.recorded.time,
            paused_until: None,
            pauses: Vec::new(),
            ended: None,
        };
        self.put_json(keys::enrolment(enrolment.citizen, enrolment.id), &row)
    }

    fn enrolment(
        &mut self,
        id: EnrolmentId,
        change: impl FnOnce(&mut EnrolmentRow),
    ) -> Result<(), StoreError> {
        let key = keys::enrolment(self.stream_citizen()?, id);
        let Some(bytes) = self.row(&key)? else {
            return Ok(());
        };
        let mut row: EnrolmentRow = rows::from_json("enrolments", &bytes)?;
        change(&mut row);
        self.put_json(key, &row)
    }

    fn submission(&mut self, event: &SubmissionReceived) -> Result<(), StoreError> {
        let Some(key) = &event.key else {
            return Ok(());
        };
        let key = keys::submission(self.stream_citizen()?, key);
        self.put_json(
            key,
            &SubmissionRow {
                digest: event.digest,
                receipt: event.receipt.clone(),
                at: self.recorded.time,
                event: self.recorded.number,
            },
        )
    }

    fn response(&mut self, response: &Response) -> Result<(), StoreError> {
        let key = keys::response(
            response.citizen,
            &response.programme,
            &response.questionnaire,
            response.answered,
            response.id,
        );
        self.put_json(key, response)
    }

    fn assessment(
        &mut self,
        id: gtp_model::AssessmentId,
        enrolment: EnrolmentId,
    ) -> Result<(), StoreError> {
        let place = rows::compact(&AssessmentPlace {
            citizen: self.stream_citizen()?,
            enrolment,
            version: self.recorded.version,
        })?;
        self.put(keys::assessment(id), place.clone());
        self.put(keys::assessment_by_enrolment(enrolment, self.recorded.number), place);
        Ok(())
    }

    fn alert_opened(&mut self, alert: &Alert) -> Result<(), StoreError> {
        let id = alert.id.0.as_bytes().to_vec();
        self.put(open_key(alert), id.clone());
        self.put(keys::alert_by_citizen(alert.citizen, alert.opened, alert.id), id.clone());
        self.put(worklist_key(alert), id);
        self.put_json(keys::alert(alert.id), alert)
    }

    fn alert_joined(&mut self, event: &AlertJoined) -> Result<(), StoreError> {
        self.alert(event.alert, |alert| {
            alert.severity = alert.severity.max(event.severity);
            alert.judged = alert.judged.max(event.judged);
            // A half applied event that is applied again must not join twice.
            let again = alert.findings.iter().any(|(assessment, finding)| {
                *assessment == event.assessment && Some(finding) == event.finding.as_ref()
            });
            if let (Some(finding), false) = (&event.finding, again) {
                alert.findings.push((event.assessment, finding.clone()));
            }
        })
    }

    fn alert_handed_over(&mut self, event: &AlertHandedOver) -> Result<(), StoreError> {
        let recorded = self.recorded;
        let unit: UnitId = event.unit.clone();
        self.alert(event.alert, |alert| {
            alert.unit = unit;
            alert.state = AlertState::Open;
            note(alert, recorded, &event.note);
        })
    }

    fn alert_reopened(&mut self, event: &AlertReopened) -> Result<(), StoreError> {
        let recorded = self.recorded;
        self.alert(event.alert, |alert| {
            alert.state = AlertState::Open;
            note(alert, recorded, &event.reason);
        })
    }

    fn alert_resolved(&mut self, id: AlertId, outcome: &AlertOutcome) -> Result<(), StoreError> {
        let recorded = self.recorded;
        self.alert(id, |alert| {
            alert.state = AlertState::Resolved {
                by: recorded.actor.clone(),
                at: recorded.time,
                outcome: outcome.clone(),
            };
        })
    }

    /// Changes an alert and moves it to where it now belongs.
    fn alert(&mut self, id: AlertId, change: impl FnOnce(&mut Alert)) -> Result<(), StoreError> {
        let key = keys::alert(id);
        let Some(bytes) = self.row(&key)? else {
            return Ok(());
        };
        let mut alert: Alert = rows::from_json("alerts", &bytes)?;
        self.remove(worklist_key(&alert));
        change(&mut alert);
        self.put(worklist_key(&alert), id.0.as_bytes().to_vec());
        if matches!(alert.state, AlertState::Resolved { .. }) {
            self.remove(open_key(&alert));
        } else {
            self.put(open_key(&alert), id.0.as_bytes().to_vec());
        }
        self.put_json(key, &alert)
    }

    /// A setting that holds until a certain time leaves those before it in place: they hold again after it.
    fn limit_set(&mut self, setting: &LimitSetting) -> Result<(), StoreError> {
        let key = keys::limit(&setting.scope, &setting.programme, &setting.limit);
        let mut settings: Vec<LimitRow> = match (setting.until, self.row(&key)?) {
            (Some(_), Some(bytes)) => rows::from_json("limits", &bytes)?,
            _ => Vec::new(),
        };
        let now = self.recorded.time;
        settings.retain(|row| {
            row.event != self.recorded.number && row.setting.until.is_none_or(|until| now < until)
        });
        settings.push(LimitRow {
            setting: setting.clone(),
            by: self.recorded.actor.clone(),
            at: now,
            event: self.recorded.number,
        });
        self.put_json(key, &settings)
    }

    fn programme(
        &mut self,
        id: &gtp_model::ProgrammeId,
        what: ProgrammeChange,
    ) -> Result<(), StoreError> {
        let row = ProgrammeRow {
            programme: id.clone(),
            what,
            by: self.recorded.actor.clone(),
            at: self.recorded.time,
            event: self.recorded.number,
        };
        self.put_json(keys::programme_event(id, self.recorded.number), &row)
    }
}

/// A pause that begins later changes nothing yet: when it begins, the host says so again.
fn pause(row: &mut EnrolmentRow, event: &EnrolmentPaused, now: Time) {
    let from = event.from.unwrap_or(now);
    row.pauses.retain(|pause| pause.from != from);
    row.pauses.push(Pause { from, until: event.until });
    row.pauses.sort_by_key(|pause| pause.from);
    if from <= now {
        row.enrolment.state = EnrolmentState::Paused;
        row.paused_until = event.until;
    }
}

/// Pauses that have not ended end now; those that have not begun are not needed.
fn stop_pauses(row: &mut EnrolmentRow, now: Time) {
    row.pauses.retain(|pause| pause.from < now);
    for pause in &mut row.pauses {
        if pause.until.is_none_or(|until| until > now) {
            pause.until = Some(now);
        }
    }
}

fn note(alert: &mut Alert, recorded: &Recorded, text: &str) {
    let note = AlertNote { by: recorded.actor.clone(), at: recorded.time, text: text.to_owned() };
    if !text.is_empty() && !alert.notes.contains(&note) {
        alert.notes.push(note);
    }
}

fn open_key(alert: &Alert) -> Vec<u8> {
    let cause: &AlertCause = &alert.cause;
    keys::open_alert(alert.enrolment, cause)
}

fn worklist_key(alert: &Alert) -> Vec<u8> {
    keys::on_worklist(&alert.unit, &alert.state, alert.severity, alert.opened, alert.id)
}
