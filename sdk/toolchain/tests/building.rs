//! Real folders, the real compiler: what comes out, and what is said when nothing can.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use gtp_toolchain::{Built, Error, Quiet, Toolchain, build_in, find};
use std::path::{Path, PathBuf};

/// A folder of its own with a crate in it, and a place for the component.
struct Folder {
    root: tempfile::TempDir,
}

impl Folder {
    /// The guest that lies beside this file.
    fn with_the_guest() -> Self {
        let guest = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guest");
        let folder = Self { root: tempfile::tempdir().unwrap() };
        for file in ["Cargo.toml", "Cargo.lock", "src/lib.rs", "wit/greeting.wit"] {
            folder.write(file, &std::fs::read_to_string(guest.join(file)).unwrap());
        }
        folder
    }

    /// A crate that depends on nothing.
    fn with_code(code: &str) -> Self {
        let folder = Self { root: tempfile::tempdir().unwrap() };
        let manifest = "[package]\nname = \"lone\"\nedition = \"2024\"\n[workspace]\n";
        folder.write("Cargo.toml", manifest);
        folder.write("src/lib.rs", code);
        folder
    }

    fn path(&self) -> PathBuf {
        self.root.path().join("programme")
    }

    fn out(&self) -> PathBuf {
        self.root.path().join("out")
    }

    fn write(&self, file: &str, text: &str) {
        let file = self.path().join(file);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }

    fn build(&self) -> Result<Built, Error> {
        self.build_saying().0
    }

    fn build_saying(&self) -> (Result<Built, Error>, String) {
        let mut progress = Quiet::default();
        let built = build_in(&guests(), &self.path(), &toolchain(), &self.out(), &mut progress);
        (built, progress.said.join("\n"))
    }
}

fn toolchain() -> Toolchain {
    find().unwrap_or_else(|missing| {
        panic!("{missing}\nRun `cargo xtask components` once, it installs one.")
    })
}

/// Shared with all else that builds guests, as the first build there takes a minute.
fn guests() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("guests")
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn a_folder_becomes_a_small_component_that_says_nothing_of_this_machine() {
    let folder = Folder::with_the_guest();
    let built = folder.build().unwrap();

    assert_eq!(built.component, folder.out().join("guest.wasm"));
    let bytes = std::fs::read(&built.component).unwrap();
    assert_eq!(built.bytes, bytes.len() as u64);
    assert_eq!(built.sha256.len(), 64);
    assert!(bytes.starts_with(b"\0asm\x0d\0\x01\0"), "a component's header");
    assert!(bytes.len() < 40_000, "{} bytes", bytes.len());
    assert!(holds(&bytes, "greet"), "the export");

    let home = std::env::home_dir().unwrap();
    for path in [home.as_path(), folder.root.path(), Path::new(env!("CARGO_MANIFEST_DIR"))] {
        assert!(!holds(&bytes, &format!("{}/", path.display())), "{}", path.display());
    }
    for note in ["producers", "target_features", "component-type"] {
        assert!(!holds(&bytes, note), "{note}");
    }
}

#[test]
fn the_same_source_in_two_folders_gives_the_same_bytes() {
    let (first, second) = (Folder::with_the_guest().build(), Folder::with_the_guest().build());
    assert_eq!(first.unwrap().sha256, second.unwrap().sha256);
}

#[test]
fn an_older_programme_of_the_same_name_is_not_taken_for_the_one_built_before() {
    let (first, second) = (Folder::with_the_guest(), Folder::with_the_guest());
    let code = std::fs::read_to_string(second.path().join("src/lib.rs")).unwrap();
    second.write("src/lib.rs", &code.replace("Hello", "Farewell"));
    let file =
        std::fs::File::options().append(true).open(second.path().join("src/lib.rs")).unwrap();
    file.set_modified(std::time::UNIX_EPOCH).unwrap();

    first.build().unwrap();
    let component = std::fs::read(second.build().unwrap().component).unwrap();
    assert!(holds(&component, "Farewell") && !holds(&component, "Hello"));
}

