//! The format: a state that an earlier version wrote is opened, and is one of this version from then on.
//!
//! `UPDATE=1 cargo test -p store --test store format` makes the fixture anew. That is for a version that has not been
//! released: a new version gets a fixture of its own beside it, and a migration.
#![expect(clippy::disallowed_methods, reason = "reads and copies its fixture")]

use std::path::{Path, PathBuf};

use store::{BlobId, CommitSeq, Direction, FORMAT_VERSION, Options, Read, SMALL_BLOB_BYTES, Store, Timers};

fn fixture(version: u32) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/formats/{version}"))
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), &target).unwrap();
        }
    }
}

/// Rows that have been folded and rows that have not, one deleted, one large; history, a timer, bodies of both kinds.
fn make(dir: &Path) {
    let store = Store::open(&dir.join("state"), Options::default()).unwrap();
    let (rows, objects) = (store.table("rows"), store.table("objects"));
    for second in 1..=6_u8 {
        let mut txn = store.begin();
        txn.set_second(i64::from(second));
        txn.retain(rows, b"k", 0).unwrap();
        txn.put(rows, b"k", vec![second]);
        txn.put(rows, &[second; 60], vec![second; 300]);
        txn.delete(rows, &[second.saturating_sub(3); 60]);
        txn.set_timer(i64::from(second), b"timer", b"ring");
        txn.commit(&[second]).unwrap();
        if second == 4 {
            store.checkpoint().unwrap();
        }
    }
    for (n, length) in [100, SMALL_BLOB_BYTES + 1].into_iter().enumerate() {
        let id = store.blobs().put(&vec![n as u8; length]).unwrap();
        let mut txn = store.begin();
        txn.put(objects, &[n as u8], id.to_bytes().to_vec());
        txn.name_body(id);
        txn.commit(b"").unwrap();
    }
    store.sync().unwrap();
    store.save(&dir.join("saved.snapshot"), &mut |_, _| ()).unwrap();
    drop(store);
    // They are of this machine.
    ["state/lock", "state/boot"].iter().for_each(|name| std::fs::remove_file(dir.join(name)).unwrap());
}

fn check(store: &Store) {
    let (rows, objects) = (store.table("rows"), store.table("objects"));
    let snapshot = store.snapshot();
    let keys: Vec<u8> = snapshot.prefix(rows, b"", Direction::Forward).map(|row| row.unwrap().0[0]).collect();
    assert_eq!(keys, [4, 5, 6, b'k']);
    assert_eq!(snapshot.get(rows, &[5; 60]).unwrap().unwrap(), vec![5; 300]);
    let kept: Vec<u8> = (1..=6).map(|second| snapshot.at(second).get(rows, b"k").unwrap().unwrap()[0]).collect();
    assert_eq!(kept, [1, 2, 3, 4, 5, 6]);
    assert_eq!(snapshot.due(3, 9).unwrap().len(), 3);
    for (n, length) in [100, SMALL_BLOB_BYTES + 1].into_iter().enumerate() {
        let id = BlobId::from_bytes(&snapshot.get(objects, &[n as u8]).unwrap().unwrap()).unwrap();
        assert_eq!(store.blobs().get(id, 0..u64::MAX).unwrap(), vec![n as u8; length]);
    }
}

#[test]
fn a_state_of_every_version_is_opened_and_loaded() {
    if std::env::var_os("UPDATE").is_some() {
        let _ = std::fs::remove_dir_all(fixture(FORMAT_VERSION));
        std::fs::create_dir_all(fixture(FORMAT_VERSION)).unwrap();
        make(&fixture(FORMAT_VERSION));
    }
    for version in 1..=FORMAT_VERSION {
        let dir = tempfile::tempdir().unwrap();
        copy(&fixture(version), dir.path());
        let store = Store::open(&dir.path().join("state"), Options::default()).unwrap();
        assert_eq!((store.open_report().created, store.snapshot().seq()), (false, CommitSeq(8)));
        check(&store);
        let format = std::fs::read_to_string(dir.path().join("state/format")).unwrap();
        assert_eq!(format, format!("terrella state {FORMAT_VERSION}\n"));
        let attachments = store.attachments(CommitSeq(0)).unwrap().map(|attachment| attachment.unwrap());
        assert_eq!(attachments.map(|(seq, bytes)| (seq.0, bytes[0])).collect::<Vec<_>>(), [(5, 5), (6, 6)]);
        let saved = dir.path().join("saved.snapshot");
        Store::load(&dir.path().join("loaded"), &saved, &mut |_, _| ()).unwrap();
        check(&Store::open(&dir.path().join("loaded"), Options::default()).unwrap());
        store.clear().unwrap();
        store.replace(&saved, b"", &mut |_, _| ()).unwrap();
        check(&store);
    }
}

#[test]
fn a_fixture_that_is_changed_anywhere_stops_the_start_or_opens_whole() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let mut refused = 0;
    for name in ["format", "log/0000000002.log", "base-1.redb"] {
        let path = state.join(name);
        for part in 0..12 {
            let _ = std::fs::remove_dir_all(&state);
            copy(&fixture(FORMAT_VERSION).join("state"), &state);
            let mut bytes = std::fs::read(&path).unwrap();
            let at = bytes.len() * part / 12;
            bytes[at] ^= 0x55;
            std::fs::write(&path, &bytes).unwrap();
            match Store::open(&state, Options::default()) {
                // A page of the base that nothing uses.
                Ok(store) if name.starts_with("base") => drop(store),
                Ok(store) => panic!("{name} at {at}: {:?}", store.open_report()),
                Err(error) => {
                    let text = error.to_string();
                    assert!(
                        text.contains("put back a copy") || text.contains("a newer version"),
                        "{name} at {at}: {text}"
                    );
                    refused += 1;
                }
            }
        }
    }
    assert!(refused >= 24, "{refused}");
}
