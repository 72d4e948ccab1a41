//! From a submission whose form is right to the types of the record.

use crate::calendar::parse_rfc3339;
use crate::{Fault, Problem};
use gtp_model::programme::{Choice, Item, ItemKind, Kind, Origin, Programme, Questionnaire};
use gtp_model::{
    Answer, FieldId, ItemId, ObservationId, ProgrammeId, QuestionnaireId, Score, Time, Value,
};
use serde::Deserialize;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// An observation that somebody wants recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct NewObservation {
    /// Where it stands in what was sent, as a JSON pointer.
    pub pointer: String,
    /// Of what.
    pub field: FieldId,
    /// The value.
    pub value: Value,
    /// Its unit (UCUM), empty where it has none.
    pub unit: String,
    /// When it was measured.
    pub measured: Time,
    /// The device that measured it.
    pub device: Option<String>,
    /// The observation it replaces.
    pub corrects: Option<ObservationId>,
    /// Why it is corrected.
    pub reason: String,
    /// Whether it is confirmed to be right although unusual.
    pub confirmed: bool,
}

/// A filled-in questionnaire that somebody wants recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct NewResponse {
    /// Where it stands in what was sent, as a JSON pointer.
    pub pointer: String,
    /// The programme that asks.
    pub programme: ProgrammeId,
    /// The questionnaire.
    pub questionnaire: QuestionnaireId,
    /// Version of its content.
    pub version: String,
    /// When it was answered.
    pub answered: Time,
    /// The answers, in the questionnaire's order.
    pub answers: Vec<Answer>,
    /// The scores that the host computed from them.
    pub scores: Vec<Score>,
    /// The device that sent it.
    pub device: Option<String>,
}

/// What was sent, in the words of the record.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Submission {
    /// Observations, among them the answers to items that ask for a field.
    pub observations: Vec<NewObservation>,
    /// Responses.
    pub responses: Vec<NewResponse>,
}

#[derive(Deserialize)]
struct RawSubmission {
    #[serde(default)]
    observations: Vec<RawObservation>,
    #[serde(default)]
    responses: Vec<RawResponse>,
}

#[derive(Deserialize)]
struct RawObservation {
    field: String,
    #[serde(default)]
    value: Option<Json>,
    #[serde(default)]
    unit: String,
    measured: Option<String>,
    skipped: Option<String>,
    #[serde(default)]
    confirmed: bool,
    device: Option<String>,
    corrects: Option<String>,
    #[serde(default)]
    reason: String,
}

#[derive(Deserialize)]
struct RawResponse {
    programme: String,
    questionnaire: String,
    answered: Option<String>,
    answers: BTreeMap<String, Json>,
    device: Option<String>,
}

/// Reads a submission that has passed its schema.
///
/// # Errors
/// Everything that the schema cannot say and that the types cannot hold.
pub fn read(
    submission: &Json,
    programmes: &[&Programme],
    now: Time,
) -> Result<Submission, Vec<Problem>> {
    let raw = RawSubmission::deserialize(submission)
        .map_err(|_| vec![Problem::new("", Fault::Form("schema"))])?;
    let mut reader = Reader { programmes, now, read: Submission::default(), problems: vec![] };
    for (index, observation) in raw.observations.into_iter().enumerate() {
        reader.observation(format!("/observations/{index}"), observation);
    }
    for (index, response) in raw.responses.into_iter().enumerate() {
        reader.response(format!("/responses/{index}"), response);
    }
    if reader.problems.is_empty() { Ok(reader.read) } else { Err(reader.problems) }
}

