//! Puts the templates of `gtp new` into the program: the kit's own, and the programmes that ship.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// A template's name, and its folder.
const TEMPLATES: [(&str, &str); 7] = [
    ("plain", "sdk/templates/plain"),
    ("questionnaire", "sdk/templates/questionnaire"),
    ("rust", "sdk/templates/rust"),
    ("heart", "programmes/heart"),
    ("copd", "programmes/copd"),
    ("diabetes", "programmes/diabetes"),
    ("pregnancy", "programmes/pregnancy"),
];

fn main() -> io::Result<()> {
    let root =
        env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default().join("../..");
    let out = env::var_os("OUT_DIR").map(PathBuf::from).unwrap_or_default();
    let mut code = String::from("&[\n");
    for (name, folder) in TEMPLATES {
        let folder = root.join(folder).canonicalize()?;
        println!("cargo::rerun-if-changed={}", folder.display());
        let mut files = vec![];
        collect(&folder, &mut files)?;
        files.sort();
        let _ = writeln!(code, "    ({name:?}, &[");
        for file in files {
            let path = file.strip_prefix(&folder).unwrap_or(&file);
            let _ = writeln!(code, "        ({path:?}, include_str!({file:?})),");
        }
        code.push_str("    ]),\n");
    }
    code.push(']');
    fs::write(out.join("templates.rs"), code)
}

/// All files below a folder but its manifest, which `gtp new` writes itself, and what a compiler left there.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with('.') || name == "target" || name.starts_with("Cargo.") {
            continue;
        }
        if path.is_dir() {
            collect(&path, files)?;
        } else if [".toml", ".rs", ".md"].iter().any(|ending| name.ends_with(ending)) {
            files.push(path);
        }
    }
    Ok(())
}
