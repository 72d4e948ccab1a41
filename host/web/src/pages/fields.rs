//! Forms of a few fields: what is asked, what was typed, what is wrong with it and where.
//!
//! A page makes a [`FieldsForm`], and its template includes `fields_form.html` where the form is to stand (under
//! the name `form`). What was posted is filled in again with [`FieldsForm::filled`], and what care says is wrong
//! with it is put beside its field with [`FieldsForm::wrong`]: the page then begins with a list of what must be
//! mended, each with a link to its field. Every form carries the session's secret; one that makes something
//! carries a key besides, so that sending it twice makes it once.

use super::form::Posted;
use super::frame::{Frame, Visitor};
use crate::text;
use axum::http::StatusCode;
use gtp_care::calendar::Calendar;
use gtp_model::{IdempotencyKey, Language, Time};
use uuid::Uuid;

/// A form of a few fields.
pub struct FieldsForm {
    /// The ids of its fields begin with this: a page may have several forms.
    pub id: &'static str,
    /// Where it is posted to.
    pub action: String,
    /// The session's secret.
    pub csrf: String,
    /// Under what it is known again. Empty where sending it twice does no harm.
    pub key: String,
    /// What it carries besides.
    pub hidden: Vec<(&'static str, String)>,
    /// What it asks.
    pub fields: Vec<Field>,
    /// What is wrong, for the list on top: the field's address and label where there is one.
    pub errors: Vec<FormFault>,
    /// The button's words.
    pub button: String,
    /// `primary` or `secondary`.
    pub look: &'static str,
}

/// Something that is wrong with a form.
pub struct FormFault {
    /// Where, and what is asked there.
    pub place: Option<(String, String)>,
    /// What.
    pub words: String,
}

/// One field of a form.
pub struct Field {
    pub id: String,
    pub name: &'static str,
    pub label: String,
    pub hint: String,
    pub optional: bool,
    pub control: Control,
    pub error: Option<String>,
}

/// How something is asked.
pub enum Control {
    /// One line of text, at most so long.
    Line { value: String, longest: usize },
    /// Several lines.
    Area { value: String, longest: usize },
    /// A number, with its unit where that is known.
    Number { value: String, unit: String },
    /// A day.
    Date(String),
    /// A time of day.
    Time(String),
    /// One of a few, all in sight.
    Choice(Vec<Choosable>),
    /// One of many.
    Select(Vec<Choosable>),
    /// Yes, where it is ticked.
    Check(bool),
}

/// Something to choose.
pub struct Choosable {
    pub value: String,
    pub words: String,
    /// What it means. May be empty.
    pub more: String,
    pub chosen: bool,
}

impl Choosable {
    /// Something to choose, not chosen so far.
    pub fn new(value: impl Into<String>, words: String) -> Self {
        Self { value: value.into(), words, more: String::new(), chosen: false }
    }

    /// With what it means.
    pub fn meaning(self, more: String) -> Self {
        Self { more, ..self }
    }
}

impl Field {
    /// A field that must be filled in.
    pub fn new(name: &'static str, label: String, control: Control) -> Self {
        let (id, hint) = (String::new(), String::new());
        Self { id, name, label, hint, optional: false, control, error: None }
    }

    /// One line.
    pub fn line(name: &'static str, label: String, longest: usize) -> Self {
        Self::new(name, label, Control::Line { value: String::new(), longest })
    }

    /// Several lines.
    pub fn area(name: &'static str, label: String, longest: usize) -> Self {
        Self::new(name, label, Control::Area { value: String::new(), longest })
    }

    /// A day.
    pub fn date(name: &'static str, label: String) -> Self {
        Self::new(name, label, Control::Date(String::new()))
    }

    /// A time of day.
    pub fn time(name: &'static str, label: String) -> Self {
        Self::new(name, label, Control::Time(String::new()))
    }

    /// With words that help.
    pub fn hint(self, hint: String) -> Self {
        Self { hint, ..self }
    }

    /// May be left empty.
    pub fn optional(self) -> Self {
        Self { optional: true, ..self }
    }

    /// With what stands in it at first.
    pub fn with(mut self, text: &str) -> Self {
        self.put(text);
        self
    }

    fn put(&mut self, text: &str) {
        match &mut self.control {
            Control::Line { value, .. }
            | Control::Area { value, .. }
            | Control::Number { value, .. }
            | Control::Date(value)
            | Control::Time(value) => text.clone_into(value),
            Control::Choice(all) | Control::Select(all) => {
                for own in all {
                    own.chosen = own.value == text;
                }
            }
            Control::Check(on) => *on = !text.is_empty(),
        }
    }

    /// What describes the control to assistive technology.
    pub fn described_by(&self) -> String {
        let parts = [(!self.hint.is_empty(), "hint"), (self.error.is_some(), "error")];
        let there = parts.iter().filter(|(there, _)| *there);
        there.map(|(_, part)| format!("{}-{part}", self.id)).collect::<Vec<_>>().join(" ")
    }

