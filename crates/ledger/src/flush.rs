//! Writing out what is buffered, within ten milliseconds.

use crate::ledger::{Core, State};
use crate::segment::Summary;
use std::io;
use std::sync::Arc;
use std::time::Duration;

/// A record waits no longer than ten milliseconds: these, and the time of the write.
const WAIT: Duration = Duration::from_millis(8);
/// After a failed write, so that a full disk is not asked a hundred times a second.
const WAIT_AFTER_ERROR: Duration = Duration::from_secs(1);
/// What is buffered is written at once beyond this.
pub(crate) const FLUSH_BYTES: usize = 64 * 1024;
/// What a disk that refuses may pile up; the oldest records beyond it are lost, and counted.
const MAX_BUFFER_BYTES: usize = 8 << 20;

/// Frames that are not written yet.
#[derive(Default)]
pub(crate) struct Buffer {
    pub(crate) frames: Vec<u8>,
    pub(crate) summary: Summary,
    /// Whether a record is among them that no commit carries.
    pub(crate) hurried: bool,
}

impl Core {
    /// Writes what is buffered.
    pub(crate) fn flush(&self) -> io::Result<()> {
        let Some(segments) = &self.segments else { return Ok(()) };
        // Taken first, so that two flushes cannot write their frames in the wrong order.
        let mut segments = segments.lock();
        let (buffer, settled) = {
            let mut state = self.state.lock();
            if state.buffer.frames.is_empty() {
                return Ok(());
            }
            let spare = std::mem::take(&mut state.spare);
            let fresh = Buffer { frames: spare, ..Buffer::default() };
            (std::mem::replace(&mut state.buffer, fresh), state.settled.durable())
        };
        let written = segments.append(&buffer.frames, &buffer.summary, settled);
        let mut state = self.state.lock();
        match written {
            Ok(()) => {
                state.failing = false;
                state.spare = buffer.frames;
                state.spare.clear();
                // One large burst must not stay in memory for ever.
                state.spare.shrink_to(2 * FLUSH_BYTES);
                Ok(())
            }
            Err(error) => {
                state.failing = true;
                state.write_errors += 1;
                state.last_error = error.to_string();
                put_back(&mut state, buffer);
                Err(error)
            }
        }
    }

    /// Sees to it that what is buffered is written soon: by the owner, or by a thread that ends when no record waits.
    pub(crate) fn flush_soon(self: &Arc<Self>) {
        if let Some(told) = &self.on_buffered {
            return told();
        }
        if std::mem::replace(&mut self.state.lock().flushing, true) {
            return;
        }
        let core = self.clone();
        let thread = std::thread::Builder::new().name("ledger-flush".to_owned()).stack_size(128 * 1024);
        if thread.spawn(move || core.flush_until_empty()).is_err() {
            self.state.lock().flushing = false;
            // Already counted in the figures.
            let _ = self.flush();
        }
    }

    fn flush_until_empty(&self) {
        let mut wait = WAIT;
        loop {
            self.ending.wait_for(&mut self.state.lock(), wait);
            wait = if self.flush().is_ok() { WAIT } else { WAIT_AFTER_ERROR };
            let mut state = self.state.lock();
            if !state.buffer.hurried || state.ended {
                state.flushing = false;
                return;
            }
        }
    }
}

fn put_back(state: &mut State, mut buffer: Buffer) {
    let later = std::mem::take(&mut state.buffer);
    if buffer.frames.len() + later.frames.len() > MAX_BUFFER_BYTES {
        state.lose(&buffer);
        state.buffer = later;
        return;
    }
    buffer.frames.extend_from_slice(&later.frames);
    buffer.summary.merge(&later.summary);
    buffer.hurried |= later.hurried;
    state.buffer = buffer;
}

impl State {
    /// Makes room for another frame while the disk refuses.
    pub(crate) fn bound_buffer(&mut self) {
        if self.buffer.frames.len() > MAX_BUFFER_BYTES {
            let buffer = std::mem::take(&mut self.buffer);
            self.lose(&buffer);
        }
    }

    fn lose(&mut self, buffer: &Buffer) {
        self.lost += buffer.summary.count;
        self.lost_commits |= buffer.summary.seq > 0;
    }
}
