//! Every snippet of the guide stands, word for word, in a file that is compiled or run by other tests.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// All files below a folder.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

/// Lines without what the eye skips: indentation and empty lines.
fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

/// The fenced blocks of a page, with the language of each.
fn blocks(page: &str) -> Vec<(&str, String)> {
    let mut blocks = vec![];
    let mut open: Option<(&str, Vec<&str>)> = None;
    for line in page.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(language)) => open = Some((language, vec![])),
            (Some(_), Some(_)) => {
                let (language, own) = open.take().unwrap();
                blocks.push((language, own.join("\n")));
            }
            (Some((_, own)), None) => own.push(line),
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a fence is left open");
    blocks
}

#[test]
fn every_snippet_stands_in_a_file_that_is_tested() {
    let mut sources = vec![];
    for folder in ["programmes", "examples", "sdk/templates", "sdk/catalogue"] {
        files(&root().join(folder), &mut sources);
    }
    let texts: Vec<String> =
        sources.iter().filter_map(|path| std::fs::read_to_string(path).ok()).collect();
    let sources: Vec<Vec<&str>> = texts.iter().map(|text| lines(text)).collect();

    let mut pages = vec![root().join("sdk/README.md")];
    files(&root().join("sdk/docs"), &mut pages);
    let mut count = 0;
    // The tutorial is run from its first line to its last, and so are commands, by the test of the guide.
    pages.retain(|page| !page.ends_with("tutorial.md"));
    for page in pages {
        let text = std::fs::read_to_string(&page).unwrap();
        for (language, block) in blocks(&text) {
            if ["text", "sh"].contains(&language) {
                continue;
            }
            assert!(
                ["toml", "rust"].contains(&language),
                "{}: what is `{language}`?",
                page.display()
            );
            let wanted = lines(&block);
            let found =
                sources.iter().any(|own| own.windows(wanted.len()).any(|window| window == wanted));
            assert!(found, "{}: nothing that is tested holds\n{block}", page.display());
            count += 1;
        }
    }
    assert!(count >= 25, "{count} snippets");
}

#[test]
fn every_link_leads_somewhere() {
    let mut pages = vec![root().join("sdk/README.md")];
    files(&root().join("sdk/docs"), &mut pages);
    for page in pages {
        let text = std::fs::read_to_string(&page).unwrap();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if !link.starts_with("http") {
                let target = page.parent().unwrap().join(link);
                assert!(target.exists(), "{}: {link}", page.display());
            }
        }
    }
}
