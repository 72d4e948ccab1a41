//! Looking after the record: check it, back it up while it serves, bring it back, hand a citizen theirs, erase
//! one, and prove to an auditor that nothing was changed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use gtp_model::Digest;
use gtp_record::tree::{consistent, included};
use gtp_record::upkeep::SealKey;
use gtp_tests::{Api, Place, Server, until};
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

async fn two_citizens(server: &Server) -> (Api, [String; 2]) {
    let nurse = Api::log_in(server, "nurse").await;
    let first = nurse.admit("070761-0001", "Demo Borger 1", "heart").await;
    let second = nurse.admit("080862-0002", "Demo Borger 2", "heart").await;
    for citizen in [&first, &second] {
        for n in 0..5 {
            let days = 9.0 - f64::from(n);
            let _ = nurse.measure(citizen, "weight", "kg", 80.0, days).await.expect(201);
        }
    }
    (nurse, [first, second])
}

#[tokio::test]
async fn a_record_is_checked_and_backed_up_while_it_serves() {
    let server = Place::with_people(&["heart"]).serve();
    let (nurse, [citizen, _]) = two_citizens(&server).await;
    let enough = Arc::new(AtomicBool::new(false));
    let writing = {
        let (nurse, citizen, enough) = (nurse.clone(), citizen.clone(), enough.clone());
        tokio::spawn(async move {
            let mut written = 5;
            while !enough.load(Ordering::Relaxed) {
                let days = 50.0 - f64::from(written) / 200.0;
                let _ = nurse.measure(&citizen, "weight", "kg", 80.0, days).await.expect(201);
                written += 1;
            }
            written
        })
    };
    let (server, said, backup) = tokio::task::spawn_blocking(move || {
        let said = server.place().succeed(&["journal", "verify"], "");
        let backup = server.place().succeed(&["backup", "record.tar"], "");
        (server, said, backup)
    })
    .await
    .unwrap();
    enough.store(true, Ordering::Relaxed);
    let written = writing.await.unwrap();
    for words in [
        "events in",
        "streams",
        "events a second",
        "keys compared",
        "keys a second",
        "nothing is wrong",
    ] {
        assert!(said.contains(words), "{words} is not in: {said}");
    }
    assert!(backup.contains("everything up to event"), "{backup}");
    assert_eq!(nurse.observations(&citizen, "weight").await.len(), written as usize);

    // Brought back elsewhere it is the record as it was at one moment: a beginning of what there is now.
    let other = Place::new(&["heart"]);
    let file = server.place().path("record.tar");
    let refused = other.run(&["restore", file.to_str().unwrap()], "");
    assert!(refused.code != 0 && refused.err.contains("master key"), "{}", refused.err);
    std::fs::copy(server.place().path("data/record.key"), other.path("data/record.key")).unwrap();
    let restored = other.succeed(&["restore", file.to_str().unwrap()], "");
    assert!(restored.contains("everything up to event"), "{restored}");
    std::fs::copy(server.place().path("data/number.secret"), other.path("data/number.secret"))
        .unwrap();
    let sound = other.succeed(&["journal", "verify"], "");
    assert!(sound.contains("nothing is wrong"), "{sound}");
    let other = other.serve();
    let there = Api::log_in(&other, "nurse").await.observations(&citizen, "weight").await.len();
    assert!((5..=written as usize).contains(&there), "{there} of {written}");
    let again = other.place().run(&["restore", file.to_str().unwrap()], "");
    assert_ne!(again.code, 0, "nothing is restored over a record");
}

