//! Files that are no programmes, and components in their raw form that no author's kit would make.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod runtime_support;

use gtp_runtime::State;
use runtime_support::Host;
use std::{
    fs,
    fs::File,
    os::unix::fs::symlink,
    time::{Duration, SystemTime},
};

/// A component that exports the required interfaces with functions of the wrong type. `core` goes into its
/// core module.
fn raw(core: &str) -> Vec<u8> {
    let text = format!(
        r#"(component
            (core module $m
                {core}
                (func (export "f") (result i32) i32.const 0))
            (core instance $i (instantiate $m))
            (func $f (result u32) (canon lift (core func $i "f")))
            (instance $about (export "about" (func $f)))
            (instance $fields (export "fields" (func $f)) (export "groups" (func $f)))
            (instance $assess (export "assess" (func $f)))
            (export "gtp:programme/about@1.0.0" (instance $about))
            (export "gtp:programme/fields@1.0.0" (instance $fields))
            (export "gtp:programme/assess@1.0.0" (instance $assess)))"#
    );
    wat::parse_str(text).unwrap()
}

fn importing(import: &str) -> Vec<u8> {
    wat::parse_str(format!(r#"(component (import "{import}" (instance)))"#)).unwrap()
}

/// Puts bytes into the folder as if they had lain there for a while, so that nobody thinks that somebody is
/// still writing them.
fn put_old(host: &Host, name: &str, bytes: &[u8]) {
    host.put(name, bytes);
}

/// Looks until the file is judged: a broken file that is brand new is given time to become whole.
fn judged(host: &Host, name: &str) -> (State, Vec<&'static str>, String) {
    let patience = SystemTime::now() + Duration::from_secs(20);
    loop {
        host.look();
        let standing = host.standing(name);
        if standing.state != State::Settling {
            let said =
                standing.flaws.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
            return (standing.state, standing.flaws.iter().map(|flaw| flaw.code).collect(), said);
        }
        assert!(SystemTime::now() < patience, "{name} is never judged");
        std::thread::yield_now();
    }
}

#[test]
fn bytes_that_are_no_component_are_refused_in_plain_words() {
    let host = Host::start();
    let whole = host.guest.well_behaved();
    let cases: Vec<(&str, Vec<u8>, &str, &str)> = vec![
        ("empty.wasm", vec![], "not-a-component", "empty"),
        ("module.wasm", wat::parse_str("(module)").unwrap(), "not-a-component", "core module"),
        ("text.wasm", b"hello".to_vec(), "not-a-component", "no WebAssembly"),
        ("elf.wasm", b"\x7fELF\x02\x01\x01".to_vec(), "not-a-component", "compiled code"),
        (
            "truncated.wasm",
            whole[..whole.len() / 2].to_vec(),
            "component-invalid",
            "no valid component",
        ),
        ("code.cwasm", whole.clone(), "compiled-code", "never loaded"),
        ("files.wasm", importing("wasi:filesystem/types@0.2.0"), "import", "files"),
        ("sockets.wasm", importing("wasi:sockets/tcp@0.2.0"), "import", "the network"),
        ("clock.wasm", importing("wasi:clocks/wall-clock@0.2.0"), "import", "a clock"),
        ("random.wasm", importing("wasi:random/random@0.2.0"), "import", "random numbers"),
        ("nothing.wasm", wat::parse_str("(component)").unwrap(), "export-missing", "about"),
        ("types.wasm", raw(""), "describe", "not the type"),
        ("start.wasm", raw("(func $s unreachable) (start $s)"), "start", "it gave up"),
        (
            "start-loop.wasm",
            raw("(func $s (loop $l (br $l))) (start $s)"),
            "start",
            "units of fuel",
        ),
        (
            "tables.wasm",
            raw(
                "(table $t 1 funcref) (func $s (if (i32.lt_s (table.grow $t (ref.null func) (i32.const 9000000)) (i32.const 0)) (then unreachable))) (start $s)",
            ),
            "start",
            "table elements",
        ),
        (
            "grows.wasm",
            raw(
                "(memory 1) (func $s (if (i32.lt_s (memory.grow (i32.const 60000)) (i32.const 0)) (then unreachable))) (start $s)",
            ),
            "start",
            "bytes of memory",
        ),
        ("large-memory.wasm", raw("(memory 40000)"), "compile", "memory"),
        ("threads.wasm", raw("(memory 1 1 shared)"), "component-invalid", "no valid component"),
    ];
    for (name, bytes, ..) in &cases {
        put_old(&host, name, bytes);
    }
    for (name, _, code, word) in &cases {
        let (state, codes, said) = judged(&host, name);
        assert_eq!(state, State::Refused, "{name}");
        assert!(codes.contains(code) && said.contains(word), "{name}: {codes:?} {said}");
    }
    assert_eq!(host.catalogue().active().len(), 0);
}

#[test]
fn a_component_that_returns_no_text_where_a_text_must_be_is_refused() {
    let host = Host::start();
    let mut bytes = host.guest.well_behaved();
    let text = b"Nobody looks at this.";
    let place = bytes.windows(text.len()).position(|window| window == text).unwrap();
    bytes[place] = 0xff;
    host.put("utf8.wasm", &bytes);
    let (state, codes, said) = judged(&host, "utf8.wasm");
    assert_eq!((state, codes[0]), (State::Refused, "describe"), "{said}");
    assert!(said.contains("utf-8"), "{said}");
}

#[test]
fn types_nested_beyond_measure_are_no_valid_component() {
    let host = Host::start();
    let mut text = "(component (type $t0 (list u8))".to_owned();
    for i in 1..2_000 {
        text.push_str(&format!("(type $t{i} (list $t{}))", i - 1));
    }
    text.push(')');
    host.put("deep.wasm", &wat::parse_str(text).unwrap());
    let (state, ..) = judged(&host, "deep.wasm");
    assert_eq!(state, State::Refused);
}

#[test]
fn a_file_larger_than_any_component_is_not_even_read() {
    let host = Host::start();
    File::create(host.file("huge.wasm")).unwrap().set_len(200 << 20).unwrap();
    let (state, codes, _) = judged(&host, "huge.wasm");
    assert_eq!((state, codes[0]), (State::Refused, "component-too-large"));
}

#[test]
fn a_link_out_of_the_folder_is_not_followed_and_one_within_is() {
    let host = Host::start();
    let outside = host.folders.path().join("outside.wasm");
    fs::write(&outside, host.guest.well_behaved()).unwrap();
    symlink(&outside, host.file("out.wasm")).unwrap();
    symlink("../outside.wasm", host.file("up.wasm")).unwrap();
    symlink("loop.wasm", host.file("loop.wasm")).unwrap();
    for name in ["out.wasm", "up.wasm", "loop.wasm"] {
        let (state, codes, _) = judged(&host, name);
        assert_eq!((state, codes[0]), (State::Refused, "unreadable"), "{name}");
    }
    host.put("real.wasm", &host.guest.well_behaved());
    symlink("real.wasm", host.file("link.wasm")).unwrap();
    host.look();
    assert_eq!(host.version("hostile").unwrap(), "1.0.0");
}

#[test]
fn a_folder_or_a_pipe_with_a_components_name_is_refused() {
    let host = Host::start();
    fs::create_dir(host.file("folder.wasm")).unwrap();
    let pipe = std::process::Command::new("mkfifo").arg(host.file("pipe.wasm")).status().unwrap();
    assert!(pipe.success());
    for name in ["folder.wasm", "pipe.wasm"] {
        let (state, codes, _) = judged(&host, name);
        assert_eq!((state, codes[0]), (State::Refused, "not-a-file"), "{name}");
    }
}

#[test]
fn a_half_copied_file_waits_until_it_is_whole() {
    let host = Host::start();
    let whole = host.guest.well_behaved();
    fs::write(host.file("slow.wasm"), &whole[..whole.len() / 2]).unwrap();
    host.look();
    assert_eq!(host.standing("slow.wasm").state, State::Settling);
    assert!(host.standing("slow.wasm").flaws.is_empty());
    fs::write(host.file("slow.wasm"), &whole).unwrap();
    host.look();
    assert_eq!(host.standing("slow.wasm").state, State::Active);
}

#[test]
fn a_file_that_changes_while_it_is_read_is_taken_only_whole() {
    let host = Host::start();
    let one = host.guest.component("swap", "1.0.0", "").unwrap();
    let two = host.guest.component("swap", "1.0.0", "markup-in-title").unwrap();
    let path = host.file("swap.wasm");
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                fs::write(&path, &one).unwrap();
                fs::write(&path, &two).unwrap();
            }
        });
        let digests = [&one, &two].map(|bytes| {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("x.wasm");
            fs::write(&path, bytes).unwrap();
            gtp_runtime::check_file(&path, &gtp_runtime::CheckSettings::default())
                .unwrap()
                .digest
                .unwrap()
        });
        for _ in 0..30 {
            host.look();
            if let Some(serving) = host.catalogue().get(&runtime_support::programme("swap")) {
                assert!(digests.contains(&serving.digest), "half of one and half of the other");
            }
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
    });
}

#[test]
fn files_that_claim_nothing_are_left_alone() {
    let host = Host::start();
    for name in ["README.md", ".hidden.wasm", "heart.wasm.minisig", "heart.wasm~"] {
        fs::write(host.file(name), b"x").unwrap();
    }
    host.look();
    assert!(host.catalogue().standings().is_empty());
}
