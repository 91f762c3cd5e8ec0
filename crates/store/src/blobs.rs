//! Bodies: bytes too many for a row, kept in files beside the log and named in rows by a [`BlobId`].
//!
//! A body up to 64 KiB is appended to a segment, `blobs/<n>.segment`; a larger one has a file of its own,
//! `blobs/<n>.body`. Neither is ever changed, and a number is never given to two files: it begins with a number drawn for
//! the run. The id says where the body is, so there is no index to keep, a fork shares all of it by links, and a snapshot's
//! bodies can be put beside those of the store that loads it.
//!
//! A body belongs to one row. A row that is to have the same body has a copy, which for a large one is a link.
//!
//! A body is written before the row that names it is committed, and a sync brings it to the disk before that row's record. What
//! a power cut leaves behind the last sync may be a record without its body: it counts as torn (`log/tail.rs`), for which each
//! record says which bodies its rows name, and which no more. A released body goes only after the commit that released it
//! has reached the disk. So a row never names a body that is not there; bodies that no row names are swept when the
//! store starts.

mod outlast;
mod pin;
mod writer;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, ErrorKind};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;

use crate::disk::{Disk, LogFile};
use crate::error::Error;
use crate::log::record::Fields;
use crate::os::OsDisk;

pub(crate) use pin::Hold;
pub use pin::Pin;
pub use writer::BlobWriter;

/// The longest body that shares a segment with others, in bytes.
pub const SMALL_BLOB_BYTES: usize = 64 << 10;
/// A segment is closed at this length: short enough that some day nothing in it is wanted any more.
const SEGMENT_BYTES: u64 = 8 << 20;
/// So many files a run may make before its numbers run into another's, which is as unlikely as that run's own number.
const COUNTER_BITS: u32 = 23;

/// Length of a [`BlobId`] in a row, and in a record of the log.
pub(crate) const BLOB_ID_BYTES: usize = 28;

/// Where a body is. Kept in rows, as [`BlobId::to_bytes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobId {
    /// The file's number, doubled; odd for a file of its own.
    place: u64,
    offset: u64,
    length: u64,
    crc: u32,
}

impl BlobId {
    /// Its length in bytes.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// The file that it is in.
    pub(crate) fn place(&self) -> u64 {
        self.place
    }

    /// As it is kept in a row.
    pub fn to_bytes(&self) -> [u8; BLOB_ID_BYTES] {
        let mut bytes = [0; BLOB_ID_BYTES];
        bytes[..8].copy_from_slice(&self.place.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.offset.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.length.to_le_bytes());
        bytes[24..].copy_from_slice(&self.crc.to_le_bytes());
        bytes
    }

    /// Back from a row; `None` if these are not the bytes of an id.
    pub fn from_bytes(bytes: &[u8]) -> Option<BlobId> {
        let mut fields = Fields(bytes);
        let id = BlobId { place: fields.u64()?, offset: fields.u64()?, length: fields.u64()?, crc: fields.u32()? };
        fields.0.is_empty().then_some(id)
    }
}

/// The bodies of a store.
#[derive(Clone)]
pub struct Blobs {
    inner: Arc<Inner>,
}

struct Inner {
    /// `None`: bodies live in memory, until they are released.
    files: Option<Files>,
    /// Of a fork in memory: where the bodies are that it began with.
    below: Option<Hold>,
    state: Mutex<State>,
}

pub(crate) struct Files {
    pub(crate) disk: Arc<dyn Disk>,
    pub(crate) dir: PathBuf,
}

#[derive(Default)]
struct State {
    next: u64,
    /// Files with numbers from here to `next` are of this run, and are not swept.
    first_of_run: u64,
    /// Files of other runs that came with a snapshot, and are not swept either.
    loaded: BTreeSet<u64>,
    segment: Option<Segment>,
    /// Files written to since the last sync.
    unsynced: BTreeSet<u64>,
    /// Files that an earlier process wrote to, likewise.
    inherited: BTreeSet<u64>,
    made: bool,
    /// How many wanted bodies a file holds, where that is known.
    wanted: BTreeMap<u64, u64>,
    released: Vec<BlobId>,
    pinned: BTreeMap<u64, u64>,
    /// Forks in memory that read from here: until they end, nothing goes.
    holds: u64,
    memory: BTreeMap<u64, Bytes>,
}

