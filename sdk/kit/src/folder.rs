//! A programme's folder, with or without code, and the component made of it.

use crate::{Error, paths};
use gtp_programme_file::{Problems, ProgrammeFile};
use gtp_toolchain::{Progress, Toolchain};
use sha2::{Digest as _, Sha256};
use std::fs;
use std::path::{Path, PathBuf};

/// A folder that holds a programme.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
    /// Whether its rules are compiled.
    pub has_code: bool,
}

/// A component that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// Its file.
    pub component: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// The SHA-256 of its bytes, in lower-case hexadecimal.
    pub sha256: String,
}

impl Folder {
    /// Looks at a folder; its `programme.toml` may be named as well.
    ///
    /// # Errors
    ///
    /// It holds no programme.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let path = match path.file_name() {
            Some(name) if name == "programme.toml" => match path.parent() {
                Some(folder) if !folder.as_os_str().is_empty() => folder,
                _ => Path::new("."),
            },
            _ => path,
        };
        let (file, manifest) = (path.join("programme.toml"), path.join("Cargo.toml"));
        let has_code = manifest.is_file();
        if !has_code && !file.is_file() {
            return Err(Error::NoProgramme(path.to_owned()));
        }
        Ok(Self { path: path.to_owned(), has_code })
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads what its files say. Nothing where it builds its descriptions in code.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with them.
    pub fn read(&self) -> Result<Option<ProgrammeFile>, Error> {
        let file = paths::within(&self.path, "programme.toml");
        if self.has_code && !file.is_file() {
            return Ok(None);
        }
        match gtp_programme_file::read(&file) {
            Ok((programme, _)) => Ok(Some(programme)),
            Err(problems) => Err(Error::Wrong { file, problems: self.placed(problems) }),
        }
    }

    /// The component that describes the programme: with the rules' conditions, but without the rules that are
    /// code. Made without a compiler, to be shown and never to be run. Nothing where only code describes it.
    ///
    /// # Errors
    ///
    /// What is wrong with its files.
    pub fn description(&self) -> Result<Option<(ProgrammeFile, Vec<u8>)>, Error> {
        let Some(file) = self.read()? else { return Ok(None) };
        let component = gtp_join::describing(&file)?;
        Ok(Some((file, component)))
    }

    /// Makes the component: in this folder under the programme's name, or where `out` says, a file that ends in
    /// `.wasm` or a folder.
    ///
    /// # Errors
    ///
    /// What is wrong with its files, what the compiler said, or that there is none.
    pub fn build(&self, out: Option<&Path>, progress: &mut dyn Progress) -> Result<Made, Error> {
        let file = self.read()?;
        let name = file.as_ref().map(|file| format!("{}.wasm", file.about.id));
        let out = out.unwrap_or(&self.path);
        let out = match (out.extension(), name) {
            (Some(extension), _) if extension == "wasm" => out.to_owned(),
            (_, Some(name)) => paths::within(out, &name),
            (_, None) => out.to_owned(),
        };
        match (&file, self.has_code) {
            (Some(file), false) => write(out, &gtp_join::join(file)?),
            _ => self.compile(&out, &toolchain()?, progress),
        }
    }

    fn compile(
        &self,
        out: &Path,
        toolchain: &Toolchain,
        progress: &mut dyn Progress,
    ) -> Result<Made, Error> {
        let built =
            gtp_toolchain::build_in(&paths::guests(), &self.path, toolchain, out, progress)?;
        Ok(Made { component: built.component, bytes: built.bytes, sha256: built.sha256 })
    }

    /// Places as one finds them from where one stands.
    fn placed(&self, mut problems: Problems) -> Problems {
        for place in problems.0.iter_mut().filter_map(|problem| problem.place.as_mut()) {
            place.file = paths::within(&self.path, &place.file).display().to_string();
        }
        problems
    }
}

fn toolchain() -> Result<Toolchain, Error> {
    gtp_toolchain::find().map_err(|missing| Error::NoToolchain(Box::new(missing)))
}

/// Writes a component whole or not at all: a host may be watching the folder.
fn write(path: PathBuf, bytes: &[u8]) -> Result<Made, Error> {
    let unfinished = path.with_extension("wasm.unfinished");
    fs::write(&unfinished, bytes).map_err(Error::file(&path, "written"))?;
    fs::rename(&unfinished, &path).map_err(Error::file(&path, "written"))?;
    let sha256 = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Made { component: path, bytes: bytes.len() as u64, sha256 })
}
