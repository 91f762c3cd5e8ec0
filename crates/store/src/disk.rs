//! The files under the store, behind a seam small enough for a test to tear, reorder and refuse every write.

use std::any::Any;
use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

/// Everything the store asks of a file system. Paths are under the data directory, or a snapshot's.
pub trait Disk: Send + Sync + 'static {
    /// Makes a directory and those above it.
    fn create_dir(&self, path: &Path) -> io::Result<()>;
    /// The names in a directory, in no order; none when there is no such directory.
    fn list(&self, path: &Path) -> io::Result<Vec<String>>;
    /// A whole file; `NotFound` when there is none.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;
    /// Part of a file, shorter when the file ends before.
    fn read_at(&self, path: &Path, offset: u64, length: usize) -> io::Result<Vec<u8>>;
    /// Opens a file to append to. `create`: make it anew, empty.
    fn append(&self, path: &Path, create: bool) -> io::Result<Arc<dyn LogFile>>;
    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Puts a file in another's place at once.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// A second name for a file that will not change any more; a copy where links are not to be had.
    fn link(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// A file's bytes in a new file, synced; sharing blocks where the file system can. Answers with its length.
    fn copy(&self, from: &Path, to: &Path) -> io::Result<u64>;
    /// Makes the names in a directory outlast a power cut.
    fn sync_dir(&self, path: &Path) -> io::Result<()>;
    /// Opens, or makes, the file of a redb database.
    fn database(&self, path: &Path) -> io::Result<Box<dyn redb::StorageBackend>>;
    /// Takes a directory's lock file for this process until the answer is dropped.
    fn lock(&self, path: &Path) -> io::Result<Lock>;
    /// The length of a file in bytes; `NotFound` when there is none.
    fn length(&self, path: &Path) -> io::Result<u64>;
    /// A number that no other run of any store is likely to have: 40 bits.
    fn run(&self) -> u64;
    /// What names this run of the kernel, where that can be told. While it stays the same, no power cut has
    /// happened, so everything ever written must be there.
    fn boot(&self) -> Option<String>;
}

/// A file that grows at its end.
pub trait LogFile: Send + Sync {
    /// Appends all of `bytes`, in one `write()` where the system takes it whole.
    fn append(&self, bytes: &[u8]) -> io::Result<()>;
    /// Writes in place, growing the file where needed.
    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()>;
    /// Cuts the file.
    fn set_len(&self, length: u64) -> io::Result<()>;
    /// Brings what was written to the disk itself.
    fn sync(&self) -> io::Result<()>;
}

/// How the taking of a lock file ended.
pub enum Lock {
    /// It is ours until the value is dropped.
    Taken(Box<dyn Any + Send + Sync>),
    /// Somebody holds it; and what they wrote into it.
    Held(String),
}

impl fmt::Debug for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Lock::Taken(_) => f.write_str("Taken"),
            Lock::Held(text) => f.debug_tuple("Held").field(text).finish(),
        }
    }
}

/// Writes a small file so that a crash leaves the old one or the new one, never half of either.
pub(crate) fn replace(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = path.with_extension("draft");
    let file = disk.append(&draft, true)?;
    file.append(bytes)?;
    file.sync()?;
    disk.rename(&draft, path)?;
    disk.sync_dir(path.parent().unwrap_or(Path::new(".")))
}
