//! What is left after kills, torn files, full disks and damaged bytes.

#![allow(clippy::unwrap_used, reason = "a failure here is the test's own")]

mod common;

use common::{MemoryDisk, all, by_hand, bytes, frame_bytes, record};
use ledger::{Ledger, OpenError, Options, Record, Recovery};
use std::sync::mpsc;

const HEADER: u64 = 128;

/// Records what is durable in a commit, as the door does.
fn commit(ledger: &Ledger, seq: u64, bytes: &[u8]) {
    ledger.committed(seq, &ledger::decode(bytes).unwrap(), bytes);
}

fn three() -> MemoryDisk {
    let disk = MemoryDisk::default();
    let ledger = disk.open(&by_hand());
    (1..=3).for_each(|n| ledger.append(&record(n)));
    ledger.flush().unwrap();
    disk
}

#[test]
fn a_file_cut_anywhere_keeps_what_is_whole_and_goes_on() {
    let ends: Vec<u64> = (0..=3).map(|n| HEADER + (1..=n).map(frame_bytes).sum::<u64>()).collect();
    for cut in 0..=ends[3] {
        let disk = three().copy();
        disk.edit(0, |file| file.truncate(cut as usize));
        let ledger = disk.open(&by_hand());
        let whole = ends.iter().filter(|end| **end <= cut).count().saturating_sub(1) as u64;
        let mut expect: Vec<u64> = (1..=whole).collect();
        assert_eq!(all(&ledger), expect, "cut at {cut}");
        let torn = cut >= HEADER && !ends.contains(&cut);
        assert_eq!(ledger.open_report().damage.len(), usize::from(torn), "cut at {cut}");
        ledger.append(&record(9));
        drop(ledger);
        expect.push(9);
        let again = disk.open(&by_hand());
        assert_eq!(all(&again), expect, "cut at {cut}");
        assert!(again.open_report().damage.is_empty(), "cut at {cut}");
    }
}

#[test]
fn a_damaged_byte_costs_one_record_and_is_reported() {
    let length = HEADER + (1..=3).map(frame_bytes).sum::<u64>();
    for at in HEADER..length {
        let disk = three().copy();
        disk.edit(0, |file| file[at as usize] ^= 0x10);
        let ledger = disk.open(&by_hand());
        assert_eq!((all(&ledger).len(), ledger.open_report().damage.len()), (2, 1), "byte {at}");
    }
}

#[test]
fn a_damaged_head_leaves_its_file_alone_and_does_not_stop_the_start() {
    let disk = three().copy();
    disk.edit(0, |file| file[20] ^= 1);
    let ledger = disk.open(&by_hand());
    assert_eq!((all(&ledger).len(), ledger.open_report().damage.len()), (0, 1));
    ledger.append(&record(7));
    drop(ledger);
    assert_eq!(disk.names().len(), 2);
    assert_eq!(all(&disk.open(&by_hand())), [7]);
}

#[test]
fn a_later_version_s_file_stops_the_start() {
    let disk = three().copy();
    disk.edit(0, |file| {
        file[8] = 2;
        let sum = castagnoli(&file[..124]);
        file[124..128].copy_from_slice(&sum.to_le_bytes());
    });
    let options = by_hand();
    let error = Ledger::open_on(std::sync::Arc::new(disk), "ledger".as_ref(), &options).err().unwrap();
    assert!(matches!(error, OpenError::Newer { version: 2, .. }), "{error}");
    assert!(error.to_string().contains("later version"));
}

/// CRC-32C bit by bit: slow, and independent of the ledger's own.
fn castagnoli(bytes: &[u8]) -> u32 {
    let step = |sum: u32, _| if sum & 1 == 1 { sum >> 1 ^ 0x82f6_3b78 } else { sum >> 1 };
    !bytes.iter().fold(!0, |sum: u32, byte| (0..8).fold(sum ^ u32::from(*byte), step))
}

#[test]
fn a_kill_loses_nothing_that_was_flushed_and_never_a_denial() {
    let disk = MemoryDisk::default();
    let ledger = disk.open(&by_hand());
    ledger.append(&record(1));
    assert!(all(&disk.copy().open(&by_hand())).is_empty());
    let denied = Record { status: 403, decision: "denied".into(), ..record(2) };
    ledger.append(&denied);
    assert_eq!(all(&disk.copy().open(&by_hand())), [1, 2]);
    let rolled_back = Record { status: 400, error_code: "Bad".into(), read_only: false, ..record(3) };
    ledger.append(&rolled_back);
    assert_eq!(all(&disk.copy().open(&by_hand())), [1, 2, 3]);
}

