//! Messages between a citizen and those who look after them.
//!
//! Opening the page marks nothing: whoever has read says so, by a button or by answering. What is marked is what
//! stood on the page, so that nothing counts as read that came in between.

use super::fields::{self, Choosable, Control, Field, FieldsForm};
use super::form::Posted;
use super::frame::{Frame, Moment, Visitor};
use super::mending::mended;
use super::render;
use super::whose::{Whose, called, named};
use crate::problem::{Kind, Problem};
use crate::text::plain;
use askama::Template;
use axum::Form;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use gtp_care::{NewMessage, Once, Why};
use gtp_model::{CitizenId, Enrolment, EnrolmentState, MessageId, MessageSide, Role};
use gtp_record::view::rows::MessageRow;
use serde::Deserialize;

/// So many messages stand on a page.
const SHOWN: usize = 30;
/// The longest message, in characters.
const LONGEST: usize = 4_000;

#[derive(Template)]
#[template(path = "messages.html")]
struct MessagesPage {
    frame: Frame,
    whose: Whose,
    form: FieldsForm,
    /// Says that what is new was read. Nothing where nothing is new.
    read: Option<FieldsForm>,
    messages: Vec<MessageView>,
    /// Where the older ones are.
    older: Option<String>,
    /// Whether these are not the newest.
    paged: bool,
    /// After sending: when somebody looks.
    looked_at: Option<String>,
}

struct MessageView {
    when: Moment,
    who: String,
    /// The unit that it was sent to or from.
    unit: String,
    /// Whether the reader's side wrote it.
    mine: bool,
    /// Whether the reader's side has not read it.
    new: bool,
    text: Vec<String>,
    /// That the other side has read it.
    read: Option<String>,
}

#[derive(Template)]
#[template(path = "unread.html")]
struct UnreadPage {
    frame: Frame,
    people: Vec<Waiting>,
    more: bool,
}

/// Somebody whose messages wait.
struct Waiting {
    href: String,
    name: String,
    count: usize,
}

/// What an address says besides.
#[derive(Deserialize)]
pub struct Asked {
    before: Option<MessageId>,
    sent: Option<String>,
}

/// `GET /messages`: what waits for a clinician's unit.
pub async fn unread(visitor: Visitor) -> Result<Response, Problem> {
    if visitor.actor().role == Role::Citizen {
        return Ok(Redirect::to("/citizen/messages").into_response());
    }
    let unread = visitor.state.care.unread_messages(visitor.actor()).await?;
    let people = unread.citizens.into_iter().map(|from| Waiting {
        href: format!("/citizens/{}/messages", from.citizen),
        name: plain::line(&from.name, plain::TITLE),
        count: from.count,
    });
    Ok(render(&UnreadPage {
        frame: visitor.frame(visitor.words().t("unread-title")),
        people: people.collect(),
        more: unread.more,
    }))
}

/// `GET /citizen/messages`
pub async fn own(visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    let whose = Whose::own(&visitor)?;
    let form = form(&visitor, &whose)?;
    show(&visitor, whose, form, &asked).await
}

/// `GET /citizens/{id}/messages`
pub async fn of_citizen(
    visitor: Visitor,
    Path(citizen): Path<CitizenId>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let whose = Whose::of(&visitor, citizen)?;
    let form = form(&visitor, &whose)?;
    show(&visitor, whose, form, &asked).await
}

/// `POST /citizen/messages`
pub async fn send_own(
    visitor: Visitor,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let whose = Whose::own(&visitor)?;
    send(&visitor, whose, Posted::new(pairs)).await
}

/// `POST /citizens/{id}/messages`
pub async fn send_to_citizen(
    visitor: Visitor,
    Path(citizen): Path<CitizenId>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let whose = Whose::of(&visitor, citizen)?;
    send(&visitor, whose, Posted::new(pairs)).await
}

