//! What an operator wants of accounts and tokens.
//!
//! Where a host runs on the data folder, it is asked through the [control socket](crate::control); where none
//! does, the command opens the folders itself. Both come here.

use crate::complaint::Complaint;
use crate::config::Config;
use crate::control;
use crate::host::Host;
use crate::operating::Answer;
use gtp_care::calendar::rfc3339;
use gtp_care::login::password;
use gtp_care::{Care, CareError, Conflict, NewAccount, NewToken};
use gtp_model::{Actor, CitizenNumber, Role, UnitId};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use std::sync::Arc;

/// What an operator wants.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Errand {
    /// Another account.
    AddAccount(Box<Wanted>),
    /// Another password for somebody, and no second factor.
    ResetAccount { account: String, password: String },
    /// Nobody logs in with it any more.
    CloseAccount { account: String },
    /// All accounts.
    ListAccounts,
    /// A token for a program.
    AddToken(NewToken),
    /// A token is worth nothing any more.
    RevokeToken { token: String },
    /// All tokens.
    ListTokens,
}

/// An account that is wanted.
#[derive(Clone, Serialize, Deserialize)]
pub struct Wanted {
    pub account: String,
    pub name: String,
    pub role: Role,
    pub unit: Option<UnitId>,
    /// The citizen's own number.
    pub number: Option<String>,
    pub password: String,
    /// Whether another is to be chosen at the first login.
    pub temporary: bool,
}

/// Has it done: by the host that runs on the data folder, else here.
///
/// # Errors
/// The folders cannot be opened, or it cannot be done.
pub fn carry_out(config: &Config, errand: &Errand) -> Result<Answer, Complaint> {
    if let Some(answer) = control::ask(&config.data, errand, &mut std::io::sink())? {
        return answer.map_err(Complaint::new);
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Complaint::failed(format!("no thread to work with: {error}")))?;
    let host = Host::open(config, Arc::new(|_| {}))?;
    let answer = runtime.block_on(with_care(&host.care(), errand));
    host.close();
    answer.map_err(Complaint::new)
}

/// Does it.
///
/// # Errors
/// In words.
pub async fn with_care(care: &Care, errand: &Errand) -> Result<Answer, String> {
    let host = Actor::host();
    let failed = |error: CareError| error.to_string();
    let words = match errand {
        Errand::AddAccount(wanted) => add(care, wanted).await?,
        Errand::ResetAccount { account, password } => {
            password::check(password, account).map_err(|weakness| weakness.to_string())?;
            care.reset_account(&host, account, password)
                .await
                .map_err(|error| nobody(account, error))?;
            format!("{account} has a new password and no second factor; their sessions ended\n")
        }
        Errand::CloseAccount { account } => {
            care.close_account(&host, account).await.map_err(|error| nobody(account, error))?;
            format!("the account {account} is closed; its sessions ended\n")
        }
        Errand::ListAccounts => {
            let mut text = String::new();
            for row in care.accounts(&host).map_err(failed)? {
                let unit = row.account.unit.as_ref().map_or("", UnitId::as_str);
                let role = role_name(row.account.role);
                let factor = if row.second_factor.is_some() { "two steps" } else { "" };
                let closed = if row.closed { "closed" } else { "" };
                // Writing to a string does not fail.
                let _ = writeln!(
                    text,
                    "{:<24} {role:<10} {unit:<20} {factor:<10}{closed}",
                    row.account.account
                );
            }
            text
        }
        Errand::AddToken(new) => {
            let shown = care.add_token(&host, new.clone()).await.map_err(|error| match error {
                CareError::Conflict(Conflict::AccountExists) => {
                    format!("there is or was a token “{}”; names are used once", new.token)
                }
                CareError::NotFound(_) => {
                    "there is no such unit; add it with `gtp unit add`".into()
                }
                other => other.to_string(),
            })?;
            format!(
                "added the token {}, which holds until {}\nit is shown only now: {shown}\n",
                new.token,
                rfc3339(new.expires)
            )
        }
        Errand::RevokeToken { token } => {
            care.revoke_token(&host, token).await.map_err(|error| match error {
                CareError::NotFound(_) => format!("there is no token “{token}”"),
                other => other.to_string(),
            })?;
            format!("the token {token} is worth nothing any more\n")
        }
        Errand::ListTokens => {
            let mut text = String::new();
            for row in care.tokens(&host).map_err(failed)? {
                let state = match row.revoked {
                    Some(at) => format!("revoked {}", rfc3339(at)),
                    None if row.token.expires <= care.now() => "expired".to_owned(),
                    None => format!("until {}", rfc3339(row.token.expires)),
                };
                let unit = row.token.unit.as_ref().map_or("", UnitId::as_str);
                let role = role_name(row.token.role);
                let scopes = row.token.scopes.join(",");
                let _ = writeln!(
                    text,
                    "{:<24} {role:<10} {unit:<20} {scopes:<20} {state}",
                    row.token.token
                );
            }
            text
        }
    };
    Ok(Answer(words))
}

async fn add(care: &Care, wanted: &Wanted) -> Result<String, String> {
    password::check(&wanted.password, &wanted.account).map_err(|weakness| {
        format!("{weakness}; a few words in a row are easy to remember and hard to guess")
    })?;
    if let Some(unit) = &wanted.unit {
        let units = care.units().map_err(|error| error.to_string())?;
        if !units.iter().any(|known| known.id == *unit) {
            return Err(format!("there is no unit “{unit}”; add it with `gtp unit add`"));
        }
    }
    let citizen = match &wanted.number {
        None => None,
        Some(number) => {
            let number: CitizenNumber = number.parse().map_err(|error| format!("{error}"))?;
            let found = care.citizen_by_number(&Actor::host(), &number);
            Some(found.map_err(|error| match error {
                CareError::NotFound(_) => "no citizen is registered with this number".to_owned(),
                other => other.to_string(),
            })?)
        }
    };
    let new = NewAccount {
        account: wanted.account.clone(),
        name: wanted.name.clone(),
        role: wanted.role,
        unit: wanted.unit.clone(),
        citizen: citizen.map(|citizen| citizen.id),
        password: wanted.password.clone(),
        temporary: wanted.temporary,
    };
    care.add_account(&Actor::host(), new).await.map_err(|error| match error {
        CareError::Conflict(Conflict::AccountExists) => {
            format!("there is already an account “{}”", wanted.account)
        }
        other => other.to_string(),
    })?;
    Ok(format!("added the account {}\n", wanted.account))
}

fn nobody(account: &str, error: CareError) -> String {
    match error {
        CareError::NotFound(_) => format!("there is no open account “{account}”"),
        other => other.to_string(),
    }
}

const fn role_name(role: Role) -> &'static str {
    match role {
        Role::Citizen => "citizen",
        Role::Relative => "relative",
        Role::Clinician => "clinician",
        Role::Operator => "operator",
        Role::Auditor => "auditor",
        _ => "host",
    }
}