#[test]
fn the_owner_is_told_once_until_it_ticks() {
    let (told, hears) = mpsc::channel();
    let options = Options { on_buffered: Some(std::sync::Arc::new(move || told.send(()).unwrap())), ..by_hand() };
    let ledger = MemoryDisk::default().open(&options);
    commit(&ledger, 1, &bytes(1));
    assert_eq!(hears.try_iter().count(), 0, "what rode in a commit is in no hurry");
    ledger.append(&record(2));
    ledger.append(&record(3));
    assert_eq!(hears.try_iter().count(), 1);
    ledger.tick();
    assert!(!ledger.is_buffering());
    ledger.append(&record(4));
    assert_eq!(hears.try_iter().count(), 1);
}

#[test]
fn without_an_owner_a_thread_writes_within_a_moment() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(dir.path(), &Options::default()).unwrap();
    ledger.append(&record(1));
    // A bound, not a sleep: the thread is given as long as it takes.
    while ledger.is_buffering() {
        std::thread::yield_now();
    }
    assert!(ledger.stats().disk_bytes > HEADER);
    drop(ledger);
    assert_eq!(all(&Ledger::open(dir.path(), &by_hand()).unwrap()), [1]);
}

#[test]
fn a_full_disk_keeps_records_buffered_and_leaves_no_half_of_one() {
    for refuse_truncate in [false, true] {
        let disk = MemoryDisk::default();
        let ledger = disk.open(&by_hand());
        disk.0.lock().unwrap().refuse_truncate = refuse_truncate;
        ledger.append(&record(1));
        for room in [0, 30, 60] {
            disk.room(Some(room));
            assert!(ledger.flush().is_err());
        }
        let stats = ledger.stats();
        assert_eq!((stats.write_errors, stats.lost_records), (3, 0));
        assert!(!stats.last_error.is_empty());
        ledger.append(&record(2));
        disk.room(None);
        ledger.flush().unwrap();
        assert_eq!(all(&ledger), [1, 2]);
        let copy = disk.copy().open(&by_hand());
        assert_eq!(all(&copy), [1, 2], "truncation refused: {refuse_truncate}");
    }
}

#[test]
fn a_disk_that_refuses_for_long_costs_records_not_memory() {
    let disk = MemoryDisk::default();
    let ledger = disk.open(&Options { ring_records: 4, ..by_hand() });
    disk.room(Some(0));
    let wide = Record { input: "x".repeat(60_000), ..record(1) };
    (0..160).for_each(|_| ledger.append(&wide));
    let stats = ledger.stats();
    assert!(stats.buffered_bytes < 9 << 20, "{stats:?}");
    assert_eq!(stats.write_errors, 1, "a disk that refuses is not asked at every record");
    assert!(stats.lost_records > 0 && stats.lost_records < 160, "{stats:?}");
    assert!(ledger.sync().is_err());
    disk.room(None);
    ledger.sync().unwrap();
    commit(&ledger, 1, &bytes(1));
    ledger.copy(1, &bytes(1));
    disk.room(Some(0));
    (0..160).for_each(|_| ledger.append(&wide));
    disk.room(None);
    assert!(ledger.sync().is_err(), "a commit's record was lost: the store's log must keep it");
}

#[test]
fn commits_are_recovered_once_wherever_the_kill_came() {
    let log: Vec<(u64, bytes::Bytes)> = (1..=6).map(|seq| (seq, bytes(seq).into())).collect();
    let disk = MemoryDisk::default();
    let ledger = disk.open(&by_hand());
    // Commits 1 and 2 were folded; 4 came before 3; 5 was not flushed; 6 never reached the ledger.
    for (seq, bytes) in &log[..2] {
        commit(&ledger, *seq, bytes);
        ledger.copy(*seq, bytes);
    }
    ledger.sync().unwrap();
    commit(&ledger, 4, &log[3].1);
    ledger.flush().unwrap();
    commit(&ledger, 5, &log[4].1);
    let copy = disk.copy();
    let again = copy.open(&by_hand());
    assert_eq!(all(&again), [1, 2, 4]);
    let done = again.recover(6, log[2..].to_vec()).unwrap();
    assert_eq!(done, Recovery { recovered: 3, known: 1, ..Recovery::default() });
    assert_eq!(all(&again), [1, 2, 4, 3, 5, 6]);
    let third = copy.copy().open(&by_hand());
    let done = third.recover(6, log.clone()).unwrap();
    assert_eq!((done.recovered, done.known), (0, 6));
    commit(&third, 6, &log[5].1);
    commit(&third, 7, &bytes(7));
    third.copy(7, &bytes(7));
    assert_eq!(all(&third), [1, 2, 4, 3, 5, 6, 7]);
    third.copy(8, b"\xff no record");
    assert_eq!(third.stats().unreadable, 1);
}

