//! Where the view lives on the disk, and when it is to be trusted.
//!
//! ```text
//! view/state.json   which folder, engine and layout; the boot of the machine; whether it was closed
//! view/1            the engine's files; a rebuilt view gets the next number
//! ```
//!
//! After a crash of the process alone the view is sound and is caught up. After an unclean stop of the
//! machine (the kernel's boot id differs from the one noted) nothing that was not synced is trusted, and it
//! is rebuilt. Its values are encrypted with a key of its own, so what an erased citizen left in the files of a view
//! that was given up cannot be read. The state is taken away before a view is given up, so a crash while rebuilding rebuilds again.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::LAYOUT;
use super::current::View;
use super::replay::{Progress, replay};
use crate::engine::{Buffered, Engine, EngineError, EngineKind, Sealed};
use crate::journal::{JournalError, Reader};
use crate::store::StoreError;
use crate::vault::{RowKey, Vault, random};

/// What the key of a view is sealed as.
const PURPOSE: &str = "view";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct State {
    layout: u32,
    engine: EngineKind,
    folder: String,
    /// What its values are encrypted with, itself encrypted with the record's own key.
    #[serde(default)]
    key: String,
    /// How often the view was opened. It is part of what values are encrypted with, so no two openings have the same.
    #[serde(default)]
    openings: u32,
    boot: String,
    /// Whether everything was synced when it was closed.
    closed: bool,
}

/// Why a view was not opened.
enum Unfit {
    /// It is to be rebuilt, and this is the reason.
    View(String),
    /// The journal is not what it was; rebuilding would hide it.
    Journal(StoreError),
}

impl Unfit {
    fn view(error: impl std::fmt::Display) -> Self {
        Unfit::View(error.to_string())
    }
}

/// A view that was built and is not in service yet.
pub(crate) struct Built {
    engine: Box<dyn Engine>,
    folder: String,
    key: ViewKey,
    applied: u64,
}

/// The folder of the view.
#[derive(Clone)]
pub(crate) struct ViewHome {
    dir: PathBuf,
    kind: EngineKind,
    cache: u64,
    boot: String,
    vault: Arc<Vault>,
}

/// What a view's values are encrypted with, and the same for its state file.
#[derive(Clone)]
struct ViewKey {
    key: Arc<RowKey>,
    sealed: String,
    opening: u32,
}

/// What was done to open the view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OpenedView {
    /// Why it was rebuilt; none where it was caught up.
    pub rebuilt: Option<String>,
    /// How many events were applied.
    pub replayed: u64,
}

impl ViewHome {
    pub fn new(dir: &Path, kind: EngineKind, cache: u64, boot: String, vault: Arc<Vault>) -> Self {
        Self { dir: dir.to_path_buf(), kind, cache, boot, vault }
    }

    /// Opens the view, caught up or rebuilt.
    pub fn open(
        &self,
        reader: &Reader,
        progress: &dyn Fn(Progress),
    ) -> Result<(View, OpenedView), StoreError> {
        fs::create_dir_all(&self.dir).map_err(|error| self.io("create", error))?;
        let why = match self.catch_up(reader, progress) {
            Ok((view, replayed)) => return Ok((view, OpenedView { rebuilt: None, replayed })),
            Err(Unfit::Journal(error)) => return Err(error),
            Err(Unfit::View(why)) => why,
        };
        if reader.last() > 0 {
            tracing::warn!(reason = %why, events = reader.last(), "the view is rebuilt from the journal");
        }
        let (engine, applied) = self.rebuild(reader, progress)?;
        let rebuilt = (reader.last() > 0).then_some(why);
        Ok((View::new(engine, applied), OpenedView { rebuilt, replayed: applied }))
    }

    /// Gives up whatever view there is, builds a new one and makes it the one to be opened next time.
    pub fn rebuild(
        &self,
        reader: &Reader,
        progress: &dyn Fn(Progress),
    ) -> Result<(Arc<dyn Engine>, u64), StoreError> {
        let old = self.read_state().map(|state| state.folder);
        self.remove_state().map_err(|error| self.io("write to", error))?;
        let built = self.build_beside(old.as_deref(), reader, progress)?;
        self.adopt(built, reader)
    }

