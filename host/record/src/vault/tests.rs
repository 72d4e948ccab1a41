#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
use super::*;
use crate::journal::disk::RealDisk;
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

fn disk() -> Arc<dyn Disk> {
    Arc::new(RealDisk)
}

fn opened(dir: &Path) -> Vault {
    Vault::open(&disk(), dir, &KeySource::in_folder(dir), || Ok(false)).unwrap().0
}

fn reopened(dir: &Path) -> Result<Vault, VaultError> {
    let source = KeySource::in_folder(dir);
    Vault::open(&disk(), dir, &source, || Ok(true)).map(|(vault, _)| vault)
}

fn sealed(vault: &Vault, key: u64) -> Vec<u8> {
    vault.seal(key, 9, b"80.5 kg").unwrap()
}

fn plain(vault: &Vault, key: u64, payload: &[u8]) -> Result<Vec<u8>, DecodeError> {
    vault.plain(&Record { codec: Codec::SEALED, key, payload }, 9).map(Cow::into_owned)
}

#[test]
fn keys_are_made_once_kept_and_only_their_owner_reads_the_master_key() {
    let dir = tempfile::tempdir().unwrap();
    let source = KeySource::in_folder(dir.path());
    let (vault, made) = Vault::open(&disk(), dir.path(), &source, || Ok(false)).unwrap();
    let path = dir.path().join(KeySource::FILE);
    assert_eq!(made.as_deref(), Some(path.as_path()));
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let keys: Vec<u64> = (0..100).map(|_| vault.fresh().unwrap()).collect();
    assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), 100);
    assert!(!keys.contains(&OWN));
    let texts: Vec<_> = keys.iter().map(|key| sealed(&vault, *key)).collect();
    drop(vault);
    let vault = reopened(dir.path()).unwrap();
    for (key, text) in keys.iter().zip(&texts) {
        assert_eq!(plain(&vault, *key, text).unwrap(), b"80.5 kg");
        assert!(plain(&vault, OWN, text).is_err());
    }
    assert!(!keys.contains(&vault.fresh().unwrap()), "a key is never handed out twice");
}

#[test]
fn without_its_master_key_a_record_stays_closed_and_says_which_is_needed() {
    let dir = tempfile::tempdir().unwrap();
    let name = opened(dir.path()).state().unwrap().master;
    let path = dir.path().join(KeySource::FILE);
    let kept = fs::read(&path).unwrap();
    fs::remove_file(&path).unwrap();
    let error = reopened(dir.path()).err().unwrap().to_string();
    assert!(error.contains(&name) && error.contains("record.key"), "{error}");
    assert!(!path.exists(), "no other key is made in its place");
    fs::write(&path, MasterKey::random().unwrap().text_for_tests()).unwrap();
    assert!(matches!(reopened(dir.path()), Err(VaultError::Missing { .. })));
    fs::write(&path, "no key").unwrap();
    assert!(matches!(reopened(dir.path()), Err(VaultError::Unusable { .. })));
    fs::write(&path, kept).unwrap();
    reopened(dir.path()).unwrap();
    fs::remove_dir_all(dir.path().join("keys")).unwrap();
    assert!(matches!(reopened(dir.path()), Err(VaultError::NoKeys)));
}

#[test]
fn a_destroyed_key_is_gone_at_once_and_for_good() {
    let dir = tempfile::tempdir().unwrap();
    let vault = opened(dir.path());
    let (one, other) = (vault.fresh().unwrap(), vault.fresh().unwrap());
    let texts = [sealed(&vault, one), sealed(&vault, other)];
    vault.destroy(&BTreeSet::from([one, OWN, 10_000])).unwrap();
    vault.destroy(&BTreeSet::from([one])).unwrap();
    for vault in [vault, reopened(dir.path()).unwrap()] {
        let error = plain(&vault, one, &texts[0]).unwrap_err().to_string();
        assert!(error.contains("destroyed"), "{error}");
        assert_eq!(plain(&vault, other, &texts[1]).unwrap(), b"80.5 kg");
        assert!(vault.seal(OWN, 1, b"").is_ok(), "the record's own key is never destroyed");
        vault.rotate().unwrap();
        assert_eq!(vault.state().unwrap().destroyed, 1);
    }
}

