//! What an input costs: memory by a counting allocator, time by the thread's own clock.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicIsize, Ordering::Relaxed};
use std::time::Duration;

static LIVE: AtomicIsize = AtomicIsize::new(0);
static PEAK: AtomicIsize = AtomicIsize::new(0);

/// The system's allocator, which counts what lives and the most that ever lived.
pub struct Allocator;

fn count(bytes: isize) {
    PEAK.fetch_max(LIVE.fetch_add(bytes, Relaxed) + bytes, Relaxed);
}

// SAFETY: every call goes to the system's allocator as it came; counting touches two atomics only.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size as isize - layout.size() as isize);
        unsafe { System.realloc(pointer, layout, size) }
    }
}

/// A mark from which costs are measured.
#[derive(Clone, Copy)]
pub(crate) struct Mark {
    live: isize,
    time: Duration,
}

impl Mark {
    pub(crate) fn now() -> Mark {
        let live = LIVE.load(Relaxed);
        PEAK.store(live, Relaxed);
        Mark { live, time: thread_time() }
    }

    /// The most bytes that have lived at once since the mark, beyond what lived then.
    pub(crate) fn peak_bytes(self) -> usize {
        (PEAK.load(Relaxed) - self.live).max(0) as usize
    }

    /// The processor's time that this thread has taken since the mark. A crowded machine does not change it.
    pub(crate) fn time(self) -> Duration {
        thread_time().saturating_sub(self.time)
    }
}

fn thread_time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the call writes to the structure it is given, and to nothing else.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
