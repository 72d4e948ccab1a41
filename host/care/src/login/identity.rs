//! Letting in whom a login service vouches for.

use crate::session::NewSession;
use crate::{Care, CareError, SessionToken};
use gtp_model::{Actor, Identity, Role};
use gtp_record::view::queries;

/// Why somebody whom a login service knows is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No citizen is registered with their number.
    UnknownCitizen,
    /// They act for no unit, or for one that is not known here.
    UnknownUnit,
    /// They have no role here.
    NoRole,
    /// The service is not sure enough of them.
    Unsure,
}

impl Refusal {
    /// Its name, for the log and the keys of its texts.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::UnknownCitizen => "unknown-citizen",
            Self::UnknownUnit => "unknown-unit",
            Self::NoRole => "no-role",
            Self::Unsure => "unsure",
        }
    }
}

impl Care {
    /// Lets in whom a login service vouches for, if they are known here.
    ///
    /// # Errors
    /// The record cannot be read.
    pub async fn log_in_as(
        &self,
        identity: Identity,
    ) -> Result<Result<SessionToken, Refusal>, CareError> {
        let Identity { provider, subject, name, role, unit, number, assurance } = identity;
        let least = self.logins.rules.assurance.iter().find(|(own, _)| *own == role);
        if least.is_some_and(|(_, least)| assurance < *least) {
            return Ok(Err(Refusal::Unsure));
        }
        let mut actor =
            Actor { account: format!("{provider}/{subject}"), role, unit: None, citizen: None };
        match role {
            Role::Citizen => {
                let Some(number) = number else { return Ok(Err(Refusal::UnknownCitizen)) };
                match self.citizen_by_number(&Actor::host(), &number) {
                    Ok(citizen) => actor.citizen = Some(citizen.id),
                    Err(CareError::NotFound(_)) => return Ok(Err(Refusal::UnknownCitizen)),
                    Err(error) => return Err(error),
                }
            }
            Role::Clinician => {
                let Some(unit) = unit else { return Ok(Err(Refusal::UnknownUnit)) };
                if queries::unit(&*self.store, &unit)?.is_none() {
                    return Ok(Err(Refusal::UnknownUnit));
                }
                actor.unit = Some(unit);
            }
            Role::Host => return Ok(Err(Refusal::NoRole)),
            _ => {}
        }
        self.begin(NewSession { actor, name, provider: Some(provider) }).await.map(Ok)
    }
}
