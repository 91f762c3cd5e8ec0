//! The base: a redb file that holds everything up to a sequence number, below the rows in memory.
//!
//! `base-<n>.redb` has two tables: `rows` (key with its table in front, value) and `meta` (`folded`, the number of
//! the last record it includes). A file without `folded` was being filled when the process ended, and is not a base.

use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use redb::{Database, ReadOnlyTable, ReadableDatabase, TableDefinition};

use crate::disk::Disk;
use crate::error::{Error, OpenError};
use crate::key::{Key, Span};
use crate::seen::Seen;
use crate::tree::Slot;

const ROWS: TableDefinition<'static, &'static [u8], &'static [u8]> = TableDefinition::new("rows");
const META: TableDefinition<'static, &'static str, u64> = TableDefinition::new("meta");
const FOLDED: &str = "folded";

/// After so many bytes a fold looks whether it is to leave off.
const BATCH_BYTES: usize = 2 << 20;

/// One consistent view of the base file. The table stays open, so a read costs no more than its look-up.
pub(crate) struct Base {
    rows: ReadOnlyTable<&'static [u8], &'static [u8]>,
    /// Rows by key, and the first key at or behind a key.
    seen: Seen,
    seen_firsts: Seen,
    database: Arc<Database>,
    pub(crate) generation: u64,
    pub(crate) folded: u64,
    /// A snapshot that outlives its store must keep the directory locked: redb writes when it closes.
    _lock: Arc<crate::store::DirLock>,
}

pub(crate) type BaseRows = redb::Range<'static, &'static [u8], &'static [u8]>;

pub(crate) fn path(dir: &Path, generation: u64) -> PathBuf {
    dir.join(format!("base-{generation}.redb"))
}

/// The generations among the names of a data directory, in order.
pub(crate) fn generations(names: &[String]) -> Vec<u64> {
    let number = |name: &String| name.strip_prefix("base-")?.strip_suffix(".redb")?.parse().ok();
    let mut generations: Vec<u64> = names.iter().filter_map(number).collect();
    generations.sort_unstable();
    generations
}

fn failed(error: impl Into<redb::Error>) -> Error {
    Error::Base(error.into().to_string())
}

/// A fold that failed; `latched` when redb will answer nothing more until the file is opened again.
pub(crate) struct FoldError {
    pub(crate) error: Error,
    pub(crate) latched: bool,
}

impl<E: Into<redb::Error>> From<E> for FoldError {
    fn from(error: E) -> FoldError {
        let error = error.into();
        let latched = matches!(error, redb::Error::Io(_) | redb::Error::PreviousIo);
        FoldError { error: Error::Base(error.to_string()), latched }
    }
}

/// Where base files are, and how to open them.
#[derive(Clone)]
pub(crate) struct BaseFiles {
    pub(crate) disk: Arc<dyn Disk>,
    pub(crate) dir: PathBuf,
    pub(crate) cache_bytes: usize,
    pub(crate) lock: Arc<crate::store::DirLock>,
}

impl BaseFiles {
    /// The newest base that is complete, if any, and why a newer file could not be read. A file that a fold was
    /// filling when the machine stopped may be in any state; the log still holds what it was to hold, so whether an
    /// unreadable file matters shows when the log is replayed.
    pub(crate) fn open_newest(&self) -> Result<(Option<Base>, Option<OpenError>), OpenError> {
        let names = self.disk.list(&self.dir).map_err(OpenError::io("list", &self.dir))?;
        let mut unreadable = None;
        for generation in generations(&names).into_iter().rev() {
            let opened = self.database(generation).and_then(|database| self.view(Arc::new(database), generation));
            match opened {
                Ok(Some(base)) => return Ok((Some(base), unreadable)),
                Ok(None) => {}
                Err(error) => {
                    let damaged = OpenError::damaged(path(&self.dir, generation), 0, error.to_string());
                    unreadable.get_or_insert(damaged);
                }
            }
        }
        Ok((None, unreadable))
    }

    /// Opens, or makes, the file of a generation.
    pub(crate) fn database(&self, generation: u64) -> Result<Database, Error> {
        let path = path(&self.dir, generation);
        let backend = self.disk.database(&path).map_err(|source| Error::File { path, source })?;
        let mut builder = Database::builder();
        builder.set_cache_size(self.cache_bytes);
        builder.create_with_backend(Boxed(backend)).map_err(failed)
    }

