//! Chance that repeats from its seed, on every machine.

/// SplitMix64 (Steele, Lea and Flood 2014): small, and enough for made-up data.
#[derive(Clone, Debug)]
pub struct Noise(u64);

impl Noise {
    /// The generator of one citizen.
    pub fn of(seed: u64, citizen: u32) -> Self {
        let mut noise = Self(seed ^ (u64::from(citizen) + 1).wrapping_mul(0xD6E8_FEB8_6659_FD93));
        noise.next();
        noise
    }

    /// A generator of its own for a part, so that how much a part draws does not change what follows.
    pub fn child(&mut self) -> Self {
        Self(self.next())
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From 0 up to, not including, 1.
    pub fn uniform(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Whether something of this probability happens.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.uniform() < probability
    }

    /// Around 0, nearly normal, of this standard deviation and never further than three of them.
    pub fn around(&mut self, deviation: f64) -> f64 {
        let sum: f64 = (0..12).map(|_| self.uniform()).sum();
        (sum - 6.0).clamp(-3.0, 3.0) * deviation
    }
}
