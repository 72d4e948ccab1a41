//! Charts: values over time as a small SVG picture, drawn here and shown without a script.
//!
//! A chart tells no more than there is. Where nothing was measured for a while the line is broken; what was
//! deliberately not measured is a cross on the ground line; what was corrected is a hollow mark that no line
//! touches. Limits are lines with their numbers; the page names them below. Every chart has a title and a description in words,
//! and the page shows its numbers in a table beside it. Series differ by the form of their marks, not by colour
//! alone. Nothing is styled in the picture itself: the style sheet does that, as the content policy demands.

mod scale;

use super::frame::Words;
use crate::text::moment;
use gtp_model::{HOUR, Time};
use scale::{Scale, day_ticks, ticks};

/// The picture's size in its own units: a phone's width, so that its letters are as large as the page's.
const WIDTH: f64 = 360.0;
const HEIGHT: f64 = 230.0;
const LEFT: f64 = 42.0;
/// Room for the limits' numbers.
const RIGHT: f64 = 36.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 30.0;
/// Measurements further apart than this are not joined, unless all of them lie far apart.
const GAP: i64 = 36 * HOUR;
/// Limits' numbers closer than this would stand on each other.
const LINE_HEIGHT: f64 = 13.0;

/// What to draw.
pub struct Plot {
    /// Unique on the page: `chart-weight`.
    pub id: String,
    /// What is shown.
    pub title: String,
    /// The values' unit.
    pub unit: String,
    /// Decimals of the values.
    pub decimals: u8,
    /// The series, at most three.
    pub series: Vec<Series>,
    /// The limits that are set.
    pub limits: Vec<Limit>,
    /// Where the citizen wants to get.
    pub goals: Vec<Limit>,
    /// What was noted in the diary, and when.
    pub notes: Vec<(Time, String)>,
    /// Where the time axis begins.
    pub from: Time,
    /// Where it ends.
    pub to: Time,
}

/// Values of one field.
pub struct Series {
    /// Its name.
    pub label: String,
    /// The values, oldest first.
    pub points: Vec<Point>,
    /// When it was deliberately not measured.
    pub skipped: Vec<Time>,
}

/// One value.
pub struct Point {
    /// When.
    pub at: Time,
    /// What.
    pub value: f64,
    /// Whether another value took its place.
    pub superseded: bool,
}

/// A limit, or one end of a goal.
pub struct Limit {
    /// Which of the series it is for.
    pub series: usize,
    /// Its name.
    pub label: String,
    /// Its value.
    pub value: f64,
}

/// A chart as its template shows it: everything placed, every number written.
#[derive(Debug)]
pub struct Drawing {
    pub id: String,
    pub title: String,
    pub description: String,
    pub size: (String, String),
    pub frame: Rect,
    pub across: Vec<Tick>,
    pub up: Vec<Tick>,
    pub limits: Vec<LimitMark>,
    pub goals: Vec<LimitMark>,
    pub notes: Vec<Mark>,
    pub series: Vec<SeriesMark>,
    /// The names of the series, where there are several.
    pub legend: Vec<(usize, String)>,
    pub any_skipped: bool,
    pub any_superseded: bool,
}

#[derive(Debug)]
pub struct Rect {
    pub left: String,
    pub right: String,
    pub bottom: String,
}

#[derive(Debug)]
pub struct Tick {
    pub at: String,
    pub label: String,
}

#[derive(Debug)]
pub struct LimitMark {
    pub series: usize,
    pub y: String,
    pub label_y: String,
    pub label: String,
}

#[derive(Debug)]
pub struct SeriesMark {
    /// 0, 1 or 2: chooses the marks' form.
    pub index: usize,
    /// The joined stretches, as the `points` of polylines.
    pub stretches: Vec<String>,
    pub marks: Vec<Mark>,
    /// Where crosses stand on the ground line.
    pub skipped: Vec<Mark>,
}

#[derive(Debug)]
pub struct Mark {
    pub x: String,
    pub y: String,
    pub superseded: bool,
    pub words: String,
}

