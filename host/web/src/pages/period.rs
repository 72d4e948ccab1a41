//! How far back a page shows values, and the links to choose it by.

use super::frame::{Visitor, Words};
use crate::problem::Problem;
use gtp_care::{FieldView, ObservationQuery, Why};
use gtp_model::{CitizenId, DAY, Time};
use serde::Deserialize;

/// How far back a page shows values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// Days.
    pub days: i64,
}

/// The periods to choose from: days, and the key of the words.
const PERIODS: [(i64, &str); 4] =
    [(7, "period-7"), (28, "period-28"), (90, "period-90"), (365, "period-365")];

/// What an address says of the period.
#[derive(Deserialize)]
pub struct AskedPeriod {
    days: Option<i64>,
}

/// A period to choose.
pub struct PeriodLink {
    pub href: String,
    pub words: String,
    pub current: bool,
}

impl AskedPeriod {
    /// One of the periods that are offered; four weeks where none of them is asked for.
    pub fn period(&self) -> Period {
        let offered = |days: &i64| PERIODS.iter().any(|(own, _)| own == days);
        Period { days: self.days.filter(offered).unwrap_or(28) }
    }
}

impl Period {
    /// Where it begins.
    pub const fn from(self, words: Words<'_>) -> Time {
        words.now.plus(-self.days * DAY)
    }

    /// Links to all periods of a page.
    pub fn links(self, path: &str, words: Words<'_>) -> Vec<PeriodLink> {
        let link = |(days, key): &(i64, &str)| PeriodLink {
            href: format!("{path}?days={days}"),
            words: words.t(key),
            current: *days == self.days,
        };
        PERIODS.iter().map(link).collect()
    }

    /// Gives the fields of an overview exactly the values of this period.
    pub async fn fill(
        self,
        visitor: &Visitor,
        citizen: CitizenId,
        fields: &mut [FieldView],
    ) -> Result<(), Problem> {
        let query = ObservationQuery {
            from: Some(self.from(visitor.words())),
            ..ObservationQuery::default()
        };
        let care = &visitor.state.care;
        let why = Why::through("page");
        let all = care.observations(visitor.actor(), citizen, query, &why).await?;
        for view in fields.iter_mut() {
            view.observations.clear();
        }
        for observation in all {
            if let Some(view) = fields.iter_mut().find(|own| own.field.id == observation.field) {
                view.observations.push(observation);
            }
        }
        Ok(())
    }
}
