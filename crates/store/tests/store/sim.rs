//! A disk in memory that stops, tears, reorders and fills up on command.

use std::any::Any;
use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use store::{Disk, Lock, LogFile};

use crate::dice::Dice;

/// How a life of the disk ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The process is killed: what it wrote is with the kernel, and stays.
    Kill,
    /// The power goes: of what was not synced, any part may be there, or half there.
    PowerCut,
}

#[derive(Clone, Default)]
pub struct SimDisk(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    inodes: BTreeMap<u64, Inode>,
    names: BTreeMap<PathBuf, u64>,
    durable_names: BTreeMap<PathBuf, u64>,
    renames: Vec<Rename>,
    next_inode: u64,
    locked: Option<String>,
    boot: u64,
    life: u64,
    runs: u64,
    steps: u64,
    stop_at: Option<u64>,
    stopped: bool,
    space: Option<u64>,
    no_cut: bool,
    open: u64,
}

#[derive(Clone, Default)]
struct Inode {
    now: Vec<u8>,
    durable: Vec<u8>,
    unsynced: Vec<Change>,
}

#[derive(Clone)]
enum Change {
    Write(u64, Vec<u8>),
    Length(u64),
}

/// A change of names not yet synced: which go, which come.
#[derive(Clone)]
struct Rename {
    dir: PathBuf,
    gone: Option<PathBuf>,
    come: Option<(PathBuf, u64)>,
}

fn change(bytes: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Length(length) => {
            grow(bytes, *length as usize);
            bytes.truncate(*length as usize);
        }
        Change::Write(at, new) => {
            let (at, end) = (*at as usize, *at as usize + new.len());
            grow(bytes, end);
            bytes[at..end].copy_from_slice(new);
        }
    }
}

/// As `resize`, which sets byte for byte without optimisation.
fn grow(bytes: &mut Vec<u8>, length: usize) {
    let more = vec![0; length.saturating_sub(bytes.len())];
    bytes.extend_from_slice(&more);
}

fn stopped() -> io::Error {
    io::Error::other("the machine has stopped")
}

impl State {
    fn alive(&self, life: u64) -> io::Result<()> {
        if self.stopped || life != self.life { Err(stopped()) } else { Ok(()) }
    }

    /// One step that changes something. False: this is where the machine stops.
    fn step(&mut self, life: u64) -> io::Result<bool> {
        self.alive(life)?;
        self.steps += 1;
        self.stopped = self.stop_at == Some(self.steps);
        Ok(!self.stopped)
    }

    fn inode(&mut self, number: u64) -> &mut Inode {
        self.inodes.entry(number).or_default()
    }

    fn find(&self, path: &Path) -> io::Result<u64> {
        self.names.get(path).copied().ok_or_else(|| ErrorKind::NotFound.into())
    }

    fn make(&mut self, path: &Path) -> u64 {
        self.next_inode += 1;
        let inode = self.next_inode;
        self.rename(None, Some((path.to_owned(), inode)));
        inode
    }

    fn rename(&mut self, gone: Option<PathBuf>, come: Option<(PathBuf, u64)>) {
        let path = gone.as_ref().or(come.as_ref().map(|(path, _)| path)).unwrap();
        let rename = Rename { dir: path.parent().unwrap().to_owned(), gone, come };
        apply(&mut self.names, &rename);
        self.renames.push(rename);
    }

    fn write(&mut self, inode: u64, at: u64, bytes: &[u8], life: u64) -> io::Result<()> {
        let go_on = self.step(life)?;
        let grows = (at + bytes.len() as u64).saturating_sub(self.inode(inode).now.len() as u64);
        let fits = self.space.is_none_or(|space| grows <= space);
        let taken = match (go_on, fits) {
            (true, true) => bytes.len(),
            // Cut short in the middle, wherever that is.
            (false, _) => (self.steps as usize * 7919) % (bytes.len() + 1),
            (true, false) => (bytes.len() as u64 - grows + self.space.unwrap_or(0)) as usize,
        };
        self.space = self.space.map(|space| space.saturating_sub(grows));
        let write = Change::Write(at, bytes[..taken].to_vec());
        let inode = self.inode(inode);
        change(&mut inode.now, &write);
        inode.unsynced.push(write);
        match (go_on, fits) {
            (false, _) => Err(stopped()),
            (_, false) => Err(ErrorKind::StorageFull.into()),
            _ => Ok(()),
        }
    }

    fn set_len(&mut self, inode: u64, length: u64, life: u64) -> io::Result<()> {
        if !self.step(life)? {
            return Err(stopped());
        }
        let now = self.inode(inode).now.len() as u64;
        if self.space.is_some_and(|space| length > now + space) {
            return Err(ErrorKind::StorageFull.into());
        }
        self.space = self.space.map(|space| space + now - length);
        let inode = self.inode(inode);
        change(&mut inode.now, &Change::Length(length));
        inode.unsynced.push(Change::Length(length));
        Ok(())
    }

