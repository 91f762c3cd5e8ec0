//! The operating system's files: the one place of this crate that touches them.
#![expect(clippy::disallowed_methods, reason = "the store is what keeps files; everything else goes through `Disk`")]

use std::fs::{self, File, OpenOptions, TryLockError};
use std::hash::BuildHasher;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;

use redb::StorageBackend;
use redb::backends::FileBackend;

use crate::disk::{Disk, Lock, LogFile};

/// The real disk.
#[derive(Debug, Default)]
pub struct OsDisk;

struct OsFile(File);

impl LogFile for OsFile {
    fn append(&self, bytes: &[u8]) -> io::Result<()> {
        (&self.0).write_all(bytes)
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let mut file = &self.0;
        file.seek(SeekFrom::Start(offset))?;
        file.write_all(bytes)
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.0.set_len(length)?;
        // The next append goes where the file ends now, not where it ended.
        (&self.0).seek(SeekFrom::Start(length)).map(drop)
    }

    fn sync(&self) -> io::Result<()> {
        self.0.sync_data()
    }
}

impl Disk for OsDisk {
    fn create_dir(&self, path: &Path) -> io::Result<()> {
        fs::create_dir_all(path)
    }

    fn list(&self, path: &Path) -> io::Result<Vec<String>> {
        let entries = match fs::read_dir(path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn read_at(&self, path: &Path, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(offset))?;
        let mut bytes = Vec::new();
        file.take(length as u64).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn append(&self, path: &Path, create: bool) -> io::Result<Arc<dyn LogFile>> {
        let mut file = OpenOptions::new().write(true).create(create).truncate(create).open(path)?;
        file.seek(SeekFrom::End(0))?;
        Ok(Arc::new(OsFile(file)))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::hard_link(from, to).or_else(|_| self.copy(from, to).map(drop))
    }

    fn copy(&self, from: &Path, to: &Path) -> io::Result<u64> {
        let length = fs::copy(from, to)?;
        File::open(to)?.sync_all()?;
        Ok(length)
    }

    fn length(&self, path: &Path) -> io::Result<u64> {
        Ok(fs::metadata(path)?.len())
    }

    fn run(&self) -> u64 {
        // The standard library's keys come from the system at once; the cryptographic library gathers for 50 ms at first.
        std::hash::RandomState::new().hash_one(std::process::id()) >> 24
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        // Windows neither needs nor allows it.
        if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
    }

    fn database(&self, path: &Path) -> io::Result<Box<dyn StorageBackend>> {
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        let backend = FileBackend::new(file).map_err(io::Error::other)?;
        Ok(Box::new(Unlocked(backend)))
    }

    fn lock(&self, path: &Path) -> io::Result<Lock> {
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        let held = match file.try_lock() {
            Ok(()) => false,
            Err(TryLockError::WouldBlock) => true,
            Err(TryLockError::Error(error)) => return Err(error),
        };
        let mut text = String::new();
        // A lock file with foreign bytes in it is still a lock file.
        let _ = (&file).take(256).read_to_string(&mut text);
        if held {
            return Ok(Lock::Held(text));
        }
        file.set_len(0)?;
        file.seek(SeekFrom::Start(0))?;
        writeln!(file, "pid {}", std::process::id())?;
        Ok(Lock::Taken(Box::new(Locked(file))))
    }

    fn boot(&self) -> Option<String> {
        let id = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
        Some(id.trim().to_owned())
    }
}

/// A lock that ends with this, and not with the last descriptor of the file: a process that is being started holds a copy of each
/// descriptor for a moment.
#[derive(Debug)]
struct Locked(File);

impl Drop for Locked {
    fn drop(&mut self) {
        // A lock that cannot be given back ends with its descriptors.
        let _ = self.0.unlock();
    }
}

/// redb's file without redb's own lock: the directory's lock covers it, and a handle that failed on a full disk must
/// not keep its successor out.
#[derive(Debug)]
struct Unlocked(FileBackend);

impl StorageBackend for Unlocked {
    fn len(&self) -> io::Result<u64> {
        self.0.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.0.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.0.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.0.sync_data()
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.0.write(offset, data)
    }

    fn close(&self) -> io::Result<()> {
        self.0.close()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_ends_though_somebody_has_a_copy_of_its_descriptor() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let open = || OpenOptions::new().write(true).create(true).truncate(false).open(&path).unwrap();
        let held = open();
        held.try_lock().unwrap();
        let copy = held.try_clone().unwrap();
        drop(Locked(held));
        assert!(open().try_lock().is_ok());
        drop(copy);
    }
}
