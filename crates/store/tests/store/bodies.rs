//! Bodies of every size, through kills, power cuts, full disks, sweeps and forks.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use store::{BlobId, CommitSeq, Options, Read, SMALL_BLOB_BYTES, Store};

use crate::dice::Dice;
use crate::sim::{End, SimDisk};

fn open(disk: &SimDisk) -> Store {
    Store::open_on(Arc::new(disk.clone()), Path::new("/sim"), options()).unwrap()
}

fn options() -> Options {
    Options { fold_after_bytes: usize::MAX, ..Options::default() }
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
    blob_paths(disk).len()
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
    let store = open(&SimDisk::default());
    let empty = [(); 3].map(|()| store.blobs().put(b"").unwrap());
    assert!(empty[0] != empty[1] && empty[1] != empty[2] && empty.iter().all(|id| id.length() == 0));
    assert_eq!(BlobId::from_bytes(&[0; 27]), None);
    assert_eq!(BlobId::from_bytes(&[0; 29]), None);
}

/// What each key's body is filled with, and its length.
type Rows = BTreeMap<u8, (u8, u64)>;

/// What was written, and what must be there.
struct History {
    /// The rows after each commit; commit 0 is the empty store. The last may be one that was never answered.
    states: Vec<Rows>,
    /// Commits that a kill leaves.
    answered: usize,
    /// Commits that a power cut leaves.
    synced: usize,
}

/// Several lives, each ended by a kill or a power cut at some step, be it in the recovery from the one before.
#[test]
fn a_row_never_names_a_body_that_is_not_there() {
    let (mut torn, mut synced) = (0, 0);
    for seed in 0..200 {
        let (disk, mut dice) = (SimDisk::default(), Dice::new(seed));
        let mut history = History { states: vec![Rows::new()], answered: 0, synced: 0 };
        for life in 0..6 {
            let end = if life > 0 && dice.once_in(2) { End::PowerCut } else { End::Kill };
            let steps = if dice.once_in(3) { 1 + dice.below(30) } else { 20 + dice.below(250) };
            disk.revive(end, (life < 5).then_some(steps), &mut dice);
            if end == End::PowerCut {
                history.answered = history.synced;
            }
            let what = format!("seed {seed}, life {life} after {end:?}");
            let store = Store::open_on(Arc::new(disk.clone()), Path::new("/sim"), options());
            match store {
                Ok(store) if !disk.is_stopped() => {
                    torn += u64::from(store.open_report().torn.is_some());
                    synced += history.synced;
                    judge((&store, &disk), &mut history, end, &what);
                    let worked = work(&store, &mut dice, &mut history);
                    assert!(worked.is_ok() || disk.is_stopped(), "{what}: {worked:?}");
                }
                Ok(_) => {}
                Err(error) => assert!(disk.is_stopped(), "{what}: {error}"),
            }
        }
    }
    assert!(torn > 50 && synced > 1_000, "{torn} were torn, {synced} commits had to be there");
}

/// What was opened must be one of the states that the history allows, with each body whole.
fn judge((store, disk): (&Store, &SimDisk), history: &mut History, end: End, what: &str) {
    let seq = store.snapshot().seq().0 as usize;
    let allowed = history.answered..history.states.len();
    assert!(allowed.contains(&seq), "{what}: {allowed:?} but {seq}");
    history.states.truncate(seq + 1);
    history.answered = seq;
    history.synced = if end == End::PowerCut { seq } else { history.synced.min(seq) };
    let live = live(store);
    assert_eq!(bodies(store, &live), history.states[seq], "{what}: after commit {seq}");
    if store.sweep_bodies(live.iter().map(|(_, id)| *id)).is_ok() {
        assert!(files(disk) <= live.len(), "{what}");
        assert_eq!(bodies(store, &live), history.states[seq], "{what}: swept");
    }
}

fn bodies(store: &Store, live: &[(Vec<u8>, BlobId)]) -> Rows {
    let read = |(key, id): &(Vec<u8>, BlobId)| {
        let body = store.blobs().get(*id, 0..u64::MAX).ok()?;
        let fill = body.first().copied().unwrap_or_default();
        (body == vec![fill; body.len()]).then_some((key[0], (fill, body.len() as u64)))
    };
    live.iter().filter_map(read).collect()
}

