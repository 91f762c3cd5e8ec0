//! Measures what history costs and what a past second costs to read, against replaying a log:
//! `cargo run --release -p store --example history [scratch directory]`.
#![expect(clippy::disallowed_methods, reason = "a measurement reads the clock, its arguments and its files")]

use std::ops::Bound;
use std::path::PathBuf;
use std::time::Instant;

use store::{Direction, Options, Read, Store, TableId};

const ROWS: u64 = 100_000;
const CHANGES: u64 = 1_000_000;

fn put(store: &Store, table: TableId, second: u64, n: u64) {
    let mut txn = store.begin();
    txn.set_second(second as i64);
    txn.put(table, &n.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes(), [second as u8; 200].to_vec());
    txn.commit(b"").expect("commits");
}

fn main() {
    let scratch = std::env::args().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let dir = scratch.join(format!("history-bench-{}", std::process::id()));
    for (name, kept) in [("nothing kept", false), ("one table kept", true)] {
        let store = Store::open(&dir.join(name), Options::default()).expect("opens");
        let (own, others) = (store.table("own"), store.table("others"));
        (0..ROWS).for_each(|n| put(&store, own, 0, n));
        if kept {
            let mut txn = store.begin();
            txn.retain(own, b"", 0).expect("is kept");
            txn.commit(b"").expect("commits");
        }
        for (what, table) in [("others", others), ("own", own)] {
            let started = Instant::now();
            (0..CHANGES).for_each(|n| put(&store, table, 1 + n / 1_000, n * 7 % ROWS));
            println!("{name}, changes of {what}: {:.0}/s", CHANGES as f64 / started.elapsed().as_secs_f64());
        }
        store.checkpoint().expect("folds");
        let snapshot = store.snapshot();
        let started = Instant::now();
        let now = snapshot.prefix(own, b"", Direction::Forward).count();
        println!("{name}, the present: {now} rows in {:.3} s", started.elapsed().as_secs_f64());
        for second in [1, CHANGES / 2_000, CHANGES / 1_000].into_iter().filter(|_| kept) {
            let started = Instant::now();
            let past = snapshot.at(second as i64);
            let rows = past.prefix(own, b"", Bound::Unbounded).expect("was kept").count();
            println!("second {second} of {}: {rows} rows in {:.3} s", CHANGES / 1_000, started.elapsed().as_secs_f64());
        }
    }
    replay(&dir.join("replay"));
    std::fs::remove_dir_all(&dir).expect("the scratch directory goes away");
}

/// The other way: the log of everybody's changes, kept since a checkpoint, and read again.
fn replay(dir: &std::path::Path) {
    let options = Options { fold_after_bytes: usize::MAX, ..Options::default() };
    let store = Store::open(dir, options.clone()).expect("opens");
    let (own, others) = (store.table("own"), store.table("others"));
    for n in 0..CHANGES {
        put(&store, others, 1 + n / 1_000, n * 7 % ROWS);
        put(&store, own, 1 + n / 1_000, n * 7 % ROWS);
    }
    drop(store);
    let started = Instant::now();
    let store = Store::open(dir, options).expect("opens");
    println!("a replay of {} commits: {:.3} s", 2 * CHANGES, started.elapsed().as_secs_f64());
    drop(store);
}
