//! Programmes come, change and go while the host runs. Whatever is dropped into the folder, what served goes
//! on unless something better takes its place.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod runtime_support;

use gtp_runtime::{Activation, Change, OrderError, RunError, State};
use runtime_support::{Host, case, programme, rule};
use std::{fs, time::Duration};

#[test]
fn a_component_in_the_folder_serves_after_a_look() {
    let host = Host::start();
    assert_eq!(host.catalogue().active().len(), 0);
    host.drop_in("heart.wasm", "heart", "1.0.0", "");
    let loaded = host.serving("heart");
    assert_eq!(loaded.file, "heart.wasm");
    assert_eq!(loaded.contract.to_string(), "1.0.0");
    assert_eq!(host.standing("heart.wasm").state, State::Active);
    assert!(host.folders.path().join(format!("data/components/{}.wasm", loaded.digest)).is_file());
}

#[test]
fn a_watched_folder_needs_nobody_to_look() {
    let host = Host::start_with(|settings| settings.watch = true);
    let mut changes = host.runtime.subscribe();
    host.put("heart.wasm", &host.guest.component("heart", "1.0.0", "").unwrap());
    let change = changes.blocking_recv().unwrap();
    assert!(matches!(change, Change::Activated { programme, .. } if programme.as_str() == "heart"));
    host.put("heart.wasm", &host.guest.component("heart", "1.1.0", "").unwrap());
    let change = changes.blocking_recv().unwrap();
    assert!(
        matches!(change, Change::Activated { replaced: Some(old), .. } if old.to_string() == "1.0.0")
    );
    fs::remove_file(host.file("heart.wasm")).unwrap();
    let change = changes.blocking_recv().unwrap();
    assert!(matches!(change, Change::Withdrawn { .. }));
}

#[test]
fn a_broken_replacement_leaves_the_old_version_serving_across_a_restart_too() {
    let host = Host::start();
    host.drop_in("heart.wasm", "heart", "1.0.0", "");
    let digest = host.serving("heart").digest;
    host.drop_in("heart.wasm", "heart", "1.1.0", "scenario-fails");
    assert_eq!(host.standing("heart.wasm").state, State::Refused);
    assert_eq!(host.serving("heart").digest, digest);
    let host = host.restart(|_| {});
    assert_eq!(host.serving("heart").digest, digest);
    host.drop_in("heart.wasm", "heart", "1.2.0", "");
    assert_eq!(host.version("heart").unwrap(), "1.2.0");
}

#[test]
fn a_removed_file_withdraws_its_programme_and_keeps_its_component() {
    let host = Host::start();
    host.drop_in("heart.wasm", "heart", "1.0.0", "");
    let loaded = host.serving("heart");
    fs::remove_file(host.file("heart.wasm")).unwrap();
    host.look();
    assert_eq!(host.version("heart"), None);
    assert_eq!(host.standing("").state, State::Withdrawn);
    let again = host.runtime.earlier(loaded.digest).unwrap();
    let rules = [rule("gain")];
    let case = case(&again.definition, &rules, 9, 1.5);
    let now = host.runtime.assess_blocking(&again, &rules, &case).unwrap();
    let then = host.runtime.assess_blocking(&loaded, &rules, &case).unwrap();
    assert_eq!(now.assessment, then.assessment);
}

#[test]
fn a_damaged_kept_component_is_not_run_again() {
    let host = Host::start();
    host.drop_in("heart.wasm", "heart", "1.0.0", "");
    let digest = host.serving("heart").digest;
    fs::remove_file(host.file("heart.wasm")).unwrap();
    host.look();
    let kept = host.folders.path().join(format!("data/components/{digest}.wasm"));
    let mut bytes = fs::read(&kept).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&kept, bytes).unwrap();
    let error = host.runtime.earlier(digest).unwrap_err();
    assert!(error.to_string().contains("damaged"), "{error}");
}

#[test]
fn of_several_versions_the_highest_serves_and_the_others_are_said_to_be_surplus() {
    let host = Host::start();
    host.drop_in("a.wasm", "heart", "1.0.0", "");
    host.drop_in("b.wasm", "heart", "1.10.0", "");
    host.drop_in("c.wasm", "heart", "1.9.0", "");
    assert_eq!(host.version("heart").unwrap(), "1.10.0");
    assert_eq!(host.standing("a.wasm").state, State::Superseded);
    assert_eq!(host.standing("c.wasm").state, State::Superseded);
    fs::remove_file(host.file("b.wasm")).unwrap();
    host.look();
    assert_eq!(
        host.version("heart").unwrap(),
        "1.9.0",
        "removing a file is a decision, not an accident"
    );
}

