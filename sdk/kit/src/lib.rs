//! What an author does between an idea and a component, as a library: begin a programme, build it, read it.
//!
//! The `gtp` tool puts words on a terminal round this. Nothing here runs a component, so nothing here needs
//! the host's sandbox.

mod error;
mod folder;
mod new;
mod page;
mod paths;
mod says;
mod story;
mod template;
mod watch;

pub use error::Error;
pub use folder::{Folder, Made};
pub use new::{New, Sdk, Written};
pub use page::{Page, Source};
pub use says::{Said, Says, says};
pub use story::{Difference, differences};
pub use template::{Template, templates};
pub use watch::Watch;

use gtp_model::Language;

/// One of two texts, by language.
pub(crate) const fn pick<'t>(language: Language, danish: &'t str, english: &'t str) -> &'t str {
    match language {
        Language::Da => danish,
        Language::En => english,
    }
}
