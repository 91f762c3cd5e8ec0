use crate::Cursor;
use crate::bundle;
use crate::crc::crc;
use crate::disk::Disk;
use crate::flush::{Buffer, FLUSH_BYTES};
use crate::frame::{self, Tag};
use crate::os::OsDisk;
use crate::record::{Outcome, Record, decode, encode, facts, id_of};
use crate::ring::{Entry, Ring};
use crate::segments::{OpenError, OpenReport, Place, Segments};
use crate::settled::Settled;
use crate::uses::{Use, Uses};
use bytes::Bytes;
use clock::Timestamp;
use ids::RequestId;
use parking_lot::{Condvar, Mutex};
use smallvec::SmallVec;
use std::io;
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// More records than one run keeps in memory alone.
const MAX_PASSING: u64 = 1 << 32;

/// The record of what happened. Cheap to clone; all clones are the same ledger.
#[derive(Clone)]
pub struct Ledger {
    pub(crate) core: Arc<Core>,
    _keeper: Arc<Keeper>,
}

/// How a ledger keeps its files.
#[derive(Clone)]
pub struct Options {
    /// A segment file is full at this many bytes.
    pub segment_bytes: u64,
    /// The oldest segments are dropped beyond this many bytes in all.
    pub keep_bytes: u64,
    /// How many of the newest records stay in memory.
    pub ring_records: usize,
    /// How many bytes of them at most.
    pub ring_bytes: usize,
    /// Told whenever something begins to be buffered, and at each record while the disk refuses: the owner then calls
    /// [`Ledger::tick`] within ten milliseconds.
    /// Without it a thread does, which ends when all is written.
    pub on_buffered: Option<Arc<dyn Fn() + Send + Sync>>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            segment_bytes: 4 << 20,
            keep_bytes: 256 << 20,
            ring_records: 10_000,
            ring_bytes: 8 << 20,
            on_buffered: None,
        }
    }
}

/// Figures of a ledger.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stats {
    /// The number of the newest record.
    pub newest: Cursor,
    /// How many records are in memory.
    pub memory_records: usize,
    /// Their bytes.
    pub memory_bytes: usize,
    /// Bytes that are not written yet.
    pub buffered_bytes: usize,
    /// How many segment files there are.
    pub segments: usize,
    /// Their bytes.
    pub disk_bytes: u64,
    /// How many segments retention dropped since the start.
    pub dropped_segments: u64,
    /// How many records were in them.
    pub dropped_records: u64,
    /// How many records were lost because the disk refused them for too long.
    pub lost_records: u64,
    /// How many records could not be read back.
    pub unreadable: u64,
    /// How many writes failed.
    pub write_errors: u64,
    /// The last failure, in the system's words.
    pub last_error: String,
    /// How many uses of keys and principals found no room.
    pub dropped_uses: u64,
}

/// What [`Ledger::recover`] did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Recovery {
    /// Records that the segments lacked and now hold.
    pub recovered: u64,
    /// Records that they held already.
    pub known: u64,
    /// Attachments that are no records.
    pub unreadable: u64,
    /// Whether the store's commits are numbered anew: it lost a tail, or an older state was put in its place.
    pub rebased: bool,
}

pub(crate) struct Core {
    pub(crate) state: Mutex<State>,
    /// Taken before `state` where both are needed; `None` in memory.
    pub(crate) segments: Option<Mutex<Segments>>,
    /// Held by whoever brings segments to the disk beside their lock.
    syncing: Mutex<()>,
    pub(crate) on_buffered: Option<Arc<dyn Fn() + Send + Sync>>,
    pub(crate) ending: Condvar,
    pub(crate) unreadable: AtomicU64,
    pub(crate) uses: Mutex<Uses>,
    pub(crate) on_used: Mutex<Option<Box<dyn Fn() + Send>>>,
    followers: Mutex<Vec<(u64, Follower)>>,
    follower_count: AtomicUsize,
    next_follower: AtomicU64,
    report: OpenReport,
}

type Follower = Arc<dyn Fn() + Send + Sync>;

pub(crate) struct State {
    pub(crate) ring: Ring,
    /// The number of the next record.
    pub(crate) next: u64,
    pub(crate) buffer: Buffer,
    /// An empty buffer, so that flushing allocates nothing.
    pub(crate) spare: Vec<u8>,
    pub(crate) settled: Settled,
    /// Whether a thread is at it.
    pub(crate) flushing: bool,
    pub(crate) ended: bool,
    /// Whether the last write failed: then only the owner or the thread tries again, not every record.
    pub(crate) failing: bool,
    pub(crate) lost: u64,
    pub(crate) lost_commits: bool,
    pub(crate) write_errors: u64,
    pub(crate) last_error: String,
}