#[test]
fn a_lower_version_in_place_of_a_higher_is_refused() {
    let host = Host::start();
    host.drop_in("heart.wasm", "heart", "1.1.0", "");
    host.drop_in("heart.wasm", "heart", "1.0.0", "");
    assert_eq!(host.codes("heart.wasm"), ["version-lower"]);
    assert_eq!(host.version("heart").unwrap(), "1.1.0");
}

#[test]
fn the_same_version_twice_is_refused_and_in_place_it_is_said_so() {
    let host = Host::start();
    host.drop_in("a.wasm", "heart", "1.0.0", "");
    let first = host.serving("heart").digest;
    host.drop_in("b.wasm", "heart", "1.0.0", "later-traps");
    assert_eq!(host.codes("b.wasm")[0], "version-taken");
    assert_eq!(host.serving("heart").digest, first);
    fs::copy(host.file("a.wasm"), host.file("copy.wasm")).unwrap();
    host.look();
    assert_eq!(host.standing("copy.wasm").state, State::Superseded);
    assert_eq!(host.codes("copy.wasm"), ["duplicate"]);
    fs::remove_file(host.file("b.wasm")).unwrap();
    fs::remove_file(host.file("copy.wasm")).unwrap();
    host.drop_in("a.wasm", "heart", "1.0.0", "markup-in-title");
    assert_ne!(host.serving("heart").digest, first);
    assert!(host.codes("a.wasm").contains(&"version-same"));
}

#[test]
fn a_field_may_never_change_its_unit_and_one_that_is_gone_is_noted() {
    let host = Host::start();
    host.drop_in("heart.wasm", "heart", "1.0.0", "");
    host.drop_in("heart.wasm", "heart", "2.0.0", "changed-unit");
    assert_eq!(host.codes("heart.wasm")[0], "field-changed");
    assert_eq!(host.version("heart").unwrap(), "1.0.0");
    fs::remove_file(host.file("heart.wasm")).unwrap();
    host.look();
    host.drop_in("heart.wasm", "heart", "3.0.0", "changed-unit");
    assert_eq!(
        host.codes("heart.wasm")[0],
        "field-changed",
        "withdrawing it first changes nothing"
    );
}

#[test]
fn two_programmes_that_disagree_on_a_field_do_not_both_serve() {
    let host = Host::start();
    host.drop_in("copd.wasm", "copd", "1.0.0", "");
    host.drop_in("a-new-one.wasm", "a-new-one", "1.0.0", "changed-unit");
    assert_eq!(host.codes("a-new-one.wasm")[0], "field-disagrees");
    let said = host.standing("a-new-one.wasm").flaws[0].to_string();
    assert!(said.contains("`weight`") && said.contains("`copd`") && said.contains("kg"), "{said}");
    let host = host.restart(|_| {});
    assert!(host.version("copd").is_some() && host.version("a-new-one").is_none());
}

#[test]
fn with_approval_nothing_serves_before_an_operators_yes() {
    let approval =
        |settings: &mut gtp_runtime::Settings| settings.activation = Activation::Approval;
    let host = Host::start_with(approval);
    host.drop_in("heart.wasm", "heart", "1.0.0", "");
    assert_eq!(host.standing("heart.wasm").state, State::Waiting);
    assert_eq!(host.version("heart"), None);
    let heart = programme("heart");
    host.runtime.approve(&heart, None).unwrap();
    assert_eq!(host.version("heart").unwrap(), "1.0.0");
    assert_eq!(host.runtime.approve(&heart, None), Err(OrderError::NothingWaits(heart.clone())));
    host.drop_in("heart.wasm", "heart", "1.1.0", "");
    assert_eq!(host.version("heart").unwrap(), "1.0.0");
    let host = host.restart(approval);
    assert_eq!(host.version("heart").unwrap(), "1.0.0", "what waits waits after a restart too");
    assert_eq!(host.standing("heart.wasm").state, State::Waiting);
    host.runtime.approve(&heart, None).unwrap();
    assert_eq!(host.version("heart").unwrap(), "1.1.0");
}

#[test]
fn an_operator_goes_back_and_forth() {
    let host = Host::start();
    let heart = programme("heart");
    assert_eq!(host.runtime.go_back(&heart), Err(OrderError::NothingBefore(heart.clone())));
    for version in ["1.0.0", "1.1.0", "1.2.0"] {
        host.drop_in("heart.wasm", "heart", version, "");
    }
    host.runtime.go_back(&heart).unwrap();
    assert_eq!(host.version("heart").unwrap(), "1.1.0");
    assert_eq!(host.standing("heart.wasm").state, State::Waiting);
    let host = host.restart(|_| {});
    assert_eq!(host.version("heart").unwrap(), "1.1.0", "going back holds across a restart");
    host.runtime.go_back(&heart).unwrap();
    assert_eq!(host.version("heart").unwrap(), "1.0.0", "and further back");
    host.drop_in("heart.wasm", "heart", "1.3.0", "");
    assert_eq!(host.version("heart").unwrap(), "1.0.0");
    host.runtime.approve(&heart, None).unwrap();
    assert_eq!(host.version("heart").unwrap(), "1.3.0");
}

