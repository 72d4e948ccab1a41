//! Accounts of the installation itself, for a pilot that has no login service, and its units.

use crate::access::Deed;
use crate::{Care, CareError, Conflict, SessionToken};
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use gtp_model::{Actor, CitizenId, Role, Unit, UnitId};
use gtp_record::event::StreamId;
use gtp_record::event::account::{AccountAdded, UnitAdded};
use gtp_record::view::{keys, queries};
use gtp_record::{Commit, Expected, StoreError};

/// The hash of a password that nobody has: a login for an account that does not exist takes as long as one
/// with a wrong password.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$Z3RwLW5vYm9keS1zYWx0$3rVvC0bpn0oVYyIhBcsQhKXvXCdVsRgvG8Nn3qOEyA4";

/// An account that is to be added.
#[derive(Clone)]
pub struct NewAccount {
    /// The name it logs in with.
    pub account: String,
    /// The name that others see.
    pub name: String,
    /// In what capacity it acts.
    pub role: Role,
    /// The unit of a clinician.
    pub unit: Option<UnitId>,
    /// The citizen whose own account it is.
    pub citizen: Option<CitizenId>,
    /// The password, hashed before it is kept.
    pub password: String,
}

impl Care {
    /// Adds an account.
    ///
    /// # Errors
    /// [`Conflict::AccountExists`] where the name is taken; [`CareError::Denied`] where the actor may not.
    pub async fn add_account(&self, actor: &Actor, new: NewAccount) -> Result<(), CareError> {
        self.require(actor, Deed::Operate)?;
        let password = new.password.clone();
        let hash = off_the_executor(move || hash(&password)).await?;
        let key = keys::account(&new.account);
        let event = AccountAdded {
            account: new.account,
            name: new.name,
            role: new.role,
            unit: new.unit,
            citizen: new.citizen,
            password: Some(hash?),
        };
        let commit = Commit::new(actor.clone(), self.now())
            .unless_exists(key)
            .stream(StreamId::Accounts, Expected::Any)
            .event(event);
        match self.store.commit(commit).await {
            Ok(_) => Ok(()),
            Err(StoreError::Exists { .. }) => Err(Conflict::AccountExists.into()),
            Err(error) => Err(error.into()),
        }
    }

    /// Adds a unit, or changes what is known of it.
    ///
    /// # Errors
    /// [`CareError::Denied`] where the actor may not.
    pub async fn add_unit(&self, actor: &Actor, unit: Unit) -> Result<(), CareError> {
        self.require(actor, Deed::Operate)?;
        let commit = Commit::new(actor.clone(), self.now())
            .stream(StreamId::Accounts, Expected::Any)
            .event(UnitAdded { unit });
        self.store.commit(commit).await?;
        Ok(())
    }

    /// The units of the installation.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn units(&self) -> Result<Vec<Unit>, CareError> {
        Ok(queries::units(&*self.store)?)
    }

    /// Logs somebody in. Nothing where the account or the password is wrong; which of them is not told, not
    /// even by the time it takes.
    ///
    /// # Errors
    /// The record cannot be read.
    pub async fn log_in(
        &self,
        account: &str,
        password: &str,
    ) -> Result<Option<SessionToken>, CareError> {
        let found = queries::account(&*self.store, account)?;
        let hash = found.as_ref().and_then(|found| found.password.clone());
        let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
        let password = password.to_owned();
        let right = off_the_executor(move || verify(&password, &hash)).await?;
        let Some(found) = found.filter(|_| right) else { return Ok(None) };
        let AccountAdded { account, name, role, unit, citizen, password: _ } = found;
        let actor = Actor { account, role, unit, citizen };
        let token = self.sessions.begin(actor, name, self.now()).map_err(no_randomness)?;
        Ok(Some(token))
    }

    /// The session of a token, if there is one that has not ended.
    #[must_use]
    pub fn session(&self, token: &str) -> Option<crate::Session> {
        self.sessions.find(token, self.now())
    }

    /// Ends a session.
    pub fn log_out(&self, token: &str) {
        self.sessions.end(token);
    }
}

/// Hashing a password takes tens of milliseconds of a core: never on the async executor.
async fn off_the_executor<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, CareError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| CareError::Busy)
}

fn hash(password: &str) -> Result<String, CareError> {
    // The parameters are OWASP's for argon2id and the crate's default: 19 MiB, 2 passes.
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|_| CareError::Busy)
}

fn verify(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

fn no_randomness(error: getrandom::Error) -> CareError {
    tracing::error!(%error, "the machine has no randomness to give; nobody can log in");
    CareError::Busy
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_password_fits_its_own_hash_alone() {
        let hash = hash("demo-1234").unwrap();
        assert!(verify("demo-1234", &hash));
        assert!(!verify("demo-1235", &hash));
        assert!(!verify("", "not a hash"));
    }

    #[test]
    fn the_hash_of_nobody_costs_a_whole_verification() {
        let parsed = PasswordHash::new(NOBODY).unwrap();
        assert_eq!(parsed.params.get_decimal("m"), Some(argon2::Params::DEFAULT_M_COST));
        assert_eq!(parsed.params.get_decimal("t"), Some(argon2::Params::DEFAULT_T_COST));
    }
}
