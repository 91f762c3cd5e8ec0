//! Snapshots in a file, which any version and any machine can load, and forks of a whole data directory.
//!
//! An exported file is a segment of a log (number and first record 1) that holds every row as a put, some hundred
//! kilobytes to a record, then every body, and at its end the number of rows, so that a file cut short is known for one.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::base::generations;
use crate::disk::{Disk, LogFile};
use crate::error::{Error, OpenError};
use crate::history::Retained;
use crate::key::{Span, TABLE_BYTES, TableId};
use crate::log::append::Log;
use crate::log::mark::Marker;
use crate::log::record::{Bad, Builder, Op, Record, decode};
use crate::log::{HEADER_BYTES, Header, segment_numbers, segment_path};
use crate::open::write_format;
use crate::os::OsDisk;
use crate::read::Snapshot;
use crate::shipped::{Arrivals, Shipment};
use crate::store::{OpenReport, Options, Pieces, Shared, Store, Writer};

const RECORD_BYTES: usize = 256 << 10;
const READ_BYTES: usize = 1 << 20;

/// Told how far a long work is: what is done, and about how much there is in all.
pub type Progress<'a> = &'a mut dyn FnMut(u64, u64);

impl Store {
    /// Writes all rows as they are now, with their bodies, to the file `to`, which appears only when it is whole.
    /// Progress in bytes.
    pub fn save(&self, to: &Path, progress: Progress<'_>) -> Result<(), Error> {
        let draft = to.with_extension("draft");
        let disk = self.disk();
        // Who asked knows of no draft.
        let failed = |source| Error::NotSaved { path: to.to_owned(), source };
        let file = disk.append(&draft, true).map_err(failed)?;
        // Held before the rows are looked at, so that no body that they name can go.
        let hold = self.blobs().held();
        let snapshot = self.snapshot();
        let saved = self.blobs().ship(hold).and_then(|bodies| export(&snapshot, &bodies, &*file, progress));
        let saved = saved.map_err(|error| match error {
            Error::Log(source) => failed(source),
            other => other,
        });
        if let Err(error) = saved {
            let _ = disk.remove(&draft);
            return Err(error);
        }
        disk.rename(&draft, to).map_err(failed)?;
        let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        disk.sync_dir(parent).map_err(failed)
    }

    /// Makes the data directory `dir`, which must be new or empty, from a file that [`Store::save`] wrote. It
    /// appears only when it is whole. Progress in bytes of the file.
    pub fn load(dir: &Path, from: &Path, progress: Progress<'_>) -> Result<(), OpenError> {
        let disk: Arc<dyn Disk> = Arc::new(OsDisk);
        must_be_empty(&*disk, dir)?;
        let mut name = dir.file_name().unwrap_or_default().to_owned();
        name.push(".loading");
        let draft = dir.with_file_name(name);
        discard(&*disk, &draft)?;
        let store = Store::open_on(disk.clone(), &draft, Options::default())?;
        let mut bodies = store.blobs().arrivals().map_err(|error| unloaded(&draft, error))?;
        let mut count = 0;
        import(&*disk, from, progress, &mut |record| import_record(&store, &mut bodies, record, &mut count))?;
        bodies.settle().map_err(|error| unloaded(&draft, error))?;
        store.checkpoint().map_err(|error| unloaded(&draft, error))?;
        drop(store);
        disk.rename(&draft, dir).map_err(OpenError::io("make", dir))
    }

