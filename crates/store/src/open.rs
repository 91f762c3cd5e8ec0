//! Opening a data directory.
//!
//! | file | what |
//! |---|---|
//! | `lock` | held while the store is open; names the owner's process |
//! | `boot` | the run of the kernel in which the log was last found or made whole |
//! | `format` | the format's version; written last when a directory is made, so a directory with it is complete |
//! | `log/` | the log and its mark |
//! | `base-<n>.redb` | the base |
//! | `blobs/` | bodies |

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use bytes::Bytes;
use parking_lot::Mutex;

use crate::base::{BaseFiles, generations};
use crate::blobs::Blobs;
use crate::disk::{Disk, Lock, replace};
use crate::error::{Error, OpenError};
use crate::history::Retained;
use crate::key::Key;
use crate::layers::Layers;
use crate::log::append::Log;
use crate::log::attachments::Attached;
use crate::log::mark::{self, Marker};
use crate::log::record::{Op, Record};
use crate::log::recover::{Known, replay};
use crate::log::{FORMAT_VERSION, segment_numbers, segment_path};
use crate::os::OsDisk;
use crate::store::{CommitSeq, DirLock, OpenReport, Options, Pieces, Place, Shared, Store, Writer};
use crate::tables::Catalogue;
use crate::tree::Slot;

impl Store {
    /// Opens the store in `dir`, and makes one if there is none. What a crash has torn from the end of the log is in
    /// [`Store::open_report`]; anything worse is an error, and changes nothing.
    pub fn open(dir: &Path, options: Options) -> Result<Store, OpenError> {
        Store::open_on(Arc::new(OsDisk), dir, options)
    }

    /// The same, on another disk than the system's.
    pub fn open_on(disk: Arc<dyn Disk>, dir: &Path, options: Options) -> Result<Store, OpenError> {
        disk.create_dir(dir).map_err(OpenError::io("create", dir))?;
        let lock = take_lock(&*disk, dir)?;
        let same_boot = is_same_boot(&*disk, dir)?;
        let format = read_format(&*disk, dir)?;
        let mut report = OpenReport { created: format.is_none(), ..OpenReport::default() };
        if report.created {
            create(&*disk, dir)?;
        }
        let (cache_bytes, lock) = (options.cache_bytes, Arc::new(lock));
        let bases = BaseFiles { disk: disk.clone(), dir: dir.to_owned(), cache_bytes, lock };
        let names = disk.list(dir).map_err(OpenError::io("list", dir))?;
        let generation = generations(&names).last().copied().unwrap_or(0);
        let (base, unreadable) = bases.open_newest()?;
        let folded = base.as_ref().map_or(0, |base| base.folded);
        let synced = mark::read(&*disk, dir).map_err(OpenError::io("read", dir.join("log/synced")))?;
        let mut layers = Layers { base: base.map(Arc::new), ..Layers::default() };
        let blobs = Blobs::open(disk.clone(), dir);
        let known = Known { folded, synced, same_boot };
        let replayed = replay(&*disk, dir, known, &blobs, &mut |record| apply(&mut layers, record));
        // A base that cannot be read explains a gap better than the gap does.
        let recovered = replayed.map_err(|error| unreadable.unwrap_or(error))?;
        report.folded = CommitSeq(folded);
        report.replayed = recovered.records;
        report.torn = recovered.torn;
        blobs.inherit(recovered.bodies);
        if format.is_some_and(|version| version < FORMAT_VERSION) {
            write_format(&*disk, dir)?;
        }
        if !same_boot {
            note_boot(&*disk, dir);
        }

        let log_dir = dir.join("log");
        let end = (recovered.end, recovered.seq);
        let mut log = Log::resume(disk.clone(), dir.to_owned(), end, &recovered.unsynced)
            .map_err(OpenError::io("open", segment_path(dir, recovered.end.segment)))?;
        log.unfolded = recovered.bytes;
        if recovered.records > 0 {
            log.attached = Attached::unknown();
        }
        let marker = Marker::open(&*disk, dir).map_err(OpenError::io("open", log_dir.join("synced")))?;
        let writer = Writer { log: Some(log), seq: recovered.seq, retry_at: 0, retained: Retained::default() };
        let shared = Shared { layers, seq: recovered.seq, generation, ..Shared::default() };
        let (marker, named) = (Mutex::new(marker), AtomicBool::new(false));
        let place = Place { disk, dir: dir.to_owned(), bases, marker, named };
        let store = Store::assemble(Pieces { options, place: Some(place), blobs, writer, shared, report });
        let catalogue = Catalogue::read(&store.snapshot()).map_err(|error| unread(dir, error))?;
        *store.handle.inner.catalogue.lock() = catalogue;
        let retained = Retained::read(&store.snapshot()).map_err(|error| unread(dir, error))?;
        store.handle.inner.writer.lock().retained = retained;
        Ok(store)
    }
}

