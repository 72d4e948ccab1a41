//! A host in folders of its own, started as a program.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use tempfile::TempDir;

/// The `gtp` program: what `GTP_BIN` names, else the one beside the tests, built where it is missing.
#[must_use]
pub fn gtp() -> PathBuf {
    if let Some(path) = std::env::var_os("GTP_BIN") {
        return path.into();
    }
    // target/debug/deps/this-test
    let test = std::env::current_exe().expect("the test's own path");
    let folder = test.parent().and_then(Path::parent).expect("a target folder");
    let gtp = folder.join("gtp");
    if !gtp.exists() {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut build = Command::new(cargo);
        build.args(["build", "--package", "gtp-cli"]);
        if folder.ends_with("release") {
            build.arg("--release");
        }
        let built = build.status();
        assert!(built.is_ok_and(|status| status.success()), "gtp cannot be built");
    }
    gtp
}

/// The folder in which cargo builds, where tests keep what they install.
#[must_use]
pub fn target() -> PathBuf {
    // target/debug/deps/this-test
    let test = std::env::current_exe().expect("the test's own path");
    test.ancestors().nth(3).expect("a target folder").to_owned()
}

/// A component that `cargo xtask components` built, by the programme's name.
#[must_use]
pub fn component(name: &str) -> PathBuf {
    let folder = std::env::var_os("GTP_COMPONENTS").map(PathBuf::from).unwrap_or_else(|| {
        let folder = gtp().parent().and_then(Path::parent).map(|target| target.join("components"));
        folder.expect("a target folder")
    });
    let path = folder.join(format!("{name}.wasm"));
    assert!(path.exists(), "{} is missing; build it with `cargo xtask components`", path.display());
    path
}

/// The folders of one host.
pub struct Place {
    folder: TempDir,
}

/// What a command left behind.
pub struct Finished {
    /// Its exit code.
    pub code: i32,
    /// What it printed.
    pub out: String,
    /// What it complained of.
    pub err: String,
}

impl Place {
    /// New folders, with these components.
    #[must_use]
    pub fn new(components: &[&str]) -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir(place.path("programmes")).unwrap();
        place.configure("");
        for name in components {
            place.drop_in(&component(name), &format!("{name}.wasm"));
        }
        place
    }

    /// New folders with components, two units and a clinician in each: `nurse` in `home-care`, `doctor` in
    /// `cardiology`. Everybody's password is [`Place::PASSWORD`].
    #[must_use]
    pub fn with_people(components: &[&str]) -> Self {
        let place = Self::new(components);
        place.add_people();
        place
    }

    /// Adds the people of [`Place::with_people`].
    pub fn add_people(&self) {
        for (unit, sector) in [("home-care", "municipality"), ("cardiology", "hospital")] {
            self.succeed(&["unit", "add", unit, "--name", unit, "--sector", sector], "");
        }
        for (account, unit) in [("nurse", "home-care"), ("doctor", "cardiology")] {
            self.add_user(account, &["--role", "clinician", "--unit", unit], "");
        }
        self.add_user("operator", &["--role", "operator"], "");
    }

    /// Everybody's password.
    pub const PASSWORD: &'static str = "a long test password";

    /// Adds an account; `before` is what standard input holds before the password.
    pub fn add_user(&self, account: &str, arguments: &[&str], before: &str) {
        let mut all = vec!["user", "add", account, "--name", account, "--password-stdin"];
        all.extend(arguments);
        self.succeed(&all, &format!("{before}{}\n", Self::PASSWORD));
    }

    /// The folder itself, in which the data folder is `data`.
    #[must_use]
    pub fn into_folder(self) -> TempDir {
        self.folder
    }

    /// A path in the folder.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes the configuration: a free port, and these lines. A password alone lets staff in, unless the
    /// lines say something of logging in.
    pub fn configure(&self, lines: &str) {
        let login =
            if lines.contains("[login]") { "" } else { "[login]\nsecond-factor = \"optional\"\n" };
        let text = format!("listen = \"127.0.0.1:0\"\n{lines}\n{login}");
        fs::write(self.path("gtp.toml"), text).unwrap();
    }

    /// Copies a file into the programmes folder, as somebody does who drags it there.
    pub fn drop_in(&self, file: &Path, name: &str) {
        fs::copy(file, self.path("programmes").join(name)).unwrap();
    }

    /// Runs `gtp` with the configuration and waits for its end.
    #[must_use]
    pub fn run(&self, arguments: &[&str], input: &str) -> Finished {
        self.run_with(arguments, &[], input)
    }

    /// Runs `gtp` with these variables in its environment, until it ends.
    pub fn run_with(
        &self,
        arguments: &[&str],
        variables: &[(&str, &str)],
        input: &str,
    ) -> Finished {
        let mut child = self
            .command(arguments)
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // A program that refuses its arguments may be gone before it read anything.
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        let output = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Finished {
            code: output.status.code().unwrap_or(-1),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }

    /// Runs `gtp`, which must succeed.
    pub fn succeed(&self, arguments: &[&str], input: &str) -> String {
        let finished = self.run(arguments, input);
        assert_eq!(finished.code, 0, "gtp {arguments:?}: {}{}", finished.out, finished.err);
        finished.out
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(gtp());
        // Where subcommands stand differs; where the configuration goes does not.
        command.current_dir(self.folder.path()).args(arguments);
        command.env_remove("RUST_LOG").env("NO_COLOR", "1");
        command
    }

    /// Starts `gtp serve` and waits until it listens.
    #[must_use]
    pub fn serve(self) -> Server {
        self.serve_with(&[])
    }

    /// Starts `gtp serve` with more arguments.
    #[must_use]
    pub fn serve_with(self, arguments: &[&str]) -> Server {
        let mut all = vec!["serve", "--config", "gtp.toml"];
        all.extend(arguments);
        self.start(&all)
    }

    /// Starts `gtp` with these arguments, which make it listen, and waits until it does.
    #[must_use]
    pub fn start(self, arguments: &[&str]) -> Server {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let output = Arc::new(Mutex::new(String::new()));
        let (lines, out) = channel();
        let readers = [
            collect(child.stdout.take().unwrap(), output.clone(), Some(lines)),
            collect(child.stderr.take().unwrap(), output.clone(), None),
        ];
        let address = first_address(&out);
        let Some(address) = address else {
            let _ = child.wait();
            panic!("gtp {arguments:?} did not start: {}", output.lock().unwrap());
        };
        Server { place: Some(self), child, address, output, readers: readers.into() }
    }
}

