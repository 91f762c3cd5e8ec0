//! Which IAM actions stand behind events: a log file has the names of events, and the ledger what each of them put to the
//! policies.

use super::{Step, open};
use crate::state::GenerationRow;
use crate::{facts, names};
use service::{Result, Timestamp, TrailEvent, TrailQuery, View};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// How much of the ledger is looked at, a page at a time, and how many pages.
const PAGE: usize = 10_000;
const PAGES: usize = 50;

/// AWS has no record of roles that are passed, and leaves it out of policies.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-policy-generation.html>
const NOT_TRACKED: &str = "iam:PassRole";

/// What a principal did.
#[derive(Debug, Default, PartialEq)]
pub struct Activity {
    /// The actions, sorted.
    pub actions: Vec<String>,
    /// Services of which no action is known, sorted.
    pub services: Vec<String>,
}

/// What is behind the events that a generation has found, if finding that is its next step.
pub fn find(view: &View, id: &str) -> Result<Option<Activity>> {
    let Some((row, reading)) = open(view, id)? else { return Ok(None) };
    if Step::of(&reading) != Some(Step::Finish) {
        return Ok(None);
    }
    let mut actions: BTreeMap<&str, BTreeSet<String>> =
        reading.events.iter().map(|event| (event.as_str(), BTreeSet::new())).collect();
    look(view, &row, &mut actions)?;
    let mut found: BTreeSet<String> = BTreeSet::new();
    let mut services: BTreeSet<String> = reading.services.iter().cloned().collect();
    for (event, own) in actions {
        // What the ledger does not remember may go by the event's own name.
        let own = if own.is_empty() { of_name(event).into_iter().collect() } else { own };
        if own.is_empty() {
            services.extend(event.split_once('.').map(|(prefix, _)| prefix.to_owned()));
        }
        found.extend(own);
    }
    found.remove(NOT_TRACKED);
    services.retain(|service| !found.iter().any(|action| action.split(':').next() == Some(service.as_str())));
    Ok(Some(Activity { actions: found.into_iter().collect(), services: services.into_iter().collect() }))
}

fn look(view: &View, row: &GenerationRow, actions: &mut BTreeMap<&str, BTreeSet<String>>) -> Result<()> {
    let who = names::caller_of(&row.principal);
    let actions = RefCell::new(actions);
    let keep = |event: &TrailEvent| {
        let counts = !event.data && !event.denied && names::identity_in(&event.caller) == who;
        let kind = format!("{} {}", event.source, event.name);
        if counts && let Some(own) = actions.borrow_mut().get_mut(kind.as_str()) {
            own.extend(event.actions.iter().cloned());
        }
        // What is wanted was noted: no records need be written for it.
        false
    };
    let (since, until) = (Some(row.start.whole_secs()), Some(Timestamp(row.end.0.saturating_add(1))));
    let mut after = None;
    for _ in 0..PAGES {
        let query = TrailQuery { after, newest_first: false, since, until, most: PAGE, look_at: PAGE };
        let page = view.trail(&query, &keep)?;
        if !page.more {
            break;
        }
        after = Some(page.last);
    }
    Ok(())
}

/// The action of an event's name, where its service has one.
fn of_name(event: &str) -> Option<String> {
    let (source, name) = event.split_once(' ')?;
    let prefix = source.split('.').next()?;
    let action = facts::service(prefix)?.actions.get(&name.to_ascii_lowercase())?;
    Some(format!("{prefix}:{}", action.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_events_are_mostly_those_of_actions() {
        assert_eq!(of_name("sqs.amazonaws.com CreateQueue").as_deref(), Some("sqs:CreateQueue"));
        assert_eq!(of_name("s3.amazonaws.com ListBuckets"), None);
        assert_eq!(of_name("nothing"), None);
    }
}
