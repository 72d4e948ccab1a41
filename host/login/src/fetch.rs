//! Asking a login service over HTTP.

use crate::SetupError;
use openidconnect::http::Response;
use openidconnect::{HttpRequest, HttpResponse};
use std::time::Duration;

/// How long a service may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// More bytes than this are no answer.
const MOST: usize = 1 << 20;

/// Why there is no answer. Says nothing of what was asked: a code or a token may be in it.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    /// The request could not be made or answered.
    #[error("no answer: {0}")]
    Http(#[from] reqwest::Error),
    /// The answer cannot be passed on.
    #[error("no answer that can be read")]
    Broken(#[from] openidconnect::http::Error),
    /// The answer is too long.
    #[error("the answer has more than {MOST} bytes")]
    TooLong,
}

/// A client that follows no redirection: a service could else send this host wherever it likes.
pub fn client() -> Result<reqwest::Client, SetupError> {
    // Another part of the host may have chosen before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .timeout(PATIENCE)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(|error| SetupError::Http(error.to_string()))
}

/// Asks.
pub async fn ask(client: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, NoAnswer> {
    let request = reqwest::Request::try_from(request).map_err(reqwest::Error::without_url)?;
    let mut answer = client.execute(request).await.map_err(reqwest::Error::without_url)?;
    let mut response = Response::builder().status(answer.status());
    if let Some(headers) = response.headers_mut() {
        headers.clone_from(answer.headers());
    }
    let mut body = vec![];
    while let Some(piece) = answer.chunk().await.map_err(reqwest::Error::without_url)? {
        if body.len() + piece.len() > MOST {
            return Err(NoAnswer::TooLong);
        }
        body.extend_from_slice(&piece);
    }
    Ok(response.body(body)?)
}