    /// Makes the data directory `to`, which must be new or empty, a fork of this one as it is now: closed segments of
    /// the log are shared, the base is copied (sharing blocks where the file system can). Writers are held up for
    /// a moment only. Progress in files. Not to be called while holding a transaction.
    pub fn fork(&self, to: &Path, progress: Progress<'_>) -> Result<(), OpenError> {
        let inner = &self.handle.inner;
        let Some(place) = &inner.place else { return Err(unloaded(to, Error::MemoryOnly)) };
        must_be_empty(&*place.disk, to)?;
        // No fold may touch the base or drop a segment meanwhile.
        let _still = inner.folding.lock();
        // Nor may a body go that the rows name.
        let _hold = inner.blobs.held();
        let closed = {
            let mut writer = inner.writer.lock();
            let log = writer.log.as_mut().ok_or_else(|| unloaded(to, Error::MemoryOnly))?;
            log.rotate().map(|segment| (segment, log.seq())).map_err(|error| unloaded(&place.dir, error))?
        };
        inner.sync_all().map_err(|error| unloaded(&place.dir, error))?;
        copy_files(&*place.disk, &place.dir, to, closed, progress)
    }

    /// A store in memory that begins with these rows and keeps nothing of what it changes. Takes microseconds,
    /// however many rows there are.
    pub fn fork_in_memory(&self) -> Store {
        let snapshot = self.snapshot();
        // What cannot be read here cannot be read there either, and says so when it is asked for.
        let retained = Retained::read(&snapshot).unwrap_or_default();
        let Snapshot(version) = snapshot;
        let shared = Shared { layers: version.layers.clone(), seq: version.seq, ..Shared::default() };
        let writer = Writer { log: None, seq: version.seq, retry_at: 0, retained };
        let fork = Store::assemble(Pieces {
            options: Options::default(),
            place: None,
            blobs: self.blobs().fork_in_memory(),
            writer,
            shared,
            report: OpenReport::default(),
        });
        *fork.handle.inner.catalogue.lock() = self.handle.inner.catalogue.lock().clone();
        fork
    }

    pub(crate) fn disk(&self) -> Arc<dyn Disk> {
        self.handle.inner.place.as_ref().map_or_else(|| Arc::new(OsDisk) as _, |place| place.disk.clone())
    }
}

/// An error of an inner store, as one of the directory it was for.
pub(crate) fn unloaded(path: &Path, error: Error) -> OpenError {
    OpenError::io("make", path)(std::io::Error::other(error.to_string()))
}

fn must_be_empty(disk: &dyn Disk, dir: &Path) -> Result<(), OpenError> {
    let names = disk.list(dir).map_err(OpenError::io("list", dir))?;
    if names.is_empty() { Ok(()) } else { Err(OpenError::NotEmpty { dir: dir.to_owned() }) }
}

/// Clears away what a load that was cut short has left.
fn discard(disk: &dyn Disk, dir: &Path) -> Result<(), OpenError> {
    let (log_dir, blobs_dir) = (dir.join("log"), dir.join("blobs"));
    for inside in [&log_dir, &blobs_dir, dir] {
        for name in disk.list(inside).map_err(OpenError::io("list", inside))? {
            let path = inside.join(name);
            if path != log_dir && path != blobs_dir {
                disk.remove(&path).map_err(OpenError::io("remove", &path))?;
            }
        }
    }
    Ok(())
}

/// A file being written, record by record.
struct Out<'a> {
    file: &'a dyn LogFile,
    buffer: Vec<u8>,
    seq: u64,
}

impl Out<'_> {
    fn record(&mut self, fill: impl FnOnce(&mut Builder<'_>) -> Result<(), Error>) -> Result<(), Error> {
        self.buffer.clear();
        self.seq += 1;
        let mut builder = Builder::new(&mut self.buffer, &[]);
        fill(&mut builder)?;
        builder.finish(self.seq);
        self.file.append(&self.buffer).map_err(Error::Log)
    }
}

