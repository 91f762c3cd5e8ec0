//! What happens later: log files five minutes after somebody called something, digest files every hour, of trails that log.

use crate::{delivery, digests};
use service::{AnyMade, Cx, Error, PreparedTimer, Result, Timer, View};

/// How both are made: read and written as files beside all requests, handed over alone.
pub const TIMERS: PreparedTimer = PreparedTimer { prepare, fire };

fn prepare(view: &View, timer: &Timer) -> Result<AnyMade> {
    match timer.name.split_once('/') {
        Some(("deliver", trail)) => Ok(Box::new(delivery::prepare(view, trail)?)),
        Some(("digest", trail)) => Ok(Box::new(digests::prepare(view, trail)?)),
        _ => Err(unknown(timer)),
    }
}

fn fire(cx: &mut Cx, timer: &Timer, made: AnyMade) -> Result<()> {
    match timer.name.split_once('/') {
        Some(("deliver", trail)) => delivery::fire(cx, trail, delivery::taken(made)?),
        Some(("digest", trail)) => digests::fire(cx, trail, digests::taken(made)?),
        _ => Err(unknown(timer)),
    }
}

fn unknown(timer: &Timer) -> Error {
    Error::internal(format!("no timer goes by the name {}", timer.name))
}
