//! Memory of a programme that lives for one call.
//!
//! Every call happens in a new instance, so hardly anything is worth giving back. What is asked for lies one
//! behind the other; only the newest piece can grow, shrink or be given back. The first part of it belongs to
//! the memory that an instance begins with: asking the host for more costs it several microseconds in each
//! call, since it must change and change back what of the memory can be reached.
#![allow(unsafe_code, reason = "whoever hands out memory deals in addresses")]

use std::{
    alloc::{GlobalAlloc, Layout},
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

/// What an instance begins with. Pages that nobody writes to cost nothing.
const FIRST: usize = 128 << 10;
/// The least that is asked for at once after that.
const MORE: usize = 1 << 20;
const PAGE: usize = 64 << 10;
/// What is left out at the end of all that was asked for.
const SPARE: usize = 16;

#[repr(align(16))]
struct Arena(std::cell::UnsafeCell<[u8; FIRST]>);

// SAFETY: a component has one thread.
unsafe impl Sync for Arena {}

static ARENA: Arena = Arena(std::cell::UnsafeCell::new([0; FIRST]));

struct Heap {
    /// Where the next piece begins. 0 before the first.
    next: AtomicUsize,
    /// Where there is no more.
    end: AtomicUsize,
}

#[global_allocator]
static HEAP: Heap = Heap { next: AtomicUsize::new(0), end: AtomicUsize::new(0) };

impl Heap {
    fn take(&self, size: usize, align: usize) -> Option<usize> {
        if self.next.load(Relaxed) == 0 {
            let begin = ARENA.0.get() as usize;
            self.next.store(begin, Relaxed);
            self.end.store(begin + FIRST, Relaxed);
        }
        loop {
            let begin = self.next.load(Relaxed).checked_next_multiple_of(align)?;
            let end = begin.checked_add(size)?;
            if end <= self.end.load(Relaxed) {
                self.next.store(end, Relaxed);
                return Some(begin);
            }
            self.ask_for(size.checked_add(align)?.checked_add(SPARE)?)?;
        }
    }

    /// Asks the host for more.
    fn ask_for(&self, least: usize) -> Option<()> {
        let pages = least.max(MORE).div_ceil(PAGE);
        let before = core::arch::wasm32::memory_grow(0, pages);
        let begin = (before != usize::MAX).then(|| before.checked_mul(PAGE)).flatten()?;
        if begin != self.end.load(Relaxed) {
            self.next.store(begin, Relaxed);
        }
        // So that no end is beyond what a number can hold, where this is the end of all memory.
        self.end.store(begin.checked_add(pages * PAGE - SPARE)?, Relaxed);
        Some(())
    }

    fn is_newest(&self, piece: *mut u8, size: usize) -> bool {
        (piece as usize).checked_add(size) == Some(self.next.load(Relaxed))
    }
}

// SAFETY: pieces lie one behind the other, aligned as asked, in memory that belongs to nobody else: the arena,
// and pages that the host gave. Only the newest piece is ever moved back over.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        self.take(layout.size(), layout.align()).map_or(std::ptr::null_mut(), |at| at as *mut u8)
    }

    unsafe fn dealloc(&self, piece: *mut u8, layout: Layout) {
        if self.is_newest(piece, layout.size()) {
            self.next.store(piece as usize, Relaxed);
        }
    }

    unsafe fn realloc(&self, piece: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if self.is_newest(piece, layout.size()) {
            let end = (piece as usize).checked_add(size);
            if let Some(end) = end.filter(|end| *end <= self.end.load(Relaxed)) {
                self.next.store(end, Relaxed);
                return piece;
            }
        } else if size <= layout.size() {
            return piece;
        }
        let Some(new) = self.take(size, layout.align()) else { return std::ptr::null_mut() };
        let new = new as *mut u8;
        // SAFETY: two pieces never overlap, and both have at least the smaller size.
        unsafe { piece.copy_to_nonoverlapping(new, layout.size().min(size)) };
        new
    }
}
