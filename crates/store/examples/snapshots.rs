//! Measures snapshots: `cargo run --release -p store --example snapshots [scratch directory]`.
#![expect(clippy::disallowed_methods, reason = "a measurement reads the clock, its arguments and its files")]

use std::path::PathBuf;
use std::time::Instant;

use store::{Options, Store};

/// A resource: a row of 800 bytes, three index rows, and for each tenth a body of 4 KiB.
fn fill(store: &Store, resources: u64) {
    let (rows, index, bodies) = (store.table("rows"), store.table("index"), store.table("bodies"));
    for n in 0..resources {
        let key = [&n.to_be_bytes()[..], b"resource"].concat();
        let mut txn = store.begin();
        txn.put(rows, &key, vec![n as u8; 800]);
        (0..3_u8).for_each(|way| txn.put(index, &[&[way], &key[..]].concat(), vec![way; 20]));
        if n % 10 == 0 {
            let id = store.blobs().put(&[n as u8; 4096]).expect("a body is kept");
            txn.put(bodies, &key, id.to_bytes().to_vec());
            txn.name_body(id);
        }
        txn.commit(&[1; 600]).expect("commits");
    }
}

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let started = Instant::now();
    let done = work();
    println!("{what}: {:.1} ms", started.elapsed().as_secs_f64() * 1_000.0);
    done
}

fn main() {
    let scratch = std::env::args().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let dir = scratch.join(format!("snapshots-bench-{}", std::process::id()));
    for resources in [1_000, 10_000, 100_000] {
        let of = |name: &str| dir.join(format!("{name}-{resources}"));
        let store = Store::open(&of("source"), Options::default()).expect("opens");
        fill(&store, resources);
        println!("{resources} resources");
        timed("  save", || store.save(&of("saved"), &mut |_, _| ()).expect("saves"));
        timed("  load into a new directory", || {
            Store::load(&of("loaded"), &of("saved"), &mut |_, _| ()).expect("loads")
        });
        timed("  load into a running store", || store.replace(&of("saved"), b"", &mut |_, _| ()).expect("loads"));
        timed("  fork", || store.fork(&of("fork"), &mut |_, _| ()).expect("forks"));
        let fork = timed("  open the fork", || Store::open(&of("fork"), Options::default()).expect("opens"));
        drop(fork);
        timed("  fork in memory", || store.fork_in_memory());
        timed("  take away all rows of a prefix", || {
            let mut txn = store.begin();
            for name in ["rows", "bodies"] {
                txn.clear_prefix(store.table(name), b"\0").expect("clears");
            }
            txn.commit(b"").expect("commits")
        });
        timed("  reset", || store.clear().expect("clears"));
    }
    std::fs::remove_dir_all(&dir).expect("the scratch directory goes away");
}
