//! What a submission is accepted or refused for.

use super::plausible::{self, Background, History};
use super::{Shape, Submission, reading};
use crate::fixture::{self, NOW};
use crate::{Fault, Problem};
use gtp_model::programme::Audience;
use gtp_model::{DAY, FieldId, Observation, ObservationId, Source, Time, Value};
use rstest::rstest;
use serde_json::{Value as Json, json};
use std::borrow::Cow;
use std::convert::Infallible;

/// A record with a few observations in it.
#[derive(Default)]
struct Fake(Vec<(Observation, bool)>);

impl Fake {
    fn with(field: &str, measured: Time, value: f64) -> (Self, ObservationId) {
        let id = ObservationId::new();
        let observation = Observation {
            id,
            citizen: gtp_model::CitizenId::new(),
            field: field.parse().unwrap(),
            measured,
            received: measured,
            value: Value::Number(value),
            unit: String::new(),
            source: Source::Citizen,
            supersedes: None,
            confirmed: false,
        };
        (Self(vec![(observation, false)]), id)
    }
}

impl History for Fake {
    type Error = Infallible;

    fn newest_before(
        &self,
        field: &FieldId,
        moment: Time,
    ) -> Result<Option<(Time, f64)>, Infallible> {
        let of = self.0.iter().filter(|(o, _)| o.field == *field && o.measured < moment);
        Ok(of.filter_map(|(o, _)| Some((o.measured, o.value.number()?))).max_by_key(|(t, _)| *t))
    }

    fn at(&self, field: &FieldId, moment: Time) -> Result<Cow<'_, [Observation]>, Infallible> {
        let at =
            self.0.iter().filter(|(o, gone)| o.field == *field && o.measured == moment && !gone);
        Ok(at.map(|(o, _)| o.clone()).collect())
    }

    fn find(&self, id: ObservationId) -> Result<Option<(Observation, bool)>, Infallible> {
        Ok(self.0.iter().find(|(o, _)| o.id == id).cloned())
    }
}

/// Everything that is wrong with a submission, the schema's findings first, or what was read.
fn check(body: &Json, history: &Fake) -> Result<Submission, Vec<Problem>> {
    let programme = fixture::programme();
    let enrolment = fixture::enrolment();
    let programmes = [&programme];
    let problems = Shape::of(&programmes).unwrap().problems(body);
    if !problems.is_empty() {
        return Err(problems);
    }
    let submission = reading::read(body, &programmes, NOW)?;
    let background = Background {
        now: NOW,
        programmes: &programmes,
        enrolments: &[&enrolment],
        audience: Audience::Citizen,
        history,
    };
    let Ok(problems) = plausible::problems(&submission, &background);
    if problems.is_empty() { Ok(submission) } else { Err(problems) }
}

fn weight(value: f64) -> Json {
    json!({ "observations": [{ "field": "weight", "value": value, "unit": "kg" }] })
}

#[track_caller]
fn refused(body: &Json, pointer: &str, expected: impl Fn(&Fault) -> bool) {
    let problems = check(body, &Fake::default()).expect_err("it was accepted");
    let found =
        problems.iter().any(|problem| problem.pointer == pointer && expected(&problem.fault));
    assert!(found, "{problems:?}");
}

#[test]
fn a_plain_weight_is_accepted_as_measured_now() {
    let submission = check(&weight(80.0), &Fake::default()).unwrap();
    let observation = submission.observations.first().unwrap();
    assert_eq!(observation.value, Value::Number(80.0));
    assert_eq!((observation.measured, observation.unit.as_str()), (NOW, "kg"));
}

#[rstest]
#[case::just_below(24.99, false)]
#[case::lowest(25.0, true)]
#[case::highest(350.0, true)]
#[case::just_above(350.01, false)]
fn the_range_holds_both_its_ends(#[case] value: f64, #[case] accepted: bool) {
    let checked = check(&weight(value), &Fake::default());
    assert_eq!(checked.is_ok(), accepted, "{checked:?}");
    if let Err(problems) = checked {
        assert!(
            matches!(problems[..], [Problem { fault: Fault::OutOfRange(..), .. }]),
            "{problems:?}"
        );
    }
}

