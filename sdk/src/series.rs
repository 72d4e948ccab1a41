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
    id: &'static str,
    now: Moment,
    today: Day,
    readings: Vec<Reading>,
    skipped: Vec<(Moment, Day)>,
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

    fn part(&self, keep: impl Fn(Moment, Day) -> bool) -> Self {
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

    // Summaries

    /// The lowest value, the newest of them where several are equal.
    ///
    /// # Errors
    ///
    /// Not enough data.
    pub fn lowest(&self) -> Result<Reading, NotJudged> {
        self.best(|own, best| own <= best)
    }

    /// The highest value, the newest of them where several are equal.
    ///
    /// # Errors
    ///
    /// Not enough data.
    pub fn highest(&self) -> Result<Reading, NotJudged> {
        self.best(|own, best| own >= best)
    }

    fn best(&self, better: impl Fn(Number, Number) -> bool) -> Result<Reading, NotJudged> {
        let mut best: Option<Reading> = None;
        for reading in &self.readings {
            if best.is_none_or(|best| better(reading.value, best.value)) {
                best = Some(*reading);
            }
        }
        best.ok_or_else(|| self.missing())
    }

    /// The mean of all values.
    ///
    /// # Errors
    ///
    /// Not enough data.
    pub fn mean(&self) -> Result<Number, NotJudged> {
        if self.is_empty() {
            return Err(self.missing());
        }
        let sum: Number = self.readings.iter().map(|reading| reading.value).sum();
        Ok(sum / self.len() as f64)
    }

    /// The middle value; the mean of the two middle ones where their number is even.
    ///
    /// # Errors
    ///
    /// Not enough data.
    pub fn median(&self) -> Result<Number, NotJudged> {
        let mut values: Vec<f64> =
            self.readings.iter().map(|reading| reading.value.get()).collect();
        values.sort_by(f64::total_cmp);
        let middle = values.len() / 2;
        let upper = values.get(middle).ok_or_else(|| self.missing())?;
        if values.len() % 2 == 1 {
            return Ok(Number::new(*upper));
        }
        let lower = values.get(middle.saturating_sub(1)).unwrap_or(upper);
        Ok((Number::new(*lower) + Number::new(*upper)) / 2.0)
    }

    /// What is usual for this person: the median of the values from `from` to `to` days before today,
    /// measured on at least `at_least` different days.
    ///
    /// # Errors
    ///
    /// Not enough data.
    pub fn baseline(&self, from: i64, to: i64, at_least: usize) -> Result<Number, NotJudged> {
        let (first, last) = (self.today.before(from.max(to)), self.today.before(from.min(to)));
        let window = self.part(|_, day| first <= day && day <= last);
        if window.by_day().len() < at_least {
            return Err(self.missing());
        }
        window.median()
    }

    // Changes

    /// From the oldest value in `[t - span, t)` to the newest value, at `t`.
    ///
    /// # Errors
    ///
    /// Not enough data, where one of the two is missing.
    pub fn change_over(&self, span: Span) -> Result<Change, NotJudged> {
        let to = self.newest()?;
        let from = self.between(to.time - span, to.time).first()?;
        Ok(change(from, to))
    }

    /// From the lowest value in `[t - span, t)` to the newest value, at `t`.
    ///
    /// # Errors
    ///
    /// Not enough data, where one of the two is missing.
    pub fn rise_since_lowest(&self, span: Span) -> Result<Change, NotJudged> {
        let to = self.newest()?;
        let from = self.between(to.time - span, to.time).lowest()?;
        Ok(change(from, to))
    }

    /// From the highest value in `[t - span, t)` to the newest value, at `t`. A fall is negative.
    ///
    /// # Errors
    ///
    /// Not enough data, where one of the two is missing.
    pub fn fall_since_highest(&self, span: Span) -> Result<Change, NotJudged> {
        let to = self.newest()?;
        let from = self.between(to.time - span, to.time).highest()?;
        Ok(change(from, to))
    }

    /// From the newest value of the local day before to the newest value.
    ///
    /// # Errors
    ///
    /// Not enough data, where nothing was measured the day before.
    pub fn change_since_yesterday(&self) -> Result<Change, NotJudged> {
        let to = self.newest()?;
        let from = self.on(to.day.before(1)).last_known()?;
        Ok(change(from, to))
    }

    fn first(&self) -> Result<Reading, NotJudged> {
        self.readings.first().copied().ok_or_else(|| self.missing())
    }

    // Counting

    /// How many values meet a condition.
    pub fn count(&self, meets: impl Fn(&Reading) -> bool) -> usize {
        self.readings.iter().filter(|reading| meets(reading)).count()
    }

    /// Whether the newest `n` values all meet a condition.
    ///
    /// # Errors
    ///
    /// Not enough data, where there are fewer.
    pub fn newest_all(
        &self,
        n: usize,
        meets: impl Fn(&Reading) -> bool,
    ) -> Result<bool, NotJudged> {
        let newest = self.newest_of(n);
        if newest.len() < n {
            return Err(self.missing());
        }
        Ok(newest.readings.iter().all(meets))
    }

    /// On how many local days in a row, ending today, some value meets a condition.
    pub fn consecutive_days(&self, meets: impl Fn(&Reading) -> bool) -> usize {
        let mut count = 0;
        let mut expected = self.today;
        for (day, readings) in self.by_day().into_iter().rev() {
            if day != expected || !readings.iter().any(&meets) {
                break;
            }
            count += 1;
            expected = day.before(1);
        }
        count
    }

    /// The share of values from `low` to `high`, both included, between 0 and 1.
    ///
    /// # Errors
    ///
    /// Not enough data, where there are fewer than `at_least` values.
    pub fn share_in(
        &self,
        low: Number,
        high: Number,
        at_least: usize,
    ) -> Result<Number, NotJudged> {
        if self.is_empty() || self.len() < at_least {
            return Err(self.missing());
        }
        let inside = self.count(|reading| low <= reading.value && reading.value <= high);
        Ok(Number::from(inside) / self.len() as f64)
    }

    /// How long ago the newest value was measured.
    ///
    /// # Errors
    ///
    /// Not enough data, where there is none as far back as the rule reads.
    pub fn missing_since(&self) -> Result<Span, NotJudged> {
        Ok(self.now - self.last_known()?.time)
    }
}

fn change(from: Reading, to: Reading) -> Change {
    Change { from, to, by: to.value - from.value }
}
