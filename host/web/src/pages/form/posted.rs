//! From a posted form to a submission.
//!
//! Every control is named after what it asks: a field by its id, an item of a questionnaire by
//! `programme.questionnaire.item`. Before that stands what the control is for: `v.` the value, `k.` a reading
//! that a meter shows in place of a number, `s.` why it was not measured, `c.` that it is right although
//! unusual. Ids are slugs, so no name can be taken for another.

use super::FormError;
use super::part::{Part, item_path, kind_of};
use crate::text::{self, number};
use gtp_care::calendar::{Calendar, parse_rfc3339, rfc3339};
use gtp_model::programme::{Field, Kind, Programme, Questionnaire};
use gtp_model::{ItemId, Language, Time};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

/// The controls of a posted form, by name.
#[derive(Clone, Debug, Default)]
pub struct Posted(BTreeMap<String, String>);

impl Posted {
    /// What was posted. Of two controls with one name the last counts.
    pub fn new(pairs: Vec<(String, String)>) -> Self {
        Self(pairs.into_iter().collect())
    }

    /// What stands in a control, without the space around it.
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |text| text.trim())
    }

    /// What stands in the control of this purpose (`v`, `k`, `s`, `c`) for a path.
    pub fn of(&self, purpose: char, path: &str) -> &str {
        self.get(&format!("{purpose}.{path}"))
    }

    /// What somebody typed, without what the page itself put in. The moment is kept only where it was changed.
    pub fn typed(mut self) -> Self {
        let moment = format!("{}T{}", self.get("date"), self.get("time"));
        let untouched = moment == self.get("opened");
        self.0.retain(|name, value| match name.as_str() {
            "date" | "time" => !untouched && !value.is_empty(),
            "key" => !value.is_empty(),
            name => is_control(name) && !value.trim().is_empty(),
        });
        self
    }

    /// Whether anything was typed or chosen.
    pub fn holds_something(&self) -> bool {
        self.0.keys().any(|name| is_control(name))
    }

    /// How long all of it is, in bytes.
    pub fn length(&self) -> usize {
        self.0.iter().map(|(name, value)| name.len() + value.len()).sum()
    }

    /// With what another one says of these paths, and nothing that stood there before.
    pub fn over(mut self, other: &Self, paths: &[String]) -> Self {
        for path in paths {
            for purpose in ['v', 'k', 's', 'c'] {
                let name = format!("{purpose}.{path}");
                match other.get(&name) {
                    "" => self.0.remove(&name),
                    value => self.0.insert(name, value.to_owned()),
                };
            }
        }
        self
    }

    /// With this key, where there is none.
    pub fn under(mut self, key: String) -> Self {
        let own = self.0.entry("key".to_owned()).or_default();
        if own.is_empty() {
            *own = key;
        }
        self
    }

    /// Whether anything about a path was filled in.
    fn touched(&self, path: &str) -> bool {
        ['v', 'k', 's'].iter().any(|purpose| !self.of(*purpose, path).is_empty())
    }
}

/// Whether a control asks for something that is measured or answered.
fn is_control(name: &str) -> bool {
    ["v.", "k.", "s.", "c."].iter().any(|purpose| name.starts_with(purpose))
}

/// A submission, and which control each part of it comes from.
#[derive(Debug, Default)]
pub struct Draft {
    /// The submission as [`gtp_care::Care::submit`] takes it.
    pub body: Json,
    /// The path of each observation.
    observations: Vec<String>,
    /// Programme and questionnaire of each response.
    responses: Vec<String>,
}

/// Where in a submission something is wrong.
#[derive(Debug, PartialEq, Eq)]
pub enum Place {
    /// The control of this path.
    Control(String),
    /// The moment of all of it.
    Moment,
    /// Nowhere on the page.
    Whole,
}

impl Draft {
    /// The place on the page that a JSON pointer means.
    pub fn place(&self, pointer: &str) -> Place {
        let mut parts = pointer.split('/').skip(1);
        let (list, index, member) = (parts.next(), parts.next(), parts.next());
        let index: Option<usize> = index.and_then(|index| index.parse().ok());
        let found = match list {
            Some("observations") => index.and_then(|index| self.observations.get(index)).cloned(),
            Some("responses") => {
                let questionnaire = index.and_then(|index| self.responses.get(index));
                let item = (member == Some("answers")).then(|| parts.next()).flatten();
                questionnaire.and_then(|name| Some(format!("{name}.{}", item?)))
            }
            _ => None,
        };
        match (member, found) {
            (Some("measured" | "answered"), _) => Place::Moment,
            (_, Some(path)) => Place::Control(path),
            _ => Place::Whole,
        }
    }

