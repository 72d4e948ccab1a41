//! `gtp dev`: a host with made-up people that has the programme again after every save.

use super::{check, kit, serve};
use crate::complaint::Complaint;
use crate::config::Config;
use crate::{Done, logging};
use clap::Args;
use gtp_kit::{Folder, Watch};
use gtp_runtime::{CheckSettings, check_file};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Arguments of `gtp dev`.
#[derive(Args)]
pub struct Dev {
    /// The programme's folder
    #[arg(default_value = ".", value_name = "FOLDER")]
    folder: PathBuf,
    /// Listen here; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS:PORT")]
    listen: SocketAddr,
}

impl Dev {
    /// Serves until it is told to stop.
    ///
    /// # Errors
    /// The folder holds no programme, or the host cannot serve.
    pub fn run(self) -> Done {
        let folder = Folder::open(&self.folder).map_err(|error| kit::complaint(&error))?;
        // The record of made-up people is gone when this ends.
        let place = tempfile::Builder::new().prefix("gtp-dev-").tempdir().map_err(|error| {
            Complaint::new(format!("no folder for made-up people can be made: {error}"))
                .help("see to TMPDIR, or to the space in it")
        })?;
        let config = config(place.path(), self.listen)?;
        logging::start(&config.log)?;
        let watch = Watch::begin(folder.path()).map_err(|error| kit::complaint(&error))?;
        let shelf = Shelf { folder, place: place.path().to_owned() };
        // Without a programme there would be nobody enrolled and nothing to see.
        while !shelf.put() {
            eprintln!("waiting for a change in {}", shelf.folder.path().display());
            if !watch.next() {
                return Ok(());
            }
        }
        std::thread::spawn(move || {
            while watch.next() {
                shelf.put();
            }
        });
        serve::demo(&config)
    }
}

/// A host of its own in a folder of its own.
fn config(place: &Path, listen: SocketAddr) -> Result<Config, Complaint> {
    if !listen.ip().is_loopback() {
        return Err(Complaint::new(format!(
            "made-up people have known passwords, so this does not listen on {listen}"
        ))
        .help("use a loopback address, for example --listen 127.0.0.1:8080"));
    }
    let mut config = Config {
        listen,
        programmes: place.join("programmes"),
        data: place.join("data"),
        ..Config::default()
    };
    config.record.reserve = 1;
    config.log.level = "warn".to_owned();
    std::fs::create_dir(&config.programmes).map_err(|error| {
        Complaint::new(format!("{} cannot be made: {error}", config.programmes.display()))
    })?;
    Ok(config)
}

/// Where the host takes the programme from.
struct Shelf {
    folder: Folder,
    place: PathBuf,
}

impl Shelf {
    /// Builds the programme, checks it, and puts it where the host sees it. Whether that went well; if not, it
    /// was said why, and what served before serves on.
    fn put(&self) -> bool {
        match self.try_put() {
            Ok(()) => true,
            Err(complaint) => {
                eprintln!("{:?}", miette::Report::new(complaint));
                false
            }
        }
    }

    fn try_put(&self) -> Done {
        let began = Instant::now();
        let built = self.place.join("built.wasm");
        let shelf = self.place.join("programmes").join("programme.wasm");
        let _ = kit::build(self.folder.path(), Some(&built))?;
        let seconds = began.elapsed().as_secs_f64();
        // Another name for the same bytes: the host never sees half a file. It makes every check itself, and
        // while it does, they are made here to be told in full.
        std::fs::rename(&built, &shelf).map_err(|error| {
            Complaint::failed(format!("the component cannot be put on the shelf: {error}"))
        })?;
        let report = check_file(&shelf, &CheckSettings::default())
            .map_err(|error| kit::cannot_run(&error))?;
        if !report.passed() {
            eprint!("{}", check::written(&report));
            return Err(Complaint::failed(
                "the component does not pass, so the host does not serve it",
            ));
        }
        let programme = report.programme.as_ref();
        let what = programme.map(|own| format!("{} {}", own.id, own.version)).unwrap_or_default();
        eprintln!(
            "{what}: built in {seconds:.1} s, {}; {}",
            kit::size(report.bytes),
            check::budget(&report).unwrap_or_default()
        );
        Ok(())
    }
}
