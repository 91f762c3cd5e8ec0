#![allow(dead_code, reason = "each test binary uses its part")]

use clock::Timestamp;
use ids::RequestId;
use ledger::{Disk, Ledger, Options, Record, SegmentFile, decode, encode};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// Nobody flushes but the test.
pub fn by_hand() -> Options {
    Options { on_buffered: Some(Arc::new(|| {})), ..Options::default() }
}

/// The record of a read call, by `number`; its time is the number in seconds.
pub fn record(number: u64) -> Record {
    Record {
        time: Timestamp::from_secs(number as i64),
        account: 123_456_789_012,
        region: "eu-west-1".into(),
        service: "queue".into(),
        operation: "ListQueues".into(),
        caller: "arn:aws:iam::123456789012:user/Alice".into(),
        principal: "arn:aws:iam::123456789012:user/Alice".into(),
        access_key: "AKIAIOSFODNN7EXAMPLE".into(),
        status: 200,
        read_only: true,
        decision: "allowed".into(),
        ..Record::new(RequestId(u128::from(number)))
    }
}

pub fn bytes(number: u64) -> Vec<u8> {
    encode(&record(number))
}

pub fn number(record: &Record) -> u64 {
    record.request_id().0 as u64
}

/// The numbers of all records, oldest first.
pub fn all(ledger: &Ledger) -> Vec<u64> {
    ledger.tail(usize::MAX).unwrap().iter().map(number).collect()
}

/// How many bytes a record takes in a segment.
pub fn frame_bytes(number: u64) -> u64 {
    assert!(decode(&bytes(number)).is_ok());
    40 + bytes(number).len() as u64
}

/// Files in memory, which can be told to refuse.
#[derive(Clone, Default)]
pub struct MemoryDisk(pub Arc<Mutex<Files>>);

#[derive(Default)]
pub struct Files {
    pub files: BTreeMap<PathBuf, Vec<u8>>,
    /// How many bytes may still be written; more of them fail halfway.
    pub room: Option<usize>,
    pub refuse_truncate: bool,
    pub syncs: usize,
    /// What happens while the next sync goes on.
    pub during_sync: Option<Box<dyn FnOnce() + Send>>,
}

struct MemoryFile(MemoryDisk, PathBuf);

impl MemoryDisk {
    pub fn open(&self, options: &Options) -> Ledger {
        Ledger::open_on(Arc::new(self.clone()), Path::new("ledger"), options).unwrap()
    }

    /// The disk as a kill would leave it now.
    pub fn copy(&self) -> MemoryDisk {
        let files = self.0.lock().unwrap().files.clone();
        MemoryDisk(Arc::new(Mutex::new(Files { files, ..Files::default() })))
    }

    pub fn names(&self) -> Vec<PathBuf> {
        self.0.lock().unwrap().files.keys().cloned().collect()
    }

    pub fn edit(&self, index: usize, work: impl FnOnce(&mut Vec<u8>)) {
        let mut files = self.0.lock().unwrap();
        work(files.files.values_mut().nth(index).unwrap());
    }

    pub fn room(&self, bytes: Option<usize>) {
        self.0.lock().unwrap().room = bytes;
    }
}

impl Disk for MemoryDisk {
    fn create_dir(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }
    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        let names = self.names();
        Ok(names.iter().map(|p| p.strip_prefix(dir).unwrap().to_str().unwrap().to_owned()).collect())
    }
    fn read(&self, path: &Path, limit: u64) -> io::Result<bytes::Bytes> {
        let files = self.0.lock().unwrap();
        let file = files.files.get(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(file[..file.len().min(usize::try_from(limit).unwrap_or(usize::MAX))].to_vec().into())
    }
    fn length(&self, path: &Path) -> io::Result<u64> {
        let files = self.0.lock().unwrap();
        Ok(files.files.get(path).ok_or(io::ErrorKind::NotFound)?.len() as u64)
    }
    fn open(&self, path: &Path, create: bool) -> io::Result<Arc<dyn SegmentFile>> {
        let mut files = self.0.lock().unwrap();
        assert_eq!(files.files.contains_key(path), !create);
        files.files.entry(path.to_owned()).or_default();
        Ok(Arc::new(MemoryFile(self.clone(), path.to_owned())))
    }
    fn sync_dir(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        self.0.lock().unwrap().files.remove(path).map(drop).ok_or(io::ErrorKind::NotFound.into())
    }
}

impl SegmentFile for MemoryFile {
    fn append(&self, bytes: &[u8]) -> io::Result<()> {
        let mut files = self.0.0.lock().unwrap();
        let fits = files.room.unwrap_or(usize::MAX).min(bytes.len());
        files.room = files.room.map(|room| room - fits);
        let file = files.files.get_mut(&self.1).ok_or(io::ErrorKind::NotFound)?;
        file.extend_from_slice(&bytes[..fits]);
        if fits < bytes.len() { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }
    fn truncate(&self, length: u64) -> io::Result<()> {
        let mut files = self.0.0.lock().unwrap();
        if files.refuse_truncate {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        files.files.get_mut(&self.1).unwrap().truncate(length as usize);
        Ok(())
    }
    fn sync(&self) -> io::Result<()> {
        let mut files = self.0.0.lock().unwrap();
        files.syncs += 1;
        let meanwhile = files.during_sync.take();
        drop(files);
        meanwhile.into_iter().for_each(|work| work());
        Ok(())
    }
}
