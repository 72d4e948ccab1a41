//! What a form asks, programme by programme.

use gtp_care::CitizenForm;
use gtp_model::programme::{Field, Item, ItemKind, Kind, Programme, Questionnaire};
use gtp_model::{FieldId, ItemId, Observation};
use std::collections::HashSet;

/// What one programme asks.
pub struct Part<'a> {
    /// The programme.
    pub definition: &'a Programme,
    /// The fields, each with its newest value.
    pub fields: Vec<(&'a Field, Option<&'a Observation>)>,
    /// The questionnaires.
    pub questionnaires: Vec<&'a Questionnaire>,
}

/// The parts in which there is something to enter. A field that a questionnaire asks for is left out where
/// it stands alone: nobody should answer twice.
pub fn parts(form: &CitizenForm) -> Vec<Part<'_>> {
    let mut parts: Vec<Part<'_>> = form
        .parts
        .iter()
        .map(|own| {
            let definition = &own.programme.definition;
            Part {
                definition,
                fields: own
                    .fields
                    .iter()
                    .filter_map(|field| Some((definition.field(&field.id)?, field.last.as_ref())))
                    .collect(),
                questionnaires: own
                    .questionnaires
                    .iter()
                    .filter_map(|id| definition.questionnaire(id))
                    .collect(),
            }
        })
        .collect();
    ask_once(&mut parts);
    parts.retain(|part| !part.fields.is_empty() || !part.questionnaires.is_empty());
    parts
}

/// Leaves out the fields that a questionnaire of any part asks for.
pub fn ask_once(parts: &mut [Part<'_>]) {
    let in_questionnaires: HashSet<FieldId> = parts
        .iter()
        .flat_map(|part| &part.questionnaires)
        .flat_map(|own| &own.items)
        .filter_map(|item| match &item.kind {
            ItemKind::Field(field) => Some(field.clone()),
            _ => None,
        })
        .collect();
    for part in parts {
        part.fields.retain(|(field, _)| !in_questionnaires.contains(&field.id));
    }
}

/// What the answer to an item can be. Nothing for a heading.
pub fn kind_of<'a>(programme: &'a Programme, item: &'a Item) -> Option<&'a Kind> {
    match &item.kind {
        ItemKind::Heading => None,
        ItemKind::Question(kind) => Some(kind),
        ItemKind::Field(field) => programme.field(field).map(|field| &field.kind),
    }
}

/// The path of an item, which names its controls.
pub fn item_path(programme: &Programme, questionnaire: &Questionnaire, item: &ItemId) -> String {
    format!("{}.{}.{item}", programme.id(), questionnaire.id)
}
