//! A real browser, steered through chromedriver.

use crate::{PATIENCE, Server, until};
use fantoccini::elements::Element;
use fantoccini::error::{CmdError, ErrorStatus};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use tempfile::TempDir;

/// What kind of browser.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Width of the window in CSS pixels: 360 is a small phone, 1280 a desk.
    pub width: u32,
    /// Whether pages may run scripts.
    pub scripts: bool,
    /// What the browser says its owner reads: `da`, `en`.
    pub language: &'static str,
}

impl Options {
    /// A small phone.
    pub const PHONE: Self = Self { width: 360, scripts: true, language: "da" };
    /// A desk.
    pub const DESK: Self = Self { width: 1280, scripts: true, language: "da" };

    /// The same without scripts.
    #[must_use]
    pub const fn without_scripts(self) -> Self {
        Self { scripts: false, ..self }
    }
}

/// A browser window with a profile of its own. Dropping it ends the browser.
pub struct Browser {
    /// The window.
    pub page: Client,
    address: String,
    /// Where the driver listens.
    steering: String,
    driver: Child,
    _profile: TempDir,
}

impl Browser {
    /// Opens a window on a server.
    ///
    /// # Panics
    /// There is no chromedriver on the path, or the browser does not start.
    pub async fn open(server: &Server, options: Options) -> Self {
        let (driver, port) = driver();
        let profile = tempfile::tempdir().unwrap();
        let capabilities = capabilities(options, profile.path().to_str().unwrap());
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities);
        let address = format!("http://127.0.0.1:{port}");
        let page = until("a browser", async || builder.connect(&address).await.ok()).await;
        let steering = address;
        let address = server.address.clone();
        Self { page, address, steering, driver, _profile: profile }
    }

    /// Goes to a path of the server.
    pub async fn go(&self, path: &str) {
        self.page.goto(&format!("{}{path}", self.address)).await.unwrap();
    }

    /// Logs in through the page.
    pub async fn log_in(&self, account: &str, password: &str) {
        self.go("/login").await;
        self.type_into("#account", account).await;
        self.type_into("#password", password).await;
        self.press("main form button[type=submit], form[action='/login'] button").await;
        let gone = async || (!self.path().await.starts_with("/login")).then_some(());
        until("the login to be accepted", gone).await;
    }

    /// The path of the page that is shown.
    pub async fn path(&self) -> String {
        self.page.current_url().await.unwrap().path().to_owned()
    }

    /// Waits for a page whose path begins like this, and gives the path.
    pub async fn path_with(&self, beginning: &str) -> String {
        let there = async || Some(self.path().await).filter(|path| path.starts_with(beginning));
        until(&format!("a page at {beginning}"), there).await
    }

    /// The element, as soon as it is there.
    pub async fn find(&self, css: &str) -> Element {
        until(css, async || self.page.find(Locator::Css(css)).await.ok()).await
    }

    /// Does something with an element, as soon as it is there: with the one that has taken its place, where a new
    /// page came in between.
    async fn with<T>(&self, css: &str, act: impl AsyncFn(Element) -> Result<T, CmdError>) -> T {
        let done = async || {
            let element = self.page.find(Locator::Css(css)).await.ok()?;
            match act(element).await {
                Ok(done) => Some(done),
                Err(error) if not_there(&error) => None,
                Err(error) => panic!("{css}: {error}"),
            }
        };
        until(css, done).await
    }

    /// Whether an element is there now.
    pub async fn has(&self, css: &str) -> bool {
        self.page.find(Locator::Css(css)).await.is_ok()
    }

    /// Waits until an element is gone.
    pub async fn gone(&self, css: &str) {
        self.count_is(css, 0).await;
    }

    /// How many elements there are now.
    pub async fn count(&self, css: &str) -> usize {
        self.page.find_all(Locator::Css(css)).await.unwrap().len()
    }

    /// Waits until there are so many elements.
    pub async fn count_is(&self, css: &str, count: usize) {
        let so_many = async || {
            let found = self.page.find_all(Locator::Css(css)).await.ok()?;
            (found.len() == count).then_some(())
        };
        until(&format!("{count} of {css}"), so_many).await;
    }

    /// Types into a field in place of what stands there.
    pub async fn type_into(&self, css: &str, text: &str) {
        let replace = async |field: Element| {
            field.clear().await?;
            field.send_keys(text).await
        };
        self.with(css, replace).await;
    }

    /// What stands in a field.
    pub async fn value(&self, css: &str) -> String {
        self.with(css, async |field| field.prop("value").await).await.unwrap_or_default()
    }

    /// Presses a button or a link.
    pub async fn press(&self, css: &str) {
        self.with(css, async |element| element.click().await).await;
    }

    /// All words on the page.
    pub async fn words(&self) -> String {
        self.with("body", async |body| body.text().await).await
    }

    /// Waits for words on the page, and gives all of them.
    pub async fn words_with(&self, words: &str) -> String {
        let there = async || {
            let body = self.page.find(Locator::Css("body")).await.ok()?;
            body.text().await.ok().filter(|text| text.contains(words))
        };
        until(words, there).await
    }

    /// By how many pixels the page is wider than the window.
    pub async fn overflow(&self) -> i64 {
        let script = "const e = document.documentElement; return e.scrollWidth - e.clientWidth;";
        self.page.execute(script, vec![]).await.unwrap().as_i64().unwrap()
    }

    /// What the browser's console has said since it was last asked, warnings and errors alone.
    pub async fn complaints(&self) -> Vec<String> {
        let session = self.page.session_id().await.unwrap().unwrap();
        let answer = crate::client()
            .build()
            .unwrap()
            .post(format!("{}/session/{session}/se/log", self.steering))
            .header("content-type", "application/json")
            .body(r#"{"type":"browser"}"#)
            .send()
            .await
            .unwrap();
        let log: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        let entries = log["value"].as_array().cloned().unwrap_or_default();
        entries
            .iter()
            .filter(|entry| entry["level"] == "SEVERE" || entry["level"] == "WARNING")
            .map(|entry| entry["message"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// Presses a key where the focus is: `Keys::Tab`.
    pub async fn key(&self, key: &str) {
        self.page.active_element().await.unwrap().send_keys(key).await.unwrap();
    }

    /// The words of whatever has the focus.
    pub async fn focused(&self) -> String {
        self.page.active_element().await.unwrap().text().await.unwrap()
    }

    /// Makes everything on the page twice as large, as somebody with weak eyes does.
    pub async fn enlarge(&self) {
        self.page.execute("document.documentElement.style.zoom = '2';", vec![]).await.unwrap();
    }

    /// Empties the browser's store of files: the next page fetches all of them.
    pub async fn forget_files(&self) {
        self.command(&json!({ "cmd": "Network.clearBrowserCache", "params": {} })).await;
    }

    /// A command of the browser's own protocol.
    async fn command(&self, command: &Value) {
        let session = self.page.session_id().await.unwrap().unwrap();
        let answer = crate::client()
            .build()
            .unwrap()
            .post(format!("{}/session/{session}/goog/cdp/execute", self.steering))
            .header("content-type", "application/json")
            .body(command.to_string())
            .send()
            .await
            .unwrap();
        assert!(answer.status().is_success(), "the browser does {command}");
    }

    /// A picture of the page in the folder that `GTP_SCREENSHOTS` names, if it names one.
    pub async fn picture(&self, name: &str) {
        if let Some(folder) = std::env::var_os("GTP_SCREENSHOTS") {
            let folder = std::path::PathBuf::from(folder);
            std::fs::create_dir_all(&folder).unwrap();
            let png = self.page.screenshot().await.unwrap();
            std::fs::write(folder.join(format!("{name}.png")), png).unwrap();
        }
    }

    /// Ends the browser.
    pub async fn close(self) {
        // The driver ends what is left.
        let _ = self.page.clone().close().await;
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// Whether the element was of a page that is not shown any more or not yet: nothing was done with it.
fn not_there(error: &CmdError) -> bool {
    let CmdError::Standard(error) = error else { return false };
    match error.error {
        ErrorStatus::StaleElementReference
        | ErrorStatus::NoSuchElement
        | ErrorStatus::ElementNotInteractable
        | ErrorStatus::ElementClickIntercepted => true,
        // How the driver says that a page went while it looked where in it the element stands.
        ErrorStatus::UnknownError => error.message.contains("does not belong to the document"),
        _ => false,
    }
}

/// Starts chromedriver on a free port.
#[allow(clippy::zombie_processes, reason = "the browser that gets it waits for it")]
fn driver() -> (Child, u16) {
    let mut child = Command::new("chromedriver")
        .arg("--port=0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("chromedriver on the path (Debian: chromium-driver)");
    let out = child.stdout.take().unwrap();
    let (lines, said) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            let _ = lines.send(line);
        }
    });
    loop {
        let line = said.recv_timeout(PATIENCE).expect("chromedriver says its port");
        let port = line.split("started successfully on port ").nth(1);
        if let Some(port) = port.and_then(|rest| rest.trim_end_matches('.').parse().ok()) {
            return (child, port);
        }
    }
}

fn capabilities(options: Options, profile: &str) -> serde_json::Map<String, Value> {
    let mut chrome = json!({
        "args": [
            "--headless=new",
            // Tests often run as root in a container, where the browser's own sandbox cannot.
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-quic",
            "--disable-sync",
            format!("--lang={}", options.language),
            format!("--window-size={},900", options.width.max(500)),
            format!("--user-data-dir={profile}"),
        ],
        "prefs": {
            "intl.accept_languages": options.language,
            "profile.managed_default_content_settings.javascript":
                if options.scripts { 1 } else { 2 },
        },
    });
    if options.width < 500 {
        // A window cannot be this narrow; a phone can be played. Where pages run no scripts, chromedriver
        // waits for ever after a touch.
        chrome["mobileEmulation"] = json!({
            "deviceMetrics": { "width": options.width, "height": 740, "pixelRatio": 2.0, "touch": options.scripts }
        });
    }
    let capabilities = json!({
        "browserName": "chrome",
        "goog:chromeOptions": chrome,
        "goog:loggingPrefs": { "browser": "ALL" },
    });
    capabilities.as_object().unwrap().clone()
}
