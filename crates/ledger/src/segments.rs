use crate::disk::{Disk, SegmentFile};
use crate::frame::Frames;
use crate::segment::{BadHeader, HEADER, Header, Summary, file_name, number_of};
use bytes::Bytes;
use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How many full segments may wait for a sync: each holds a file open.
const MAX_UNSYNCED: usize = 4;

/// The segment files of a ledger, oldest first; the last one grows.
pub(crate) struct Segments {
    disk: Arc<dyn Disk>,
    dir: PathBuf,
    list: Vec<Segment>,
    last: Arc<dyn SegmentFile>,
    /// Segments that are full and not synced yet.
    unsynced: Vec<Arc<dyn SegmentFile>>,
    epoch: u64,
    roll_at: u64,
    keep: u64,
    dropped: Dropped,
}

/// Segments on their way to the disk.
pub(crate) struct Unsynced {
    disk: Arc<dyn Disk>,
    files: Vec<Arc<dyn SegmentFile>>,
    /// Their directory, where one of them is new in it.
    dir: Option<PathBuf>,
}

impl Unsynced {
    pub(crate) fn sync(&self) -> io::Result<()> {
        self.files.iter().try_for_each(|file| file.sync())?;
        self.dir.iter().try_for_each(|dir| self.disk.sync_dir(dir))
    }
}

/// A segment as it is known without reading its records.
#[derive(Debug, Clone)]
pub(crate) struct Segment {
    pub(crate) path: PathBuf,
    pub(crate) number: u64,
    pub(crate) summary: Summary,
    /// How many bytes are whole.
    pub(crate) length: u64,
}

/// What retention took away.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Dropped {
    pub(crate) segments: u64,
    pub(crate) records: u64,
}

/// What opening a directory found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpenReport {
    /// How many records the segments hold.
    pub records: u64,
    /// How many segments there are.
    pub segments: usize,
    /// What is damaged, in words for the log.
    pub damage: Vec<Damage>,
}

/// Something in a file that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// The file.
    pub path: PathBuf,
    /// What is wrong and what became of it.
    pub what: String,
}

/// Why a ledger's directory cannot be opened.
#[derive(Debug)]
pub enum OpenError {
    /// The operating system refuses.
    Io {
        /// The file or directory.
        path: PathBuf,
        /// Its word.
        source: io::Error,
    },
    /// A later version of the program wrote a file.
    Newer {
        /// The file.
        path: PathBuf,
        /// The version of its form.
        version: u64,
    },
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OpenError::Io { path, source } => write!(f, "the ledger's {} cannot be opened: {source}", path.display()),
            OpenError::Newer { path, version } => write!(
                f,
                "{} was written by a later version (form {version}): start that version, or move the file away",
                path.display()
            ),
        }
    }
}

impl std::error::Error for OpenError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            OpenError::Io { source, .. } => Some(source),
            OpenError::Newer { .. } => None,
        }
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.what)
    }
}

/// What the start needs to know of the segments.
pub(crate) struct Opened {
    pub(crate) segments: Segments,
    /// The number of the next record.
    pub(crate) next: u64,
    /// Records of commits up to this one need not be recovered.
    pub(crate) settled: u64,
    /// The later commits whose records are here.
    pub(crate) held: BTreeSet<u64>,
    pub(crate) report: OpenReport,
}

/// Where and how much.
pub(crate) struct Place<'a> {
    pub(crate) dir: &'a Path,
    pub(crate) roll_at: u64,
    pub(crate) keep: u64,
}

struct Found {
    segment: Segment,
    header: Header,
    /// The commits of its records, where they had to be read anyway.
    seqs: Option<Vec<u64>>,
}

impl Segments {
    pub(crate) fn open(disk: Arc<dyn Disk>, place: &Place<'_>) -> Result<Opened, OpenError> {
        let mut report = OpenReport::default();
        let mut found = find(&*disk, place.dir, &mut report)?;
        summarise(&*disk, &mut found, &mut report)?;
        let last = found.last();
        let header = last.map(|f| f.header);
        let next = last.map_or(1, |f| f.header.next.max(f.segment.summary.last.saturating_add(1)));
        let (epoch, settled) = header.map_or((0, 0), |h| (h.epoch, h.settled));
        let held = held(&*disk, &found, epoch, settled)?;
        let mut list: Vec<Segment> = found.into_iter().map(|f| f.segment).collect();
        report.records = list.iter().map(|s| s.summary.count).sum();
        report.segments = list.len();
        let file = match list.last() {
            Some(segment) => {
                let file = disk.open(&segment.path, false).map_err(io_error(&segment.path))?;
                let whole = disk.length(&segment.path).map_err(io_error(&segment.path))? == segment.length;
                if !whole {
                    file.truncate(segment.length).map_err(io_error(&segment.path))?;
                }
                file
            }
            None => {
                // A number behind whatever stands there, so that a file we could not read keeps its name.
                let number = free_number(&*disk, place.dir)?;
                let header = Header { segment: number, epoch, settled, next, before: Summary::default() };
                let (segment, file) = create(&*disk, place.dir, &header).map_err(io_error(place.dir))?;
                list.push(segment);
                file
            }
        };
        let (dir, roll_at, keep) = (place.dir.to_owned(), place.roll_at, place.keep);
        let dropped = Dropped::default();
        let segments = Segments { disk, dir, list, last: file, unsynced: Vec::new(), epoch, roll_at, keep, dropped };
        Ok(Opened { segments, next, settled, held, report })
    }

