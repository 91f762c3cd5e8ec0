//! Opening: who may, what is said of a state that cannot be read, and what is handed on.

use std::io;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use store::{AttachmentSink, CommitSeq, Direction, FORMAT_VERSION, OpenError, Options, Read, Store};

use crate::dice::Dice;
use crate::sim::{End, SimDisk};

const DIR: &str = "/sim";

fn open(disk: &SimDisk) -> Result<Store, OpenError> {
    Store::open_on(Arc::new(disk.clone()), Path::new(DIR), Options::default())
}

fn file(name: &str) -> PathBuf {
    Path::new(DIR).join(name)
}

/// A disk with a state of `rows` commits, synced if asked for, whose process was then killed.
fn used(rows: u8, synced: bool) -> SimDisk {
    let disk = SimDisk::default();
    let store = open(&disk).unwrap();
    commit(&store, rows);
    if synced {
        store.sync().unwrap();
    }
    drop(store);
    disk.revive(End::Kill, None, &mut Dice::new(1));
    disk
}

fn commit(store: &Store, rows: u8) {
    let table = store.table("rows");
    for n in 0..rows {
        let mut txn = store.begin();
        txn.put(table, &[n], vec![n; 40]);
        txn.commit(&[n]).unwrap();
    }
}

#[test]
fn a_directory_has_one_owner_and_the_error_names_it() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), Options::default()).unwrap();
    let refused = Store::open(dir.path(), Options::default()).err().unwrap();
    let text = format!("in use by process {}", std::process::id());
    assert!(refused.to_string().contains(&text), "{refused}");
    commit(&store, 3);
    store.checkpoint().unwrap();
    // A snapshot still reads the base file, so it still owns the directory.
    let snapshot = store.snapshot();
    drop(store);
    assert!(matches!(Store::open(dir.path(), Options::default()), Err(OpenError::InUse { .. })));
    drop(snapshot);
    assert_eq!(Store::open(dir.path(), Options::default()).unwrap().snapshot().seq(), CommitSeq(3));
}

#[test]
fn a_newer_format_is_refused_by_number() {
    let disk = used(3, true);
    disk.meddle(&file("format"), |bytes| *bytes = format!("terrella state {}\n", FORMAT_VERSION + 1).into());
    let error = open(&disk).err().unwrap();
    let OpenError::NewerFormat { found, known, .. } = error else { panic!("{error}") };
    assert_eq!((found, known), (FORMAT_VERSION + 1, FORMAT_VERSION));
    assert!(error.to_string().contains("use a newer version"), "{error}");
    for junk in [&b""[..], b"terrella state", b"terrella state x\n", b"\xff"] {
        disk.meddle(&file("format"), |bytes| *bytes = junk.to_vec());
        assert!(matches!(open(&disk), Err(OpenError::Damaged { .. })), "{junk:?}");
    }
}

#[test]
fn damage_before_the_mark_stops_the_start_and_changes_nothing() {
    let log = file("log/0000000001.log");
    for (name, at) in [("the header", 9), ("a record's header", 40), ("a record's body", 60), ("a late record", 700)] {
        let disk = used(20, true);
        disk.meddle(&log, |bytes| bytes[at] ^= 4);
        for end in [End::Kill, End::PowerCut] {
            disk.revive(end, None, &mut Dice::new(1));
            let error = open(&disk).err().unwrap_or_else(|| panic!("{name} passed"));
            let OpenError::Damaged { file, offset, .. } = &error else { panic!("{name}: {error}") };
            assert!(*file == log && *offset <= at as u64 && at as u64 - *offset < 100, "{name}: {error}");
            assert!(error.to_string().contains("Nothing was changed: put back a copy"), "{error}");
        }
        disk.meddle(&log, |bytes| bytes[at] ^= 4);
        assert_eq!(open(&disk).unwrap().snapshot().seq(), CommitSeq(20), "{name}");
    }
}

#[test]
fn a_synced_log_that_has_been_shortened_stops_the_start() {
    for length in [0, 20, 32, 100, 800] {
        let disk = used(20, true);
        disk.meddle(&file("log/0000000001.log"), |bytes| bytes.truncate(length));
        assert!(matches!(open(&disk), Err(OpenError::Damaged { .. })), "cut to {length}");
    }
    let disk = used(20, true);
    disk.lose(&file("log/0000000001.log"));
    assert!(matches!(open(&disk), Err(OpenError::Damaged { .. })));
    let disk = used(20, true);
    disk.lose(&file("format"));
    assert!(matches!(open(&disk), Err(OpenError::Damaged { .. })));
}

#[test]
fn a_torn_tail_is_cut_and_reported() {
    let disk = used(20, false);
    let log = file("log/0000000001.log");
    let mut whole = 0;
    disk.meddle(&log, |bytes| {
        whole = bytes.len();
        bytes.truncate(whole - 10);
    });
    let store = open(&disk).unwrap();
    let torn = store.open_report().torn.clone().unwrap();
    assert_eq!((store.snapshot().seq(), &torn.file), (CommitSeq(19), &log));
    assert!(torn.offset < whole as u64 && torn.bytes > 10 && torn.offset + torn.bytes == whole as u64 - 10);
    commit(&store, 1);
    drop(store);
    let again = open(&disk).unwrap();
    assert_eq!((again.open_report().torn.clone(), again.snapshot().seq()), (None, CommitSeq(20)));
}

