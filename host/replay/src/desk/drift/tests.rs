#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
use super::*;

/// Always the same numbers for the same seed.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// A change of version after `before` assessments, by rules with these rates before and after; what is told of it.
fn swap(random: &mut Random, before: u64, after: u64, rates: &[[f64; 2]]) -> Vec<Changed> {
    let mut own = Rates::default();
    let mut told = vec![];
    for (index, count) in [before, after].into_iter().enumerate() {
        own.begin(&format!("{index}.0.0"), Digest([index as u8; 32]), Time(0));
        for number in 0..count {
            let at = Time(number as i64 * 60_000);
            let day = own.eras.last_mut().unwrap().day(at);
            day.assessments += 1;
            for (rule, rates) in rates.iter().enumerate() {
                if random.next() < rates[index] {
                    *day.alerts.entry(format!("rule-{rule}")).or_default() += 1;
                }
            }
            told.extend(own.look(at));
        }
    }
    told
}

#[test]
fn a_change_of_version_that_changes_nothing_is_told_as_seldom_as_is_said() {
    let seed = 20_261_122;
    println!("seed {seed}");
    let mut random = Random(seed);
    let rates = [[0.02, 0.02], [0.1, 0.1], [0.3, 0.3], [0.005, 0.005]];
    let swaps = 1_000;
    let told = (0..swaps).filter(|_| !swap(&mut random, 2_000, 800, &rates).is_empty()).count();
    println!("{told} of {swaps}");
    assert!(told as f64 <= swaps as f64 * FALSE_ALARMS, "{told} of {swaps}");
}

#[test]
fn a_rule_that_fires_three_times_as_often_is_told_within_four_hundred_assessments() {
    let mut random = Random(7);
    let told = swap(&mut random, 2_000, 400, &[[0.05, 0.05], [0.05, 0.15]]);
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].rule, "rule-1");
    assert_eq!(told[0].versions, ["0.0.0", "1.0.0"]);
    assert!(told[0].rates()[1] > 1.5 * told[0].rates()[0]);
}

#[test]
fn a_rule_that_falls_silent_is_told() {
    let told = swap(&mut Random(8), 2_000, 400, &[[0.08, 0.0]]);
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].alerts[1], 0);
}

#[test]
fn the_probability_is_that_of_the_binomial_distribution() {
    // Ten of ten on one half: 2 / 2^10.
    assert!((probability([0, 10], [100, 100]) - 2.0 / 1024.0).abs() < 1e-12);
    // Evenly shared is no wonder, and nothing at all is none either.
    assert_eq!(probability([5, 5], [100, 100]), 1.0);
    assert_eq!(probability([0, 0], [100, 100]), 1.0);
    // 3 of 4 where a fifth is expected: 2 * (4 * 0.2^3 * 0.8 + 0.2^4).
    let exact = 2.0 * (4.0 * 0.008 * 0.8 + 0.0016);
    assert!((probability([1, 3], [400, 100]) - exact).abs() < 1e-12);
    // Great numbers neither overflow nor vanish.
    assert!(probability([50_000, 50_100], [1_000_000, 1_000_000]) > 0.5);
}
