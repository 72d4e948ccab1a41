//! A host to look at: demo citizens and clinicians with four weeks of history, on this machine only.
//!
//! All it writes is in `.demo` of the checkout: the configuration, the programmes folder (drop a component in
//! it while the host runs) and the data, which stays until `--fresh`.

use crate::Failure;
use crate::components;
use crate::repository::{Repository, become_command, run};
use clap::Args;
use std::path::Path;

#[derive(Args)]
pub(crate) struct Demo {
    /// Throw the demo's data away first
    #[arg(long)]
    fresh: bool,
    /// The port on 127.0.0.1
    #[arg(long, default_value_t = 8080)]
    port: u16,
}

impl Demo {
    pub(crate) fn run(&self, repository: &Repository) -> Result<(), Failure> {
        let components = components::build_all(repository)?;
        // By workspace and not by package: the tests then find everything compiled with the same features.
        run(repository.cargo().args(["build", "--workspace", "--bin", "gtp"]))?;

        let demo = repository.root.join(".demo");
        let (data, programmes) = (demo.join("data"), demo.join("programmes"));
        if self.fresh && data.exists() {
            println!("Throwing away the data of earlier demos: {}", data.display());
            std::fs::remove_dir_all(&data)?;
        }
        std::fs::create_dir_all(&programmes)?;
        copy_all(&components, &programmes)?;

        let config = demo.join("gtp.toml");
        std::fs::write(&config, self.config())?;
        let mut gtp = std::process::Command::new(repository.target.join("debug/gtp"));
        gtp.current_dir(&repository.root).args(["serve", "--demo", "--config"]).arg(config);
        become_command(&mut gtp)
    }

    /// Folders are relative to the file. All else is as it is by default.
    fn config(&self) -> String {
        format!(
            "# Written by `cargo xtask demo` each time it starts; gtp.example.toml explains the keys.\n\
             listen = \"127.0.0.1:{}\"\n\
             programmes = \"programmes\"\n\
             data = \"data\"\n",
            self.port
        )
    }
}

/// Each file appears whole, as a host may be watching the folder.
fn copy_all(from: &Path, to: &Path) -> Result<(), Failure> {
    for entry in from.read_dir()? {
        let file = entry?.path();
        let name = file.file_name().unwrap_or_default();
        let arriving = to.join(format!(".{}.tmp", name.to_string_lossy()));
        std::fs::copy(&file, &arriving)?;
        std::fs::rename(&arriving, to.join(name))?;
    }
    Ok(())
}
