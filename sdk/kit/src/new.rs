//! A new programme: a template's files under a name of one's own, in a folder that was not there before.

use crate::template::Template;
use crate::{Error, paths};
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// What is to be begun.
#[derive(Clone, Debug)]
pub struct New<'a> {
    /// Its id: the folder's name, the crate's name, and what a host knows it by.
    pub name: &'a str,
    /// What it begins as.
    pub template: &'static Template,
    /// What people call it, in Danish and English.
    pub title: [&'a str; 2],
    /// Who answers for it.
    pub publisher: &'a str,
    /// The folder that its folder is made in.
    pub parent: &'a Path,
    /// Where the author's kit comes from; where nothing is said, from the checkout that this program was built
    /// from.
    pub sdk: Option<Sdk>,
}

/// Where a programme's crate takes `gtp-sdk` from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sdk {
    /// A folder on this machine.
    Path(PathBuf),
    /// A git repository.
    Git(String),
    /// A version in the registry.
    Version(String),
}

impl Sdk {
    /// What somebody means who writes this: a version, the address of a git repository, else a folder.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let is_git = ["https://", "http://", "ssh://", "git://", "file://", "git@"]
            .iter()
            .any(|start| text.starts_with(start));
        let is_version = text.starts_with(|first: char| first.is_ascii_digit())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || ".-+".contains(c));
        if is_git {
            Self::Git(text.to_owned())
        } else if is_version {
            Self::Version(text.to_owned())
        } else {
            Self::Path(text.into())
        }
    }
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The programme's folder.
    pub folder: PathBuf,
    /// Its files, in the order they were written.
    pub files: Vec<PathBuf>,
}

/// Names that a crate cannot have, or that would hide another.
const TAKEN: [&str; 10] =
    ["alloc", "core", "gtp-sdk", "jiff", "proc-macro", "std", "test", "build", "deps", "examples"];

/// A crate's name becomes a name in code, and these are words of the language.
const WORDS: [&str; 36] = [
    "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum", "extern",
    "false", "fn", "for", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub",
    "ref", "return", "self", "static", "struct", "super", "trait", "true", "type", "unsafe", "use",
    "while",
];

