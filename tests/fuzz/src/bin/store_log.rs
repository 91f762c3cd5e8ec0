//! The store's log, damaged, through the opening of the store. What opens must read, take a commit, and open again.

use fuzz::memdisk::MemDisk;
use fuzz::{Allocator, Case, Dice, Mutator};
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::{CommitSeq, Direction, OpenError, Options, Read, Store, Timers};

#[global_allocator]
static ALLOCATOR: Allocator = Allocator;

const DIR: &str = "/store";
/// Bytes of a segment's header, and of a record's.
const SEGMENT: usize = 32;
const RECORD: usize = 20;

const WORDS: [&[u8]; 9] = [
    b"TERRALOG",
    b"\x01",
    b"\x02",
    b"\x03",
    b"\x04",
    b"\x00\x00\x00\x00",
    b"\xff\xff\xff\xff",
    b"\x01\x00\x00\x00\x01\x00\x00\x00",
    b"\x10\x00",
];

fn main() {
    let states = [state(false), state(true)];
    fuzz::fuzz("store_log", |dice, case| run(&states, dice, case));
}

fn open(disk: &MemDisk) -> Result<Store, OpenError> {
    Store::open_on(Arc::new(disk.clone()), Path::new(DIR), Options::default())
}

/// A state with rows, deletions, timers and attachments, part of it folded if asked for.
fn state(folded: bool) -> MemDisk {
    let disk = MemDisk::default();
    let store = open(&disk).expect("a new store");
    let tables = [store.table("rows"), store.table("other")];
    for n in 0..60u8 {
        let mut txn = store.begin();
        txn.put(tables[usize::from(n % 2)], &[n % 40, 7], vec![n; usize::from(n)]);
        txn.delete(tables[0], &[n.wrapping_mul(7) % 40, 7]);
        txn.set_timer(i64::from(n), &[n], b"timer");
        txn.commit(&vec![n; usize::from(n % 30)]).expect("a commit");
        if folded && n == 30 {
            store.checkpoint().expect("a fold");
        }
        if n == 45 {
            store.sync().expect("a sync");
        }
    }
    drop(store);
    disk
}

fn run(states: &[MemDisk], dice: &mut Dice, case: &mut Case) {
    let disk = dice.pick(states).copied(dice.one_in(2));
    let in_log = |path: &PathBuf| path.parent().is_some_and(|p| p.ends_with("log"));
    let files: Vec<PathBuf> =
        disk.paths().into_iter().filter(|path| in_log(path) || path.ends_with("format")).collect();
    let path = dice.pick(&files).clone();
    disk.meddle(&path, |bytes| damage(dice, bytes));
    if dice.one_in(20) && path.extension().is_some_and(|e| e == "log") {
        let twin = path.with_file_name(format!("{:010}.log", dice.below(4)));
        let _ = store::Disk::copy(&disk, &path, &twin);
    }
    case.begins(&[path.as_os_str().as_encoded_bytes(), b"\n", &disk.bytes(&path)].concat());
    let Ok(store) = open(&disk) else { return };
    case.went_well();
    let before = rows(&store).len();
    let table = store.table("rows");
    let mut txn = store.begin();
    txn.put(table, b"new", b"row".to_vec());
    let committed = txn.commit(b"more");
    case.expect(committed.is_ok(), || format!("a store that opened takes no commit: {committed:?}"));
    let (after, attachments) = (rows(&store), attachments(&store));
    let seq = store.snapshot().seq();
    drop(store);
    match open(&disk) {
        Ok(again) => {
            case.expect(again.snapshot().seq() == seq, || {
                "the second opening has another number of commits".to_owned()
            });
            case.expect(rows(&again) == after, || "the second opening reads other rows".to_owned());
            case.expect(self::attachments(&again) == attachments, || {
                "the second opening has other attachments".to_owned()
            });
            case.expect(again.open_report().torn.is_none(), || "the second opening finds a torn tail".to_owned());
            if dice.one_in(8) {
                let folded = again.checkpoint();
                case.expect(folded.is_ok(), || format!("a store that opened does not fold: {folded:?}"));
                case.expect(rows(&again) == after, || "a fold changes what is read".to_owned());
            }
        }
        Err(error) => {
            case.expect(false, || format!("what opened once does not open again: {error}; {before} rows before"))
        }
    }
}

