//! Keeping what services measured.

use crate::alarm;
use crate::points::{add, metric_of};
use crate::state::Cell;
use service::{Cx, Measured, Result};

/// Keeps what was measured since the last time, and wakes the alarms that look at it.
pub fn keep(cx: &mut Cx, measured: &[Measured]) -> Result<()> {
    for one in measured {
        let metric = metric_of(one);
        add(cx, &metric, (one.minute, false), &Cell::measured(one))?;
        alarm::wake(cx, &metric, one.minute)?;
    }
    Ok(())
}
