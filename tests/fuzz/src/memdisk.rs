//! A disk in memory whose files can be damaged and copied. Nothing is ever lost in it but by damage.

use std::any::Any;
use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};
use store::{Disk, Lock, LogFile};

type Files = BTreeMap<PathBuf, Bytes>;

/// A file's bytes, shared with whoever has it open.
#[derive(Clone, Debug, Default)]
struct Bytes(Arc<Mutex<Vec<u8>>>);

impl Bytes {
    fn lock(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(|e| e.into_inner())
    }

    fn write(&self, at: usize, bytes: &[u8]) {
        let mut file = self.lock();
        let end = at + bytes.len();
        if file.len() < end {
            file.resize(end, 0);
        }
        file[at..end].copy_from_slice(bytes);
    }
}

/// The disk. Clones are the same disk.
#[derive(Clone, Default)]
pub struct MemDisk {
    files: Arc<Mutex<Files>>,
    /// Whether the kernel has run on since the last owner: then only a cut tail can be a crash's doing.
    same_boot: bool,
}

impl MemDisk {
    fn files(&self) -> MutexGuard<'_, Files> {
        self.files.lock().unwrap_or_else(|e| e.into_inner())
    }

    fn file(&self, path: &Path) -> io::Result<Bytes> {
        self.files().get(path).cloned().ok_or_else(|| ErrorKind::NotFound.into())
    }

    /// A disk of its own with the same files.
    pub fn copied(&self, same_boot: bool) -> MemDisk {
        let own = |bytes: &Bytes| Bytes(Arc::new(Mutex::new(bytes.lock().clone())));
        let files: Files = self.files().iter().map(|(path, bytes)| (path.clone(), own(bytes))).collect();
        MemDisk { files: Arc::new(Mutex::new(files)), same_boot }
    }

    /// All files, in order.
    pub fn paths(&self) -> Vec<PathBuf> {
        self.files().keys().cloned().collect()
    }

    /// Changes a file behind the store's back.
    pub fn meddle(&self, path: &Path, with: impl FnOnce(&mut Vec<u8>)) {
        if let Ok(file) = self.file(path) {
            with(&mut file.lock());
        }
    }

    /// A file's bytes; none where there is no such file.
    pub fn bytes(&self, path: &Path) -> Vec<u8> {
        self.file(path).map(|file| file.lock().clone()).unwrap_or_default()
    }
}

impl LogFile for Bytes {
    fn append(&self, bytes: &[u8]) -> io::Result<()> {
        self.lock().extend_from_slice(bytes);
        Ok(())
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.write(offset as usize, bytes);
        Ok(())
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.lock().resize(length as usize, 0);
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        Ok(())
    }
}

impl redb::StorageBackend for Bytes {
    fn len(&self) -> io::Result<u64> {
        Ok(self.lock().len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let file = self.lock();
        let bytes = file.get(offset as usize..offset as usize + out.len()).ok_or(ErrorKind::UnexpectedEof)?;
        out.copy_from_slice(bytes);
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.lock().resize(len as usize, 0);
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        Bytes::write(self, offset as usize, data);
        Ok(())
    }
}

impl Disk for MemDisk {
    fn create_dir(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn list(&self, path: &Path) -> io::Result<Vec<String>> {
        let files = self.files();
        let inside = files.keys().filter(|name| name.parent() == Some(path));
        Ok(inside.filter_map(|name| Some(name.file_name()?.to_str()?.to_owned())).collect())
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        Ok(self.file(path)?.lock().clone())
    }

    fn length(&self, path: &Path) -> io::Result<u64> {
        Ok(self.file(path)?.lock().len() as u64)
    }

    // One store at a time: no two runs meet.
    fn run(&self) -> u64 {
        1
    }

    fn read_at(&self, path: &Path, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        let file = self.file(path)?;
        let file = file.lock();
        let rest = file.get(offset as usize..).unwrap_or_default();
        Ok(rest[..rest.len().min(length)].to_vec())
    }

    fn append(&self, path: &Path, create: bool) -> io::Result<Arc<dyn LogFile>> {
        if create {
            self.files().insert(path.to_owned(), Bytes::default());
        }
        Ok(Arc::new(self.file(path)?))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.files().remove(path).map(drop).ok_or_else(|| ErrorKind::NotFound.into())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut files = self.files();
        let file = files.remove(from).ok_or(ErrorKind::NotFound)?;
        files.insert(to.to_owned(), file);
        Ok(())
    }

    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        let file = self.file(from)?;
        self.files().insert(to.to_owned(), file);
        Ok(())
    }

    fn copy(&self, from: &Path, to: &Path) -> io::Result<u64> {
        let bytes = self.read(from)?;
        let length = bytes.len() as u64;
        self.files().insert(to.to_owned(), Bytes(Arc::new(Mutex::new(bytes))));
        Ok(length)
    }

    fn sync_dir(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn database(&self, path: &Path) -> io::Result<Box<dyn redb::StorageBackend>> {
        Ok(Box::new(self.files().entry(path.to_owned()).or_default().clone()))
    }

    fn lock(&self, _: &Path) -> io::Result<Lock> {
        let hold: Box<dyn Any + Send + Sync> = Box::new(());
        Ok(Lock::Taken(hold))
    }

    fn boot(&self) -> Option<String> {
        Some(if self.same_boot { "1" } else { "2" }.to_owned())
    }
}
