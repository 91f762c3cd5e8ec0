//! A disk that fills up, or fails in worse ways.

use std::path::Path;
use std::sync::Arc;

use store::{Direction, Error, Options, Read, Store, TableId};

use crate::dice::Dice;
use crate::sim::{End, SimDisk};

fn open(disk: &SimDisk) -> Store {
    let options = Options { fold_after_bytes: usize::MAX, ..Options::default() };
    Store::open_on(Arc::new(disk.clone()), Path::new("/sim"), options).unwrap()
}

fn put(store: &Store, table: TableId, key: &[u8], value: &[u8]) -> Result<u64, Error> {
    let mut txn = store.begin();
    txn.put(table, key, value.to_vec());
    txn.commit(b"who").map(|seq| seq.0)
}

fn keys(store: &Store, table: TableId) -> Vec<Vec<u8>> {
    store.snapshot().prefix(table, b"", Direction::Forward).map(|row| row.unwrap().0.to_vec()).collect()
}

#[test]
fn a_write_that_does_not_fit_is_not_kept_and_later_ones_are() {
    for space in 0..400 {
        let disk = SimDisk::default();
        let store = open(&disk);
        let table = store.table("rows");
        assert_eq!(put(&store, table, b"before", &[1; 50]).unwrap(), 1);
        disk.set_space(Some(space));
        let mut kept = vec![b"before".to_vec()];
        let refused = loop {
            let key = format!("during {}", kept.len()).into_bytes();
            match put(&store, table, &key, &[2; 50]) {
                Ok(_) => kept.push(key),
                Err(error) => break error,
            }
        };
        assert!(refused.to_string().contains("the disk is full"), "{refused}");
        kept.sort();
        assert_eq!(keys(&store, table), kept, "space {space}");
        // The name of a table that came with the refused write comes with the next one.
        let late = store.table("late");
        assert!(put(&store, late, b"x", &[3; 500]).is_err());
        disk.set_space(None);
        put(&store, late, b"after", b"").unwrap();
        drop(store);
        disk.revive(End::Kill, None, &mut Dice::new(1));
        let store = open(&disk);
        assert_eq!((store.table("rows"), store.table("late")), (table, late));
        assert_eq!((keys(&store, table), keys(&store, late)), (kept, vec![b"after".to_vec()]), "space {space}");
        assert_eq!(store.open_report().torn, None);
    }
}

#[test]
fn a_fold_that_does_not_fit_fails_and_the_next_one_succeeds() {
    for space in [0, 1_000, 30_000, 100_000, 300_000, 600_000] {
        let disk = SimDisk::default();
        let store = open(&disk);
        let table = store.table("rows");
        let big = vec![5; 10_000];
        for round in 0..3_u8 {
            for n in 0..20 {
                put(&store, table, &[round, n], &big).unwrap();
            }
            disk.set_space(Some(space));
            let full = store.checkpoint();
            // Reading goes on whatever the fold did.
            assert_eq!(keys(&store, table).len(), 20 * (usize::from(round) + 1), "space {space}, round {round}");
            // A base file that has grown once has room for more; a log always needs some.
            assert!(full.is_err() || space >= 30_000 || (round > 0 && space > 0), "space {space}, round {round}");
            disk.set_space(None);
            put(&store, table, &[round, 0], b"").unwrap();
            store.checkpoint().unwrap();
            assert_eq!(store.stats().overlay_rows, 0);
            assert_eq!(store.snapshot().get(table, &[round, 1]).unwrap().unwrap(), big);
        }
        drop(store);
        disk.revive(End::PowerCut, None, &mut Dice::new(space));
        assert_eq!(keys(&open(&disk), table).len(), 60);
    }
}

#[test]
fn a_log_that_cannot_be_repaired_takes_no_more_writes() {
    let disk = SimDisk::default();
    let store = open(&disk);
    let table = store.table("rows");
    put(&store, table, b"before", b"").unwrap();
    disk.set_space(Some(30));
    disk.refuse_cuts();
    assert!(matches!(put(&store, table, b"during", b""), Err(Error::Log(_))));
    disk.set_space(None);
    let error = put(&store, table, b"after", b"").unwrap_err();
    assert!(matches!(error, Error::Poisoned(_)), "{error}");
    assert!(matches!(store.sync(), Err(Error::Poisoned(_))));
    assert_eq!(keys(&store, table), [b"before".to_vec()]);
}