fn live(store: &Store) -> Vec<(Vec<u8>, BlobId)> {
    let table = store.table("objects");
    let snapshot = store.snapshot();
    let rows = snapshot.prefix(table, b"", store::Direction::Forward).map(|row| row.unwrap());
    rows.map(|(key, value)| (key.to_vec(), BlobId::from_bytes(&value).unwrap())).collect()
}

/// Objects come, are copied, replaced and go, one at a time or all.
fn work(store: &Store, dice: &mut Dice, history: &mut History) -> Result<(), store::Error> {
    for _ in 0..60 {
        let (key, other) = (dice.below(6) as u8, dice.below(6) as u8);
        let mut rows = history.states.last().cloned().unwrap();
        match dice.below(24) {
            0 => {
                history.states.push(Rows::new());
                store.clear()?;
            }
            1..=5 => {
                rows.remove(&key);
                history.states.push(rows);
                set(store, key, None)?;
            }
            6..=8 => {
                let Some(from) = store.snapshot().get(store.table("objects"), &[other])? else { continue };
                let copy = store.blobs().copy(BlobId::from_bytes(&from).unwrap())?;
                rows.insert(key, rows[&other]);
                history.states.push(rows);
                set(store, key, Some(copy))?;
            }
            _ => {
                let (fill, length) = (dice.next() as u8, body(dice).len());
                rows.insert(key, (if length == 0 { 0 } else { fill }, length as u64));
                let id = store.blobs().put(&vec![fill; length])?;
                history.states.push(rows);
                set(store, key, Some(id))?;
            }
        }
        history.answered += 1;
        match dice.below(12) {
            0 => store.sync()?,
            1 => store.checkpoint()?,
            _ => continue,
        }
        history.synced = history.answered;
    }
    Ok(())
}

/// Sets the body of an object, or takes the object away.
fn set(store: &Store, key: u8, new: Option<BlobId>) -> Result<(), store::Error> {
    let table = store.table("objects");
    let mut txn = store.begin();
    let old = txn.get(table, &[key])?.and_then(|id| BlobId::from_bytes(&id));
    match new {
        Some(id) => {
            txn.put(table, &[key], id.to_bytes().to_vec());
            txn.name_body(id);
        }
        None => txn.delete(table, &[key]),
    }
    old.into_iter().for_each(|old| txn.release_body(old));
    txn.commit(b"one more").map(drop)
}

/// Gives up a body that no row names.
fn release(store: &Store, id: BlobId) {
    let mut txn = store.begin();
    txn.release_body(id);
    txn.commit(b"").unwrap();
}

/// The files of bodies, as they are.
fn blob_paths(disk: &SimDisk) -> Vec<PathBuf> {
    disk.paths().into_iter().filter(|path| path.starts_with("/sim/blobs")).collect()
}

/// A store on a disk that has four commits, of which the second and third are of one object, whose body the fourth is
/// about to name.
fn with_an_object(sync_first: bool) -> (SimDisk, Store) {
    let disk = SimDisk::default();
    let store = open(&disk);
    let body = |fill: u8| store.blobs().put(&vec![fill; SMALL_BLOB_BYTES + 1]).unwrap();
    set(&store, 0, Some(body(1))).unwrap();
    store.sync().unwrap();
    set(&store, 1, Some(body(2))).unwrap();
    if sync_first {
        store.sync().unwrap();
    }
    set(&store, 2, Some(body(3))).unwrap();
    (disk, store)
}

#[test]
fn a_record_whose_body_did_not_reach_the_disk_is_torn() {
    for damage in 0..3 {
        let (disk, store) = with_an_object(false);
        let before = blob_paths(&disk)[1].clone();
        drop(store);
        match damage {
            0 => disk.lose(&before),
            1 => disk.meddle(&before, |bytes| bytes.truncate(9)),
            _ => disk.meddle(&before, |bytes| bytes.fill(0)),
        }
        disk.settle();
        disk.revive(End::Kill, None, &mut Dice::new(1));
        // A kill takes nothing from a file: this is no crash, and nobody looks.
        let store = open(&disk);
        assert_eq!((store.snapshot().seq(), store.open_report().torn.clone()), (CommitSeq(3), None));
        drop(store);
        disk.revive(End::PowerCut, None, &mut Dice::new(1));
        let store = open(&disk);
        let torn = store.open_report().torn.clone().unwrap();
        // What follows it goes with it, though its body is there.
        assert_eq!((store.snapshot().seq(), store.open_report().replayed), (CommitSeq(1), 1), "{damage}");
        assert!(torn.offset > 32 && torn.bytes > 100, "{torn:?}");
        set(&store, 1, None).unwrap();
        drop(store);
        disk.revive(End::PowerCut, None, &mut Dice::new(1));
        assert_eq!(open(&disk).open_report().torn, None);
    }
}

