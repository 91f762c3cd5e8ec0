//! What happens later: the windows of mappings pass.

use crate::polling;
use service::{Cx, Result, Timer};

/// Fires what fell due. A timer goes by the UUID of its mapping.
pub fn fire(cx: &mut Cx, timer: &Timer) -> Result<()> {
    polling::window_passed(cx, &timer.name)
}
