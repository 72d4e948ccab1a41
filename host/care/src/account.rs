//! Accounts of the installation itself, for a pilot that has no login service, and its units.

use crate::access::Deed;
use crate::login::password;
use crate::{Care, CareError, Conflict};
use gtp_model::{Actor, CitizenId, Role, Unit, UnitId};
use gtp_record::event::StreamId;
use gtp_record::event::account::{AccountAdded, AccountClosed, PasswordSet, UnitAdded};
use gtp_record::view::rows::AccountRow;
use gtp_record::view::{keys, queries};
use gtp_record::{Commit, Expected, StoreError};

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
    /// Whether another is to be chosen at the first login, since somebody else knows this one.
    pub temporary: bool,
}

impl Care {
    /// Adds an account.
    ///
    /// # Errors
    /// [`Conflict::AccountExists`] where the name is taken; [`CareError::Denied`] where the actor may not.
    pub async fn add_account(&self, actor: &Actor, new: NewAccount) -> Result<(), CareError> {
        self.require(actor, Deed::Operate)?;
        let hash = password::hash(&new.password).await?;
        let key = keys::account(&new.account);
        let event = AccountAdded {
            account: new.account,
            name: new.name,
            role: new.role,
            unit: new.unit,
            citizen: new.citizen,
            password: Some(hash.clone()),
        };
        let first = new.temporary.then(|| PasswordSet {
            account: event.account.clone(),
            citizen: event.citizen,
            password: hash,
            temporary: true,
        });
        let commit = Commit::new(actor.clone(), self.now())
            .unless_exists(key)
            .stream(StreamId::Accounts, Expected::Any)
            .event(event);
        let commit = match first {
            Some(first) => commit.event(first),
            None => commit,
        };
        match self.store.commit(commit).await {
            Ok(_) => Ok(()),
            Err(StoreError::Exists { .. }) => Err(Conflict::AccountExists.into()),
            Err(error) => Err(error.into()),
        }
    }

    /// Helps somebody who cannot log in any more: another password, to be changed at the next login, and no
    /// second factor until they set one up. All their sessions end.
    ///
    /// # Errors
    /// [`CareError::NotFound`] where there is no such account; [`CareError::Denied`] where the actor may not.
    pub async fn reset_account(
        &self,
        actor: &Actor,
        account: &str,
        password: &str,
    ) -> Result<(), CareError> {
        self.require(actor, Deed::Operate)?;
        let row = self.open_account(account)?.ok_or(CareError::NotFound("account"))?;
        if row.second_factor.is_some() {
            self.set_second_factor(actor, &row, None).await?;
        }
        self.set_password(actor, &row, password, true).await?;
        self.sessions.end_others(account, None).await;
        Ok(())
    }

    /// Closes an account. All its sessions end, and its name stays taken: the record goes on saying who did
    /// what.
    ///
    /// # Errors
    /// [`CareError::NotFound`] where there is no such account; [`CareError::Denied`] where the actor may not.
    pub async fn close_account(&self, actor: &Actor, account: &str) -> Result<(), CareError> {
        self.require(actor, Deed::Operate)?;
        let row = self.open_account(account)?.ok_or(CareError::NotFound("account"))?;
        let event = AccountClosed { account: account.to_owned(), citizen: row.account.citizen };
        let commit = Commit::new(actor.clone(), self.now())
            .stream(StreamId::Accounts, Expected::Any)
            .event(event);
        self.store.commit(commit).await?;
        self.sessions.end_others(account, None).await;
        Ok(())
    }

    /// The accounts there are and were, by name.
    ///
    /// # Errors
    /// The record cannot be read, or the actor may not.
    pub fn accounts(&self, actor: &Actor) -> Result<Vec<AccountRow>, CareError> {
        self.require(actor, Deed::Operate)?;
        Ok(queries::accounts(&*self.store)?)
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
}