    fn sync(&mut self, inode: u64, life: u64) -> io::Result<()> {
        if !self.step(life)? {
            return Err(stopped());
        }
        let inode = self.inode(inode);
        std::mem::take(&mut inode.unsynced).iter().for_each(|unsynced| change(&mut inode.durable, unsynced));
        Ok(())
    }

    fn cut_power(&mut self, dice: &mut Dice) {
        for inode in self.inodes.values_mut() {
            for unsynced in std::mem::take(&mut inode.unsynced) {
                match (dice.below(3), unsynced) {
                    (0, _) => {}
                    (1, Change::Write(at, bytes)) => {
                        let (from, to) = (dice.below(bytes.len() as u64 + 1), dice.below(bytes.len() as u64 + 1));
                        let (from, to) = (from.min(to), from.max(to));
                        let part = bytes[from as usize..to as usize].to_vec();
                        change(&mut inode.durable, &Change::Write(at + from, part));
                    }
                    (_, whole) => change(&mut inode.durable, &whole),
                }
            }
            inode.now.clone_from(&inode.durable);
        }
        for rename in std::mem::take(&mut self.renames) {
            if dice.once_in(2) {
                apply(&mut self.durable_names, &rename);
            }
        }
        self.names = self.durable_names.clone();
        self.boot += 1;
    }
}

fn apply(names: &mut BTreeMap<PathBuf, u64>, rename: &Rename) {
    if let Some(gone) = &rename.gone {
        names.remove(gone);
    }
    if let Some((path, inode)) = &rename.come {
        names.insert(path.clone(), *inode);
    }
}

impl SimDisk {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// The next life: everything goes on until the step `stop_at`, if any.
    pub fn revive(&self, end: End, stop_at: Option<u64>, dice: &mut Dice) {
        let mut state = self.state();
        if end == End::PowerCut {
            state.cut_power(dice);
        }
        (state.stopped, state.steps, state.stop_at, state.locked) = (false, 0, stop_at, None);
        state.life += 1;
    }

    /// From now on, so many steps until everything stops.
    pub fn stop_after(&self, steps: u64) {
        let mut state = self.state();
        state.stop_at = Some(state.steps + steps);
    }

    pub fn is_stopped(&self) -> bool {
        self.state().stopped
    }

    /// From now on, files can grow by so many bytes in all.
    pub fn set_space(&self, bytes: Option<u64>) {
        self.state().space = bytes;
    }

    /// From now on, files cannot be cut.
    pub fn refuse_cuts(&self) {
        self.state().no_cut = true;
    }

    pub fn paths(&self) -> Vec<PathBuf> {
        self.state().names.keys().cloned().collect()
    }

    /// Changes a file behind the store's back.
    pub fn meddle(&self, path: &Path, with: impl FnOnce(&mut Vec<u8>)) {
        let mut state = self.state();
        let number = state.find(path).unwrap();
        let inode = state.inode(number);
        with(&mut inode.now);
        inode.durable.clone_from(&inode.now);
        inode.unsynced.clear();
    }

    /// From now on, a power cut changes nothing that has been written so far.
    pub fn settle(&self) {
        let mut state = self.state();
        for inode in state.inodes.values_mut() {
            inode.durable.clone_from(&inode.now);
            inode.unsynced.clear();
        }
        state.renames.clear();
        state.durable_names = state.names.clone();
    }

    /// Takes a file away behind the store's back.
    pub fn lose(&self, path: &Path) {
        let mut state = self.state();
        state.names.remove(path);
        state.durable_names.remove(path);
    }

    /// How many files are open.
    pub fn open_files(&self) -> u64 {
        self.state().open
    }

    fn handle(&self, inode: u64) -> SimFile {
        let mut state = self.state();
        state.open += 1;
        SimFile { disk: self.clone(), inode, life: state.life }
    }
}

impl Drop for SimFile {
    fn drop(&mut self) {
        self.disk.state().open -= 1;
    }
}

struct SimFile {
    disk: SimDisk,
    inode: u64,
    life: u64,
}

impl LogFile for SimFile {
    fn append(&self, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.disk.state();
        let end = state.inode(self.inode).now.len() as u64;
        state.write(self.inode, end, bytes, self.life)
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.disk.state().write(self.inode, offset, bytes, self.life)
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        let mut state = self.disk.state();
        if state.no_cut {
            return Err(io::Error::other("this file cannot be cut"));
        }
        state.set_len(self.inode, length, self.life)
    }

    fn sync(&self) -> io::Result<()> {
        self.disk.state().sync(self.inode, self.life)
    }
}