    /// What can be focused first.
    fn first(&self) -> String {
        match self.control {
            Control::Choice(_) => format!("#{}-0", self.id),
            _ => format!("#{}", self.id),
        }
    }
}

impl FieldsForm {
    /// A form that makes something: posted twice, it makes it once.
    pub fn new(visitor: &Visitor, id: &'static str, action: String, button: &str) -> Self {
        Self { key: Uuid::new_v4().to_string(), ..Self::repeatable(visitor, id, action, button) }
    }

    /// A form that does no harm when it is posted twice.
    pub fn repeatable(visitor: &Visitor, id: &'static str, action: String, button: &str) -> Self {
        Self {
            id,
            action,
            csrf: visitor.signed.session.csrf.clone(),
            key: String::new(),
            hidden: vec![],
            fields: vec![],
            errors: vec![],
            button: text::t(visitor.language, button),
            look: "primary",
        }
    }

    /// A quieter button.
    pub fn secondary(self) -> Self {
        Self { look: "secondary", ..self }
    }

    /// Carries something besides.
    pub fn carrying(mut self, name: &'static str, value: String) -> Self {
        self.hidden.push((name, value));
        self
    }

    /// Asks one thing more.
    pub fn asking(mut self, field: Field) -> Self {
        self.fields.push(Field { id: format!("{}-{}", self.id, field.name), ..field });
        self
    }

    /// With this text in one of its fields, where it has it.
    pub fn filling(mut self, name: &str, text: &str) -> Self {
        if let Some(field) = self.fields.iter_mut().find(|field| field.name == name) {
            field.put(text);
        }
        self
    }

    /// With what was posted, and under the key that it had.
    pub fn filled(mut self, posted: &Posted) -> Self {
        for field in &mut self.fields {
            field.put(posted.get(field.name));
        }
        if let Some(key) = IdempotencyKey::parse(posted.get("key")) {
            key.as_str().clone_into(&mut self.key);
        }
        self
    }

    /// With what is wrong, each beside the field that `place` says: by its JSON pointer.
    pub fn wrong(
        mut self,
        language: Language,
        problems: &[gtp_care::Problem],
        place: impl Fn(&str) -> &'static str,
    ) -> Self {
        for problem in problems {
            let words = text::fault_text(language, &problem.fault);
            self = self.fault(place(&problem.pointer), words);
        }
        self
    }

    /// Whether one of its fields must be mended.
    pub fn wrong_somewhere(&self) -> bool {
        self.fields.iter().any(|field| field.error.is_some())
    }

    /// The status of its page, and the page's frame.
    pub fn standing(&self, visitor: &Visitor, title: &str) -> (StatusCode, Frame) {
        standing(visitor, title, self.errors.is_empty())
    }

    /// With something that is wrong with a field; with all of it where no field has the name.
    pub fn fault(mut self, name: &str, words: String) -> Self {
        let field = self.fields.iter_mut().find(|field| field.name == name);
        let place = field.map(|field| {
            field.error.get_or_insert_with(|| words.clone());
            (field.first(), field.label.clone())
        });
        self.errors.push(FormFault { place, words });
        self
    }
}

/// The key of a posted form.
pub fn key(posted: &Posted) -> Option<IdempotencyKey> {
    IdempotencyKey::parse(posted.get("key"))
}

/// The moment that two controls name: nothing where both are empty.
///
/// # Errors
/// They name no moment.
pub fn moment(day: &str, time: &str, calendar: &Calendar) -> Result<Option<Time>, ()> {
    match (day, time) {
        ("", "") => Ok(None),
        (day, "") => calendar.moment(&format!("{day}T00:00")).map(Some).ok_or(()),
        (day, time) => calendar.moment(&format!("{day}T{time}")).map(Some).ok_or(()),
    }
}

/// The end of the day that a control names, which belongs to what is asked for: nothing where it is empty.
///
/// # Errors
/// It names no day.
pub fn through(day: &str, calendar: &Calendar) -> Result<Option<Time>, ()> {
    let end_of = |day: Time| {
        let next = calendar.zoned(day).date().tomorrow();
        next.map_or(day, |next| calendar.at_minute(next, 0))
    };
    Ok(moment(day, "", calendar)?.map(end_of))
}

/// The status of a page and its frame: a page with faults says so in its title.
pub fn standing(visitor: &Visitor, title: &str, right: bool) -> (StatusCode, Frame) {
    if right {
        return (StatusCode::OK, visitor.frame(title.to_owned()));
    }
    let title = text::t_with(visitor.language, "form-title-error", &[("title", title.into())]);
    (StatusCode::UNPROCESSABLE_ENTITY, visitor.frame(title))
}
