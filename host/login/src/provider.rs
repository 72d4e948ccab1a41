//! One login service.

use crate::fetch::{self, NoAnswer};
use crate::waiting::Secrets;
use crate::{Failure, ProviderConfig, SetupError, mapping};
use gtp_model::Identity;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreResponseType,
    CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, AuthenticationContextClass, AuthenticationFlow, AuthorizationCode, Client,
    ClientId, ClientSecret, CsrfToken, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, HttpRequest, IdTokenFields, IssuerUrl, LogoutRequest, Nonce,
    OAuth2TokenResponse as _, PkceCodeChallenge, PostLogoutRedirectUrl, ProviderMetadataWithLogout,
    RedirectUrl, Scope, StandardErrorResponse, StandardTokenResponse, TokenResponse as _,
    UserInfoClaims,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// For how long a service's addresses and keys are taken to be the same.
const FRESH: Duration = Duration::from_secs(60 * 60);
/// They are not fetched more often than this, whatever is signed with.
const SELDOM: Duration = Duration::from_secs(60);

/// Every claim that the standard does not name.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Others(Map<String, Value>);
impl AdditionalClaims for Others {}

type Tokens = StandardTokenResponse<
    IdTokenFields<
        Others,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;
type Own<Auth = EndpointNotSet, Token = EndpointNotSet, Info = EndpointNotSet> = Client<
    Others,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    Auth,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    Token,
    Info,
>;
type Metadata = ProviderMetadataWithLogout;

pub struct Provider {
    pub config: ProviderConfig,
    issuer: IssuerUrl,
    secret: Option<ClientSecret>,
    address: String,
    back: RedirectUrl,
    http: reqwest::Client,
    known: Mutex<Option<(Arc<Metadata>, Instant)>>,
}

impl Provider {
    pub fn new(
        config: ProviderConfig,
        base: &Path,
        address: &str,
        http: reqwest::Client,
    ) -> Result<Self, SetupError> {
        let wrong = |what: String| SetupError::Config { provider: config.id.clone(), what };
        let slug = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if config.id.is_empty() || !config.id.chars().all(slug) || config.id == "token" {
            let what = "an id is lower-case letters, digits and hyphens, and not “token”";
            return Err(wrong(what.to_owned()));
        }
        let issuer = IssuerUrl::new(config.issuer.clone())
            .map_err(|error| wrong(format!("the issuer is no address: {error}")))?;
        let host = issuer.url().host_str().unwrap_or("");
        let here = matches!(host, "127.0.0.1" | "[::1]" | "localhost");
        if issuer.url().scheme() != "https" && !here {
            return Err(wrong("the issuer is no https address".to_owned()));
        }
        let address = address.trim_end_matches('/').to_owned();
        let back = RedirectUrl::new(format!("{address}/login/with/{}/back", config.id))
            .map_err(|error| wrong(format!("login.address is no address: {error}")))?;
        let secret = match &config.client_secret_file {
            None => None,
            Some(file) => {
                let path = base.join(file);
                let text = std::fs::read_to_string(&path).map_err(|error| {
                    wrong(format!("the secret {} cannot be read: {error}", path.display()))
                })?;
                Some(ClientSecret::new(text.trim().to_owned()))
            }
        };
        Ok(Self { config, issuer, secret, address, back, http, known: Mutex::default() })
    }

