//! From files to a checked programme.

use crate::catalogue::{self, Catalogue, Shelf};
use crate::node::Table;
use crate::problem::{Log, Problem, Problems};
use crate::rules::{Known, RuleEntry};
use crate::source::Source;
use crate::{about, fields, limits, questionnaires, rules, schedule, story, visibility};
use gtp_contract::about::Programme;
use gtp_contract::fields::{Field, Group};
use gtp_contract::limits::Limit;
use gtp_contract::questionnaires::Questionnaire;
use gtp_contract::scenarios::Scenario;
use gtp_contract::schedule::Activity;
use gtp_contract::visibility::Grant;
use std::path::Path;
use toml::Spanned;
use toml::de::DeValue;

/// A file's name and text.
#[derive(Clone, Debug)]
pub struct File {
    /// The name that messages use.
    pub name: String,
    /// What stands in it.
    pub text: String,
}

/// A programme as its files describe it, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct ProgrammeFile {
    /// What it is and who answers for it.
    pub about: Programme,
    /// What can be measured or noted, in the order of the forms.
    pub fields: Vec<Field>,
    /// What is measured together.
    pub groups: Vec<Group>,
    /// Questionnaires.
    pub questionnaires: Vec<Questionnaire>,
    /// Limits.
    pub limits: Vec<Limit>,
    /// Rules with all that they can say.
    pub rules: Vec<RuleEntry>,
    /// What is expected when.
    pub schedule: Vec<Activity>,
    /// Who sees what.
    pub visibility: Vec<Grant>,
    /// The stories that prove the rules.
    pub scenarios: Vec<Scenario>,
}

/// Reads a programme: the file at `path`, and every `*.toml` in the folder `scenarios` beside it, in the
/// order of their names.
///
/// Returns the paths that were read too, so that a build can follow changes in them.
///
/// # Errors
///
/// Everything that is wrong with the files, or the one file that could not be read.
pub fn read(path: &Path) -> Result<(ProgrammeFile, Vec<std::path::PathBuf>), Problems> {
    let folder = path.parent().unwrap_or_else(|| Path::new("")).join("scenarios");
    let mut paths = vec![];
    match std::fs::read_dir(&folder) {
        Ok(entries) => paths.extend(
            entries
                .filter_map(|entry| entry.ok().map(|entry| entry.path()))
                .filter(|path| path.extension().is_some_and(|extension| extension == "toml")),
        ),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(unreadable(&folder, &error)),
    }
    paths.sort();
    let programme = load(path, &file_name(path))?;
    let scenarios = paths
        .iter()
        .map(|path| load(path, &format!("scenarios/{}", file_name(path))))
        .collect::<Result<Vec<_>, _>>()?;
    let file = parse(&programme, &scenarios)?;
    paths.insert(0, path.to_owned());
    Ok((file, paths))
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn load(path: &Path, name: &str) -> Result<File, Problems> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(File { name: name.to_owned(), text }),
        Err(error) => Err(unreadable(path, &error)),
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Problems {
    let help = (error.kind() == std::io::ErrorKind::NotFound)
        .then(|| "it stands beside Cargo.toml; `gtp new` writes one to begin with".to_owned());
    Problems::one(format!("{} cannot be read: {error}", path.display()), help)
}

/// Reads a programme from texts. The name of a scenario's file, without folder and ending, is its id.
///
/// # Errors
///
/// Everything that is wrong with the files.
pub fn parse(programme: &File, scenarios: &[File]) -> Result<ProgrammeFile, Problems> {
    let source = source_of(programme);
    let parsed = syntax(&source)?;
    let story_sources: Vec<Source> = scenarios.iter().map(source_of).collect();
    let mut stories = vec![];
    for source in &story_sources {
        stories.push((source, syntax(source)?));
    }
    let shelf = Shelf::new();
    let standard = shelf.parsed();
    let log = Log::default();
    let file = interpret(&source, &parsed, &stories, &standard, &log);
    log.into_result(file)
}

/// The ids that `standard = "..."` may name, by list: `fields`, `groups`, `questionnaires`, `limits` or
/// `rules`.
#[must_use]
pub fn standard_ids(list: &'static str) -> Vec<String> {
    let shelf = Shelf::new();
    let parsed = shelf.parsed();
    let log = Log::default();
    Catalogue::new(&parsed, &log).ids(list)
}

fn source_of(file: &File) -> Source {
    Source { name: file.name.clone(), text: file.text.clone() }
}

fn syntax(source: &Source) -> Result<Spanned<DeValue<'_>>, Problems> {
    catalogue::parse(&source.text).map_err(|error| {
        let span = error.span().unwrap_or(0..1);
        Problems(vec![Problem {
            place: Some(source.place(&span)),
            message: format!("this is no TOML: {}", error.message().trim().replace('\n', ", ")),
            help: None,
        }])
    })
}

fn interpret<'a>(
    source: &'a Source,
    parsed: &'a Spanned<DeValue<'a>>,
    stories: &'a [(&'a Source, Spanned<DeValue<'a>>)],
    standard: &'a [(&'a Source, Spanned<DeValue<'a>>)],
    log: &'a Log,
) -> ProgrammeFile {
    let catalogue = Catalogue::new(standard, log);
    let Some(root) = Table::root(source, parsed, log) else { return empty() };
    let (about, languages) = about::read(&root);
    let fields = fields::read(&root, &languages, &catalogue);
    let groups = fields::groups(&root, &languages, &catalogue, &fields);
    let questionnaires = questionnaires::read(&root, &languages, &catalogue, &fields);
    let limits = limits::read(&root, &languages, &catalogue, &fields);
    let known = Known { fields: &fields, questionnaires: &questionnaires, limits: &limits };
    let rules = rules::read(&root, &languages, &catalogue, &known);
    let schedule = schedule::read(&root, &languages, &known);
    let visibility = visibility::read(&root, &known, &rules);
    root.finish();

    let world = story::World { known: &known, rules: &rules, languages: &languages };
    let mut scenarios = vec![];
    for (source, parsed) in stories {
        let name = source.name.rsplit('/').next().unwrap_or_default().trim_end_matches(".toml");
        if let Some(root) = Table::root(source, parsed, log) {
            scenarios.push(story::read(&root, name, &world));
        }
    }
    ProgrammeFile {
        about,
        fields,
        groups,
        questionnaires,
        limits,
        rules,
        schedule,
        visibility,
        scenarios,
    }
}

fn empty() -> ProgrammeFile {
    ProgrammeFile {
        about: about::empty(),
        fields: vec![],
        groups: vec![],
        questionnaires: vec![],
        limits: vec![],
        rules: vec![],
        schedule: vec![],
        visibility: vec![],
        scenarios: vec![],
    }
}
