//! Four weeks in a citizen's life: what they measure and answer each day, and what the nurse does about it.

use super::life::Life;
use super::noise::Noise;
use super::people::{self, DemoCitizen, Story};
use gtp_care::calendar::Calendar;
use gtp_care::clock::SetClock;
use gtp_care::{AlertAction, AlertFilter, Care, CareError, Once, WorklistQuery};
use gtp_model::{Actor, AlertOutcome, CitizenId, DAY, HOUR, IdempotencyKey, MINUTE, Role, Time};
use serde_json::{Value, json};

/// Writes the history of one citizen up to now.
///
/// # Errors
/// The record cannot take it.
pub async fn write(
    care: &Care,
    clock: &SetClock,
    demo: &DemoCitizen,
    citizen: CitizenId,
    now: Time,
) -> Result<(), CareError> {
    let actor = Actor {
        account: demo.account.to_owned(),
        role: Role::Citizen,
        unit: None,
        citizen: Some(citizen),
    };
    clock.set(now);
    let form = care.citizen_form(&actor, citizen).await?;
    if form.parts.is_empty() {
        return Ok(());
    }
    let seed = demo.number.bytes().fold(0, |seed: u64, byte| seed * 31 + u64::from(byte));
    let mut noise = Noise::new(seed);
    let mut life = Life::new(demo, Noise::new(seed + 1));
    for days_ago in (0..demo.story.days()).rev() {
        let moment = moment(care.calendar(), now, days_ago, &mut noise);
        life.wake(days_ago);
        if life.forgets() {
            continue;
        }
        if let Some(body) = life.submission(&form, moment) {
            clock.set(moment.plus(2 * MINUTE).min(now));
            send(care, &actor, citizen, body, &format!("demo-{}-{days_ago}", demo.account)).await?;
        }
        // A home blood pressure period before a visit: twice a day for a week.
        let evening = moment.plus(12 * HOUR);
        let measures = demo.story == Story::Pressure && days_ago < 7 && evening < now;
        if let Some(body) = life.blood_pressure(&form, evening).filter(|_| measures) {
            clock.set(evening.plus(2 * MINUTE).min(now));
            let key = format!("demo-{}-{days_ago}-evening", demo.account);
            send(care, &actor, citizen, body, &key).await?;
        }
        if demo.story == Story::Recovered {
            handle_alerts(care, clock, citizen, moment.plus(2 * HOUR).min(now)).await?;
        }
    }
    Ok(())
}

/// Sends a submission, and confirms what is unusual.
async fn send(
    care: &Care,
    actor: &Actor,
    citizen: CitizenId,
    mut body: Value,
    key: &str,
) -> Result<(), CareError> {
    let key = IdempotencyKey::parse(key);
    match care.submit(actor, citizen, &body, key.as_ref()).await {
        Err(CareError::Unconfirmed(_)) => {
            confirm_all(&mut body);
            care.submit(actor, citizen, &body, key.as_ref()).await.map(drop)
        }
        other => other.map(drop),
    }
}

/// About half past seven in the morning of a day, but never later than a few minutes ago.
fn moment(calendar: &Calendar, now: Time, days_ago: i64, noise: &mut Noise) -> Time {
    let date = calendar.zoned(now.plus(-days_ago * DAY)).date();
    let morning = calendar.moment(&format!("{date}T07:30")).unwrap_or(now);
    // Whole minutes, as people give them.
    let wobble = noise.around(12.0).round() as i64 * MINUTE;
    let latest = Time((now.0 - 5 * MINUTE) / MINUTE * MINUTE);
    morning.plus(wobble).min(latest)
}

fn confirm_all(body: &mut Value) {
    let observations = body.get_mut("observations").and_then(Value::as_array_mut);
    for observation in observations.into_iter().flatten().filter_map(Value::as_object_mut) {
        observation.insert("confirmed".to_owned(), json!(true));
    }
}

/// The nurse calls and closes what is open.
async fn handle_alerts(
    care: &Care,
    clock: &SetClock,
    citizen: CitizenId,
    when: Time,
) -> Result<(), CareError> {
    let nurse = people::nurse();
    let query = WorklistQuery { unit: None, state: AlertFilter::Unresolved, limit: 100 };
    let items = care.worklist(&nurse, query).await?;
    for alert in items.into_iter().map(|item| item.alert).filter(|alert| alert.citizen == citizen) {
        let act =
            async |action| care.act_on_alert(&nurse, alert.id, &action, Once::default()).await;
        clock.set(when);
        act(AlertAction::Take).await?;
        let note = "Ringet op. Tager vanddrivende, vejer sig i morgen tidlig.";
        act(AlertAction::Note(note.to_owned())).await?;
        clock.set(when.plus(HOUR / 2));
        let outcome =
            AlertOutcome { code: "contacted".to_owned(), note: "Aftalt med lægen.".to_owned() };
        act(AlertAction::Resolve(outcome)).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn nothing_is_measured_in_the_future() {
        let calendar = Calendar::new("Europe/Copenhagen").unwrap();
        let mut noise = Noise::new(3);
        let five_past_midnight = calendar.moment("2026-11-21T00:05").unwrap();
        let today = moment(&calendar, five_past_midnight, 0, &mut noise);
        assert!(today < five_past_midnight);
        let yesterday = moment(&calendar, five_past_midnight, 1, &mut noise);
        let local = calendar.zoned(yesterday);
        assert_eq!(local.date().to_string(), "2026-11-20");
        assert!((6..=8).contains(&local.hour()));
    }
}