    /// Appends frames. On an error nothing of them remains.
    pub(crate) fn append(&mut self, frames: &[u8], summary: &Summary, settled: u64) -> io::Result<()> {
        if frames.is_empty() {
            return Ok(());
        }
        let full = self
            .list
            .last()
            .is_none_or(|s| s.length > HEADER as u64 && s.length.saturating_add(frames.len() as u64) > self.roll_at);
        if full {
            self.roll(settled, summary.first)?;
        }
        let Some(segment) = self.list.last_mut() else {
            return Err(io::Error::other("there is no segment to write to"));
        };
        if let Err(error) = self.last.append(frames) {
            // If half a frame cannot be cut off either, readers step over it.
            let _ = self.last.truncate(segment.length);
            return Err(error);
        }
        segment.length += frames.len() as u64;
        segment.summary.merge(summary);
        Ok(())
    }

    /// Begins a new segment and drops the oldest ones beyond the bound.
    fn roll(&mut self, settled: u64, next: u64) -> io::Result<()> {
        let before = self.list.last().map(|s| s.summary).unwrap_or_default();
        let number = self.list.last().map_or(1, |s| s.number + 1);
        let header = Header { segment: number, epoch: self.epoch, settled, next, before };
        let (segment, file) = create(&*self.disk, &self.dir, &header)?;
        self.unsynced.push(std::mem::replace(&mut self.last, file));
        self.list.push(segment);
        if self.unsynced.len() > MAX_UNSYNCED {
            self.sync_full()?;
        }
        self.drop_oldest();
        Ok(())
    }

    fn drop_oldest(&mut self) {
        let mut total: u64 = self.bytes();
        let mut count = 0;
        for segment in self.list.iter().take(self.list.len().saturating_sub(1)) {
            // The newest segment, a head so far, grows to its full size before anything is dropped again.
            if total.saturating_add(self.roll_at) <= self.keep + HEADER as u64 {
                break;
            }
            match self.disk.remove(&segment.path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => break,
                _ => {}
            }
            total -= segment.length;
            self.dropped.segments += 1;
            self.dropped.records += segment.summary.count;
            count += 1;
        }
        self.list.drain(..count);
    }

    /// Begins a new epoch: commits are numbered anew from `settled` on.
    pub(crate) fn rebase(&mut self, settled: u64, next: u64) -> io::Result<()> {
        self.epoch += 1;
        self.roll(settled, next)
    }

    pub(crate) fn sync(&mut self) -> io::Result<()> {
        self.sync_full()?;
        self.last.sync()
    }

    fn sync_full(&mut self) -> io::Result<()> {
        let full = self.take_full();
        full.sync().inspect_err(|_| self.give_back(&full))
    }

    /// The full segments that are to be synced, of which the list knows no more.
    fn take_full(&mut self) -> Unsynced {
        let files = std::mem::take(&mut self.unsynced);
        let dir = (!files.is_empty()).then(|| self.dir.clone());
        Unsynced { disk: self.disk.clone(), files, dir }
    }

    /// All that is to be synced, so that it can be while more is written.
    pub(crate) fn take_unsynced(&mut self) -> Unsynced {
        let mut all = self.take_full();
        all.files.push(self.last.clone());
        all
    }

    /// They could not be synced.
    pub(crate) fn give_back(&mut self, unsynced: &Unsynced) {
        let full = unsynced.files.iter().filter(|file| !Arc::ptr_eq(file, &self.last));
        self.unsynced.extend(full.cloned());
    }

    pub(crate) fn list(&self) -> Vec<Segment> {
        self.list.clone()
    }

    pub(crate) fn disk(&self) -> Arc<dyn Disk> {
        self.disk.clone()
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.list.iter().map(|s| s.length).sum()
    }

    pub(crate) fn dropped(&self) -> Dropped {
        self.dropped
    }
}