struct Segment {
    place: u64,
    file: Arc<dyn LogFile>,
    length: u64,
}

fn own_file(place: u64) -> bool {
    place % 2 == 1
}

impl Files {
    pub(crate) fn path(&self, place: u64) -> PathBuf {
        let kind = if own_file(place) { "body" } else { "segment" };
        self.dir.join(format!("{}.{kind}", place / 2))
    }

    fn make(&self, place: u64) -> Result<Arc<dyn LogFile>, Error> {
        let path = self.path(place);
        self.make_at(&path).map_err(|source| Error::File { path, source })
    }

    pub(crate) fn make_at(&self, path: &Path) -> io::Result<Arc<dyn LogFile>> {
        self.disk.append(path, true).or_else(|error| match error.kind() {
            ErrorKind::NotFound => self.disk.create_dir(&self.dir).and_then(|()| self.disk.append(path, true)),
            _ => Err(error),
        })
    }
}

/// The places among the names of the blobs' directory.
pub(crate) fn places(names: &[String]) -> BTreeSet<u64> {
    let place = |name: &String| {
        let (number, kind) = name.split_once('.')?;
        let odd = match kind {
            "body" => 1,
            "segment" => 0,
            _ => return None,
        };
        number.parse::<u64>().ok()?.checked_mul(2)?.checked_add(odd)
    };
    names.iter().filter_map(place).collect()
}

impl Blobs {
    pub(crate) fn memory() -> Blobs {
        Blobs { inner: Arc::new(Inner { files: None, below: None, state: Mutex::new(State::of_run(OsDisk.run())) }) }
    }

    /// Bodies in memory over these, which stay as they are.
    pub(crate) fn fork_in_memory(&self) -> Blobs {
        let (hold, over) = (self.hold(), Mutex::new(State::of_run(OsDisk.run())));
        Blobs { inner: Arc::new(Inner { files: None, below: Some(hold), state: over }) }
    }

    pub(crate) fn open(disk: Arc<dyn Disk>, dir: &Path) -> Blobs {
        let dir = dir.join("blobs");
        let state = State::of_run(disk.run());
        Blobs { inner: Arc::new(Inner { files: Some(Files { disk, dir }), below: None, state: Mutex::new(state) }) }
    }

    /// Keeps a body. It is safe once a commit that names it is.
    pub fn put(&self, bytes: &[u8]) -> Result<BlobId, Error> {
        let mut writer = self.writer();
        writer.write(bytes)?;
        Ok(writer.finish()?.id)
    }

    /// A part of a body, clipped to its length. A whole body is checked against its checksum.
    pub fn get(&self, id: BlobId, range: Range<u64>) -> Result<Bytes, Error> {
        let (start, end) = (range.start.min(id.length), range.end.min(id.length));
        let length = end.saturating_sub(start);
        let Some(files) = &self.inner.files else {
            let body = self.inner.state.lock().memory.get(&id.place).cloned();
            if let (None, Some(Hold(below))) = (&body, &self.inner.below) {
                return below.get(id, range);
            }
            let body = body.ok_or_else(|| missing(PathBuf::from("memory"), ErrorKind::NotFound))?;
            let (from, to) = ((id.offset + start) as usize, (id.offset + start + length) as usize);
            return Ok(body.slice(from.min(body.len())..to.min(body.len())));
        };
        let path = files.path(id.place);
        let bytes = files.disk.read_at(&path, id.offset + start, length as usize);
        let bytes = bytes.map_err(|source| Error::File { path: path.clone(), source })?;
        if bytes.len() as u64 != length {
            return Err(missing(path, ErrorKind::UnexpectedEof));
        }
        if length == id.length && crate::log::record::crc(&bytes) != id.crc {
            return Err(missing(path, ErrorKind::InvalidData));
        }
        Ok(Bytes::from(bytes))
    }

