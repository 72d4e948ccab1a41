//! A bundle as a tar file.

use super::{About, Bundle, BundleError, FORM, Line, Proofs};
use gtp_model::Digest;
use gtp_record::event::Recorded;
use gtp_record::upkeep::tar::{read_entry, write_end, write_entry};
use std::collections::BTreeMap;
use std::io::{Read, Write};

/// The largest file in a bundle, and the most of them: a bundle may come from anybody.
const LARGEST: u64 = 64 << 20;
const MOST: usize = 10_000;

const READ_ME: &str = "\
Why an alert was raised: everything that it rests on.

about.json       which alert, and when this was made
events.jsonl     the events, one a line: the SHA-256 of a line without its newline is the event's hash
proofs.json      a signed root over the whole record (minisign), and the way from each event to it (RFC 6962)
components/      what ran: WebAssembly components, by SHA-256
cases/           what each assessment was handed, as JSON: its SHA-256 is in the assessment's event
outputs/         what each assessment returned, as JSON: the same as in the assessment's event

To check all of it and run the rules again, with nothing but the `gtp` program:

    gtp explain --bundle THIS-FILE --rerun --key THE-INSTALLATIONS-PUBLIC-KEY

Whose key it is that signed the root must be known from elsewhere: ask the installation.
";

impl Bundle {
    /// Writes it.
    ///
    /// # Errors
    /// Where `out` cannot be written.
    pub fn write(&self, out: &mut dyn Write) -> Result<(), BundleError> {
        let form = |error: serde_json::Error| BundleError::Form(error.to_string());
        write_entry(out, "READ-ME.txt", READ_ME.as_bytes())?;
        write_entry(out, "about.json", &serde_json::to_vec_pretty(&self.about).map_err(form)?)?;
        let mut lines = vec![];
        for line in &self.events {
            lines.extend_from_slice(&line.bytes);
            lines.push(b'\n');
        }
        write_entry(out, "events.jsonl", &lines)?;
        write_entry(out, "proofs.json", &serde_json::to_vec_pretty(&self.proofs).map_err(form)?)?;
        for (digest, bytes) in &self.components {
            write_entry(out, &format!("components/{digest}.wasm"), bytes)?;
        }
        for (id, bytes) in &self.cases {
            write_entry(out, &format!("cases/{id}.json"), bytes)?;
        }
        for (id, bytes) in &self.outputs {
            write_entry(out, &format!("outputs/{id}.json"), bytes)?;
        }
        Ok(write_end(out)?)
    }

    /// Reads one. That it can be read says nothing of whether it is true: see [`super::verify`].
    ///
    /// # Errors
    /// [`BundleError::Form`] where it is none.
    pub fn read(from: &mut dyn Read) -> Result<Self, BundleError> {
        let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        while let Some((name, bytes)) = read_entry(from, LARGEST)? {
            files.insert(name, bytes);
            if files.len() > MOST {
                return Err(BundleError::Form(format!("it has more than {MOST} files")));
            }
        }
        let mut take = |name: &str| {
            files.remove(name).ok_or_else(|| BundleError::Form(format!("{name} is missing")))
        };
        let about: About = json("about.json", &take("about.json")?)?;
        if about.form != FORM {
            let what = format!("it is of form {}, and this program reads {FORM}", about.form);
            return Err(BundleError::Form(what));
        }
        let events = lines(&take("events.jsonl")?)?;
        let proofs: Proofs = json("proofs.json", &take("proofs.json")?)?;
        let mut bundle = Self {
            about,
            events,
            proofs,
            components: BTreeMap::new(),
            cases: BTreeMap::new(),
            outputs: BTreeMap::new(),
        };
        for (name, bytes) in files {
            let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
            match stem.split_once('/') {
                Some(("components", digest)) => {
                    let digest: Digest = digest
                        .parse()
                        .map_err(|_| BundleError::Form(format!("{name} is named after nothing")))?;
                    bundle.components.insert(digest, bytes);
                }
                Some(("cases", id)) => drop(bundle.cases.insert(id.to_owned(), bytes)),
                Some(("outputs", id)) => drop(bundle.outputs.insert(id.to_owned(), bytes)),
                // What a later version adds, or somebody laid beside it.
                _ => {}
            }
        }
        Ok(bundle)
    }
}

fn lines(bytes: &[u8]) -> Result<Vec<Line>, BundleError> {
    bytes
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| Ok(Line { recorded: Recorded::decode(line)?, bytes: line.to_vec() }))
        .collect()
}

fn json<T: serde::de::DeserializeOwned>(name: &str, bytes: &[u8]) -> Result<T, BundleError> {
    serde_json::from_slice(bytes).map_err(|error| BundleError::Form(format!("{name}: {error}")))
}