/// `POST /citizen/messages/read`
pub async fn read_own(
    visitor: Visitor,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let whose = Whose::own(&visitor)?;
    mark(&visitor, &whose, &Posted::new(pairs)).await
}

/// `POST /citizens/{id}/messages/read`
pub async fn read_of_citizen(
    visitor: Visitor,
    Path(citizen): Path<CitizenId>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let whose = Whose::of(&visitor, citizen)?;
    mark(&visitor, &whose, &Posted::new(pairs)).await
}

async fn mark(visitor: &Visitor, whose: &Whose, posted: &Posted) -> Result<Response, Problem> {
    visitor.signed.posted(posted.get("csrf"))?;
    let Ok(through) = posted.get("through").parse() else {
        return Err(Problem::new(Kind::ForeignForm));
    };
    let care = &visitor.state.care;
    let _ = care.read_messages(visitor.actor(), whose.citizen, Some(through)).await?;
    Ok(Redirect::to(&format!("{}/messages", whose.base)).into_response())
}

/// The form to write: to whom, where there are several.
fn form(visitor: &Visitor, whose: &Whose) -> Result<FieldsForm, Problem> {
    let words = visitor.words();
    let mut form =
        FieldsForm::new(visitor, "write", format!("{}/messages", whose.base), "message-send");
    if whose.own {
        let units = whose.units(visitor)?;
        match units.as_slice() {
            [] => {}
            [(only, _)] => form = form.carrying("unit", only.to_string()),
            _ => {
                let choices = units.into_iter().map(|(id, name)| Choosable::new(id.as_str(), name));
                let control = Control::Choice(choices.collect());
                // Whoever looks after their measurements, until they choose somebody else.
                let ongoing = |own: &&Enrolment| own.state != EnrolmentState::Ended;
                let first = whose.enrolments.iter().find(ongoing);
                let first = first.map_or("", |own| own.unit.as_str());
                form = form.asking(Field::new("unit", words.t("message-to"), control).with(first));
            }
        }
    }
    let hint = if whose.own { "message-text-hint" } else { "message-text-hint-of" };
    Ok(form.asking(Field::area("text", words.t("message-text"), LONGEST).hint(words.t(hint))))
}

async fn send(visitor: &Visitor, whose: Whose, posted: Posted) -> Result<Response, Problem> {
    visitor.signed.posted(posted.get("csrf"))?;
    let form = form(visitor, &whose)?.filled(&posted);
    let fresh = Asked { before: None, sent: None };
    let unit = match posted.get("unit") {
        "" => None,
        unit => unit.parse().ok(),
    };
    if whose.own && unit.is_none() && form.fields.iter().any(|field| field.name == "unit") {
        let form = form.fault("unit", visitor.words().t("message-to-whom"));
        return show(visitor, whose, form, &fresh).await;
    }
    let new = NewMessage { unit, text: posted.get("text").to_owned() };
    let key = fields::key(&posted);
    let care = &visitor.state.care;
    let once = Once::under(key.as_ref());
    match care.send_message(visitor.actor(), whose.citizen, new, once).await {
        Ok(sent) => {
            // Whoever answers has read what they answer to.
            if let Ok(through) = posted.get("through").parse() {
                let _ = care.read_messages(visitor.actor(), whose.citizen, Some(through)).await?;
            }
            let unit = sent.row.message.unit;
            Ok(Redirect::to(&format!("{}/messages?sent={unit}", whose.base)).into_response())
        }
        Err(refused) => {
            let place = |pointer: &str| match pointer {
                "/unit" => "unit",
                "/text" => "text",
                _ => "",
            };
            let form = mended(form, visitor.language, refused, place)?;
            show(visitor, whose, form, &fresh).await
        }
    }
}

