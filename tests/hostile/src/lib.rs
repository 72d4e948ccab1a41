//! Components for tests, made from one built guest by changing a few of its bytes.
//!
//! The guest lies in `tests/hostile/guest`. It is taken from the folder that `GTP_COMPONENTS` names, else
//! built once with the toolchain that programmes are built with, and kept in cargo's target directory until
//! its sources change.

use gtp_toolchain::{Quiet, build, find};
use std::{
    env, fmt, fs,
    fs::File,
    io,
    path::{Path, PathBuf},
    time::SystemTime,
};

/// Why there is no component to test with.
#[derive(Debug)]
pub struct Unavailable(String);

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no component to test with: {}", self.0)
    }
}

impl std::error::Error for Unavailable {}

impl From<io::Error> for Unavailable {
    fn from(error: io::Error) -> Self {
        Self(error.to_string())
    }
}

/// The guest, from which every test component is made.
#[derive(Clone, Debug)]
pub struct Guest {
    bytes: Vec<u8>,
}

const IDENTITY: &[u8] = b"#gtp-identity-->";
const BEHAVIOUR: &[u8] = b"#gtp-behaviour->";
const FIELD: usize = 48;

impl Guest {
    /// Finds the guest or builds it.
    ///
    /// # Errors
    ///
    /// When there is no toolchain for guests, or it does not build.
    pub fn find() -> Result<Self, Unavailable> {
        Ok(Self { bytes: component_of("guest", "hostile-guest.wasm")? })
    }

    /// The component that behaves well.
    #[must_use]
    pub fn well_behaved(&self) -> Vec<u8> {
        self.bytes.clone()
    }

    /// A component of this programme and version that misbehaves in this way. An empty behaviour is a good
    /// one.
    ///
    /// # Errors
    ///
    /// When a text is too long for its place, or the guest has no such place.
    pub fn component(
        &self,
        id: &str,
        version: &str,
        behaviour: &str,
    ) -> Result<Vec<u8>, Unavailable> {
        let mut bytes = self.bytes.clone();
        write(&mut bytes, IDENTITY, &format!("{id} {version}"))?;
        write(&mut bytes, BEHAVIOUR, behaviour)?;
        Ok(bytes)
    }
}

/// Overwrites the field behind a marker.
fn write(bytes: &mut [u8], marker: &[u8], text: &str) -> Result<(), Unavailable> {
    if text.len() > FIELD {
        return Err(Unavailable(format!("`{text}` is longer than {FIELD} bytes")));
    }
    let place = bytes.windows(marker.len()).position(|window| window == marker);
    let begin = place.map(|place| place + marker.len());
    let field = begin.and_then(|begin| bytes.get_mut(begin..begin + FIELD));
    let Some(field) = field else {
        return Err(Unavailable("the guest has lost its marker".to_owned()));
    };
    field.fill(b' ');
    for (to, from) in field.iter_mut().zip(text.bytes()) {
        *to = from;
    }
    Ok(())
}

/// The least programme there is, built.
///
/// # Errors
///
/// As for [`Guest::find`].
pub fn minimal() -> Result<Vec<u8>, Unavailable> {
    component_of("minimal", "minimal-guest.wasm")
}

fn component_of(folder: &str, file: &str) -> Result<Vec<u8>, Unavailable> {
    match env::var_os("GTP_COMPONENTS").map(|components| Path::new(&components).join(file)) {
        Some(built) if built.is_file() => Ok(fs::read(built)?),
        _ => build_once(folder, file),
    }
}

/// Builds a guest unless it is there and newer than its sources. Tests run in many processes at once: the
/// first builds and the others wait.
fn build_once(source: &str, file: &str) -> Result<Vec<u8>, Unavailable> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = target().join("test-components");
    fs::create_dir_all(&folder)?;
    let lock = File::create(folder.join("lock"))?;
    lock.lock()?;
    let built = folder.join(file);
    let root = own.join("../..");
    let sources = [own.join(source), root.join("wit"), root.join("sdk/contract")];
    let newest = sources.iter().filter_map(|source| newest(source)).max();
    let is_current = fs::metadata(&built)
        .and_then(|metadata| metadata.modified())
        .is_ok_and(|made| newest.is_none_or(|newest| newest < made));
    if !is_current {
        let toolchain =
            find().map_err(|missing| Unavailable(format!("{missing}\n{}", missing.plan())))?;
        build(&own.join(source), &toolchain, &built, &mut Quiet::default())
            .map_err(|error| Unavailable(error.to_string()))?;
    }
    Ok(fs::read(built)?)
}

/// Cargo's target directory, which a test binary lies three folders deep in.
fn target() -> PathBuf {
    let above = env::current_exe().ok().and_then(|exe| exe.ancestors().nth(3).map(Path::to_owned));
    env::var_os("CARGO_TARGET_DIR").map(PathBuf::from).or(above).unwrap_or_else(env::temp_dir)
}

/// When anything in a folder was last changed.
fn newest(path: &Path) -> Option<SystemTime> {
    let own = fs::metadata(path).ok()?.modified().ok()?;
    let Ok(entries) = fs::read_dir(path) else { return Some(own) };
    entries.flatten().filter_map(|entry| newest(&entry.path())).chain([own]).max()
}