    /// The path of an observation, whatever part of it a pointer means.
    pub fn observation(&self, pointer: &str) -> Option<&str> {
        let index = pointer.strip_prefix("/observations/")?.split('/').next()?;
        self.observations.get(index.parse::<usize>().ok()?).map(String::as_str)
    }
}

/// What the moment of a form's measurements is.
fn moment(posted: &Posted, calendar: &Calendar) -> Option<Time> {
    let chosen = format!("{}T{}", posted.get("date"), posted.get("time"));
    if chosen == posted.get("opened") {
        // Left as the page filled it in: then to the second, so that two forms in one minute do not meet.
        parse_rfc3339(posted.get("opened-at"))
    } else {
        calendar.moment(&chosen)
    }
}

/// Reads a posted form.
///
/// # Errors
/// What cannot be put into a submission at all. What can and is wrong all the same, care says.
pub fn read(
    parts: &[Part<'_>],
    posted: &Posted,
    calendar: &Calendar,
    language: Language,
) -> Result<Draft, Vec<FormError>> {
    let mut reader =
        Reader { posted, language, draft: Draft::default(), errors: vec![], measured: None };
    match moment(posted, calendar) {
        Some(moment) => reader.measured = Some(rfc3339(moment)),
        None => reader.error(Place::Moment, text::t(language, "form-wrong-moment")),
    }
    let (mut observations, mut responses) = (vec![], vec![]);
    for part in parts {
        observations.extend(part.fields.iter().filter_map(|(field, _)| reader.observation(field)));
        let questionnaires = part.questionnaires.iter();
        responses.extend(questionnaires.filter_map(|own| reader.response(part.definition, own)));
    }
    if observations.is_empty() && responses.is_empty() && reader.errors.is_empty() {
        reader.error(Place::Whole, text::t(language, "form-nothing"));
    }
    if !reader.errors.is_empty() {
        return Err(reader.errors);
    }
    let mut body = Map::new();
    for (name, list) in [("observations", observations), ("responses", responses)] {
        if !list.is_empty() {
            body.insert(name.to_owned(), Json::Array(list));
        }
    }
    reader.draft.body = Json::Object(body);
    Ok(reader.draft)
}

/// What is wrong with what stands in the controls of these paths, each read for itself.
pub fn faults(
    parts: &[Part<'_>],
    posted: &Posted,
    paths: &[String],
    language: Language,
) -> Vec<FormError> {
    let mut reader =
        Reader { posted, language, draft: Draft::default(), errors: vec![], measured: None };
    for part in parts {
        for (field, _) in part.fields.iter().filter(|(own, _)| is_one_of(paths, own.id.as_str())) {
            let _ = reader.observation(field);
        }
        for own in &part.questionnaires {
            for item in &own.items {
                let path = item_path(part.definition, own, &item.id);
                let Some(kind) = kind_of(part.definition, item) else { continue };
                if is_one_of(paths, &path)
                    && let Err(words) = reader.value(&path, kind)
                {
                    reader.error(control(&path), words);
                }
            }
        }
    }
    reader.errors
}

fn is_one_of(paths: &[String], path: &str) -> bool {
    paths.iter().any(|own| own == path)
}

/// The questions that are not to be answered with the answers so far.
pub fn not_shown(parts: &[Part<'_>], posted: &Posted, language: Language) -> Vec<String> {
    let reader =
        Reader { posted, language, draft: Draft::default(), errors: vec![], measured: None };
    let mut hidden = vec![];
    for part in parts {
        for own in &part.questionnaires {
            let mut numbers: BTreeMap<&ItemId, f64> = BTreeMap::new();
            for item in &own.items {
                let Some(kind) = kind_of(part.definition, item) else { continue };
                let path = item_path(part.definition, own, &item.id);
                if !item.shown(|id| numbers.get(id).copied()) {
                    hidden.push(path);
                } else if let Ok(Some(value)) = reader.value(&path, kind) {
                    numbers.extend(number_of(kind, &value).map(|number| (&item.id, number)));
                }
            }
        }
    }
    hidden
}

struct Reader<'a> {
    posted: &'a Posted,
    language: Language,
    draft: Draft,
    errors: Vec<FormError>,
    measured: Option<String>,
}

impl Reader<'_> {
    fn observation(&mut self, field: &Field) -> Option<Json> {
        let path = field.id.as_str();
        let value = self.value(path, &field.kind);
        let skipped = self.posted.of('s', path);
        let mut entry = json!({ "field": field.id, "measured": self.measured });
        let members = entry.as_object_mut()?;
        match value {
            Ok(None) if skipped.is_empty() => return None,
            Ok(None) => {
                members.insert("skipped".into(), json!(skipped));
            }
            Ok(Some(_)) if !skipped.is_empty() => {
                self.error(control(path), self.t("form-value-and-reason"));
                return None;
            }
            Ok(Some(value)) => {
                if matches!(field.kind, Kind::Quantity(_)) {
                    members.insert("unit".into(), json!(field.kind.unit()));
                }
                members.insert("value".into(), value);
                if !self.posted.of('c', path).is_empty() {
                    members.insert("confirmed".into(), json!(true));
                }
            }
            Err(words) => {
                self.error(control(path), words);
                return None;
            }
        }
        self.draft.observations.push(path.to_owned());
        Some(entry)
    }

    /// One questionnaire, where anything in it is answered. What is not shown with these answers is left
    /// out, whatever stands in its control.
    fn response(&mut self, programme: &Programme, questionnaire: &Questionnaire) -> Option<Json> {
        let mut answers = Map::new();
        let mut numbers: BTreeMap<&ItemId, f64> = BTreeMap::new();
        let mut touched = false;
        for item in &questionnaire.items {
            let Some(kind) = kind_of(programme, item) else { continue };
            let path = item_path(programme, questionnaire, &item.id);
            if !item.shown(|id| numbers.get(id).copied()) {
                continue;
            }
            touched |= self.posted.touched(&path);
            match self.value(&path, kind) {
                Ok(None) => {}
                Ok(Some(value)) => {
                    numbers.extend(number_of(kind, &value).map(|number| (&item.id, number)));
                    answers.insert(item.id.to_string(), value);
                }
                Err(words) => self.error(control(&path), words),
            }
        }
        if !touched {
            return None;
        }
        self.draft.responses.push(format!("{}.{}", programme.id(), questionnaire.id));
        Some(json!({
            "programme": programme.id(),
            "questionnaire": questionnaire.id,
            "answered": self.measured,
            "answers": answers,
        }))
    }

    /// What stands in the controls of a path, as JSON for a value of this kind; or what is wrong.
    fn value(&self, path: &str, kind: &Kind) -> Result<Option<Json>, String> {
        let text = self.posted.of('v', path);
        let reading = self.posted.of('k', path);
        match kind {
            Kind::Quantity(_) if !reading.is_empty() && !text.is_empty() => {
                Err(self.t("form-number-and-reading"))
            }
            Kind::Quantity(_) if !reading.is_empty() => Ok(Some(json!(reading))),
            _ if text.is_empty() => Ok(None),
            Kind::Quantity(quantity) => {
                let number = number::parse(text).ok_or_else(|| self.t("form-no-number"))?;
                if decimals(text) > usize::from(quantity.decimals) {
                    let most = usize::from(quantity.decimals);
                    let blank = [("most", most.into())];
                    return Err(text::t_with(self.language, "form-too-many-decimals", &blank));
                }
                Ok(Some(json!(number)))
            }
            Kind::Choice(_) | Kind::Date | Kind::FreeText(_) => Ok(Some(json!(text))),
            Kind::Flag => match text {
                "yes" => Ok(Some(json!(true))),
                "no" => Ok(Some(json!(false))),
                _ => Err(self.t("form-no-choice")),
            },
        }
    }

    fn t(&self, key: &str) -> String {
        text::t(self.language, key)
    }

    fn error(&mut self, place: Place, words: String) {
        self.errors.push(FormError { place, words, confirm: false });
    }
}

fn control(path: &str) -> Place {
    Place::Control(path.to_owned())
}

fn decimals(text: &str) -> usize {
    text.rsplit_once([',', '.']).map_or(0, |(_, decimals)| decimals.trim_end_matches('0').len())
}

/// The number that conditions see in an answer.
fn number_of(kind: &Kind, value: &Json) -> Option<f64> {
    match (kind, value) {
        (_, Json::Number(number)) => number.as_f64(),
        (_, Json::Bool(yes)) => Some(f64::from(u8::from(*yes))),
        (Kind::Choice(choices), Json::String(code)) => {
            choices.iter().find(|choice| choice.code == *code).map(|choice| choice.value)
        }
        (Kind::Quantity(quantity), Json::String(code)) => {
            quantity.coded.iter().find(|choice| choice.code == *code).map(|choice| choice.value)
        }
        (Kind::Date, Json::String(day)) => {
            parse_rfc3339(&format!("{day}T00:00:00Z")).map(|day| day.0 as f64)
        }
        _ => None,
    }
}
