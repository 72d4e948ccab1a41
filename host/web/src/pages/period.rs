//! How far back a page shows values, and the links to choose it by.

use super::frame::{Visitor, Words};
use crate::problem::Problem;
use gtp_care::{FieldView, ObservationQuery, Why};
use gtp_model::{CitizenId, DAY, Time};
use jiff::civil::Date;
use serde::Deserialize;

/// How far back a page shows values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// Days.
    pub days: i64,
    /// A day to look at: then it is the days around that one.
    pub day: Option<Date>,
}

/// So many days before and after a day that is looked at.
const AROUND: i64 = 14;

/// The periods to choose from: days, and the key of the words.
const PERIODS: [(i64, &str); 4] =
    [(7, "period-7"), (28, "period-28"), (90, "period-90"), (365, "period-365")];

/// What an address says of the period.
#[derive(Deserialize)]
pub struct AskedPeriod {
    days: Option<i64>,
    day: Option<String>,
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
        // What is no day is passed over: an address is easily cut off.
        let day = self.day.as_ref().and_then(|day| day.parse().ok());
        Period { days: self.days.filter(offered).unwrap_or(28), day }
    }
}

impl Period {
    /// Where it begins.
    pub fn from(self, words: Words<'_>) -> Time {
        let around = self.noon(words).map(|noon| noon.plus(-AROUND * DAY));
        around.unwrap_or(words.now.plus(-self.days * DAY))
    }

    /// The middle of the day that is looked at.
    pub fn noon(self, words: Words<'_>) -> Option<Time> {
        words.calendar.moment(&format!("{}T12:00", self.day?))
    }

    /// Links to all periods of a page.
    pub fn links(self, path: &str, words: Words<'_>) -> Vec<PeriodLink> {
        let link = |(days, key): &(i64, &str)| PeriodLink {
            href: format!("{path}?days={days}"),
            words: words.t(key),
            current: self.day.is_none() && *days == self.days,
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
            to: self.noon(visitor.words()).map(|noon| noon.plus(AROUND * DAY)),
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
