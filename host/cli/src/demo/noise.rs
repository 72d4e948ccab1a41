//! Chance that is the same each time.

/// A generator of numbers that look random and repeat from their seed (SplitMix64, Steele et al. 2014).
pub struct Noise(u64);

impl Noise {
    /// The generator of a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number from 0 up to 1.
    pub fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        (mixed >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A number around 0, nearly normal, of this standard deviation and never further than three of them.
    pub fn around(&mut self, deviation: f64) -> f64 {
        let sum: f64 = (0..12).map(|_| self.uniform()).sum();
        (sum - 6.0).clamp(-3.0, 3.0) * deviation
    }

    /// True so often.
    pub fn chance(&mut self, often: f64) -> bool {
        self.uniform() < often
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_always_gives_the_same_numbers_and_another_others() {
        let first = |seed| Noise::new(seed).uniform().to_bits();
        assert_eq!(first(7), first(7));
        assert_ne!(first(7), first(8));
    }

    #[test]
    fn the_numbers_lie_where_they_should() {
        let mut noise = Noise::new(1);
        let numbers: Vec<f64> = (0..10_000).map(|_| noise.around(2.0)).collect();
        let mean = numbers.iter().sum::<f64>() / 10_000.0;
        assert!(mean.abs() < 0.1, "{mean}");
        assert!(numbers.iter().all(|number| number.abs() <= 6.0));
        let deviation = (numbers.iter().map(|n| n * n).sum::<f64>() / 10_000.0).sqrt();
        assert!((1.8..2.2).contains(&deviation), "{deviation}");
    }
}
