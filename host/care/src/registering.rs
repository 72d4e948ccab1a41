//! Registering citizens.

use crate::access::Deed;
use crate::command::{digest, finished};
use crate::{Care, CareError, Conflict, Fault, Once, Problem};
use gtp_model::{Actor, Citizen, CitizenId, CitizenNumber};
use gtp_record::event::{Event, StreamId, citizen::CitizenRegistered};
use gtp_record::view::{keys, queries};
use gtp_record::{Commit, Expected, StoreError};

/// The longest name, in characters.
const LONGEST_NAME: usize = 200;

impl Care {
    /// Registers a citizen by CPR or replacement number.
    ///
    /// A retry finds what it did before by the number: the same number, name and key give the same citizen.
    ///
    /// # Errors
    /// - [`CareError::Invalid`]: the number or the name is not valid, and why.
    /// - [`Conflict::AlreadyRegistered`]: somebody is registered with this number.
    /// - [`CareError::Denied`]: the actor registers nobody.
    pub async fn register_citizen(
        &self,
        actor: &Actor,
        number: &str,
        name: &str,
        once: Once<'_>,
    ) -> Result<Citizen, CareError> {
        self.require(actor, Deed::Register)?;
        let number: CitizenNumber = number.parse().map_err(|error| {
            CareError::Invalid(vec![Problem::new("/number", Fault::CitizenNumber(error))])
        })?;
        let name = name.trim();
        let fault = match name.chars().count() {
            0 => Some(Fault::Empty),
            n if n > LONGEST_NAME => Some(Fault::TooLong(LONGEST_NAME as u64)),
            _ => None,
        };
        if let Some(fault) = fault {
            return Err(CareError::Invalid(vec![Problem::new("/name", fault)]));
        }
        let now = self.now();
        let number_key = self.secret.key(&number);
        let citizen =
            Citizen { id: CitizenId::new(), number, name: name.to_owned(), registered: now };
        // Of the number only what it is found by is remembered outside the citizen's own record.
        let asked = digest(Deed::Register, &(&number_key, name));
        let commit = Commit::new(actor.clone(), now)
            .unless_exists(keys::citizen_by_number(&number_key))
            .stream(StreamId::Citizen(citizen.id), Expected::Version(0));
        let registered = CitizenRegistered { citizen: citizen.clone(), number_key };
        let commit = finished(commit, vec![Event::from(registered)], once, asked, &citizen)?;
        match self.store.commit(commit).await {
            Ok(_) => Ok(citizen),
            Err(StoreError::Exists { .. }) => {
                let known = queries::citizen_by_number(&*self.store, &number_key)?;
                let before = self.answered(known.map(|known| known.id), once, asked)?;
                before.ok_or_else(|| Conflict::AlreadyRegistered.into())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The citizen with this number, where the actor may see their record.
    ///
    /// # Errors
    /// [`CareError::NotFound`] where there is none, or the actor may not know of them.
    pub fn citizen_by_number(
        &self,
        actor: &Actor,
        number: &CitizenNumber,
    ) -> Result<Citizen, CareError> {
        let found = queries::citizen_by_number(&*self.store, &self.secret.key(number))?
            .ok_or(CareError::NotFound("citizen"))?;
        Ok(self.permitted(actor, Deed::View, found.id)?.citizen)
    }
}