/// Writes what is left when the last clone of a ledger goes, though a flushing thread may still hold the core.
struct Keeper(Arc<Core>);

impl Drop for Keeper {
    fn drop(&mut self) {
        self.0.state.lock().ended = true;
        self.0.ending.notify_all();
        // Nobody is left to be told; the count of errors goes with the ledger.
        let _ = self.0.flush();
    }
}

/// Ends the calls to a closure given to [`Ledger::subscribe`] when it is dropped.
pub struct Subscription {
    core: Arc<Core>,
    id: u64,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let mut followers = self.core.followers.lock();
        followers.retain(|(id, _)| *id != self.id);
        self.core.follower_count.store(followers.len(), Ordering::Release);
    }
}

/// A record on its way in.
struct Incoming<'a> {
    /// The commit that it rode in; 0 for none, and for all but the last of several in one.
    seq: u64,
    id: RequestId,
    time: Timestamp,
    body: &'a [u8],
    /// When it is written.
    keep: Keep,
}

/// When a record is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keep {
    /// Never: it stays in memory, as long as there is room.
    Never,
    /// Within ten milliseconds.
    Soon,
    /// Before anything else happens.
    AtOnce,
}

impl Ledger {
    /// A ledger that keeps the newest `capacity` records in memory and nothing else.
    pub fn memory(capacity: usize) -> Ledger {
        let options = Options { ring_records: capacity, ring_bytes: usize::MAX, ..Options::default() };
        Ledger::with(None, &options, (1, Settled::default()), OpenReport::default())
    }

    /// Opens, or makes, the ledger in `dir`. A torn end is cut off and damaged stretches are skipped; both are in
    /// [`Ledger::open_report`].
    pub fn open(dir: &Path, options: &Options) -> Result<Ledger, OpenError> {
        Ledger::open_on(Arc::new(OsDisk), dir, options)
    }

    /// Opens a ledger on another disk than the operating system's.
    pub fn open_on(disk: Arc<dyn Disk>, dir: &Path, options: &Options) -> Result<Ledger, OpenError> {
        let opened = Segments::open(disk, &Place { dir, roll_at: options.segment_bytes, keep: options.keep_bytes })?;
        let settled = Settled::new(opened.settled, opened.held);
        // The run before may have given numbers to records that stayed in memory.
        let next = if opened.next > 1 { opened.next.saturating_add(MAX_PASSING) } else { 1 };
        Ok(Ledger::with(Some(opened.segments), options, (next, settled), opened.report))
    }

    fn with(
        segments: Option<Segments>,
        options: &Options,
        (next, settled): (u64, Settled),
        report: OpenReport,
    ) -> Ledger {
        let state = State {
            ring: Ring::new(options.ring_records, options.ring_bytes),
            next,
            buffer: Buffer::default(),
            spare: Vec::new(),
            settled,
            flushing: false,
            ended: false,
            failing: false,
            lost: 0,
            lost_commits: false,
            write_errors: 0,
            last_error: String::new(),
        };
        let core = Arc::new(Core {
            state: Mutex::new(state),
            segments: segments.map(Mutex::new),
            syncing: Mutex::new(()),
            on_buffered: options.on_buffered.clone(),
            ending: Condvar::new(),
            unreadable: AtomicU64::new(0),
            uses: Mutex::new(Uses::default()),
            on_used: Mutex::new(None),
            followers: Mutex::new(Vec::new()),
            follower_count: AtomicUsize::new(0),
            next_follower: AtomicU64::new(0),
            report,
        });
        Ledger { _keeper: Arc::new(Keeper(core.clone())), core }
    }

    /// What opening found: how much, and what is damaged.
    pub fn open_report(&self) -> &OpenReport {
        &self.core.report
    }

    /// Records a call that rides in no commit. A denial, and a failed call that would have changed something, are
    /// written at once; the rest within ten milliseconds, but for what is passing ([`Record::is_passing`]).
    pub fn append(&self, record: &Record) {
        let body = encode(record);
        self.core.note_use(&Use::of(record));
        let keep = match record.outcome() {
            Outcome::Denied => Keep::AtOnce,
            Outcome::Error if !record.read_only => Keep::AtOnce,
            Outcome::Ok if record.is_passing() => Keep::Never,
            Outcome::Ok | Outcome::Error | Outcome::Audit => Keep::Soon,
        };
        self.put(&Incoming { seq: 0, id: record.request_id(), time: record.time, body: &body, keep });
    }

