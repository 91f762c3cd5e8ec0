//! Saved states with their bodies, and loading them into a store that runs.

use std::path::Path;
use std::sync::Arc;

use store::{BlobId, CommitSeq, Direction, Options, Read, SMALL_BLOB_BYTES, Store, Timers};

use crate::dice::Dice;
use crate::sim::{End, SimDisk};

/// Bodies on both sides of the limit, each under a key of its own, and a timer.
fn fill(store: &Store, seed: u8) {
    let table = store.table("objects");
    for (n, length) in [0, 10, SMALL_BLOB_BYTES, SMALL_BLOB_BYTES + 1, 700_000].into_iter().enumerate() {
        let id = store.blobs().put(&vec![seed; length]).unwrap();
        let mut txn = store.begin();
        txn.put(table, &[seed, n as u8], id.to_bytes().to_vec());
        txn.name_body(id);
        txn.set_timer(i64::from(seed), &[n as u8], b"ring");
        txn.commit(b"").unwrap();
    }
}

/// Every object with its length, once its body has been read and found to be its own.
fn objects(store: &Store) -> Vec<(Vec<u8>, u64)> {
    let (table, snapshot) = (store.table("objects"), store.snapshot());
    let rows = snapshot.prefix(table, b"", Direction::Forward).map(|row| row.unwrap());
    rows.map(|(key, id)| {
        let id = BlobId::from_bytes(&id).unwrap();
        let body = store.blobs().get(id, 0..u64::MAX).unwrap();
        assert!(body.len() as u64 == id.length() && body.iter().all(|byte| *byte == key[0]), "{key:?}");
        (key.to_vec(), id.length())
    })
    .collect()
}

fn body_files(dir: &Path) -> usize {
    store::Disk::list(&store::OsDisk, &dir.join("blobs")).unwrap().len()
}

#[test]
fn a_saved_state_brings_its_bodies_wherever_it_is_loaded() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("cloud.snapshot");
    let on_disk = |name: &str| Store::open(&dir.path().join(name), Options::default()).unwrap();
    let fork = Store::memory();
    fill(&fork, 8);
    for (at, source) in [Store::memory(), on_disk("source"), fork.fork_in_memory()].into_iter().enumerate() {
        fill(&source, 1);
        let want = objects(&source);
        let mut told = (0, 0);
        source
            .save(&file, &mut |done, all| {
                assert!(done >= told.0 && done <= all, "{done} of {all} after {told:?}");
                told = (done, all);
            })
            .unwrap();
        assert!(told.0 == told.1 && told.0 > 700_000, "{told:?}");
        fill(&source, 2);
        let loaded = dir.path().join(format!("loaded-{at}"));
        Store::load(&loaded, &file, &mut |_, _| ()).unwrap();
        let others = [on_disk(&format!("loaded-{at}")), on_disk(&format!("other-{at}")), Store::memory(), source];
        for (n, store) in others.into_iter().enumerate() {
            // Tables have other numbers here, and there are other bodies.
            store.table("something else");
            fill(&store, 3);
            let old = store.snapshot();
            let seq = store.replace(&file, b"loaded", &mut |_, _| ()).unwrap();
            assert_eq!((objects(&store), seq), (want.clone(), CommitSeq(old.seq().0 + 1)), "{at} {n}");
            assert_eq!(store.snapshot().due(i64::MAX, 100).unwrap().len(), want.len());
            assert_eq!(old.prefix(store.table("objects"), &[3], Direction::Forward).count(), 5);
            fill(&store, 4);
            assert_eq!(objects(&store).len(), want.len() + 5);
            // Again, over itself.
            store.replace(&file, b"", &mut |_, _| ()).unwrap();
            assert_eq!(objects(&store), want);
        }
        for name in [format!("loaded-{at}"), format!("other-{at}")] {
            assert_eq!(objects(&on_disk(&name)), want, "after a restart");
            let files = [3, 2, 5][at] + if at == 2 { 5 } else { 0 };
            assert!(body_files(&dir.path().join(&name)) <= files + 3, "bodies of the old state are gone");
        }
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "damages a file on purpose")]
fn a_damaged_file_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("cloud.snapshot");
    let source = Store::memory();
    fill(&source, 1);
    source.save(&file, &mut |_, _| ()).unwrap();
    let whole = std::fs::read(&file).unwrap();
    let store = Store::open(&dir.path().join("store"), Options::default()).unwrap();
    fill(&store, 2);
    let want = objects(&store);
    for at in [10, 60, whole.len() / 2, whole.len() - 5] {
        let mut bad = whole.clone();
        bad[at] ^= 1;
        std::fs::write(&file, &bad).unwrap();
        assert!(store.replace(&file, b"", &mut |_, _| ()).is_err(), "{at}");
        std::fs::write(&file, &whole[..at]).unwrap();
        assert!(store.replace(&file, b"", &mut |_, _| ()).is_err(), "{at}");
    }
    assert!(store.replace(dir.path(), b"", &mut |_, _| ()).is_err());
    assert_eq!(objects(&store), want);
    std::fs::write(&file, &whole).unwrap();
    store.replace(&file, b"", &mut |_, _| ()).unwrap();
    assert_eq!(objects(&store), objects(&source));
}

