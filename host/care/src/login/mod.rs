//! Letting somebody in: by an account of the installation itself, or by what a login service says of them.
//!
//! The password comes first. Where a step is left (a code, setting up the second factor, a new password), the
//! login waits under a token of its own, in memory and for some minutes; no session exists before the last
//! step. Whether an account exists shows nowhere: not in the answer and not in the time it takes.

mod common;
mod hashing;
mod identity;
pub mod password;
mod pending;
pub(crate) mod sealing;
mod self_service;
pub mod totp;

pub use identity::Refusal;
pub use password::Weakness;
pub use self_service::NotChanged;

use crate::session::{Lifetimes, NewSession};
use crate::{Care, CareError, SessionToken};
use gtp_model::{Actor, Assurance, Role};
use gtp_record::event::StreamId;
use gtp_record::event::account::{AccountAdded, PasswordSet, SecondFactorSet};
use gtp_record::view::queries;
use gtp_record::view::rows::AccountRow;
use gtp_record::{Commit, Expected};
use pending::{Pending, Waiting};
use totp::SECRET;

/// Who must show a code besides the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SecondFactor {
    /// Nobody must; whoever wants to may.
    Optional,
    /// Everybody but citizens and relatives.
    Staff,
    /// Everybody.
    Everybody,
}

/// How people log in here.
#[derive(Clone, Debug)]
pub struct LoginRules {
    /// Who must show a code besides the password.
    pub second_factor: SecondFactor,
    /// What an authenticator app calls this installation.
    pub issuer: String,
    /// How long sessions last.
    pub lifetimes: Lifetimes,
    /// How sure a login service must be of somebody, by what they would act as.
    pub assurance: Vec<(Role, Assurance)>,
}

impl Default for LoginRules {
    fn default() -> Self {
        Self {
            second_factor: SecondFactor::Optional,
            issuer: "GTP".to_owned(),
            lifetimes: Lifetimes::default(),
            assurance: vec![],
        }
    }
}

impl LoginRules {
    const fn demands_code(&self, role: Role) -> bool {
        match self.second_factor {
            SecondFactor::Optional => false,
            SecondFactor::Staff => !matches!(role, Role::Citizen | Role::Relative),
            SecondFactor::Everybody => true,
        }
    }
}

/// The rules, and the logins that wait for a step.
#[derive(Default)]
pub(crate) struct Logins {
    pub rules: LoginRules,
    pending: Pending,
}

/// How far a login came.
#[derive(Debug)]
pub enum LogIn {
    /// The account, the password or the code is wrong; which of them is not told.
    Wrong,
    /// There is no such login any more: it took too long, or failed too often.
    Over,
    /// A step is left. The token is for whoever logs in.
    Next(SessionToken, Step),
    /// They are in.
    In(SessionToken),
}

/// What is left of a login.
#[derive(Clone, PartialEq, Eq)]
pub enum Step {
    /// The code of the second factor.
    Code,
    /// Setting up a second factor.
    SetUp {
        /// The secret as people type it.
        secret: String,
        /// The address that an authenticator app opens.
        address: String,
    },
    /// Choosing a password that nobody else knows.
    NewPassword,
}

impl std::fmt::Debug for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Code => "Code",
            Self::SetUp { .. } => "SetUp",
            Self::NewPassword => "NewPassword",
        })
    }
}

impl Care {
    /// Logs somebody in by account and password, and where a code is given, by that too.
    ///
    /// # Errors
    /// The record cannot be read.
    pub async fn log_in(
        &self,
        account: &str,
        password: &str,
        code: Option<&str>,
    ) -> Result<LogIn, CareError> {
        let found = queries::account(&*self.store, account)?.filter(|row| !row.closed);
        let hash = found.as_ref().and_then(|row| row.account.password.as_deref());
        let right = password::fits(password, hash).await?;
        let Some(row) = found.filter(|_| right) else { return Ok(LogIn::Wrong) };
        let waiting = Waiting::new(row.account.account.clone());
        if let (Some(_), Some(code)) = (&row.second_factor, code) {
            return match self.uses_code(&row, code).await {
                true => self.go_on(Waiting { code_shown: true, ..waiting }, &row).await,
                false => Ok(LogIn::Wrong),
            };
        }
        self.go_on(waiting, &row).await
    }