struct Reader<'a> {
    programmes: &'a [&'a Programme],
    now: Time,
    read: Submission,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn problem(&mut self, pointer: String, fault: Fault) {
        self.problems.push(Problem::new(pointer, fault));
    }

    fn observation(&mut self, pointer: String, raw: RawObservation) {
        let field = raw.field.parse().ok().and_then(|id: FieldId| {
            self.programmes.iter().find_map(|programme| programme.field(&id))
        });
        let Some(field) = field.filter(|field| field.origin == Origin::Entered) else {
            return self.problem(format!("{pointer}/field"), Fault::UnknownField);
        };
        let Some(measured) = self.moment(format!("{pointer}/measured"), raw.measured) else {
            return;
        };
        let value = match (raw.value, raw.skipped) {
            (Some(json), None) => match value(&field.kind, &json) {
                Ok(value) => value,
                Err(fault) => return self.problem(format!("{pointer}/value"), fault),
            },
            (None, Some(because)) => Value::Skipped { because },
            (None, None) => return self.problem(pointer, Fault::Absent("value".into())),
            (Some(_), Some(_)) => {
                return self.problem(pointer, Fault::Unexpected("skipped".into()));
            }
        };
        let corrects = match raw.corrects.as_deref().map(str::parse) {
            None => None,
            Some(Ok(id)) => Some(id),
            Some(Err(_)) => {
                return self.problem(format!("{pointer}/corrects"), Fault::Form("uuid"));
            }
        };
        let unit = if value.number().is_some() { raw.unit } else { String::new() };
        self.read.observations.push(NewObservation {
            pointer,
            field: field.id.clone(),
            value,
            unit,
            measured,
            device: raw.device,
            corrects,
            reason: raw.reason.trim().to_owned(),
            confirmed: raw.confirmed,
        });
    }

    fn response(&mut self, pointer: String, raw: RawResponse) {
        let programme =
            self.programmes.iter().find(|programme| programme.id().as_str() == raw.programme);
        let found = programme.and_then(|programme| {
            let id = raw.questionnaire.parse().ok()?;
            Some((*programme, programme.questionnaire(&id)?))
        });
        let Some((programme, questionnaire)) = found else {
            return self.problem(format!("{pointer}/questionnaire"), Fault::UnknownQuestionnaire);
        };
        let Some(answered) = self.moment(format!("{pointer}/answered"), raw.answered) else {
            return;
        };
        let answers = self.answers(&pointer, programme, questionnaire, &raw.answers);
        let number = |id: &ItemId| {
            answers
                .iter()
                .find(|answer| answer.item == *id)
                .and_then(|answer| answer.value.number())
        };
        let scores = questionnaire
            .scores
            .iter()
            .filter_map(|rule| Some(Score { id: rule.id.clone(), value: rule.compute(number)? }))
            .collect();
        for (item, field) in questionnaire.items.iter().filter_map(asked_field) {
            let Some(answer) = answers.iter().find(|answer| answer.item == item.id) else {
                continue;
            };
            let unit = programme.field(field).map_or("", |field| field.kind.unit());
            self.read.observations.push(NewObservation {
                pointer: format!("{pointer}/answers/{}", item.id),
                field: field.clone(),
                value: answer.value.clone(),
                unit: if answer.value.number().is_some() { unit.to_owned() } else { String::new() },
                measured: answered,
                device: raw.device.clone(),
                corrects: None,
                reason: String::new(),
                confirmed: false,
            });
        }
        self.read.responses.push(NewResponse {
            pointer,
            programme: programme.id().clone(),
            questionnaire: questionnaire.id.clone(),
            version: questionnaire.version.clone(),
            answered,
            answers,
            scores,
            device: raw.device,
        });
    }

    /// The answers in the questionnaire's order: every shown and required item must have one, and an item
    /// that is not shown none.
    fn answers(
        &mut self,
        pointer: &str,
        programme: &Programme,
        questionnaire: &Questionnaire,
        raw: &BTreeMap<String, Json>,
    ) -> Vec<Answer> {
        let mut answers: Vec<Answer> = vec![];
        for item in &questionnaire.items {
            let kind = match &item.kind {
                ItemKind::Heading => continue,
                ItemKind::Question(kind) => kind,
                ItemKind::Field(field) => match programme.field(field) {
                    Some(field) => &field.kind,
                    None => continue,
                },
            };
            let at = format!("{pointer}/answers/{}", item.id);
            let shown = item.shown(|id| {
                answers
                    .iter()
                    .find(|answer| answer.item == *id)
                    .and_then(|answer| answer.value.number())
            });
            let value = match (raw.get(item.id.as_str()), shown) {
                (None, true) if item.required => {
                    self.problem(at, Fault::Unanswered);
                    continue;
                }
                (None, _) => continue,
                (Some(Json::Null), true) if item.required => {
                    self.problem(at, Fault::Unanswered);
                    continue;
                }
                (Some(Json::Null), _) => Value::Skipped { because: String::new() },
                (Some(_), false) => {
                    self.problem(at, Fault::NotShown);
                    continue;
                }
                (Some(json), true) => match value(kind, json) {
                    Ok(value) => value,
                    Err(fault) => {
                        self.problem(at, fault);
                        continue;
                    }
                },
            };
            answers.push(Answer { item: item.id.clone(), value });
        }
        answers
    }

    /// The moment in the text, now where there is none, nothing (and a problem) where it is no moment.
    fn moment(&mut self, pointer: String, text: Option<String>) -> Option<Time> {
        match text {
            None => Some(self.now),
            Some(text) => {
                let moment = parse_rfc3339(&text);
                if moment.is_none() {
                    self.problem(pointer, Fault::Form("date-time"));
                }
                moment
            }
        }
    }
}

fn asked_field(item: &Item) -> Option<(&Item, &FieldId)> {
    match &item.kind {
        ItemKind::Field(field) => Some((item, field)),
        _ => None,
    }
}

/// The value in some JSON, for a field or item of this kind.
fn value(kind: &Kind, json: &Json) -> Result<Value, Fault> {
    let coded = |choices: &[Choice], code: &str| {
        choices
            .iter()
            .find(|choice| choice.code == code)
            .map(|choice| Value::Coded { code: choice.code.clone(), value: choice.value })
            .ok_or(Fault::NoSuchChoice)
    };
    match (kind, json) {
        (Kind::Quantity(quantity), Json::Number(number)) => {
            let number = number.as_f64().unwrap_or(f64::NAN);
            if quantity.reject.contains(number) {
                Ok(Value::Number(number))
            } else {
                Err(Fault::OutOfRange(quantity.reject, quantity.unit.clone()))
            }
        }
        (Kind::Quantity(quantity), Json::String(code)) => coded(&quantity.coded, code),
        (Kind::Choice(choices), Json::String(code)) => coded(choices, code),
        (Kind::Flag, Json::Bool(yes)) => Ok(Value::Flag(*yes)),
        (Kind::Date, Json::String(day)) => {
            parse_rfc3339(&format!("{day}T00:00:00Z")).map(Value::Date).ok_or(Fault::Form("date"))
        }
        (Kind::FreeText(longest), Json::String(text)) => {
            if text.chars().count() <= *longest as usize {
                Ok(Value::Text(text.clone()))
            } else {
                Err(Fault::TooLong(u64::from(*longest)))
            }
        }
        _ => Err(Fault::Form("value")),
    }
}
