//! Bodies of every size, through kills, power cuts, full disks, sweeps and forks.

use std::path::Path;
use std::sync::Arc;

use store::{BlobId, Options, Read, SMALL_BLOB_BYTES, Store};

use crate::dice::Dice;
use crate::sim::{End, SimDisk};

fn open(disk: &SimDisk) -> Store {
    let options = Options { fold_after_bytes: usize::MAX, ..Options::default() };
    Store::open_on(Arc::new(disk.clone()), Path::new("/sim"), options).unwrap()
}

/// Sizes on both sides of the limit between segments and files.
fn body(dice: &mut Dice) -> Vec<u8> {
    match dice.below(4) {
        0 => Vec::new(),
        1 => dice.bytes(300),
        2 => vec![dice.next() as u8; SMALL_BLOB_BYTES + dice.below(3) as usize - 1],
        _ => vec![dice.next() as u8; SMALL_BLOB_BYTES * 2],
    }
}

fn files(disk: &SimDisk) -> usize {
    disk.paths().iter().filter(|path| path.starts_with("/sim/blobs")).count()
}

#[test]
fn bodies_read_back_whole_and_in_part() {
    let disk = SimDisk::default();
    for store in [Store::memory(), open(&disk)] {
        let mut dice = Dice::new(4);
        for _ in 0..30 {
            let want = body(&mut dice);
            let mut writer = store.blobs().writer();
            want.chunks(7_000).for_each(|piece| writer.write(piece).unwrap());
            let id = writer.finish().unwrap().id();
            assert_eq!(BlobId::from_bytes(&id.to_bytes()), Some(id));
            assert_eq!(id.length(), want.len() as u64);
            assert_eq!(store.blobs().get(id, 0..u64::MAX).unwrap(), want);
            let (from, to) = (dice.below(70_000), dice.below(70_000));
            let part = want.get(from as usize..want.len().min(to as usize)).unwrap_or_default();
            assert_eq!(store.blobs().get(id, from..to).unwrap(), part, "{from}..{to} of {}", want.len());
        }
    }
    assert_eq!(BlobId::from_bytes(&[0; 27]), None);
    assert_eq!(BlobId::from_bytes(&[0; 29]), None);
}

#[test]
fn a_row_never_names_a_body_that_is_not_there() {
    for seed in 0..60 {
        let (disk, mut dice) = (SimDisk::default(), Dice::new(seed));
        let stop_at = 20 + dice.below(120);
        disk.revive(End::Kill, Some(stop_at), &mut dice);
        let options = Options { fold_after_bytes: usize::MAX, ..Options::default() };
        let store = Store::open_on(Arc::new(disk.clone()), Path::new("/sim"), options);
        let _ = store
            .map_err(|error| error.to_string())
            .and_then(|store| work(&store, &mut dice).map_err(|error| error.to_string()));
        let end = if seed % 2 == 0 { End::Kill } else { End::PowerCut };
        disk.revive(end, None, &mut dice);
        let store = open(&disk);
        let live = live(&store);
        let bodies: Vec<_> = live.iter().map(|(_, id)| store.blobs().get(*id, 0..u64::MAX).unwrap()).collect();
        let gone = store.blobs().sweep(live.iter().map(|(_, id)| *id)).unwrap();
        assert!(gone == 0 || files(&disk) <= live.len(), "seed {seed}");
        for ((key, id), body) in live.iter().zip(bodies) {
            assert_eq!(store.blobs().get(*id, 0..u64::MAX).unwrap(), body, "seed {seed}");
            assert!(body.iter().all(|byte| *byte == key[0]), "seed {seed}: {end:?}");
        }
    }
}

fn live(store: &Store) -> Vec<(Vec<u8>, BlobId)> {
    let table = store.table("objects");
    let snapshot = store.snapshot();
    let rows = snapshot.prefix(table, b"", store::Direction::Forward).map(|row| row.unwrap());
    rows.map(|(key, value)| (key.to_vec(), BlobId::from_bytes(&value).unwrap())).collect()
}

/// Objects come, are replaced and go; each is filled with its key.
fn work(store: &Store, dice: &mut Dice) -> Result<(), store::Error> {
    let table = store.table("objects");
    for _ in 0..60 {
        let key = [dice.below(6) as u8];
        let new = match dice.once_in(4) {
            true => None,
            false => Some(store.blobs().put(&vec![key[0]; body(dice).len()])?),
        };
        let mut txn = store.begin();
        let old = txn.get(table, &key)?.and_then(|id| BlobId::from_bytes(&id));
        match new {
            Some(id) => txn.put(table, &key, id.to_bytes().to_vec()),
            None => txn.delete(table, &key),
        }
        txn.commit(b"")?;
        old.into_iter().for_each(|old| store.blobs().release(old));
        match dice.below(8) {
            0 => store.sync()?,
            1 => store.checkpoint()?,
            _ => {}
        }
    }
    Ok(())
}

