//! What a citizen of the demo would measure and answer on a day.
//!
//! What is asked comes from the programmes themselves, so a programme that is dropped in later gets believable
//! values too: fields that are known by name follow the citizen's story, others lie about the middle of
//! what is usual, and questions are answered as nearly everybody answers them on nearly every day.

use super::noise::Noise;
use super::people::{DemoCitizen, Story};
use gtp_care::calendar::rfc3339;
use gtp_care::{CitizenForm, FormPart};
use gtp_model::programme::{
    Activity, Choice, ItemKind, Kind, Pattern, Programme, Quantity, Questionnaire, Subject,
};
use gtp_model::{FieldId, ItemId, Time};
use serde_json::{Map, Value, json};

/// A citizen's days, one after the other.
pub struct Life<'a> {
    demo: &'a DemoCitizen,
    noise: Noise,
    days_ago: i64,
    /// Slow changes of the weight in kg: yesterday's meal is still there today.
    drift: f64,
}

impl<'a> Life<'a> {
    /// The life of a citizen before its first day.
    pub const fn new(demo: &'a DemoCitizen, noise: Noise) -> Self {
        Self { demo, noise, days_ago: i64::MAX, drift: 0.0 }
    }

    /// Begins the day that was so many days ago.
    pub fn wake(&mut self, days_ago: i64) {
        self.days_ago = days_ago;
        self.drift = match self.water() {
            Some(_) => 0.0,
            None => self.drift * 0.6 + self.noise.around(0.2),
        };
    }

    /// Whether the citizen measures nothing today.
    pub fn forgets(&mut self) -> bool {
        let often = if self.demo.story == Story::Forgetful { 0.45 } else { 0.06 };
        self.noise.chance(often) && self.water().is_none() && self.days_ago > 0
    }

    /// The body of today's submission: what is due in all the programmes. Nothing where nothing is.
    pub fn submission(&mut self, form: &CitizenForm, moment: Time) -> Option<Value> {
        let measured = rfc3339(moment);
        let (mut observations, mut responses) = (vec![], vec![]);
        for part in &form.parts {
            let programme = &part.programme.definition;
            let due = self.due(part);
            let fields = part.fields.iter().map(|field| &field.id);
            let wanted = fields.filter(|id| due.contains(&Subject::Field((*id).clone())));
            observations.extend(wanted.filter_map(|id| self.observation(programme, id, &measured)));
            let asked = part.questionnaires.iter().filter_map(|id| programme.questionnaire(id));
            for questionnaire in asked {
                if due.contains(&Subject::Questionnaire(questionnaire.id.clone())) {
                    responses.push(json!({
                        "programme": programme.id(),
                        "questionnaire": questionnaire.id,
                        "answered": measured,
                        "answers": self.answers(programme, questionnaire),
                    }));
                }
            }
        }
        let something = !observations.is_empty() || !responses.is_empty();
        something.then(|| json!({ "observations": observations, "responses": responses }))
    }

    /// The body of a submission of blood pressure and pulse alone.
    pub fn blood_pressure(&mut self, form: &CitizenForm, moment: Time) -> Option<Value> {
        let measured = rfc3339(moment);
        let part = form.parts.iter().find(|part| part.programme.id().as_str() == "heart")?;
        let programme = &part.programme.definition;
        let fields =
            ["systolic", "diastolic", "pulse"].into_iter().filter_map(|id| id.parse().ok());
        let observations: Vec<Value> =
            fields.filter_map(|id| self.observation(programme, &id, &measured)).collect();
        Some(json!({ "observations": observations }))
    }

    fn observation(
        &mut self,
        programme: &Programme,
        id: &FieldId,
        measured: &str,
    ) -> Option<Value> {
        let field = programme.field(id)?;
        let value = self.value(Some(id), &field.kind)?;
        let mut observation = json!({ "field": id, "value": value, "measured": measured });
        if let (Kind::Quantity(quantity), Some(object)) = (&field.kind, observation.as_object_mut())
        {
            object.insert("unit".to_owned(), json!(quantity.unit));
        }
        Some(observation)
    }

