//! A browser for the tests of the pages.

use crate::Failure;
use crate::components::go_on;
use crate::repository::on_path;
use gtp_toolchain::{Console, Packages, Progress};

/// Installs Chromium and its driver where there is none.
pub(crate) fn ensure() -> Result<(), Failure> {
    let browsers = ["chromium", "google-chrome", "chrome"];
    if on_path("chromedriver") && browsers.iter().any(|name| on_path(name)) {
        return Ok(());
    }
    let packages = Packages {
        names: vec!["chromium", "chromium-driver"],
        brings: "a browser that tests can steer; about 135 MB to download, 440 MB on disk"
            .to_owned(),
    };
    let mut console = Console::new();
    console.say(
        "The pages are tested in a real browser, and there is none with a driver on this machine.",
    );
    if !on_path("apt-get") {
        return Err("install Chromium and chromedriver, so that both are on the PATH".into());
    }
    console.say(&format!("To be installed: {}\n  {}", packages.command(), packages.brings));
    go_on(&mut console)?;
    Ok(packages.install(&mut console)?)
}
