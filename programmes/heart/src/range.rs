//! Limits that are narrower for a citizen who has symptoms.
//!
//! Systolic blood pressure and pulse are both judged so: beyond the wide limits always, between the wide and
//! the narrow ones only together with a symptom. There it is the symptoms that decide, so they must be known.

use gtp_sdk::prelude::*;

/// The wide limits and, inside them, the narrow ones.
pub(crate) struct Range {
    pub(crate) low: Limit,
    pub(crate) low_symptom: Limit,
    pub(crate) high_symptom: Limit,
    pub(crate) high: Limit,
}

/// Where a value lies, with the limit that it is beyond.
pub(crate) enum Place {
    TooLow(Limit),
    TooHigh(Limit),
    TooLowWithSymptom(Limit),
    TooHighWithSymptom(Limit),
    Inside,
}

impl Range {
    /// The place of a value, and the answers that tell of a symptom where they mattered.
    pub(crate) fn place(
        &self,
        value: Number,
        symptom: impl FnOnce() -> Answer,
    ) -> Result<(Place, Vec<Reading>), NotJudged> {
        if value < self.low {
            return Ok((Place::TooLow(self.low), vec![]));
        }
        if value > self.high {
            return Ok((Place::TooHigh(self.high), vec![]));
        }
        let place = if value < self.low_symptom {
            Place::TooLowWithSymptom(self.low_symptom)
        } else if value > self.high_symptom {
            Place::TooHighWithSymptom(self.high_symptom)
        } else {
            return Ok((Place::Inside, vec![]));
        };
        let symptom = symptom();
        if symptom.known()? { Ok((place, symptom.readings())) } else { Ok((Place::Inside, vec![])) }
    }
}
