//! Every programme and example becomes a component in `<target>/components`.
//!
//! A component is built again when anything it is made of changed: its folder, the contract, the author's kit,
//! the locked dependencies or the compiler. All of that goes into one digest, noted beside the components.

use crate::Failure;
use crate::repository::Repository;
use gtp_toolchain::{Console, Progress, Toolchain};
use sha2::{Digest, Sha256};
use std::io::{BufRead, IsTerminal};
use std::path::{Path, PathBuf};

/// Folders whose folders are programmes.
const SHELVES: [&str; 2] = ["programmes", "examples"];

/// What all components are made of, besides their own folder.
const SHARED: [&str; 4] = ["Cargo.toml", "Cargo.lock", "wit", "sdk"];

/// Builds what changed and returns the folder with the components.
pub(crate) fn build_all(repository: &Repository) -> Result<PathBuf, Failure> {
    let mut console = Console::new();
    let toolchain = toolchain(&mut console)?;
    let out = repository.components();
    let notes = repository.target.join("components-made-of");
    std::fs::create_dir_all(&out)?;
    std::fs::create_dir_all(&notes)?;

    let shared = shared_digest(repository, &toolchain)?;
    let programmes = programmes(&repository.root)?;
    for (number, programme) in (1..).zip(&programmes) {
        let name = programme.file_name().unwrap_or_default().to_string_lossy();
        let (component, note) = (out.join(format!("{name}.wasm")), notes.join(&*name));
        let mut digest = shared.clone();
        add_tree(&mut digest, &repository.root, programme)?;
        let inputs = hex(&digest.finalize());
        if is_current(&component, &note, &inputs) {
            continue;
        }
        console.say(&format!("Component {number} of {}: {name}", programmes.len()));
        let built = gtp_toolchain::build(programme, &toolchain, &component, &mut console)?;
        std::fs::write(&note, format!("{inputs} {}", built.sha256))?;
        console.say(&format!("  {} bytes, sha256 {}", built.bytes, built.sha256));
    }
    drop_leftovers(&out, &programmes)?;
    console.say(&format!("{} components in {}", programmes.len(), out.display()));
    Ok(out)
}

/// A compiler for programmes, installed first where there is none.
fn toolchain(console: &mut Console) -> Result<Toolchain, Failure> {
    let missing = match gtp_toolchain::find() {
        Ok(toolchain) => return Ok(toolchain),
        Err(missing) => missing,
    };
    console.say(&format!("{missing}\n{}", missing.plan()));
    if missing.plan().ways.is_empty() {
        return Err(
            "there is no compiler for programmes, and no way to install one was found".into()
        );
    }
    go_on(console)?;
    Ok(gtp_toolchain::install(missing.plan(), console)?)
}

/// Waits for a person's word, where there is one to give it.
pub(crate) fn go_on(console: &mut Console) -> Result<(), Failure> {
    if !std::io::stdin().is_terminal() || std::env::var_os("CI").is_some() {
        return Ok(());
    }
    console.say("Press Enter to install, Ctrl-C to stop here.");
    std::io::stdin().lock().read_line(&mut String::new())?;
    Ok(())
}