    /// Builds a new view beside the one in service, which is not touched.
    pub fn build(&self, reader: &Reader) -> Result<Built, StoreError> {
        let serving = self.read_state().map(|state| state.folder);
        self.build_beside(serving.as_deref(), reader, &|_| {})
    }

    fn build_beside(
        &self,
        other: Option<&str>,
        reader: &Reader,
        progress: &dyn Fn(Progress),
    ) -> Result<Built, StoreError> {
        let folder = self.next_folder(other)?;
        let key = self.new_key()?;
        let engine = self.open_engine(&folder, &key)?;
        let applied = replay(reader, &self.vault, 0, &*engine, progress)?;
        Ok(Built { engine, folder, key, applied })
    }

    /// Adds what came since it was built, and makes it the one to be opened next time.
    pub fn adopt(
        &self,
        built: Built,
        reader: &Reader,
    ) -> Result<(Arc<dyn Engine>, u64), StoreError> {
        let Built { engine, folder, key, applied } = built;
        let applied = replay(reader, &self.vault, applied, &*engine, &|_| {})?;
        // Bulk changes may be there in part until they are flushed, and a kill must not show that to anybody.
        engine.flush()?;
        let engine = self.in_service(engine, &folder, &key)?;
        self.write_state(&folder, &key.sealed, key.opening, false)
            .map_err(|error| self.io("write to", error))?;
        Ok((engine, applied))
    }

    /// The engine as it serves: with its newest changes in memory, unless it has everything there.
    fn in_service(
        &self,
        engine: Box<dyn Engine>,
        folder: &str,
        key: &ViewKey,
    ) -> Result<Arc<dyn Engine>, EngineError> {
        Ok(match self.kind {
            EngineKind::Memory => Arc::from(engine),
            EngineKind::Sled | EngineKind::Redb => {
                Arc::new(Buffered::over(engine, &self.dir.join(folder), Arc::clone(&key.key))?)
            }
        })
    }

    /// Closes the engine in service and opens its files again: what helps where the disk was full.
    pub fn reopen(&self, view: &View, reader: &Reader) -> Result<(), StoreError> {
        view.close_engine();
        match self.catch_up(reader, &|_| {}) {
            Ok((fresh, _)) => {
                view.exchange(fresh.engine(), fresh.applied());
                Ok(())
            }
            Err(Unfit::Journal(error)) => Err(error),
            Err(Unfit::View(what)) => {
                Err(EngineError { engine: "view", doing: "be opened again", what }.into())
            }
        }
    }

    /// Syncs a view that is no longer written to, so that it can be trusted whatever happens next.
    pub fn close(&self, engine: &dyn Engine) -> Result<(), StoreError> {
        engine.flush()?;
        let Some(state) = self.read_state() else {
            return Ok(());
        };
        let sync = || -> io::Result<()> {
            sync_all_in(&self.dir.join(&state.folder))?;
            self.write_state(&state.folder, &state.key, state.openings, true)
        };
        sync().map_err(|error| self.io("sync", error))
    }

    /// Opens the view that is there, or says why not.
    fn catch_up(&self, reader: &Reader, progress: &dyn Fn(Progress)) -> Result<(View, u64), Unfit> {
        let state = self.fit_state().map_err(Unfit::View)?;
        let key = self.key_of(&state).ok_or_else(|| Unfit::view("its key cannot be opened"))?;
        // Before anything is encrypted.
        self.write_state(&state.folder, &state.key, key.opening, false).map_err(Unfit::view)?;
        let engine = self.open_engine(&state.folder, &key).map_err(Unfit::view)?;
        let engine = self.in_service(engine, &state.folder, &key).map_err(Unfit::view)?;
        let applied = engine.last_applied().map_err(Unfit::view)?;
        // The view never reflects what was not durable: such events were acknowledged and are gone.
        if applied > reader.last() {
            let gone = JournalError::Shortened { last: reader.last(), known: applied };
            return Err(Unfit::Journal(gone.into()));
        }
        let done = replay(reader, &self.vault, applied, &*engine, progress).map_err(Unfit::view)?;
        self.remove_others(&state.folder);
        Ok((View::new(engine, done), done - applied))
    }

    /// The engine of a folder; what it keeps on the disk is encrypted.
    fn open_engine(&self, folder: &str, key: &ViewKey) -> Result<Box<dyn Engine>, EngineError> {
        let engine = self.kind.open(&self.dir.join(folder), self.cache)?;
        Ok(match self.kind {
            EngineKind::Memory => engine,
            EngineKind::Sled | EngineKind::Redb => {
                Box::new(Sealed::over(engine, Arc::clone(&key.key)))
            }
        })
    }

