//! The programmes that are active, and what is made of them once and kept.

use crate::submission::{Shape, schema, shape::UnusableSchema};
use crate::{Care, CareError};
use gtp_model::programme::Programme;
use gtp_model::{Digest, ProgrammeId};
use gtp_record::StoreError;
use gtp_runtime::{Catalogue, Loaded};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// So many sets of programmes keep their compiled shape. Citizens of one region share a few.
const KEPT: usize = 256;

/// The compiled shapes of submissions, by the components they are made of.
#[derive(Default)]
pub struct Shapes(Mutex<HashMap<Vec<Digest>, Arc<Shape>>>);

impl Shapes {
    /// The shape for these programmes.
    pub fn of(&self, loaded: &[&Arc<Loaded>]) -> Result<Arc<Shape>, CareError> {
        let key: Vec<Digest> = loaded.iter().map(|loaded| loaded.digest).collect();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(shape) = kept.get(&key) {
            return Ok(shape.clone());
        }
        let programmes: Vec<&Programme> = loaded.iter().map(|loaded| &loaded.definition).collect();
        let shape = Arc::new(Shape::of(&programmes)?);
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(key, shape.clone());
        Ok(shape)
    }
}

impl From<UnusableSchema> for CareError {
    fn from(error: UnusableSchema) -> Self {
        Self::Store(StoreError::Row { table: "schemas", what: error.to_string() })
    }
}

impl Care {
    /// The programmes that are active.
    #[must_use]
    pub fn programmes(&self) -> Vec<Arc<Loaded>> {
        self.catalogue().active().cloned().collect()
    }

    /// An active programme.
    #[must_use]
    pub fn programme(&self, id: &ProgrammeId) -> Option<Arc<Loaded>> {
        self.catalogue().get(id).cloned()
    }

    /// Every component that the host has looked at, and what became of it.
    #[must_use]
    pub fn catalogue(&self) -> Arc<Catalogue> {
        self.runtime.catalogue()
    }

    /// The JSON Schema (2020-12) of a submission to one programme.
    #[must_use]
    pub fn schema_of(&self, id: &ProgrammeId) -> Option<serde_json::Value> {
        Some(schema::of(&[&self.programme(id)?.definition]))
    }
}
