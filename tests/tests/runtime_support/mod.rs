//! What the runtime's tests share: a host without a record, components, cases.
#![allow(dead_code, reason = "each test binary uses a part of it")]

use gtp_hostile::Guest;
use gtp_model::{
    Case, FieldId, LocalTime, ProgrammeId, RuleId, Series, SeriesId, Time, programme::Programme,
};
use gtp_runtime::{
    Catalogue, Loaded, Runtime, Settings, Standing,
    inputs::{self, Person},
};
use std::{
    convert::Infallible,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};
use tempfile::TempDir;

/// A runtime on two folders of its own.
pub struct Host {
    pub folders: TempDir,
    pub runtime: Runtime,
    pub guest: Guest,
}

impl Host {
    /// Starts one with an empty programmes folder, which is looked at only when a test says so.
    pub fn start() -> Self {
        Self::start_with(|_| {})
    }

    pub fn start_with(adjust: impl FnOnce(&mut Settings)) -> Self {
        let folders = tempfile::tempdir().unwrap();
        fs::create_dir(folders.path().join("programmes")).unwrap();
        Self::start_in(folders, adjust)
    }

    pub fn start_in(folders: TempDir, adjust: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = settings(folders.path());
        adjust(&mut settings);
        let runtime = Runtime::start(settings).unwrap();
        Self { folders, runtime, guest: Guest::find().unwrap() }
    }

    /// Stops it and starts it again on the same folders.
    pub fn restart(self, adjust: impl FnOnce(&mut Settings)) -> Self {
        let Self { folders, runtime, .. } = self;
        drop(runtime);
        Self::start_in(folders, adjust)
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.folders.path().join("programmes").join(name)
    }

    /// Drops bytes into the folder as a careful writer does: whole, under their name at once.
    pub fn put(&self, name: &str, bytes: &[u8]) {
        let hidden = self.file(&format!(".{name}.new"));
        fs::write(&hidden, bytes).unwrap();
        fs::rename(hidden, self.file(name)).unwrap();
    }

    /// Drops a component made from the guest and looks at the folder.
    pub fn drop_in(&self, name: &str, id: &str, version: &str, behaviour: &str) {
        self.put(name, &self.guest.component(id, version, behaviour).unwrap());
        self.look();
    }

    pub fn look(&self) {
        self.runtime.look().unwrap();
    }

    pub fn catalogue(&self) -> Arc<Catalogue> {
        self.runtime.catalogue()
    }

    /// The programme that serves under this id.
    pub fn serving(&self, id: &str) -> Arc<Loaded> {
        let catalogue = self.catalogue();
        let serving = catalogue.get(&programme(id)).cloned();
        serving.unwrap_or_else(|| panic!("{id} does not serve: {:#?}", catalogue.standings()))
    }

    /// `1.0.0`, or nothing where nothing serves.
    pub fn version(&self, id: &str) -> Option<String> {
        self.catalogue().get(&programme(id)).map(|loaded| loaded.version().to_string())
    }

    /// Where the file stands.
    pub fn standing(&self, file: &str) -> Standing {
        let catalogue = self.catalogue();
        let standing = catalogue.standings().iter().find(|standing| standing.file == file).cloned();
        standing.unwrap_or_else(|| panic!("{file} stands nowhere: {:#?}", catalogue.standings()))
    }

    /// The codes of what is said about a file, the gravest first. That no story proves the guest's rule
    /// `level` is said of all.
    pub fn codes(&self, file: &str) -> Vec<&'static str> {
        let standing = self.standing(file);
        standing
            .flaws
            .iter()
            .map(|flaw| flaw.code)
            .filter(|code| *code != "rule-unproven")
            .collect()
    }
}

pub fn settings(folders: &Path) -> Settings {
    let mut settings = Settings::new(folders.join("programmes"), folders.join("data"));
    settings.watch = false;
    settings
}

pub fn programme(id: &str) -> ProgrammeId {
    id.parse().unwrap()
}

pub fn rule(id: &str) -> RuleId {
    id.parse().unwrap()
}

/// 2026-03-02 08:00 in Copenhagen.
pub const NOW: LocalTime = LocalTime { time: Time(1_772_434_800_000), offset: 60 };

/// A case for these rules: each field has `count` values, an hour apart, rising by `rise` in all.
pub fn case(definition: &Programme, rules: &[RuleId], count: usize, rise: f64) -> Case {
    let limit = |id: &_| definition.limit(id).and_then(|limit| limit.default);
    let fetch = |want: &inputs::Want| {
        let mut series = Series::empty(want.id.clone());
        let start = if want.id == weight() { 80.0 } else { 60.0 };
        for i in 0..count {
            let back = (count - 1 - i) as i64 * gtp_model::HOUR;
            let at = LocalTime { time: NOW.time.plus(-back), offset: NOW.offset };
            series.push(at, start + rise * i as f64 / (count.max(2) - 1) as f64);
        }
        Ok::<_, Infallible>(series)
    };
    let Ok(case) = inputs::case(definition, rules, NOW, Person::default(), limit, fetch);
    case
}

pub fn weight() -> SeriesId {
    SeriesId::Field("weight".parse::<FieldId>().unwrap())
}