    fn new_key(&self) -> Result<ViewKey, StoreError> {
        let bytes = random::<32>()?;
        let sealed = STANDARD.encode(self.vault.seal_own(PURPOSE, &bytes)?);
        let key = Arc::new(RowKey::new(&bytes, 0)?);
        Ok(ViewKey { key, sealed, opening: 0 })
    }

    /// The key of the view that is there, for one more opening.
    fn key_of(&self, state: &State) -> Option<ViewKey> {
        let sealed = STANDARD.decode(&state.key).ok()?;
        let bytes: [u8; 32] = self.vault.open_own(PURPOSE, &sealed)?.try_into().ok()?;
        let opening = state.openings.checked_add(1)?;
        let key = Arc::new(RowKey::new(&bytes, opening).ok()?);
        Some(ViewKey { key, sealed: state.key.clone(), opening })
    }

    /// The state of the view that is there, if that view can be trusted.
    fn fit_state(&self) -> Result<State, String> {
        let state = self.read_state().ok_or("there is none")?;
        if state.layout != LAYOUT {
            return Err(format!("it has layout {}, this version uses {LAYOUT}", state.layout));
        }
        if state.engine != self.kind || self.kind == EngineKind::Memory {
            return Err("another engine kept it".to_owned());
        }
        if !state.closed && state.boot != self.boot {
            return Err("the machine was stopped without closing it".to_owned());
        }
        Ok(state)
    }

    fn state_path(&self) -> PathBuf {
        self.dir.join("state.json")
    }

    fn read_state(&self) -> Option<State> {
        serde_json::from_slice(&fs::read(self.state_path()).ok()?).ok()
    }

    fn remove_state(&self) -> io::Result<()> {
        match fs::remove_file(self.state_path()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => File::open(&self.dir)?.sync_all(),
        }
    }

    fn write_state(&self, folder: &str, key: &str, openings: u32, closed: bool) -> io::Result<()> {
        let state = State {
            layout: LAYOUT,
            engine: self.kind,
            folder: folder.to_owned(),
            key: key.to_owned(),
            openings,
            boot: self.boot.clone(),
            closed,
        };
        let new = self.dir.join("state.new");
        let mut file = File::create(&new)?;
        file.write_all(&serde_json::to_vec(&state)?)?;
        file.sync_all()?;
        fs::rename(&new, self.state_path())?;
        File::open(&self.dir)?.sync_all()
    }

    /// The name of a folder that does not exist, after clearing away those that nobody uses.
    fn next_folder(&self, in_use: Option<&str>) -> Result<String, StoreError> {
        self.remove_others(in_use.unwrap_or(""));
        let taken = in_use.and_then(|name| name.parse::<u64>().ok()).unwrap_or(0);
        let mut number = taken + 1;
        while self.dir.join(number.to_string()).exists() {
            number += 1;
        }
        Ok(number.to_string())
    }

    /// Removes the views that are not in service any more.
    pub fn clear_away(&self) {
        if let Some(state) = self.read_state() {
            self.remove_others(&state.folder);
        }
    }

    fn remove_others(&self, keep: &str) {
        for entry in fs::read_dir(&self.dir).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let number = name.to_str().is_some_and(|name| name.parse::<u64>().is_ok());
            if number && name != keep {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }

    fn io(&self, doing: &'static str, error: io::Error) -> StoreError {
        JournalError::io(doing, &self.dir, error).into()
    }
}

/// Syncs every file and folder under `dir`.
fn sync_all_in(dir: &Path) -> io::Result<()> {
    if !dir.is_dir() {
        return Ok(());
    }
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            sync_all_in(&path)?;
        } else {
            File::open(&path)?.sync_all()?;
        }
    }
    File::open(dir)?.sync_all()
}

/// What names this run of the machine: it changes whenever the kernel starts.
pub(crate) fn boot_id() -> String {
    fs::read_to_string("/proc/sys/kernel/random/boot_id")
        .map(|id| id.trim().to_owned())
        // Where the kernel tells nothing, no two openings are taken for the same run.
        .unwrap_or_else(|_| format!("unknown-{}", std::process::id()))
}