    /// A body with the same bytes, for another row.
    pub fn copy(&self, id: BlobId) -> Result<BlobId, Error> {
        let _pin = self.pin(id)?;
        let Some(files) = self.inner.files.as_ref().filter(|_| own_file(id.place)) else {
            return self.put(&self.get(id, 0..u64::MAX)?);
        };
        let mut state = self.inner.state.lock();
        let place = state.new_place(true);
        let (from, to) = (files.path(id.place), files.path(place));
        files.disk.link(&from, &to).map_err(|source| Error::File { path: to, source })?;
        // The original may not have been synced yet, and may go before it is.
        state.unsynced.insert(place);
        state.made = true;
        state.wanted.insert(place, 1);
        Ok(BlobId { place, ..id })
    }

    /// Gives up a body, after the commit that took its last row away and said so.
    pub(crate) fn release(&self, id: BlobId) {
        let mut state = self.inner.state.lock();
        state.released.push(id);
        self.retry_in_memory(&mut state);
    }

    /// Gives up a body that no commit has ever named, at once.
    pub fn discard(&self, id: BlobId) {
        self.drop_released(&mut self.inner.state.lock(), vec![id]);
    }

    /// In memory there is no sync to wait for.
    fn retry_in_memory(&self, state: &mut State) {
        if self.inner.files.is_none() {
            let released = std::mem::take(&mut state.released);
            self.drop_released(state, released);
        }
    }

    /// Bodies released so far, to be given back to [`Blobs::forget`] when what released them is on the disk.
    pub(crate) fn take_released(&self) -> Vec<BlobId> {
        std::mem::take(&mut self.inner.state.lock().released)
    }

    /// They are not gone for good yet after all.
    pub(crate) fn give_back(&self, released: Vec<BlobId>) {
        self.inner.state.lock().released.extend(released);
    }

    pub(crate) fn forget(&self, released: Vec<BlobId>) {
        if !released.is_empty() {
            self.drop_released(&mut self.inner.state.lock(), released);
        }
    }

    fn drop_released(&self, state: &mut State, released: Vec<BlobId>) {
        for id in released {
            if state.holds > 0 || state.pinned.contains_key(&id.place) {
                state.released.push(id);
                continue;
            }
            let left = match state.wanted.get_mut(&id.place) {
                Some(count) => {
                    *count = count.saturating_sub(1);
                    *count
                }
                // How many bodies an earlier run's segment holds is known only after a sweep.
                None => u64::from(!own_file(id.place)),
            };
            let open = state.segment.as_ref().is_some_and(|segment| segment.place == id.place);
            if left > 0 || open {
                continue;
            }
            state.wanted.remove(&id.place);
            state.memory.remove(&id.place);
            if let Some(files) = &self.inner.files {
                // What cannot be removed now is swept at the next start.
                let _ = files.disk.remove(&files.path(id.place));
            }
        }
    }

    /// Brings every body so far to the disk.
    pub(crate) fn sync(&self) -> io::Result<()> {
        let Some(files) = &self.inner.files else { return Ok(()) };
        let (unsynced, inherited, made) = {
            let mut state = self.inner.state.lock();
            let inherited = std::mem::take(&mut state.inherited);
            (std::mem::take(&mut state.unsynced), inherited, std::mem::take(&mut state.made))
        };
        files.sync(unsynced)?;
        let found = files.sync(inherited)?;
        if made || found {
            files.disk.sync_dir(&files.dir)?;
            files.disk.sync_dir(files.dir.parent().unwrap_or(&files.dir))?;
        }
        Ok(())
    }

    pub(crate) fn files(&self) -> Option<&Files> {
        self.inner.files.as_ref()
    }

    pub(crate) fn below(&self) -> Option<&Blobs> {
        self.inner.below.as_ref().map(|Hold(below)| below)
    }

    /// The next small body begins a segment of its own.
    pub(crate) fn close_segment(&self) {
        self.inner.state.lock().segment = None;
    }

    pub(crate) fn each_in_memory(&self, tell: &mut dyn FnMut(u64, u64)) {
        self.inner.state.lock().memory.iter().for_each(|(place, body)| tell(*place, body.len() as u64));
    }

