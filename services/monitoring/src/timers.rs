//! What happens later: alarms are looked at.

use crate::alarm;
use service::{Cx, Result, Timer};

/// Fires what fell due.
pub fn fire(cx: &mut Cx, timer: &Timer) -> Result<()> {
    match timer.name.split_once('/') {
        Some(("alarm", name)) => alarm::look(cx, name),
        _ => Ok(()),
    }
}
