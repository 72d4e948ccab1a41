//! Makes the component of a folder without code: `cargo run -p gtp-join --example join -- FOLDER OUT.wasm`

use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(folder), Some(out)) = (arguments.next(), arguments.next()) else {
        return Err("give a folder with programme.toml, and where to write the component".into());
    };
    let (component, file) = gtp_join::join_file(&folder.join("programme.toml"))?;
    std::fs::write(&out, &component)?;
    println!("{} {}: {} bytes", file.about.id, file.about.version, component.len());
    Ok(())
}