#[test]
fn a_body_that_was_given_up_may_be_gone() {
    for (mark, all) in [(true, false), (false, false), (false, true)] {
        let (disk, store) = with_an_object(true);
        match all {
            true => drop(store.clear().unwrap()),
            false => set(&store, 1, None).unwrap(),
        }
        store.sync().unwrap();
        assert_eq!(files(&disk), if all { 0 } else { 2 });
        drop(store);
        if !mark {
            disk.lose(Path::new("/sim/log/synced"));
        }
        disk.revive(End::PowerCut, None, &mut Dice::new(1));
        let store = open(&disk);
        assert_eq!((store.snapshot().seq(), store.open_report().torn.clone()), (CommitSeq(4), None), "{mark} {all}");
    }
}

#[test]
fn a_record_that_gives_up_a_body_is_not_missed_when_it_is_cut_off_itself() {
    let (disk, store) = with_an_object(false);
    // The body of object 1 is given up behind the record of object 2, whose body has not arrived.
    set(&store, 1, None).unwrap();
    drop(store);
    let paths = blob_paths(&disk);
    paths[1..].iter().for_each(|path| disk.lose(path));
    disk.settle();
    disk.revive(End::PowerCut, None, &mut Dice::new(1));
    assert_eq!(open(&disk).snapshot().seq(), CommitSeq(1));
}

#[test]
fn a_sync_brings_what_a_killed_process_wrote_to_the_disk_too() {
    for seed in 0..20 {
        let (disk, store) = with_an_object(false);
        drop(store);
        disk.revive(End::Kill, None, &mut Dice::new(seed));
        let store = open(&disk);
        match seed % 2 {
            0 => store.sync().unwrap(),
            _ => store.checkpoint().unwrap(),
        }
        drop(store);
        disk.revive(End::PowerCut, None, &mut Dice::new(seed));
        let store = open(&disk);
        let want = [(0, (1, 65_537)), (1, (2, 65_537)), (2, (3, 65_537))].into();
        assert_eq!(bodies(&store, &live(&store)), want, "{seed}");
    }
}

#[test]
fn released_bodies_go_after_the_next_sync_and_pinned_ones_stay() {
    let disk = SimDisk::default();
    let store = open(&disk);
    let large = vec![1; SMALL_BLOB_BYTES + 1];
    let id = store.blobs().put(&large).unwrap();
    let pin = store.blobs().pin(id).unwrap();
    release(&store, id);
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
fn bodies_that_wait_for_a_sync_hold_no_file_open() {
    let disk = SimDisk::default();
    let store = open(&disk);
    for key in 0..40 {
        let id = store.blobs().put(&[key; SMALL_BLOB_BYTES + 1]).unwrap();
        let copy = store.blobs().copy(id).unwrap();
        set(&store, key, Some(id)).unwrap();
        set(&store, key + 100, Some(copy)).unwrap();
    }
    assert!(files(&disk) == 80 && disk.open_files() < 10, "{}", disk.open_files());
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
        release(&fork, id);
        release(&fork, ours);
        release(&source, id);
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
    ids.into_iter().for_each(|id| release(&store, id));
    store.sync().unwrap();
    store.blobs().put(&[9; 100]).unwrap();
    let fork = Store::open(&fork, Options::default()).unwrap();
    let other = fork.blobs().put(&[7; 100]).unwrap();
    for (id, body) in ids.iter().zip(&bodies) {
        assert_eq!(fork.blobs().get(*id, 0..u64::MAX).unwrap(), *body);
    }
    assert_eq!(fork.blobs().get(other, 0..100).unwrap(), vec![7; 100]);
}