#[test]
fn readers_see_the_old_state_or_the_new_one() {
    let dir = tempfile::tempdir().unwrap();
    let files = [1, 2].map(|seed| {
        let file = dir.path().join(format!("{seed}.snapshot"));
        let source = Store::memory();
        fill(&source, seed);
        source.save(&file, &mut |_, _| ()).unwrap();
        file
    });
    let store =
        Store::open(&dir.path().join("store"), Options { fold_after_bytes: 4 << 10, ..Options::default() }).unwrap();
    store.replace(&files[0], b"", &mut |_, _| ()).unwrap();
    let table = store.table("objects");
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for round in 0..40 {
                store.replace(&files[(round + 1) % 2], b"", &mut |_, _| ()).unwrap();
            }
        });
        while !writer.is_finished() {
            let snapshot = store.snapshot();
            let rows = snapshot.prefix(table, b"", Direction::Forward);
            let seeds: Vec<u8> = rows.map(|row| row.unwrap().0[0]).collect();
            assert!(seeds.len() == 5 && seeds.iter().all(|seed| *seed == seeds[0]), "{seeds:?}");
        }
    });
}

#[test]
fn a_crash_leaves_the_old_state_or_the_new_one() {
    let file = Path::new("/saved");
    for (end, seed) in [(End::Kill, 1), (End::PowerCut, 2), (End::PowerCut, 3)] {
        for stop_at in 1.. {
            let (disk, mut fate) = (SimDisk::default(), Dice::new(seed * 1_000 + stop_at));
            let open = || {
                let options = Options { fold_after_bytes: usize::MAX, ..Options::default() };
                Store::open_on(Arc::new(disk.clone()), Path::new("/sim"), options).unwrap()
            };
            let store = open();
            fill(&store, 1);
            store.save(file, &mut |_, _| ()).unwrap();
            let old = objects(&store);
            store.clear().unwrap();
            fill(&store, 2);
            store.sync().unwrap();
            let new = objects(&store);
            drop(store);
            disk.revive(End::Kill, None, &mut fate);
            let store = open();
            let table = store.table("objects");
            let rows =
                store.snapshot().prefix(table, b"", Direction::Forward).map(|row| row.unwrap().1).collect::<Vec<_>>();
            // So that the bodies of the saved state have to be brought again.
            store.sweep_bodies(rows.iter().filter_map(|id| BlobId::from_bytes(id))).unwrap();
            disk.stop_after(stop_at);
            let replaced = store.replace(file, b"", &mut |_, _| ());
            let stopped = disk.is_stopped();
            drop(store);
            disk.revive(end, None, &mut fate);
            let found = objects(&open());
            assert!(found == old || (found == new && stopped), "{end:?}, stopped at {stop_at}: {found:?}");
            assert!(found == old || replaced.is_err() || end == End::PowerCut, "what was answered is kept");
            if !stopped {
                assert!(stop_at > 14 && replaced.is_ok(), "{stop_at} {replaced:?}");
                break;
            }
        }
    }
}

#[test]
fn bodies_that_stay_reach_the_disk_before_the_state_that_names_them() {
    let file = Path::new("/saved");
    for (seed, stop_at) in (0..60).flat_map(|seed| (1..12).map(move |stop_at| (seed, stop_at))) {
        let disk = SimDisk::default();
        let open = || Store::open_on(Arc::new(disk.clone()), Path::new("/sim"), Options::default()).unwrap();
        let store = open();
        let mut txn = store.begin();
        let id = store.blobs().put(&[1; 10]).unwrap();
        txn.put(store.table("objects"), &[1], id.to_bytes().to_vec());
        txn.name_body(id);
        txn.commit(b"").unwrap();
        store.save(file, &mut |_, _| ()).unwrap();
        disk.stop_after(stop_at);
        let _ = store.replace(file, b"", &mut |_, _| ());
        drop(store);
        disk.revive(End::PowerCut, None, &mut Dice::new(seed));
        // Each body is there and its own, whatever objects there are.
        assert!(objects(&open()).len() <= 1);
    }
}
