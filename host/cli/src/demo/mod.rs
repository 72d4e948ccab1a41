//! `gtp serve --demo`: units, people and four weeks of history, all made up.
//!
//! Everything is written through the same commands as in real work, by a clock that is turned from moment
//! to moment, so the rules judge it and the alerts are real ones. The generator has a fixed seed: every
//! demo tells the same stories, ending today. Making it can be interrupted: every step is harmless when it is
//! done again.

mod history;
mod life;
mod noise;
mod people;
mod together;

use crate::complaint::Complaint;
use crate::host::Host;
use gtp_care::calendar::rfc3339;
use gtp_care::clock::{Clock as _, SetClock, SystemClock};
use gtp_care::{Care, CareError, Conflict, NewAccount, NewEnrolment, Once};
use gtp_model::{Actor, CitizenId, DAY, IdempotencyKey, ProgrammeId, Role, Time};
use gtp_record::Store as _;
use gtp_record::view::queries;
use people::{AUDITOR, CITIZENS, CLINICIANS, DemoCitizen, OPERATOR, RELATIVE};
use serde_json::json;
use std::sync::Arc;

/// How many days of history there are.
const DAYS: i64 = 28;

/// Makes the demo where it is not made yet, and gives the text with its logins. `{address}` stands for the
/// server's address.
///
/// # Errors
/// The record holds something else, or cannot take it.
pub async fn prepare(host: &Host) -> Result<String, Complaint> {
    if !is_made(host)? {
        let began = std::time::Instant::now();
        let clock = Arc::new(SetClock::at(SystemClock.now()));
        let care = host.care_at(clock.clone());
        make(&care, &clock).await.map_err(|error| {
            // Nobody real is in a demo, so the places may be told.
            let places = match &error {
                CareError::Invalid(problems) | CareError::Unconfirmed(problems) => {
                    format!("; {problems:?}")
                }
                _ => String::new(),
            };
            Complaint::failed(format!("the demo's history cannot be written: {error}{places}"))
        })?;
        tracing::info!(millis = began.elapsed().as_millis(), "made the demo's people and history");
    }
    Ok(logins())
}

/// Whether the demo is there. The operator's account is made last.
fn is_made(host: &Host) -> Result<bool, Complaint> {
    let store = &*host.record;
    let unreadable = |error| Complaint::failed(format!("the record cannot be read: {error}"));
    let units = queries::units(store).map_err(unreadable)?;
    let ours = units.iter().any(|unit| people::units().iter().any(|demo| demo.id == unit.id));
    if !ours && store.last() > 0 && !units.is_empty() {
        return Err(Complaint::new("the data folder holds a record that is no demo")
            .help("start without --demo, or name another folder as `data`"));
    }
    Ok(queries::account(store, OPERATOR.account).map_err(unreadable)?.is_some())
}

async fn make(care: &Care, clock: &SetClock) -> Result<(), CareError> {
    let now = clock.now();
    clock.set(now.plus(-(DAYS + 1) * DAY));
    for unit in people::units() {
        care.add_unit(&Actor::host(), unit).await?;
    }
    for clinician in &CLINICIANS {
        add_account(care, clinician.account()).await?;
    }
    let mut first = None;
    for demo in &CITIZENS {
        let enrolled = now.plus(-demo.story.days() * DAY);
        let citizen = admit(care, clock, demo, enrolled).await?;
        history::write(care, clock, demo, citizen, now).await?;
        first.get_or_insert((demo, citizen));
    }
    clock.set(now);
    for person in [&RELATIVE, &AUDITOR] {
        add_account(care, person.account()).await?;
    }
    if let Some((demo, citizen)) = first {
        together::write(care, demo, citizen, now).await?;
    }
    add_account(care, OPERATOR.account()).await
}

