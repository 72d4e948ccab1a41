//! The values of one input, and the questions that clinicians ask of them.
//!
//! Everything that may be missing is a `Result` with the reason, so that a rule writes
//! `case.weight().newest()?` and never mistakes "not measured" for "normal". Windows count back from the
//! moment that is judged, or from the newest value where the words say so.

use crate::answer::Answer;
use crate::{Day, Moment, NotJudged, Number, Span};

/// One value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// The series it belongs to.
    pub id: &'static str,
    /// The value as given.
    pub value: Number,
    /// When it was measured.
    pub time: Moment,
    /// The local day on which it was measured.
    pub day: Day,
}

impl From<Reading> for Number {
    fn from(reading: Reading) -> Self {
        reading.value
    }
}

/// A change from one value to a later one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// The earlier value.
    pub from: Reading,
    /// The later value.
    pub to: Reading,
    /// How much: positive where it rose.
    pub by: Number,
}

/// The values of one input, oldest first, exactly as far back as the rule declares.
#[derive(Clone, Debug)]
pub struct Series {
    pub(crate) id: &'static str,
    pub(crate) now: Moment,
    pub(crate) today: Day,
    pub(crate) readings: Vec<Reading>,
    pub(crate) skipped: Vec<(Moment, Day)>,
}

impl Series {
    /// A series of readings, oldest first, as seen from a moment and its local day.
    #[must_use]
    pub const fn new(
        id: &'static str,
        now: Moment,
        today: Day,
        readings: Vec<Reading>,
        skipped: Vec<(Moment, Day)>,
    ) -> Self {
        Self { id, now, today, readings, skipped }
    }

    /// Its id: a field, `questionnaire/item` or `questionnaire/score`.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        self.id
    }

    /// All values, oldest first.
    #[must_use]
    pub fn readings(&self) -> &[Reading] {
        &self.readings
    }

    /// How many values there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.readings.len()
    }

    /// Whether there is no value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.readings.is_empty()
    }

    /// When it was deliberately not measured or not answered, oldest first.
    #[must_use]
    pub fn skipped(&self) -> &[(Moment, Day)] {
        &self.skipped
    }

    pub(crate) fn missing(&self) -> NotJudged {
        NotJudged::not_enough(&[self.id])
    }

    // One value

    /// The newest value. One that was skipped since counts as missing: what was said before it no longer
    /// tells how things are.
    ///
    /// # Errors
    ///
    /// Not enough data.
    pub fn newest(&self) -> Result<Reading, NotJudged> {
        let newest = self.last_known()?;
        if self.skipped.last().is_some_and(|(skipped, _)| *skipped > newest.time) {
            return Err(self.missing());
        }
        Ok(newest)
    }

    /// The newest value, whether or not it was skipped since.
    ///
    /// # Errors
    ///
    /// Not enough data, where there is no value at all.
    pub fn last_known(&self) -> Result<Reading, NotJudged> {
        self.readings.last().copied().ok_or_else(|| self.missing())
    }

    /// The newest value at or before a moment.
    ///
    /// # Errors
    ///
    /// Not enough data.
    pub fn at(&self, moment: Moment) -> Result<Reading, NotJudged> {
        let earlier = self.readings.iter().rev().find(|reading| reading.time <= moment);
        earlier.copied().ok_or_else(|| self.missing())
    }

    /// The newest value before the newest one.
    ///
    /// # Errors
    ///
    /// Not enough data.
    pub fn previous(&self) -> Result<Reading, NotJudged> {
        self.before(self.last_known()?.time).last_known()
    }

    /// The newest answer to a question of yes or no.
    #[must_use]
    pub fn answer(&self) -> Answer {
        match self.newest() {
            Ok(reading) if reading.value != 0.0 => Answer::Yes(vec![reading]),
            Ok(_) => Answer::No,
            Err(_) => Answer::Unknown(vec![self.id]),
        }
    }

    /// The same series, if its newest value is from this span up to the moment that is judged. For a rule
    /// that is also asked when another of its inputs comes in.
    ///
    /// # Errors
    ///
    /// Not enough data, where the newest value is older or was skipped since.
    pub fn no_older_than(self, span: Span) -> Result<Self, NotJudged> {
        let newest = self.newest()?;
        if self.now - newest.time > span { Err(self.missing()) } else { Ok(self) }
    }

    // Parts of the series

    /// What was measured in this span up to the moment that is judged, both ends included.
    #[must_use]
    pub fn within(&self, span: Span) -> Self {
        let (from, now) = (self.now - span, self.now);
        self.part(|time, _| from <= time && time <= now)
    }

    /// What was measured in the half-open window `[from, to)`.
    #[must_use]
    pub fn between(&self, from: Moment, to: Moment) -> Self {
        self.part(|time, _| from <= time && time < to)
    }

    /// What was measured before a moment.
    #[must_use]
    pub fn before(&self, moment: Moment) -> Self {
        self.part(|time, _| time < moment)
    }

    /// What was measured at or after a moment.
    #[must_use]
    pub fn since(&self, moment: Moment) -> Self {
        self.part(|time, _| time >= moment)
    }

    /// What was measured on one local day.
    #[must_use]
    pub fn on(&self, day: Day) -> Self {
        self.part(|_, own| own == day)
    }

    /// What was measured on the last so many local days, today included.
    #[must_use]
    pub fn last_days(&self, count: i64) -> Self {
        let first = self.today.before(count - 1);
        self.part(|_, day| day >= first)
    }

    /// The newest so many values.
    #[must_use]
    pub fn newest_of(&self, count: usize) -> Self {
        let mut part = self.clone();
        part.readings = part.readings.split_off(self.readings.len().saturating_sub(count));
        part
    }

    /// The values that meet a condition.
    #[must_use]
    pub fn only(&self, meets: impl Fn(&Reading) -> bool) -> Self {
        let mut part = self.clone();
        part.readings.retain(meets);
        part
    }

    pub(crate) fn part(&self, keep: impl Fn(Moment, Day) -> bool) -> Self {
        let mut part = self.clone();
        part.readings.retain(|reading| keep(reading.time, reading.day));
        part.skipped.retain(|(time, day)| keep(*time, *day));
        part
    }

    /// The values of each local day that has any, oldest first.
    #[must_use]
    pub fn by_day(&self) -> Vec<(Day, Vec<Reading>)> {
        let mut days: Vec<(Day, Vec<Reading>)> = vec![];
        for reading in &self.readings {
            match days.last_mut() {
                Some((day, readings)) if *day == reading.day => readings.push(*reading),
                _ => days.push((reading.day, vec![*reading])),
            }
        }
        days
    }
}