    /// The present state of a base file; `None` if it is not complete.
    pub(crate) fn view(&self, database: Arc<Database>, generation: u64) -> Result<Option<Base>, Error> {
        let read = database.begin_read().map_err(failed)?;
        let meta = match read.open_table(META) {
            Ok(meta) => meta,
            Err(redb::TableError::TableDoesNotExist(_)) => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let folded = redb::ReadableTable::get(&meta, FOLDED).map_err(failed)?.map(|folded| folded.value());
        let Some(folded) = folded else { return Ok(None) };
        let rows = read.open_table(ROWS).map_err(failed)?;
        let (seen, seen_firsts) = (Seen::default(), Seen::default());
        Ok(Some(Base { rows, seen, seen_firsts, database, generation, folded, _lock: self.lock.clone() }))
    }
}

impl Base {
    pub(crate) fn database(&self) -> Arc<Database> {
        self.database.clone()
    }

    /// How many rows it holds.
    pub(crate) fn rows(&self) -> Result<u64, Error> {
        redb::ReadableTableMetadata::len(&self.rows).map_err(failed)
    }

    pub(crate) fn get(&self, key: &[u8]) -> Result<Option<Bytes>, Error> {
        self.seen.or_look(key, || {
            let value = self.rows.get(key).map_err(failed)?;
            Ok(value.map(|value| Bytes::copy_from_slice(value.value())))
        })
    }

    pub(crate) fn holds(&self, key: &[u8]) -> Result<bool, Error> {
        Ok(self.rows.get(key).map_err(failed)?.is_some())
    }

    /// The rows of a span; `None` where there are none.
    pub(crate) fn range(&self, span: &Span) -> Result<Option<BaseRows>, Error> {
        let (from, to): (Bound<&[u8]>, Bound<&[u8]>) = span.as_slices();
        // Most spans that are read often hold nothing: those of timers, say, or of a queue that is waited for.
        if let Bound::Included(start) = from {
            let reached = self.first(start)?.is_some_and(|first| match to {
                Bound::Included(end) => *first <= *end,
                Bound::Excluded(end) => *first < *end,
                Bound::Unbounded => true,
            });
            if !reached {
                return Ok(None);
            }
        }
        self.rows.range::<&[u8]>((from, to)).map(Some).map_err(failed)
    }

    /// The first key at or behind `start`.
    fn first(&self, start: &[u8]) -> Result<Option<Bytes>, Error> {
        self.seen_firsts.or_look(start, || {
            let next = self.rows.range::<&[u8]>(start..).map_err(failed)?.next();
            Ok(next.transpose().map_err(failed)?.map(|(key, _)| Bytes::copy_from_slice(key.value())))
        })
    }
}

/// Writes `rows` into the base file, with a note of `folded`, in one durable transaction: its pages go to the file as the
/// cache runs full, and count only at its end. False if `stop` said to leave off, with nothing changed.
pub(crate) fn fold<'a>(
    database: &Database,
    rows: impl Iterator<Item = (&'a Key, &'a Slot)>,
    folded: u64,
    stop: &dyn Fn() -> bool,
) -> Result<bool, FoldError> {
    let mut write = database.begin_write()?;
    write.set_quick_repair(true);
    let mut table = write.open_table(ROWS)?;
    let mut bytes = 0;
    for (key, slot) in rows {
        bytes += key.len();
        match slot {
            Slot::Put(value) => {
                bytes += value.len();
                table.insert(&**key, &**value)?;
            }
            Slot::Gone => drop(table.remove(&**key)?),
        }
        if bytes > BATCH_BYTES {
            bytes = 0;
            if stop() {
                return Ok(false);
            }
        }
    }
    drop(table);
    write.open_table(META)?.insert(FOLDED, folded)?;
    write.commit()?;
    Ok(true)
}

#[derive(Debug)]
struct Boxed(Box<dyn redb::StorageBackend>);

impl redb::StorageBackend for Boxed {
    fn len(&self) -> std::io::Result<u64> {
        self.0.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> std::io::Result<()> {
        self.0.read(offset, out)
    }

    fn set_len(&self, len: u64) -> std::io::Result<()> {
        self.0.set_len(len)
    }

    fn sync_data(&self) -> std::io::Result<()> {
        self.0.sync_data()
    }

    fn write(&self, offset: u64, data: &[u8]) -> std::io::Result<()> {
        self.0.write(offset, data)
    }

    fn close(&self) -> std::io::Result<()> {
        self.0.close()
    }
}
