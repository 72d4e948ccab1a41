//! Bands of a score: every score that can come out lies in exactly one.

use crate::flaw::Flaws;
use gtp_model::programme::{Band, Kind, Method, ScoreRule};
use std::collections::BTreeSet;

/// Whether a score's bands cover what it can be.
pub fn check(score: &ScoreRule, kinds: &[&Kind], place: &str, flaws: &mut Flaws) {
    if score.bands.is_empty() {
        return;
    }
    let mut bands: Vec<&Band> = score.bands.iter().collect();
    if let Some(band) = bands
        .iter()
        .find(|band| !(band.low <= band.high && band.low.is_finite() && band.high.is_finite()))
    {
        let what = format!("a band goes from {} to {}", band.low, band.high);
        flaws.error("band-invalid", place, what, "Begin each band at its lowest score");
        return;
    }
    bands.sort_by(|a, b| a.low.total_cmp(&b.low));
    for pair in bands.windows(2) {
        if let [lower, upper] = pair
            && upper.low <= lower.high
        {
            let what = format!(
                "the bands {} to {} and {} to {} overlap",
                lower.low, lower.high, upper.low, upper.high
            );
            flaws.error("band-overlap", place, what, "Begin each band after the one below it ends");
        }
    }
    if let Some(outside) = first_outside(&reachable(score, kinds), &bands) {
        flaws.error(
            "band-gap",
            place,
            format!("a score of {outside} can come out and lies in no band"),
            "Let the bands cover every score, from the lowest to the highest",
        );
    }
}

/// The scores that can come out.
#[derive(Debug)]
enum Reachable {
    /// Exactly these.
    Listed(Vec<f64>),
    /// Everything from the lowest to the highest in steps.
    Stepped { low: f64, high: f64, step: f64 },
    /// Without end on a side: nothing is said about it.
    Unbounded,
}

/// More sums than this are not listed one by one.
const MOST_SUMS: usize = 20_000;

fn reachable(score: &ScoreRule, kinds: &[&Kind]) -> Reachable {
    let count = kinds.len() as f64;
    let scale = |sum: f64| match score.method {
        Method::Sum => sum,
        Method::SumTimes(factor) => sum * factor,
        Method::Mean => sum / count,
    };
    if let Some(sums) = listed_sums(kinds) {
        return Reachable::Listed(sums.into_iter().map(scale).collect());
    }
    let ends: Option<Vec<(f64, f64)>> = kinds.iter().map(|kind| ends(kind)).collect();
    let Some(ends) = ends else { return Reachable::Unbounded };
    let low = scale(ends.iter().map(|(low, _)| low).sum());
    let high = scale(ends.iter().map(|(_, high)| high).sum());
    let decimals = kinds.iter().map(|kind| decimals(kind)).max().unwrap_or(0);
    let step = scale(10f64.powi(-i32::from(decimals))).abs();
    Reachable::Stepped { low: low.min(high), high: low.max(high), step }
}

/// Every sum of choices and flags.
fn listed_sums(kinds: &[&Kind]) -> Option<Vec<f64>> {
    // Keyed by bits so that equal sums are one; -0 is made 0.
    let mut sums: BTreeSet<u64> = BTreeSet::from([0f64.to_bits()]);
    for kind in kinds {
        let values: Vec<f64> = match kind {
            Kind::Choice(choices) => choices.iter().map(|choice| choice.value).collect(),
            Kind::Flag => vec![0.0, 1.0],
            _ => return None,
        };
        sums = sums
            .iter()
            .flat_map(|sum| {
                values.iter().map(move |value| (f64::from_bits(*sum) + value + 0.0).to_bits())
            })
            .collect();
        if sums.len() > MOST_SUMS {
            return None;
        }
    }
    Some(sums.into_iter().map(f64::from_bits).collect())
}

fn ends(kind: &Kind) -> Option<(f64, f64)> {
    match kind {
        Kind::Choice(choices) => {
            let values = choices.iter().map(|choice| choice.value);
            Some((values.clone().reduce(f64::min)?, values.reduce(f64::max)?))
        }
        Kind::Flag => Some((0.0, 1.0)),
        Kind::Quantity(quantity) => Some((quantity.reject.low?, quantity.reject.high?)),
        Kind::Date | Kind::FreeText(_) => None,
    }
}

const fn decimals(kind: &Kind) -> u8 {
    match kind {
        Kind::Quantity(quantity) => quantity.decimals,
        _ => 0,
    }
}

