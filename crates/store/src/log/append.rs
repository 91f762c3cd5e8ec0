//! The end of the log, where commits are written. Lives under the writer's lock.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use super::attachments::Attached;
use super::mark::Position;
use super::record::{Builder, Op};
use super::{HEADER_BYTES, Header, segment_path};
use crate::disk::{Disk, LogFile};
use crate::error::Error;

/// A segment is closed when it has grown to this, so that space comes back in pieces and a reader holds one at a time.
const SEGMENT_BYTES: u64 = 16 << 20;
/// The buffer for records is given back when one transaction has stretched it beyond this.
const BUFFER_BYTES: usize = 1 << 20;

/// The open end of the log.
pub(crate) struct Log {
    disk: Arc<dyn Disk>,
    dir: PathBuf,
    file: Arc<dyn LogFile>,
    end: Position,
    seq: u64,
    /// Segments closed, with their numbers, and perhaps the current one made, since the last sync.
    closed: Vec<(u64, Arc<dyn LogFile>)>,
    made: bool,
    /// Of which commits since the rows in memory were last frozen there are attachments.
    pub(crate) attached: Attached,
    poison: Option<String>,
    buffer: Vec<u8>,
    /// Bytes appended since the rows in memory were last frozen.
    pub(crate) unfolded: u64,
}

/// What a sync has to bring to the disk.
pub(crate) struct Unsynced {
    pub(crate) files: Vec<Arc<dyn LogFile>>,
    pub(crate) made: bool,
    pub(crate) seq: u64,
    pub(crate) end: Position,
}

impl Log {
    /// Continues at `end`, after the record `seq`. The segments `unsynced` before it are yet to reach the disk.
    pub(crate) fn resume(
        disk: Arc<dyn Disk>,
        dir: PathBuf,
        (end, seq): (Position, u64),
        unsynced: &[u64],
    ) -> io::Result<Log> {
        let open = |number: u64| disk.append(&segment_path(&dir, number), false);
        let closed = unsynced.iter().map(|number| Ok((*number, open(*number)?))).collect::<io::Result<Vec<_>>>()?;
        let file = open(end.segment)?;
        let (buffer, attached) = (Vec::new(), Attached::default());
        Ok(Log { disk, dir, file, end, seq, closed, made: true, attached, poison: None, buffer, unfolded: 0 })
    }

    /// Makes the first segment, whose first record will be `seq + 1`.
    pub(crate) fn start(disk: &dyn Disk, dir: &std::path::Path, segment: u64, seq: u64) -> io::Result<Position> {
        let file = make_segment(disk, dir, Header { number: segment, first_seq: seq + 1 })?;
        file.sync()?;
        Ok(Position { segment, offset: HEADER_BYTES as u64 })
    }

    /// The last record's number.
    pub(crate) fn seq(&self) -> u64 {
        self.seq
    }

    /// Where the next record goes.
    pub(crate) fn end(&self) -> Position {
        self.end
    }

    /// Appends one transaction. After an error, nothing of it is in the log.
    pub(crate) fn append<'a>(&mut self, attachment: &[u8], ops: impl Iterator<Item = Op<'a>>) -> Result<u64, Error> {
        self.check()?;
        if self.end.offset >= SEGMENT_BYTES {
            // A segment that cannot be closed is only longer than planned.
            let _ = self.rotate();
            self.check()?;
        }
        self.buffer.clear();
        let mut builder = Builder::new(&mut self.buffer, attachment);
        ops.for_each(|op| builder.op(op));
        builder.finish(self.seq + 1);
        let written = self.file.append(&self.buffer);
        let length = self.buffer.len() as u64;
        if self.buffer.capacity() > BUFFER_BYTES {
            self.buffer = Vec::new();
        }
        if let Err(error) = written {
            if let Err(cut) = self.file.set_len(self.end.offset) {
                self.poison(format!("a write failed, {error}, and could not be taken back, {cut}"));
            }
            return Err(Error::Log(error));
        }
        self.end.offset += length;
        self.unfolded += length;
        self.seq += 1;
        if !attachment.is_empty() {
            self.attached.add(self.seq);
        }
        Ok(self.seq)
    }

    /// Closes the current segment and begins the next. Answers with the number of the one closed.
    pub(crate) fn rotate(&mut self) -> Result<u64, Error> {
        self.check()?;
        let number = self.end.segment + 1;
        let header = Header { number, first_seq: self.seq + 1 };
        let made = make_segment(&*self.disk, &self.dir, header);
        let file = made.map_err(|error| {
            // Half a header is cut off when the log is next opened, so this need not succeed.
            let _ = self.disk.remove(&segment_path(&self.dir, number));
            Error::Log(error)
        })?;
        self.closed.push((number - 1, std::mem::replace(&mut self.file, file)));
        self.made = true;
        self.end = Position { segment: number, offset: HEADER_BYTES as u64 };
        Ok(number - 1)
    }

    /// Hands out what is not known to be on the disk, but for the segments up to this one; whoever takes it must sync it, or
    /// poison the log.
    pub(crate) fn unsynced_behind(&mut self, segment: u64) -> Result<Unsynced, Error> {
        self.check()?;
        let taken = self.closed.extract_if(.., |(number, _)| *number > segment);
        let mut files: Vec<Arc<dyn LogFile>> = taken.map(|(_, file)| file).collect();
        files.push(self.file.clone());
        Ok(Unsynced { files, made: std::mem::take(&mut self.made), seq: self.seq, end: self.end })
    }

    /// The segments up to this one are of no more use, and need not reach the disk.
    pub(crate) fn drop_closed(&mut self, segment: u64) {
        self.closed.retain(|(number, _)| *number > segment);
    }

    /// Refuses every later write.
    pub(crate) fn poison(&mut self, why: String) {
        self.poison.get_or_insert(why);
    }

    fn check(&self) -> Result<(), Error> {
        self.poison.as_ref().map_or(Ok(()), |why| Err(Error::Poisoned(why.clone())))
    }
}

fn make_segment(disk: &dyn Disk, dir: &std::path::Path, header: Header) -> io::Result<Arc<dyn LogFile>> {
    let file = disk.append(&segment_path(dir, header.number), true)?;
    file.append(&header.encode())?;
    Ok(file)
}
