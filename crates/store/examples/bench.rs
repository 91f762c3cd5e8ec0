//! Measures the store: `cargo run --release -p store --example bench [scratch directory]`.
#![expect(clippy::disallowed_methods, reason = "a measurement reads the clock, its arguments and its files")]

use std::path::{Path, PathBuf};
use std::time::Instant;

use store::{Direction, Durability, Options, Read, Snapshot, Store, TableId};

const VALUE: [u8; 200] = [7; 200];

fn main() {
    let scratch = std::env::args().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let dir = scratch.join(format!("store-bench-{}", std::process::id()));
    churn("memory", &Store::memory());
    churn("os", &open(&dir.join("churn"), Options::default()));
    commits("memory", &Store::memory(), 1_000_000);
    commits("os", &open(&dir.join("os"), Options::default()), 1_000_000);
    let unfolded = Options { fold_after_bytes: usize::MAX, ..Options::default() };
    commits("os, no fold", &open(&dir.join("unfolded"), unfolded.clone()), 300_000);
    read_between(&open(&dir.join("between"), unfolded.clone()), 300_000);
    let fsync = Options { durability: Durability::Fsync, ..Options::default() };
    commits("fsync", &open(&dir.join("fsync"), fsync.clone()), 2_000);
    group_commits(&open(&dir.join("group"), fsync), 16, 500);
    reads(&open(&dir.join("reads"), unfolded.clone()));
    resets(&open(&dir.join("resets"), Options::default()));
    reopen(&dir.join("unfolded-100k"), unfolded);
    reopen(&dir.join("folded-100k"), Options::default());
    std::fs::remove_dir_all(&dir).expect("the scratch directory goes away");
}

fn open(dir: &Path, options: Options) -> Store {
    Store::open(dir, options).expect("opens")
}

fn put(store: &Store, table: TableId, n: u64) {
    let mut txn = store.begin();
    txn.put(table, &n.to_be_bytes(), &VALUE[..]);
    txn.commit(b"").expect("commits");
}

/// Keys all over the place, as ids are.
fn scattered(n: u64) -> u64 {
    n.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

fn commits(name: &str, store: &Store, count: u64) {
    let table = store.table("rows");
    let started = Instant::now();
    (0..count).for_each(|n| put(store, table, scattered(n)));
    let seconds = started.elapsed().as_secs_f64();
    println!("commits, {name}: {:.0}/s ({count} of one 200-byte row)", count as f64 / seconds);
}

/// Commits whose every state a reader has taken a snapshot of, so that no node can be changed in place.
fn read_between(store: &Store, count: u64) {
    let table = store.table("rows");
    let started = Instant::now();
    let mut held = store.snapshot();
    for n in 0..count {
        put(store, table, scattered(n));
        held = store.snapshot();
    }
    drop(held);
    let seconds = started.elapsed().as_secs_f64();
    println!("commits, os, no fold, a snapshot held at each: {:.0}/s", count as f64 / seconds);
}

fn group_commits(store: &Store, threads: u64, count: u64) {
    let table = store.table("rows");
    let started = Instant::now();
    std::thread::scope(|scope| {
        for thread in 0..threads {
            scope.spawn(move || (0..count).for_each(|n| put(store, table, scattered(thread * count + n))));
        }
    });
    let seconds = started.elapsed().as_secs_f64();
    println!("commits, fsync by {threads} threads: {:.0}/s", (threads * count) as f64 / seconds);
}

fn reads(store: &Store) {
    let table = store.table("rows");
    (0..100_000).for_each(|n| put(store, table, scattered(n)));
    gets("in memory", &store.snapshot(), table);
    let started = Instant::now();
    store.checkpoint().expect("folds");
    println!("fold of 100k rows: {:.0} ms", started.elapsed().as_secs_f64() * 1e3);
    gets("in the base", &store.snapshot(), table);
    let started = Instant::now();
    let rows = store.snapshot().prefix(table, b"", Direction::Forward).count();
    println!("scan of the base: {:.0} ns a row", started.elapsed().as_nanos() as f64 / rows as f64);
    let started = Instant::now();
    (0..1_000_000).for_each(|_| drop(std::hint::black_box(store.snapshot())));
    println!("snapshot: {:.0} ns", started.elapsed().as_nanos() as f64 / 1e6);
    let mut taking = 0;
    for n in 0..100_000 {
        put(store, table, scattered(n));
        let started = Instant::now();
        drop(std::hint::black_box(store.snapshot()));
        taking += started.elapsed().as_nanos();
    }
    println!("snapshot after a commit: {:.0} ns (the timer included)", taking as f64 / 1e5);
}

fn gets(name: &str, snapshot: &Snapshot, table: TableId) {
    for (heat, spread) in [("hot", 100), ("all over", 100_000)] {
        let started = Instant::now();
        for n in 0..500_000_u64 {
            let value = snapshot.get(table, &scattered(n % spread).to_be_bytes()).expect("reads");
            assert!(std::hint::black_box(value).is_some());
        }
        println!("get {name}, {heat}: {:.0} ns", started.elapsed().as_nanos() as f64 / 5e5);
    }
}

/// Messages come and go; a hundred are there at any time.
fn churn(name: &str, store: &Store) {
    let table = store.table("messages");
    let started = Instant::now();
    for n in 0..2_000_000_u64 {
        put(store, table, n);
        if n >= 100 {
            let mut txn = store.begin();
            txn.delete(table, &(n - 100).to_be_bytes());
            txn.commit(b"").expect("commits");
        }
        if n % 500_000 == 100_000 {
            println!("  {n} messages: {} rows in memory, {} MB resident", store.stats().overlay_rows, resident());
        }
    }
    let seconds = started.elapsed().as_secs_f64();
    let (stats, mb) = (store.stats(), resident());
    println!("churn, {name}: {:.0} commits/s; at the end {} rows, {mb} MB", 4e6 / seconds, stats.overlay_rows);
}

fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}

fn resets(store: &Store) {
    let table = store.table("rows");
    (0..20_000).for_each(|n| put(store, table, n));
    store.checkpoint().expect("folds");
    let started = Instant::now();
    for n in 0..1_000 {
        (0..20).for_each(|row| put(store, table, n * 20 + row));
        store.clear().expect("clears");
    }
    println!("20 rows and a reset: {:.0} us", started.elapsed().as_micros() as f64 / 1e3);
}

/// The copy of a directory in use is what a killed process leaves behind.
fn reopen(dir: &Path, options: Options) {
    let killed = dir.with_extension("killed");
    let store = open(dir, options.clone());
    let table = store.table("rows");
    (0..100_000).for_each(|n| put(&store, table, scattered(n)));
    copy(dir, &killed);
    let started = Instant::now();
    let again = open(&killed, options.clone());
    let opened = started.elapsed();
    let report = again.open_report().clone();
    println!("open after a kill, 100k rows: {:.1} ms, {} replayed", opened.as_secs_f64() * 1e3, report.replayed);
    assert_eq!(again.snapshot().prefix(table, b"", Direction::Forward).count(), 100_000);
    again.checkpoint().expect("folds");
    drop(again);
    let started = Instant::now();
    let again = open(&killed, options);
    println!("open after a clean stop: {:.1} ms", started.elapsed().as_secs_f64() * 1e3);
    drop(again);
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("makes a directory");
    for entry in std::fs::read_dir(from).expect("lists") {
        let entry = entry.expect("lists");
        let to = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy(&entry.path(), &to),
            false => drop(std::fs::copy(entry.path(), to).expect("copies")),
        }
    }
}
