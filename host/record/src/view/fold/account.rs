//! What events about accounts and tokens change.

use super::Fold;
use crate::event::account::{AccountAdded, TokenAdded};
use crate::store::StoreError;
use crate::view::keys;
use crate::view::rows::{self, AccountRow, TokenRow};

impl Fold<'_, '_> {
    pub(super) fn account_added(&mut self, event: &AccountAdded) -> Result<(), StoreError> {
        self.put_json(keys::account(&event.account), &AccountRow::new(event.clone()))
    }

    /// Changes an account; nothing where it was erased.
    pub(super) fn account(
        &mut self,
        name: &str,
        change: impl FnOnce(&mut AccountRow),
    ) -> Result<(), StoreError> {
        let key = keys::account(name);
        let Some(bytes) = self.row(&key)? else { return Ok(()) };
        let mut row: AccountRow = rows::from_json("accounts", &bytes)?;
        change(&mut row);
        self.put_json(key, &row)
    }

    pub(super) fn token_added(&mut self, event: &TokenAdded) -> Result<(), StoreError> {
        let row = TokenRow { token: event.clone(), revoked: None };
        self.put(keys::token_by_hash(&event.hash), event.token.as_bytes().to_vec());
        self.put_json(keys::token(&event.token), &row)
    }

    pub(super) fn token_revoked(&mut self, name: &str) -> Result<(), StoreError> {
        let key = keys::token(name);
        let Some(bytes) = self.row(&key)? else { return Ok(()) };
        let mut row: TokenRow = rows::from_json("tokens", &bytes)?;
        row.revoked = row.revoked.or(Some(self.recorded.time));
        self.remove(keys::token_by_hash(&row.token.hash));
        self.put_json(key, &row)
    }
}
