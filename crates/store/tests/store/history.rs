//! What rows were, against a model that remembers every second.

use std::collections::BTreeMap;
use std::ops::Bound;

use store::{Direction, Error, Options, Read, Store, TableId};

use crate::dice::Dice;

type Rows = BTreeMap<(TableId, Vec<u8>), Vec<u8>>;

/// The rows at the end of each second, and the kept ranges.
#[derive(Default)]
struct Model {
    now: Rows,
    /// Of the last commit.
    second: i64,
    ends: BTreeMap<i64, Rows>,
    ranges: BTreeMap<(TableId, Vec<u8>), i64>,
}

impl Model {
    fn since(&self, table: TableId, prefix: &[u8]) -> Option<i64> {
        let holding = self.ranges.iter().filter(|((t, range), _)| *t == table && prefix.starts_with(range));
        holding.map(|(_, since)| *since).min()
    }

    fn at(&self, second: i64) -> &Rows {
        self.ends.range(..=second).next_back().unwrap().1
    }
}

fn key(dice: &mut Dice) -> Vec<u8> {
    let letters = b"\0\x01ab\xff";
    (0..=dice.below(3)).map(|_| letters[dice.below(5) as usize]).collect()
}

fn transact(store: &Store, model: &mut Model, tables: &[TableId], dice: &mut Dice) {
    let mut txn = store.begin();
    let clock = model.second + if dice.once_in(3) { dice.below(4) as i64 } else { 0 };
    // A writer whose clock is behind commits in the last one's second.
    let clock = clock - if dice.once_in(4) { 3 } else { 0 };
    txn.set_second(clock);
    model.second = model.second.max(clock);
    for _ in 0..dice.below(6) {
        let (table, key) = (tables[dice.below(2) as usize], key(dice));
        match dice.below(20) {
            0 => {
                let prefix = key[..dice.below(3).min(key.len() as u64) as usize].to_vec();
                let asked = model.second - dice.below(6) as i64;
                let since = txn.retain(table, &prefix, asked).unwrap();
                let entry = model.ranges.entry((table, prefix)).or_insert(model.second);
                *entry = asked.max(*entry);
                assert_eq!(since, *entry);
            }
            1 => {
                if let Some((table, prefix)) = model.ranges.keys().next().cloned() {
                    txn.release_history(table, &prefix);
                    model.ranges.remove(&(table, prefix));
                }
            }
            2 if dice.once_in(4) => {
                // An account goes, and its history with it.
                txn.clear_prefix(table, &key).unwrap();
                txn.forget_history(table, &key).unwrap();
                let within = |(t, k): &(TableId, Vec<u8>)| *t == table && k.starts_with(&key);
                model.now.retain(|at, _| !within(at));
                model.ends.values_mut().for_each(|rows| rows.retain(|at, _| !within(at)));
                model.ranges.retain(|at, _| !within(at));
            }
            3..8 => {
                txn.delete(table, &key);
                model.now.remove(&(table, key));
            }
            _ => {
                let value = dice.bytes(4);
                txn.put(table, &key, value.clone());
                model.now.insert((table, key), value);
            }
        }
    }
    txn.commit(b"even of nothing").unwrap();
    model.ends.insert(model.second, model.now.clone());
}

fn compare(store: &Store, model: &Model, tables: &[TableId], dice: &mut Dice) {
    let snapshot = store.snapshot();
    let (table, one, prefix) = (tables[dice.below(2) as usize], key(dice), key(dice)[1..].to_vec());
    let second = model.second - dice.below(40) as i64 + 1;
    let past = snapshot.at(second);
    let readable = |key: &[u8]| model.since(table, key).is_some_and(|since| since <= second);
    match past.get(table, &one) {
        Err(Error::NotRetained { since, .. }) => assert!(!readable(&one) && since == model.since(table, &one)),
        got => {
            assert!(readable(&one), "{one:?} at {second}: {:?}", model.since(table, &one));
            assert_eq!(
                got.unwrap().map(|v| v.to_vec()),
                model.at(second).get(&(table, one.clone())).cloned(),
                "{second}"
            );
        }
    }
    let from = match dice.below(3) {
        0 => Bound::Unbounded,
        1 => Bound::Included(&one[..]),
        _ => Bound::Excluded(&one[..]),
    };
    let behind = |key: &[u8]| match from {
        Bound::Included(from) => key >= from,
        Bound::Excluded(from) => key > from,
        Bound::Unbounded => true,
    };
    match past.prefix(table, &prefix, from) {
        Err(error) => assert!(!readable(&prefix), "{error}"),
        Ok(rows) => {
            assert!(readable(&prefix));
            let rows: Vec<_> = rows.map(|row| row.map(|(k, v)| (k.to_vec(), v.to_vec())).unwrap()).collect();
            let all = model.at(second).iter().filter(|((t, k), _)| *t == table && k.starts_with(&prefix) && behind(k));
            let want: Vec<_> = all.map(|((_, k), v)| (k.clone(), v.clone())).collect();
            assert_eq!(rows, want, "{prefix:?} from {from:?} at {second}");
        }
    }
}

