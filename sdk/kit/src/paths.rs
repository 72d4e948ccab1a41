//! Places outside a programme's own folder.

use std::env;
use std::path::{Path, PathBuf};

/// Where compilers work for all of this person's programmes: what they have in common is compiled once.
pub(crate) fn guests() -> PathBuf {
    let named = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let cache = named("XDG_CACHE_HOME").or_else(|| Some(env::home_dir()?.join(".cache")));
    cache.unwrap_or_else(env::temp_dir).join("gtp").join("guests")
}

/// A path as one would type it: what lies in the present folder is named by its name alone.
pub(crate) fn within(folder: &Path, name: &str) -> PathBuf {
    if folder == Path::new(".") { PathBuf::from(name) } else { folder.join(name) }
}

/// The author's kit in the checkout that this program was built from, if that is still there.
pub(crate) fn own_sdk() -> Option<PathBuf> {
    let sdk = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?;
    is_sdk(sdk).then(|| sdk.to_owned())
}

/// Whether a folder holds the author's kit.
pub(crate) fn is_sdk(folder: &Path) -> bool {
    std::fs::read_to_string(folder.join("Cargo.toml"))
        .is_ok_and(|text| text.lines().any(|line| line.trim() == "name = \"gtp-sdk\""))
}