    /// The account and the step of a login that waits.
    #[must_use]
    pub fn waiting(&self, token: &str) -> Option<(String, Step)> {
        let waiting = self.logins.pending.find(token, self.now())?;
        let row = queries::account(&*self.store, &waiting.account).ok()??;
        let step = self.step(&waiting, &row)?;
        Some((waiting.account, step))
    }

    /// Takes the code of a login that waits for one.
    ///
    /// # Errors
    /// The record cannot be read or written.
    pub async fn log_in_by_code(&self, token: &str, code: &str) -> Result<LogIn, CareError> {
        let Some(waiting) = self.logins.pending.attempt(token, self.now()) else {
            return Ok(LogIn::Over);
        };
        let Some(row) = self.open_account(&waiting.account)? else { return Ok(LogIn::Over) };
        let right = match (self.step(&waiting, &row), waiting.secret) {
            (Some(Step::Code), _) => self.uses_code(&row, code).await,
            (Some(Step::SetUp { .. }), Some(secret)) => self.set_up(&row, &secret, code).await?,
            _ => return Ok(LogIn::Over),
        };
        if !right {
            return Ok(LogIn::Wrong);
        }
        self.logins.pending.take(token);
        self.go_on(Waiting { code_shown: true, tries: 0, ..waiting }, &row).await
    }

    /// Takes the new password of a login that waits for one.
    ///
    /// # Errors
    /// The record cannot be read or written.
    pub async fn log_in_by_new_password(
        &self,
        token: &str,
        new: &str,
    ) -> Result<Result<LogIn, Weakness>, CareError> {
        let Some(waiting) = self.logins.pending.find(token, self.now()) else {
            return Ok(Ok(LogIn::Over));
        };
        let Some(row) = self.open_account(&waiting.account)? else { return Ok(Ok(LogIn::Over)) };
        if self.step(&waiting, &row) != Some(Step::NewPassword) {
            return Ok(Ok(LogIn::Over));
        }
        if let Err(weakness) = self.takes_password(&row, new).await? {
            return Ok(Err(weakness));
        }
        let Some(waiting) = self.logins.pending.take(token) else { return Ok(Ok(LogIn::Over)) };
        self.set_password(&self.actor_of(&row), &row, new, false).await?;
        let Some(row) = self.open_account(&waiting.account)? else { return Ok(Ok(LogIn::Over)) };
        self.go_on(waiting, &row).await.map(Ok)
    }

    /// What is left of a login.
    fn step(&self, waiting: &Waiting, row: &AccountRow) -> Option<Step> {
        if !waiting.code_shown {
            if row.second_factor.is_some() {
                return Some(Step::Code);
            }
            if let Some(secret) = waiting.secret {
                return Some(Step::SetUp {
                    secret: totp::base32(&secret),
                    address: totp::address(
                        &self.logins.rules.issuer,
                        &row.account.account,
                        &secret,
                    ),
                });
            }
        }
        row.temporary.then_some(Step::NewPassword)
    }

    /// The next step of a login whose steps so far went well, or the session where none is left.
    async fn go_on(&self, waiting: Waiting, row: &AccountRow) -> Result<LogIn, CareError> {
        let mut waiting = waiting;
        let demanded = self.logins.rules.demands_code(row.account.role);
        if demanded && row.second_factor.is_none() && !waiting.code_shown {
            waiting.secret = Some(random_secret()?);
        }
        if let Some(step) = self.step(&waiting, row) {
            let token = self.logins.pending.add(waiting, self.now())?;
            return Ok(LogIn::Next(token, step));
        }
        let AccountAdded { name, .. } = row.account.clone();
        self.begin(NewSession { actor: self.actor_of(row), name, provider: None })
            .await
            .map(LogIn::In)
    }

