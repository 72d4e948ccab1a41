//! A browser for the tests of the pages, and what their checkers run on.

use crate::Failure;
use crate::components::go_on;
use crate::repository::on_path;
use gtp_toolchain::{Console, Packages, Progress};

/// Installs Chromium and its driver, node and Java where they are missing.
pub(crate) fn ensure() -> Result<(), Failure> {
    let browsers = ["chromium", "google-chrome", "chrome"];
    let (mut names, mut brings) = (vec![], vec![]);
    if !on_path("chromedriver") || !browsers.iter().any(|name| on_path(name)) {
        names.extend(["chromium", "chromium-driver"]);
        brings.push("a browser that tests can steer; about 135 MB to download, 440 MB on disk");
    }
    if !on_path("npm") {
        names.extend(["nodejs", "npm"]);
        brings.push("npm, which brings the checkers of pages (axe-core, vnu-jar)");
    }
    if !on_path("java") {
        names.push("default-jre-headless");
        brings.push("Java, which the HTML validator runs on");
    }
    if names.is_empty() {
        return Ok(());
    }
    let packages = Packages { names, brings: brings.join("; ") };
    let mut console = Console::new();
    console.say(
        "The pages are tested in a real browser and by a validator, and something of it is missing on this machine.",
    );
    if !on_path("apt-get") {
        return Err(
            "install Chromium, chromedriver, npm and Java, so that they are on the PATH".into()
        );
    }
    console.say(&format!("To be installed: {}\n  {}", packages.command(), packages.brings));
    go_on(&mut console)?;
    Ok(packages.install(&mut console)?)
}