#[test]
fn a_new_master_key_wraps_every_key_again_while_the_record_is_in_use() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(KeySource::FILE);
    let vault = opened(dir.path());
    let keys: Vec<u64> = (0..50).map(|_| vault.fresh().unwrap()).collect();
    let texts: Vec<_> = keys.iter().map(|key| sealed(&vault, *key)).collect();
    let (old_key, old_file) = (fs::read(&path).unwrap(), fs::read(dir.path().join(NAME)).unwrap());
    let rotated = vault.rotate().unwrap();
    assert!(rotated.keys >= 51 && rotated.before != rotated.now, "{rotated:?}");
    assert_eq!(fs::read(&rotated.kept).unwrap(), old_key);
    assert_ne!(fs::read(&path).unwrap(), old_key);
    let next = vault.fresh().unwrap();
    let more = sealed(&vault, next);
    drop(vault);
    let vault = reopened(dir.path()).unwrap();
    for (key, text) in keys.iter().zip(&texts).chain([(&next, &more)]) {
        assert_eq!(plain(&vault, *key, text).unwrap(), b"80.5 kg");
    }
    drop(vault);
    // Keys from before, out of a backup: the key before opens them, and they get the new one at once.
    fs::write(dir.path().join(NAME), old_file).unwrap();
    let vault = reopened(dir.path()).unwrap();
    assert_eq!(plain(&vault, keys[7], &texts[7]).unwrap(), b"80.5 kg");
    assert_eq!(vault.state().unwrap().master, rotated.now);
    drop(vault);
    fs::remove_file(&rotated.kept).unwrap();
    reopened(dir.path()).unwrap();
}

#[test]
fn a_new_key_in_the_environment_is_taken_over_from_the_one_before() {
    let dir = tempfile::tempdir().unwrap();
    let (old, new) = (MasterKey::random().unwrap(), MasterKey::random().unwrap());
    let given = |keys: &[&MasterKey]| {
        let source = KeySource::Given(keys.iter().map(|key| (*key).clone()).collect());
        Vault::open(&disk(), dir.path(), &source, || Ok(false)).map(|(vault, _)| vault)
    };
    let vault = given(&[&old]).unwrap();
    assert!(matches!(vault.rotate(), Err(VaultError::NotInAFile)));
    drop(vault);
    assert!(matches!(given(&[&new]), Err(VaultError::Missing { .. })));
    assert_eq!(given(&[&new, &old]).unwrap().state().unwrap().master, new.name());
    given(&[&new]).unwrap();
    assert!(!dir.path().join(KeySource::FILE).exists());
}

#[test]
fn damage_to_a_wrapped_key_is_told_from_one_that_was_destroyed() {
    let dir = tempfile::tempdir().unwrap();
    let vault = opened(dir.path());
    let key = vault.fresh().unwrap();
    drop(vault);
    let path = dir.path().join(NAME);
    let sound = fs::read(&path).unwrap();
    for at in [0, 7, 8, 40, 67, 71] {
        let mut bytes = sound.clone();
        bytes[512 + (key as usize - 1) * 128 + at] ^= 1;
        fs::write(&path, &bytes).unwrap();
        let vault = reopened(dir.path()).unwrap();
        assert!(matches!(vault.seal(key, 1, b""), Err(VaultError::Damaged { .. })));
        assert!(
            matches!(vault.rotate(), Err(VaultError::Damaged { .. })),
            "it is not lost silently"
        );
    }
    fs::write(&path, &sound[..511]).unwrap();
    assert!(matches!(reopened(dir.path()), Err(VaultError::Damaged { .. })));
}
