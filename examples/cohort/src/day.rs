//! What one citizen measures and answers on one day.

use crate::body::{Body, Observation, Response};
use crate::noise::Noise;
use crate::person::{Episode, Person};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Map, Value, json};

/// How far each value has wandered from what is usual, in standard deviations.
#[derive(Clone, Debug, Default)]
pub struct State {
    weight: f64,
    pressure: f64,
    pulse: f64,
    saturation: f64,
    glucose: f64,
}

impl State {
    /// One day further: most of the drift stays, a little is new.
    pub fn wander(&mut self, noise: &mut Noise) {
        for value in [
            &mut self.weight,
            &mut self.pressure,
            &mut self.pulse,
            &mut self.saturation,
            &mut self.glucose,
        ] {
            *value = *value * 0.7 + noise.around(0.7);
        }
    }
}

/// What is being put together.
struct Writing<'a> {
    body: Body,
    measured: Timestamp,
    noise: &'a mut Noise,
}

pub fn body(
    person: &Person,
    state: &State,
    day: u32,
    date: Date,
    measured: Timestamp,
    noise: &mut Noise,
) -> Body {
    let mut writing = Writing { body: Body::default(), measured, noise };
    let has = |programme: &str| person.programmes.contains(&programme);
    let (heart, copd) = (has("heart"), has("copd"));
    if heart || copd {
        weight_and_pulse(&mut writing, person, state, day);
    }
    if heart {
        writing.pressure(person.systolic, person.diastolic, state.pressure);
        heart_questions(&mut writing, person, day);
    }
    if copd {
        saturation(&mut writing, person, state, day);
    }
    if has("diabetes") {
        glucose(&mut writing, person, state, day);
    }
    if has("pregnancy") {
        pregnancy(&mut writing, person, state, day, date);
    }
    if copd {
        strength(&mut writing, person, day);
    }
    writing.body
}

fn weight_and_pulse(writing: &mut Writing<'_>, person: &Person, state: &State, day: u32) {
    let failing = person.days_into(Episode::Decompensation, day).map_or(0.0, f64::from);
    let weight = person.weight + state.weight * 0.35 + failing * 0.6 + writing.noise.around(0.15);
    writing.measure("weight", weight, 1, "kg");
    let pulse = person.pulse + state.pulse * 4.0 + failing * 2.5 + writing.noise.around(2.0);
    writing.measure("pulse", pulse, 0, "/min");
}

fn heart_questions(writing: &mut Writing<'_>, person: &Person, day: u32) {
    let days = person.days_into(Episode::Decompensation, day);
    let from = |first: u32| days.is_some_and(|days| days >= first);
    let odd = writing.noise.chance(0.02);
    writing.answer(
        "heart",
        "heart-symptoms",
        &[
            ("more-breathless", from(4) || odd),
            ("more-swelling", from(3)),
            ("dizzy", odd),
            ("fainted", false),
            ("woke-breathless", from(6)),
            ("slept-propped-up", from(5)),
            ("much-worse", from(7)),
        ],
    );
}

fn saturation(writing: &mut Writing<'_>, person: &Person, state: &State, day: u32) {
    let flaring = person.days_into(Episode::Exacerbation, day);
    let fall = flaring.map_or(0.0, |days| 1.5 * f64::from(days.min(4)));
    let value = person.saturation + state.saturation * 0.8 - fall + writing.noise.around(0.5);
    writing.measure("spo2", value.min(100.0), 0, "%");
    writing.say("supplemental-oxygen", Value::Bool(false));
    let within = |from: u32, to: u32| flaring.is_some_and(|days| (from..=to).contains(&days));
    let cold = writing.noise.chance(0.02);
    writing.answer(
        "copd",
        "copd-symptoms",
        &[
            ("breathlessness", within(1, 5)),
            ("sputum-volume", within(1, 4)),
            ("sputum-colour", within(2, 4)),
            ("cough", within(0, 5) || cold),
            ("wheeze", within(2, 3)),
            ("sore-throat", cold),
            ("cold", cold),
            ("fever", within(2, 2)),
        ],
    );
}

/// How often somebody can rise from a chair: less often with a fast pulse, and hardly in an exacerbation.
fn strength(writing: &mut Writing<'_>, person: &Person, day: u32) {
    let flaring = person.days_into(Episode::Exacerbation, day).map_or(0.0, |_| 3.0);
    let times = 11.0 - (person.pulse - 72.0) * 0.15 - flaring + writing.noise.around(0.7);
    writing.measure("sit-to-stand", times.max(0.0), 0, "{count}");
}

