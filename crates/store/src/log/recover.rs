//! Reads the log when a store is opened: replays what is whole, cuts a torn tail, and tells it from damage.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::mark::Position;
use super::record::{Bad, Op, Record, decode};
use super::tail::Tail;
use super::{HEADER_BYTES, Header, segment_numbers, segment_path};
use crate::blobs::Blobs;
use crate::disk::Disk;
use crate::error::OpenError;

/// The end of the log that was cut off, because a crash had torn it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TornTail {
    /// The segment that was cut.
    pub file: PathBuf,
    /// Its length now, in bytes.
    pub offset: u64,
    /// How many bytes were cut off, of this segment and of later ones.
    pub bytes: u64,
}

/// What is known before the log is read.
#[derive(Clone, Copy)]
pub(crate) struct Known {
    /// The base holds everything up to this record.
    pub(crate) folded: u64,
    /// The log was synced up to here.
    pub(crate) synced: Position,
    /// The kernel has run on since the last owner of the log, so only a write cut short can be missing.
    pub(crate) same_boot: bool,
}

/// How the reading went.
pub(crate) struct Recovered {
    pub(crate) end: Position,
    pub(crate) seq: u64,
    pub(crate) torn: Option<TornTail>,
    /// Records replayed.
    pub(crate) records: u64,
    /// Bytes of those records.
    pub(crate) bytes: u64,
    /// Segments before the last that are not known to be on the disk.
    pub(crate) unsynced: Vec<u64>,
    /// Files of the bodies that records behind the mark name: they are not known to be on the disk either.
    pub(crate) bodies: BTreeSet<u64>,
}

/// Is given each record, and where it stands.
type Sink<'a> = dyn FnMut(&Record<'_>, Position) -> Result<(), OpenError> + 'a;

struct Reader<'a> {
    disk: &'a dyn Disk,
    dir: &'a Path,
    known: Known,
    /// The record that is to be taken for torn.
    torn: Option<u64>,
    done: Recovered,
}

/// Feeds every record after `known.folded` to `sink`, in order. What a crash has torn is cut off before.
pub(crate) fn replay(
    disk: &dyn Disk,
    dir: &Path,
    known: Known,
    blobs: &Blobs,
    sink: &mut dyn FnMut(&Record<'_>) -> Result<(), String>,
) -> Result<Recovered, OpenError> {
    let (mut tail, mut bodies, mut cut) = (Tail::of(blobs), BTreeSet::new(), None);
    let is_behind = |at: Position| at >= known.synced;
    if !known.same_boot {
        let mut survey = |record: &Record<'_>, at: Position| if is_behind(at) { tail.record(record) } else { Ok(()) };
        cut = read(disk, dir, known, None, &mut survey)?.torn;
    }
    let mut apply = |record: &Record<'_>, at: Position| {
        if is_behind(at) {
            let named = |op| if let Ok(Op::Names { body }) = op { Some(body.place()) } else { None };
            bodies.extend(record.ops().filter_map(named));
        }
        sink(record).map_err(|what| OpenError::damaged(segment_path(dir, at.segment), at.offset, what))
    };
    let mut done = read(disk, dir, known, tail.torn(), &mut apply)?;
    done.torn = match (done.torn, cut) {
        (Some(last), Some(first)) => Some(TornTail { bytes: last.bytes + first.bytes, ..last }),
        (last, first) => last.or(first),
    };
    done.bodies = bodies;
    Ok(done)
}