#[test]
fn a_wrong_unit_an_unknown_field_and_a_derived_field_are_named() {
    let wrong = json!({ "observations": [{ "field": "weight", "value": 80, "unit": "[lb_av]" }] });
    refused(&wrong, "/observations/0/unit", |fault| *fault == Fault::WrongUnit("kg".into()));
    let absent = json!({ "observations": [{ "field": "weight", "value": 80 }] });
    refused(&absent, "/observations/0", |fault| *fault == Fault::Absent("unit".into()));
    for field in ["wieght", "trend"] {
        let unknown = json!({ "observations": [{ "field": field, "value": 1, "unit": "kg" }] });
        refused(&unknown, "/observations/0/field", |fault| *fault == Fault::UnknownField);
    }
}

#[test]
fn five_minutes_ahead_is_forgiven_and_more_is_not() {
    let at = |measured: &str| json!({ "observations": [{ "field": "weight", "value": 80, "unit": "kg", "measured": measured }] });
    assert!(check(&at("2026-03-01T12:05:00Z"), &Fake::default()).is_ok());
    let late = |fault: &Fault| *fault == Fault::InTheFuture;
    refused(&at("2026-03-01T12:05:00.001Z"), "/observations/0/measured", late);
    let old = |fault: &Fault| *fault == Fault::TooOld;
    refused(&at("1926-03-01T12:05:00Z"), "/observations/0/measured", old);
    let before = |fault: &Fault| *fault == Fault::NotEnrolledThen;
    refused(&at("2025-02-20T12:00:00Z"), "/observations/0/measured", before);
    let form = |fault: &Fault| *fault == Fault::Form("date-time");
    refused(&at("yesterday"), "/observations/0/measured", form);
}

#[test]
fn the_same_moment_twice_is_a_duplicate_within_a_submission_and_against_the_record() {
    let twice = json!({ "observations": [
        { "field": "weight", "value": 80, "unit": "kg" },
        { "field": "weight", "value": 81, "unit": "kg" },
    ]});
    let duplicate = |fault: &Fault| *fault == Fault::Duplicate;
    refused(&twice, "/observations/1/measured", duplicate);
    let (history, _) = Fake::with("weight", NOW, 80.0);
    let problems = check(&weight(80.0), &history).unwrap_err();
    assert!(problems.iter().any(|problem| duplicate(&problem.fault)), "{problems:?}");
}

#[test]
fn a_diastolic_that_is_not_below_the_systolic_is_refused() {
    let pressure = |systolic: i32, diastolic: i32| {
        json!({ "observations": [
            { "field": "systolic", "value": systolic, "unit": "mm[Hg]" },
            { "field": "diastolic", "value": diastolic, "unit": "mm[Hg]" },
        ]})
    };
    assert!(check(&pressure(118, 87), &Fake::default()).is_ok());
    let not_less = |fault: &Fault| matches!(fault, Fault::NotLess(..));
    refused(&pressure(87, 118), "/observations/1/value", not_less);
    refused(&pressure(100, 100), "/observations/1/value", not_less);
}

#[test]
fn an_unusual_value_or_change_must_be_confirmed_and_then_passes() {
    let systolic = |confirmed: bool| {
        json!({ "observations": [
            { "field": "systolic", "value": 230, "unit": "mm[Hg]", "confirmed": confirmed },
        ]})
    };
    let problems = check(&systolic(false), &Fake::default()).unwrap_err();
    assert!(problems.iter().all(|problem| problem.fault.can_be_confirmed()), "{problems:?}");
    assert!(check(&systolic(true), &Fake::default()).is_ok());

    let (history, _) = Fake::with("weight", NOW.plus(-DAY), 80.0);
    assert!(check(&weight(85.0), &history).is_ok(), "5 kg is the largest usual change");
    let problems = check(&weight(85.1), &history).unwrap_err();
    assert!(
        matches!(problems[..], [Problem { fault: Fault::UnusualChange(5.0, ..), .. }]),
        "{problems:?}"
    );
}

#[test]
fn a_correction_names_what_it_corrects_and_why() {
    let (history, earlier) = Fake::with("weight", NOW, 180.0);
    let correction = |reason: &str, corrects: ObservationId| {
        json!({ "observations": [{
            "field": "weight", "value": 80, "unit": "kg", "corrects": corrects, "reason": reason,
        }]})
    };
    assert!(check(&correction("typing error", earlier), &history).is_ok());
    let faults = |body| -> Vec<Fault> {
        check(&body, &history).unwrap_err().into_iter().map(|problem| problem.fault).collect()
    };
    assert!(faults(correction(" ", earlier)).contains(&Fault::NoReason));
    assert!(faults(correction("why", ObservationId::new())).contains(&Fault::NothingToCorrect));
}

