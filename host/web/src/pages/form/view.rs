//! The form as the page shows it.

use super::posted::{Place, Posted, asked_in_questionnaires, item_path};
use super::{FormError, element};
use crate::pages::frame::{Frame, Words};
use crate::pages::value::SKIP_REASONS;
use crate::text::plain::{self, TITLE};
use askama::Template;
use gtp_care::calendar::rfc3339;
use gtp_care::{CitizenForm, FormField, FormPart};
use gtp_model::programme::{
    Choice, Combine, Condition, Field, Item, ItemKind, Kind, Programme, Questionnaire, Test,
};
use gtp_model::{Citizen, Observation, Text};
use std::collections::HashSet;

/// The page.
#[derive(Template)]
#[template(path = "form.html")]
pub struct FormPage {
    frame: Frame,
    action: String,
    /// Shown where somebody else fills it in for the citizen.
    about: Option<String>,
    key: String,
    errors: Vec<ErrorLink>,
    /// Whether all that is wrong is that values must be confirmed.
    only_confirm: bool,
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

struct PartView {
    title: String,
    sections: Vec<Section>,
}

enum Section {
    Input(Input),
    Group(GroupView),
    Questionnaire(QuestionnaireView),
}

struct GroupView {
    id: String,
    title: String,
    help: Vec<String>,
    inputs: Vec<Input>,
}

struct QuestionnaireView {
    id: String,
    title: String,
    introduction: Vec<String>,
    attribution: String,
    items: Vec<ItemView>,
}

enum ItemView {
    Heading(String),
    Question(Input),
}

struct Input {
    /// Of the control; of its fieldset, where it has several.
    id: String,
    path: String,
    label: String,
    help: Vec<String>,
    control: Control,
    last: Option<String>,
    /// When to answer, in words.
    condition: Option<String>,
    /// The same for the script.
    when: Option<String>,
    optional: bool,
    error: Option<String>,
    confirm: bool,
    confirmed: bool,
    skip: Option<Skip>,
}

enum Control {
    Number { value: String, unit: String, readings: Vec<Choosable> },
    Choice(Vec<Choosable>),
    Date(String),
    Text { value: String, longest: u32 },
}

struct Choosable {
    id: String,
    value: String,
    words: String,
    chosen: bool,
}

struct Skip {
    reasons: Vec<Choosable>,
    /// Whether a reason is chosen already.
    open: bool,
}

impl Input {
    /// What describes the control to assistive technology.
    fn described_by(&self) -> String {
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
    /// The form's idempotency key.
    pub key: String,
    /// Where the form is posted to.
    pub action: String,
    /// Whether the citizen fills it in, and not somebody for them.
    pub own: bool,
}

/// Makes the page.
pub fn page(frame: Frame, form: &CitizenForm, asked: &Asked<'_>) -> FormPage {
    let words = asked.words;
    let now = words.calendar.zoned(words.now);
    let opened = now.strftime("%Y-%m-%dT%H:%M").to_string();
    let kept = |name: &str, fresh: &str| {
        let posted = asked.posted.get(name);
        if posted.is_empty() { fresh.to_owned() } else { posted.to_owned() }
    };
    let (today, clock) = opened.split_once('T').unwrap_or(("", ""));
    let in_questionnaires = asked_in_questionnaires(form);
    let builder = Builder { asked, in_questionnaires };
    let parts: Vec<PartView> = form.parts.iter().map(|part| builder.part(part)).collect();
    let moment_errors = asked.errors.iter().filter(|error| error.place == Place::Moment);
    FormPage {
        about: (!asked.own).then(|| name(&form.citizen)),
        action: asked.action.clone(),
        key: asked.key.clone(),
        errors: asked.errors.iter().map(|error| builder.link(error, &parts)).collect(),
        only_confirm: !asked.errors.is_empty() && asked.errors.iter().all(|error| error.confirm),
        several: parts.len() > 1,
        parts,
        date: kept("date", today),
        time: kept("time", clock),
        opened: kept("opened", &opened),
        opened_at: kept("opened-at", &rfc3339(words.now)),
        moment_errors: moment_errors.map(|error| error.words.clone()).collect(),
        frame,
    }
}

fn name(citizen: &Citizen) -> String {
    plain::line(&citizen.name, TITLE)
}

struct Builder<'a> {
    asked: &'a Asked<'a>,
    in_questionnaires: HashSet<gtp_model::FieldId>,
}

impl Builder<'_> {
    fn part(&self, part: &FormPart) -> PartView {
        let definition = &part.programme.definition;
        let mut sections = vec![];
        let mut grouped = HashSet::new();
        let entered: Vec<&FormField> = part
            .fields
            .iter()
            .filter(|field| !self.in_questionnaires.contains(&field.id))
            .collect();
        for own in &entered {
            let Some(field) = definition.field(&own.id) else { continue };
            let Some(group) = definition.group_of(&own.id) else {
                sections.push(Section::Input(self.field(field, own.last.as_ref())));
                continue;
            };
            if grouped.insert(&group.id) {
                let members = entered.iter().filter(|other| group.fields.contains(&other.id));
                let inputs = members
                    .filter_map(|own| {
                        Some(self.field(definition.field(&own.id)?, own.last.as_ref()))
                    })
                    .collect();
                sections.push(Section::Group(GroupView {
                    id: format!("g-{}", group.id),
                    title: self.title(&group.title),
                    help: self.help(&group.help),
                    inputs,
                }));
            }
        }
        let questionnaires =
            part.questionnaires.iter().filter_map(|id| definition.questionnaire(id));
        sections.extend(
            questionnaires.map(|own| Section::Questionnaire(self.questionnaire(definition, own))),
        );
        PartView { title: self.title(&definition.about.title), sections }
    }

