//! The form as the page shows it.

use super::FormError;
use super::build::Builder;
use super::part::Part;
use super::posted::{Place, Posted};
use crate::pages::frame::{Frame, Words};
use askama::Template;
use gtp_care::calendar::rfc3339;

/// The page.
#[derive(Template)]
#[template(path = "form.html")]
pub struct FormPage {
    frame: Frame,
    action: String,
    /// Shown where somebody else fills it in for the citizen.
    about: Option<String>,
    /// The citizen's id: what is kept on a phone is sent for them and for nobody else.
    whose: String,
    key: String,
    errors: Vec<ErrorLink>,
    /// Whether all that is wrong is that values must be confirmed.
    only_confirm: bool,
    /// Whether it begins with what was typed before.
    resumed: bool,
    /// Whether there are questions that can be answered one by one.
    questions: bool,
    parts: Vec<PartView>,
    several: bool,
    date: String,
    time: String,
    opened: String,
    opened_at: String,
    moment_errors: Vec<String>,
}

struct ErrorLink {
    href: Option<String>,
    label: String,
    words: String,
}

pub struct PartView {
    pub title: String,
    pub sections: Vec<Section>,
}

pub enum Section {
    Input(Input),
    Group(GroupView),
    Questionnaire(QuestionnaireView),
}

pub struct GroupView {
    pub id: String,
    pub title: String,
    pub help: Vec<String>,
    pub inputs: Vec<Input>,
}

pub struct QuestionnaireView {
    pub id: String,
    pub title: String,
    pub introduction: Vec<String>,
    pub attribution: String,
    pub items: Vec<ItemView>,
}

pub enum ItemView {
    Heading(String),
    Question(Box<Input>),
}

pub struct Input {
    /// Of the control; of its fieldset, where it has several.
    pub id: String,
    pub path: String,
    pub label: String,
    pub help: Vec<String>,
    pub control: Control,
    pub last: Option<String>,
    /// When to answer, in words.
    pub condition: Option<String>,
    /// The same for the script.
    pub when: Option<String>,
    pub optional: bool,
    pub error: Option<String>,
    pub confirm: bool,
    pub confirmed: bool,
    pub skip: Option<Skip>,
}

pub enum Control {
    Number { value: String, unit: String, readings: Vec<Choosable> },
    Choice(Vec<Choosable>),
    Date(String),
    Text { value: String, longest: u32 },
}

pub struct Choosable {
    pub id: String,
    pub value: String,
    pub words: String,
    pub chosen: bool,
}

pub struct Skip {
    pub reasons: Vec<Choosable>,
    /// Whether a reason is chosen already.
    pub open: bool,
}

impl Input {
    /// What describes the control to assistive technology.
    pub fn described_by(&self) -> String {
        let mut ids = vec![];
        let parts = [
            (self.condition.is_some(), "condition"),
            (!self.help.is_empty(), "help"),
            (self.last.is_some(), "last"),
            (self.error.is_some(), "error"),
        ];
        ids.extend(
            parts.iter().filter(|(there, _)| *there).map(|(_, part)| format!("{}-{part}", self.id)),
        );
        ids.join(" ")
    }
}

/// What a page is made from besides the form.
pub struct Asked<'a> {
    /// The words.
    pub words: Words<'a>,
    /// What was posted before, where something was.
    pub posted: &'a Posted,
    /// What is wrong with it.
    pub errors: &'a [FormError],
    /// The citizen's id.
    pub whose: String,
    /// The form's idempotency key.
    pub key: String,
    /// Where the form is posted to.
    pub action: String,
    /// For whom it is filled in, where that is not the reader.
    pub about: Option<String>,
    /// Whether what was posted is a draft that was kept.
    pub resumed: bool,
}

/// What all parts ask, as pages show it.
pub fn parts(parts: &[Part<'_>], asked: &Asked<'_>) -> Vec<PartView> {
    let builder = Builder { asked };
    parts.iter().map(|part| builder.part(part)).collect()
}

/// Makes the page.
pub fn page(frame: Frame, parts: &[Part<'_>], asked: &Asked<'_>) -> FormPage {
    let words = asked.words;
    let now = words.calendar.zoned(words.now);
    let opened = now.strftime("%Y-%m-%dT%H:%M").to_string();
    let kept = |name: &str, fresh: &str| {
        let posted = asked.posted.get(name);
        if posted.is_empty() { fresh.to_owned() } else { posted.to_owned() }
    };
    let (today, clock) = opened.split_once('T').unwrap_or(("", ""));
    let parts = self::parts(parts, asked);
    let mut sections = parts.iter().flat_map(|part| &part.sections);
    let questions = sections.any(|section| matches!(section, Section::Questionnaire(_)));
    let moment_errors = asked.errors.iter().filter(|error| error.place == Place::Moment);
    FormPage {
        about: asked.about.clone(),
        action: asked.action.clone(),
        whose: asked.whose.clone(),
        key: asked.key.clone(),
        errors: asked.errors.iter().map(|error| link(asked.words, error, &parts)).collect(),
        only_confirm: !asked.errors.is_empty() && asked.errors.iter().all(|error| error.confirm),
        several: parts.len() > 1,
        resumed: asked.resumed,
        questions,
        parts,
        date: kept("date", today),
        time: kept("time", clock),
        opened: kept("opened", &opened),
        opened_at: kept("opened-at", &rfc3339(words.now)),
        moment_errors: moment_errors.map(|error| error.words.clone()).collect(),
        frame,
    }
}

/// One line of the summary: what it is about, what is wrong, and a way there.
fn link(words: Words<'_>, error: &FormError, parts: &[PartView]) -> ErrorLink {
    let (href, label) = match &error.place {
        Place::Control(path) => {
            let input = inputs(parts).find(|input| input.path == *path);
            let label = input.map_or_else(String::new, |input| input.label.clone());
            (input.map(Input::first), label)
        }
        Place::Moment => (Some("#i-date".to_owned()), words.t("form-moment-title")),
        Place::Whole => (None, String::new()),
    };
    ErrorLink { href, label, words: error.words.clone() }
}

impl Input {
    /// Where a link to it leads: to the first thing that can be focused.
    pub fn first(&self) -> String {
        let first = match &self.control {
            Control::Choice(choices) => choices.first().map_or("", |choice| choice.id.as_str()),
            _ => &self.id,
        };
        format!("#{first}")
    }
}

fn inputs(parts: &[PartView]) -> impl Iterator<Item = &Input> {
    parts.iter().flat_map(|part| &part.sections).flat_map(|section| match section {
        Section::Input(input) => vec![input],
        Section::Group(group) => group.inputs.iter().collect(),
        Section::Questionnaire(own) => own
            .items
            .iter()
            .filter_map(|item| match item {
                ItemView::Question(input) => Some(&**input),
                ItemView::Heading(_) => None,
            })
            .collect(),
    })
}