#[test]
fn what_is_settled_is_remembered_when_segments_roll() {
    let options = Options { segment_bytes: HEADER + 2 * frame_bytes(100), ..by_hand() };
    let disk = MemoryDisk::default();
    let ledger = disk.open(&options);
    for seq in 100..110 {
        commit(&ledger, seq, &bytes(seq));
        ledger.copy(seq, &bytes(seq));
        if seq % 2 == 0 {
            ledger.sync().unwrap();
        }
        ledger.flush().unwrap();
    }
    let again = disk.copy().open(&options);
    let done = again.recover(109, (100..110).map(|seq| (seq, bytes(seq).into()))).unwrap();
    assert_eq!((done.recovered, done.known, done.rebased), (0, 10, false));
    assert_eq!(all(&again), (100..110).collect::<Vec<_>>());
}

#[test]
fn a_store_set_back_numbers_its_commits_anew() {
    let disk = MemoryDisk::default();
    let ledger = disk.open(&by_hand());
    (1..=5).for_each(|seq| commit(&ledger, seq, &bytes(seq)));
    ledger.flush().unwrap();
    // A power cut took commits 4 and 5 from the store: 4 is another call now.
    let again = disk.copy();
    let ledger = again.open(&by_hand());
    let done = ledger.recover(3, (1..=3).map(|seq| (seq, bytes(seq).into()))).unwrap();
    assert_eq!((done.recovered, done.known, done.rebased), (0, 3, true));
    commit(&ledger, 4, &bytes(44));
    ledger.flush().unwrap();
    let third = again.copy().open(&by_hand());
    let done = third.recover(4, [(4, bytes(44).into())]).unwrap();
    assert_eq!((done.known, done.rebased), (1, false));
    assert_eq!(all(&third), [1, 2, 3, 4, 5, 44]);
    third.rebase(2).unwrap();
    commit(&third, 3, &bytes(33));
    assert_eq!(all(&third), [1, 2, 3, 4, 5, 44, 33]);
}

#[test]
fn retention_drops_the_oldest_segments_and_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let segment_bytes = HEADER + 10 * frame_bytes(100) + 10;
    let options = Options { segment_bytes, keep_bytes: 3 * segment_bytes, ring_records: 5, ..by_hand() };
    let ledger = Ledger::open(dir.path(), &options).unwrap();
    for n in 100..200 {
        ledger.append(&record(n));
        ledger.flush().unwrap();
        assert!(ledger.stats().disk_bytes <= options.keep_bytes);
    }
    let stats = ledger.stats();
    assert_eq!((stats.dropped_segments, stats.dropped_records, stats.segments), (7, 70, 3));
    assert_eq!((stats.memory_records, stats.newest.0), (5, 100));
    let expect: Vec<u64> = (170..200).collect();
    assert_eq!(all(&ledger), expect);
    drop(ledger);
    let again = Ledger::open(dir.path(), &options).unwrap();
    assert_eq!((all(&again), again.open_report().records), (expect, 30));
}

#[test]
fn records_are_written_while_others_are_brought_to_the_disk() {
    let disk = three();
    let ledger = disk.open(&by_hand());
    ledger.append(&record(4));
    let (written, told) = mpsc::channel();
    let writer = ledger.clone();
    let meanwhile = move || {
        let writes = std::thread::spawn(move || {
            writer.append(&record(5));
            writer.flush().unwrap();
            written.send(()).unwrap();
        });
        // It would wait for ever if the sync held the files.
        told.recv_timeout(std::time::Duration::from_secs(20)).unwrap();
        writes.join().unwrap();
    };
    disk.0.lock().unwrap().during_sync = Some(Box::new(meanwhile));
    ledger.sync().unwrap();
    assert!(disk.0.lock().unwrap().during_sync.is_none(), "nothing was synced");
    drop(ledger);
    assert_eq!(all(&disk.copy().open(&by_hand())), [1, 2, 3, 4, 5]);
}
