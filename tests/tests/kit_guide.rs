//! The author's guide, followed to the letter: every command is run, every file is written as it says, and what
//! it shows is what comes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use gtp_tests::{Api, Place, gtp, until};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn page(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sdk").join(name);
    fs::read_to_string(path).unwrap()
}

/// A fenced block: its language, its text, and the paragraph before it.
struct Snippet {
    language: String,
    text: String,
    before: String,
}

fn snippets(page: &str) -> Vec<Snippet> {
    let (mut snippets, mut before, mut ended) = (vec![], String::new(), false);
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            snippets.push(Snippet {
                language: language.to_owned(),
                text: text.join("\n"),
                before: before.clone(),
            });
            before.clear();
        } else if line.is_empty() {
            ended = true;
        } else {
            if std::mem::take(&mut ended) {
                before.clear();
            }
            before.push_str(line);
            before.push(' ');
        }
    }
    snippets
}

/// Somebody in a shell, who stays in the folder they went to.
struct Shell {
    folder: PathBuf,
    said: String,
}

impl Shell {
    fn run(&mut self, script: &str) {
        let path = std::env::var("PATH").unwrap_or_default();
        let gtp = gtp();
        let path = format!("{}:{path}", gtp.parent().unwrap().display());
        let output = Command::new("sh")
            .args(["-e", "-c", &format!("{script}\npwd > \"$WHERE\"")])
            .current_dir(&self.folder)
            .env("PATH", path)
            .env("NO_COLOR", "1")
            .env("WHERE", self.folder.join(".where"))
            .output()
            .unwrap();
        self.said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success(),
            "{script}\n{}{}",
            self.said,
            String::from_utf8_lossy(&output.stderr)
        );
        let note = self.folder.join(".where");
        let folder = PathBuf::from(fs::read_to_string(&note).unwrap().trim());
        fs::remove_file(note).unwrap();
        self.folder = folder;
    }

    /// Every line that the page shows came, in its order. A line may go on.
    fn saw(&self, shown: &str) {
        let mut rest = self.said.lines();
        for line in shown.lines() {
            let wanted = line.trim();
            assert!(
                rest.any(|line| line.trim().starts_with(wanted)),
                "`{wanted}` did not come, or not in this place:\n{}",
                self.said
            );
        }
    }
}

#[tokio::test]
async fn the_tutorial_works_as_it_stands() {
    let server = Place::with_people(&[]).serve();
    let mut shell = Shell { folder: server.place().path(""), said: String::new() };
    let mut count = 0;
    for Snippet { language, text, before } in snippets(&page("docs/tutorial.md")) {
        count += 1;
        match language.as_str() {
            "sh" => shell.run(&text),
            "text" => shell.saw(&text),
            "toml" if before.contains("at the end of `programme.toml`") => {
                let file = shell.folder.join("programme.toml");
                let whole = format!("{}\n{text}\n", fs::read_to_string(&file).unwrap());
                fs::write(file, whole).unwrap();
            }
            "toml" => {
                let name = before.split('`').nth(1).expect("a file's name");
                fs::write(shell.folder.join(name), text).unwrap();
            }
            other => panic!("what is `{other}`?"),
        }
    }
    assert!(count >= 12, "{count} snippets");
    let nurse = Api::log_in(&server, "nurse").await;
    until("the pilot", async || {
        (nurse.get("/api/v1/programmes/after-surgery").await.status == 200).then_some(())
    })
    .await;
    let citizen = nurse.admit("070761-0001", "Demo Borger 1", "after-surgery").await;
    let _ = nurse.measure(&citizen, "pulse", "/min", 112.0, 0.2).await.expect(201);
    let _ = nurse.measure(&citizen, "pulse", "/min", 112.0, 0.1).await.expect(201);
    assert_eq!(nurse.alerts_of("fast-pulse").await.len(), 1);
}

#[test]
fn every_command_of_the_other_pages_works() {
    let place = Place::new(&[]);
    let mut shell = Shell { folder: place.path(""), said: String::new() };
    let mut count = 0;
    for name in ["README.md", "docs/commands.md"] {
        for snippet in snippets(&page(name)).iter().filter(|own| own.language == "sh") {
            shell.run(&snippet.text);
            count += 1;
        }
    }
    assert!(count >= 2, "{count}");
    assert!(place.path("after-surgery.html").exists());
}
