//! The machine stops at every step that changes a file, and the store is opened again.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use store::{Direction, Durability, Options, Read, Store, TableId};

use crate::dice::Dice;
use crate::sim::{End, SimDisk};

type Rows = BTreeMap<(u16, Vec<u8>), Vec<u8>>;

const DIR: &str = "/sim";

/// What was written, and what was said to be kept.
#[derive(Default)]
struct History {
    /// The rows after each commit; commit 0 is the empty store. The last may be one that was never answered.
    states: Vec<Rows>,
    /// Commits answered.
    answered: usize,
    /// Commits that an answered sync, fold or synced commit covers.
    synced: usize,
    /// Attachment of each commit.
    attachments: Vec<Vec<u8>>,
}

impl History {
    fn new() -> History {
        History { states: vec![Rows::new()], attachments: vec![Vec::new()], ..History::default() }
    }
}

fn options(durability: Durability) -> Options {
    // Folds happen when the workload says so: on its thread, at a step that can be repeated.
    Options { durability, fold_after_bytes: usize::MAX, ..Options::default() }
}

fn open(disk: &SimDisk, durability: Durability) -> Result<Store, store::OpenError> {
    Store::open_on(Arc::new(disk.clone()), Path::new(DIR), options(durability))
}

fn read_all(store: &Store, tables: &[TableId]) -> Rows {
    let snapshot = store.snapshot();
    let rows = tables.iter().flat_map(|table| {
        snapshot.prefix(*table, b"", Direction::Forward).map(|row| {
            let (key, value) = row.unwrap();
            ((table.0, key.to_vec()), value.to_vec())
        })
    });
    rows.collect()
}

/// Runs until the machine stops or the work is done.
fn work(store: &Store, dice: &mut Dice, history: &mut History, durability: Durability) -> Result<(), store::Error> {
    let tables = [store.table("apples"), store.table("pears")];
    for _ in 0..40 {
        match dice.below(12) {
            0 => {
                store.checkpoint()?;
                history.synced = history.answered;
            }
            1 => {
                store.sync()?;
                history.synced = history.answered;
            }
            2 if dice.once_in(3) => {
                history.states.push(Rows::new());
                history.attachments.push(Vec::new());
                store.clear()?;
                history.answered += 1;
            }
            _ => {
                let mut txn = store.begin();
                txn.set_second(history.states.len() as i64);
                txn.retain(tables[0], b"", 0)?;
                let mut rows = history.states.last().cloned().unwrap();
                for _ in 0..=dice.below(4) {
                    let (table, key) = (tables[dice.below(2) as usize], vec![dice.below(12) as u8; 3]);
                    if dice.once_in(3) {
                        txn.delete(table, &key);
                        rows.remove(&(table.0, key));
                    } else {
                        let value = dice.bytes(60);
                        txn.put(table, &key, value.clone());
                        rows.insert((table.0, key), value);
                    }
                }
                // Only a clearing has none.
                let attachment = [&[1], &dice.bytes(20)[..]].concat();
                history.states.push(rows);
                history.attachments.push(attachment.clone());
                txn.commit(&attachment)?;
                history.answered += 1;
            }
        }
        if durability == Durability::Fsync {
            history.synced = history.answered;
        }
    }
    Ok(())
}

/// What was opened must be one of the states that the history allows.
fn judge(store: &Store, history: &mut History, end: End, what: &str) {
    let seq = store.snapshot().seq().0 as usize;
    let least = if end == End::Kill { history.answered } else { history.synced };
    assert!((least..history.states.len()).contains(&seq), "{what}: {least} to {} but {seq}", history.states.len());
    let tables = [store.table("apples"), store.table("pears")];
    assert_eq!(read_all(store, &tables), history.states[seq], "{what}: rows after commit {seq}");
    for attachment in store.attachments(store::CommitSeq(0)).unwrap() {
        let (seq, bytes) = attachment.unwrap();
        assert_eq!(bytes, history.attachments[seq.0 as usize], "{what}: attachment {seq:?}");
    }
    judge_past(store, history, (tables[0], seq), what);
    // History goes on from there.
    history.states.truncate(seq + 1);
    history.attachments.truncate(seq + 1);
    (history.answered, history.synced) = (seq, history.synced.min(seq));
}

