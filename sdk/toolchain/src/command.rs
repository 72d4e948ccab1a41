//! Running other programs: what they print is passed on while they run, and kept for the error message.

use crate::{Error, Progress};
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc;

/// How many of the last lines an error message repeats.
const KEPT_LINES: usize = 20;

/// What `command` prints on standard output, or nothing if it fails for whatever reason. For questions whose
/// "no" is an ordinary answer.
pub(crate) fn ask(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    if !output.status.success() {
        return None;
    }
    String::from_utf8(output.stdout).ok()
}

/// Which of its two outputs a program wrote a line to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Output {
    Standard,
    Error,
}

/// Runs `command` without input and hands over each line it prints while it runs.
pub(crate) fn run(
    command: &mut Command,
    mut line: impl FnMut(Output, &str),
) -> Result<ExitStatus, Error> {
    let program = command.get_program().to_string_lossy().into_owned();
    let start = |source| Error::Start { program: program.clone(), source };
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(start)?;

    // Both pipes are emptied at once: a program blocks as soon as one of them is full.
    let (lines, arriving) = mpsc::channel();
    if let Some(pipe) = child.stdout.take() {
        forward(pipe, Output::Standard, lines.clone());
    }
    if let Some(pipe) = child.stderr.take() {
        forward(pipe, Output::Error, lines.clone());
    }
    drop(lines);
    for (output, text) in arriving {
        line(output, &text);
    }
    child.wait().map_err(start)
}

fn forward(
    pipe: impl Read + Send + 'static,
    output: Output,
    lines: mpsc::Sender<(Output, String)>,
) {
    std::thread::spawn(move || {
        for text in BufReader::new(pipe).split(b'\n').map_while(Result::ok) {
            let text = String::from_utf8_lossy(&text);
            if lines.send((output, text.trim_end_matches('\r').to_owned())).is_err() {
                return;
            }
        }
    });
}

/// Runs `command` for its effect, shows its lines as details, and fails with the last of them.
pub(crate) fn perform(command: &mut Command, progress: &mut dyn Progress) -> Result<(), Error> {
    let mut last = Vec::new();
    let status = run(command, |_, line| {
        progress.detail(line);
        last.push(line.to_owned());
        if last.len() > KEPT_LINES {
            last.remove(0);
        }
    })?;
    if status.success() {
        return Ok(());
    }
    Err(Error::Failed {
        command: shown(command),
        status: status.to_string(),
        said: last.join("\n"),
    })
}

/// A command as one would type it, without its environment.
pub(crate) fn shown(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let words = std::iter::once(program.file_name().unwrap_or_default()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// The folders where programs are looked for: `PATH`, as a list. A value of its own so that tests can lay out
/// machines that do not exist.
#[derive(Debug, Clone)]
pub(crate) struct SearchPath {
    pub(crate) folders: Vec<PathBuf>,
}

impl SearchPath {
    pub(crate) fn of_this_process() -> Self {
        let folders = std::env::var_os("PATH").map(|value| std::env::split_paths(&value).collect());
        Self { folders: folders.unwrap_or_default() }
    }

    /// The first executable file called `name`.
    pub(crate) fn find(&self, name: &str) -> Option<PathBuf> {
        self.folders.iter().map(|folder| folder.join(name)).find(|file| is_executable(file))
    }

    /// A command for the program called `name`, which looks for others in the same folders.
    pub(crate) fn command(&self, name: &str) -> Command {
        let mut command = Command::new(self.find(name).unwrap_or_else(|| PathBuf::from(name)));
        if let Ok(path) = std::env::join_paths(&self.folders) {
            command.env("PATH", path);
        }
        command
    }
}

#[cfg(unix)]
fn is_executable(file: &std::path::Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(file: &std::path::Path) -> bool {
    file.is_file()
}