/// Rows, then bodies, then their end. Progress in bytes: those of rows are guessed until they are written.
fn export(snapshot: &Snapshot, bodies: &Shipment, file: &dyn LogFile, progress: Progress<'_>) -> Result<(), Error> {
    let layers = &snapshot.0.layers;
    let frozen = layers.frozen.as_ref().map_or(0, |frozen| frozen.overlay.tree.len());
    let base = layers.base.as_ref().map_or(Ok(0), |base| base.rows())?;
    let about = (layers.active.tree.len() + frozen) as u64 + base;
    let body_bytes: u64 = bodies.files.iter().map(|(_, length)| *length).sum();
    file.append(&Header { number: 1, first_seq: 1 }.encode()).map_err(Error::Log)?;
    let mut out = Out { file, buffer: Vec::new(), seq: 0 };
    let mut rows = snapshot.span(&Span::all());
    let (mut count, mut done, mut last) = (0, 0, false);
    while !last {
        out.record(|builder| {
            let mut bytes = 0;
            while bytes < RECORD_BYTES && !last {
                match rows.next_joined().transpose()? {
                    Some((key, value)) => {
                        builder.op(Op::Put { key: &key, value: &value });
                        bytes += key.len() + value.len();
                        count += 1;
                    }
                    None => last = true,
                }
            }
            done += bytes as u64;
            Ok(())
        })?;
        // As if the rows to come were as long as those that were.
        let rows_bytes = done * about.max(count) / u64::max(count, 1);
        progress(done, rows_bytes + body_bytes);
    }
    let all = done + body_bytes;
    for (place, length) in &bodies.files {
        let mut offset = 0;
        loop {
            let piece = bodies.piece(*place, offset, RECORD_BYTES.min((length - offset) as usize))?;
            out.record(|builder| {
                builder.op(Op::Body { place: *place, offset, bytes: &piece });
                Ok(())
            })?;
            offset += piece.len() as u64;
            progress(done + offset, all);
            if offset >= *length || piece.is_empty() {
                break;
            }
        }
        done += length;
    }
    out.record(|builder| {
        builder.op(Op::End { rows: count });
        Ok(())
    })?;
    progress(all, all);
    file.sync().map_err(Error::Log)
}

