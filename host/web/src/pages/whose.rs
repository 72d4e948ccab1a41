//! Whose pages these are: the reader's own, or those of a citizen whom they look after or help.
//!
//! Plan, diary and messages are the same pages for both. A citizen's own lie under `/citizen`, those of others
//! under `/citizens/{id}`, and these begin with the citizen's name and a way back to them.

use super::frame::Visitor;
use crate::problem::Problem;
use crate::text::plain::{self, TITLE};
use gtp_model::{Actor, CitizenId, Enrolment, EnrolmentState, Role, UnitId};

/// Whose pages these are.
pub struct Whose {
    /// The citizen.
    pub citizen: CitizenId,
    /// Their name.
    pub name: String,
    /// Whether the reader is the citizen.
    pub own: bool,
    /// What the addresses begin with.
    pub base: String,
    /// The courses that the reader knows of.
    pub enrolments: Vec<Enrolment>,
}

impl Whose {
    /// The reader's own.
    ///
    /// # Errors
    /// The reader is no citizen.
    pub fn own(visitor: &Visitor) -> Result<Self, Problem> {
        Self::of(visitor, visitor.citizen()?)
    }

    /// A citizen's.
    ///
    /// # Errors
    /// There is no such citizen, for this reader.
    pub fn of(visitor: &Visitor, citizen: CitizenId) -> Result<Self, Problem> {
        let (citizen, enrolments) = visitor.state.care.about(visitor.actor(), citizen)?;
        let own = visitor.actor().role == Role::Citizen;
        Ok(Self {
            citizen: citizen.id,
            name: plain::line(&citizen.name, TITLE),
            own,
            base: if own { "/citizen".to_owned() } else { format!("/citizens/{}", citizen.id) },
            enrolments,
        })
    }

    /// Where the citizen's pages begin for this reader.
    pub fn start(&self) -> &str {
        &self.base
    }

    /// The units that look after the citizen now, and their names.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn units(&self, visitor: &Visitor) -> Result<Vec<(UnitId, String)>, Problem> {
        let ongoing = || self.enrolments.iter().filter(|own| own.state != EnrolmentState::Ended);
        let units = visitor.state.care.units()?.into_iter();
        let theirs = units.filter(|unit| ongoing().any(|own| own.cared_for_by(&unit.id)));
        Ok(theirs.map(|unit| (unit.id, plain::line(&unit.name, TITLE))).collect())
    }

    /// The programmes that the citizen takes part in: id and title.
    pub fn programmes(&self, visitor: &Visitor) -> Vec<(String, String)> {
        let mut all: Vec<(String, String)> = vec![];
        for enrolment in &self.enrolments {
            let id = enrolment.programme.to_string();
            if !all.iter().any(|(own, _)| *own == id) {
                let title = programme_title(visitor, &id);
                all.push((id, title));
            }
        }
        all
    }
}

/// What people call a programme. Its id, where it is gone.
pub fn programme_title(visitor: &Visitor, id: &str) -> String {
    let loaded = id.parse().ok().and_then(|id| visitor.state.care.programme(&id));
    let title = loaded.map(|loaded| visitor.words().title(&loaded.definition.about.title));
    title.filter(|title| !title.is_empty()).unwrap_or_else(|| plain::line(id, TITLE))
}

/// Somebody as people call them: `Anna Demo`.
///
/// # Errors
/// The record cannot be read.
pub fn named(visitor: &Visitor, actor: &Actor) -> Result<String, Problem> {
    if *actor == *visitor.actor() {
        return Ok(visitor.words().t("you"));
    }
    if actor.role == Role::Host {
        return Ok(visitor.words().t("who-host"));
    }
    let (name, _) = visitor.state.care.called(actor)?;
    Ok(plain::line(if name.is_empty() { &actor.account } else { &name }, TITLE))
}

/// Somebody and the unit that they acted for: `Anna Demo, Hjemmeplejen`.
///
/// # Errors
/// The record cannot be read.
pub fn called(visitor: &Visitor, actor: &Actor) -> Result<String, Problem> {
    let name = named(visitor, actor)?;
    if *actor == *visitor.actor() {
        return Ok(name);
    }
    let (_, unit) = visitor.state.care.called(actor)?;
    let unit = plain::line(&unit, TITLE);
    Ok(if unit.is_empty() { name } else { format!("{name}, {unit}") })
}
