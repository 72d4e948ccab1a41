//! The least programme there is: it exports only what every programme must.

wit_bindgen::generate!({ path: "../../../wit", world: "gtp:programme/minimal", generate_all });

use exports::gtp::programme::{
    about::{self, Card, Programme, Status},
    assess::{self, Assessment, Case},
    fields::{self, Field, Group, Origin},
    types::{Kind, Text},
};

pub struct Minimal;

fn text(text: &str) -> Text {
    vec![("da".to_owned(), text.to_owned())]
}

impl about::Guest for Minimal {
    fn about() -> Programme {
        Programme {
            id: "minimal".to_owned(),
            version: "1.0.0".to_owned(),
            title: text("Mindst"),
            summary: text("Kun til test."),
            languages: vec!["da".to_owned()],
            publisher: "Tests".to_owned(),
            licence: "MIT OR Apache-2.0".to_owned(),
            looked_at: text("Ingen ser på det."),
            meanwhile: text("Det er en test."),
            card: Card {
                status: Status::Project,
                sectors: vec![],
                regions: vec![],
                contact: String::new(),
                evaluation: vec![],
                website: String::new(),
            },
            codings: vec![],
            annotations: vec![],
        }
    }
}

impl fields::Guest for Minimal {
    fn fields() -> Vec<Field> {
        vec![Field {
            id: "well".to_owned(),
            title: text("Har du det godt?"),
            help: vec![],
            kind: Kind::Flag,
            origin: Origin::Entered,
            codings: vec![],
            annotations: vec![],
        }]
    }
    fn groups() -> Vec<Group> {
        vec![]
    }
}

impl assess::Guest for Minimal {
    fn assess(_rules: Vec<String>, _case: Case) -> Assessment {
        Assessment { findings: vec![], derived: vec![], advice: vec![] }
    }
}

// The names that a component exports are no names to a linker of this machine.
#[cfg(target_arch = "wasm32")]
export!(Minimal);
