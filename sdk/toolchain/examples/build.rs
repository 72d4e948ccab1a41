//! Builds one folder into a component, with the compiler at work in a folder of one's choice:
//! `cargo run -p gtp-toolchain --example build -- FOLDER OUT GUESTS`

use gtp_toolchain::{Console, build_in, find};
use std::path::PathBuf;
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(folder), Some(out), Some(guests)) =
        (arguments.next(), arguments.next(), arguments.next())
    else {
        return Err(
            "give a folder with a programme, a place for the component, and a folder to work in"
                .into(),
        );
    };
    let toolchain = find()?;
    println!("{toolchain}");
    let began = Instant::now();
    let built = build_in(&guests, &folder, &toolchain, &out, &mut Console::new())?;
    println!("{} bytes, sha256 {}, in {:.1?}", built.bytes, built.sha256, began.elapsed());
    Ok(())
}
