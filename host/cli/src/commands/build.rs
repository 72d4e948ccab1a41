//! `gtp build`: a programme's folder becomes one component.

use super::kit;
use crate::Done;
use crate::complaint::Complaint;
use clap::Args;
use gtp_toolchain::Console;
use std::path::PathBuf;
use std::time::Instant;

/// Arguments of `gtp build`.
#[derive(Args)]
pub struct Build {
    /// The programme's folder
    #[arg(default_value = ".", value_name = "FOLDER")]
    folder: PathBuf,
    /// Where to write the component: a file that ends in .wasm, or a folder [where absent: the programme's
    /// folder]
    #[arg(long, short, value_name = "PATH")]
    out: Option<PathBuf>,
    /// Install a compiler for programmes first, where there is none
    #[arg(long)]
    install: bool,
}

impl Build {
    /// Builds it.
    ///
    /// # Errors
    /// Something in it is wrong (exit code 1), or there is no compiler (2).
    pub fn run(self) -> Done {
        if self.install {
            install()?;
        }
        let began = Instant::now();
        let made = kit::build(&self.folder, self.out.as_deref())?;
        println!(
            "{}: {}, SHA-256 {}, in {:.1} s",
            made.component.display(),
            kit::size(made.bytes),
            made.sha256,
            began.elapsed().as_secs_f64()
        );
        Ok(())
    }
}

/// Gets a compiler, and says what it takes.
fn install() -> Done {
    let Err(missing) = gtp_toolchain::find() else { return Ok(()) };
    eprintln!("{missing}\n{}", missing.plan());
    gtp_toolchain::install(missing.plan(), &mut Console::new())
        .map(drop)
        .map_err(|error| Complaint::new(error.to_string()))
}