/// The folders with a crate in them, in the order of their names.
fn programmes(root: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for shelf in SHELVES {
        let Ok(entries) = root.join(shelf).read_dir() else { continue };
        for entry in entries {
            let folder = entry?.path();
            // Other crates may stand on the shelf too, such as the generator of made-up data.
            if folder.join("Cargo.toml").is_file() && folder.join("programme.toml").is_file() {
                found.push(folder);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn is_current(component: &Path, note: &Path, inputs: &str) -> bool {
    let (Ok(noted), Ok(bytes)) = (std::fs::read_to_string(note), std::fs::read(component)) else {
        return false;
    };
    noted == format!("{inputs} {}", hex(&Sha256::digest(bytes)))
}

/// A programme that was removed or renamed must not live on as a component.
fn drop_leftovers(out: &Path, programmes: &[PathBuf]) -> Result<(), Failure> {
    for entry in out.read_dir()? {
        let file = entry?.path();
        let known = programmes.iter().any(|programme| programme.file_name() == file.file_stem());
        if file.extension().is_some_and(|extension| extension == "wasm") && !known {
            std::fs::remove_file(file)?;
        }
    }
    Ok(())
}

fn shared_digest(repository: &Repository, toolchain: &Toolchain) -> Result<Sha256, Failure> {
    let mut digest = Sha256::new();
    digest.update(toolchain.identity());
    for part in SHARED {
        add_tree(&mut digest, &repository.root, &repository.root.join(part))?;
    }
    Ok(digest)
}

/// Adds a file, or all files of a folder in the order of their names, each with its path and length.
fn add_tree(digest: &mut Sha256, root: &Path, path: &Path) -> Result<(), Failure> {
    if path.is_dir() {
        let mut entries =
            path.read_dir()?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, Failure>>()?;
        entries.sort();
        let is_source = |entry: &&PathBuf| {
            let name = entry.file_name().unwrap_or_default().to_string_lossy();
            name != "target" && !name.starts_with('.')
        };
        return entries
            .iter()
            .filter(is_source)
            .try_for_each(|entry| add_tree(digest, root, entry));
    }
    let bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let name = path.strip_prefix(root).unwrap_or(path).to_string_lossy().into_owned();
    digest.update(format!("\n{} {name}\n", bytes.len()));
    digest.update(bytes);
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
    use super::*;

    fn write(root: &Path, file: &str, text: &str) {
        let file = root.join(file);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }

    fn digest(root: &Path) -> String {
        let mut digest = Sha256::new();
        add_tree(&mut digest, root, &root.join("programmes/heart")).unwrap();
        hex(&digest.finalize())
    }

    #[test]
    fn what_a_programme_is_made_of_tells_when_it_must_be_built_again() {
        let root = tempfile::tempdir().unwrap();
        write(root.path(), "programmes/heart/src/lib.rs", "a");
        write(root.path(), "programmes/heart/programme.toml", "b");
        let before = digest(root.path());

        write(root.path(), "programmes/heart/target/debug/heart.d", "made while building");
        write(root.path(), "programmes/copd/src/lib.rs", "another programme");
        assert_eq!(digest(root.path()), before);

        write(root.path(), "programmes/heart/src/lib.rs", "ab");
        let longer = digest(root.path());
        write(root.path(), "programmes/heart/src/lib.rs", "a");
        write(root.path(), "programmes/heart/src/new.rs", "");
        assert!(before != longer && before != digest(root.path()));
    }

    #[test]
    fn a_component_that_was_replaced_or_lost_is_built_again() {
        let root = tempfile::tempdir().unwrap();
        let (component, note) = (root.path().join("heart.wasm"), root.path().join("heart"));
        std::fs::write(&component, "bytes").unwrap();
        std::fs::write(&note, format!("inputs {}", hex(&Sha256::digest("bytes")))).unwrap();
        assert!(is_current(&component, &note, "inputs"));
        assert!(!is_current(&component, &note, "other inputs"));

        std::fs::write(&component, "other bytes").unwrap();
        assert!(!is_current(&component, &note, "inputs"));
        std::fs::remove_file(&component).unwrap();
        assert!(!is_current(&component, &note, "inputs"));
    }

    #[test]
    fn programmes_and_examples_are_found_and_other_folders_are_not() {
        let root = tempfile::tempdir().unwrap();
        for programme in ["programmes/heart", "examples/news2"] {
            write(root.path(), &format!("{programme}/Cargo.toml"), "");
            write(root.path(), &format!("{programme}/programme.toml"), "");
        }
        write(root.path(), "programmes/notes/README.md", "");
        write(root.path(), "examples/cohort/Cargo.toml", "");
        let found = programmes(root.path()).unwrap();
        assert_eq!(
            found,
            [root.path().join("examples/news2"), root.path().join("programmes/heart")]
        );
    }

    #[test]
    fn the_component_of_a_removed_programme_goes() {
        let root = tempfile::tempdir().unwrap();
        write(root.path(), "heart.wasm", "");
        write(root.path(), "gone.wasm", "");
        drop_leftovers(root.path(), &[PathBuf::from("programmes/heart")]).unwrap();
        assert!(root.path().join("heart.wasm").exists());
        assert!(!root.path().join("gone.wasm").exists());
    }
}