fn read(
    disk: &dyn Disk,
    dir: &Path,
    known: Known,
    torn: Option<u64>,
    sink: &mut Sink<'_>,
) -> Result<Recovered, OpenError> {
    let log_dir = dir.join("log");
    let names = disk.list(&log_dir).map_err(OpenError::io("list", &log_dir))?;
    let all = segment_numbers(&names);
    let numbers = needed(disk, dir, &all, known.folded)?;
    all.iter().take(all.len() - numbers.len()).try_for_each(|number| trim(disk, &segment_path(dir, *number)))?;
    let Some(first) = numbers.first() else {
        return Err(OpenError::damaged(log_dir, 0, "the log is missing"));
    };
    let end = Position { segment: *first, offset: 0 };
    let (unsynced, bodies) = (Vec::new(), BTreeSet::new());
    let done = Recovered { end, seq: 0, torn: None, records: 0, bytes: 0, unsynced, bodies };
    let mut reader = Reader { disk, dir, known, torn, done };
    for (index, number) in numbers.iter().enumerate() {
        let later = &numbers[index + 1..];
        if !reader.segment(*number, index == 0, later, sink)? {
            break;
        }
    }
    let Reader { known, mut done, .. } = reader;
    let file = segment_path(dir, done.end.segment);
    if done.end < known.synced {
        return Err(OpenError::damaged(file, done.end.offset, "the log ends before what was written to the disk"));
    }
    if done.seq < known.folded {
        return Err(OpenError::damaged(
            file,
            done.end.offset,
            "the log ends before the base does: it is an older copy",
        ));
    }
    let unsynced = numbers.iter().filter(|number| (known.synced.segment..done.end.segment).contains(number));
    done.unsynced = unsynced.copied().collect();
    Ok(done)
}

/// The segments from the one on with which the base leaves off. Earlier ones were being dropped when the machine
/// stopped, and there may be gaps between them.
fn needed<'a>(disk: &dyn Disk, dir: &Path, numbers: &'a [u64], folded: u64) -> Result<&'a [u64], OpenError> {
    for (index, number) in numbers.iter().enumerate().rev() {
        let path = segment_path(dir, *number);
        let bytes = disk.read_at(&path, 0, HEADER_BYTES).map_err(OpenError::io("read", &path))?;
        if Header::decode(&bytes).is_ok_and(|header| header.first_seq <= folded + 1) {
            return Ok(&numbers[index..]);
        }
    }
    Ok(numbers)
}

/// Cuts off what a power cut has torn from a segment that the base has made superfluous: it never had to reach the disk.
fn trim(disk: &dyn Disk, path: &Path) -> Result<(), OpenError> {
    let bytes = disk.read(path).map_err(OpenError::io("read", path))?;
    if Header::decode(&bytes).is_err() {
        return disk.remove(path).map_err(OpenError::io("remove", path));
    }
    let mut whole = HEADER_BYTES;
    while let Some(Ok(record)) = bytes.get(whole..).map(decode) {
        whole += record.length;
    }
    if whole == bytes.len() { Ok(()) } else { shorten(disk, path, whole as u64) }
}

fn shorten(disk: &dyn Disk, path: &Path, length: u64) -> Result<(), OpenError> {
    let file = disk.append(path, false).map_err(OpenError::io("open", path))?;
    file.set_len(length).and_then(|()| file.sync()).map_err(OpenError::io("shorten", path))
}