    /// What a programme expects today.
    fn due(&self, part: &FormPart) -> Vec<Subject> {
        let activities = part.programme.definition.schedule.iter();
        let day = self.demo.story.days() - 1 - self.days_ago;
        activities
            .filter(|activity| is_due(activity, day))
            .flat_map(|activity| activity.subjects.iter().cloned())
            .collect()
    }

    fn answers(
        &mut self,
        programme: &Programme,
        questionnaire: &Questionnaire,
    ) -> Map<String, Value> {
        let mut answers = Map::new();
        let mut numbers: Vec<(ItemId, f64)> = vec![];
        let mut complains = self.ill();
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
                self.value(field, kind)
            };
            let Some(value) = value else { continue };
            if let Some(number) = number_that_rules_see(kind, &value) {
                numbers.push((item.id.clone(), number));
            }
            answers.insert(item.id.to_string(), value);
        }
        answers
    }

    /// The water in kilograms, on the days on which it matters.
    fn water(&self) -> Option<f64> {
        water(self.demo.story, self.days_ago)
    }

    fn ill(&self) -> bool {
        self.water().is_some_and(|kilograms| kilograms > 1.5)
    }

    /// A value for a field or a question. Nothing where nobody would write anything.
    fn value(&mut self, field: Option<&FieldId>, kind: &Kind) -> Option<Value> {
        match kind {
            Kind::Quantity(quantity) => Some(json!(self.number(field, quantity))),
            // The lowest is how nearly everybody answers on nearly every day.
            Kind::Choice(choices) => lowest(choices).map(|choice| json!(choice.code)),
            Kind::Flag => Some(json!(false)),
            Kind::Date | Kind::FreeText(_) => None,
        }
    }

    fn number(&mut self, field: Option<&FieldId>, quantity: &Quantity) -> f64 {
        let demo = self.demo;
        let (systolic, diastolic) = demo.pressure;
        let ill = if self.ill() { 1.0 } else { 0.0 };
        let (usual, deviation) = match field.map(FieldId::as_str) {
            Some("weight") => (demo.weight + self.drift + self.water().unwrap_or_default(), 0.0),
            Some("systolic") => (systolic + 6.0 * ill, 4.0),
            Some("diastolic") => (diastolic + 3.0 * ill, 2.5),
            Some("pulse") => (demo.pulse + 14.0 * ill, 3.0),
            Some("spo2") => (93.0, 0.7),
            Some("glucose") if demo.programmes.contains(&"pregnancy") => (4.9, 0.2),
            Some("glucose") => (7.0, 0.6),
            Some("ketones") => (0.2, 0.05),
            Some("temperature") => (36.8, 0.2),
            Some("sit-to-stand") => (11.0, 1.0),
            _ => (middle(quantity), spread(quantity)),
        };
        let number = (usual + self.noise.around(deviation)).clamp(
            quantity.reject.low.unwrap_or(f64::MIN),
            quantity.reject.high.unwrap_or(f64::MAX),
        );
        let scale = 10_f64.powi(i32::from(quantity.decimals));
        (number * scale).round() / scale
    }
}

/// Whether an activity is done on a day of the enrolment, from 0. People of a demo are diligent: what begins
/// daily goes on daily, and what is never expected but always welcome is done every other day. What comes so
/// rarely that it would hardly be seen is left out.
fn is_due(activity: &Activity, day: i64) -> bool {
    let Some(phase) = activity.phases.first() else { return false };
    let fields = activity.subjects.iter().any(|subject| matches!(subject, Subject::Field(_)));
    match &phase.pattern {
        Pattern::Daily | Pattern::Weekdays(_) => true,
        Pattern::EveryDays(days) => *days <= 28 && day % i64::from((*days).max(1)) == 0,
        Pattern::TimesAWeek(times) => {
            let apart = 7 / i64::from((*times).clamp(1, 7));
            day % 7 % apart == 0 && day % 7 / apart < i64::from(*times)
        }
        Pattern::OnDemand => fields && day % 2 == 0,
        Pattern::BeforeVisit(_) => false,
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
}
