//! The JSON Schema (2020-12) of a submission, made from what programmes define.
//!
//! Published for other form renderers, and used here for the first check. It is written with `if` and `then`
//! for each field rather than one large `oneOf`, so that an error names the value that is wrong and not
//! "none of 12 forms fits".

use gtp_model::programme::{Choice, Kind, Origin, Programme, Quantity, Questionnaire};
use gtp_model::{ItemId, programme::ItemKind};
use serde_json::{Map, Value, json};

/// At most this many observations in one submission.
pub const MAX_OBSERVATIONS: usize = 500;
/// At most this many responses in one submission.
pub const MAX_RESPONSES: usize = 20;
/// The longest reason or remark, in characters.
pub const MAX_REMARK: usize = 500;

/// The schema of a submission to one or several programmes. A field that several of them share appears
/// once.
#[must_use]
pub fn of(programmes: &[&Programme]) -> Value {
    let mut defs = Map::new();
    let mut fields: Vec<&str> = vec![];
    let mut cases = vec![];
    for programme in programmes {
        for field in programme.fields.iter().filter(|field| field.origin == Origin::Entered) {
            let id = field.id.as_str();
            if fields.contains(&id) {
                continue;
            }
            fields.push(id);
            let name = format!("field-{id}");
            cases.push(json!({
                "if": { "properties": { "field": { "const": id } }, "required": ["field"] },
                "then": { "$ref": format!("#/$defs/{name}") },
            }));
            let mut schema = entry_of(&field.kind);
            if let Some(titles) = title_of(&field.title) {
                schema.insert("title".into(), titles);
            }
            defs.insert(name, Value::Object(schema));
        }
    }
    defs.insert("observation".into(), observation(&fields, cases));
    let (response, questionnaires) = response(programmes);
    defs.insert("response".into(), response);
    defs.extend(questionnaires);

    let title: Vec<&str> = programmes.iter().map(|programme| programme.id().as_str()).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": format!("Submission: {}", title.join(", ")),
        "type": "object",
        "minProperties": 1,
        "additionalProperties": false,
        "properties": {
            "observations": {
                "type": "array", "maxItems": MAX_OBSERVATIONS, "items": { "$ref": "#/$defs/observation" },
            },
            "responses": {
                "type": "array", "maxItems": MAX_RESPONSES, "items": { "$ref": "#/$defs/response" },
            },
        },
        "$defs": defs,
    })
}

fn title_of(text: &gtp_model::Text) -> Option<Value> {
    text.0.first().map(|(_, title)| json!(title))
}

fn observation(fields: &[&str], cases: Vec<Value>) -> Value {
    with_cases(
        json!({
            "type": "object",
            "additionalProperties": false,
            "required": ["field"],
            "properties": {
                "field": { "enum": fields },
                "value": true,
                "unit": { "type": "string", "description": "UCUM code" },
                "measured": {
                    "type": "string", "format": "date-time",
                    "description": "When it was measured, with offset. Absent: when the host receives it.",
                },
                "skipped": {
                    "type": "string", "maxLength": MAX_REMARK,
                    "description": "In place of a value: why it was not measured.",
                },
                "confirmed": {
                    "type": "boolean", "description": "The value is unusual and still right.",
                },
                "device": { "type": "string", "minLength": 1, "maxLength": 120 },
                "corrects": {
                    "type": "string", "format": "uuid",
                    "description": "The observation that this one replaces.",
                },
                "reason": { "type": "string", "minLength": 1, "maxLength": MAX_REMARK },
            },
        }),
        cases,
    )
}

/// A schema with its cases. `allOf` of nothing is no schema: a programme may have no questionnaires.
fn with_cases(mut schema: Value, cases: Vec<Value>) -> Value {
    if let (Some(object), false) = (schema.as_object_mut(), cases.is_empty()) {
        object.insert("allOf".into(), Value::Array(cases));
    }
    schema
}

/// What `value` and `unit` must be for a kind.
fn entry_of(kind: &Kind) -> Map<String, Value> {
    let mut properties = Map::new();
    properties.insert("value".into(), value_of(kind));
    let mut schema = Map::new();
    if let Kind::Quantity(quantity) = kind {
        properties.insert("unit".into(), json!({ "const": quantity.unit }));
        schema.insert("dependentRequired".into(), json!({ "value": ["unit"] }));
    }
    schema.insert("properties".into(), Value::Object(properties));
    schema
}

fn value_of(kind: &Kind) -> Value {
    match kind {
        Kind::Quantity(quantity) if quantity.coded.is_empty() => number(quantity),
        Kind::Quantity(quantity) => {
            json!({ "anyOf": [number(quantity), { "enum": codes(&quantity.coded) }] })
        }
        Kind::Choice(choices) => json!({ "enum": codes(choices) }),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Date => json!({ "type": "string", "format": "date" }),
        Kind::FreeText(longest) => json!({ "type": "string", "maxLength": longest }),
    }
}

fn number(quantity: &Quantity) -> Value {
    let mut schema = Map::new();
    schema.insert("type".into(), json!("number"));
    if let Some(low) = quantity.reject.low {
        schema.insert("minimum".into(), json!(low));
    }
    if let Some(high) = quantity.reject.high {
        schema.insert("maximum".into(), json!(high));
    }
    Value::Object(schema)
}

fn codes(choices: &[Choice]) -> Vec<&str> {
    choices.iter().map(|choice| choice.code.as_str()).collect()
}

fn response(programmes: &[&Programme]) -> (Value, Map<String, Value>) {
    let mut defs = Map::new();
    let mut cases = vec![];
    let mut ids = vec![];
    let mut names = vec![];
    for programme in programmes {
        ids.push(programme.id().as_str());
        for questionnaire in &programme.questionnaires {
            names.push(questionnaire.id.as_str());
            let name = format!("answers-{}-{}", programme.id(), questionnaire.id);
            cases.push(json!({
                "if": {
                    "properties": {
                        "programme": { "const": programme.id() },
                        "questionnaire": { "const": questionnaire.id },
                    },
                    "required": ["programme", "questionnaire"],
                },
                "then": { "properties": { "answers": { "$ref": format!("#/$defs/{name}") } } },
            }));
            defs.insert(name, answers(programme, questionnaire));
        }
    }
    let schema = with_cases(
        json!({
            "type": "object",
            "additionalProperties": false,
            "required": ["programme", "questionnaire", "answers"],
            "properties": {
                "programme": { "enum": ids },
                "questionnaire": { "enum": names },
                "answered": { "type": "string", "format": "date-time" },
                "answers": {
                    "type": "object",
                    "description": "The answers by item. An item that is not shown has none; `null` skips one.",
                },
                "device": { "type": "string", "minLength": 1, "maxLength": 120 },
            },
        }),
        cases,
    );
    (schema, defs)
}

fn answers(programme: &Programme, questionnaire: &Questionnaire) -> Value {
    let kind_of = |item: &ItemKind| match item {
        ItemKind::Heading => None,
        ItemKind::Question(kind) => Some(kind.clone()),
        ItemKind::Field(field) => programme.field(field).map(|field| field.kind.clone()),
    };
    let properties: Map<String, Value> = questionnaire
        .items
        .iter()
        .filter_map(|item| Some((item.id.clone(), kind_of(&item.kind)?)))
        .map(|(id, kind): (ItemId, Kind)| {
            (id.to_string(), json!({ "if": { "type": "null" }, "else": value_of(&kind) }))
        })
        .collect();
    json!({ "type": "object", "additionalProperties": false, "properties": properties })
}