fn unread(dir: &Path, error: Error) -> OpenError {
    OpenError::damaged(dir, 0, format!("the lists of tables and of kept history cannot be read: {error}"))
}

/// Takes the directory's lock.
fn take_lock(disk: &dyn Disk, dir: &Path) -> Result<DirLock, OpenError> {
    let path = dir.join("lock");
    let field = |text: &str, name: &str| {
        text.lines().find_map(|line| line.strip_prefix(name).map(|value| value.trim().to_owned()))
    };
    match disk.lock(&path).map_err(OpenError::io("lock", &path))? {
        Lock::Held(text) => {
            let pid = field(&text, "pid").and_then(|pid| pid.parse().ok());
            Err(OpenError::InUse { dir: dir.to_owned(), pid })
        }
        Lock::Taken(held) => Ok(DirLock { _held: held }),
    }
}

/// Whether the kernel has run on since the log was last whole.
fn is_same_boot(disk: &dyn Disk, dir: &Path) -> Result<bool, OpenError> {
    let path = dir.join("boot");
    match disk.read(&path) {
        Ok(noted) => Ok(disk.boot().is_some_and(|boot| boot.as_bytes() == noted)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(OpenError::io("read", path)(error)),
    }
}

/// Notes that nothing of the log is torn in this run of the kernel. Not earlier: a process may be killed before it has cut
/// off what is. Without the note, a later opening is only less strict.
fn note_boot(disk: &dyn Disk, dir: &Path) {
    if let Some(boot) = disk.boot() {
        let _ = disk.append(&dir.join("boot"), true).and_then(|file| file.append(boot.as_bytes()));
    }
}

/// The format's version, or `None` in a directory that holds no state yet.
fn read_format(disk: &dyn Disk, dir: &Path) -> Result<Option<u32>, OpenError> {
    let path = dir.join("format");
    let bytes = match disk.read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return must_be_new(disk, dir).map(|()| None),
        Err(error) => return Err(OpenError::io("read", path)(error)),
    };
    let text = String::from_utf8_lossy(&bytes);
    let version = text.strip_prefix("terrella state ").and_then(|rest| rest.trim().parse::<u32>().ok());
    match version {
        None => Err(OpenError::damaged(path, 0, "it does not name a format")),
        Some(found) if found > FORMAT_VERSION => {
            Err(OpenError::NewerFormat { dir: dir.to_owned(), found, known: FORMAT_VERSION })
        }
        Some(found) => Ok(Some(found)),
    }
}

/// A directory without a `format` is new, or its making was cut short. One that has been used is neither.
fn must_be_new(disk: &dyn Disk, dir: &Path) -> Result<(), OpenError> {
    let names = disk.list(dir).map_err(OpenError::io("list", dir))?;
    let log_dir = dir.join("log");
    let log_names = disk.list(&log_dir).map_err(OpenError::io("list", &log_dir))?;
    let used = !generations(&names).is_empty() || segment_numbers(&log_names).iter().any(|number| *number > 1);
    let first = disk.read(&segment_path(dir, 1)).map_or(0, |bytes| bytes.len());
    if used || first > crate::log::HEADER_BYTES {
        return Err(OpenError::damaged(dir.join("format"), 0, "it is missing, though there is a state beside it"));
    }
    Ok(())
}

/// Makes an empty store. `format` comes last.
pub(crate) fn create(disk: &dyn Disk, dir: &Path) -> Result<(), OpenError> {
    let log_dir = dir.join("log");
    disk.create_dir(&log_dir).map_err(OpenError::io("create", &log_dir))?;
    Log::start(disk, dir, 1, 0).map_err(OpenError::io("create", segment_path(dir, 1)))?;
    disk.sync_dir(&log_dir).map_err(OpenError::io("sync", &log_dir))?;
    write_format(disk, dir)
}

pub(crate) fn write_format(disk: &dyn Disk, dir: &Path) -> Result<(), OpenError> {
    let path = dir.join("format");
    let text = format!("terrella state {FORMAT_VERSION}\n");
    replace(disk, &path, text.as_bytes()).map_err(OpenError::io("write", path))
}

/// Applies a record of the log to the rows in memory.
fn apply(layers: &mut Layers, record: &Record<'_>) -> Result<(), String> {
    for op in record.ops() {
        match op? {
            Op::Put { key, value } => {
                layers.active.apply(Key::from(key), Slot::Put(Bytes::copy_from_slice(value)), false);
            }
            Op::Delete { key } => {
                let below = layers.below(key);
                layers.active.apply(Key::from(key), Slot::Gone, below);
            }
            Op::Wipe => *layers = Layers::default(),
            // They tell the recovery what it needs.
            Op::Names { .. } | Op::Releases { .. } => {}
            Op::End { .. } | Op::Body { .. } => return Err("an export is not a log".to_owned()),
        }
    }
    Ok(())
}
