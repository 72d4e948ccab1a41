//! A real login service: npm's `oidc-provider`, and somebody who goes through it with a browser's manners.

use crate::{PATIENCE, npm};
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};

/// What the service and its client know of each other.
pub const SECRET: &str = "a secret between the service and its client";

/// A running login service. Dropping it ends it.
pub struct LoginService {
    child: Child,
    input: ChildStdin,
    lines: Receiver<String>,
    /// Its issuer.
    pub issuer: String,
}

/// The folder with the service's packages, installed where they are not yet.
fn installed() -> PathBuf {
    let folder = npm::installed("oidc", "oidc-provider-9.13.3", "the login service");
    let service = Path::new(env!("CARGO_MANIFEST_DIR")).join("oidc/provider.mjs");
    fs::copy(service, folder.join("provider.mjs")).unwrap();
    folder
}

impl LoginService {
    /// Starts it, with these people: what it says of each, by the name they log in with.
    ///
    /// # Panics
    /// There is no node, or the service does not start.
    #[must_use]
    pub fn start(people: &Value) -> Self {
        let mut child = Command::new("node")
            .arg("provider.mjs")
            .current_dir(installed())
            .env("PEOPLE", people.to_string())
            .env("SECRET", SECRET)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("node 20 or later on the path");
        let (input, out) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let port = lines.recv_timeout(PATIENCE).expect("the service says its port");
        Self { child, input, lines, issuer: format!("http://127.0.0.1:{port}") }
    }

    /// Tells it where its client is.
    ///
    /// # Panics
    /// It went away.
    pub fn know(&mut self, client: &str, providers: &[&str]) {
        let back: Vec<String> =
            providers.iter().map(|id| format!("{client}/login/with/{id}/back")).collect();
        let line = json!({ "back": back, "out": [format!("{client}/login/out")] });
        writeln!(self.input, "{line}").unwrap();
        while self.lines.recv_timeout(PATIENCE).expect("the service gets ready") != "ready" {}
    }
}

impl Drop for LoginService {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Somebody with a browser: keeps cookies, and goes where redirections lead.
pub struct Walker {
    client: Client,
    cookies: HashMap<String, HashMap<String, String>>,
}

/// Where a walk ended.
pub struct Page {
    /// The address.
    pub address: String,
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: reqwest::header::HeaderMap,
    /// The page.
    pub text: String,
    /// The addresses on the way.
    pub way: Vec<String>,
}

impl Default for Walker {
    fn default() -> Self {
        let client = crate::client().build().expect("a client");
        Self { client, cookies: HashMap::new() }
    }
}

fn origin(address: &str) -> String {
    address.splitn(4, '/').take(3).collect::<Vec<_>>().join("/")
}

impl Walker {
    /// GET.
    pub async fn go(&mut self, address: &str) -> Page {
        self.walk(address, None).await
    }

    /// POST of a form.
    pub async fn send(&mut self, address: &str, form: &[(&str, &str)]) -> Page {
        let encode = |text: &str| -> String {
            text.bytes()
                .map(|byte| match byte {
                    b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
                    _ => format!("%{byte:02X}"),
                })
                .collect()
        };
        let pairs: Vec<String> = form
            .iter()
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect();
        self.walk(address, Some(pairs.join("&"))).await
    }

    /// Goes from a host's login page through the service to wherever the host lets this person in.
    pub async fn log_in(&mut self, host: &str, provider: &str, person: &str) -> Page {
        let mut page = self.go(&format!("{host}/login/with/{provider}")).await;
        for _ in 0..4 {
            let prompt = ["login", "consent"]
                .into_iter()
                .find(|prompt| page.text.contains(&format!("name=\"prompt\" value=\"{prompt}\"")));
            let Some(prompt) = prompt else { break };
            let form = [("prompt", prompt), ("login", person), ("password", "any")];
            page = self.send(&page.address, &form).await;
        }
        page
    }

    async fn walk(&mut self, address: &str, form: Option<String>) -> Page {
        let (mut address, mut form) = (address.to_owned(), form);
        let mut way = vec![];
        for _ in 0..12 {
            way.push(address.clone());
            let response = self.ask(&address, form.take()).await;
            let next = response.headers().get("location").and_then(|to| to.to_str().ok());
            let Some(next) = next.filter(|_| response.status().is_redirection()) else {
                let (status, headers) = (response.status(), response.headers().clone());
                let text = response.text().await.expect("a page");
                return Page { address, status, headers, text, way };
            };
            address = match next.starts_with('/') {
                true => format!("{}{next}", origin(&address)),
                false => next.to_owned(),
            };
        }
        panic!("redirected for ever: {way:?}");
    }

    async fn ask(&mut self, address: &str, form: Option<String>) -> Response {
        let own = self.cookies.entry(origin(address)).or_default();
        let cookies: Vec<String> =
            own.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = match form {
            None => self.client.get(address),
            Some(form) => self
                .client
                .post(address)
                .header("content-type", "application/x-www-form-urlencoded")
                .header("origin", origin(address))
                .body(form),
        };
        let request = request.header("cookie", cookies.join("; ")).header("accept", "text/html");
        let response = request.send().await.expect("an answer");
        for cookie in response.headers().get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            if value.is_empty() {
                own.remove(name);
            } else {
                own.insert(name.to_owned(), value.to_owned());
            }
        }
        response
    }

    /// What a host's cookie of this name holds.
    #[must_use]
    pub fn cookie(&self, host: &str, name: &str) -> Option<&str> {
        self.cookies.get(host)?.get(name).map(String::as_str)
    }
}

/// The value of a hidden field of a page.
#[must_use]
pub fn hidden(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let rest = page.split(&start).nth(1).unwrap_or_else(|| panic!("no {name} in {page}"));
    rest.split('"').next().unwrap().to_owned()
}
