//! Who asked what of what: records folded to flows, from which a diagram's arrows are judged.

use crate::Ledger;
use crate::query::{Filter, Order, Query};
use crate::record::{Outcome, Record};
use ids::{Arn, Region, RequestId};
use std::collections::BTreeMap;
use std::io;

/// How many records are read at a time.
const BATCH: usize = 1_000;

/// That somebody asked something of a resource.
#[derive(Debug, Clone, PartialEq)]
pub struct Flow {
    /// Who asked, by every name: the caller's ARN, the role behind it, the resource for which a service asked.
    pub from: Vec<String>,
    /// The ARN of what was asked; of the service as a whole, ending in `*`, where the call is of no resource.
    pub to: String,
    /// What was asked: `sqs:SendMessage`.
    pub operation: String,
    /// How often it went well.
    pub count: u64,
    /// How often it failed or was denied.
    pub failed: u64,
    /// The newest request that went well; where none did, the newest.
    pub request: RequestId,
}

type Key = (Vec<String>, String, String);

impl Ledger {
    /// The flows of the records that a filter takes, at most `most` of them, and whether there were more. Data events that went
    /// well are seen as long as memory has them.
    ///
    /// # Errors
    /// Those of [`Ledger::query`].
    pub fn flows(&self, filter: &Filter, most: usize) -> io::Result<(Vec<Flow>, bool)> {
        let mut flows: BTreeMap<Key, Flow> = BTreeMap::new();
        let mut left_out = false;
        let mut query = Query { filter: filter.clone(), order: Order::OldestFirst, after: None, limit: BATCH };
        loop {
            let page = self.query(&query)?;
            for (_, record) in &page.records {
                for to in asked(record) {
                    let key = (names(record), to, format!("{}:{}", record.service, record.operation));
                    if flows.len() < most || flows.contains_key(&key) {
                        let new = Flow::new(&key);
                        flows.entry(key).or_insert(new).add(record);
                    } else {
                        left_out = true;
                    }
                }
            }
            if !page.more {
                return Ok((flows.into_values().collect(), left_out));
            }
            query.after = Some(page.last);
        }
    }
}

/// The resources that a call asked; the service's as a whole, where the call is of none: `arn:aws:xray:us-east-1:000000000000:*`.
fn asked(record: &Record) -> Vec<String> {
    let named: Vec<String> = record.resources.iter().filter(|arn| *arn != "*").cloned().collect();
    if !named.is_empty() {
        return named;
    }
    let region = Region::kept(&record.region).unwrap_or(Region::GLOBAL);
    let account = u64::try_from(record.account).ok().and_then(|number| format!("{number:012}").parse().ok());
    vec![Arn::new(region.partition(), &record.service, region, account, "*").to_string()]
}

fn names(record: &Record) -> Vec<String> {
    let mut names = vec![record.caller.clone()];
    for name in [&record.principal, &record.source] {
        if !name.is_empty() && !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

impl Flow {
    fn new((from, to, operation): &Key) -> Flow {
        let (from, to, operation) = (from.clone(), to.clone(), operation.clone());
        Flow { from, to, operation, count: 0, failed: 0, request: RequestId(0) }
    }

    fn add(&mut self, record: &Record) {
        let went = matches!(record.outcome(), Outcome::Ok | Outcome::Audit);
        if went || self.count == 0 {
            self.request = record.request_id();
        }
        *(if went { &mut self.count } else { &mut self.failed }) += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::tests::sample;

    #[test]
    fn records_of_one_kind_are_one_flow() {
        let ledger = Ledger::memory(100);
        let put = |number: u64, to: &str, source: &str, status: i64| {
            let error_code = if status == 200 { String::new() } else { "AccessDenied".to_owned() };
            let (resources, source) = (vec![to.to_owned()], source.to_owned());
            ledger.append(&Record { resources, source, status, error_code, ..sample(number) });
        };
        put(1, "a", "", 200);
        put(2, "a", "", 403);
        put(3, "a", "", 200);
        put(4, "a", "rule", 200);
        put(5, "b", "", 403);
        put(6, "b", "", 500);
        put(7, "*", "", 500);
        let (flows, left_out) = ledger.flows(&Filter::default(), 10).unwrap();
        let seen: Vec<_> = flows.iter().map(|f| (f.from.len(), f.to.as_str(), f.count, f.failed, f.request)).collect();
        let base = flows.first().map_or(0, |flow| flow.from.len());
        let id = |number| sample(number).request_id();
        let whole = format!("arn:aws:{}:{}:{:012}:*", sample(7).service, sample(7).region, sample(7).account);
        let rest = [(base, "b", 0, 2, id(6)), (base + 1, "a", 1, 0, id(4))];
        assert_eq!(seen, [&[(base, "a", 2, 1, id(3)), (base, whole.as_str(), 0, 1, id(7))], &rest[..]].concat());
        assert!(!left_out);
        let (few, left_out) = ledger.flows(&Filter::default(), 1).unwrap();
        assert_eq!((few.len(), left_out), (1, true));
    }
}