impl Segment {
    /// The frames of the segment; `None` when retention has taken it away meanwhile.
    pub(crate) fn frames(&self, disk: &dyn Disk) -> io::Result<Option<Frames>> {
        match disk.read(&self.path, self.length) {
            Ok(bytes) => Ok(Some(Frames::new(bytes, HEADER))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn io_error(path: &Path) -> impl FnOnce(io::Error) -> OpenError {
    let path = path.to_owned();
    move |source| OpenError::Io { path, source }
}

fn numbers(disk: &dyn Disk, dir: &Path) -> Result<Vec<u64>, OpenError> {
    let names = disk.list(dir).map_err(io_error(dir))?;
    let mut numbers: Vec<u64> = names.iter().filter_map(|name| number_of(name)).collect();
    numbers.sort_unstable();
    Ok(numbers)
}

fn free_number(disk: &dyn Disk, dir: &Path) -> Result<u64, OpenError> {
    Ok(numbers(disk, dir)?.last().map_or(1, |n| n.saturating_add(1)))
}

/// The segments whose headers can be read, oldest first.
fn find(disk: &dyn Disk, dir: &Path, report: &mut OpenReport) -> Result<Vec<Found>, OpenError> {
    disk.create_dir(dir).map_err(io_error(dir))?;
    let mut found = Vec::new();
    for number in numbers(disk, dir)? {
        let path = dir.join(file_name(number));
        let head = disk.read(&path, HEADER as u64).map_err(io_error(&path))?;
        let length = disk.length(&path).map_err(io_error(&path))?;
        match Header::read(&head) {
            Ok(header) if header.segment == number => {
                let segment = Segment { path, number, summary: Summary::default(), length };
                found.push(Found { segment, header, seqs: None });
            }
            Err(BadHeader::Newer(version)) => return Err(OpenError::Newer { path, version }),
            // A kill while the file was made: it holds no record yet.
            Err(BadHeader::Damaged) if length < HEADER as u64 => disk.remove(&path).map_err(io_error(&path))?,
            Ok(_) | Err(BadHeader::Damaged) => {
                let what = format!("its head is damaged: its {length} bytes are left alone and not read");
                report.damage.push(Damage { path, what });
            }
        }
    }
    Ok(found)
}

/// Fills in what each segment holds: from its successor's header where there is one, else by reading it.
fn summarise(disk: &dyn Disk, found: &mut [Found], report: &mut OpenReport) -> Result<(), OpenError> {
    let heads: Vec<Header> = found.iter().map(|f| f.header).collect();
    for (index, one) in found.iter_mut().enumerate() {
        let segment = &mut one.segment;
        let successor = heads.get(index + 1);
        if let Some(successor) = successor.filter(|h| h.segment == segment.number + 1) {
            segment.summary = successor.before;
            continue;
        }
        let bytes: Bytes = disk.read(&segment.path, u64::MAX).map_err(io_error(&segment.path))?;
        let mut frames = Frames::new(bytes, HEADER);
        let mut seqs = Vec::new();
        for frame in frames.by_ref() {
            segment.summary.add(frame.tag);
            seqs.push(frame.tag.seq);
        }
        one.seqs = Some(seqs);
        let mut note = |what| report.damage.push(Damage { path: segment.path.clone(), what });
        if frames.damaged > 0 {
            note(format!("{} damaged stretches were skipped", frames.damaged));
        }
        let torn = segment.length.saturating_sub(frames.good as u64);
        if torn > 0 {
            let done = if successor.is_none() { "cut off" } else { "skipped" };
            note(format!("{torn} bytes at its end are no whole record and were {done}"));
        }
        segment.length = frames.good as u64;
    }
    Ok(())
}

/// The commits behind `settled` whose records are in the segments.
fn held(disk: &dyn Disk, found: &[Found], epoch: u64, settled: u64) -> Result<BTreeSet<u64>, OpenError> {
    let mut held = BTreeSet::new();
    for one in found.iter().rev() {
        if one.header.epoch != epoch {
            break;
        }
        if one.segment.summary.seq <= settled {
            continue;
        }
        let seqs = match &one.seqs {
            Some(seqs) => seqs.clone(),
            None => {
                let frames = one.segment.frames(disk).map_err(io_error(&one.segment.path))?;
                frames.into_iter().flatten().map(|frame| frame.tag.seq).collect()
            }
        };
        held.extend(seqs.into_iter().filter(|seq| *seq > settled));
    }
    Ok(held)
}

fn create(disk: &dyn Disk, dir: &Path, header: &Header) -> io::Result<(Segment, Arc<dyn SegmentFile>)> {
    let path = dir.join(file_name(header.segment));
    let file = disk.open(&path, true)?;
    if let Err(error) = file.append(&header.write()) {
        let _ = disk.remove(&path);
        return Err(error);
    }
    let segment = Segment { path, number: header.segment, summary: Summary::default(), length: HEADER as u64 };
    Ok((segment, file))
}
