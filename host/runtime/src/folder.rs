//! The programmes folder, seen through a handle that nothing leads out of.

use crate::{
    files::FileError,
    flaw::{Flaws, shown},
};
use cap_std::{
    ambient_authority,
    fs::{Dir, Metadata, MetadataExt},
};
use std::{
    io::{self, Read},
    path::Path,
    time::SystemTime,
};

/// What tells one state of a file from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    bytes: u64,
    modified: (i64, i64),
    changed: (i64, i64),
    inode: u64,
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        Self {
            bytes: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
            inode: metadata.ino(),
        }
    }

    /// Whether somebody wrote it less than `seconds` ago.
    pub fn is_fresh(&self, seconds: i64) -> bool {
        let now =
            SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        let now = i64::try_from(now).unwrap_or(i64::MAX);
        now.saturating_sub(self.changed.0).abs() < seconds
    }
}

/// One name in the folder that concerns the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub name: String,
    /// Of the component and, where there is one, of its signature. Nothing, where it is no file to read.
    pub stamps: Option<(Stamp, Option<Stamp>)>,
}

/// The folder.
#[derive(Debug)]
pub struct Folder {
    dir: Dir,
}

/// What reading one file gave.
#[derive(Debug)]
pub enum ReadFile {
    /// Its bytes and the text of its signature.
    Whole(Vec<u8>, Option<String>),
    /// It changed while it was read.
    Changing,
    /// It is not read, and why.
    Refused,
}

impl Folder {
    /// Opens the folder, which must exist.
    pub fn open(path: &Path) -> Result<Self, FileError> {
        let dir = Dir::open_ambient_dir(path, ambient_authority())
            .map_err(FileError::of("opening the programmes folder", path))?;
        Ok(Self { dir })
    }

    /// Everything in it that claims to be a component, by name. Hidden files are somebody's business while
    /// they write them.
    pub fn list(&self) -> io::Result<Vec<Entry>> {
        let mut entries = vec![];
        for entry in self.dir.entries()? {
            let name = entry?.file_name();
            let Some(name) = name.to_str() else { continue };
            let claims = name.ends_with(".wasm") || name.ends_with(".cwasm");
            if claims && !name.starts_with('.') {
                entries.push(Entry { name: name.to_owned(), stamps: self.stamps(name) });
            }
        }
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    }

    fn stamps(&self, name: &str) -> Option<(Stamp, Option<Stamp>)> {
        let component = self.dir.metadata(name).ok().filter(Metadata::is_file)?;
        let signature = self.dir.metadata(signature_name(name)).ok();
        Some((Stamp::of(&component), signature.as_ref().map(Stamp::of)))
    }

    /// Reads a component once, and its signature.
    pub fn read(&self, name: &str, longest: u64, flaws: &mut Flaws) -> ReadFile {
        if name.ends_with(".cwasm") {
            flaws.error(
                "compiled-code",
                "file",
                "compiled code is never loaded, whoever made it",
                "Drop the component (.wasm) that it was compiled from",
            );
            return ReadFile::Refused;
        }
        match self.read_component(name, longest, flaws) {
            Ok(Some(bytes)) => ReadFile::Whole(bytes, self.read_signature(name)),
            Ok(None) if flaws.fatal() => ReadFile::Refused,
            Ok(None) => ReadFile::Changing,
            Err(error) => {
                flaws.error(
                    "unreadable",
                    "file",
                    format!("it cannot be read: {}", shown(&error.to_string())),
                    "It must be a plain file in this folder that the host may read; a link may not lead out",
                );
                ReadFile::Refused
            }
        }
    }

    fn read_component(
        &self,
        name: &str,
        longest: u64,
        flaws: &mut Flaws,
    ) -> io::Result<Option<Vec<u8>>> {
        let before = self.dir.metadata(name)?;
        if !before.is_file() {
            flaws.error(
                "not-a-file",
                "file",
                "it is no plain file",
                "Only components belong in this folder",
            );
            return Ok(None);
        }
        if before.len() > longest {
            flaws.error(
                "component-too-large",
                "file",
                format!("it has {} bytes; {longest} are allowed", before.len()),
                "Make it smaller, or raise `limits.component`",
            );
            return Ok(None);
        }
        let file = self.dir.open(name)?;
        let mut bytes = Vec::with_capacity(usize::try_from(before.len()).unwrap_or(0));
        (&file).take(longest.saturating_add(1)).read_to_end(&mut bytes)?;
        // The same file, by name and by handle, as before and after the reading.
        let same = [file.metadata()?, self.dir.metadata(name)?]
            .iter()
            .all(|after| Stamp::of(after) == Stamp::of(&before));
        Ok((same && bytes.len() as u64 == before.len()).then_some(bytes))
    }

    fn read_signature(&self, name: &str) -> Option<String> {
        const LONGEST: u64 = 10_000;
        let mut text = String::new();
        self.dir.open(signature_name(name)).ok()?.take(LONGEST).read_to_string(&mut text).ok()?;
        Some(text)
    }
}

fn signature_name(name: &str) -> String {
    format!("{name}.minisig")
}