/// Registers a citizen and enrols them in their programmes.
async fn admit(
    care: &Care,
    clock: &SetClock,
    demo: &DemoCitizen,
    when: Time,
) -> Result<CitizenId, CareError> {
    clock.set(when.plus(-DAY / 24));
    let nurse = people::nurse();
    let citizen = match care.register_citizen(&nurse, demo.number, demo.name, Once::default()).await
    {
        Ok(citizen) => citizen.id,
        Err(CareError::Conflict(Conflict::AlreadyRegistered)) => {
            let number = demo.number.parse().map_err(|_| CareError::NotFound("citizen"))?;
            care.citizen_by_number(&Actor::host(), &number)?.id
        }
        Err(error) => return Err(error),
    };
    clock.set(when);
    for programme in programmes_for(care, demo) {
        let new = NewEnrolment {
            programme: programme.clone(),
            unit: people::unit_id(people::HOME_CARE),
            care_team: vec![people::unit_id(people::CARDIOLOGY), people::unit_id(people::GP)],
            start: None,
        };
        match care.enrol(&nurse, citizen, new, Once::default()).await {
            Ok(_) | Err(CareError::Conflict(Conflict::AlreadyEnrolled)) => {}
            Err(error) => return Err(error),
        }
        if programme.as_str() == "pregnancy" {
            note_due_date(care, citizen, when).await?;
        }
    }
    let account = NewAccount {
        account: demo.account.to_owned(),
        name: demo.name.to_owned(),
        role: Role::Citizen,
        unit: None,
        citizen: Some(citizen),
        password: people::password(demo.account),
        temporary: false,
    };
    add_account(care, account).await?;
    Ok(citizen)
}

/// The citizen's programmes of those that are there. One that the demo does not know by name is given to the
/// first citizen, so that it can be tried.
fn programmes_for(care: &Care, demo: &DemoCitizen) -> Vec<ProgrammeId> {
    let known = |id: &str| CITIZENS.iter().any(|citizen| citizen.programmes.contains(&id));
    let first = CITIZENS.first().is_some_and(|first| first.account == demo.account);
    let loaded = care.programmes();
    let ids = loaded.iter().map(|loaded| loaded.id());
    ids.filter(|id| demo.programmes.contains(&id.as_str()) || first && !known(id.as_str()))
        .cloned()
        .collect()
}

/// What a doctor notes once at the beginning: when a child is due.
async fn note_due_date(care: &Care, citizen: CitizenId, now: Time) -> Result<(), CareError> {
    let day: String = rfc3339(now.plus(90 * DAY)).chars().take(10).collect();
    let body = json!({ "observations": [{ "field": "due-date", "value": day }] });
    let key = IdempotencyKey::parse("demo-due-date");
    care.submit(&people::doctor(), citizen, &body, key.as_ref()).await.map(drop)
}

async fn add_account(care: &Care, account: NewAccount) -> Result<(), CareError> {
    match care.add_account(&Actor::host(), account).await {
        Ok(()) | Err(CareError::Conflict(Conflict::AccountExists)) => Ok(()),
        Err(error) => Err(error),
    }
}

/// The addresses and logins, as printed.
fn logins() -> String {
    use std::fmt::Write as _;
    let mut text = String::from(
        "\nA demo with made-up people. Open http://{address}/ and log in:\n\n\
         \x20 account            password              who\n",
    );
    let staff = CLINICIANS
        .iter()
        .chain([&OPERATOR, &AUDITOR, &RELATIVE])
        .map(|person| (person.account, person.who));
    let citizens = CITIZENS.iter().map(|citizen| (citizen.account, citizen.who));
    for (account, who) in staff.chain(citizens) {
        // Writing to a string does not fail.
        let _ = writeln!(text, "  {account:<18} {:<21} {who}", people::password(account));
    }
    let nurse = people::NURSE;
    let password = people::password(nurse);
    let _ = write!(
        text,
        "\nThe same over the API, described at http://{{address}}/openapi.json:\n\n\
         \x20 curl http://{{address}}/api/v1/sessions -H 'Content-Type: application/json' \\\n\
         \x20   -d '{{\"account\": \"{nurse}\", \"password\": \"{password}\"}}'\n\
         \x20 curl http://{{address}}/api/v1/alerts -H 'Authorization: Bearer TOKEN'\n\n\
         Ctrl-C stops it; started again, it has its data."
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_logins_are_the_same_each_time_and_each_has_its_own_password() {
        let text = logins();
        assert_eq!(text, logins());
        for citizen in &CITIZENS {
            assert!(text.contains(citizen.account));
        }
        assert!(text.contains("demo-nurse-2026") && text.contains("{address}"));
    }
}
