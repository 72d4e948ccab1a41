//! Whether an answer is what the OpenAPI document says.

use crate::Answer;
use serde_json::Value;

/// Checks an answer against the schema that the document gives for it.
///
/// # Panics
/// It does not have that shape, or the document gives none.
pub fn conforms(document: &Value, method: &str, path: &str, answer: &Answer) {
    let responses = &document["paths"][path][method]["responses"];
    let status = answer.status.as_str();
    let response =
        if responses[status].is_null() { &responses["default"] } else { &responses[status] };
    let kind = answer.header("content-type").split(';').next().unwrap();
    let mut schema = response["content"][kind]["schema"].clone();
    assert!(schema.is_object(), "{method} {path} {status} {kind} is not documented");
    schema["components"] = document["components"].clone();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let json = answer.json();
    let errors: Vec<String> = validator
        .iter_errors(&json)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{method} {path} {status}: {errors:#?}\n{}", answer.text);
}
