//! Somebody who talks to the JSON API.

use crate::{Place, Server};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

/// An account that is logged in, or nobody.
#[derive(Clone)]
pub struct Api {
    address: String,
    client: Client,
    token: Option<String>,
}

/// How a client of HTTP begins: it follows no redirection, since what a server answers is looked at as it is.
pub fn client() -> ClientBuilder {
    // The first to ask chooses who does the cryptography of TLS.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().redirect(Policy::none())
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: reqwest::header::HeaderMap,
    /// The body.
    pub text: String,
}

impl Answer {
    /// The body as JSON.
    ///
    /// # Panics
    /// It is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    /// A header as text.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }

    /// The answer, which must have this status.
    ///
    /// # Panics
    /// It has another.
    #[must_use]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }

    /// The last part of a problem's `type`.
    #[must_use]
    pub fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text);
        let kind = self.json()["type"].as_str().unwrap_or("").to_owned();
        kind.strip_prefix("urn:gtp:problem:").expect("a stable URN").to_owned()
    }
}

impl Api {
    /// Nobody.
    #[must_use]
    pub fn anonymous(server: &Server) -> Self {
        Self::anonymous_at(&server.address)
    }

    /// Nobody, at a server that was started in another way.
    #[must_use]
    pub fn anonymous_at(address: &str) -> Self {
        let client = client().build().expect("a client");
        Self { address: address.to_owned(), client, token: None }
    }

    /// Logs in one of [`Place::with_people`].
    pub async fn log_in(server: &Server, account: &str) -> Self {
        Self::log_in_as(server, account, Place::PASSWORD).await
    }

    /// Logs in.
    pub async fn log_in_as(server: &Server, account: &str, password: &str) -> Self {
        Self::anonymous(server).logged_in(account, password).await
    }

    /// The same client, logged in.
    pub async fn logged_in(self, account: &str, password: &str) -> Self {
        let mut api = self;
        let body = json!({ "account": account, "password": password });
        let begun = api.post("/api/v1/sessions", &body).await.expect(201).json();
        api.token = Some(begun["token"].as_str().unwrap().to_owned());
        api
    }

    /// The same account, showing this token.
    #[must_use]
    pub fn showing(self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self }
    }

    /// The same account at a server that was started anew.
    #[must_use]
    pub fn at(self, server: &Server) -> Self {
        Self { address: server.address.clone(), ..self }
    }

    /// What it shows; empty where nobody is logged in.
    #[must_use]
    pub fn token(&self) -> &str {
        self.token.as_deref().unwrap_or("")
    }

    /// A request as this account.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.address));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends a request.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status(), response.headers().clone());
        Answer { status, headers, text: response.text().await.expect("a body") }
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// POST of JSON.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    /// POST of JSON under an idempotency key.
    pub async fn post_with_key(&self, path: &str, body: &Value, key: &str) -> Answer {
        let request = self.request(Method::POST, path).json(body).header("idempotency-key", key);
        self.send(request).await
    }

    /// Registers a citizen and enrols them from long ago in a programme, looked after by `home-care` with
    /// `cardiology` in the care team. Gives the citizen's id.
    pub async fn admit(&self, number: &str, name: &str, programme: &str) -> String {
        let body = json!({ "number": number, "name": name });
        let citizen = self.post("/api/v1/citizens", &body).await.expect(201).json();
        let id = citizen["id"].as_str().unwrap().to_owned();
        let body = json!({
            "programme": programme,
            "unit": "home-care",
            "care_team": ["cardiology"],
            "start": crate::at(60.0),
        });
        let _ = self.post(&format!("/api/v1/citizens/{id}/enrolments"), &body).await.expect(201);
        id
    }

    /// Sends one value of one field, measured so many days ago.
    pub async fn measure(
        &self,
        citizen: &str,
        field: &str,
        unit: &str,
        value: f64,
        days: f64,
    ) -> Answer {
        let body = json!({ "observations": [
            { "field": field, "value": value, "unit": unit, "measured": crate::at(days) }
        ] });
        self.submit(citizen, &body).await
    }

    /// Sends a submission.
    pub async fn submit(&self, citizen: &str, body: &Value) -> Answer {
        self.post(&format!("/api/v1/citizens/{citizen}/submissions"), body).await
    }

    /// The observations of a citizen, of one field.
    pub async fn observations(&self, citizen: &str, field: &str) -> Vec<Value> {
        let path = format!("/api/v1/citizens/{citizen}/observations?field={field}");
        let answer = self.get(&path).await.expect(200).json();
        answer["observations"].as_array().unwrap().clone()
    }

    /// The alerts that nobody has resolved.
    pub async fn alerts(&self) -> Vec<Value> {
        self.get("/api/v1/alerts").await.expect(200).json()["alerts"].as_array().unwrap().clone()
    }

    /// The unresolved alerts of a rule.
    pub async fn alerts_of(&self, rule: &str) -> Vec<Value> {
        let mut alerts = self.alerts().await;
        alerts.retain(|alert| alert["cause"]["id"] == rule);
        alerts
    }
}
