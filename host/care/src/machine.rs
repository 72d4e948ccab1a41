//! Programs that use the API in their own name: tokens with scopes.
//!
//! A token is shown once, when it is made; what is kept is its hash. It acts with a role and for a unit, so
//! everything that holds for people with that role holds for it, and its scopes narrow that further.

use crate::access::Deed;
use crate::session::{Session, key};
use crate::{Care, CareError, Conflict};
use gtp_model::{Actor, Role, Time, UnitId};
use gtp_record::event::StreamId;
use gtp_record::event::account::{TokenAdded, TokenRevoked};
use gtp_record::view::rows::TokenRow;
use gtp_record::view::{keys, queries};
use gtp_record::{Commit, Expected, StoreError};
use serde::{Deserialize, Serialize};

/// What every token begins with, so that whoever finds one knows what it is.
pub const PREFIX: &str = "gtp_";

/// What a program may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Read what its role sees.
    Read,
    /// Send observations and responses.
    Submit,
    /// Everything else that changes something.
    Write,
    /// Read the gauges.
    Metrics,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Read, Self::Submit, Self::Write, Self::Metrics];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Submit => "submit",
            Self::Write => "write",
            Self::Metrics => "metrics",
        }
    }
}

/// A token that is to be made.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewToken {
    /// What it is called.
    pub token: String,
    /// In what capacity the program acts.
    pub role: Role,
    /// The unit that it acts for.
    pub unit: Option<UnitId>,
    /// What it may be used for.
    pub scopes: Vec<Scope>,
    /// The first moment at which it is worth nothing any more.
    pub expires: Time,
}

impl Care {
    /// Makes a token: what the program is to show. It is kept nowhere.
    ///
    /// # Errors
    /// [`Conflict::AccountExists`] where the name was used before; [`CareError::Denied`] where the actor may
    /// not; [`CareError::NotFound`] where there is no such unit.
    pub async fn add_token(&self, actor: &Actor, new: NewToken) -> Result<String, CareError> {
        self.require(actor, Deed::Operate)?;
        if let Some(unit) = &new.unit
            && queries::unit(&*self.store, unit)?.is_none()
        {
            return Err(CareError::NotFound("unit"));
        }
        let shown = format!("{PREFIX}{}", crate::session::random_hex()?);
        let event = TokenAdded {
            token: new.token,
            hash: key(&shown),
            role: new.role,
            unit: new.unit,
            scopes: new.scopes.iter().map(|scope| scope.name().to_owned()).collect(),
            expires: new.expires,
        };
        let commit = Commit::new(actor.clone(), self.now())
            .unless_exists(keys::token(&event.token))
            .stream(StreamId::Accounts, Expected::Any)
            .event(event);
        match self.store.commit(commit).await {
            Ok(_) => Ok(shown),
            Err(StoreError::Exists { .. }) => Err(Conflict::AccountExists.into()),
            Err(error) => Err(error.into()),
        }
    }

    /// Every token there ever was, by name.
    ///
    /// # Errors
    /// The record cannot be read, or the actor may not.
    pub fn tokens(&self, actor: &Actor) -> Result<Vec<TokenRow>, CareError> {
        self.require(actor, Deed::Operate)?;
        Ok(queries::tokens(&*self.store)?)
    }

    /// Makes a token worth nothing.
    ///
    /// # Errors
    /// [`CareError::NotFound`] where there is none of this name; [`CareError::Denied`] where the actor may not.
    pub async fn revoke_token(&self, actor: &Actor, name: &str) -> Result<(), CareError> {
        self.require(actor, Deed::Operate)?;
        let row = queries::token(&*self.store, name)?.ok_or(CareError::NotFound("token"))?;
        if row.revoked.is_some() {
            return Ok(());
        }
        let commit = Commit::new(actor.clone(), self.now())
            .stream(StreamId::Accounts, Expected::Any)
            .event(TokenRevoked { token: row.token.token });
        self.store.commit(commit).await?;
        Ok(())
    }

    /// Who a program is that shows this, as a session that was always there.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn machine(&self, shown: &str) -> Result<Option<Session>, CareError> {
        if !shown.starts_with(PREFIX) {
            return Ok(None);
        }
        let now = self.now();
        let row = queries::token_by_hash(&*self.store, &key(shown))?;
        let live = row.filter(|row| row.revoked.is_none() && now < row.token.expires);
        Ok(live.map(|row| {
            let TokenAdded { token, role, unit, scopes, expires, .. } = row.token;
            let known = |name: &String| Scope::ALL.into_iter().find(|scope| scope.name() == name);
            let account = format!("token/{token}");
            Session {
                actor: Actor { account, role, unit, citizen: None },
                name: token,
                csrf: String::new(),
                began: now,
                ends: expires,
                seen: now,
                idle: i64::MAX,
                provider: None,
                scopes: Some(scopes.iter().filter_map(known).collect()),
            }
        }))
    }
}
