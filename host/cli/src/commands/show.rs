//! `gtp show`: what a programme is, as a page that a clinician can read and sign off.

use super::kit;
use crate::Done;
use crate::complaint::Complaint;
use clap::{Args, ValueEnum};
use gtp_kit::{Folder, Page, Says, Source, says};
use gtp_model::Language;
use gtp_model::programme::Programme;
use gtp_runtime::CheckSettings;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Arguments of `gtp show`.
#[derive(Args)]
pub struct Show {
    /// A component, or a programme's folder
    #[arg(default_value = ".", value_name = "PATH")]
    path: PathBuf,
    /// The page's language
    #[arg(long, value_enum, default_value_t = Speaks::Da)]
    language: Speaks,
    /// Write the page for a browser and not as text
    #[arg(long)]
    html: bool,
    /// Write the page into this file and not to standard output
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Speaks {
    Da,
    En,
}

/// How wide a line of text may be.
const WIDTH: usize = 100;

impl Show {
    /// Shows it.
    ///
    /// # Errors
    /// It is no programme, or something in it is wrong.
    pub fn run(self) -> Done {
        let shown = if self.path.is_file() && !is_programme_file(&self.path) {
            of_component(&self.path)?
        } else {
            of_folder(&self.path)?
        };
        let language = match self.language {
            Speaks::Da => Language::Da,
            Speaks::En => Language::En,
        };
        let component =
            shown.component.as_ref().map(|(name, digest)| (name.as_str(), digest.as_str()));
        let source = Source { programme: &shown.programme, says: shown.says.as_ref(), component };
        let page = Page::of(&source, language);
        let text = if self.html { page.html() } else { page.text(WIDTH) };
        let Some(out) = &self.out else {
            // Whoever reads may have seen enough, and that is no mistake.
            let _ = std::io::stdout().write_all(text.as_bytes());
            return Ok(());
        };
        std::fs::write(out, text).map_err(|error| {
            Complaint::new(format!("{} cannot be written: {error}", out.display()))
                .help("name another file with --out")
        })
    }
}

/// What there is to show.
struct Shown {
    programme: Programme,
    says: Option<Says>,
    component: Option<(String, String)>,
}

fn is_programme_file(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "programme.toml")
}

/// From the files alone: what rules say is known, and no compiler is needed.
fn of_folder(path: &Path) -> Result<Shown, Complaint> {
    let folder = Folder::open(path).map_err(|error| kit::complaint(&error))?;
    let described = folder.description().map_err(|error| kit::complaint(&error))?;
    let Some((file, bytes)) = described else {
        return of_component(&kit::build(path, None)?.component);
    };
    let name = format!("{}.wasm", file.about.id);
    let shown = of_bytes(&name, &bytes)?;
    // Of a programme with code this was only the description; the component is made by `gtp build`.
    let component = if folder.has_code { None } else { shown.component };
    Ok(Shown { says: Some(says(&file)), component, ..shown })
}

fn of_component(path: &Path) -> Result<Shown, Complaint> {
    let bytes = std::fs::read(path).map_err(|error| {
        Complaint::new(format!("{} cannot be read: {error}", path.display()))
            .help("name a component or a programme's folder")
    })?;
    of_bytes(&kit::name(path), &bytes)
}

fn of_bytes(name: &str, bytes: &[u8]) -> Result<Shown, Complaint> {
    let (report, programme) = kit::define(name, bytes, &CheckSettings::default())?;
    let Some(programme) = programme else {
        eprint!("{}", super::check::written(&report));
        return Err(Complaint::failed(format!("{name} defines no programme that could be shown")));
    };
    let digest = report.digest.map(|digest| digest.to_string()).unwrap_or_default();
    Ok(Shown { programme, says: None, component: Some((name.to_owned(), digest)) })
}
