//! What many values say together: summaries, changes, counts.

use crate::series::{Change, Reading, Series};
use crate::{NotJudged, Number, Span};

impl Series {
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{Day, Moment, days, hours};

    /// Values at so many hours before the moment that is judged, which is noon of day 100.
    fn series(values: &[(i64, f64)], skipped: &[i64]) -> Series {
        let now = Moment(100 * 24 * 3_600_000) + hours(12);
        let readings = values
            .iter()
            .map(|(ago, value)| {
                let time = now - hours(*ago);
                Reading { id: "x", value: Number::new(*value), time, day: time.day(0) }
            })
            .collect();
        let skipped =
            skipped.iter().map(|ago| (now - hours(*ago), (now - hours(*ago)).day(0))).collect();
        Series::new("x", now, Day(100), readings, skipped)
    }

    #[test]
    fn the_newest_value_is_missing_once_it_was_skipped() {
        assert_eq!(series(&[(5, 1.0)], &[9]).newest().unwrap().value, 1.0);
        assert_eq!(series(&[(5, 1.0)], &[2]).newest(), Err(NotJudged::not_enough(&["x"])));
        assert_eq!(series(&[(5, 1.0)], &[2]).last_known().unwrap().value, 1.0);
    }

    #[test]
    fn a_window_of_change_is_half_open() {
        let own = series(&[(72, 80.0), (48, 81.0), (0, 83.0)], &[]);
        assert_eq!(own.rise_since_lowest(hours(72)).unwrap().by, 3.0);
        assert_eq!(own.rise_since_lowest(hours(71)).unwrap().by, 2.0);
        assert_eq!(own.change_over(hours(72)).unwrap().from.value, 80.0);
        assert_eq!(own.fall_since_highest(hours(72)).unwrap().by, 2.0);
        assert!(series(&[(0, 83.0)], &[]).rise_since_lowest(hours(72)).is_err());
    }

    #[test]
    fn local_days_are_counted_from_today() {
        let own = series(&[(60, 9.0), (36, 9.0), (30, 1.0), (12, 9.0), (1, 9.0)], &[]);
        let high = |reading: &Reading| reading.value > 5.0;
        assert_eq!(own.consecutive_days(high), 3);
        assert_eq!(own.consecutive_days(|reading| reading.value < 5.0), 0);
        assert_eq!(
            own.change_since_yesterday().unwrap().by,
            8.0,
            "from the last value of yesterday"
        );
        assert_eq!(own.by_day().len(), 3);
        assert_eq!(own.last_days(2).len(), 4);
    }

    #[test]
    fn summaries_are_exact() {
        let own = series(&[(4, 0.1), (3, 0.2), (2, 0.3), (1, 0.3)], &[]);
        assert_eq!(own.mean().unwrap(), 0.225);
        assert_eq!(own.median().unwrap(), 0.25);
        assert_eq!(own.lowest().unwrap().value, 0.1);
        assert_eq!(own.highest().unwrap().time, own.newest().unwrap().time, "the newest of equals");
        assert_eq!(own.share_in(Number::new(0.2), Number::new(0.3), 4).unwrap(), 0.75);
        assert!(own.share_in(Number::new(0.2), Number::new(0.3), 5).is_err());
        assert_eq!(own.missing_since().unwrap(), hours(1));
        assert!(own.newest_all(2, |reading| reading.value == 0.3).unwrap());
        assert!(own.newest_all(5, |_| true).is_err());
    }

    #[test]
    fn a_baseline_needs_enough_days() {
        let own = series(&[(24 * 9, 70.0), (24 * 8, 71.0), (24 * 7, 72.0), (0, 90.0)], &[]);
        assert_eq!(own.baseline(10, 5, 3).unwrap(), 71.0);
        assert!(own.baseline(10, 5, 4).is_err());
        assert_eq!(own.within(days(8)).len(), 3);
    }
}