#[tokio::test]
async fn a_citizen_gets_their_stream_and_leaves_the_record_for_good() {
    let server = Place::with_people(&["heart"]).serve();
    let (nurse, [citizen, other]) = two_citizens(&server).await;
    let place = server.place();
    let exported = place.succeed(&["export", "--citizen", &citizen], "");
    for words in
        ["citizen-registered", "Demo Borger 1", "observation-recorded", "enrolment-started"]
    {
        assert!(exported.contains(words), "{words} is not in: {exported}");
    }
    assert!(!exported.contains("Demo Borger 2"));
    place.succeed(&["backup", "before.tar"], "");

    let unsure = place.run(&["erase", "--citizen", &citizen, "--reason", "asked for it"], "");
    assert_ne!(unsure.code, 0);
    assert!(unsure.err.contains("--yes"), "{}", unsure.err);
    let erase = ["erase", "--citizen", &citizen, "--reason", "asked for it", "--yes"];
    let erased = place.succeed(&erase, "");
    assert!(erased.contains("their hashes stay"), "{erased}");
    let _ = nurse.get(&format!("/api/v1/citizens/{citizen}/observations")).await.expect(404);
    assert_eq!(nurse.observations(&other, "weight").await.len(), 5);
    assert_ne!(place.run(&["export", "--citizen", &citizen], "").code, 0);
    let (place, _) = server.stop();
    for name in ["Demo Borger 1", "Demo Borger 2", "080862-0002", "0808620002"] {
        assert!(!anywhere(&place.path("data"), name), "{name} stands on the disk");
    }
    assert!(place.succeed(&["key", "show"], "").contains("1 were destroyed"));
    let sound = place.succeed(&["journal", "verify"], "");
    assert!(sound.contains("nothing is wrong"), "{sound}");

    // An older backup brings them back only to be erased again.
    std::fs::rename(place.path("data/journal"), place.path("journal-before")).unwrap();
    std::fs::rename(place.path("data/view"), place.path("view-before")).unwrap();
    let restored = place.succeed(&["restore", "before.tar"], "");
    assert!(restored.contains("erased again at the next start"), "{restored}");
    let server = place.serve();
    let nurse = Api::log_in(&server, "nurse").await;
    let _ = nurse.get(&format!("/api/v1/citizens/{citizen}/observations")).await.expect(404);
    assert_eq!(nurse.observations(&other, "weight").await.len(), 5);
    let (place, _) = server.stop();
    assert!(!anywhere(&place.path("data"), "Demo Borger 1"));
}

#[tokio::test]
async fn the_master_key_is_exchanged_while_the_host_serves_and_without_it_nothing_opens() {
    let server = Place::with_people(&["heart"]).serve();
    let (nurse, [citizen, _]) = two_citizens(&server).await;
    let place = server.place();
    let first = std::fs::read_to_string(place.path("data/record.key")).unwrap();
    let shown = place.succeed(&["key", "show"], "");
    assert!(shown.contains("record.key") && shown.contains("0 were destroyed"), "{shown}");
    place.succeed(&["backup", "before.tar"], "");
    let rotated = place.succeed(&["key", "rotate"], "");
    assert!(rotated.contains("has taken over") && rotated.contains("record.key."), "{rotated}");
    assert!(!format!("{shown}{rotated}").contains(first.trim()), "no key is ever printed");
    let _ = nurse.measure(&citizen, "weight", "kg", 81.0, 0.5).await.expect(201);
    assert_eq!(nurse.observations(&citizen, "weight").await.len(), 6);

    let (place, _) = server.stop();
    let second = std::fs::read_to_string(place.path("data/record.key")).unwrap();
    assert_ne!(first, second);
    let sound = place.succeed(&["journal", "verify"], "");
    assert!(sound.contains("nothing is wrong"), "{sound}");
    std::fs::rename(place.path("data/record.key"), place.path("away.key")).unwrap();
    let refused = place.run(&["journal", "verify", "--journal-only"], "");
    assert!(refused.code != 0 && refused.err.contains("master key"), "{}", refused.err);
    assert!(!place.path("data/record.key").exists(), "no other key is made");

    // Handed over in the environment instead of a file.
    let other = Place::new(&["heart"]);
    let file = place.path("before.tar");
    let env = [("GTP_RECORD_KEY", first.trim())];
    let restored = other.run_with(&["restore", file.to_str().unwrap()], &env, "");
    assert_eq!(restored.code, 0, "{}", restored.err);
    assert_eq!(other.run_with(&["journal", "verify"], &env, "").code, 0);
    let changed = [("GTP_RECORD_KEY", second.trim()), ("GTP_RECORD_KEY_BEFORE", first.trim())];
    let shown = other.run_with(&["key", "show"], &changed, "");
    assert!(shown.out.contains("the environment"), "{} {}", shown.out, shown.err);
    assert_eq!(other.run_with(&["journal", "verify"], &changed[..1], "").code, 0);
    assert_ne!(
        other.run_with(&["journal", "verify"], &env, "").code,
        0,
        "the old one is of no use now"
    );
    let refused = other.run_with(&["key", "rotate"], &changed[..1], "");
    assert!(refused.err.contains("GTP_RECORD_KEY_BEFORE"), "{}", refused.err);
}

