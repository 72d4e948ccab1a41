//! Writes a made-up cohort as JSON lines. Everything is synthetic.

use gtp_cohort::{Settings, submissions};
use std::io::{BufWriter, Write};
use std::process::ExitCode;

const USAGE: &str =
    "usage: gtp-cohort [--citizens 100] [--days 28] [--seed 1] [--starts 2026-01-05]";

fn main() -> ExitCode {
    let settings = match read(std::env::args().skip(1)) {
        Ok(settings) => settings,
        Err(what) => {
            eprintln!("{what}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match write(&settings) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads may have seen enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("the cohort cannot be written: {error}");
            ExitCode::FAILURE
        }
    }
}

fn read(mut words: impl Iterator<Item = String>) -> Result<Settings, String> {
    let mut settings = Settings::default();
    while let Some(word) = words.next() {
        let value = words.next().ok_or_else(|| format!("{word} needs a value"))?;
        let wrong = || format!("`{value}` is no value for {word}");
        match word.as_str() {
            "--citizens" => settings.citizens = value.parse().map_err(|_| wrong())?,
            "--days" => settings.days = value.parse().map_err(|_| wrong())?,
            "--seed" => settings.seed = value.parse().map_err(|_| wrong())?,
            "--starts" => settings.starts = value.parse().map_err(|_| wrong())?,
            _ => return Err(format!("there is no option {word}")),
        }
    }
    Ok(settings)
}

fn write(settings: &Settings) -> std::io::Result<()> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    for submission in submissions(settings) {
        serde_json::to_writer(&mut out, &submission)?;
        out.write_all(b"\n")?;
    }
    out.flush()
}