#[tokio::test]
async fn a_call_in_flight_finishes_on_the_version_it_began_with() {
    let host = Host::start();
    host.drop_in("heart.wasm", "heart", "1.0.0", "");
    let old = host.serving("heart");
    host.drop_in("heart.wasm", "heart", "1.1.0", "later-traps");
    let rules = [rule("gain")];
    let case = case(&old.definition, &rules, 9, 1.5);
    assert!(host.runtime.assess(&old, &rules, &case).await.is_ok());
    let error = host.runtime.assess(&host.serving("heart"), &rules, &case).await.unwrap_err();
    assert!(matches!(error, RunError::Trap { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_assessment_fails_while_versions_change_under_it() {
    let host = Host::start();
    host.drop_in("heart.wasm", "heart", "1.0.0", "");
    let done = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let mut asking = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let (runtime, done) = (host.runtime.clone(), done.clone());
        asking.spawn(async move {
            let mut runs = 0u64;
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                let loaded = runtime.catalogue().get(&programme("heart")).cloned().unwrap();
                let rules = [rule("gain"), rule("level")];
                let case = case(&loaded.definition, &rules, 30, 1.5);
                runtime.assess(&loaded, &rules, &case).await.unwrap();
                runs += 1;
            }
            runs
        });
    }
    for minor in 1..=5 {
        let bytes = host.guest.component("heart", &format!("1.{minor}.0"), "").unwrap();
        host.put("heart.wasm", &bytes);
        let runtime = host.runtime.clone();
        tokio::task::spawn_blocking(move || runtime.look().unwrap()).await.unwrap();
        assert_eq!(host.version("heart").unwrap(), format!("1.{minor}.0"));
    }
    done.store(true, std::sync::atomic::Ordering::Relaxed);
    while let Some(runs) = asking.join_next().await {
        assert!(runs.unwrap() > 0);
    }
}

#[test]
fn compiled_code_is_cached_and_damage_to_it_is_mended() {
    let host = Host::start();
    host.drop_in("heart.wasm", "heart", "1.0.0", "");
    let digest = host.serving("heart").digest;
    let cache =
        fs::read_dir(host.folders.path().join("data/compiled")).unwrap().next().unwrap().unwrap();
    let code = cache.path().join(format!("{digest}.code"));
    let whole = fs::read(&code).unwrap();
    for damage in [&whole[..whole.len() / 2], b"", b"\x7fELF"] {
        fs::write(&code, damage).unwrap();
        let again = Host::start_in(copy_of(&host), |_| {});
        assert_eq!(again.serving("heart").digest, digest);
        let mended = fs::read_dir(again.folders.path().join("data/compiled"))
            .unwrap()
            .next()
            .unwrap()
            .unwrap();
        assert_eq!(
            fs::read(mended.path().join(format!("{digest}.code"))).unwrap().len(),
            whole.len()
        );
    }
}

/// The host's folders, copied.
fn copy_of(host: &Host) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    let status = std::process::Command::new("cp")
        .arg("-a")
        .arg(host.folders.path().join("."))
        .arg(copy.path())
        .status()
        .unwrap();
    assert!(status.success());
    copy
}

#[test]
fn a_damaged_ledger_stops_the_start_with_its_name() {
    let host = Host::start();
    host.drop_in("heart.wasm", "heart", "1.0.0", "");
    let Host { folders, runtime, .. } = host;
    drop(runtime);
    fs::write(folders.path().join("data/programmes.json"), b"{").unwrap();
    let error =
        gtp_runtime::Runtime::start(runtime_support::settings(folders.path())).err().unwrap();
    assert!(error.to_string().contains("programmes.json"), "{error}");
}

#[test]
fn a_missing_folder_stops_the_start_with_its_name() {
    let folders = tempfile::tempdir().unwrap();
    let error =
        gtp_runtime::Runtime::start(runtime_support::settings(folders.path())).err().unwrap();
    assert!(error.to_string().contains("programmes"), "{error}");
}

#[test]
fn the_runtime_stops_at_once_when_it_is_dropped() {
    let host = Host::start_with(|settings| settings.watch = true);
    host.drop_in("heart.wasm", "heart", "1.0.0", "");
    let Host { runtime, .. } = host;
    let begun = std::time::Instant::now();
    drop(runtime);
    assert!(begun.elapsed() < Duration::from_secs(5));
}