/// Half of the damage is put under right checksums, so that it reaches what lies behind them.
fn damage(dice: &mut Dice, bytes: &mut Vec<u8>) {
    let mutator = Mutator { words: &WORDS, others: &[] };
    if dice.one_in(2) || bytes.len() < SEGMENT {
        return mutator.mutate(dice, bytes);
    }
    let records = records(bytes);
    if records.is_empty() || dice.one_in(10) {
        let mut header = bytes[..SEGMENT - 4].to_vec();
        mutator.mutate(dice, &mut header);
        header.resize(SEGMENT - 4, 0);
        let sum = crc_fast::crc32_iscsi(&header).to_le_bytes();
        bytes[..SEGMENT - 4].copy_from_slice(&header);
        bytes[SEGMENT - 4..SEGMENT].copy_from_slice(&sum);
        return;
    }
    let (at, end) = *dice.pick(&records);
    let mut body = bytes[at + RECORD..end].to_vec();
    mutator.mutate(dice, &mut body);
    let mut seq: [u8; 8] = [0; 8];
    seq.copy_from_slice(&bytes[at + 4..at + 12]);
    if dice.one_in(10) {
        seq = (u64::from_le_bytes(seq).wrapping_add(dice.next() % 4)).to_le_bytes();
    }
    let mut record = (body.len() as u32).to_le_bytes().to_vec();
    record.extend_from_slice(&seq);
    let sum = crc_fast::crc32_iscsi(&record).to_le_bytes();
    record.extend_from_slice(&sum);
    record.extend_from_slice(&crc_fast::crc32_iscsi(&body).to_le_bytes());
    record.extend_from_slice(&body);
    bytes.splice(at..end, record);
}

/// Where the records of a segment begin and end.
fn records(bytes: &[u8]) -> Vec<(usize, usize)> {
    let (mut at, mut all) = (SEGMENT, Vec::new());
    while let Some(length) = bytes.get(at..at + 4) {
        let mut four = [0; 4];
        four.copy_from_slice(length);
        let end = at + RECORD + u32::from_le_bytes(four) as usize;
        if end > bytes.len() {
            break;
        }
        all.push((at, end));
        at = end;
    }
    all
}

/// Every row that can be read, timers too.
fn rows(store: &Store) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    let snapshot = store.snapshot();
    for (name, table) in store.tables() {
        all.push(name.into_bytes());
        for row in snapshot.range(table, Bound::Unbounded, Bound::Unbounded, Direction::Forward) {
            all.push(
                row.map(|(key, value)| [&key[..], b"=", &value[..]].concat())
                    .unwrap_or_else(|e| e.to_string().into_bytes()),
            );
        }
        let backward = snapshot.prefix(table, b"", Direction::Reverse).count();
        all.push(backward.to_string().into_bytes());
    }
    match snapshot.due(i64::MAX, 1_000) {
        Ok(timers) => all.extend(timers.iter().map(|timer| timer.id.to_vec())),
        Err(error) => all.push(error.to_string().into_bytes()),
    }
    all
}

/// What the log still holds of the commits' attachments. A fold drops it.
fn attachments(store: &Store) -> Result<Vec<(u64, Vec<u8>)>, String> {
    let all = store.attachments(CommitSeq(0)).map_err(|e| e.to_string())?;
    all.map(|one| one.map(|(seq, bytes)| (seq.0, bytes.to_vec())).map_err(|e| e.to_string())).collect()
}
