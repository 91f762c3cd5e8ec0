//! The calls of an account for a service that shows or delivers them.

use crate::cloudtrail::{cloudtrail, event_name, id_for, invoked_by, region, user_name};
use crate::ledger::Ledger;
use crate::query::{Cursor, Filter, Order, Query};
use crate::record::{Decision, PrincipalKind, Record};
use ids::{AccountId, Region};
use service::{TrailEvent, TrailPage, TrailQuery};
use std::io;

/// How many records are taken at a time.
const BATCH: usize = 256;

impl Ledger {
    /// The calls in an account, or of what it owns, that `keep` keeps. A data event that went well is seen as long as memory
    /// has it.
    ///
    /// # Errors
    /// Those of [`Ledger::query`].
    pub fn trail(
        &self,
        account: AccountId,
        query: &TrailQuery,
        keep: &dyn Fn(&TrailEvent) -> bool,
    ) -> io::Result<TrailPage> {
        let TrailQuery { after, newest_first, since, until, most, look_at } = *query;
        let filter = Filter { account: Some(account), since, until, ..Filter::default() };
        let order = if newest_first { Order::NewestFirst } else { Order::OldestFirst };
        let mut question = Query { filter, order, after: after.map(Cursor), limit: BATCH };
        let mut page = TrailPage { events: Vec::new(), last: after.unwrap_or_default(), more: true };
        let mut looked = 0;
        loop {
            let found = self.query(&question)?;
            for (place, record) in &found.records {
                if page.events.len() == most {
                    return Ok(page);
                }
                page.last = place.0;
                let event = event(*place, record, account);
                if is_told(record) && keep(&event) {
                    page.events.push((event, cloudtrail(record, account).to_string()));
                }
            }
            page.last = found.last.0;
            page.more = found.more;
            looked += found.records.len();
            if !found.more || looked >= look_at {
                return Ok(page);
            }
            question.after = Some(found.last);
        }
    }
}

/// Whether CloudTrail tells of a call at all: of one for no service, or by one whose signature was not right, it does not.
fn is_told(record: &Record) -> bool {
    let nobody = PrincipalKind::parse(&record.caller_kind).is_none_or(|kind| kind == PrincipalKind::Anonymous);
    let unknown = nobody && record.decision.is_empty() && record.bearer.is_empty();
    !(record.event_source.is_empty() || unknown)
}

fn event(place: Cursor, record: &Record, recipient: AccountId) -> TrailEvent {
    TrailEvent {
        place: place.0,
        id: id_for(record, recipient).to_string(),
        time: record.time,
        name: event_name(record).to_owned(),
        source: record.event_source.clone(),
        region: region(record).to_owned(),
        global: Region::kept(&record.region).is_some_and(|region| region.is_global()),
        user_name: user_name(record).filter(|name| !name.is_empty()).map(str::to_owned),
        caller: record.caller.clone(),
        invoked_by: invoked_by(record).map(str::to_owned),
        access_key: record.access_key.clone(),
        read_only: record.read_only,
        data: record.data,
        resources: record.resources.clone(),
        actions: actions(record),
        denied: record.decision == Decision::Denied.as_str(),
    }
}

/// Each action that was put to the policies, once.
fn actions(record: &Record) -> Vec<String> {
    let mut actions: Vec<String> = Vec::new();
    for asked in record.asked() {
        if !actions.iter().any(|own| own == asked.action) {
            actions.push(asked.action.to_owned());
        }
    }
    actions
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::tests::sample;

    fn open() -> TrailQuery {
        TrailQuery { after: None, newest_first: true, since: None, until: None, most: 50, look_at: 10_000 }
    }

    #[test]
    fn pages_go_on_where_the_last_one_ended() {
        let ledger = Ledger::memory(1_000);
        (1..=7).for_each(|n| ledger.append(&sample(n)));
        let account = sample(1).account_id();
        let odd = |event: &TrailEvent| event.place % 2 == 1;
        let mut seen = Vec::new();
        let mut query = TrailQuery { most: 2, ..open() };
        loop {
            let page = ledger.trail(account, &query, &odd).unwrap();
            seen.extend(page.events.iter().map(|(event, _)| event.place));
            if !page.more {
                break;
            }
            query.after = Some(page.last);
        }
        assert_eq!(seen, [7, 5, 3, 1]);
        let later = TrailQuery { newest_first: false, after: Some(5), ..open() };
        let page = ledger.trail(account, &later, &|_| true).unwrap();
        assert_eq!(page.events.iter().map(|(event, _)| event.place).collect::<Vec<_>>(), [6, 7]);
        assert_eq!((page.last, page.more), (7, false));
    }

    #[test]
    fn what_was_put_to_the_policies_is_told() {
        let ledger = Ledger::memory(10);
        let reason = "queue:Send: allowed by identity-based policy".to_owned();
        ledger.append(&Record { reason, ..sample(1) });
        let reason = "queue:Send: no policy allows it".to_owned();
        ledger.append(&Record { reason, decision: Decision::Denied.as_str().to_owned(), ..sample(2) });
        let page = ledger.trail(sample(1).account_id(), &open(), &|_| true).unwrap();
        let seen: Vec<_> = page.events.iter().map(|(event, _)| (event.actions.join(","), event.denied)).collect();
        assert_eq!(seen, [("queue:Send".to_owned(), true), ("queue:Send".to_owned(), false)]);
    }

    #[test]
    fn who_is_nobody_s_is_not_told_of() {
        let ledger = Ledger::memory(10);
        let nobody = PrincipalKind::Anonymous.as_str();
        let of = |decision: &str| Record { caller_kind: nobody.into(), decision: decision.into(), ..sample(1) };
        ledger.append(&of(""));
        ledger.append(&of("denied"));
        ledger.append(&Record { event_source: String::new(), ..sample(2) });
        ledger.append(&Record { bearer: vec!["WebIdentityUser".into(), "p".into(), "ann".into()], ..of("") });
        let page = ledger.trail(sample(1).account_id(), &open(), &|_| true).unwrap();
        let seen: Vec<_> = page.events.iter().map(|(event, _)| (event.place, event.user_name.as_deref())).collect();
        assert_eq!(seen, [(4, Some("ann")), (2, None)]);
    }
}