    fn field(&self, field: &Field, last: Option<&Observation>) -> Input {
        let words = self.asked.words;
        let last = last.map(|last| {
            let value = words.value(&last.value, Some(&field.kind));
            let blanks =
                [("value", value.into()), ("when", words.brief(last.measured).words.into())];
            words.t_with("form-last", &blanks)
        });
        let path = field.id.as_str();
        let chosen = self.asked.posted.of('s', path);
        let id = element(path);
        let reasons = SKIP_REASONS.iter().map(|reason| Choosable {
            id: format!("{id}-skip-{reason}"),
            value: (*reason).to_owned(),
            words: words.t(&format!("skip-reason-{reason}")),
            chosen: *reason == chosen,
        });
        let skip = Skip { open: !chosen.is_empty(), reasons: reasons.collect() };
        Input {
            last,
            skip: Some(skip),
            ..self.input(path, self.title(&field.title), &field.help, &field.kind)
        }
    }

    fn questionnaire(&self, programme: &Programme, own: &Questionnaire) -> QuestionnaireView {
        let items = own.items.iter().filter_map(|item| {
            Some(match &item.kind {
                ItemKind::Heading => ItemView::Heading(self.title(&item.text)),
                ItemKind::Question(kind) => {
                    ItemView::Question(self.item(programme, own, item, kind))
                }
                ItemKind::Field(field) => ItemView::Question(self.item(
                    programme,
                    own,
                    item,
                    &programme.field(field)?.kind,
                )),
            })
        });
        QuestionnaireView {
            id: format!("q-{}-{}", programme.id(), own.id),
            title: self.title(&own.title),
            introduction: self.help(&own.introduction),
            attribution: plain::line(&own.attribution, plain::PARAGRAPH),
            items: items.collect(),
        }
    }

    fn item(
        &self,
        programme: &Programme,
        questionnaire: &Questionnaire,
        item: &Item,
        kind: &Kind,
    ) -> Input {
        let path = item_path(programme, questionnaire, &item.id);
        let conditional = !item.shown_when.is_empty();
        Input {
            condition: conditional.then(|| self.condition(programme, questionnaire, item)),
            when: conditional.then(|| script_condition(programme, questionnaire, item)),
            optional: !item.required,
            ..self.input(
                &path,
                plain::line(item.text.get(self.asked.words.language), 400),
                &item.help,
                kind,
            )
        }
    }

    fn input(&self, path: &str, label: String, help: &Text, kind: &Kind) -> Input {
        let posted = self.asked.posted;
        let id = element(path);
        let value = posted.of('v', path);
        let choosable = |purpose: char, choices: &[Choice]| -> Vec<Choosable> {
            let one = |choice: &Choice| Choosable {
                id: format!("{id}-{purpose}-{}", plain::line(&choice.code, 40)),
                value: choice.code.clone(),
                words: self.title(&choice.title),
                chosen: posted.of(purpose, path) == choice.code,
            };
            choices.iter().map(one).collect()
        };
        let control = match kind {
            Kind::Quantity(quantity) => Control::Number {
                value: value.to_owned(),
                unit: self.asked.words.unit(quantity),
                readings: choosable('k', &quantity.coded),
            },
            Kind::Choice(choices) => Control::Choice(choosable('v', choices)),
            Kind::Flag => Control::Choice(
                ["yes", "no"]
                    .map(|answer| Choosable {
                        id: format!("{id}-v-{answer}"),
                        value: answer.to_owned(),
                        words: self.asked.words.t(answer),
                        chosen: value == answer,
                    })
                    .into(),
            ),
            Kind::Date => Control::Date(value.to_owned()),
            Kind::FreeText(longest) => Control::Text { value: value.to_owned(), longest: *longest },
        };
        let here = Place::Control(path.to_owned());
        let mut errors = self.asked.errors.iter().filter(|error| error.place == here).peekable();
        let confirm = errors.clone().any(|error| error.confirm);
        let error = errors
            .peek()
            .is_some()
            .then(|| errors.map(|error| error.words.as_str()).collect::<Vec<_>>().join(" "));
        let confirmed = !posted.of('c', path).is_empty();
        Input {
            id,
            path: path.to_owned(),
            label,
            help: self.help(help),
            control,
            last: None,
            condition: None,
            when: None,
            optional: false,
            // What was confirmed once stays confirmed when something else must be mended.
            confirm: confirm || confirmed,
            confirmed,
            error,
            skip: None,
        }
    }

