//! Four weeks in a citizen's life: what they measure and answer each day, and what the nurse does about it.

use super::noise::Noise;
use super::people::{self, DemoCitizen, Story};
use gtp_care::calendar::{Calendar, rfc3339};
use gtp_care::clock::SetClock;
use gtp_care::{AlertFilter, Care, CareError, CitizenForm, WorklistQuery};
use gtp_model::programme::{Choice, ItemKind, Kind, Programme, Quantity, Questionnaire};
use gtp_model::{
    Actor, AlertOutcome, CitizenId, DAY, FieldId, HOUR, IdempotencyKey, ItemId, MINUTE, Role, Time,
};
use serde_json::{Map, Value, json};

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
    let seed = demo.number.bytes().fold(0, |seed: u64, byte| seed * 31 + u64::from(byte));
    let mut life = Life { demo, noise: Noise::new(seed), drift: 0.0 };
    for days_ago in (0..demo.story.days()).rev() {
        let moment = moment(care.calendar(), now, days_ago, &mut life.noise);
        life.wake(days_ago);
        if life.forgets(days_ago) {
            continue;
        }
        let mut body = life.submission(&form, days_ago, moment);
        clock.set(moment.plus(2 * MINUTE).min(now));
        let key = IdempotencyKey::parse(&format!("demo-{}-{days_ago}", demo.account));
        match care.submit(&actor, citizen, &body, key.as_ref()).await {
            Ok(_) => {}
            Err(CareError::Unconfirmed(_)) => {
                confirm_all(&mut body);
                care.submit(&actor, citizen, &body, key.as_ref()).await?;
            }
            Err(error) => return Err(error),
        }
        if demo.story == Story::Recovered {
            handle_alerts(care, clock, citizen, moment.plus(2 * HOUR).min(now)).await?;
        }
    }
    Ok(())
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
        clock.set(when);
        care.take_alert(&nurse, alert.id).await?;
        care.note_alert(
            &nurse,
            alert.id,
            "Ringet op. Tager vanddrivende, vejer sig i morgen tidlig.",
        )
        .await?;
        clock.set(when.plus(HOUR / 2));
        let outcome =
            AlertOutcome { code: "contacted".to_owned(), note: "Aftalt med lægen.".to_owned() };
        care.resolve_alert(&nurse, alert.id, outcome).await?;
    }
    Ok(())
}

/// What a citizen would measure and answer.
struct Life<'a> {
    demo: &'a DemoCitizen,
    noise: Noise,
    /// Slow changes of the weight in kg: yesterday's meal is still there today.
    drift: f64,
}

