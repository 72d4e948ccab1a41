//! What surrounds every page: the language, who is logged in, where they can go.

use super::form::Posted;
use super::{assets, navigation};
use crate::AppState;
use crate::problem::{Kind, Problem};
use crate::session::{Signed, Speaks};
use crate::text::{self, Arg, moment, number};
use askama::filters::Safe;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Redirect;
use gtp_care::calendar::Calendar;
use gtp_model::{Actor, CitizenId, Language, Role, Time};
use std::convert::Infallible;

/// Whoever asks for a page, logged in or not.
pub struct Guest {
    /// Who, where they are logged in.
    pub signed: Option<Signed>,
    /// In which language.
    pub language: Language,
    /// The host.
    pub state: AppState,
    /// The page's own address, to come back to.
    address: String,
}

/// Somebody who is logged in and asks for a page. Everybody else is sent to the login page.
pub struct Visitor {
    /// Who.
    pub signed: Signed,
    /// In which language.
    pub language: Language,
    /// The host.
    pub state: AppState,
    address: String,
}

impl FromRequestParts<AppState> for Guest {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        let Ok(signed) = Option::<Signed>::from_request_parts(parts, state).await;
        let Speaks(language) = Speaks::of(&parts.headers);
        Ok(Self { signed, language, state: state.clone(), address: address(parts) })
    }
}

impl FromRequestParts<AppState> for Visitor {
    type Rejection = Redirect;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Redirect> {
        let signed = Signed::from_request_parts(parts, state).await?;
        let Speaks(language) = Speaks::of(&parts.headers);
        Ok(Self { signed, language, state: state.clone(), address: address(parts) })
    }
}

fn address(parts: &Parts) -> String {
    parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned()
}

impl Guest {
    /// The frame of a page with this title.
    pub fn frame(&self, title: String) -> Frame {
        Frame::new(self.language, title, self.signed.as_ref(), &self.address, self.state.demo)
    }
}

impl Visitor {
    /// The frame of a page with this title.
    pub fn frame(&self, title: String) -> Frame {
        let mut frame =
            Frame::new(self.language, title, Some(&self.signed), &self.address, self.state.demo);
        let unread = self.unread();
        for link in frame.links.iter_mut().filter(|link| link.href.ends_with("/messages")) {
            link.unread = unread;
        }
        frame
    }

    /// What they posted, by a form that was made for them.
    ///
    /// # Errors
    /// The form was made for another session, or by another site.
    pub fn posted(&self, pairs: Vec<(String, String)>) -> Result<Posted, Problem> {
        let posted = Posted::new(pairs);
        self.signed.posted(posted.get("csrf"))?;
        Ok(posted)
    }

    /// How many messages wait for the visitor.
    pub fn unread(&self) -> usize {
        match self.actor().role {
            Role::Citizen | Role::Clinician => {
                // Whoever may not be sent any has none.
                self.state.care.unread_count(self.actor()).unwrap_or(0)
            }
            _ => 0,
        }
    }

    /// As whom they act.
    pub const fn actor(&self) -> &Actor {
        self.signed.actor()
    }

    /// The citizen that the visitor is.
    pub fn citizen(&self) -> Result<CitizenId, Problem> {
        self.actor().citizen.ok_or(Problem::new(Kind::Denied))
    }

    /// Moments and numbers in the visitor's language.
    pub fn words(&self) -> Words<'_> {
        Words {
            language: self.language,
            calendar: self.state.care.calendar(),
            now: self.state.care.now(),
        }
    }
}

/// What surrounds a page.
pub struct Frame {
    /// The page's language.
    pub language: Language,
    /// What the page is.
    pub title: String,
    /// Who is logged in.
    pub person: Option<Person>,
    /// The page's own address.
    pub address: String,
    /// Whether these are made-up people.
    pub demo: bool,
    /// Where one can go from here.
    pub links: Vec<Link>,
}

