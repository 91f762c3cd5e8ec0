//! Bodies on their way into a snapshot's file and out of one, a file of bodies at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;

use crate::blobs::{Blobs, Hold, places};
use crate::disk::LogFile;
use crate::error::Error;

/// The bodies of a moment, which stay as long as this is there.
pub(crate) struct Shipment {
    blobs: Blobs,
    /// Place and length in bytes of each file.
    pub(crate) files: Vec<(u64, u64)>,
    _hold: Hold,
}

impl Shipment {
    /// A piece of one of the files.
    pub(crate) fn piece(&self, place: u64, offset: u64, most: usize) -> Result<Bytes, Error> {
        self.blobs.raw(place, offset, most)
    }
}

impl Blobs {
    /// All bodies that rows of a snapshot can name that is taken after this.
    pub(crate) fn held(&self) -> Hold {
        self.close_segment();
        self.hold()
    }

    /// The files of all bodies so far.
    pub(crate) fn ship(&self, hold: Hold) -> Result<Shipment, Error> {
        let mut files = Vec::new();
        self.each_file(&mut |place, length| files.push((place, length)))?;
        files.sort_unstable();
        files.dedup_by_key(|(place, _)| *place);
        Ok(Shipment { blobs: self.clone(), files, _hold: hold })
    }

    fn each_file(&self, tell: &mut dyn FnMut(u64, u64)) -> Result<(), Error> {
        if let Some(below) = self.below() {
            below.each_file(tell)?;
        }
        let Some(files) = self.files() else {
            self.each_in_memory(tell);
            return Ok(());
        };
        let names = files.disk.list(&files.dir);
        let names = names.map_err(|source| Error::File { path: files.dir.clone(), source })?;
        for place in places(&names) {
            let path = files.path(place);
            match files.disk.length(&path) {
                Ok(length) => tell(place, length),
                // An upload that was given up meanwhile.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(source) => return Err(Error::File { path, source }),
            }
        }
        Ok(())
    }

    /// Begins to take in the bodies of a snapshot.
    pub(crate) fn arrivals(&self) -> Result<Arrivals, Error> {
        if let Some(files) = self.files() {
            let drafts = files.disk.list(&files.dir);
            let drafts = drafts.map_err(|source| Error::File { path: files.dir.clone(), source })?;
            for name in drafts.into_iter().filter(|name| name.ends_with(".draft")) {
                let path = files.dir.join(name);
                files.disk.remove(&path).map_err(|source| Error::File { path, source })?;
            }
        }
        let (places, memory) = (BTreeSet::new(), BTreeMap::new());
        Ok(Arrivals { blobs: self.clone(), places, drafts: Vec::new(), memory, open: None })
    }
}

/// The bodies of a snapshot that is being loaded. Dropped without [`Arrivals::settle`], they leave nothing that counts.
pub(crate) struct Arrivals {
    blobs: Blobs,
    places: BTreeSet<u64>,
    /// Files that are whole but for their names.
    drafts: Vec<(u64, Arc<dyn LogFile>)>,
    memory: BTreeMap<u64, Vec<u8>>,
    open: Option<Open>,
}

struct Open {
    place: u64,
    length: u64,
    /// `None` where there is such a file already, which must be the same.
    draft: Option<Arc<dyn LogFile>>,
}

impl Arrivals {
    /// Takes the next piece of a file; the text says what is wrong with it.
    pub(crate) fn piece(&mut self, place: u64, offset: u64, bytes: &[u8]) -> Result<(), String> {
        let blobs = self.blobs.clone();
        let Some(files) = blobs.files() else {
            self.places.insert(place);
            let file = self.memory.entry(place).or_default();
            if file.len() as u64 != offset {
                return Err(OUT_OF_ORDER.to_owned());
            }
            file.extend_from_slice(bytes);
            return Ok(());
        };
        let failed = |error: std::io::Error| format!("its bodies cannot be kept: {error}");
        if self.open.as_ref().is_none_or(|open| open.place != place) {
            if offset != 0 || !self.places.insert(place) {
                return Err(OUT_OF_ORDER.to_owned());
            }
            self.close();
            let there = files.disk.length(&files.path(place)).is_ok();
            let draft = if there { None } else { Some(files.make_at(&self.draft(place)).map_err(failed)?) };
            self.open = Some(Open { place, length: 0, draft });
        }
        let Some(open) = self.open.as_mut().filter(|open| open.length == offset) else {
            return Err(OUT_OF_ORDER.to_owned());
        };
        open.length += bytes.len() as u64;
        match &open.draft {
            Some(draft) => draft.append(bytes).map_err(failed),
            None => match blobs.raw(place, offset, bytes.len()) {
                Ok(have) if have == bytes => Ok(()),
                _ => Err("a body of this store has the name of another in the snapshot".to_owned()),
            },
        }
    }

    fn draft(&self, place: u64) -> PathBuf {
        let path = self.blobs.files().map(|files| files.path(place)).unwrap_or_default();
        let mut name = path.into_os_string();
        name.push(".draft");
        PathBuf::from(name)
    }

    fn close(&mut self) {
        if let Some(Open { place, draft: Some(draft), .. }) = self.open.take() {
            self.drafts.push((place, draft));
        }
    }

    /// All bodies are there: they get their names, and none is swept. Answers with their places.
    pub(crate) fn settle(mut self) -> Result<BTreeSet<u64>, Error> {
        self.close();
        let drafts = std::mem::take(&mut self.drafts);
        if let Some(files) = self.blobs.files() {
            for (place, draft) in &drafts {
                let path = files.path(*place);
                let named = draft.sync().and_then(|()| files.disk.rename(&self.draft(*place), &path));
                named.map_err(|source| Error::File { path, source })?;
            }
            if !drafts.is_empty() {
                let parent = files.dir.parent().unwrap_or(&files.dir);
                let synced = files.disk.sync_dir(&files.dir).and_then(|()| files.disk.sync_dir(parent));
                synced.map_err(|source| Error::File { path: files.dir.clone(), source })?;
            }
        }
        self.blobs.welcome(&self.places, std::mem::take(&mut self.memory));
        Ok(std::mem::take(&mut self.places))
    }
}

const OUT_OF_ORDER: &str = "a piece of a body is out of order";