impl New<'_> {
    /// Writes it.
    ///
    /// # Errors
    ///
    /// The name is none, something is there already, the folder cannot be written, or the kit is not found. What
    /// was begun is taken away again.
    pub fn write(&self) -> Result<Written, Error> {
        check_name(self.name)?;
        let folder = paths::within(self.parent, self.name);
        let files = self.files()?;
        match fs::create_dir(&folder) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                return Err(Error::Exists(folder));
            }
            Err(error) => return Err(Error::file(folder, "made")(error)),
        }
        let mut written = vec![];
        for (path, text) in files {
            let file = folder.join(path);
            if let Err(error) = write(&file, &text) {
                // This call made the folder a moment ago, so nothing of anybody else's is in it.
                let _ = fs::remove_dir_all(&folder);
                return Err(error);
            }
            written.push(file);
        }
        Ok(Written { folder, files: written })
    }

    /// Its files with their texts.
    fn files(&self) -> Result<Vec<(String, String)>, Error> {
        let mut files = vec![];
        for (path, text) in self.template.files {
            let text = match *path {
                "programme.toml" => self.programme(text),
                path if path.starts_with("scenarios/") => {
                    with_schema(text, "../schema/scenario.schema.json")
                }
                path if path.ends_with(".rs") => {
                    let from = format!("{}::", self.template.name);
                    text.replace(
                        &format!("use {from}"),
                        &format!("use {}::", self.name.replace('-', "_")),
                    )
                }
                _ => (*text).to_owned(),
            };
            files.push(((*path).to_owned(), text));
        }
        for (name, schema) in SCHEMAS {
            files.push((format!("schema/{name}"), schema.to_owned()));
        }
        files.push(("README.md".to_owned(), self.readme()));
        files.push((".gitignore".to_owned(), "/target\n/*.wasm\n".to_owned()));
        if self.template.has_code() {
            let (manifest, lock) = self.manifest()?;
            files.push(("Cargo.toml".to_owned(), manifest));
            files.extend(lock.map(|lock| ("Cargo.lock".to_owned(), lock)));
        }
        Ok(files)
    }

    /// The template's file under the new name. Only what stands in `[about]` changes.
    fn programme(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut in_about = false;
        for line in with_schema(text, "schema/programme.schema.json").lines() {
            if line.starts_with('[') {
                in_about = line.trim() == "[about]";
            }
            let key = line.split(" = ").next().unwrap_or_default();
            let [danish, english] = self.title;
            let new = match key {
                "id" if in_about => Some(format!("id = {}", quoted(self.name))),
                "title" if in_about => {
                    Some(format!("title = {{ da = {}, en = {} }}", quoted(danish), quoted(english)))
                }
                "publisher" if in_about => Some(format!("publisher = {}", quoted(self.publisher))),
                _ => None,
            };
            out.push_str(new.as_deref().unwrap_or(line));
            out.push('\n');
        }
        out
    }

    fn manifest(&self) -> Result<(String, Option<String>), Error> {
        let name = self.name;
        let sdk = match &self.sdk {
            Some(sdk) => sdk.clone(),
            None => Sdk::Path(paths::own_sdk().ok_or(Error::NoSdk(None))?),
        };
        let mut lock = None;
        let (why, dependency) = match sdk {
            Sdk::Path(path) => {
                let found =
                    [path.clone(), path.join("sdk")].into_iter().find(|own| paths::is_sdk(own));
                let path = found.ok_or(Error::NoSdk(Some(path)))?;
                let path = path.canonicalize().map_err(Error::file(&path, "opened"))?;
                if let Some(manifest) = self.in_checkout(&path) {
                    return Ok((manifest, None));
                }
                lock = fs::read_to_string(path.join("../Cargo.lock")).ok();
                (
                    "# The author's kit is in no registry yet. This is a checkout of the platform on this machine; on\n\
                     # another one, write where it lies there, or { git = \"...\" } where your team keeps it.",
                    format!("{{ path = {} }}", quoted(&path.display().to_string())),
                )
            }
            Sdk::Git(address) => (
                "# The author's kit is in no registry yet, so it comes from the platform's repository.",
                format!("{{ git = {} }}", quoted(&address)),
            ),
            Sdk::Version(version) => ("# The author's kit.", quoted(&version)),
        };
        let mut text = format!(
            "[package]\nname = \"{name}\"\nversion = \"1.0.0\"\nedition = \"2024\"\npublish = false\n\n\
             [dependencies]\n{why}\ngtp-sdk = {dependency}\n"
        );
        if !self.template.dev_dependencies.is_empty() {
            text.push_str("\n[dev-dependencies]\n");
            for (name, version) in self.template.dev_dependencies {
                text.push_str(&format!("{name} = \"{version}\"\n"));
            }
        }
        text.push_str(
            "\n[lib]\ncrate-type = [\"cdylib\", \"rlib\"]\n\n\
             # It stands alone, wherever its folder lies.\n[workspace]\n",
        );
        Ok((text, lock))
    }

    /// The manifest of a programme on the platform's own shelves, where it is part of the workspace.
    fn in_checkout(&self, sdk: &Path) -> Option<String> {
        let root = sdk.parent()?;
        let shelf = self.parent.canonicalize().ok()?;
        if ![root.join("programmes"), root.join("examples")].contains(&shelf) {
            return None;
        }
        let mut text = format!(
            "[package]\nname = \"{}\"\nversion.workspace = true\nedition.workspace = true\n\
             rust-version.workspace = true\nlicense.workspace = true\npublish.workspace = true\n\n\
             [lints]\nworkspace = true\n\n[dependencies]\ngtp-sdk.workspace = true\n",
            self.name
        );
        if !self.template.dev_dependencies.is_empty() {
            text.push_str("\n[dev-dependencies]\n");
            for (name, _) in self.template.dev_dependencies {
                text.push_str(&format!("{name}.workspace = true\n"));
            }
        }
        text.push_str("\n[lib]\ncrate-type = [\"cdylib\", \"rlib\"]\n");
        Some(text)
    }

    fn readme(&self) -> String {
        let [_, title] = self.title;
        let code = if self.template.has_code() {
            "| `src/` | the rules, in Rust |\n| `Cargo.toml` | where the author's kit comes from |\n"
        } else {
            ""
        };
        let native = if self.template.has_code() {
            "cargo test    # the stories natively, and your own tests\n"
        } else {
            ""
        };
        format!(
            "# {title}\n\n\
             | | |\n|---|---|\n\
             | `programme.toml` | what is measured and asked, limits, rules, texts, who sees what |\n\
             {code}\
             | `scenarios/` | stories that prove the rules |\n\
             | `schema/` | lets an editor complete and check the files |\n\n\
             ```sh\n\
             gtp dev       # a host with made-up people; every save is on screen in seconds\n\
             gtp test      # tells the stories, and shows what goes otherwise\n\
             gtp show      # reads the programme aloud, for a clinician to sign off\n\
             gtp build     # makes {name}.wasm, to be dropped into a host's programmes folder\n\
             gtp check     # what a host would say of it, and what it costs\n\
             {native}```\n\n\
             None of this is medical advice until a region has approved it.\n",
            name = self.name
        )
    }
}

const SCHEMAS: [(&str, &str); 2] = [
    ("programme.schema.json", include_str!("../../schema/programme.schema.json")),
    ("scenario.schema.json", include_str!("../../schema/scenario.schema.json")),
];

/// The text with a first line that tells editors its schema.
fn with_schema(text: &str, schema: &str) -> String {
    let rest = match text.split_once('\n') {
        Some((first, rest)) if first.starts_with("#:schema") => rest,
        _ => text,
    };
    format!("#:schema {schema}\n{rest}")
}

fn check_name(name: &str) -> Result<(), Error> {
    let wrong = |why| Err(Error::Name { name: name.to_owned(), why });
    if !name.starts_with(|first: char| first.is_ascii_lowercase()) {
        return wrong("it must begin with a small letter");
    }
    if !name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
        return wrong("only small letters, digits and hyphens can be in it");
    }
    if name.len() > 64 || name.ends_with('-') || name.contains("--") {
        return wrong("at most 64 letters, and hyphens only between words");
    }
    if TAKEN.contains(&name) || WORDS.contains(&name) {
        return wrong("that word has a meaning of its own");
    }
    Ok(())
}

/// A text in quotes, as TOML writes it.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(Error::file(folder, "made"))?;
    }
    let mut file = File::create_new(path).map_err(Error::file(path, "written"))?;
    file.write_all(text.as_bytes()).map_err(Error::file(path, "written"))
}

#[cfg(test)]
mod tests;
