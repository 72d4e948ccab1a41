//! Everything that a definition must be before it may serve.

use crate::flaw::Flaws;
use gtp_model::programme::Programme;

/// Looks for everything that is wrong with a definition.
pub fn definition(programme: &Programme, flaws: &mut Flaws) {
    let _ = (programme, flaws);
}
