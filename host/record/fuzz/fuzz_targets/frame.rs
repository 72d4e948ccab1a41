//! Any bytes as a frame: never a panic, never a record outside the frame.
#![no_main]

use gtp_record::event::Entry;
use gtp_record::journal::frame::{self, Parsed};
use gtp_record::vault::Vault;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Parsed::Frame(frame, size) = frame::parse(bytes) {
        assert!(size <= bytes.len());
        assert_eq!(frame.records().count(), usize::from(frame.count));
        let _ = Entry::read_frame(&frame, &Vault::empty());
    }
});