/// A score that can come out and lies in no band.
fn first_outside(reachable: &Reachable, bands: &[&Band]) -> Option<f64> {
    let in_a_band = |score: f64| bands.iter().any(|band| score >= band.low && score <= band.high);
    match reachable {
        Reachable::Unbounded => None,
        Reachable::Listed(scores) => scores.iter().copied().find(|score| !in_a_band(*score)),
        Reachable::Stepped { low, high, step } => {
            // Decimal steps are not exact in binary.
            let slack = step * 1e-6;
            let first = bands.first()?;
            let last = bands.last()?;
            if first.low > low + slack {
                return Some(*low);
            }
            if last.high < high - slack {
                return Some(*high);
            }
            bands.windows(2).find_map(|pair| match pair {
                [lower, upper] => {
                    let next = lower.high + step;
                    (upper.low > next + slack).then_some(next)
                }
                _ => None,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use gtp_model::{
        Text,
        programme::{Choice, Quantity, Range},
    };

    fn choices(values: &[f64]) -> Kind {
        Kind::Choice(
            values
                .iter()
                .map(|value| Choice {
                    code: String::new(),
                    value: *value,
                    title: Text::default(),
                    codings: vec![],
                })
                .collect(),
        )
    }

    fn flaws(method: Method, kinds: &[&Kind], bands: &[(f64, f64)]) -> Vec<&'static str> {
        let score = ScoreRule {
            id: "total".parse().unwrap(),
            title: Text::default(),
            items: vec![],
            method,
            bands: bands
                .iter()
                .map(|(low, high)| Band {
                    low: *low,
                    high: *high,
                    title: Text::default(),
                    severity: None,
                })
                .collect(),
            codings: vec![],
            annotations: vec![],
        };
        let mut flaws = Flaws::default();
        check(&score, kinds, "score", &mut flaws);
        flaws.into_sorted().into_iter().map(|flaw| flaw.code).collect()
    }

    #[test]
    fn published_bands_fit() {
        let item = choices(&[0.0, 1.0, 2.0, 3.0]);
        let phq9 = [&item; 9];
        let bands = [(0.0, 4.0), (5.0, 9.0), (10.0, 14.0), (15.0, 19.0), (20.0, 27.0)];
        assert!(flaws(Method::Sum, &phq9, &bands).is_empty());
        let item = choices(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
        let who5 = [&item; 5];
        assert!(
            flaws(Method::SumTimes(4.0), &who5, &[(0.0, 35.0), (36.0, 50.0), (51.0, 100.0)])
                .is_empty()
        );
    }

    #[test]
    fn a_score_outside_every_band_is_found() {
        let item = choices(&[0.0, 1.0, 2.0, 3.0]);
        assert_eq!(flaws(Method::Sum, &[&item; 2], &[(0.0, 2.0), (4.0, 6.0)]), ["band-gap"]);
        assert_eq!(flaws(Method::Sum, &[&item; 2], &[(0.0, 5.0)]), ["band-gap"]);
        assert_eq!(flaws(Method::Mean, &[&item; 2], &[(0.0, 1.0), (2.0, 3.0)]), ["band-gap"]);
    }

    #[test]
    fn a_gap_that_no_score_falls_into_is_none() {
        let item = choices(&[0.0, 2.0]);
        assert!(flaws(Method::Sum, &[&item; 2], &[(0.0, 0.0), (2.0, 4.0)]).is_empty());
    }

    #[test]
    fn bands_that_share_a_score_overlap() {
        let item = choices(&[0.0, 1.0]);
        assert_eq!(flaws(Method::Sum, &[&item], &[(0.0, 1.0), (1.0, 1.0)]), ["band-overlap"]);
    }

    #[test]
    fn a_quantity_is_covered_in_steps_of_its_decimals() {
        let quantity = |decimals| {
            Kind::Quantity(Quantity {
                unit: "kg".to_owned(),
                unit_title: Text::default(),
                decimals,
                reject: Range { low: Some(0.0), high: Some(10.0) },
                confirm: Range::default(),
                confirm_change: None,
                coded: vec![],
            })
        };
        let bands = [(0.0, 4.9), (5.0, 10.0)];
        assert!(flaws(Method::Sum, &[&quantity(1)], &bands).is_empty());
        assert_eq!(flaws(Method::Sum, &[&quantity(2)], &bands), ["band-gap"]);
        assert_eq!(flaws(Method::Sum, &[&quantity(0)], &[(0.0, 4.0), (6.0, 10.0)]), ["band-gap"]);
    }
}