#[test]
fn released_bodies_go_after_the_next_sync_and_pinned_ones_stay() {
    let disk = SimDisk::default();
    let store = open(&disk);
    let large = vec![1; SMALL_BLOB_BYTES + 1];
    let id = store.blobs().put(&large).unwrap();
    let pin = store.blobs().pin(id).unwrap();
    store.blobs().release(id);
    store.sync().unwrap();
    assert_eq!(store.blobs().get(id, 0..u64::MAX).unwrap(), large);
    drop(pin);
    assert_eq!(files(&disk), 1, "it goes with a sync, not before");
    store.sync().unwrap();
    assert_eq!(files(&disk), 0);
    assert!(store.blobs().get(id, 0..1).is_err());
    drop(store.blobs().writer());
    let mut writer = store.blobs().writer();
    writer.write(&large).unwrap();
    drop(writer);
    assert_eq!(files(&disk), 0, "a body that was given up leaves nothing");
}

#[test]
fn a_body_that_does_not_fit_is_an_error_and_the_next_one_is_kept() {
    for size in [500, SMALL_BLOB_BYTES + 1] {
        let disk = SimDisk::default();
        let store = open(&disk);
        let first = store.blobs().put(&[1; 100]).unwrap();
        disk.set_space(Some(300));
        assert!(store.blobs().put(&vec![2; size]).is_err());
        disk.set_space(None);
        let last = store.blobs().put(&vec![3; size]).unwrap();
        assert_eq!(store.blobs().get(first, 0..u64::MAX).unwrap(), vec![1; 100]);
        assert_eq!(store.blobs().get(last, 0..u64::MAX).unwrap(), vec![3; size]);
    }
}

#[test]
fn a_changed_body_is_noticed_when_it_is_read_whole() {
    let disk = SimDisk::default();
    let store = open(&disk);
    let id = store.blobs().put(&[1; 100]).unwrap();
    let segment = disk.paths().into_iter().find(|path| path.extension().is_some_and(|kind| kind == "segment"));
    disk.meddle(&segment.unwrap(), |bytes| bytes[50] ^= 1);
    assert!(store.blobs().get(id, 0..100).is_err());
    assert_eq!(store.blobs().get(id, 0..40).unwrap(), vec![1; 40]);
}

#[test]
fn a_fork_in_memory_reads_what_its_source_had_and_changes_none_of_it() {
    let disk = SimDisk::default();
    for source in [Store::memory(), open(&disk)] {
        let id = source.blobs().put(&vec![1; SMALL_BLOB_BYTES + 1]).unwrap();
        let fork = source.fork_in_memory();
        let (ours, theirs) = (fork.blobs().put(b"fork").unwrap(), source.blobs().put(b"source").unwrap());
        let nested = fork.fork_in_memory();
        fork.blobs().release(id);
        fork.blobs().release(ours);
        source.blobs().release(id);
        source.sync().unwrap();
        for store in [&source, &fork, &nested] {
            assert_eq!(store.blobs().get(id, 0..3).unwrap(), vec![1; 3]);
        }
        assert_eq!(nested.blobs().get(ours, 0..9).unwrap(), &b"fork"[..]);
        assert!(source.blobs().get(ours, 0..9).is_err());
        drop((fork, nested));
        source.sync().unwrap();
        assert!(source.blobs().get(id, 0..3).is_err());
        assert_eq!(source.blobs().get(theirs, 0..9).unwrap(), &b"source"[..]);
    }
}

#[test]
fn a_fork_shares_bodies_and_outlives_their_release() {
    let dir = tempfile::tempdir().unwrap();
    let (source, fork) = (dir.path().join("source"), dir.path().join("fork"));
    let store = Store::open(&source, Options::default()).unwrap();
    let bodies = [vec![1; 100], vec![2; SMALL_BLOB_BYTES + 1]];
    let ids = bodies.clone().map(|body| store.blobs().put(&body).unwrap());
    store.fork(&fork, &mut |_, _| ()).unwrap();
    ids.into_iter().for_each(|id| store.blobs().release(id));
    store.sync().unwrap();
    store.blobs().put(&[9; 100]).unwrap();
    let fork = Store::open(&fork, Options::default()).unwrap();
    let other = fork.blobs().put(&[7; 100]).unwrap();
    for (id, body) in ids.iter().zip(&bodies) {
        assert_eq!(fork.blobs().get(*id, 0..u64::MAX).unwrap(), *body);
    }
    assert_eq!(fork.blobs().get(other, 0..100).unwrap(), vec![7; 100]);
}