#[test]
fn rot_in_an_unsynced_log_is_a_tail_only_after_a_power_cut() {
    let disk = used(20, false);
    disk.meddle(&file("log/0000000001.log"), |bytes| bytes[700] ^= 1);
    // The kernel has run on, so every byte that was written is there: this is no crash.
    assert!(matches!(open(&disk), Err(OpenError::Damaged { .. })));
    disk.revive(End::PowerCut, None, &mut Dice::new(1));
    let store = open(&disk).unwrap();
    assert!(store.open_report().torn.is_some() && store.snapshot().seq() < CommitSeq(20));
}

#[test]
fn a_base_that_is_lost_or_damaged_stops_the_start() {
    let folded = || {
        let disk = used(20, true);
        let store = open(&disk).unwrap();
        store.checkpoint().unwrap();
        drop(store);
        disk
    };
    let base = file("base-1.redb");
    let disk = folded();
    assert_eq!(open(&disk).unwrap().snapshot().seq(), CommitSeq(20));
    disk.lose(&base);
    assert!(matches!(open(&disk), Err(OpenError::Damaged { .. })));
    let disk = folded();
    disk.meddle(&base, |bytes| bytes[..100].fill(0xaa));
    let error = open(&disk).err().unwrap();
    assert!(matches!(&error, OpenError::Damaged { file, .. } if *file == base), "{error}");
}

/// What it was given, whether its disk is full, and up to which commit it has all by another way.
#[derive(Default)]
struct Kept(Mutex<Vec<(u64, Vec<u8>)>>, Mutex<bool>, Mutex<u64>);

impl AttachmentSink for Kept {
    fn has(&self, commits: &[RangeInclusive<u64>], _through: CommitSeq) -> bool {
        let has = *self.2.lock().unwrap();
        commits.iter().all(|run| *run.end() <= has)
    }

    fn attachment(&self, seq: CommitSeq, bytes: &[u8]) -> io::Result<()> {
        self.0.lock().unwrap().push((seq.0, bytes.to_vec()));
        Ok(())
    }

    fn flush(&self) -> io::Result<()> {
        if *self.1.lock().unwrap() { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }
}

#[test]
fn attachments_are_handed_over_before_the_log_drops_them() {
    let (disk, kept) = (SimDisk::default(), Arc::new(Kept::default()));
    let options = Options { attachments: Some(kept.clone()), ..Options::default() };
    let store = Store::open_on(Arc::new(disk.clone()), Path::new(DIR), options).unwrap();
    let in_log = |since: u64| -> Vec<u64> {
        store.attachments(CommitSeq(since)).unwrap().map(|attachment| attachment.unwrap().0.0).collect()
    };
    commit(&store, 5);
    assert_eq!((in_log(0), in_log(3)), (vec![1, 2, 3, 4, 5], vec![4, 5]));
    *kept.1.lock().unwrap() = true;
    assert!(store.checkpoint().is_err());
    assert_eq!(in_log(0), [1, 2, 3, 4, 5], "the sink has not flushed them, so the log keeps them");
    *kept.1.lock().unwrap() = false;
    kept.0.lock().unwrap().clear();
    commit(&store, 1);
    store.checkpoint().unwrap();
    let want: Vec<_> = [0, 1, 2, 3, 4, 0].iter().zip(1..).map(|(byte, seq)| (seq, vec![*byte])).collect();
    assert_eq!(*kept.0.lock().unwrap(), want);
    assert_eq!(in_log(0), Vec::<u64>::new());
}

#[test]
fn attachments_that_the_sink_has_are_not_read_again() {
    let (disk, kept) = (SimDisk::default(), Arc::new(Kept::default()));
    let options = Options { attachments: Some(kept.clone()), ..Options::default() };
    let given = || std::mem::take(&mut *kept.0.lock().unwrap()).into_iter().map(|(seq, _)| seq).collect::<Vec<_>>();
    let store = Store::open_on(Arc::new(disk.clone()), Path::new(DIR), options.clone()).unwrap();
    commit(&store, 5);
    *kept.2.lock().unwrap() = 5;
    store.checkpoint().unwrap();
    assert_eq!(given(), Vec::<u64>::new());
    // It lacks the last of these.
    commit(&store, 3);
    *kept.2.lock().unwrap() = 7;
    store.checkpoint().unwrap();
    assert_eq!(given(), [6, 7, 8]);
    // What was written before this process began nobody can know.
    commit(&store, 2);
    drop(store);
    let store = Store::open_on(Arc::new(disk), Path::new(DIR), options).unwrap();
    *kept.2.lock().unwrap() = 10;
    store.checkpoint().unwrap();
    assert_eq!(given(), [9, 10]);
}

#[test]
fn a_reset_takes_the_rows_and_leaves_the_tables() {
    let disk = SimDisk::default();
    let store = open(&disk).unwrap();
    let tables = [store.table("rows"), store.table("other")];
    assert!(tables[0] != tables[1]);
    for round in 0..3 {
        commit(&store, 10);
        let before = store.snapshot();
        if round == 1 {
            store.checkpoint().unwrap();
        }
        store.clear().unwrap();
        let count = |read: &dyn Read| read.prefix(tables[0], b"", Direction::Forward).count();
        assert_eq!((count(&store.snapshot()), count(&before)), (0, 10));
    }
    store.checkpoint().unwrap();
    drop(store);
    let store = open(&disk).unwrap();
    assert_eq!([store.table("rows"), store.table("other")], tables);
    assert_eq!(store.snapshot().prefix(tables[0], b"", Direction::Forward).count(), 0);
    assert_eq!(disk.paths().iter().filter(|path| path.extension().is_some_and(|e| e == "redb")).count(), 1);
}
