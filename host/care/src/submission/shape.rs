//! The compiled schema of a set of programmes, and what its errors mean.

use super::schema;
use crate::{Fault, Problem};
use gtp_model::programme::{Programme, Range};
use jsonschema::{ValidationError, Validator, error::ValidationErrorKind};
use serde_json::Value;
use thiserror::Error;

/// A schema that cannot be compiled: a fault in a programme that the contract check should have found.
#[derive(Debug, Error)]
#[error("the programmes' schema cannot be used: {0}")]
pub struct UnusableSchema(String);

/// The form that submissions to some programmes must have. Compiling one takes a while, checking with it
/// microseconds: keep it.
pub struct Shape {
    validator: Validator,
}

impl Shape {
    /// The shape for these programmes.
    ///
    /// # Errors
    /// The programmes' definitions do not make a valid schema.
    pub fn of(programmes: &[&Programme]) -> Result<Self, UnusableSchema> {
        let validator = jsonschema::options()
            .should_validate_formats(true)
            .build(&schema::of(programmes))
            .map_err(|error| UnusableSchema(error.to_string()))?;
        Ok(Self { validator })
    }

    /// Everything that is wrong with the form of a submission.
    #[must_use]
    pub fn problems(&self, submission: &Value) -> Vec<Problem> {
        let mut problems: Vec<Problem> =
            self.validator.iter_errors(submission).map(|error| problem(&error)).collect();
        problems.dedup();
        problems
    }
}

fn problem(error: &ValidationError<'_>) -> Problem {
    let pointer = error.instance_path().to_string();
    let last = pointer.rsplit('/').next().unwrap_or_default().to_owned();
    let fault = match error.kind() {
        ValidationErrorKind::Required { property } => {
            Fault::Absent(property.as_str().unwrap_or_default().to_owned())
        }
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            Fault::Unexpected(unexpected.first().cloned().unwrap_or_default())
        }
        ValidationErrorKind::Enum { .. } => match last.as_str() {
            "field" => Fault::UnknownField,
            "questionnaire" | "programme" => Fault::UnknownQuestionnaire,
            _ => Fault::NoSuchChoice,
        },
        ValidationErrorKind::Constant { expected_value } => {
            Fault::WrongUnit(expected_value.as_str().unwrap_or_default().to_owned())
        }
        ValidationErrorKind::Minimum { limit } => {
            out_of_range(Range { low: limit.as_f64(), high: None })
        }
        ValidationErrorKind::Maximum { limit } => {
            out_of_range(Range { low: None, high: limit.as_f64() })
        }
        ValidationErrorKind::MaxLength { limit } => Fault::TooLong(*limit),
        ValidationErrorKind::MaxItems { limit } => Fault::TooLong(*limit),
        ValidationErrorKind::MinProperties { .. } | ValidationErrorKind::MinLength { .. } => {
            Fault::Empty
        }
        ValidationErrorKind::Format { format } => match format.as_str() {
            "date-time" => Fault::Form("date-time"),
            "date" => Fault::Form("date"),
            _ => Fault::Form("uuid"),
        },
        ValidationErrorKind::AnyOf { .. } => out_of_range(Range::default()),
        ValidationErrorKind::Type { .. } => Fault::Form(expected_type(&last, &pointer)),
        _ => Fault::Form("schema"),
    };
    Problem::new(pointer, fault)
}

/// The unit is not in the schema's error; [`super::reading`] knows the field and adds it.
const fn out_of_range(range: Range) -> Fault {
    Fault::OutOfRange(range, String::new())
}

fn expected_type(name: &str, pointer: &str) -> &'static str {
    match name {
        "" => "object",
        "observations" | "responses" => "list",
        "measured" | "answered" => "date-time",
        "confirmed" => "boolean",
        "value" => "value",
        _ if pointer.contains("/answers/") => "value",
        "unit" | "skipped" | "device" | "reason" | "corrects" => "text",
        _ => "object",
    }
}
