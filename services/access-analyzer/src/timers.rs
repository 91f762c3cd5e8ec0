//! What happens later: the analyzers of a region look at its resources soon after somebody changed something, and when access
//! that is not used has become old enough; the generation of a policy goes on.

use crate::api::FACTS;
use crate::state::{ANALYZERS, WATCHES, WatchRow};
use crate::{generation, scan};
use service::{AccountId, AnyMade, Cx, Duration, Error, PreparedTimer, Region, Result, Scope, Timer, View};

/// The timer of a region.
pub const SCAN: &str = "scan";

/// How long after a change. AWS takes up to thirty minutes.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-findings.html>
const DELAY: Duration = Duration::from_secs(10);

/// Resources are read beside all requests, findings are written alone.
pub const TIMERS: PreparedTimer = PreparedTimer { prepare, fire };

fn prepare(view: &View, timer: &Timer) -> Result<AnyMade> {
    match timer.name.split_once('/') {
        None if timer.name == SCAN => Ok(Box::new(scan::prepare(view)?)),
        Some(("generation", id)) => Ok(Box::new(generation::find(view, id)?)),
        _ => Err(Error::internal(format!("no timer goes by the name {}", timer.name))),
    }
}

fn fire(cx: &mut Cx, timer: &Timer, made: AnyMade) -> Result<()> {
    let other = || Error::internal(format!("the timer {} was given what another prepared", timer.name));
    if let Some(("generation", id)) = timer.name.split_once('/') {
        let made = made.downcast::<Option<generation::Activity>>().map_err(|_| other())?;
        return generation::advance(cx, id, *made);
    }
    let made = made.downcast::<scan::Scan>().map_err(|_| other())?;
    scan::fire(cx, *made)
}

/// The timers of regions with analyzers, of the account and of its organisation, where somebody has called something and none falls
/// due soon.
pub fn follow(view: &View) -> Result<Vec<Timer>> {
    let mut scopes: Vec<Scope> = Vec::new();
    for row in view.rows(&ANALYZERS, ()) {
        scopes.extend(Region::new(&row?.region).map(|region| Scope::new(view.account(), region)));
    }
    if let Some(member) = view.membership(view.account())? {
        for row in view.rows(&WATCHES, member.organization.as_str()) {
            let WatchRow { account, region } = row?;
            let account: Option<AccountId> = account.parse().ok();
            scopes.extend(account.zip(Region::new(&region)).map(|(account, region)| Scope::new(account, region)));
        }
    }
    let due = view.now().after(DELAY);
    let mut timers: Vec<Timer> = Vec::new();
    for scope in scopes {
        let set = timers.iter().any(|timer| timer.scope == scope);
        if !set && view.timer_due(scope, SCAN)?.is_none_or(|standing| standing > due) {
            timers.push(Timer { service: FACTS.prefix.to_owned(), scope, name: SCAN.to_owned(), due });
        }
    }
    Ok(timers)
}