/// Who is logged in.
pub struct Person {
    /// Their name.
    pub name: String,
    /// The secret that their forms carry.
    pub csrf: String,
}

/// A link in the page's head.
pub struct Link {
    /// Where to.
    pub href: &'static str,
    /// Its words.
    pub words: String,
    /// Whether the page is there (`page`) or under it (`true`).
    pub current: Option<&'static str>,
    /// So many things wait there.
    pub unread: usize,
}

impl Frame {
    /// The frame of a page.
    pub fn new(
        language: Language,
        title: String,
        signed: Option<&Signed>,
        address: &str,
        demo: bool,
    ) -> Self {
        let person = signed.map(|signed| Person {
            name: text::plain::line(&signed.session.name, text::plain::TITLE),
            csrf: signed.session.csrf.clone(),
        });
        let links = signed.map_or_else(Vec::new, |signed| {
            let path = address.split('?').next().unwrap_or(address);
            let entries = navigation::entries(signed.actor().role);
            let link = |own| Link::new(entries, own, path, language);
            entries.iter().map(link).collect()
        });
        Self { language, title, person, address: address.to_owned(), demo, links }
    }

    /// A message.
    pub fn t(&self, key: &str) -> String {
        text::t(self.language, key)
    }

    /// A message with one blank filled in.
    pub fn one<'a>(&self, key: &str, name: &'static str, value: impl Into<Arg<'a>>) -> String {
        text::t_with(self.language, key, &[(name, value.into())])
    }

    /// The address of a file.
    pub fn asset(&self, path: &str) -> String {
        assets::address(path)
    }

    /// An icon beside words that say the same: assistive technology passes over it.
    pub fn icon(&self, name: &str) -> Safe<String> {
        let sprite = assets::address("dkfds/icons.svg");
        Safe(format!(
            r#"<svg class="icon-svg" focusable="false" aria-hidden="true"><use href="{sprite}#{name}"></use></svg>"#
        ))
    }

    /// The language's tag.
    pub const fn tag(&self) -> &'static str {
        self.language.tag()
    }

    /// The other language: its tag and its own name.
    pub const fn other(&self) -> (&'static str, &'static str) {
        match self.language {
            Language::Da => ("en", "English"),
            Language::En => ("da", "Dansk"),
        }
    }
}

impl Link {
    fn new(
        entries: &[navigation::Entry],
        own: &navigation::Entry,
        path: &str,
        language: Language,
    ) -> Self {
        Self {
            href: own.href,
            words: text::t(language, own.key),
            current: navigation::current(entries, own, path),
            unread: 0,
        }
    }
}

/// Moments, numbers and messages in one language, at one place and time.
#[derive(Clone, Copy)]
pub struct Words<'a> {
    /// The language.
    pub language: Language,
    /// The place's calendar.
    pub calendar: &'a Calendar,
    /// The present moment.
    pub now: Time,
}

impl Words<'_> {
    /// A message.
    pub fn t(&self, key: &str) -> String {
        text::t(self.language, key)
    }

    /// A message filled in.
    pub fn t_with(&self, key: &str, args: &[(&'static str, Arg<'_>)]) -> String {
        text::t_with(self.language, key, args)
    }

    /// A moment, as short as is clear now.
    pub fn brief(&self, time: Time) -> Moment {
        let zoned = self.calendar.zoned(time);
        let words = moment::brief(self.language, &zoned, &self.calendar.zoned(self.now));
        Moment { words, machine: moment::machine(&zoned) }
    }

    /// A moment with its year.
    pub fn full(&self, time: Time) -> Moment {
        let zoned = self.calendar.zoned(time);
        Moment { words: moment::full(self.language, &zoned), machine: moment::machine(&zoned) }
    }

    /// A number with at least this many decimals.
    pub fn number(&self, value: f64, decimals: u8) -> String {
        number::decimal(self.language, value, decimals)
    }
}

/// A moment for people and for machines.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    /// For people.
    pub words: String,
    /// For `<time datetime>`.
    pub machine: String,
}
