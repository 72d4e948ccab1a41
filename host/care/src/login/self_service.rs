//! What people do with their own login: another password, a second factor, their sessions.

use super::pending::Waiting;
use super::{Step, Weakness, password, random_secret};
use crate::session::{NewSession, Session, SessionView};
use crate::{Care, CareError, SessionToken};
use gtp_record::view::rows::AccountRow;

/// Why a login was not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotChanged {
    /// The present password or the code is wrong.
    Wrong,
    /// The new password is not taken.
    Weak(Weakness),
    /// A login service lets this person in: what there is to change is changed there.
    Elsewhere,
    /// A code is demanded of everybody with this role.
    Demanded,
}

impl Care {
    /// The session of a token, if there is one that has not ended.
    #[must_use]
    pub fn session(&self, token: &str) -> Option<Session> {
        self.sessions.find(token, self.now())
    }

    /// Ends a session.
    pub async fn log_out(&self, token: &str) {
        self.sessions.end(token).await;
    }

    /// The sessions of whoever this one belongs to, the newest first.
    #[must_use]
    pub fn sessions_of(&self, session: &Session, token: &str) -> Vec<SessionView> {
        self.sessions.of(&session.actor.account, token, self.now())
    }

    /// Ends one of somebody's own sessions. False where there is none of this name.
    pub async fn end_session(&self, session: &Session, id: &str) -> bool {
        self.sessions.end_one(&session.actor.account, id).await > 0
    }

    /// Ends all of somebody's sessions, this one too.
    pub async fn log_out_everywhere(&self, session: &Session) -> usize {
        self.sessions.end_others(&session.actor.account, None).await
    }

    /// Whether somebody has an account with a password here, and whether with a second factor.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn second_factor_of(&self, session: &Session) -> Result<Option<bool>, CareError> {
        Ok(self.own_account(session)?.map(|row| row.second_factor.is_some()))
    }

    /// Gives somebody another password. All their sessions end, and a new one begins in place of this.
    ///
    /// # Errors
    /// The record cannot be read or written.
    pub async fn change_password(
        &self,
        session: &Session,
        old: &str,
        new: &str,
    ) -> Result<Result<SessionToken, NotChanged>, CareError> {
        let row = match self.proven(session, old).await? {
            Ok(row) => row,
            Err(why) => return Ok(Err(why)),
        };
        if let Err(weakness) = self.takes_password(&row, new).await? {
            return Ok(Err(NotChanged::Weak(weakness)));
        }
        self.set_password(&session.actor, &row, new, false).await?;
        self.anew(session).await.map(Ok)
    }

    /// Begins to set up a second factor: what to type into an app, and the token under which the first code
    /// is awaited.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn begin_second_factor(
        &self,
        session: &Session,
    ) -> Result<Result<(SessionToken, Step), NotChanged>, CareError> {
        let Some(row) = self.own_account(session)? else {
            return Ok(Err(NotChanged::Elsewhere));
        };
        let secret = random_secret()?;
        let waiting = Waiting { secret: Some(secret), ..Waiting::new(row.account.account.clone()) };
        let fresh = AccountRow { second_factor: None, ..row };
        let step = self.step(&waiting, &fresh).unwrap_or(Step::Code);
        Ok(Ok((self.logins.pending.add(waiting, self.now())?, step)))
    }

    /// The step of [`Self::begin_second_factor`] again, to show it once more.
    #[must_use]
    pub fn second_factor_begun(&self, session: &Session, token: &str) -> Option<Step> {
        let waiting = self.logins.pending.find(token, self.now())?;
        let row = self.own_account(session).ok()??;
        let own = waiting.account == row.account.account && waiting.secret.is_some();
        let fresh = AccountRow { second_factor: None, ..row };
        own.then(|| self.step(&waiting, &fresh))?
    }

    /// Keeps the second factor once its first code is right. All other sessions end, and a new one begins in
    /// place of this.
    ///
    /// # Errors
    /// The record cannot be read or written.
    pub async fn finish_second_factor(
        &self,
        session: &Session,
        token: &str,
        password: &str,
        code: &str,
    ) -> Result<Result<SessionToken, NotChanged>, CareError> {
        let row = match self.proven(session, password).await? {
            Ok(row) => row,
            Err(why) => return Ok(Err(why)),
        };
        let waiting = self.logins.pending.attempt(token, self.now());
        let waiting = waiting.filter(|waiting| waiting.account == row.account.account);
        let Some(secret) = waiting.and_then(|waiting| waiting.secret) else {
            return Ok(Err(NotChanged::Wrong));
        };
        if !self.set_up(&row, &secret, code).await? {
            return Ok(Err(NotChanged::Wrong));
        }
        self.logins.pending.take(token);
        self.anew(session).await.map(Ok)
    }

    /// Takes somebody's second factor away, where none is demanded.
    ///
    /// # Errors
    /// The record cannot be read or written.
    pub async fn remove_second_factor(
        &self,
        session: &Session,
        password: &str,
    ) -> Result<Result<SessionToken, NotChanged>, CareError> {
        if self.logins.rules.demands_code(session.actor.role) {
            return Ok(Err(NotChanged::Demanded));
        }
        let row = match self.proven(session, password).await? {
            Ok(row) => row,
            Err(why) => return Ok(Err(why)),
        };
        self.set_second_factor(&session.actor, &row, None).await?;
        self.anew(session).await.map(Ok)
    }

    /// The account of whoever shows its password once more.
    async fn proven(
        &self,
        session: &Session,
        password: &str,
    ) -> Result<Result<AccountRow, NotChanged>, CareError> {
        let Some(row) = self.own_account(session)? else {
            return Ok(Err(NotChanged::Elsewhere));
        };
        let right = password::fits(password, row.account.password.as_deref()).await?;
        Ok(if right { Ok(row) } else { Err(NotChanged::Wrong) })
    }

    fn own_account(&self, session: &Session) -> Result<Option<AccountRow>, CareError> {
        if session.provider.is_some() {
            return Ok(None);
        }
        self.open_account(&session.actor.account)
    }

    /// What somebody may do changed: every session they have ends, and a new one begins.
    async fn anew(&self, session: &Session) -> Result<SessionToken, CareError> {
        self.sessions.end_others(&session.actor.account, None).await;
        let (actor, name) = (session.actor.clone(), session.name.clone());
        self.begin(NewSession { actor, name, provider: None }).await
    }
}
