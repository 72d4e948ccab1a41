#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
use gtp_hostile::Guest;
#[test]
fn first() {
    let guest = Guest::find().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x.wasm");
    std::fs::write(&path, guest.well_behaved()).unwrap();
    let report = gtp_runtime::check_file(&path, &gtp_runtime::CheckSettings::default()).unwrap();
    println!("{report:#?}");
}
