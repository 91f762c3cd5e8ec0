//! What happens later: the analyzers of a region look at its resources soon after somebody changed something, and when access
//! that is not used has become old enough.

use crate::api::FACTS;
use crate::scan;
use crate::state::ANALYZERS;
use service::{AnyMade, Cx, Duration, Error, PreparedTimer, Region, Result, Scope, Timer, View};

/// The timer of a region.
pub const SCAN: &str = "scan";

/// How long after a change. AWS takes up to thirty minutes.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-findings.html>
const DELAY: Duration = Duration::from_secs(10);

/// Resources are read beside all requests, findings are written alone.
pub const TIMERS: PreparedTimer = PreparedTimer { prepare, fire };

fn prepare(view: &View, timer: &Timer) -> Result<AnyMade> {
    match timer.name.as_str() {
        SCAN => Ok(Box::new(scan::prepare(view)?)),
        other => Err(Error::internal(format!("no timer goes by the name {other}"))),
    }
}

fn fire(cx: &mut Cx, timer: &Timer, made: AnyMade) -> Result<()> {
    let Ok(made) = made.downcast::<scan::Scan>() else {
        return Err(Error::internal(format!("the timer {} was given what another prepared", timer.name)));
    };
    scan::fire(cx, *made)
}

/// The timers of regions with analyzers, where somebody has called something and none falls due soon.
pub fn follow(view: &View) -> Result<Vec<Timer>> {
    let mut regions: Vec<String> = Vec::new();
    for row in view.rows(&ANALYZERS, ()) {
        regions.push(row?.region);
    }
    regions.dedup();
    let due = view.now().after(DELAY);
    let mut timers = Vec::new();
    for region in regions.iter().filter_map(|region| Region::new(region)) {
        let scope = Scope::new(view.account(), region);
        if view.timer_due(scope, SCAN)?.is_none_or(|standing| standing > due) {
            timers.push(Timer { service: FACTS.prefix.to_owned(), scope, name: SCAN.to_owned(), due });
        }
    }
    Ok(timers)
}
