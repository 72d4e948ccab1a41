//! From the module that the compiler made to the component's file.

use crate::Error;
use crate::strip::{has_custom_section, strip};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use wit_component::ComponentEncoder;

/// From the core module that rustc made to a component.
pub(crate) fn wrap(package: &str, module: &[u8]) -> Result<Vec<u8>, Error> {
    let unreadable = || Error::Module {
        package: package.to_owned(),
        detail: "a section is cut short".to_owned(),
    };
    if !has_custom_section(module, b"component-type").ok_or_else(unreadable)? {
        return Err(Error::ExportsNothing { package: package.to_owned() });
    }
    let mut encoder = ComponentEncoder::default();
    encoder.validate(true);
    let component = encoder.module(module).and_then(|encoder| encoder.encode());
    let component = component.map_err(|error| Error::Component {
        package: package.to_owned(),
        detail: format!("{error:#}"),
    })?;
    strip(&component).ok_or_else(unreadable)
}

/// Refuses a component that holds a path inside one of `folders`.
pub(crate) fn refuse_paths(
    package: &str,
    folders: impl Iterator<Item = PathBuf>,
    component: &[u8],
) -> Result<(), Error> {
    for folder in folders {
        let mut path = folder.into_os_string().into_encoded_bytes();
        path.push(b'/');
        if component.windows(path.len()).any(|window| window == path) {
            let path = String::from_utf8_lossy(&path).into_owned();
            return Err(Error::PathInside { package: package.to_owned(), path });
        }
    }
    Ok(())
}

/// A reader sees the old file or the new one, never half of one.
pub(crate) fn write_whole(file: &Path, bytes: &[u8]) -> Result<(), Error> {
    let folder =
        file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(Error::file(folder, "cannot be made"))?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let temporary = folder.join(format!(".{name}.{}.tmp", std::process::id()));
    let written = File::create(&temporary)
        .and_then(|mut open| {
            open.write_all(bytes)?;
            open.sync_all()
        })
        .and_then(|()| std::fs::rename(&temporary, file));
    if written.is_err() {
        let _ = std::fs::remove_file(&temporary);
    }
    written.map_err(Error::file(file, "cannot be written"))
}