#[test]
fn skipping_is_an_answer_of_its_own() {
    let skipped =
        json!({ "observations": [{ "field": "weight", "skipped": "the scales are broken" }] });
    let submission = check(&skipped, &Fake::default()).unwrap();
    assert_eq!(submission.observations[0].value.number(), None);
    let both = json!({ "observations": [
        { "field": "weight", "value": 80, "unit": "kg", "skipped": "no" },
    ]});
    refused(&both, "/observations/0", |fault| matches!(fault, Fault::Unexpected(_)));
    let neither = json!({ "observations": [{ "field": "weight" }] });
    refused(&neither, "/observations/0", |fault| matches!(fault, Fault::Absent(_)));
}

#[test]
fn a_meter_s_coded_reading_is_kept_as_code_and_seen_as_a_number() {
    let high = json!({ "observations": [{ "field": "glucose", "value": "HI", "unit": "mmol/L" }] });
    let submission = check(&high, &Fake::default()).unwrap();
    let expected = Value::Coded { code: "HI".into(), value: 40.1 };
    assert_eq!(submission.observations[0].value, expected);
    let unknown =
        json!({ "observations": [{ "field": "glucose", "value": "HIGH", "unit": "mmol/L" }] });
    assert!(check(&unknown, &Fake::default()).is_err());
}

fn symptoms(answers: Json) -> Json {
    json!({ "responses": [{ "programme": "demo", "questionnaire": "symptoms", "answers": answers }] })
}

#[test]
fn scores_are_computed_here_and_only_from_complete_answers() {
    let complete = symptoms(json!({ "breathless": false, "swelling": true }));
    let submission = check(&complete, &Fake::default()).unwrap();
    assert_eq!(submission.responses[0].scores[0].value, 1.0);
    let partly = symptoms(json!({ "breathless": false, "swelling": null }));
    assert!(check(&partly, &Fake::default()).unwrap().responses[0].scores.is_empty());
}

#[test]
fn a_shown_item_must_be_answered_and_a_hidden_one_cannot_be() {
    let at = |item: &str| format!("/responses/0/answers/{item}");
    let unanswered = |fault: &Fault| *fault == Fault::Unanswered;
    refused(&symptoms(json!({})), &at("breathless"), unanswered);
    refused(&symptoms(json!({ "breathless": true })), &at("how-much"), unanswered);
    let hidden = symptoms(json!({ "breathless": false, "how-much": "a bit" }));
    refused(&hidden, &at("how-much"), |fault| *fault == Fault::NotShown);
    let long = symptoms(json!({ "breathless": true, "how-much": "a great deal" }));
    refused(&long, &at("how-much"), |fault| *fault == Fault::TooLong(10));
    let unknown = symptoms(json!({ "breathless": false, "colour": 3 }));
    refused(&unknown, "/responses/0/answers", |fault| *fault == Fault::Unexpected("colour".into()));
}

#[rstest]
#[case::no_object(json!([]))]
#[case::nothing(json!({}))]
#[case::unknown_part(json!({ "observation": [] }))]
#[case::null(json!(null))]
#[case::wrong_type(json!({ "observations": {} }))]
fn what_is_no_submission_is_refused(#[case] body: Json) {
    assert!(check(&body, &Fake::default()).is_err());
}

#[test]
fn too_many_observations_are_refused_before_they_are_read() {
    let one = json!({ "field": "weight", "skipped": "" });
    let body = json!({ "observations": vec![one; super::schema::MAX_OBSERVATIONS + 1] });
    refused(&body, "/observations", |fault| matches!(fault, Fault::TooLong(_)));
}

#[test]
fn no_problem_repeats_the_value_that_was_sent() {
    let marked =
        json!({ "observations": [{ "field": "weight", "value": 98765.4321, "unit": "marked" }] });
    let problems = check(&marked, &Fake::default()).unwrap_err();
    let text = format!("{problems:?}");
    assert!(!text.contains("98765") && !text.contains("marked"), "{text}");
}