    /// Records a call whose bytes, made of `record` by [`encode`], are durable in the store's commit `seq`. Known commits are
    /// passed over, so it does not matter whether [`Ledger::copy`] came first.
    pub fn committed(&self, seq: u64, record: &Record, bytes: &[u8]) {
        let one = Incoming { seq, id: record.request_id(), time: record.time, body: bytes, keep: Keep::Soon };
        if self.put(&one) {
            self.core.note_use(&Use::of(record));
        }
    }

    /// The same for an attachment made by [`bundle::bundle`] of several records.
    pub fn committed_bundle(&self, seq: u64, bytes: &[u8]) {
        self.take(seq, bytes);
    }

    /// Records what [`encode`] made of a record that rides in no commit: of a call within a request.
    pub fn append_encoded(&self, bytes: &[u8]) {
        match decode(bytes) {
            Ok(record) => self.append(&record),
            Err(_) => drop(self.core.unreadable.fetch_add(1, Ordering::Relaxed)),
        }
    }

    /// Takes the attachment of commit `seq` from the store's log, in the order of commits and before the log drops it.
    pub fn copy(&self, seq: u64, bytes: &[u8]) {
        self.take(seq, bytes);
        self.core.state.lock().settled.copied(seq);
    }

    /// Whether the records of all these commits, which are all that carry any up to `through`, came by
    /// [`Ledger::committed`]: then they need not be copied.
    pub fn has(&self, commits: &[RangeInclusive<u64>], through: u64) -> bool {
        let settled = &mut self.core.state.lock().settled;
        let all = self.core.segments.is_some() && commits.iter().all(|run| settled.has_all(run));
        if all {
            settled.copied(through);
        }
        all
    }

    /// Brings all records to the disk itself; the store's log may then drop what was given to [`Ledger::copy`].
    pub fn sync(&self) -> io::Result<()> {
        let Some(segments) = &self.core.segments else { return Ok(()) };
        let (up_to, lost) = {
            let state = self.core.state.lock();
            (state.settled.up_to(), state.lost_commits)
        };
        if lost {
            return Err(io::Error::other("the ledger lost records of commits: only the log still has them"));
        }
        self.core.flush()?;
        // Records go on being written meanwhile, but what one sync has taken no other may think synced.
        let _turn = self.core.syncing.lock();
        let unsynced = segments.lock().take_unsynced();
        unsynced.sync().inspect_err(|_| segments.lock().give_back(&unsynced))?;
        self.core.state.lock().settled.synced(up_to);
        Ok(())
    }

    /// Takes from the store's log, at the start, what the segments do not hold. `newest` is the store's last commit.
    pub fn recover(&self, newest: u64, attachments: impl IntoIterator<Item = (u64, Bytes)>) -> io::Result<Recovery> {
        let mut done = Recovery::default();
        for (seq, bytes) in attachments {
            match self.take(seq, &bytes) {
                Some(true) => done.recovered += 1,
                Some(false) => done.known += 1,
                None => done.unreadable += 1,
            }
        }
        done.rebased = self.core.state.lock().settled.is_ahead_of(newest);
        if done.rebased {
            self.rebase(newest)?;
        } else {
            self.core.state.lock().settled.copied(newest);
            if done.recovered > 0 {
                self.sync()?;
            }
        }
        Ok(done)
    }

    /// The store's commits are numbered from `newest` on, whatever they were before: an older state was loaded.
    pub fn rebase(&self, newest: u64) -> io::Result<()> {
        let Some(segments) = &self.core.segments else { return Ok(()) };
        self.core.flush()?;
        let _turn = self.core.syncing.lock();
        let mut segments = segments.lock();
        let mut state = self.core.state.lock();
        segments.rebase(newest, state.next)?;
        segments.sync()?;
        state.settled = Settled::new(newest, Default::default());
        Ok(())
    }

    /// Writes what is buffered, if anything is. An error is counted in [`Stats`] and the records stay buffered.
    pub fn tick(&self) {
        // Counted where it happened.
        let _ = self.core.flush();
    }

    /// Writes what is buffered; not synced.
    pub fn flush(&self) -> io::Result<()> {
        self.core.flush()
    }

    /// Whether something waits to be written.
    pub fn is_buffering(&self) -> bool {
        !self.core.state.lock().buffer.frames.is_empty()
    }