/// Draws. Nothing where there is no value at all.
pub fn draw(plot: &Plot, words: Words<'_>) -> Option<Drawing> {
    let drawn = || plot.series.iter().flat_map(|series| &series.points);
    drawn().next()?;
    let limits = plot.limits.iter().chain(&plot.goals).map(|limit| limit.value);
    let values = drawn().map(|point| point.value).chain(limits).filter(|value| value.is_finite());
    let up_ticks = ticks(values, 5, plot.decimals);
    let (lowest, highest) = (up_ticks.first()?, up_ticks.last()?);
    let up = Scale::new((*lowest, *highest), (HEIGHT - BOTTOM, TOP));
    let across = Scale::new((plot.from.0 as f64, plot.to.0 as f64), (LEFT, WIDTH - RIGHT));
    let painter = Painter { plot, words, up, across };
    Some(Drawing {
        id: plot.id.clone(),
        title: plot.title.clone(),
        description: painter.description(),
        size: (number(WIDTH), number(HEIGHT)),
        frame: Rect {
            left: number(LEFT),
            right: number(WIDTH - RIGHT),
            bottom: number(HEIGHT - BOTTOM),
        },
        across: day_ticks(plot.from, plot.to, words.calendar, 4)
            .into_iter()
            .map(|(time, date)| Tick {
                at: number(across.place(time.0 as f64)),
                label: moment::short_day(words.language, date),
            })
            .collect(),
        up: up_ticks.iter().map(|value| painter.up_tick(*value, &up_ticks)).collect(),
        limits: painter.limits(&plot.limits),
        goals: painter.limits(&plot.goals),
        notes: painter.notes(),
        series: plot
            .series
            .iter()
            .take(3)
            .enumerate()
            .map(|(i, own)| painter.series(i, own))
            .collect(),
        legend: match plot.series.len() {
            0 | 1 => vec![],
            _ => plot.series.iter().map(|own| own.label.clone()).enumerate().collect(),
        },
        any_skipped: plot.series.iter().any(|series| !series.skipped.is_empty()),
        any_superseded: drawn().any(|point| point.superseded),
    })
}

struct Painter<'a> {
    plot: &'a Plot,
    words: Words<'a>,
    up: Scale,
    across: Scale,
}