impl std::fmt::Debug for SimFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "file {}", self.inode)
    }
}

impl redb::StorageBackend for SimFile {
    fn len(&self) -> io::Result<u64> {
        let mut state = self.disk.state();
        state.alive(self.life)?;
        Ok(state.inode(self.inode).now.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let mut state = self.disk.state();
        state.alive(self.life)?;
        let offset = offset as usize;
        let bytes = state.inode(self.inode).now.get(offset..offset + out.len());
        out.copy_from_slice(bytes.ok_or(ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.disk.state().set_len(self.inode, len, self.life)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.disk.state().sync(self.inode, self.life)
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.disk.state().write(self.inode, offset, data, self.life)
    }
}

struct Hold(SimDisk, u64);

impl Drop for Hold {
    fn drop(&mut self) {
        let mut state = self.0.state();
        if state.life == self.1 {
            state.locked = None;
        }
    }
}

impl Disk for SimDisk {
    fn create_dir(&self, _: &Path) -> io::Result<()> {
        let state = self.state();
        state.alive(state.life)
    }

    fn list(&self, path: &Path) -> io::Result<Vec<String>> {
        let state = self.state();
        state.alive(state.life)?;
        let inside = state.names.keys().filter(|name| name.parent() == Some(path));
        Ok(inside.filter_map(|name| Some(name.file_name()?.to_str()?.to_owned())).collect())
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.read_at(path, 0, usize::MAX)
    }

    fn read_at(&self, path: &Path, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        let mut state = self.state();
        state.alive(state.life)?;
        let inode = state.find(path)?;
        let rest = state.inode(inode).now.get(offset as usize..).unwrap_or_default();
        Ok(rest[..rest.len().min(length)].to_vec())
    }

    fn append(&self, path: &Path, create: bool) -> io::Result<Arc<dyn LogFile>> {
        let mut state = self.state();
        let life = state.life;
        let inode = match (state.find(path), create) {
            (Ok(inode), false) => inode,
            (Err(error), false) => return Err(error),
            (Ok(inode), true) => {
                state.set_len(inode, 0, life)?;
                inode
            }
            (Err(_), true) => {
                let go_on = state.step(life)?;
                let inode = state.make(path);
                if !go_on {
                    return Err(stopped());
                }
                inode
            }
        };
        drop(state);
        Ok(Arc::new(self.handle(inode)))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut state = self.state();
        let life = state.life;
        state.find(path)?;
        if !state.step(life)? {
            return Err(stopped());
        }
        state.rename(Some(path.to_owned()), None);
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.state();
        let life = state.life;
        let inode = state.find(from)?;
        if !state.step(life)? {
            return Err(stopped());
        }
        state.rename(Some(from.to_owned()), Some((to.to_owned(), inode)));
        Ok(())
    }

    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.state();
        let life = state.life;
        let inode = state.find(from)?;
        if !state.step(life)? {
            return Err(stopped());
        }
        state.rename(None, Some((to.to_owned(), inode)));
        Ok(())
    }

    fn copy(&self, from: &Path, to: &Path) -> io::Result<u64> {
        let bytes = self.read(from)?;
        let file = self.append(to, true)?;
        file.append(&bytes)?;
        file.sync()?;
        Ok(bytes.len() as u64)
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        let mut state = self.state();
        let life = state.life;
        if !state.step(life)? {
            return Err(stopped());
        }
        let (done, left): (Vec<_>, Vec<_>) =
            std::mem::take(&mut state.renames).into_iter().partition(|rename| rename.dir == path);
        state.renames = left;
        done.iter().for_each(|rename| apply(&mut state.durable_names, rename));
        Ok(())
    }

    fn database(&self, path: &Path) -> io::Result<Box<dyn redb::StorageBackend>> {
        let mut state = self.state();
        let life = state.life;
        let inode = match state.find(path) {
            Ok(inode) => inode,
            Err(_) if state.step(life)? => state.make(path),
            Err(_) => return Err(stopped()),
        };
        drop(state);
        Ok(Box::new(self.handle(inode)))
    }

    fn lock(&self, _: &Path) -> io::Result<Lock> {
        let mut state = self.state();
        state.alive(state.life)?;
        if let Some(text) = &state.locked {
            return Ok(Lock::Held(text.clone()));
        }
        state.locked = Some("pid 1\n".to_owned());
        let hold: Box<dyn Any + Send + Sync> = Box::new(Hold(self.clone(), state.life));
        Ok(Lock::Taken(hold))
    }

    fn length(&self, path: &Path) -> io::Result<u64> {
        Ok(self.read(path)?.len() as u64)
    }

    fn run(&self) -> u64 {
        let mut state = self.state();
        state.runs += 1;
        state.runs
    }

    fn boot(&self) -> Option<String> {
        Some(self.state().boot.to_string())
    }
}
