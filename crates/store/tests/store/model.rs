//! Random transactions, savepoints and ranges, with snapshots held across commits and folds, against a BTreeMap.

use std::collections::BTreeMap;
use std::ops::Bound;

use bytes::Bytes;
use store::{Direction, Options, Read, Snapshot, Store, TableId};

use crate::dice::Dice;

type Model = BTreeMap<(TableId, Vec<u8>), Vec<u8>>;

fn key(dice: &mut Dice) -> Vec<u8> {
    let mut key = format!("{:03}", dice.below(300)).into_bytes();
    // Some keys are prefixes of others, and some do not fit in place.
    match dice.below(5) {
        0 => key.truncate(1),
        1 => key.extend_from_slice(&[0xff; 60]),
        _ => {}
    }
    key
}

fn bound(dice: &mut Dice) -> Bound<Vec<u8>> {
    match dice.below(3) {
        0 => Bound::Unbounded,
        1 => Bound::Included(key(dice)),
        _ => Bound::Excluded(key(dice)),
    }
}

fn within(key: &[u8], from: &Bound<Vec<u8>>, to: &Bound<Vec<u8>>) -> bool {
    let after = match from {
        Bound::Unbounded => true,
        Bound::Included(from) => key >= from.as_slice(),
        Bound::Excluded(from) => key > from.as_slice(),
    };
    after
        && match to {
            Bound::Unbounded => true,
            Bound::Included(to) => key <= to.as_slice(),
            Bound::Excluded(to) => key < to.as_slice(),
        }
}

/// One look-up, one range and one prefix, both ways, must be as the model has them.
fn compare(read: &dyn Read, model: &Model, tables: &[TableId], dice: &mut Dice) {
    let table = tables[dice.below(tables.len() as u64) as usize];
    let one = key(dice);
    let want = model.get(&(table, one.clone())).cloned().map(Bytes::from);
    assert_eq!(read.get(table, &one).unwrap(), want);
    let (from, to) = (bound(dice), bound(dice));
    let prefix = key(dice)[..dice.below(2) as usize].to_vec();
    let of_table = || model.iter().filter(|((t, _), _)| *t == table).map(|((_, k), v)| (k.clone(), v.clone()));
    let mut range: Vec<_> = of_table().filter(|(k, _)| within(k, &from, &to)).collect();
    let mut starts: Vec<_> = of_table().filter(|(k, _)| k.starts_with(&prefix)).collect();
    let as_slice = |bound: &Bound<Vec<u8>>| bound.clone();
    for direction in [Direction::Forward, Direction::Reverse] {
        let (from, to) = (as_slice(&from), as_slice(&to));
        let rows = read.range(table, from.as_ref().map(|k| &k[..]), to.as_ref().map(|k| &k[..]), direction);
        let rows: Vec<_> = rows.map(|row| row.map(|(k, v)| (k.to_vec(), v.to_vec())).unwrap()).collect();
        assert_eq!(rows, range, "{from:?} {to:?} {direction:?}");
        let rows = read.prefix(table, &prefix, direction);
        let rows: Vec<_> = rows.map(|row| row.map(|(k, v)| (k.to_vec(), v.to_vec())).unwrap()).collect();
        assert_eq!(rows, starts, "{prefix:?} {direction:?}");
        range.reverse();
        starts.reverse();
    }
}

fn transact(store: &Store, model: &mut Model, tables: &[TableId], dice: &mut Dice) {
    let mut txn = store.begin();
    let mut now = model.clone();
    let mut savepoints = Vec::new();
    for _ in 0..dice.below(12) {
        let table = tables[dice.below(tables.len() as u64) as usize];
        match dice.below(10) {
            0 => savepoints.push((txn.savepoint(), now.clone())),
            1 if !savepoints.is_empty() => {
                let at = dice.below(savepoints.len() as u64) as usize;
                savepoints.truncate(at + 1);
                txn.rollback_to(savepoints[at].0);
                now = savepoints[at].1.clone();
            }
            2 => {
                let prefix = key(dice);
                let count = txn.clear_prefix(table, &prefix).unwrap();
                let before = now.len();
                now.retain(|(t, k), _| *t != table || !k.starts_with(&prefix));
                assert_eq!(count as usize, before - now.len());
            }
            3..6 => {
                let key = key(dice);
                txn.delete(table, &key);
                now.remove(&(table, key));
            }
            _ => {
                let (key, value) = (key(dice), dice.bytes(300));
                txn.put(table, &key, value.clone());
                now.insert((table, key), value);
            }
        }
        compare(&txn, &now, tables, dice);
    }
    if dice.once_in(5) {
        drop(txn);
    } else {
        txn.commit(b"").unwrap();
        *model = now;
    }
}

fn run(store: &Store, dice: &mut Dice, model: &mut Model, steps: u64) {
    let tables = [store.table("a"), store.table("b"), store.table("c")];
    let mut held: Vec<(Snapshot, Model)> = Vec::new();
    for step in 0..steps {
        transact(store, model, &tables, dice);
        if dice.once_in(10) {
            held.push((store.snapshot(), model.clone()));
        }
        if dice.once_in(100) {
            store.checkpoint().unwrap();
        }
        if dice.once_in(400) {
            store.clear().unwrap();
            model.clear();
        }
        compare(&store.snapshot(), model, &tables, dice);
        if !held.is_empty() {
            let at = dice.below(held.len() as u64) as usize;
            compare(&held[at].0, &held[at].1, &tables, dice);
            if held.len() > 10 {
                held.remove(at);
            }
        }
        assert_eq!(store.stats().fold_error, None, "step {step}");
    }
}

