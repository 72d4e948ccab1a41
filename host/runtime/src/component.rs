//! Reading a component's outline before anything of it is compiled or run.
//!
//! The bytes are as hostile as whoever dropped them. Here they are only validated, and their imports and
//! exports named, so that what is refused is refused in plain words and cheaply.

use crate::flaw::{Flaws, shown};
use wasmparser::{Chunk, Encoding, Parser, Payload, Validator, WasmFeatures};

/// What a component exports, by name.
#[derive(Debug, PartialEq, Eq)]
pub struct Outline {
    pub exports: Vec<String>,
}

/// Reads the outline and, unless it is `known` to be valid, validates everything. What is wrong goes into
/// `flaws`; nothing, where it is no component at all.
pub fn outline(bytes: &[u8], known: bool, flaws: &mut Flaws) -> Option<Outline> {
    if !is_component(bytes, flaws) {
        return None;
    }
    if !known && let Err(error) = Validator::new_with_features(features()).validate_all(bytes) {
        flaws.error(
            "component-invalid",
            format!("byte {}", error.offset()),
            format!("the file is no valid component: {}", shown(error.message())),
            "Build it again, and copy it whole",
        );
        return None;
    }
    let (imports, exports) = names(bytes)?;
    for import in &imports {
        flaws.error(
            "import",
            format!("import `{}`", shown(import)),
            format!("a programme imports nothing, and this one wants {}", plain(import)),
            if import.starts_with("gtp:programme") {
                "Generate the bindings from a world that exports it, as `programme` and `minimal` do"
            } else {
                "Build it without (Rust: target wasm32-unknown-unknown and no crate that asks for it)"
            },
        );
    }
    Some(Outline { exports })
}

/// What the sandbox runs: what every released component may use, and nothing that needs threads, a
/// garbage collector or concurrency.
fn features() -> WasmFeatures {
    let mut features = WasmFeatures::WASM2;
    features |= WasmFeatures::TAIL_CALL
        | WasmFeatures::EXTENDED_CONST
        | WasmFeatures::MULTI_MEMORY
        | WasmFeatures::RELAXED_SIMD
        | WasmFeatures::COMPONENT_MODEL;
    features
}

fn is_component(bytes: &[u8], flaws: &mut Flaws) -> bool {
    let (what, mend) = match Parser::new(0).parse(bytes, true) {
        Ok(Chunk::Parsed {
            payload: Payload::Version { encoding: Encoding::Component, .. },
            ..
        }) => {
            return true;
        }
        Ok(Chunk::Parsed {
            payload: Payload::Version { encoding: Encoding::Module, .. }, ..
        }) => (
            "it is a core module, not a component",
            "Wrap it: `gtp build` does, and so does `wasm-tools component new`",
        ),
        _ if bytes.is_empty() => ("it is empty", "Copy it whole"),
        _ if bytes.starts_with(b"\x7fELF") => (
            "it is compiled code of this or another host, which is never loaded",
            "Drop the component that it was compiled from",
        ),
        _ => ("it is no WebAssembly", "Only components belong in this folder"),
    };
    flaws.error("not-a-component", "file", what, mend);
    false
}

/// The names of the imports and exports of the outermost component.
fn names(bytes: &[u8]) -> Option<(Vec<String>, Vec<String>)> {
    let (mut imports, mut exports) = (vec![], vec![]);
    let mut depth = 0usize;
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.ok()? {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(section) if depth == 0 => {
                for import in section {
                    imports.push(import.ok()?.name.name.to_owned());
                }
            }
            Payload::ComponentExportSection(section) if depth == 0 => {
                for export in section {
                    exports.push(export.ok()?.name.name.to_owned());
                }
            }
            _ => {}
        }
    }
    Some((imports, exports))
}

/// An import in words.
fn plain(import: &str) -> &'static str {
    const WORDS: [(&str, &str); 9] = [
        ("wasi:filesystem", "files"),
        ("wasi:sockets", "the network"),
        ("wasi:http", "the web"),
        ("wasi:clocks", "a clock"),
        ("wasi:random", "random numbers"),
        ("wasi:cli", "the command line and the environment"),
        ("wasi:io", "input and output"),
        ("wasi:", "the system"),
        ("gtp:programme", "an interface of the contract from the host"),
    ];
    WORDS
        .iter()
        .find(|(prefix, _)| import.starts_with(prefix))
        .map_or("something from outside", |(_, words)| words)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn flaws_of(bytes: &[u8]) -> Vec<crate::flaw::Flaw> {
        let mut flaws = Flaws::default();
        outline(bytes, false, &mut flaws);
        flaws.into_sorted()
    }

    fn component(text: &str) -> Vec<u8> {
        wat::parse_str(text).unwrap()
    }

    #[test]
    fn an_import_is_named_and_explained() {
        let bytes = component(
            r#"(component
                (import "wasi:clocks/wall-clock@0.2.0" (instance))
                (import "wasi:random/random@0.2.0" (instance)))"#,
        );
        let flaws = flaws_of(&bytes);
        assert_eq!(flaws.len(), 2);
        assert!(flaws[0].item.contains("wasi:clocks/wall-clock@0.2.0"));
        assert!(flaws[0].what.contains("a clock") && flaws[1].what.contains("random numbers"));
    }

    #[test]
    fn an_import_of_an_inner_component_is_no_import() {
        let bytes = component(
            r#"(component (component $inner (import "a" (func))) (core module (import "m" "f" (func))))"#,
        );
        assert!(flaws_of(&bytes).is_empty());
    }

    #[test]
    fn what_is_no_component_is_told_apart() {
        for (bytes, word) in [
            (&b""[..], "empty"),
            (b"\0asm\x01\0\0\0", "core module"),
            (b"\x7fELF\x02\x01", "compiled code"),
            (b"<html>", "no WebAssembly"),
            (b"\0asm", "no WebAssembly"),
        ] {
            let flaws = flaws_of(bytes);
            assert_eq!(flaws.len(), 1);
            assert!(flaws[0].what.contains(word), "{}", flaws[0]);
        }
    }

    #[test]
    fn a_truncated_component_is_no_valid_one() {
        let bytes = component("(component (core module (memory 1) (func nop nop)))");
        let flaws = flaws_of(&bytes[..bytes.len() / 2]);
        assert_eq!(flaws.len(), 1);
        assert_eq!(flaws[0].code, "component-invalid");
    }
}
