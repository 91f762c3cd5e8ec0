use bytes::Bytes;
use std::io;
use std::path::Path;
use std::sync::Arc;

/// What the ledger asks of a file system: small enough for a test to refuse or tear every write.
pub trait Disk: Send + Sync + 'static {
    /// Makes a directory and those above it.
    fn create_dir(&self, path: &Path) -> io::Result<()>;
    /// The names in a directory, in no order.
    fn list(&self, path: &Path) -> io::Result<Vec<String>>;
    /// The first `limit` bytes of a file, or all of it when it is shorter.
    fn read(&self, path: &Path, limit: u64) -> io::Result<Bytes>;
    /// How long a file is.
    fn length(&self, path: &Path) -> io::Result<u64>;
    /// Opens a file to append to; with `create`, one that is not there yet.
    fn open(&self, path: &Path, create: bool) -> io::Result<Arc<dyn SegmentFile>>;
    /// Makes the names in a directory outlast a power cut.
    fn sync_dir(&self, path: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;
}

/// A file that grows at its end. It is synced while it grows.
pub trait SegmentFile: Send + Sync {
    /// Appends all of `bytes`. On an error some of them may have been written.
    fn append(&self, bytes: &[u8]) -> io::Result<()>;
    /// Cuts the file.
    fn truncate(&self, length: u64) -> io::Result<()>;
    /// Brings what was written to the disk itself.
    fn sync(&self) -> io::Result<()>;
}