impl Painter<'_> {
    fn value(&self, value: f64) -> String {
        let value = self.words.number(value, self.plot.decimals);
        format!("{value} {}", self.plot.unit).trim_end().to_owned()
    }

    fn up_tick(&self, value: f64, all: &[f64]) -> Tick {
        let step = all.get(1).zip(all.first()).map_or(1.0, |(second, first)| second - first);
        let decimals = if step.fract() == 0.0 { 0 } else { self.plot.decimals.max(1) };
        Tick { at: number(self.up.place(value)), label: self.words.number(value, decimals) }
    }

    /// Each limit as a line, equal ones of a series as one. Numbers that would stand on each other are moved
    /// apart, downwards from the highest.
    fn limits(&self, limits: &[Limit]) -> Vec<LimitMark> {
        let mut lines: Vec<(usize, f64)> =
            limits.iter().map(|limit| (limit.series, limit.value)).collect();
        lines.sort_by(|(_, left), (_, right)| right.total_cmp(left));
        lines.dedup();
        let mut free = TOP - LINE_HEIGHT;
        lines
            .into_iter()
            .map(|(series, value)| {
                let y = self.up.place(value);
                let label_y = y.max(free + LINE_HEIGHT);
                free = label_y;
                let label = self.words.number(value, 0);
                LimitMark { series, y: number(y), label_y: number(label_y), label }
            })
            .collect()
    }

    fn series(&self, index: usize, series: &Series) -> SeriesMark {
        let valid: Vec<&Point> = series.points.iter().filter(|point| !point.superseded).collect();
        let stretches = stretches(&valid)
            .into_iter()
            .filter(|stretch| stretch.len() > 1)
            .map(|stretch| {
                let places = stretch.iter().map(|point| {
                    let (x, y) = self.place(point);
                    format!("{x},{y}")
                });
                places.collect::<Vec<_>>().join(" ")
            })
            .collect();
        let marks = series.points.iter().map(|point| {
            let (x, y) = self.place(point);
            let when = self.words.full(point.at).words;
            let key = if point.superseded { "chart-superseded-mark" } else { "chart-mark" };
            let blanks = [("value", self.value(point.value).into()), ("when", when.into())];
            Mark { x, y, superseded: point.superseded, words: self.words.t_with(key, &blanks) }
        });
        let skipped = series.skipped.iter().map(|at| Mark {
            x: number(self.across.place(at.0 as f64)),
            y: number(HEIGHT - BOTTOM),
            superseded: false,
            words: self
                .words
                .t_with("chart-skipped-mark", &[("when", self.words.full(*at).words.into())]),
        });
        SeriesMark { index, stretches, marks: marks.collect(), skipped: skipped.collect() }
    }

    /// What was noted, as marks along the upper edge.
    fn notes(&self) -> Vec<Mark> {
        let within = |at: &Time| *at >= self.plot.from && *at <= self.plot.to;
        let notes = self.plot.notes.iter().filter(|(at, _)| within(at));
        let mark = |(at, text): &(Time, String)| Mark {
            x: number(self.across.place(at.0 as f64)),
            y: number(TOP),
            superseded: false,
            words: format!("{}: {text}", self.words.full(*at).words),
        };
        notes.map(mark).collect()
    }

    fn place(&self, point: &Point) -> (String, String) {
        (number(self.across.place(point.at.0 as f64)), number(self.up.place(point.value)))
    }

    /// The chart in words.
    fn description(&self) -> String {
        let mut sentences = vec![];
        for series in &self.plot.series {
            let valid: Vec<&Point> =
                series.points.iter().filter(|point| !point.superseded).collect();
            let values = || valid.iter().map(|point| point.value);
            let (Some(first), Some(newest)) = (valid.first(), valid.last()) else { continue };
            sentences.push(self.words.t_with(
                "chart-description",
                &[
                    ("label", (&series.label).into()),
                    ("count", valid.len().into()),
                    ("from", self.words.full(first.at).words.into()),
                    ("to", self.words.full(newest.at).words.into()),
                    ("low", self.value(values().fold(f64::INFINITY, f64::min)).into()),
                    ("high", self.value(values().fold(f64::NEG_INFINITY, f64::max)).into()),
                    ("newest", self.value(newest.value).into()),
                ],
            ));
            if !series.skipped.is_empty() {
                let count = series.skipped.len();
                sentences.push(self.words.t_with("chart-skipped", &[("count", count.into())]));
            }
        }
        for limit in &self.plot.limits {
            let blanks =
                [("limit", (&limit.label).into()), ("value", self.value(limit.value).into())];
            sentences.push(self.words.t_with("chart-limit", &blanks));
        }
        for goal in &self.plot.goals {
            let blanks = [("goal", (&goal.label).into()), ("value", self.value(goal.value).into())];
            sentences.push(self.words.t_with("chart-goal", &blanks));
        }
        sentences.join(" ")
    }
}

/// Splits values where nothing was measured for long: longer than [`GAP`] and than 1.5 times what is usual here.
fn stretches<'a>(points: &[&'a Point]) -> Vec<Vec<&'a Point>> {
    let mut gaps: Vec<i64> =
        points.iter().zip(points.iter().skip(1)).map(|(a, b)| b.at.since(a.at)).collect();
    gaps.sort_unstable();
    let usual = gaps.get(gaps.len() / 2).copied().unwrap_or(0);
    let longest = GAP.max(usual.saturating_mul(3) / 2);
    let mut stretches: Vec<Vec<&Point>> = vec![];
    for point in points {
        match stretches.last_mut() {
            Some(stretch)
                if stretch.last().is_some_and(|last| point.at.since(last.at) <= longest) =>
            {
                stretch.push(point);
            }
            _ => stretches.push(vec![point]),
        }
    }
    stretches
}

/// A coordinate: one decimal is a twentieth of a pixel on a phone.
fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

#[cfg(test)]
mod tests;
