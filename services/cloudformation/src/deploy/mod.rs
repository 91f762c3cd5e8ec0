//! How a stack comes to be what its template says.
//!
//! An operation goes through phases, each until nothing is left to do in it:
//!
//! | phase | what is done | then |
//! |---|---|---|
//! | `deploy` | resources are made and changed, each as soon as what it needs is there | `clean`, or `back` if one failed |
//! | `clean` | what was replaced or left the template is deleted | the end |
//! | `back` | what an update changed is changed back | `clean-back` |
//! | `clean-back` | what the update made is deleted | the end |
//! | `delete` | all is deleted: the stack itself, or what its failed creation made | the end |
//!
//! [`advance`] begins all that can be begun; what it begins makes calls, and each answer comes back to [`told`]. Nothing waits in
//! memory.

mod backward;
mod clean;
mod facts;
mod finish;
mod forward;
pub mod hear;
pub mod outputs;
mod site;
mod step;
mod tag;

pub use facts::Known;
pub use site::Site;

use crate::deploy::step::Came;
use crate::deploy::tag::Tag;
use crate::{drift, words};
use service::{Cx, Delivery, Duration, Error, Next, Result, Value};

/// How often a call is tried again that was throttled.
const MOST_ATTEMPTS: u32 = 10;

/// Goes on with a stack as far as it comes without an answer, and keeps how it stands.
pub fn advance(cx: &mut Cx, mut site: Site) -> Result<()> {
    while match site.op.phase.as_str() {
        "deploy" => forward::advance(cx, &mut site)?,
        "back" => backward::advance(cx, &mut site)?,
        "clean" | "clean-back" | "delete" => clean::advance(cx, &mut site)?,
        _ => false,
    } {}
    let (name, uid, status) = (site.stack.name.clone(), site.stack.uid.clone(), site.stack.status.clone());
    let reason = site.stack.status_reason.clone();
    site.save(cx)?;
    match words::is_busy(&status) {
        true => Ok(()),
        false => hear::ended(cx, (&name, &uid), (&status, reason.as_deref())),
    }
}

/// Is told what a call was answered that a step made.
pub fn told(cx: &mut Cx, delivery: &Delivery, result: &Result<Value>) -> Result<Next> {
    if let Some(next) = drift::told(cx, delivery, result)? {
        return Ok(next);
    }
    let Some(tag) = Tag::read(&delivery.tag) else { return Ok(Next::Done) };
    let Some(mut site) = Site::find(cx, &tag.stack, &tag.uid)? else { return Ok(Next::Done) };
    if !site.is_at(&tag) {
        return Ok(Next::Done);
    }
    if let Err(error) = result
        && is_throttled(error)
        && delivery.attempts < MOST_ATTEMPTS
    {
        return Ok(Next::RetryAt(cx.now().after(Duration::from_secs(1 << delivery.attempts.min(6)))));
    }
    site.keep_answer(&tag, &delivery.call, result);
    // Somebody cancelled it, or its time is up.
    if site.op.phase == "deploy" && site.op.reason.is_some() {
        forward::cancel(cx, &mut site)?;
    }
    match step::turn(cx, &mut site, &tag.logical)? {
        // The look that was not yet as it must be is made again by the same delivery: its answer is not kept.
        Came::Again(after) => return Ok(Next::RetryAt(cx.now().after(after))),
        Came::Asked => site.save(cx)?,
        Came::Ended(end) => {
            step::ended(cx, &mut site, &tag.logical, end)?;
            advance(cx, site)?;
        }
    }
    Ok(Next::Done)
}

fn is_throttled(error: &Error) -> bool {
    ["Throttl", "TooManyRequests", "RequestLimitExceeded"].iter().any(|word| error.code().contains(word))
}
