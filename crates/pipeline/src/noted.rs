//! What the record keeps of what was put to the policies, so that it can be put to others later.
//!
//! Most calls put one action without keys of its own: it stands in the record's reason and resources already, and costs
//! nothing more.

use crate::flow::Flow;
use crate::settings::IamMode;
use ids::RequestId;
use ledger::{CheckFacts, KeyFacts};
use parking_lot::Mutex;
use rustc_hash::FxHashMap;
use service::{AccountId, Check, ContextKey};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Of how many requests decisions are held that handlers took; beyond it all are forgotten.
const MOST_REQUESTS: usize = 1024;
/// How many decisions of one request are kept: as many as the longest batch has parts.
const MOST_OF_ONE: usize = 1000;

/// What handlers themselves put to the policies, item by item, until their request is recorded.
#[derive(Default)]
pub(crate) struct Asides {
    /// How many requests have some: almost always none, so that nobody need look.
    requests: AtomicUsize,
    put: Mutex<FxHashMap<RequestId, Vec<CheckFacts>>>,
}

impl Asides {
    /// A handler put a check, and it was allowed.
    pub(crate) fn add(&self, request: RequestId, home: AccountId, check: &Check) {
        let mut put = self.put.lock();
        if put.len() >= MOST_REQUESTS && !put.contains_key(&request) {
            put.clear();
        }
        let all = put.entry(request).or_default();
        let item = if check.resource == "*" { String::new() } else { check.resource.clone() };
        let new = CheckFacts { item, ..facts(check, None, home) };
        // A handler that runs again puts all again.
        if all.len() < MOST_OF_ONE && !all.contains(&new) {
            all.push(new);
        }
        self.requests.store(put.len(), Ordering::Release);
    }

    fn take(&self, request: RequestId) -> Vec<CheckFacts> {
        if self.requests.load(Ordering::Acquire) == 0 {
            return Vec::new();
        }
        let mut put = self.put.lock();
        let all = put.remove(&request);
        self.requests.store(put.len(), Ordering::Release);
        all.unwrap_or_default()
    }
}

impl Flow {
    /// Notes what is put to the policies, and on which resources.
    pub(crate) fn note_checks(&mut self, checks: &[Check]) {
        let record = &mut self.record;
        record.resources = checks.iter().map(|check| check.resource.clone()).filter(|r| r != "*").collect();
        let owner = checks.iter().find_map(|check| check.owner.filter(|owner| *owner != self.scope.account));
        record.resource_account = owner.map(|owner| owner.number() as i64);
        record.checks.clear();
        let plain = matches!(checks, [one] if one.context.is_empty());
        if plain && self.cloud.settings.iam != IamMode::Off {
            return;
        }
        let mut next = 0;
        for check in checks {
            let place = (check.resource != "*").then_some(next);
            next += i64::from(place.is_some());
            record.checks.push(facts(check, place, self.scope.account));
        }
    }

    /// Adds what the handler put by itself, and the keys of the caller that no other member of the record tells.
    pub(crate) fn note_context(&mut self) {
        let asides = self.cloud.asides.take(self.id);
        if !asides.is_empty() {
            self.note_asides(asides);
        }
        let record = &mut self.record;
        record.context.clear();
        let tags = self.policies.tags.iter().map(|(key, value)| one(&format!("aws:PrincipalTag/{key}"), value));
        record.context.extend(tags);
        if let Some(session) = self.caller.session.as_deref() {
            record.context.extend(session.context.iter().map(|(key, value)| one(key, value)));
            if let Some(at) = session.mfa_at {
                let age = self.arrived.since(at).as_secs().to_string();
                record.context.push(one("aws:MultiFactorAuthAge", &age));
            }
        }
        let Some(via) = self.info.via.as_deref() else { return };
        if !via.forwarded.is_empty() {
            let values = via.forwarded.iter().map(|service| (*service).to_owned()).collect();
            record.context.push(KeyFacts { name: "aws:CalledVia".to_owned(), values });
        }
        if !via.source.is_empty() {
            record.context.push(one("aws:SourceAccount", &via.account.to_string()));
        }
    }

    fn note_asides(&mut self, asides: Vec<CheckFacts>) {
        let home = self.scope.account;
        if self.record.checks.is_empty() {
            let asked = self.record.asked();
            let first = asked.first().map(|one| CheckFacts {
                action: one.action.to_owned(),
                resource: (one.resource != "*").then_some(0),
                item: String::new(),
                owner: (one.owner != home).then_some(one.owner.number() as i64),
                context: Vec::new(),
            });
            self.record.checks.extend(first);
        }
        self.record.checks.extend(asides);
    }
}

fn facts(check: &Check, resource: Option<i64>, home: AccountId) -> CheckFacts {
    let key = |key: &ContextKey| KeyFacts { name: key.name.clone().into_owned(), values: key.values.to_vec() };
    CheckFacts {
        action: check.action.clone().into_owned(),
        resource,
        item: String::new(),
        owner: check.owner.filter(|owner| *owner != home).map(|owner| owner.number() as i64),
        context: check.context.iter().map(key).collect(),
    }
}

fn one(name: &str, value: &str) -> KeyFacts {
    KeyFacts { name: name.to_owned(), values: vec![value.to_owned()] }
}