fn first_address(lines: &Receiver<String>) -> Option<String> {
    let line = lines.recv_timeout(crate::PATIENCE).ok()?;
    line.strip_prefix("listening on ").map(str::to_owned)
}

fn collect(
    from: impl Read + Send + 'static,
    into: Arc<Mutex<String>>,
    lines: Option<std::sync::mpsc::Sender<String>>,
) -> JoinHandle<()> {
    std::thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            into.lock().unwrap().push_str(&format!("{line}\n"));
            if let Some(lines) = &lines {
                let _ = lines.send(line);
            }
        }
    })
}

/// A running host.
pub struct Server {
    place: Option<Place>,
    child: Child,
    /// `http://127.0.0.1:PORT`.
    pub address: String,
    output: Arc<Mutex<String>>,
    readers: Vec<JoinHandle<()>>,
}

impl Server {
    /// Its folders.
    #[must_use]
    pub fn place(&self) -> &Place {
        self.place.as_ref().expect("a server has a place until it is stopped")
    }

    /// Its process.
    #[must_use]
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Everything that it has printed and logged so far.
    #[must_use]
    pub fn output(&self) -> String {
        self.output.lock().unwrap().clone()
    }

    /// Tells it to end, as a supervisor does, and waits. Gives the folders and all it printed.
    #[must_use]
    pub fn stop(self) -> (Place, String) {
        let (code, place, output) = self.end("-TERM");
        assert_eq!(code, Some(0), "a clean stop: {output}");
        (place, output)
    }

    /// Kills it, with no chance to finish anything.
    #[must_use]
    pub fn kill(self) -> Place {
        let (code, place, _) = self.end("-KILL");
        assert_eq!(code, None, "it was killed");
        place
    }

    fn end(mut self, signal: &str) -> (Option<i32>, Place, String) {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status();
        assert!(sent.is_ok_and(|status| status.success()));
        let code = self.child.wait().unwrap().code();
        for reader in self.readers.drain(..) {
            reader.join().unwrap();
        }
        let output = self.output();
        (code, self.place.take().expect("a place"), output)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.place.is_some() {
            let _ = self.child.kill();
            let _ = self.child.wait();
            if std::thread::panicking() {
                eprintln!("--- the server's output ---\n{}", self.output());
            }
        }
    }
}
