//! From what a programme asks to the controls of a page.

use super::part::{Part, item_path, kind_of};
use super::posted::Place;
use super::view::{
    Asked, Choosable, Control, GroupView, Input, ItemView, PartView, QuestionnaireView, Section,
    Skip,
};
use super::{condition, element};
use crate::pages::value::SKIP_REASONS;
use crate::text::plain;
use gtp_model::programme::{Choice, Field, Item, ItemKind, Kind, Programme, Questionnaire};
use gtp_model::{Observation, Text};
use std::collections::HashSet;

/// Puts what is asked into the words and values of one page.
pub struct Builder<'a> {
    /// What the page is made from.
    pub asked: &'a Asked<'a>,
}

impl Builder<'_> {
    /// One programme.
    pub fn part(&self, part: &Part<'_>) -> PartView {
        let definition = part.definition;
        let mut sections = vec![];
        let mut grouped = HashSet::new();
        for (field, last) in &part.fields {
            let Some(group) = definition.group_of(&field.id) else {
                sections.push(Section::Input(self.field(field, *last)));
                continue;
            };
            if grouped.insert(&group.id) {
                let members = part.fields.iter().filter(|(own, _)| group.fields.contains(&own.id));
                sections.push(Section::Group(GroupView {
                    id: format!("g-{}", group.id),
                    title: self.title(&group.title),
                    help: self.help(&group.help),
                    inputs: members.map(|(own, last)| self.field(own, *last)).collect(),
                }));
            }
        }
        sections.extend(
            part.questionnaires
                .iter()
                .map(|own| Section::Questionnaire(self.questionnaire(definition, own))),
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
            let Some(kind) = kind_of(programme, item) else {
                let heading = matches!(item.kind, ItemKind::Heading);
                return heading.then(|| ItemView::Heading(self.title(&item.text)));
            };
            Some(ItemView::Question(Box::new(self.item(programme, own, item, kind))))
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
            condition: conditional
                .then(|| condition::in_words(self.asked.words, programme, questionnaire, item)),
            when: conditional.then(|| condition::for_script(programme, questionnaire, item)),
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

    fn title(&self, text: &Text) -> String {
        self.asked.words.title(text)
    }

    fn help(&self, text: &Text) -> Vec<String> {
        plain::paragraphs(text.get(self.asked.words.language))
    }
}
