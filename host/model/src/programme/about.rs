//! What the programme is and who answers for it (`about.wit`).

use super::{Annotations, Coding};
use crate::{ProgrammeId, Sector, Text};
use semver::Version;
use serde::{Deserialize, Serialize};

/// How far the initiative has come, in the words of the national telemedicine map.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CardStatus {
    /// A project.
    Project,
    /// Spreading to more places.
    Spreading,
    /// In operation.
    InOperation,
    /// Ended.
    Ended,
    /// Another status, in the programme's words.
    Other(String),
}

/// The card that the programme shows on the telemedicine map.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// How far it has come.
    pub status: CardStatus,
    /// The sectors that take part.
    pub sectors: Vec<Sector>,
    /// Where in the country it is used.
    pub regions: Vec<String>,
    /// An organisation's mail address or web page.
    pub contact: String,
    /// How it is or was evaluated.
    pub evaluation: Text,
    /// Web page. May be empty.
    pub website: String,
}

/// What the programme is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// Stable through all versions.
    pub id: ProgrammeId,
    /// Version of the component.
    pub version: Version,
    /// Its name.
    pub title: Text,
    /// Two or three sentences.
    pub summary: Text,
    /// The languages in which every text is complete, the one to fall back on first.
    pub languages: Vec<String>,
    /// Who publishes it.
    pub publisher: String,
    /// SPDX expression.
    pub licence: String,
    /// When somebody looks at what the citizen sends, in words for the citizen.
    pub looked_at: Text,
    /// What the citizen should do meanwhile if they get worse.
    pub meanwhile: Text,
    /// The card on the map.
    pub card: Card,
    /// Codes.
    pub codings: Vec<Coding>,
    /// Annotations.
    pub annotations: Annotations,
}
