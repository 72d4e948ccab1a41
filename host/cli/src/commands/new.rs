//! `gtp new`: the first files of a programme.

use super::kit;
use crate::Done;
use crate::complaint::Complaint;
use clap::Args;
use gtp_kit::{Error, New as Beginning, Sdk, Template, Written, templates};
use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::PathBuf;

/// Arguments of `gtp new`.
#[derive(Args)]
pub struct New {
    /// The programme's id, such as after-surgery: its folder gets this name
    name: String,
    /// What it begins as: plain, questionnaire (both without code), rust, heart, copd, diabetes or pregnancy
    /// [where absent: asked on a terminal, else plain]
    #[arg(long, short)]
    template: Option<String>,
    /// What people call it in Danish [where absent: asked on a terminal, else the name]
    #[arg(long, value_name = "TITLE")]
    title_da: Option<String>,
    /// What people call it in English
    #[arg(long, value_name = "TITLE")]
    title_en: Option<String>,
    /// Who answers for it
    #[arg(long, value_name = "NAME")]
    publisher: Option<String>,
    /// The folder to make its folder in
    #[arg(long = "in", default_value = ".", value_name = "FOLDER")]
    parent: PathBuf,
    /// Where a programme in Rust takes gtp-sdk from: a folder, the address of a git repository, or a version
    /// [where absent: the checkout that this gtp was built from]
    #[arg(long, value_name = "WHERE")]
    sdk: Option<String>,
}

impl New {
    /// Writes it.
    ///
    /// # Errors
    /// The name is none, something is there already, or the folder cannot be written.
    pub fn run(self) -> Done {
        let asker = Asker::new();
        let template = asker.template(self.template)?;
        let title = {
            let words = self.name.replace('-', " ");
            let mut letters = words.chars();
            letters.next().map_or_else(String::new, |first| {
                format!("{}{}", first.to_uppercase(), letters.as_str())
            })
        };
        let danish = asker.line(self.title_da, "What people call it in Danish", &title)?;
        let english = asker.line(self.title_en, "What people call it in English", &title)?;
        let publisher = asker.line(self.publisher, "Who answers for it", template.publisher())?;
        let new = Beginning {
            name: &self.name,
            template,
            title: [&danish, &english],
            publisher: &publisher,
            parent: &self.parent,
            sdk: self.sdk.as_deref().map(Sdk::parse),
        };
        let written = new.write().map_err(|error| kit::complaint(&error))?;
        say(&written, template);
        Ok(())
    }
}

fn say(written: &Written, template: &Template) {
    let Written { folder, files } = written;
    println!("{}: {} files, from the template {}", folder.display(), files.len(), template.name);
    let place = folder.display();
    println!("\n  gtp dev {place}    serves it with made-up people, and again after each save");
    println!("  gtp show {place}   reads it aloud");
    println!("  gtp build {place}  makes its component");
    println!("\nBegin with {}.", folder.join("programme.toml").display());
}

/// Somebody at a terminal, or nobody.
struct Asker {
    is_there: bool,
}

impl Asker {
    fn new() -> Self {
        Self { is_there: std::io::stdin().is_terminal() && std::io::stderr().is_terminal() }
    }

    fn template(&self, given: Option<String>) -> Result<&'static Template, Complaint> {
        if given.is_none() && self.is_there {
            eprintln!("What it begins as:");
            for template in templates() {
                eprintln!("  {:<14} {}", template.name, template.about);
            }
        }
        let name = self.line(given, "Template", "plain")?;
        Template::named(&name).ok_or_else(|| kit::complaint(&Error::NoTemplate(name)))
    }

    /// What was given; else what somebody answers; else the usual.
    fn line(
        &self,
        given: Option<String>,
        question: &str,
        usual: &str,
    ) -> Result<String, Complaint> {
        if let Some(given) =
            given.map(|given| given.trim().to_owned()).filter(|given| !given.is_empty())
        {
            return Ok(given);
        }
        if !self.is_there {
            return Ok(usual.to_owned());
        }
        eprint!("{question} [{usual}]: ");
        // The question may be lost with its terminal; then there is no answer either.
        let _ = std::io::stderr().flush();
        let mut answer = String::new();
        let read = std::io::stdin().lock().read_line(&mut answer);
        let read =
            read.map_err(|error| Complaint::new(format!("the answer cannot be read: {error}")))?;
        match answer.trim() {
            _ if read == 0 => Err(Complaint::new("nothing was answered, so nothing was written")),
            "" => Ok(usual.to_owned()),
            answer => Ok(answer.to_owned()),
        }
    }
}