    /// Where to send a browser, what it keeps, and what is kept of it here.
    pub async fn begin(&self) -> Result<(String, String, Secrets), Failure> {
        let client = self.client(&*self.metadata(FRESH).await?);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = client
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .set_pkce_challenge(challenge);
        for scope in &self.config.scopes {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        for level in &self.config.ask_levels {
            let level = AuthenticationContextClass::new(level.clone());
            request = request.add_auth_context_value(level);
        }
        let (address, state, nonce) = request.url();
        Ok((address.into(), state.into_secret(), Secrets { nonce, verifier }))
    }

    /// Who it is that came back with this code.
    pub async fn finish(&self, code: String, secrets: Secrets) -> Result<Identity, Failure> {
        let metadata = self.metadata(FRESH).await?;
        let client = self.client(&metadata);
        let http = self.asking();
        let exchange = client.exchange_code(AuthorizationCode::new(code));
        let exchange = exchange.map_err(|error| self.unusable("has no token endpoint", &error))?;
        let tokens = exchange.set_pkce_verifier(secrets.verifier).request_async(&http).await;
        let tokens = tokens.map_err(|error| self.no_tokens(&error))?;
        let id_token = tokens.id_token().ok_or(Failure::Unreadable)?;
        let claims = match id_token.claims(&client.id_token_verifier(), &secrets.nonce) {
            Ok(claims) => claims.clone(),
            Err(_) => {
                // The service may have other keys by now.
                let client = self.client(&*self.metadata(SELDOM).await?);
                let verifier = client.id_token_verifier();
                let claims = id_token.claims(&verifier, &secrets.nonce);
                claims
                    .map_err(|error| self.unusable("sent an ID token that does not hold", &error))?
                    .clone()
            }
        };
        let mut all = as_map(&claims);
        if let Ok(request) =
            client.user_info(tokens.access_token().clone(), Some(claims.subject().clone()))
        {
            let more: Result<UserInfoClaims<Others, CoreGenderClaim>, _> =
                request.request_async(&http).await;
            match more {
                // What was signed counts before what was not.
                Ok(more) => {
                    for (name, value) in as_map(&more) {
                        all.entry(name).or_insert(value);
                    }
                }
                Err(error) => {
                    return Err(self.unusable("sent user info that does not hold", &error));
                }
            }
        }
        mapping::identity(&self.config, &all)
    }

    /// Where a browser logs out of the service, where that is known.
    pub fn log_out(&self, path: &str) -> Option<String> {
        let metadata = self.kept()?.0;
        let end = metadata.additional_metadata().end_session_endpoint.clone()?;
        let back = PostLogoutRedirectUrl::new(format!("{}{path}", self.address)).ok()?;
        let request = LogoutRequest::from(end)
            .set_client_id(ClientId::new(self.config.client_id.clone()))
            .set_post_logout_redirect_uri(back);
        Some(request.http_get_url().into())
    }

    fn asking(
        &self,
    ) -> impl Fn(
        HttpRequest,
    ) -> std::pin::Pin<
        Box<dyn Future<Output = Result<openidconnect::HttpResponse, NoAnswer>> + Send + Sync>,
    > {
        let http = self.http.clone();
        move |request| {
            let work = tokio::spawn(fetch::ask(http.clone(), request));
            Box::pin(async move { work.await.unwrap_or(Err(NoAnswer::TooLong)) })
        }
    }

    /// The service's addresses and keys, not older than this.
    async fn metadata(&self, age: Duration) -> Result<Arc<Metadata>, Failure> {
        if let Some((known, since)) = self.kept()
            && since.elapsed() < age
        {
            return Ok(known);
        }
        let found = Metadata::discover_async(self.issuer.clone(), &self.asking()).await;
        let found = Arc::new(found.map_err(|error| {
            tracing::warn!(provider = %self.config.id, %error, "a login service cannot be reached");
            Failure::Unreachable
        })?);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        *known = Some((found.clone(), Instant::now()));
        Ok(found)
    }

    fn kept(&self) -> Option<(Arc<Metadata>, Instant)> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Logged without what was sent: a parser's error may repeat it.
    fn unusable<E>(&self, what: &str, _: &E) -> Failure {
        tracing::warn!(provider = %self.config.id, "a login service {what}");
        Failure::Unreadable
    }

    fn no_tokens<E, T>(&self, error: &openidconnect::RequestTokenError<E, T>) -> Failure
    where
        E: std::error::Error + 'static,
        T: openidconnect::ErrorResponse,
    {
        match error {
            openidconnect::RequestTokenError::Request(_) => {
                tracing::warn!(provider = %self.config.id, "a login service cannot be reached");
                Failure::Unreachable
            }
            other => self.unusable("gave no tokens for a code", other),
        }
    }
}

impl Provider {
    fn client(&self, metadata: &Metadata) -> Own<EndpointSet, EndpointMaybeSet, EndpointMaybeSet> {
        let id = ClientId::new(self.config.client_id.clone());
        Own::from_provider_metadata(metadata.clone(), id, self.secret.clone())
            .set_redirect_uri(self.back.clone())
    }
}

/// All claims, under the names that the service gave them.
fn as_map(claims: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(claims) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}