    async fn begin(&self, new: NewSession) -> Result<SessionToken, CareError> {
        let role = new.actor.role;
        let by = new.provider.clone();
        let token = self.sessions.begin(new, self.logins.rules.lifetimes, self.now()).await?;
        tracing::info!(?role, by = by.as_deref().unwrap_or("account"), "somebody logged in");
        Ok(token)
    }

    /// Whether it is the present code of an account's second factor, and uses it up.
    async fn uses_code(&self, row: &AccountRow, code: &str) -> bool {
        let account = &row.account.account;
        let sealed = row.second_factor.as_deref().unwrap_or("");
        let Some(secret) = sealing::open(&self.second_factor_key(), account, sealed) else {
            tracing::error!(
                "a second factor cannot be read: the number.secret is another than it was"
            );
            return false;
        };
        let used = self.sessions.used(account);
        match totp::step_of(&secret, code, self.now(), used) {
            Some(step) => self.sessions.use_up(account, step).await,
            None => false,
        }
    }

    /// Keeps a second factor once its first code is right.
    async fn set_up(
        &self,
        row: &AccountRow,
        secret: &[u8; SECRET],
        code: &str,
    ) -> Result<bool, CareError> {
        let account = &row.account.account;
        let Some(step) = totp::step_of(secret, code, self.now(), None) else { return Ok(false) };
        let sealed = sealing::seal(&self.second_factor_key(), account, secret)?;
        self.set_second_factor(&self.actor_of(row), row, Some(sealed)).await?;
        self.sessions.use_up(account, step).await;
        Ok(true)
    }

    pub(crate) async fn set_second_factor(
        &self,
        actor: &Actor,
        row: &AccountRow,
        secret: Option<String>,
    ) -> Result<(), CareError> {
        let AccountAdded { account, citizen, .. } = row.account.clone();
        let commit = Commit::new(actor.clone(), self.now())
            .stream(StreamId::Accounts, Expected::Any)
            .event(SecondFactorSet { account, citizen, secret });
        self.store.commit(commit).await?;
        Ok(())
    }

    pub(crate) async fn set_password(
        &self,
        actor: &Actor,
        row: &AccountRow,
        password: &str,
        temporary: bool,
    ) -> Result<(), CareError> {
        let AccountAdded { account, citizen, .. } = row.account.clone();
        let password = password::hash(password).await?;
        let commit = Commit::new(actor.clone(), self.now())
            .stream(StreamId::Accounts, Expected::Any)
            .event(PasswordSet { account, citizen, password, temporary });
        self.store.commit(commit).await?;
        Ok(())
    }

    /// Whether an account may take this as its new password.
    async fn takes_password(
        &self,
        row: &AccountRow,
        new: &str,
    ) -> Result<Result<(), Weakness>, CareError> {
        if let Err(weakness) = password::check(new, &row.account.account) {
            return Ok(Err(weakness));
        }
        let same = password::fits(new, row.account.password.as_deref()).await?;
        Ok(if same { Err(Weakness::Same) } else { Ok(()) })
    }

    pub(crate) fn open_account(&self, account: &str) -> Result<Option<AccountRow>, CareError> {
        Ok(queries::account(&*self.store, account)?.filter(|row| !row.closed))
    }

    fn actor_of(&self, row: &AccountRow) -> Actor {
        let AccountAdded { account, role, unit, citizen, .. } = row.account.clone();
        Actor { account, role, unit, citizen }
    }

    fn second_factor_key(&self) -> [u8; 32] {
        self.secret.derived("second factor")
    }
}

fn random_secret() -> Result<[u8; SECRET], CareError> {
    let mut secret = [0; SECRET];
    getrandom::fill(&mut secret).map_err(no_randomness)?;
    Ok(secret)
}

pub(crate) fn no_randomness(error: getrandom::Error) -> CareError {
    tracing::error!(%error, "the machine has no randomness to give; nobody can log in");
    CareError::Busy
}
