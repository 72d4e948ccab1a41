//! What differs from run to run, if anything does.

use std::hint::black_box;

/// Everything that a programme without imports could hope to find by chance: where things lie, what was left
/// in memory, how often it was called, how much memory there is, the bits of what is no number.
pub fn chance(calls: u64) -> u64 {
    let (on_stack, on_heap) = (0u8, black_box(Box::new(0u64)));
    let no_number = black_box(0.0f64) / black_box(0.0f64);
    let negative = black_box(-1.0f64).sqrt();
    let mut left = [std::mem::MaybeUninit::<u8>::uninit(); 4096];
    let left = black_box(&mut left);
    // SAFETY: none; whatever lies there is what it wants to see. It is memory of its own.
    #[allow(unsafe_code, reason = "it is hostile")]
    let left: u64 = left
        .iter()
        .map(|byte| u64::from(unsafe { std::ptr::read_volatile(byte.as_ptr()) }))
        .fold(0, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte));
    let mut all = calls.wrapping_mul(31).wrapping_add(left);
    for part in [
        std::ptr::from_ref(&on_stack).addr() as u64,
        std::ptr::from_ref(&*on_heap).addr() as u64,
        no_number.to_bits(),
        negative.to_bits(),
        pages(),
    ] {
        all = all.wrapping_mul(0x100_0000_01b3) ^ part;
    }
    all
}

#[cfg(target_arch = "wasm32")]
fn pages() -> u64 {
    core::arch::wasm32::memory_size(0) as u64
}

#[cfg(not(target_arch = "wasm32"))]
const fn pages() -> u64 {
    0
}