impl Life<'_> {
    fn wake(&mut self, days_ago: i64) {
        self.drift = match water(self.demo.story, days_ago) {
            Some(_) => 0.0,
            None => self.drift * 0.6 + self.noise.around(0.2),
        };
    }

    fn forgets(&mut self, days_ago: i64) -> bool {
        let often = if self.demo.story == Story::Forgetful { 0.45 } else { 0.06 };
        let sure = days_ago <= 5 && self.demo.story == Story::Decompensating
            || water(self.demo.story, days_ago).is_some();
        self.noise.chance(often) && !sure
    }

    /// The body of a submission with everything that the forms ask for.
    fn submission(&mut self, form: &CitizenForm, days_ago: i64, moment: Time) -> Value {
        let measured = rfc3339(moment);
        let (mut observations, mut responses) = (vec![], vec![]);
        for part in &form.parts {
            let programme = &part.programme.definition;
            for field in part.fields.iter().filter_map(|field| programme.field(&field.id)) {
                let Some(value) = self.value(Some(&field.id), &field.kind, days_ago) else {
                    continue;
                };
                let mut observation =
                    json!({ "field": field.id, "value": value, "measured": measured });
                if let (Kind::Quantity(quantity), Some(object)) =
                    (&field.kind, observation.as_object_mut())
                {
                    object.insert("unit".to_owned(), json!(quantity.unit));
                }
                observations.push(observation);
            }
            let asked = part.questionnaires.iter().filter_map(|id| programme.questionnaire(id));
            for questionnaire in asked {
                responses.push(json!({
                    "programme": programme.id(),
                    "questionnaire": questionnaire.id,
                    "answered": measured,
                    "answers": self.answers(programme, questionnaire, days_ago),
                }));
            }
        }
        json!({ "observations": observations, "responses": responses })
    }

    fn answers(
        &mut self,
        programme: &Programme,
        questionnaire: &Questionnaire,
        days_ago: i64,
    ) -> Map<String, Value> {
        let mut answers = Map::new();
        let mut numbers: Vec<(ItemId, f64)> = vec![];
        let mut complains = self.ill(days_ago);
        for item in &questionnaire.items {
            let number_of =
                |id: &ItemId| numbers.iter().find(|(own, _)| own == id).map(|(_, number)| *number);
            if !item.shown(number_of) {
                continue;
            }
            let (field, kind) = match &item.kind {
                ItemKind::Heading => continue,
                ItemKind::Question(kind) => (None, kind),
                ItemKind::Field(id) => match programme.field(id) {
                    Some(field) => (Some(id), &field.kind),
                    None => continue,
                },
            };
            // Whoever is ill says so in the first question that can be answered with yes.
            let value = if complains && *kind == Kind::Flag {
                complains = false;
                Some(json!(true))
            } else {
                self.value(field, kind, days_ago)
            };
            let Some(value) = value else { continue };
            if let Some(number) = number_that_rules_see(kind, &value) {
                numbers.push((item.id.clone(), number));
            }
            answers.insert(item.id.to_string(), value);
        }
        answers
    }

    fn ill(&self, days_ago: i64) -> bool {
        matches!(water(self.demo.story, days_ago), Some(kilograms) if kilograms > 1.5)
    }

    /// A value for a field or a question. Nothing where nobody would write anything.
    fn value(&mut self, field: Option<&FieldId>, kind: &Kind, days_ago: i64) -> Option<Value> {
        match kind {
            Kind::Quantity(quantity) => Some(json!(self.number(field, quantity, days_ago))),
            // The lowest is how nearly everybody answers on nearly every day.
            Kind::Choice(choices) => lowest(choices).map(|choice| json!(choice.code)),
            Kind::Flag => Some(json!(false)),
            Kind::Date | Kind::FreeText(_) => None,
        }
    }

    fn number(&mut self, field: Option<&FieldId>, quantity: &Quantity, days_ago: i64) -> f64 {
        let demo = self.demo;
        let (systolic, diastolic) = demo.pressure;
        let ill = if self.ill(days_ago) { 1.0 } else { 0.0 };
        let number = match field.map(FieldId::as_str) {
            Some("weight") => {
                demo.weight + self.drift + water(demo.story, days_ago).unwrap_or_default()
            }
            Some("systolic") => systolic + self.noise.around(4.0) + 6.0 * ill,
            Some("diastolic") => diastolic + self.noise.around(2.5) + 3.0 * ill,
            Some("pulse") => demo.pulse + self.noise.around(3.0) + 14.0 * ill,
            _ => middle(quantity) + self.noise.around(spread(quantity)),
        };
        let number = number.clamp(
            quantity.reject.low.unwrap_or(f64::MIN),
            quantity.reject.high.unwrap_or(f64::MAX),
        );
        let scale = 10_f64.powi(i32::from(quantity.decimals));
        (number * scale).round() / scale
    }
}

/// The water that has built up in a story, in kilograms, on the days on which it matters. More than 2 kg in
/// three days, and less than 1.36 kg from one day to the next.
fn water(story: Story, days_ago: i64) -> Option<f64> {
    let day = match story {
        Story::Decompensating => days_ago,
        Story::Recovered => days_ago - 13,
        _ => return None,
    };
    match day {
        4 => Some(0.0),
        3 => Some(0.2),
        2 => Some(0.6),
        1 => Some(1.7),
        0 => Some(2.9),
        // The diuretic works.
        -1 => Some(1.8),
        -2 => Some(0.9),
        -3 => Some(0.3),
        _ => None,
    }
}

fn lowest(choices: &[Choice]) -> Option<&Choice> {
    choices.iter().min_by(|left, right| left.value.total_cmp(&right.value))
}

/// The middle of what is usual, or of what is possible where nothing is said of the usual.
fn middle(quantity: &Quantity) -> f64 {
    let (low, high) = usual(quantity);
    f64::midpoint(low, high)
}

fn spread(quantity: &Quantity) -> f64 {
    let (low, high) = usual(quantity);
    (high - low) / 40.0
}

fn usual(quantity: &Quantity) -> (f64, f64) {
    let low = quantity.confirm.low.or(quantity.reject.low).unwrap_or(0.0);
    let high = quantity.confirm.high.or(quantity.reject.high).unwrap_or(low + 100.0);
    (low, high)
}

fn number_that_rules_see(kind: &Kind, value: &Value) -> Option<f64> {
    match kind {
        Kind::Choice(choices) => {
            { choices.iter().find(|choice| Some(choice.code.as_str()) == value.as_str()) }
                .map(|choice| choice.value)
        }
        Kind::Flag => value.as_bool().map(|yes| if yes { 1.0 } else { 0.0 }),
        _ => value.as_f64(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_water_rises_by_more_than_two_kilograms_in_any_three_days_before_the_last() {
        let at = |days_ago| water(Story::Decompensating, days_ago).unwrap();
        assert!(at(0) - at(2) > 2.0, "even when the measurement of three days ago is just too old");
        assert!((1..=4).all(|day| at(day - 1) - at(day) < 1.36));
        assert!(at(1) - at(4) < 2.0, "it is red today, not yesterday");
        assert_eq!(water(Story::Recovered, 13), Some(2.9));
        assert_eq!(water(Story::Steady, 0), None);
    }

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
