//! Reads the attachments that ride in the log's records.

use std::collections::VecDeque;
use std::io;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;

use super::mark::Position;
use super::record::decode;
use super::{HEADER_BYTES, segment_numbers, segment_path};
use crate::CommitSeq;
use crate::disk::Disk;
use crate::error::Error;

/// Copies attachments elsewhere before the log drops them. Called on the thread that folds, in order, and at least
/// once for each: after a crash an attachment may come again.
pub trait AttachmentSink: Send + Sync {
    /// Asked before the log is read for them: whether it has the attachments of all these commits by another way, which
    /// are all that there are up to `through`.
    fn has(&self, _commits: &[RangeInclusive<u64>], _through: CommitSeq) -> bool {
        false
    }
    /// Takes one attachment. Records without one are left out.
    fn attachment(&self, seq: CommitSeq, bytes: &[u8]) -> io::Result<()>;
    /// Brings all that was taken to the disk: the log's copy goes when this has succeeded.
    fn flush(&self) -> io::Result<()>;
}

/// With more runs than this it is quicker to read the log than to ask.
const MAX_RUNS: usize = 4_096;

/// Which commits of a stretch of the log carry attachments.
#[derive(Default)]
pub(crate) struct Attached {
    /// The log was not written by this process, or in too many runs.
    unknown: bool,
    runs: Vec<RangeInclusive<u64>>,
}

impl Attached {
    pub(crate) fn unknown() -> Attached {
        Attached { unknown: true, runs: Vec::new() }
    }

    pub(crate) fn add(&mut self, seq: u64) {
        let room = self.runs.len() < MAX_RUNS;
        match self.runs.last_mut() {
            _ if self.unknown => {}
            Some(run) if *run.end() + 1 == seq => *run = *run.start()..=seq,
            _ if room => self.runs.push(seq..=seq),
            _ => *self = Attached::unknown(),
        }
    }

    /// Whether a sink has all of them, up to `through`.
    pub(crate) fn are_in(&self, sink: &dyn AttachmentSink, through: CommitSeq) -> bool {
        !self.unknown && sink.has(&self.runs, through)
    }
}

/// The attachments still in the log, oldest first.
pub struct Attachments {
    disk: Arc<dyn Disk>,
    dir: PathBuf,
    segments: VecDeque<u64>,
    end: Position,
    since: u64,
    current: Bytes,
}

impl Attachments {
    pub(crate) fn none() -> Attachments {
        let disk = Arc::new(crate::os::OsDisk);
        let (dir, segments, current) = (PathBuf::new(), VecDeque::new(), Bytes::new());
        Attachments { disk, dir, segments, end: Position::default(), since: 0, current }
    }

    /// Those after `since`, up to the log's present `end`.
    pub(crate) fn read(disk: Arc<dyn Disk>, dir: &Path, end: Position, since: u64) -> Result<Attachments, Error> {
        let log_dir = dir.join("log");
        let names = disk.list(&log_dir).map_err(|source| Error::File { path: log_dir, source })?;
        let segments = segment_numbers(&names).into_iter().filter(|number| *number <= end.segment).collect();
        Ok(Attachments { disk, dir: dir.to_owned(), segments, end, since, current: Bytes::new() })
    }

    fn next_segment(&mut self) -> Result<bool, Error> {
        let Some(number) = self.segments.pop_front() else { return Ok(false) };
        let path = segment_path(&self.dir, number);
        let bytes = match self.disk.read(&path) {
            Ok(bytes) => Bytes::from(bytes),
            // It was folded and dropped a moment ago.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
            Err(source) => return Err(Error::File { path, source }),
        };
        // Behind the end there may be half a record that is being written now.
        let limit = if number == self.end.segment { self.end.offset as usize } else { bytes.len() };
        self.current =
            bytes.slice(HEADER_BYTES.min(bytes.len())..limit.clamp(HEADER_BYTES.min(bytes.len()), bytes.len()));
        Ok(true)
    }
}

impl Iterator for Attachments {
    type Item = Result<(CommitSeq, Bytes), Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.current.is_empty() {
                match self.next_segment() {
                    Ok(true) => continue,
                    Ok(false) => return None,
                    Err(error) => return Some(Err(error)),
                }
            }
            let current = self.current.clone();
            let Ok(record) = decode(&current) else {
                self.current = Bytes::new();
                let what = "a record of the log cannot be read any more";
                return Some(Err(Error::Log(io::Error::new(io::ErrorKind::InvalidData, what))));
            };
            self.current = current.slice(record.length..);
            if record.seq > self.since && !record.attachment.is_empty() {
                return Some(Ok((CommitSeq(record.seq), current.slice_ref(record.attachment))));
            }
        }
    }
}