/// What is kept of the past must be what was, in every second that can be read.
fn judge_past(store: &Store, history: &History, (table, seq): (TableId, usize), what: &str) {
    let snapshot = store.snapshot();
    let since = snapshot.retained_since(table, b"").unwrap();
    assert_eq!(since.is_some(), !history.attachments[seq].is_empty(), "{what}: kept since {since:?} at {seq}");
    let Some(since) = since else { return };
    assert!(since > 0 && snapshot.at(since - 1).get(table, b"any").is_err(), "{what}");
    let since = since as usize;
    for second in (since..=seq).rev().step_by(1 + (seq - since) / 4) {
        let past = snapshot.at(second as i64);
        let rows = past.prefix(table, b"", std::ops::Bound::Unbounded).unwrap();
        let rows: Rows = rows.map(|row| row.map(|(k, v)| ((table.0, k.to_vec()), v.to_vec())).unwrap()).collect();
        let want: Rows = history.states[second].clone().into_iter().filter(|((t, _), _)| *t == table.0).collect();
        assert_eq!(rows, want, "{what}: second {second} of {seq}");
    }
}

fn crash(seed: u64, stop_at: u64, end: End, durability: Durability) -> bool {
    let what = format!("seed {seed}, stopped at {stop_at}, {end:?}, {durability:?}");
    let (disk, mut history) = (SimDisk::default(), History::new());
    let (mut dice, mut fate) = (Dice::new(seed), Dice::new(seed * 1_000_003 + stop_at));
    disk.revive(End::Kill, Some(stop_at), &mut fate);
    let first = open(&disk, durability).map(|store| work(&store, &mut dice, &mut history, durability));
    let stopped = disk.is_stopped();
    assert!(stopped || matches!(first, Ok(Ok(()))), "{what}: {first:?}");

    // A second crash, in the recovery from the first or soon after.
    let again = 1 + fate.below(60);
    disk.revive(end, Some(again), &mut fate);
    match open(&disk, durability) {
        Ok(store) => {
            if !disk.is_stopped() {
                judge(&store, &mut history, end, &what);
            }
            let _ = work(&store, &mut dice, &mut history, durability);
        }
        Err(error) => assert!(disk.is_stopped(), "{what}: {error}"),
    }

    disk.revive(end, None, &mut fate);
    let store = open(&disk, durability).unwrap_or_else(|error| panic!("{what}, then at {again}: {error}"));
    judge(&store, &mut history, end, &format!("{what}, then at {again}"));
    work(&store, &mut dice, &mut history, durability).unwrap();
    drop(store);
    disk.revive(End::Kill, None, &mut fate);
    let store = open(&disk, durability).unwrap_or_else(|error| panic!("{what}, in the end: {error}"));
    judge(&store, &mut history, End::Kill, &what);
    stopped
}

fn crash_everywhere(end: End, durability: Durability, seeds: std::ops::Range<u64>) {
    for seed in seeds {
        let mut at = 1;
        while crash(seed, at, end, durability) {
            at += 1;
        }
        assert!(at > 80, "the workload of seed {seed} has only {at} steps");
    }
}

#[test]
fn a_killed_process_loses_nothing_that_was_answered() {
    crash_everywhere(End::Kill, Durability::Os, 1..2);
}

#[test]
fn a_power_cut_loses_nothing_that_was_synced() {
    crash_everywhere(End::PowerCut, Durability::Os, 10..12);
}

#[test]
fn a_power_cut_loses_nothing_that_was_answered_with_fsync() {
    crash_everywhere(End::PowerCut, Durability::Fsync, 20..21);
}

#[test]
fn a_sync_covers_what_a_killed_process_left_to_the_kernel() {
    let commit = |store: &Store, value: &[u8]| {
        let table = store.table("apples");
        let mut txn = store.begin();
        txn.put(table, value, value.to_vec());
        txn.commit(b"").map(drop)
    };
    for (stop_at, seed) in (1..).flat_map(|stop_at| (0..6).map(move |seed| (stop_at, seed))) {
        let (disk, mut fate) = (SimDisk::default(), Dice::new(seed));
        disk.revive(End::Kill, Some(stop_at), &mut fate);
        let killed = open(&disk, Durability::Os).is_ok_and(|store| {
            let done = commit(&store, b"killed").is_ok() && store.checkpoint().is_ok();
            done && commit(&store, b"later").is_ok() && store.sync().is_ok()
        });
        disk.revive(End::Kill, None, &mut fate);
        let store = open(&disk, Durability::Os).unwrap();
        commit(&store, b"synced").unwrap();
        let kept = if seed % 2 == 0 { store.sync() } else { store.checkpoint() };
        kept.unwrap();
        let before = read_all(&store, &[store.table("apples")]);
        drop(store);
        disk.revive(End::PowerCut, None, &mut fate);
        let store = open(&disk, Durability::Os).unwrap_or_else(|error| panic!("{stop_at}, seed {seed}: {error}"));
        assert_eq!(read_all(&store, &[store.table("apples")]), before, "{stop_at}, seed {seed}");
        if killed {
            assert!(stop_at > 30, "{stop_at}");
            break;
        }
    }
}
