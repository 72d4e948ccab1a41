//! Noticing that somebody saved a file.

use crate::Error;
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// Editors write a file in several steps; when nothing more came for so long, the save is over.
const SETTLED: Duration = Duration::from_millis(80);

/// Watches a programme's folder.
#[derive(Debug)]
pub struct Watch {
    changes: Receiver<()>,
    _watcher: RecommendedWatcher,
}

impl Watch {
    /// Watches from now on.
    ///
    /// # Errors
    ///
    /// The operating system refuses.
    pub fn begin(folder: &Path) -> Result<Self, Error> {
        let refused = |source| Error::Watch { path: folder.to_owned(), source };
        let root = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let watched = root.clone();
        let (sender, changes) = channel();
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            if event.is_ok_and(|event| matters(&event, &root)) {
                // Nobody waits any more: the watcher is about to go, too.
                let _ = sender.send(());
            }
        })
        .map_err(refused)?;
        watcher.watch(&watched, RecursiveMode::Recursive).map_err(refused)?;
        Ok(Self { changes, _watcher: watcher })
    }

    /// Waits for the next save. False when there is nothing to wait for any more.
    #[must_use]
    pub fn next(&self) -> bool {
        if self.changes.recv().is_err() {
            return false;
        }
        while self.changes.recv_timeout(SETTLED).is_ok() {}
        true
    }
}

/// Whether it is a change of something that a programme is made of.
fn matters(event: &Event, root: &Path) -> bool {
    let changes =
        matches!(event.kind, EventKind::Create(_) | EventKind::Modify(_) | EventKind::Remove(_));
    changes && event.paths.iter().any(|path| is_source(path, root))
}

fn is_source(path: &Path, root: &Path) -> bool {
    let inside = path.strip_prefix(root).unwrap_or(path);
    let hidden = inside.components().any(|part| {
        let part = part.as_os_str().to_string_lossy();
        part.starts_with('.') || part == "target" || part == "schema"
    });
    let ending = PathBuf::from(inside);
    let ending = ending.extension().unwrap_or_default();
    !hidden && (ending == "toml" || ending == "rs")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn sources_matter_and_what_a_build_leaves_does_not() {
        let root = Path::new("/p");
        for path in ["/p/programme.toml", "/p/src/rules.rs", "/p/scenarios/a.toml", "/p/Cargo.toml"]
        {
            assert!(is_source(Path::new(path), root), "{path}");
        }
        for path in
            ["/p/target/debug/a.rs", "/p/a.wasm", "/p/.git/x.toml", "/p/.programme.toml.swp"]
        {
            assert!(!is_source(Path::new(path), root), "{path}");
        }
    }

    #[test]
    fn a_save_is_noticed_once() {
        let folder = tempfile::tempdir().unwrap();
        let watch = Watch::begin(folder.path()).unwrap();
        std::fs::write(folder.path().join("programme.toml"), "a").unwrap();
        assert!(watch.next());
        assert!(watch.changes.try_recv().is_err());
    }
}