#[test]
fn a_store_in_memory_is_a_btree_map() {
    for seed in 1..4 {
        run(&Store::memory(), &mut Dice::new(seed), &mut Model::new(), 800);
    }
}

#[test]
fn a_store_on_disk_is_a_btree_map_through_folds_and_restarts() {
    for seed in 10..13 {
        let dir = tempfile::tempdir().unwrap();
        let (mut dice, mut model) = (Dice::new(seed), Model::new());
        for _ in 0..4 {
            // So small that the folding thread is always at work.
            let options = Options { fold_after_bytes: 8 << 10, ..Options::default() };
            let store = Store::open(dir.path(), options).unwrap();
            assert_eq!(store.open_report().torn, None);
            run(&store, &mut dice, &mut model, 250);
        }
    }
}

#[test]
fn readers_see_whole_commits_only() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { fold_after_bytes: 32 << 10, ..Options::default() };
    let store = Store::open(dir.path(), options).unwrap();
    let table = store.table("accounts");
    // Money moves between rows; every reader must find the same sum, whatever is being committed or folded.
    let rows = 40_u64;
    let mut txn = store.begin();
    (0..rows).for_each(|row| txn.put(table, &row.to_be_bytes(), 100_u64.to_be_bytes().to_vec()));
    txn.commit(b"").unwrap();
    let amount = |bytes: &[u8]| u64::from_be_bytes(bytes.try_into().unwrap());
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut dice = Dice::new(5);
            for _ in 0..4_000 {
                let (from, to) = (dice.below(rows).to_be_bytes(), dice.below(rows).to_be_bytes());
                let mut txn = store.begin();
                let have = amount(&txn.get(table, &from).unwrap().unwrap());
                let moved = dice.below(have + 1);
                txn.put(table, &from, (have - moved).to_be_bytes().to_vec());
                let other = amount(&txn.get(table, &to).unwrap().unwrap());
                txn.put(table, &to, (other + moved).to_be_bytes().to_vec());
                txn.commit(b"").unwrap();
            }
        });
        while !writer.is_finished() {
            let snapshot = store.snapshot();
            let sum = snapshot.prefix(table, b"", Direction::Forward).map(|row| amount(&row.unwrap().1)).sum::<u64>();
            assert_eq!(sum, rows * 100);
        }
    });
}

#[test]
fn messages_that_come_and_go_leave_nothing_in_memory() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { fold_after_bytes: 64 << 10, ..Options::default() };
    for store in [Store::memory(), Store::open(dir.path(), options).unwrap()] {
        let table = store.table("queue");
        for n in 0..20_000_u64 {
            let mut txn = store.begin();
            txn.put(table, &n.to_be_bytes(), vec![0; 30]);
            if n >= 10 {
                txn.delete(table, &(n - 10).to_be_bytes());
            }
            txn.commit(b"").unwrap();
        }
        store.checkpoint().unwrap();
        let mut txn = store.begin();
        (0..20_000_u64).for_each(|n| txn.delete(table, &n.to_be_bytes()));
        txn.commit(b"").unwrap();
        // Deletions of the ten that had been folded are all that is left; in memory, only the table's name.
        assert!(store.stats().overlay_rows <= 10, "{:?}", store.stats());
        assert_eq!(store.snapshot().prefix(table, b"", Direction::Forward).count(), 0);
    }
}

#[test]
fn a_store_may_be_dropped_before_its_transaction() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { fold_after_bytes: 1 << 10, ..Options::default() };
    for round in 0..20_u64 {
        let store = Store::open(dir.path(), options.clone()).unwrap();
        let table = store.table("rows");
        for n in 0..30_u64 {
            let mut txn = store.begin();
            txn.put(table, &n.to_be_bytes(), vec![0; 100]);
            txn.commit(b"").unwrap();
        }
        let mut txn = store.begin();
        drop(store);
        txn.put(table, b"last", round.to_be_bytes().to_vec());
        txn.commit(b"").unwrap();
        let store = Store::open(dir.path(), options.clone()).unwrap();
        assert_eq!(store.snapshot().get(table, b"last").unwrap().unwrap(), round.to_be_bytes().to_vec());
    }
}

#[test]
fn sizes_are_bounded() {
    let store = Store::memory();
    let table = store.table("rows");
    let check = |key: usize, value: usize, fits: bool| {
        let mut txn = store.begin();
        txn.put(table, &vec![1; key], vec![2; value]);
        assert_eq!(txn.commit(b"").is_ok(), fits, "{key} {value}");
        assert_eq!(store.snapshot().contains(table, &vec![1; key]).unwrap(), fits);
    };
    check(store::MAX_KEY_BYTES, 0, true);
    check(store::MAX_KEY_BYTES + 1, 0, false);
    check(0, store::MAX_VALUE_BYTES, true);
    check(1, store::MAX_VALUE_BYTES + 1, false);
}

#[test]
fn an_empty_commit_is_no_commit() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), Options::default()).unwrap();
    assert_eq!(store.begin().commit(b"").unwrap().0, 0);
    assert_eq!(store.begin().commit(b"only a record").unwrap().0, 1);
    let attachments: Vec<_> = store.attachments(store::CommitSeq(0)).unwrap().map(|a| a.unwrap()).collect();
    assert_eq!(attachments, [(store::CommitSeq(1), Bytes::from_static(b"only a record"))]);
}
