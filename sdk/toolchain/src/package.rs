//! What cargo knows about the crate in a folder.

use crate::command::ask;
use crate::{Error, TARGET, Toolchain};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A crate that is to become a component.
#[derive(Debug)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) folder: PathBuf,
    pub(crate) manifest: PathBuf,
    /// Cargo's target directory for it, as the environment and its workspace say.
    pub(crate) target_directory: PathBuf,
    /// The folder of the workspace it belongs to, its own if it stands alone.
    pub(crate) workspace: PathBuf,
    /// The names of the crates in that workspace.
    pub(crate) members: Vec<String>,
    /// Crates it uses that lie on this machine but outside its workspace: name and folder.
    pub(crate) outside: Vec<(String, PathBuf)>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<MetadataPackage>,
    workspace_root: PathBuf,
    target_directory: PathBuf,
}

#[derive(Deserialize)]
struct MetadataPackage {
    name: String,
    manifest_path: PathBuf,
    source: Option<String>,
    targets: Vec<MetadataTarget>,
}

#[derive(Deserialize)]
struct MetadataTarget {
    kind: Vec<String>,
}

/// One line of cargo's messages while it builds.
#[derive(Deserialize)]
struct Message {
    reason: String,
    manifest_path: Option<PathBuf>,
    #[serde(default)]
    filenames: Vec<PathBuf>,
}

impl Package {
    pub(crate) fn read(folder: &Path, toolchain: &Toolchain) -> Result<Self, Error> {
        let folder = folder.canonicalize().map_err(Error::file(folder, "cannot be opened"))?;
        let manifest = folder.join("Cargo.toml");
        if !manifest.is_file() {
            return Err(Error::NoManifest { folder });
        }
        let metadata = metadata(&manifest, toolchain)?;
        let Some(package) =
            metadata.packages.iter().find(|package| package.manifest_path == manifest)
        else {
            return Err(Error::Manifest {
                manifest,
                said: "it describes a workspace, not a package".to_owned(),
            });
        };
        let is_library = |target: &MetadataTarget| {
            target.kind.iter().any(|kind| ["lib", "rlib", "cdylib"].contains(&kind.as_str()))
        };
        if !package.targets.iter().any(is_library) {
            return Err(Error::NoLibrary { manifest });
        }
        let name = package.name.clone();
        let (mut members, mut outside) = (Vec::new(), Vec::new());
        for package in metadata.packages.into_iter().filter(|package| package.source.is_none()) {
            match package.manifest_path.parent() {
                Some(folder) if !folder.starts_with(&metadata.workspace_root) => {
                    outside.push((package.name, folder.to_owned()));
                }
                _ => members.push(package.name),
            }
        }
        Ok(Self {
            name,
            folder,
            manifest,
            target_directory: metadata.target_directory,
            workspace: metadata.workspace_root,
            members,
            outside,
        })
    }

    /// The module, if `line` is cargo's message that it is made.
    pub(crate) fn module_in(&self, line: &str) -> Option<PathBuf> {
        let message: Message = serde_json::from_str(line).ok()?;
        if message.reason != "compiler-artifact"
            || message.manifest_path.as_ref() != Some(&self.manifest)
        {
            return None;
        }
        message
            .filenames
            .into_iter()
            .find(|file| file.extension().is_some_and(|extension| extension == "wasm"))
    }
}

fn metadata(manifest: &Path, toolchain: &Toolchain) -> Result<Metadata, Error> {
    let mut command = Command::new(&toolchain.cargo);
    command.env("RUSTC", &toolchain.rustc).env_remove("LD_LIBRARY_PATH").stdin(Stdio::null());
    command.args([
        "metadata",
        "--format-version",
        "1",
        "--color",
        "never",
        "--filter-platform",
        TARGET,
    ]);
    command.arg("--manifest-path").arg(manifest);
    if let Some(metadata) = ask(&mut command).and_then(|text| serde_json::from_str(&text).ok()) {
        return Ok(metadata);
    }
    // Asked again for the reason: a broken Cargo.toml, or a dependency that cannot be had.
    let output = command.stderr(Stdio::piped()).output().map_err(|source| Error::Start {
        program: toolchain.cargo.display().to_string(),
        source,
    })?;
    let said = String::from_utf8_lossy(&output.stderr).trim_end().to_owned();
    Err(Error::Manifest { manifest: manifest.to_owned(), said })
}