async fn show(
    visitor: &Visitor,
    whose: Whose,
    mut form: FieldsForm,
    asked: &Asked,
) -> Result<Response, Problem> {
    let (care, words) = (&visitor.state.care, visitor.words());
    let why = Why::through("page");
    let rows = care.messages(visitor.actor(), whose.citizen, asked.before, SHOWN, &why).await?;
    let names: Vec<(String, String)> = care
        .units()?
        .into_iter()
        .map(|unit| (unit.id.to_string(), plain::line(&unit.name, plain::TITLE)))
        .collect();
    let messages =
        rows.iter().map(|row| view(visitor, row, &names)).collect::<Result<Vec<_>, _>>()?;
    let mut read = None;
    if let Some(newest) = rows.first().filter(|_| messages.iter().any(|message| message.new)) {
        let through = newest.message.id.to_string();
        let action = format!("{}/messages/read", whose.base);
        let button = FieldsForm::repeatable(visitor, "read", action, "message-read");
        read = Some(button.carrying("through", through.clone()).secondary());
        form = form.carrying("through", through);
    }
    let older = rows.last().filter(|_| rows.len() == SHOWN);
    let looked_at = asked.sent.as_ref().map(|unit| looks(visitor, &whose, unit)).transpose()?;
    let key = if whose.own { "messages-title" } else { "messages-title-of" };
    let (status, frame) = form.standing(visitor, &words.t(key));
    let page = MessagesPage {
        older: older.map(|row| format!("{}/messages?before={}", whose.base, row.message.id)),
        paged: asked.before.is_some(),
        frame,
        whose,
        form,
        read,
        messages,
        looked_at,
    };
    Ok((status, render(&page)).into_response())
}

/// When a unit looks at what a citizen wrote. Empty for whoever is no citizen, and where nobody said.
fn looks(visitor: &Visitor, whose: &Whose, unit: &str) -> Result<String, Problem> {
    if !whose.own {
        return Ok(String::new());
    }
    let words = visitor.words();
    let units = visitor.state.care.units()?;
    let Some(unit) = units.into_iter().find(|own| own.id.as_str() == unit) else {
        return Ok(String::new());
    };
    let looks = words.paragraph(&unit.looks);
    if !looks.is_empty() {
        return Ok(looks);
    }
    let theirs = whose.enrolments.iter().find(|own| own.cared_for_by(&unit.id));
    let loaded = theirs.and_then(|own| visitor.state.care.programme(&own.programme));
    Ok(loaded.map_or_else(String::new, |own| words.paragraph(&own.definition.about.looked_at)))
}

fn view(
    visitor: &Visitor,
    row: &MessageRow,
    names: &[(String, String)],
) -> Result<MessageView, Problem> {
    let words = visitor.words();
    let message = &row.message;
    let of_citizen = message.from == MessageSide::Citizen;
    let reader_is_citizen = visitor.actor().role == Role::Citizen;
    let to_me = match visitor.actor().role {
        Role::Citizen => !of_citizen,
        _ => of_citizen && visitor.actor().unit.as_ref() == Some(&message.unit),
    };
    let unit = names.iter().find(|(id, _)| *id == message.unit.as_str());
    let unit =
        unit.map_or_else(|| plain::line(message.unit.as_str(), 60), |(_, name)| name.clone());
    let read = row.read.as_ref().map(|mark| -> Result<String, Problem> {
        let when = words.brief(mark.at).words;
        let who = called(visitor, &mark.by)?;
        Ok(words.t_with("message-was-read", &[("who", who.into()), ("when", when.into())]))
    });
    Ok(MessageView {
        when: words.brief(row.sent),
        who: named(visitor, &row.by)?,
        unit: words.t_with(
            if of_citizen { "message-to-unit" } else { "message-from-unit" },
            &[("unit", unit.into())],
        ),
        mine: of_citizen == reader_is_citizen,
        new: to_me && row.read.is_none(),
        text: plain::paragraphs(&message.text),
        read: match read {
            Some(read) => Some(read?),
            None if to_me => None,
            None => Some(words.t("message-not-read")),
        },
    })
}
