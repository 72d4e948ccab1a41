//! What every page is held to: axe-core finds no barrier, the HTML validator no error, and the browser's console
//! says nothing.

use crate::{Browser, npm};
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;

/// The folder with the checkers, installed where they are not yet.
fn installed() -> PathBuf {
    npm::installed("page-checks", "page-checks-axe-4.14.1-vnu-26.9.27", "the checkers of pages")
}

/// Pages that are looked at on the way; the validator reads all of them at the end, since starting it takes longer
/// than reading a page.
#[derive(Default)]
pub struct Checks {
    pages: Mutex<Vec<(String, String)>>,
    wrong: Mutex<Vec<String>>,
}

impl Checks {
    /// Looks at the page that is shown: nothing stands out sideways, axe finds no barrier, the console is silent.
    /// Keeps what is wrong, and what the server sends at this address for the validator: [`Checks::validate`] tells
    /// all of it. Needs a browser that runs scripts.
    ///
    /// # Panics
    /// The browser shows no page.
    pub async fn page(&self, browser: &Browser, name: &str) {
        browser.picture(name).await;
        if browser.overflow().await > 0 {
            self.wrong(format!("{name}: sideways scroll"));
        }
        for barrier in barriers(browser).await {
            self.wrong(format!("{name}: {barrier}"));
        }
        for said in browser.complaints().await {
            self.wrong(format!("{name}: the console says {said}"));
        }
        let fetch = "const done = arguments[arguments.length - 1]; \
            fetch(location.href, { headers: { accept: 'text/html' } }).then((a) => a.text()).then(done, () => done(''));";
        let html = browser.page.execute_async(fetch, vec![]).await.unwrap();
        let html = html.as_str().unwrap().to_owned();
        assert!(html.starts_with("<!DOCTYPE html>"), "{name}: {html:.200}");
        self.pages.lock().unwrap().push((name.to_owned(), html));
    }

    /// Notes that something is wrong.
    ///
    /// # Panics
    /// Another test's thread did.
    pub fn wrong(&self, what: String) {
        self.wrong.lock().unwrap().push(what);
    }

    /// What was wrong with the pages that were looked at, and the validator's errors in them.
    ///
    /// # Panics
    /// There is something, or the validator cannot be run.
    pub fn validate(&self) {
        let folder = tempfile::tempdir().unwrap();
        let pages = self.pages.lock().unwrap();
        assert!(!pages.is_empty(), "no page was looked at");
        for (name, html) in pages.iter() {
            fs::write(folder.path().join(format!("{name}.html")), html).unwrap();
        }
        let output = Command::new("java")
            .arg("-jar")
            .arg(installed().join("node_modules/vnu-jar/build/dist/vnu.jar"))
            .args(["--errors-only", "--format", "json"])
            .arg(folder.path())
            .output()
            .expect("java (Debian: default-jre-headless) runs the HTML validator");
        let report: Value = serde_json::from_slice(&output.stderr).expect("the validator's report");
        let errors = report["messages"].as_array().unwrap();
        let said = errors
            .iter()
            .map(|own| format!("{}: {} {}", own["url"], own["message"], own["extract"]));
        let mut all = self.wrong.lock().unwrap().clone();
        all.extend(said);
        assert!(all.is_empty(), "{all:#?}");
    }
}

/// What axe-core finds wrong with the page that is shown.
async fn barriers(browser: &Browser) -> Vec<String> {
    let axe = fs::read_to_string(installed().join("node_modules/axe-core/axe.min.js")).unwrap();
    browser.page.execute(&axe, vec![]).await.unwrap();
    let run = "const done = arguments[arguments.length - 1]; \
        axe.run(document, { resultTypes: ['violations'] }).then( \
            (found) => done(found.violations.map((own) => own.id + ': ' + own.help + ' ' + \
                own.nodes.map((node) => node.html + ' ' + node.failureSummary).join(' | '))), \
            (error) => done([String(error)]));";
    let found = browser.page.execute_async(run, vec![]).await.unwrap();
    let found = found.as_array().cloned().unwrap_or_else(|| vec![json!("axe gave no list")]);
    found.iter().map(|own| own.as_str().unwrap_or_default().to_owned()).collect()
}
