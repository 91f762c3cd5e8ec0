//! Snapshots in files, and forks.

use std::path::Path;

use store::{Direction, OpenError, Options, Read, Store};

use crate::dice::Dice;

fn rows(store: &Store) -> Vec<(Vec<u8>, Vec<u8>)> {
    let snapshot = store.snapshot();
    let names = ["a", "b"];
    let tables = names.map(|name| store.table(name));
    let all = tables.iter().flat_map(|table| snapshot.prefix(*table, b"", Direction::Forward));
    all.map(|row| row.map(|(key, value)| (key.to_vec(), value.to_vec())).unwrap()).collect()
}

fn fill(store: &Store, seed: u64) {
    let (mut dice, tables) = (Dice::new(seed), [store.table("a"), store.table("b")]);
    for _ in 0..200 {
        let mut txn = store.begin();
        for _ in 0..5 {
            let table = tables[dice.below(2) as usize];
            if dice.once_in(4) {
                txn.delete(table, &dice.bytes(1));
            } else {
                txn.put(table, &dice.bytes(1), dice.bytes(2_000));
            }
        }
        txn.commit(b"who").unwrap();
    }
}

fn open(dir: &Path) -> Store {
    Store::open(dir, Options { fold_after_bytes: usize::MAX, ..Options::default() }).unwrap()
}

#[test]
fn what_was_saved_is_loaded() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("cloud.snapshot");
    for (at, store) in [Store::memory(), open(&dir.path().join("source"))].into_iter().enumerate() {
        fill(&store, 3);
        store.checkpoint().unwrap();
        fill(&store, 4);
        let want = rows(&store);
        let mut told = (0, 0);
        store.save(&file, &mut |done, all| told = (done, all)).unwrap();
        assert!(told.0 as usize >= want.len() && told.0 <= told.1, "{told:?}");
        fill(&store, 5);
        let target = dir.path().join(format!("target-{at}"));
        Store::load(&target, &file, &mut |_, _| ()).unwrap();
        let loaded = open(&target);
        assert_eq!(rows(&loaded), want);
        assert_eq!(loaded.tables(), store.tables());
        let again = Store::load(&target, &file, &mut |_, _| ()).unwrap_err();
        assert!(matches!(again, OpenError::NotEmpty { .. }), "{again}");
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "damages a file on purpose")]
fn a_snapshot_that_is_cut_or_changed_is_refused_and_leaves_no_directory() {
    let dir = tempfile::tempdir().unwrap();
    let (file, target) = (dir.path().join("cloud.snapshot"), dir.path().join("target"));
    let store = Store::memory();
    fill(&store, 6);
    store.save(&file, &mut |_, _| ()).unwrap();
    let whole = std::fs::read(&file).unwrap();
    for length in [0, 31, 32, 40, whole.len() / 2, whole.len() - 1] {
        std::fs::write(&file, &whole[..length]).unwrap();
        assert!(matches!(Store::load(&target, &file, &mut |_, _| ()), Err(OpenError::NoSnapshot { .. })), "{length}");
    }
    let mut changed = whole.clone();
    changed[whole.len() / 3] ^= 1;
    std::fs::write(&file, &changed).unwrap();
    assert!(matches!(Store::load(&target, &file, &mut |_, _| ()), Err(OpenError::NoSnapshot { .. })));
    let refused = Store::load(&target, &file, &mut |_, _| ()).unwrap_err().to_string();
    assert!(refused.ends_with("save the snapshot again, or load another"), "{refused}");
    assert!(!target.exists());
    std::fs::write(&file, &whole).unwrap();
    Store::load(&target, &file, &mut |_, _| ()).unwrap();
    assert_eq!(rows(&open(&target)), rows(&store));
}

#[test]
fn a_fork_and_its_source_go_separate_ways() {
    let dir = tempfile::tempdir().unwrap();
    let source_dir = dir.path().join("source");
    let mut source = open(&source_dir);
    for round in 0..4 {
        fill(&source, round * 10);
        match round {
            1 => source.checkpoint().unwrap(),
            // With a base on the disk that the log has since wiped.
            2 => drop(source.clear().unwrap()),
            _ => {}
        }
        fill(&source, round * 10 + 1);
        let want = rows(&source);
        let fork_dir = dir.path().join(format!("fork-{round}"));
        source.fork(&fork_dir, &mut |_, _| ()).unwrap();
        assert!(matches!(source.fork(&fork_dir, &mut |_, _| ()), Err(OpenError::NotEmpty { .. })));
        let fork = open(&fork_dir);
        assert_eq!((rows(&fork), fork.snapshot().seq()), (want.clone(), source.snapshot().seq()));
        fill(&fork, 100);
        let forked = rows(&fork);
        assert_eq!(rows(&source), want);
        fill(&source, 200);
        let sourced = rows(&source);
        // Both must also be told apart by their files.
        if round % 2 == 0 {
            fork.checkpoint().unwrap();
        }
        drop((fork, source));
        source = open(&source_dir);
        assert_eq!(rows(&source), sourced, "round {round}");
        assert_eq!(rows(&open(&fork_dir)), forked, "round {round}");
    }
}

#[test]
fn a_fork_in_memory_touches_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let source = open(dir.path());
    fill(&source, 1);
    source.checkpoint().unwrap();
    fill(&source, 2);
    let want = rows(&source);
    let fork = source.fork_in_memory();
    assert_eq!((rows(&fork), fork.tables()), (want.clone(), source.tables()));
    fill(&fork, 3);
    assert!(rows(&fork) != want);
    fork.clear().unwrap();
    fill(&fork, 4);
    let forked = rows(&fork);
    fill(&source, 5);
    source.checkpoint().unwrap();
    assert_eq!(rows(&fork), forked);
}

#[test]
fn a_snapshot_that_cannot_be_written_is_called_by_the_name_that_was_given() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("none").join("cloud.snapshot");
    let refused = Store::memory().save(&file, &mut |_, _| ()).unwrap_err().to_string();
    assert!(refused.contains(&format!("{}: ", file.display())) && !refused.contains("draft"), "{refused}");
    assert!(refused.contains("name a file in a folder that is there"), "{refused}");
}