impl Reader<'_> {
    /// Reads one segment; false when the log ends in it.
    fn segment(&mut self, number: u64, first: bool, later: &[u64], sink: &mut Sink<'_>) -> Result<bool, OpenError> {
        let path = segment_path(self.dir, number);
        let bytes = self.disk.read(&path).map_err(OpenError::io("read", &path))?;
        let at = Position { segment: number, offset: 0 };
        let header = match Header::decode(&bytes) {
            Ok(header) => header,
            Err(what) if first => return Err(OpenError::damaged(path, 0, what)),
            Err(what) => {
                let bad = if bytes.len() < HEADER_BYTES { Bad::Cut } else { Bad::Wrong(what) };
                return self.cut(at, bad, bytes.len(), later).map(|()| false);
            }
        };
        if first {
            let Some(before) = header.first_seq.checked_sub(1) else {
                return Err(OpenError::damaged(path, 0, "the first record has no number"));
            };
            if before > self.known.folded {
                return Err(OpenError::damaged(path, 0, "an earlier segment of the log is missing"));
            }
            self.done.seq = before;
        } else if number != self.done.end.segment + 1 || Some(header.first_seq) != self.done.seq.checked_add(1) {
            let gap = Bad::Wrong("records are missing between this segment and the one before");
            return self.cut(at, gap, bytes.len(), later).map(|()| false);
        }
        self.done.end = Position { segment: number, offset: HEADER_BYTES as u64 };
        self.records(&bytes, later, sink)
    }

    fn records(&mut self, bytes: &[u8], later: &[u64], sink: &mut Sink<'_>) -> Result<bool, OpenError> {
        let mut rest = &bytes[HEADER_BYTES..];
        while !rest.is_empty() {
            let record = decode(rest).and_then(|record| match Some(record.seq) == self.done.seq.checked_add(1) {
                true => Ok(record),
                false => Err(Bad::Wrong("a record is out of order")),
            });
            let record = match record {
                Ok(record) if Some(record.seq) == self.torn => Err(Bad::Wrong("a body that a record names is missing")),
                record => record,
            };
            let record = match record {
                Ok(record) => record,
                Err(bad) => return self.cut(self.done.end, bad, rest.len(), later).map(|()| false),
            };
            if record.seq > self.known.folded {
                sink(&record, self.done.end)?;
                self.done.records += 1;
                self.done.bytes += record.length as u64;
            }
            self.done.seq = record.seq;
            self.done.end.offset += record.length as u64;
            rest = &rest[record.length..];
        }
        Ok(true)
    }

    /// Cuts the log at `at`, unless what cannot be read there must have been whole.
    fn cut(&mut self, at: Position, bad: Bad, length: usize, later: &[u64]) -> Result<(), OpenError> {
        let path = segment_path(self.dir, at.segment);
        let what = match bad {
            Bad::Cut => "a record is cut short",
            Bad::Wrong(what) => what,
        };
        // Judged by what would be left, and before anything is touched.
        if self.done.end < self.known.synced || self.done.seq < self.known.folded {
            let what = format!("{what}, in a part that had been written to the disk");
            return Err(OpenError::damaged(path, at.offset, what));
        }
        if self.known.same_boot && (bad != Bad::Cut || !later.is_empty()) {
            let what = format!("{what}, and no crash of the machine explains it");
            return Err(OpenError::damaged(path, at.offset, what));
        }
        let mut bytes = length as u64;
        for number in later.iter().rev() {
            let path = segment_path(self.dir, *number);
            bytes += self.disk.read(&path).map_err(OpenError::io("read", &path))?.len() as u64;
            self.disk.remove(&path).map_err(OpenError::io("remove", &path))?;
        }
        self.cut_at(at, &path)?;
        let log_dir = self.dir.join("log");
        self.disk.sync_dir(&log_dir).map_err(OpenError::io("sync", log_dir))?;
        let end = self.done.end;
        self.done.torn = Some(TornTail { file: segment_path(self.dir, end.segment), offset: end.offset, bytes });
        Ok(())
    }

    fn cut_at(&self, at: Position, path: &Path) -> Result<(), OpenError> {
        if at.offset == 0 {
            return self.disk.remove(path).map_err(OpenError::io("remove", path));
        }
        shorten(self.disk, path, at.offset)
    }
}

#[cfg(test)]
mod tests {
    use crate::log::{Header, segment_path};
    use crate::{OpenError, Options, Store};

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a test damages files")]
    fn a_segment_whose_first_record_has_no_number_is_damage() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), Options::default()).unwrap();
        drop(store);
        let header = Header { number: 1, first_seq: 0 };
        std::fs::write(segment_path(dir.path(), 1), header.encode()).unwrap();
        assert!(matches!(Store::open(dir.path(), Options::default()), Err(OpenError::Damaged { offset: 0, .. })));
    }
}
