//! Stack events, and the notices of them.

use crate::deploy::Site;
use crate::peers;
use crate::state::{EVENTS, Event};
use service::{Cx, Result};

/// The type as which a stack stands in its own events.
pub const STACK: &str = "AWS::CloudFormation::Stack";

/// Keeps an event and sends it to the stack's topics.
pub fn keep(cx: &mut Cx, site: &mut Site, event: Event) -> Result<()> {
    site.stack.events += 1;
    let rank = i64::MAX - site.stack.events;
    cx.put(&EVENTS, &(site.stack.uid.clone(), rank), &event)?;
    peers::notify(cx, site, &event)
}
