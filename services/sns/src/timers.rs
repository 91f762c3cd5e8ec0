//! What happens later: FIFO topics forget.

use crate::fifo;
use service::{Cx, Result, Timer, Timestamp};

/// Fires what fell due.
pub fn fire(cx: &mut Cx, timer: &Timer) -> Result<()> {
    match timer.name.split_once('/') {
        Some(("published", topic)) => fifo::sweep(cx, topic.parse().unwrap_or_default()),
        _ => Ok(()),
    }
}

/// Has a topic forget what was published.
pub fn forget(cx: &mut Cx, topic: i64, due: Timestamp) -> Result<()> {
    cx.set_timer(&format!("published/{topic}"), due)
}