    /// When an item is to be answered, in words.
    fn condition(&self, programme: &Programme, own: &Questionnaire, item: &Item) -> String {
        let words = self.asked.words;
        let each: Vec<String> = item
            .shown_when
            .iter()
            .filter_map(|condition| self.one_condition(programme, own, condition))
            .collect();
        let joint = match item.shown_if {
            Combine::All => words.t("form-condition-and"),
            Combine::Any => words.t("form-condition-or"),
        };
        let all = each.join(&format!(" {joint} "));
        words.t_with("form-condition", &[("condition", all.into())])
    }

    fn one_condition(
        &self,
        programme: &Programme,
        own: &Questionnaire,
        condition: &Condition,
    ) -> Option<String> {
        let words = self.asked.words;
        let item = own.item(&condition.item)?;
        let question = plain::line(item.text.get(words.language), TITLE);
        let kind = kind_of(programme, item)?;
        let answer = |number: f64| match kind {
            Kind::Flag => words.t(if number == 0.0 { "no" } else { "yes" }),
            Kind::Choice(choices) => choices
                .iter()
                .find(|choice| choice.value == number)
                .map_or_else(|| words.number(number, 0), |choice| self.title(&choice.title)),
            _ => words.number(number, 0),
        };
        let say = |key: &str, number: f64| {
            words
                .t_with(key, &[("question", (&question).into()), ("answer", answer(number).into())])
        };
        Some(match condition.test {
            Test::Answered => {
                words.t_with("form-condition-answered", &[("question", (&question).into())])
            }
            Test::Equals(number) => say("form-condition-equals", number),
            Test::AtLeast(number) => say("form-condition-at-least", number),
            Test::AtMost(number) => say("form-condition-at-most", number),
        })
    }

    /// One line of the summary: what it is about, what is wrong, and a way there.
    fn link(&self, error: &FormError, parts: &[PartView]) -> ErrorLink {
        let (href, label) = match &error.place {
            Place::Control(path) => {
                let input = inputs(parts).find(|input| input.path == *path);
                let label = input.map_or_else(String::new, |input| input.label.clone());
                (input.map(Input::first), label)
            }
            Place::Moment => (Some("#i-date".to_owned()), self.asked.words.t("form-moment-title")),
            Place::Whole => (None, String::new()),
        };
        ErrorLink { href, label, words: error.words.clone() }
    }

    fn title(&self, text: &Text) -> String {
        self.asked.words.title(text)
    }

    fn help(&self, text: &Text) -> Vec<String> {
        plain::paragraphs(text.get(self.asked.words.language))
    }
}

impl Input {
    /// Where a link to it leads: to the first thing that can be focused.
    fn first(&self) -> String {
        match &self.control {
            Control::Choice(choices) => choices.first().map_or("", |choice| choice.id.as_str()),
            _ => &self.id,
        }
        .to_owned()
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
                ItemView::Question(input) => Some(input),
                ItemView::Heading(_) => None,
            })
            .collect(),
    })
}

fn kind_of<'a>(programme: &'a Programme, item: &'a Item) -> Option<&'a Kind> {
    match &item.kind {
        ItemKind::Heading => None,
        ItemKind::Question(kind) => Some(kind),
        ItemKind::Field(field) => programme.field(field).map(|field| &field.kind),
    }
}

/// An item's conditions for the script: `any` or `all`, then for each the control's name, the test, and the
/// posted values that pass it. A condition on a number gives its bound instead.
fn script_condition(programme: &Programme, own: &Questionnaire, item: &Item) -> String {
    let each: Vec<serde_json::Value> = item
        .shown_when
        .iter()
        .filter_map(|condition| {
            let asked = own.item(&condition.item)?;
            let name = format!("v.{}", item_path(programme, own, &asked.id));
            let passes = |number: f64| condition.test.holds(Some(number));
            let values: Vec<&str> = match kind_of(programme, asked)? {
                Kind::Flag => [("yes", 1.0), ("no", 0.0)]
                    .into_iter()
                    .filter(|(_, number)| passes(*number))
                    .map(|(name, _)| name)
                    .collect(),
                Kind::Choice(choices) => choices
                    .iter()
                    .filter(|choice| passes(choice.value))
                    .map(|choice| choice.code.as_str())
                    .collect(),
                _ => {
                    let (least, most) = match condition.test {
                        Test::Answered => (None, None),
                        Test::Equals(number) => (Some(number), Some(number)),
                        Test::AtLeast(number) => (Some(number), None),
                        Test::AtMost(number) => (None, Some(number)),
                    };
                    return Some(serde_json::json!({ "name": name, "least": least, "most": most }));
                }
            };
            Some(serde_json::json!({ "name": name, "values": values }))
        })
        .collect();
    let any = item.shown_if == Combine::Any;
    serde_json::json!({ "any": any, "of": each }).to_string()
}
