//! From values to places, and where an axis has its marks.

use gtp_care::calendar::Calendar;
use gtp_model::Time;
use jiff::ToSpan;
use jiff::civil::Date;

/// A straight line from values to places.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    from: (f64, f64),
    to: (f64, f64),
}

impl Scale {
    /// The line that puts the ends of `from` on the ends of `to`.
    pub const fn new(from: (f64, f64), to: (f64, f64)) -> Self {
        Self { from, to }
    }

    /// Where a value lies. One outside the ends is put on the nearer end.
    pub fn place(self, value: f64) -> f64 {
        let span = self.from.1 - self.from.0;
        if span == 0.0 {
            return f64::midpoint(self.to.0, self.to.1);
        }
        let part = ((value - self.from.0) / span).clamp(0.0, 1.0);
        self.to.0 + part * (self.to.1 - self.to.0)
    }
}

/// Round numbers that span all values, about `wanted` of them and at least three; none closer than values
/// of so many decimals can lie.
pub fn ticks(values: impl Iterator<Item = f64>, wanted: usize, decimals: u8) -> Vec<f64> {
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    if !low.is_finite() || !high.is_finite() {
        return vec![];
    }
    let closest = 10f64.powi(-i32::from(decimals));
    let rough = ((high - low) / wanted.max(2) as f64).max(high.abs() * 0.004).max(closest);
    let power = 10f64.powi(rough.log10().floor() as i32);
    let step = [1.0, 2.0, 2.5, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|step| *step >= rough * 0.999)
        .unwrap_or(10.0 * power);
    let (mut first, mut last) = ((low / step).floor(), (high / step).ceil());
    // Values that do not vary lie in the middle.
    if last - first < 2.0 {
        first = (low / step).round() - 1.0;
        last = (high / step).round() + 1.0;
    }
    let count = (last - first) as usize;
    (0..=count).map(|i| (first + i as f64) * step).collect()
}

/// Local midnights between two moments, at most about `wanted` of them, evenly apart.
pub fn day_ticks(from: Time, to: Time, calendar: &Calendar, wanted: i64) -> Vec<(Time, Date)> {
    let (first, last) = (calendar.zoned(from).date(), calendar.zoned(to).date());
    let days = i64::from(first.until(last).map_or(0, |span| span.get_days()));
    let step = [1, 2, 3, 7, 14, 28, 91, 182]
        .into_iter()
        .find(|step| days / step <= wanted)
        .unwrap_or_else(|| days / wanted.max(1) + 1);
    let mut ticks = vec![];
    let mut date = first;
    while date <= last {
        let midnight = calendar.moment(&format!("{date}T00:00"));
        ticks.extend(midnight.filter(|at| (from..=to).contains(at)).map(|at| (at, date)));
        let Ok(next) = date.checked_add(step.days()) else { break };
        date = next;
    }
    ticks
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use gtp_care::calendar::parse_rfc3339;

    fn of(values: &[f64], decimals: u8) -> Vec<f64> {
        ticks(values.iter().copied(), 5, decimals)
    }

    #[test]
    fn an_axis_has_round_numbers_that_span_the_values() {
        assert_eq!(of(&[81.2, 83.4], 1), [81.0, 81.5, 82.0, 82.5, 83.0, 83.5]);
        assert_eq!(of(&[118.0, 160.0], 0), [110.0, 120.0, 130.0, 140.0, 150.0, 160.0]);
        assert!(of(&[], 0).is_empty());
    }

    #[test]
    fn values_that_do_not_vary_lie_in_the_middle() {
        assert_eq!(of(&[1.0, 1.0], 0), [0.0, 1.0, 2.0]);
        assert_eq!(of(&[0.0], 0), [-1.0, 0.0, 1.0]);
        assert_eq!(of(&[89.0, 91.0], 0), [89.0, 90.0, 91.0]);
    }

    #[test]
    fn a_day_begins_at_local_midnight_on_both_sides_of_the_clock_change() {
        let calendar = Calendar::new("Europe/Copenhagen").unwrap();
        let moment = |text| parse_rfc3339(text).unwrap();
        let (from, to) = (moment("2026-03-28T00:00:00+01:00"), moment("2026-03-31T12:00:00+02:00"));
        let days = day_ticks(from, to, &calendar, 4);
        let hours: Vec<i64> = days.iter().map(|(at, _)| at.0 / 3_600_000 % 24).collect();
        assert_eq!(hours, [23, 23, 22, 22]);
        assert!(day_ticks(from, from.plus(400 * 86_400_000), &calendar, 4).len() <= 6);
    }

    #[test]
    fn a_value_outside_the_axis_stays_on_its_end() {
        let scale = Scale::new((0.0, 10.0), (100.0, 0.0));
        assert!((scale.place(5.0) - 50.0).abs() < 1e-9);
        assert!((scale.place(-5.0) - 100.0).abs() < 1e-9);
        assert!((Scale::new((1.0, 1.0), (0.0, 10.0)).place(1.0) - 5.0).abs() < 1e-9);
    }
}