    /// Bytes of a file of bodies, whatever they belong to; shorter where the file ends.
    pub(crate) fn raw(&self, place: u64, offset: u64, most: usize) -> Result<Bytes, Error> {
        let Some(files) = &self.inner.files else {
            let body = self.inner.state.lock().memory.get(&place).cloned();
            return match (body, self.below()) {
                (Some(body), _) => {
                    let from = (offset as usize).min(body.len());
                    Ok(body.slice(from..from.saturating_add(most).min(body.len())))
                }
                (None, Some(below)) => below.raw(place, offset, most),
                (None, None) => Err(missing(PathBuf::from("memory"), ErrorKind::NotFound)),
            };
        };
        let path = files.path(place);
        let bytes = files.disk.read_at(&path, offset, most).map_err(|source| Error::File { path, source })?;
        Ok(Bytes::from(bytes))
    }

    /// Takes in what came with a snapshot.
    pub(crate) fn welcome(&self, places: &BTreeSet<u64>, memory: BTreeMap<u64, Vec<u8>>) {
        let mut state = self.inner.state.lock();
        state.loaded.extend(places);
        state.memory.extend(memory.into_iter().map(|(place, body)| (place, Bytes::from(body))));
    }

    /// The places of all bodies that belong to rows, or did.
    pub(crate) fn settled(&self) -> Result<BTreeSet<u64>, Error> {
        let mut places = match &self.inner.files {
            Some(files) => {
                places(&files.disk.list(&files.dir).map_err(|source| Error::File { path: files.dir.clone(), source })?)
            }
            None => self.inner.state.lock().memory.keys().copied().collect(),
        };
        let state = self.inner.state.lock();
        places.retain(|place| !state.pinned.contains_key(place));
        Ok(places)
    }

    /// Removes files whose last row has gone, and reached the disk in going. Those that somebody reads are swept at the
    /// next start.
    pub(crate) fn retire(&self, places: &BTreeSet<u64>) {
        let mut state = self.inner.state.lock();
        if state.holds > 0 {
            return;
        }
        state.segment = None;
        state.released.retain(|id| !places.contains(&id.place));
        for place in places.iter().filter(|place| !state.pinned.contains_key(place)).copied().collect::<Vec<_>>() {
            state.wanted.remove(&place);
            state.loaded.remove(&place);
            state.memory.remove(&place);
            if let Some(files) = &self.inner.files {
                let _ = files.disk.remove(&files.path(place));
            }
        }
    }

    /// Keeps a small body, and pins it.
    fn keep_small(&self, bytes: &[u8], crc: u32) -> Result<BlobId, Error> {
        let length = bytes.len() as u64;
        let mut state = self.inner.state.lock();
        let Some(files) = &self.inner.files else {
            let place = state.new_place(true);
            state.memory.insert(place, Bytes::copy_from_slice(bytes));
            state.wanted.insert(place, 1);
            state.pinned.insert(place, 1);
            return Ok(BlobId { place, offset: 0, length, crc });
        };
        let mut segment = match state.segment.take() {
            Some(segment) if segment.length < SEGMENT_BYTES => segment,
            _ => {
                let place = state.new_place(false);
                let file = files.make(place)?;
                state.made = true;
                Segment { place, file, length: 0 }
            }
        };
        // After an error the segment stays closed: what it holds at its end is unknown, and nobody asks.
        // An empty body takes a byte, so that no other has its id.
        let written = if bytes.is_empty() { &[0] } else { bytes };
        segment.file.append(written).map_err(|source| Error::File { path: files.path(segment.place), source })?;
        let id = BlobId { place: segment.place, offset: segment.length, length, crc };
        segment.length += written.len() as u64;
        *state.wanted.entry(segment.place).or_default() += 1;
        *state.pinned.entry(segment.place).or_default() += 1;
        state.unsynced.insert(segment.place);
        state.segment = Some(segment);
        Ok(id)
    }
}

impl State {
    fn of_run(run: u64) -> State {
        let next = (run << COUNTER_BITS) % (1 << 63);
        State { next, first_of_run: next, ..State::default() }
    }

    fn is_earlier(&self, place: u64) -> bool {
        !(self.first_of_run..self.next).contains(&(place / 2)) && !self.loaded.contains(&place)
    }

    fn new_place(&mut self, own: bool) -> u64 {
        self.next += 1;
        (self.next - 1) * 2 + u64::from(own)
    }
}

fn missing(path: PathBuf, kind: ErrorKind) -> Error {
    Error::File { path, source: io::Error::new(kind, "the body that a row names cannot be read") }
}