/// Sweeps all history in small steps, as a timer would.
fn sweep(store: &Store, tables: &[TableId]) {
    for table in tables {
        let mut after: Option<Vec<u8>> = None;
        loop {
            let mut txn = store.begin();
            after = txn.sweep_history(*table, b"", after.as_deref(), 7).unwrap();
            txn.commit(b"").unwrap();
            if after.is_none() {
                break;
            }
        }
    }
}

/// How many rows there are in memory besides those of the tables: names, ranges and history.
fn others(store: &Store, tables: &[TableId]) -> usize {
    let snapshot = store.snapshot();
    let own: usize = tables.iter().map(|table| snapshot.prefix(*table, b"", Direction::Forward).count()).sum();
    store.stats().overlay_rows - own
}

fn run(store: &Store, model: &mut Model, dice: &mut Dice, steps: u64) {
    let tables = [store.table("a"), store.table("b")];
    // The first commit of a run is no earlier than the last of the one before.
    let mut txn = store.begin();
    txn.set_second(model.second);
    txn.commit(b"the clock").unwrap();
    for _ in 0..steps {
        transact(store, model, &tables, dice);
        if dice.once_in(40) {
            store.checkpoint().unwrap();
        }
        if dice.once_in(60) {
            sweep(store, &tables);
        }
        compare(store, model, &tables, dice);
    }
}

#[test]
fn the_past_is_what_it_was_through_folds_sweeps_and_restarts() {
    for seed in 1..4 {
        let dir = tempfile::tempdir().unwrap();
        let (mut dice, mut model) = (Dice::new(seed), Model::default());
        model.ends.insert(i64::MIN, Rows::new());
        for _ in 0..4 {
            let store = Store::open(dir.path(), Options::default()).unwrap();
            run(&store, &mut model, &mut dice, 400);
            let fork = store.fork_in_memory();
            let tables = [fork.table("a"), fork.table("b")];
            (0..50).for_each(|_| compare(&fork, &model, &tables, &mut dice));
        }
    }
    let (mut dice, mut model) = (Dice::new(9), Model::default());
    model.ends.insert(i64::MIN, Rows::new());
    run(&Store::memory(), &mut model, &mut dice, 1_500);
}

#[test]
fn nobody_asks_nothing_is_kept_and_what_is_released_is_swept() {
    let store = Store::memory();
    let table = store.table("rows");
    let tables = [table];
    let change = |second: i64| {
        let mut txn = store.begin();
        txn.set_second(second);
        (0..10_u8).for_each(|n| txn.put(table, &[n], second.to_string()));
        txn.commit(b"").unwrap();
    };
    (1..5).for_each(change);
    assert_eq!(others(&store, &tables), 1, "the table's name alone");
    let mut txn = store.begin();
    txn.set_second(5);
    assert_eq!(txn.retain(table, &[3], 0).unwrap(), 5, "what was before cannot be had any more");
    txn.commit(b"").unwrap();
    (6..10).for_each(change);
    // Many changes in a second are one.
    (0..50).for_each(|_| change(9));
    // Name, range, latest second, and one row's four changes.
    assert_eq!(others(&store, &tables), 3 + 4);
    let mut txn = store.begin();
    assert_eq!(txn.retain(table, &[3], 8).unwrap(), 8);
    txn.commit(b"").unwrap();
    sweep(&store, &tables);
    assert_eq!(others(&store, &tables), 3 + 1);
    let at = |second| store.snapshot().at(second).get(table, &[3]).map(|value| value.unwrap());
    assert_eq!((at(8).unwrap(), at(9).unwrap()), ("8".into(), "9".into()));
    assert!(matches!(at(7), Err(Error::NotRetained { second: 7, since: Some(8) })));
    let mut txn = store.begin();
    txn.release_history(table, &[3]);
    txn.commit(b"").unwrap();
    change(10);
    sweep(&store, &tables);
    assert_eq!(others(&store, &tables), 2);
    assert!(matches!(at(10), Err(Error::NotRetained { since: None, .. })));
}
