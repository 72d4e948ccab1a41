//! Who may do what: the one place that decides.
//!
//! Every command passes [`decide`]. It looks at the actor's role, at what they want to do, and at how they
//! stand to the citizen; it names the policy that refuses, for the log.

use gtp_model::programme::Audience;
use gtp_model::{Actor, CitizenId, Enrolment, EnrolmentState, Role, Sector};

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Deed {
    /// Register a new citizen.
    Register,
    /// Enrol a citizen in a programme, looked after by the actor's own unit.
    Enrol,
    /// Send observations and responses.
    Submit,
    /// See a citizen's record.
    View,
    /// See and handle alerts about a citizen.
    Triage,
    /// See the worklist of the actor's own unit.
    Worklist,
    /// Pause, resume or end an enrolment, or change a citizen's number.
    Change,
    /// Set a limit or a baseline for one citizen.
    SetLimit,
    /// Set a limit for the actor's own unit.
    SetUnitLimit,
    /// Set a limit for the whole region.
    SetRegionLimit,
    /// See a citizen's plan.
    SeePlan,
    /// Change a citizen's plan.
    Plan,
    /// Set, change and end a goal of one's own.
    SetOwnGoal,
    /// Read and write a citizen's diary.
    Diary,
    /// Read and write messages between a citizen and their care teams.
    Message,
    /// Look after the installation: programmes, units, accounts.
    Operate,
}

impl Deed {
    /// Its name, for the log.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Enrol => "enrol",
            Self::Submit => "submit",
            Self::View => "view",
            Self::Triage => "triage",
            Self::Worklist => "worklist",
            Self::Change => "change",
            Self::SetLimit => "set-limit",
            Self::SetUnitLimit => "set-unit-limit",
            Self::SetRegionLimit => "set-region-limit",
            Self::SeePlan => "see-plan",
            Self::Plan => "plan",
            Self::SetOwnGoal => "set-own-goal",
            Self::Diary => "diary",
            Self::Message => "message",
            Self::Operate => "operate",
        }
    }
}

/// The citizen that a deed is about, and their enrolments.
#[derive(Clone, Copy, Debug)]
pub struct Relation<'a> {
    /// Who.
    pub citizen: CitizenId,
    /// All of their enrolments.
    pub enrolments: &'a [Enrolment],
}

/// Decides.
///
/// # Errors
/// The name of the policy that refuses.
pub fn decide(actor: &Actor, deed: Deed, about: Option<&Relation<'_>>) -> Result<(), &'static str> {
    match actor.role {
        Role::Host => Ok(()),
        Role::Citizen => citizen(actor, deed, about),
        Role::Clinician => clinician(actor, deed, about),
        Role::Operator => match deed {
            Deed::Operate | Deed::SetRegionLimit => Ok(()),
            _ => Err("operators-see-no-citizen"),
        },
        // A relative's grant is not part of the record yet, so there is none to decide by.
        _ => Err("no-grant"),
    }
}

fn citizen(actor: &Actor, deed: Deed, about: Option<&Relation<'_>>) -> Result<(), &'static str> {
    let own = matches!(
        deed,
        Deed::Submit | Deed::View | Deed::SeePlan | Deed::SetOwnGoal | Deed::Diary | Deed::Message
    );
    match about {
        Some(about) if own && actor.citizen == Some(about.citizen) => Ok(()),
        Some(_) if own => Err("citizens-see-only-themselves"),
        _ => Err("not-for-citizens"),
    }
}

fn clinician(actor: &Actor, deed: Deed, about: Option<&Relation<'_>>) -> Result<(), &'static str> {
    let Some(unit) = &actor.unit else {
        return Err("clinicians-act-for-a-unit");
    };
    match (deed, about) {
        (Deed::Register | Deed::Enrol | Deed::Worklist | Deed::SetUnitLimit, _) => Ok(()),
        (
            Deed::Submit
            | Deed::View
            | Deed::Triage
            | Deed::Change
            | Deed::SetLimit
            | Deed::SeePlan
            | Deed::Plan
            | Deed::Diary
            | Deed::Message,
            Some(about),
        ) => {
            let cared_for = about.enrolments.iter().any(|enrolment| {
                enrolment.state != EnrolmentState::Ended && enrolment.cared_for_by(unit)
            });
            if cared_for { Ok(()) } else { Err("care-team-only") }
        }
        _ => Err("not-for-clinicians"),
    }
}

/// The audience that a person belongs to, by role and sector. None for those who see no citizen's data.
#[must_use]
pub const fn audience(role: Role, sector: Option<Sector>) -> Option<Audience> {
    match (role, sector) {
        (Role::Citizen, _) => Some(Audience::Citizen),
        (Role::Relative, _) => Some(Audience::Relative),
        (Role::Clinician, Some(Sector::Hospital)) => Some(Audience::Hospital),
        (Role::Clinician, Some(Sector::GeneralPractice)) => Some(Audience::GeneralPractice),
        (Role::Clinician, Some(Sector::Municipality)) => Some(Audience::Municipality),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use gtp_model::{EnrolmentId, Time, UnitId};

    fn unit(name: &str) -> UnitId {
        name.parse().unwrap()
    }

    fn nurse(of: &str) -> Actor {
        Actor {
            account: "demo-nurse".into(),
            role: Role::Clinician,
            unit: Some(unit(of)),
            citizen: None,
        }
    }

    fn enrolment(citizen: CitizenId, state: EnrolmentState) -> Enrolment {
        Enrolment {
            id: EnrolmentId::new(),
            citizen,
            programme: "heart".parse().unwrap(),
            unit: unit("home-care"),
            care_team: vec![unit("cardiology")],
            start: Time(0),
            state,
        }
    }

    #[test]
    fn a_citizen_reaches_only_their_own_record() {
        let (own, other) = (CitizenId::new(), CitizenId::new());
        let actor = Actor {
            account: "demo-citizen".into(),
            role: Role::Citizen,
            unit: None,
            citizen: Some(own),
        };
        let about = |citizen| Relation { citizen, enrolments: &[] };
        assert_eq!(decide(&actor, Deed::View, Some(&about(own))), Ok(()));
        assert_eq!(
            decide(&actor, Deed::View, Some(&about(other))),
            Err("citizens-see-only-themselves")
        );
        assert_eq!(decide(&actor, Deed::Triage, Some(&about(own))), Err("not-for-citizens"));
    }

    #[test]
    fn a_clinician_reaches_those_their_unit_cares_for_while_it_does() {
        let citizen = CitizenId::new();
        let decide_for = |of: &str, state| {
            let enrolments = [enrolment(citizen, state)];
            decide(&nurse(of), Deed::Triage, Some(&Relation { citizen, enrolments: &enrolments }))
        };
        assert_eq!(decide_for("home-care", EnrolmentState::Active), Ok(()));
        assert_eq!(decide_for("cardiology", EnrolmentState::Paused), Ok(()));
        assert_eq!(decide_for("surgery", EnrolmentState::Active), Err("care-team-only"));
        assert_eq!(decide_for("home-care", EnrolmentState::Ended), Err("care-team-only"));
    }

    #[test]
    fn an_operator_sees_no_citizen() {
        let operator = Actor { role: Role::Operator, unit: None, ..nurse("home-care") };
        assert_eq!(decide(&operator, Deed::Operate, None), Ok(()));
        assert_eq!(decide(&operator, Deed::Worklist, None), Err("operators-see-no-citizen"));
    }
}
