//! What the author's commands share: a folder or a file becomes a component, and a mistake becomes a message.

use crate::complaint::Complaint;
use gtp_kit::{Error, Folder, Made};
use gtp_model::programme::Programme;
use gtp_runtime::{CheckSettings, Report};
use gtp_toolchain::Console;
use std::path::{Path, PathBuf};

/// The complaint that an error of the kit makes. What is wrong in files is printed first, line by line, as a
/// compiler prints it.
pub fn complaint(error: &Error) -> Complaint {
    let complaint = match error {
        Error::Wrong { problems, .. } => {
            for problem in &problems.0 {
                eprintln!("error: {problem}\n");
            }
            Complaint::failed(error.to_string())
        }
        Error::Join(_) | Error::Toolchain(_) => Complaint::failed(error.to_string()),
        _ => Complaint::new(error.to_string()),
    };
    match error.help() {
        Some(help) => complaint.help(help),
        None => complaint,
    }
}

/// Builds a programme's folder, and says on standard error what goes on.
pub fn build(folder: &Path, out: Option<&Path>) -> Result<Made, Complaint> {
    let mut console = Console::new();
    let made = Folder::open(folder).and_then(|folder| folder.build(out, &mut console));
    console.finish();
    made.map_err(|error| complaint(&error))
}

/// The component that a path means: itself, or what a programme's folder is built into.
pub fn component(path: &Path) -> Result<PathBuf, Complaint> {
    let is_folder = path.is_dir() || path.file_name().is_some_and(|name| name == "programme.toml");
    if is_folder { Ok(build(path, None)?.component) } else { Ok(path.to_owned()) }
}

/// What a component defines. Its report says why there is nothing.
pub fn define(
    name: &str,
    bytes: &[u8],
    settings: &CheckSettings,
) -> Result<(Report, Option<Programme>), Complaint> {
    gtp_runtime::define(name, bytes, settings).map_err(|error| cannot_run(&error))
}

/// This machine does not run components.
pub fn cannot_run(error: &gtp_runtime::StartError) -> Complaint {
    Complaint::new(format!("components cannot be run here: {error}"))
}

/// The last part of a path, for people.
pub fn name(path: &Path) -> String {
    path.file_name()
        .map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// A size as people read it.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        1024..1_048_576 => format!("{:.0} KiB", bytes as f64 / 1024.0),
        _ => format!("{:.1} MiB", bytes as f64 / 1_048_576.0),
    }
}