/// Reads an exported file piece by piece and gives each record to `sink`, which says when it has come to the end.
pub(crate) fn import(
    disk: &dyn Disk,
    from: &Path,
    progress: Progress<'_>,
    sink: &mut dyn FnMut(&Record<'_>) -> Result<bool, String>,
) -> Result<(), OpenError> {
    let all = disk.length(from).map_err(OpenError::io("read", from))?;
    let head = disk.read_at(from, 0, HEADER_BYTES).map_err(OpenError::io("read", from))?;
    Header::decode(&head).map_err(|what| OpenError::no_snapshot(from, 0, what))?;
    let (mut offset, mut held, mut seq) = (HEADER_BYTES as u64, Vec::new(), 0);
    loop {
        let record = match decode(&held) {
            Ok(record) if record.seq == seq + 1 => record,
            Ok(_) => return Err(OpenError::no_snapshot(from, offset, "a record is out of order")),
            Err(Bad::Wrong(what)) => return Err(OpenError::no_snapshot(from, offset, what)),
            Err(Bad::Cut) => {
                let more = disk.read_at(from, offset + held.len() as u64, READ_BYTES);
                let more = more.map_err(OpenError::io("read", from))?;
                if more.is_empty() {
                    return Err(OpenError::no_snapshot(from, offset, "the snapshot is cut short"));
                }
                held.extend_from_slice(&more);
                continue;
            }
        };
        let ended = sink(&record).map_err(|what| OpenError::no_snapshot(from, offset, what))?;
        let length = record.length;
        held.drain(..length);
        offset += length as u64;
        seq += 1;
        progress(offset.min(all), all);
        if ended {
            return Ok(());
        }
    }
}

/// Commits one record's rows and keeps its bodies; true at the end of the export.
fn import_record(store: &Store, bodies: &mut Arrivals, record: &Record<'_>, count: &mut u64) -> Result<bool, String> {
    let mut txn = store.begin();
    let mut ended = false;
    for op in record.ops() {
        match op? {
            Op::Put { key, value } => {
                let table = key.first_chunk::<TABLE_BYTES>().ok_or(KEY_TOO_SHORT)?;
                txn.put(TableId(u16::from_be_bytes(*table)), &key[TABLE_BYTES..], value.to_vec());
                *count += 1;
            }
            Op::Body { place, offset, bytes } => bodies.piece(place, offset, bytes)?,
            Op::End { rows } if rows == *count => ended = true,
            Op::End { .. } => return Err(ROWS_MISSING.to_owned()),
            Op::Delete { .. } | Op::Wipe | Op::Names { .. } | Op::Releases { .. } => {
                return Err(NO_SNAPSHOT.to_owned());
            }
        }
    }
    txn.commit(&[]).map_err(|error| error.to_string())?;
    Ok(ended)
}

pub(crate) const KEY_TOO_SHORT: &str = "a key is too short";
pub(crate) const ROWS_MISSING: &str = "some rows are missing";
pub(crate) const NO_SNAPSHOT: &str = "this is no exported snapshot";

/// Copies a directory at rest, and gives the copy a segment of its own to write to. `format` comes last.
fn copy_files(
    disk: &dyn Disk,
    from: &Path,
    to: &Path,
    (segment, seq): (u64, u64),
    progress: Progress<'_>,
) -> Result<(), OpenError> {
    let (log_from, log_to) = (from.join("log"), to.join("log"));
    disk.create_dir(&log_to).map_err(OpenError::io("create", &log_to))?;
    let segments = segment_numbers(&disk.list(&log_from).map_err(OpenError::io("list", &log_from))?);
    let segments: Vec<u64> = segments.into_iter().filter(|number| *number <= segment).collect();
    let blobs = disk.list(&from.join("blobs")).map_err(OpenError::io("list", from.join("blobs")))?;
    let bases = generations(&disk.list(from).map_err(OpenError::io("list", from))?);
    let (mut done, all) = (0, (segments.len() + bases.len() + blobs.len()) as u64);
    let mut step = || {
        done += 1;
        progress(done, all);
    };
    for number in segments {
        let path = segment_path(to, number);
        disk.link(&segment_path(from, number), &path).map_err(OpenError::io("link", path))?;
        step();
    }
    for generation in bases {
        let path: PathBuf = crate::base::path(to, generation);
        disk.copy(&crate::base::path(from, generation), &path).map_err(OpenError::io("copy", path))?;
        step();
    }
    let blobs_to = to.join("blobs");
    disk.create_dir(&blobs_to).map_err(OpenError::io("create", &blobs_to))?;
    for name in blobs {
        let path = blobs_to.join(&name);
        // An upload that was given up a moment ago may be gone; no row of the fork names it.
        match disk.link(&from.join("blobs").join(name), &path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(OpenError::io("link", path)(error));
            }
            _ => step(),
        }
    }
    disk.sync_dir(&blobs_to).map_err(OpenError::io("sync", &blobs_to))?;
    // A shared segment is never written to.
    let end = Log::start(disk, to, segment + 1, seq).map_err(OpenError::io("create", segment_path(to, segment + 1)))?;
    Marker::open(disk, to).and_then(|mut marker| marker.set(end)).map_err(OpenError::io("write", &log_to))?;
    disk.sync_dir(&log_to).map_err(OpenError::io("sync", &log_to))?;
    write_format(disk, to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::join;
    use crate::tables::CATALOGUE;

    #[test]
    fn the_catalogue_is_among_what_is_exported() {
        let store = Store::memory();
        let table = store.table("rows");
        let mut txn = store.begin();
        txn.put(table, b"key", "value");
        txn.commit(b"").unwrap();
        let snapshot = store.snapshot();
        let keys: Vec<_> = snapshot.span(&Span::all()).map(|row| row.unwrap().0).collect();
        assert_eq!(keys, [&b"rows"[..], b"key"]);
        assert!(snapshot.0.layers.get(&join(CATALOGUE, b"rows")).unwrap().is_some());
    }
}