fn glucose(writing: &mut Writing<'_>, person: &Person, state: &State, day: u32) {
    let ill = person.days_into(Episode::StomachBug, day);
    let raised = if ill.is_some() { 8.5 } else { 0.0 };
    let value = person.glucose + state.glucose * 0.7 + raised + writing.noise.around(0.5);
    writing.measure("glucose", value.max(2.2), 1, "mmol/L");
    writing.say("glucose-moment", json!("before-breakfast"));
    if let Some(days) = ill {
        let ketones = 0.9 + f64::from(days) + writing.noise.around(0.2);
        writing.measure("ketones", ketones, 1, "mmol/L");
    }
    if day.is_multiple_of(7) {
        writing.answer(
            "diabetes",
            "diabetes-symptoms",
            &[
                ("thirsty", ill.is_some()),
                ("nausea", ill.is_some()),
                ("drowsy", false),
                ("needed-help", false),
            ],
        );
    }
}

fn pregnancy(writing: &mut Writing<'_>, person: &Person, state: &State, day: u32, date: Date) {
    let climbing = person.days_into(Episode::PreEclampsia, day).map_or(0.0, f64::from);
    writing.pressure(
        person.systolic + climbing * 4.0,
        person.diastolic + climbing * 2.8,
        state.pressure,
    );
    let protein = match climbing as u32 {
        0..=3 => "neg",
        4..=6 => "plus-1",
        _ => "plus-2",
    };
    writing.say("urine-protein", json!(protein));
    if day == 0 {
        // Only staff may enter it; whoever replays the cohort sends it as such.
        let due = date.saturating_add(jiff::Span::new().days(280 - person.pregnant_days));
        writing.say("due-date", json!(due.to_string()));
    }
    let headache = climbing >= 6.0;
    let mut answers = Writing::flags(&[
        ("headache", headache),
        ("sight", climbing >= 8.0),
        ("pain-under-ribs", false),
        ("vomiting", false),
        ("sudden-swelling", climbing >= 5.0),
    ]);
    let less = writing.noise.chance(0.01);
    answers.insert("movement".to_owned(), json!(if less { "less" } else { "as-usual" }));
    writing.respond("pregnancy", "pregnancy-symptoms", answers);
}

impl Writing<'_> {
    /// A measurement, rounded to what a meter shows; one in a hundred is skipped.
    fn measure(&mut self, field: &'static str, value: f64, decimals: i32, unit: &'static str) {
        let scale = 10_f64.powi(decimals);
        let skipped = self.noise.chance(0.01);
        let rounded = (value * scale).round() / scale;
        self.body.observations.push(Observation {
            field,
            value: (!skipped).then(|| json!(rounded)),
            unit: if skipped { "" } else { unit },
            measured: self.measured,
            skipped: skipped.then_some("not possible today"),
            confirmed: true,
        });
    }

    fn say(&mut self, field: &'static str, value: Value) {
        self.body.observations.push(Observation {
            field,
            value: Some(value),
            unit: "",
            measured: self.measured,
            skipped: None,
            confirmed: true,
        });
    }

    /// Both numbers of a blood pressure, the low one below the high one.
    fn pressure(&mut self, systolic: f64, diastolic: f64, drift: f64) {
        let high = systolic + drift * 6.0 + self.noise.around(3.0);
        let low = (diastolic + drift * 3.0 + self.noise.around(2.0)).min(high - 15.0);
        self.measure("systolic", high, 0, "mm[Hg]");
        self.measure("diastolic", low, 0, "mm[Hg]");
    }

    fn flags(answers: &[(&str, bool)]) -> Map<String, Value> {
        answers.iter().map(|(item, yes)| ((*item).to_owned(), Value::Bool(*yes))).collect()
    }

    fn answer(
        &mut self,
        programme: &'static str,
        questionnaire: &'static str,
        answers: &[(&str, bool)],
    ) {
        self.respond(programme, questionnaire, Self::flags(answers));
    }

    fn respond(
        &mut self,
        programme: &'static str,
        questionnaire: &'static str,
        answers: Map<String, Value>,
    ) {
        self.body.responses.push(Response {
            programme,
            questionnaire,
            answered: self.measured,
            answers,
        });
    }
}
