//! What a page says where a command was refused: beside the field that it is about, or above the form.

use super::fields::FieldsForm;
use crate::problem::Problem;
use crate::text;
use gtp_care::CareError;
use gtp_model::Language;

/// The form with what is wrong with it. What cannot be mended there is a page of its own.
///
/// # Errors
/// Whatever is not about what was typed.
pub fn mended(
    form: FieldsForm,
    language: Language,
    refused: CareError,
    place: impl Fn(&str) -> &'static str,
) -> Result<FieldsForm, Problem> {
    match refused {
        CareError::Invalid(problems) => Ok(form.wrong(language, &problems, place)),
        CareError::Conflict(conflict) => Ok(form.fault("", conflict_in_words(language, conflict))),
        other => Err(other.into()),
    }
}

/// What two who did something at once are told.
pub fn conflict_in_words(language: Language, conflict: gtp_care::Conflict) -> String {
    let problem = Problem::from(CareError::Conflict(conflict));
    text::t(language, &format!("problem-{}-detail", problem.kind.slug()))
}