    /// Calls `waker` after each record until the subscription is dropped. It must return at once and not call the
    /// ledger; it may be called from any thread.
    pub fn subscribe(&self, waker: impl Fn() + Send + Sync + 'static) -> Subscription {
        let id = self.core.next_follower.fetch_add(1, Ordering::Relaxed);
        let mut followers = self.core.followers.lock();
        followers.push((id, Arc::new(waker)));
        self.core.follower_count.store(followers.len(), Ordering::Release);
        Subscription { core: self.core.clone(), id }
    }

    /// Figures of the present state.
    pub fn stats(&self) -> Stats {
        let mut stats = Stats::default();
        if let Some(segments) = &self.core.segments {
            let segments = segments.lock();
            stats.segments = segments.list().len();
            stats.disk_bytes = segments.bytes();
            let dropped = segments.dropped();
            (stats.dropped_segments, stats.dropped_records) = (dropped.segments, dropped.records);
        }
        stats.dropped_uses = self.core.uses.lock().dropped();
        stats.unreadable = self.core.unreadable.load(Ordering::Relaxed);
        let state = self.core.state.lock();
        stats.newest = Cursor(state.next - 1);
        stats.memory_records = state.ring.len();
        stats.memory_bytes = state.ring.bytes();
        stats.buffered_bytes = state.buffer.frames.len();
        stats.lost_records = state.lost;
        stats.write_errors = state.write_errors;
        stats.last_error.clone_from(&state.last_error);
        stats
    }

    /// Whether the records of the attachment were new; `None` if the bytes are none.
    fn take(&self, seq: u64, bytes: &[u8]) -> Option<bool> {
        // Nearly all were given by `committed` already: these need not be read.
        if seq > 0 && self.core.segments.is_some() && self.core.state.lock().settled.has(seq) {
            return Some(false);
        }
        let parts = bundle::parts(bytes);
        let Ok(facts) = parts.iter().map(|part| facts(part)).collect::<Result<Vec<_>, _>>() else {
            self.core.unreadable.fetch_add(1, Ordering::Relaxed);
            return None;
        };
        let incoming = facts.iter().zip(&parts).map(|(facts, body)| {
            let (id, time) = (id_of(&facts.id), facts.time);
            Incoming { seq: 0, id, time, body, keep: Keep::Soon }
        });
        let new = self.put_all(seq, &incoming.collect::<Vec<_>>());
        for facts in facts.iter().filter(|_| new) {
            self.core.note_use(&Use::of_facts(facts));
        }
        Some(new)
    }

    fn put(&self, one: &Incoming<'_>) -> bool {
        self.put_all(one.seq, std::slice::from_ref(one))
    }

    /// Whether the records, which rode in one commit or in none, were new. The last of them stands for the commit: where it
    /// is kept, all are.
    fn put_all(&self, seq: u64, all: &[Incoming<'_>]) -> bool {
        let core = &self.core;
        let durable = core.segments.is_some();
        let sum = |one: &Incoming<'_>| if durable && one.keep != Keep::Never { crc(one.body) } else { 0 };
        let bodies: SmallVec<[(Bytes, u32); 1]> =
            all.iter().map(|one| (Bytes::copy_from_slice(one.body), sum(one))).collect();
        let (waits, write) = {
            let mut state = core.state.lock();
            if seq > 0 && durable && !state.settled.take(seq) {
                return false;
            }
            let mut kept = false;
            for (at, (one, (body, sum))) in all.iter().zip(bodies).enumerate() {
                let number = state.next;
                state.next += 1;
                state.ring.push(Entry { number, id: one.id, time: one.time, body });
                if durable && one.keep != Keep::Never {
                    kept = true;
                    state.bound_buffer();
                    let tag = Tag { number, seq: if at + 1 == all.len() { seq } else { 0 }, time: one.time };
                    frame::write(&mut state.buffer.frames, tag, one.body, sum);
                    state.buffer.summary.add(tag);
                }
            }
            if kept {
                // The store's log has what rode in a commit; only the rest is in a hurry.
                let waits = seq == 0 && (!std::mem::replace(&mut state.buffer.hurried, true) || state.failing);
                let at_once = all.iter().any(|one| one.keep == Keep::AtOnce);
                let write = at_once || state.buffer.frames.len() >= FLUSH_BYTES;
                (waits, write && !state.failing)
            } else {
                (false, false)
            }
        };
        if core.follower_count.load(Ordering::Acquire) > 0 {
            core.wake_followers();
        }
        if write {
            self.tick();
        } else if waits {
            core.flush_soon();
        }
        true
    }
}

impl Core {
    fn wake_followers(&self) {
        let followers: Vec<Follower> = self.followers.lock().iter().map(|(_, waker)| waker.clone()).collect();
        followers.iter().for_each(|waker| waker());
    }
}
