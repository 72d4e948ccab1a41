//! Any bytes as an event: never a panic, and what is read can be written.
#![no_main]

use gtp_record::event::{Recorded, Tombstone, Unsealed};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = Tombstone::decode(bytes);
    if let Ok(read) = Recorded::decode(bytes) {
        assert!(Unsealed::new(read.event, read.time, &read.actor).is_ok());
    }
});
