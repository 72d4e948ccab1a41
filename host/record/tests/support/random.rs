//! Random numbers that can be had again: every test prints the seed it ran with.
#![allow(dead_code, clippy::indexing_slicing)]

/// xorshift64*: small, fast and good enough to shuffle a test.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// Less than `bound`, which is not 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// True once in `n` times.
    pub fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len() as u64) as usize]
    }

    pub fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.next() as u8).collect()
    }
}

/// The seed of this run: `GTP_SEED` where it is set, else another each time. Printed, so that a failure
/// can be repeated.
pub fn seed() -> u64 {
    let seed = std::env::var("GTP_SEED").ok().and_then(|text| text.parse().ok());
    let seed = seed.unwrap_or_else(|| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        now.map_or(1, |since| since.as_nanos() as u64)
    });
    println!("repeat with GTP_SEED={seed}");
    seed
}

/// How many rounds a long test makes: `GTP_ROUNDS` where it is set.
pub fn rounds(usual: u64) -> u64 {
    std::env::var("GTP_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}
