//! What a new programme can begin as.

/// A programme to begin with.
#[derive(Debug)]
pub struct Template {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is, in a line.
    pub about: &'static str,
    /// Its files: path and text.
    pub files: &'static [(&'static str, &'static str)],
    /// Crates that its tests use, besides the kit.
    pub(crate) dev_dependencies: &'static [(&'static str, &'static str)],
}

type Files = &'static [(&'static str, &'static str)];

static FILES: &[(&str, Files)] = include!(concat!(env!("OUT_DIR"), "/templates.rs"));

/// All templates, the simplest first.
#[must_use]
pub fn templates() -> &'static [Template] {
    static ALL: std::sync::LazyLock<Vec<Template>> = std::sync::LazyLock::new(|| {
        FILES
            .iter()
            .map(|(name, files)| Template {
                name,
                about: about(name),
                files,
                dev_dependencies: match *name {
                    "pregnancy" => &[("jiff", "0.2")],
                    _ => &[],
                },
            })
            .collect()
    });
    &ALL
}

fn about(name: &str) -> &'static str {
    match name {
        "plain" => "a measurement, a few questions and rules as conditions, without code",
        "questionnaire" => "a questionnaire with a score and bands, without code",
        "rust" => "one measurement and one rule in Rust",
        "heart" => "the heart programme whole: weight, blood pressure, symptoms (Rust)",
        "copd" => "the COPD programme whole: oxygen saturation, symptoms (Rust)",
        "diabetes" => "the diabetes programme whole: glucose, ketones, well-being (Rust)",
        "pregnancy" => {
            "the pregnancy programme whole: blood pressure, protein, danger signs (Rust)"
        }
        _ => "",
    }
}

impl Template {
    /// The template of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        templates().iter().find(|template| template.name == name)
    }

    /// Whether it holds rules in Rust, and so takes a compiler.
    #[must_use]
    pub fn has_code(&self) -> bool {
        self.files.iter().any(|(path, _)| path.ends_with(".rs"))
    }

    /// What the programme is called in each language, as its file says: Danish, English.
    #[must_use]
    pub fn publisher(&self) -> &'static str {
        let file = self.files.iter().find(|(path, _)| *path == "programme.toml");
        file.and_then(|(_, text)| text.lines().find_map(|line| line.strip_prefix("publisher = \"")))
            .map_or("", |rest| rest.trim_end_matches('"'))
    }
}