/// Whether a text stands in a file under this folder.
fn anywhere(folder: &std::path::Path, text: &str) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return anywhere(&path, text);
        }
        let bytes = std::fs::read(&path).unwrap_or_default();
        bytes.windows(text.len()).any(|part| part == text.as_bytes())
    })
}

fn hash(text: &Value) -> Digest {
    text.as_str().unwrap().parse().unwrap()
}

fn hashes(path: &Value) -> Vec<Digest> {
    path.as_array().unwrap().iter().map(hash).collect()
}

#[tokio::test]
async fn an_auditor_who_kept_a_checkpoint_is_shown_that_nothing_was_changed_or_dropped() {
    let server = Place::with_people(&["heart"]).serve();
    let (nurse, [citizen, _]) = two_citizens(&server).await;
    let auditor = Api::anonymous(&server);
    let kept = auditor.get("/api/v1/checkpoint").await.expect(200).json();
    let text = kept["text"].as_str().unwrap();
    let (key, signature) =
        (kept["public_key"].as_str().unwrap(), kept["signature"].as_str().unwrap());
    assert!(SealKey::verify(key, text, signature));
    assert!(!SealKey::verify(key, &text.replace('\n', " "), signature));
    let published = std::fs::read_to_string(server.place().path("data/checkpoint/latest")).unwrap();
    assert_eq!(published, text);
    assert_eq!(text.lines().nth(1).unwrap(), kept["size"].to_string());

    let _ = nurse.measure(&citizen, "weight", "kg", 80.4, 0.5).await.expect(201);
    let (old, old_root) = (kept["size"].as_u64().unwrap(), hash(&kept["root"]));
    let now = until("a newer checkpoint", async || {
        let now = auditor.get("/api/v1/checkpoint").await.expect(200).json();
        (now["size"].as_u64().unwrap() > old).then_some(now)
    })
    .await;
    let (new, new_root) = (now["size"].as_u64().unwrap(), hash(&now["root"]));
    let path = format!("/api/v1/checkpoint/consistency?old={old}&new={new}");
    let proof = auditor.get(&path).await.expect(200).json();
    assert!(consistent(old, &old_root, new, &new_root, &hashes(&proof["path"])));
    assert!(!consistent(old, &new_root, new, &new_root, &hashes(&proof["path"])));

    // Each event of a citizen's own export can be shown to be in the record, erased or not.
    let exported = server.place().succeed(&["export", "--citizen", &citizen, "--exact"], "");
    let line = exported.lines().next().unwrap();
    let event = serde_json::from_str::<Value>(line).unwrap()["number"].as_u64().unwrap();
    let path = format!("/api/v1/checkpoint/inclusion?event={event}&size={new}");
    for _ in 0..2 {
        let proof = nurse.get(&path).await.expect(200).json();
        let leaf = gtp_record::event::hash(line.as_bytes());
        assert_eq!(hash(&proof["hash"]), leaf);
        assert!(included(&leaf, event, new, &hashes(&proof["path"]), &new_root));
        let erase = ["erase", "--citizen", &citizen, "--reason", "asked for it", "--yes"];
        let _ = server.place().run(&erase, "");
    }

    for (path, status) in [
        (format!("/api/v1/checkpoint/consistency?old={old}&new=9999999"), 404),
        (format!("/api/v1/checkpoint/consistency?old={new}&new={old}"), 404),
        ("/api/v1/checkpoint/consistency?old=1".to_owned(), 400),
        (path, 401),
    ] {
        let _ = auditor.get(&path).await.expect(status);
    }
}
