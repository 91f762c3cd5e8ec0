//! A real process, killed by the real kernel.
#![expect(clippy::disallowed_methods, reason = "this test is its own child process")]

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use store::{Direction, Options, Read, Store};

use crate::dice::Dice;

const DIR: &str = "STORE_KILL_TEST_DIR";

fn options() -> Options {
    // Small, so that folds and drops of the log are among what is interrupted.
    Options { fold_after_bytes: 40 << 10, ..Options::default() }
}

/// Not a test of its own: writes until it is killed, and prints each number once it has been answered.
#[test]
fn child() {
    let Ok(dir) = std::env::var(DIR) else { return };
    let store = Store::open(dir.as_ref(), options()).unwrap();
    let (rows, twins) = (store.table("rows"), store.table("twins"));
    for n in store.snapshot().seq().0.. {
        let mut txn = store.begin();
        txn.put(rows, &n.to_be_bytes(), vec![n as u8; 150]);
        txn.put(twins, &n.to_be_bytes(), vec![n as u8; 10]);
        if n % 3 == 0 && n > 100 {
            txn.delete(rows, &(n - 100).to_be_bytes());
            txn.delete(twins, &(n - 100).to_be_bytes());
        }
        let seq = txn.commit(&n.to_be_bytes()).unwrap();
        println!("kept {}", seq.0);
    }
}

#[test]
fn nothing_answered_is_lost_to_kill_9() {
    let dir = tempfile::tempdir().unwrap();
    let mut dice = Dice::new(9);
    for round in 0..12 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "kill::child", "--nocapture"])
            .env(DIR, dir.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let enough = 1 + dice.below(1_500);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let mut kept = 0;
        let mut count = 0;
        let number = |line: &str| line.split_once("kept ").and_then(|(_, n)| n.parse::<u64>().ok());
        for seq in lines.by_ref().filter_map(|line| number(&line)) {
            (kept, count) = (seq, count + 1);
            if count == enough {
                break;
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // What it had printed before it died counts too; a line cut short does not.
        kept = lines.filter_map(|line| number(&line)).fold(kept, u64::max);
        let store = Store::open(dir.path(), options()).unwrap();
        let (rows, twins) = (store.table("rows"), store.table("twins"));
        let snapshot = store.snapshot();
        assert!(
            snapshot.seq().0 >= kept && kept > 0,
            "round {round}: {kept} was answered, {:?} is there",
            snapshot.seq()
        );
        let keys =
            |table| snapshot.prefix(table, b"", Direction::Forward).map(|row| row.unwrap().0).collect::<Vec<_>>();
        let all = keys(rows);
        assert_eq!(all, keys(twins), "round {round}: half a transaction");
        let expect = (0..snapshot.seq().0).filter(|n| !((n + 100) % 3 == 0 && n + 100 < snapshot.seq().0 && *n > 0));
        let expect: Vec<_> = expect.map(|n| n.to_be_bytes().to_vec()).collect();
        assert_eq!(all.iter().map(|key| key.to_vec()).collect::<Vec<_>>(), expect, "round {round}");
    }
}