#[test]
fn the_component_can_be_given_a_name() {
    let folder = Folder::with_the_guest();
    let file = folder.out().join("early-detection.wasm");
    let built = build_in(&guests(), &folder.path(), &toolchain(), &file, &mut Quiet::default());
    assert_eq!(built.unwrap().component, file);
    let beside = std::fs::read_dir(folder.out()).unwrap().count();
    assert_eq!(beside, 1, "no temporary file stays");
}

#[test]
fn the_compilers_errors_are_passed_on_and_the_old_component_stays() {
    let folder = Folder::with_the_guest();
    let built = folder.build().unwrap();
    let before = std::fs::read(&built.component).unwrap();
    folder.write("src/lib.rs", "fn wrong() -> u32 { \"a text\" }");

    let (result, said) = folder.build_saying();
    assert!(matches!(result, Err(Error::Compile { .. })), "{result:?}");
    assert!(said.contains("error[E0308]: mismatched types"), "{said}");
    assert!(said.contains("src/lib.rs:1:"), "{said}");
    assert_eq!(std::fs::read(&built.component).unwrap(), before);
}

#[test]
fn a_crate_that_exports_nothing_is_refused() {
    let error = Folder::with_code("pub fn answer() -> u32 { 42 }").build().unwrap_err();
    assert!(matches!(error, Error::ExportsNothing { .. }), "{error}");
    assert!(error.to_string().contains("lone compiles, but exports no programme"), "{error}");
}

#[test]
fn a_programme_that_asks_the_host_for_something_is_refused_by_name() {
    let folder = Folder::with_the_guest();
    let code = std::fs::read_to_string(folder.path().join("src/lib.rs")).unwrap();
    let import = "#[link(wasm_import_module = \"env\")] unsafe extern \"C\" { fn what_time_is_it() -> u32; }";
    let code = code.replace("Hello, {name}\"", "Hello, {name} {}\", unsafe { what_time_is_it() }");
    folder.write("src/lib.rs", &format!("{code}\n{import}"));

    let error = folder.build().unwrap_err();
    assert!(matches!(error, Error::Component { .. }), "{error}");
    assert!(
        error.to_string().contains("what_time_is_it") || error.to_string().contains("env"),
        "{error}"
    );
}

#[test]
fn a_path_of_this_machine_in_the_programme_is_refused() {
    let folder = Folder::with_the_guest();
    let code = std::fs::read_to_string(folder.path().join("src/lib.rs")).unwrap();
    let code = code
        .replace("Hello, {name}\"", "{name} {}\", concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/x\")");
    folder.write("src/lib.rs", &code);

    let error = folder.build().unwrap_err();
    assert!(matches!(error, Error::PathInside { .. }), "{error}");
    assert!(!folder.out().exists());
}

#[test]
fn folders_that_are_no_programme_say_so() {
    let folder = Folder::with_code("");
    let code = folder.path().join("src");
    let build = |path: &Path| {
        build_in(&guests(), path, &toolchain(), &folder.out(), &mut Quiet::default()).unwrap_err()
    };

    let error = build(&code);
    assert!(matches!(error, Error::NoManifest { .. }), "{error}");

    let error = build(&folder.path().join("nowhere"));
    assert!(error.to_string().contains("nowhere cannot be opened"), "{error}");

    std::fs::rename(code.join("lib.rs"), code.join("main.rs")).unwrap();
    let error = build(&folder.path());
    assert!(matches!(error, Error::NoLibrary { .. }), "{error}");

    folder.write("Cargo.toml", "[package]\nname = \"lone\"\nedition = \"1066\"\n");
    let error = build(&folder.path());
    assert!(matches!(&error, Error::Manifest { said, .. } if said.contains("1066")), "{error}");
}
