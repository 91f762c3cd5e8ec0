//! Faults on purpose: rules that make matching requests slow, or make them fail as AWS would.
//!
//! A rule is JSON for the admin API; see [`FaultRule::parse`]. The same book serves experiments of other services.

mod rule;

pub use rule::{FaultError, FaultRule, RuleError};

use clock::{Duration, Timestamp};
use ids::{AccountId, Region};
use parking_lot::RwLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Every request walks the rules, so there cannot be many.
const MAX_RULES: usize = 1_000;

/// What is known of a request before it is handled.
#[derive(Debug, Clone, Copy)]
pub struct FaultFacts<'a> {
    /// The account of the request.
    pub account: AccountId,
    /// The region.
    pub region: Region,
    /// The zone of what is asked, where it lies in one.
    pub zone: Option<&'a str>,
    /// The service, by endpoint prefix.
    pub service: &'a str,
    /// The operation's name.
    pub operation: &'a str,
    /// The ARNs by which policies know the caller: its own, and its role's.
    pub principals: &'a [&'a str],
    /// The ARNs of what is asked.
    pub resources: &'a [&'a str],
}

/// What happens to a request.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// How long it is held up first, of all rules that struck together.
    pub latency: Duration,
    /// How it fails then; `None` when it is only slow.
    pub error: Option<FaultError>,
    /// The ids of the rules that struck, separated by commas.
    pub rules: String,
}

/// A rule in force and how often it struck.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleStatus {
    /// The rule, with its id.
    pub rule: FaultRule,
    /// How many requests it struck.
    pub hits: u64,
}

/// The rules in force.
#[derive(Default)]
pub struct FaultBook {
    entries: RwLock<Vec<Entry>>,
    /// Spares the lock where there is no rule, which is nearly always.
    any: AtomicBool,
    next_id: AtomicU64,
}

struct Entry {
    rule: FaultRule,
    hits: AtomicU64,
}

impl FaultBook {
    /// Adds a rule and answers with its id. A rule of the same id is replaced and its hits begin anew.
    pub fn add(&self, mut rule: FaultRule) -> Result<String, RuleError> {
        let mut entries = self.entries.write();
        if rule.id.is_empty() {
            rule.id = loop {
                let id = format!("fault-{}", self.next_id.fetch_add(1, Ordering::Relaxed) + 1);
                if entries.iter().all(|entry| entry.rule.id != id) {
                    break id;
                }
            };
        }
        let id = rule.id.clone();
        let entry = Entry { rule, hits: AtomicU64::new(0) };
        let room = entries.len() < MAX_RULES;
        match entries.iter_mut().find(|entry| entry.rule.id == id) {
            Some(place) => *place = entry,
            None if room => entries.push(entry),
            None => return Err(RuleError::of("", format!("there are {MAX_RULES} rules already"))),
        }
        self.any.store(true, Ordering::Release);
        Ok(id)
    }

    /// Takes a rule away and tells whether there was one.
    pub fn remove(&self, id: &str) -> bool {
        self.keep(|entry| entry.rule.id != id) > 0
    }

    /// Takes all rules away and tells how many there were.
    pub fn clear(&self) -> usize {
        self.keep(|_| false)
    }

    /// Whether there is no rule at all, as nearly always.
    pub fn is_empty(&self) -> bool {
        !self.any.load(Ordering::Acquire)
    }

    /// The rules in force, in the order in which they were added. Those that have expired are forgotten.
    pub fn list(&self, now: Timestamp) -> Vec<RuleStatus> {
        self.keep(|entry| !entry.rule.is_over(now));
        let entries = self.entries.read();
        let status = |e: &Entry| RuleStatus { rule: e.rule.clone(), hits: e.hits.load(Ordering::Relaxed) };
        entries.iter().map(status).collect()
    }

    /// What happens to a request. Rules are asked in order: the latencies of those that only slow down add up, until
    /// one makes the request fail. `entropy` decides about probabilities, for each rule on its own.
    pub fn strike(&self, facts: &FaultFacts<'_>, entropy: u64, now: Timestamp) -> Option<Fault> {
        if self.is_empty() {
            return None;
        }
        let mut fault = Fault { latency: Duration::ZERO, error: None, rules: String::new() };
        let entries = self.entries.read();
        for (index, entry) in entries.iter().enumerate() {
            let rule = &entry.rule;
            let meant = !rule.is_over(now) && rule.matches(facts) && chance(entropy, index) < rule.probability;
            if !meant || !entry.hit() {
                continue;
            }
            fault.latency = fault.latency.saturating_add(rule.latency);
            if !fault.rules.is_empty() {
                fault.rules.push(',');
            }
            fault.rules.push_str(&rule.id);
            if rule.error.is_some() {
                fault.error.clone_from(&rule.error);
                break;
            }
        }
        (!fault.rules.is_empty()).then_some(fault)
    }

    fn keep(&self, keep: impl Fn(&Entry) -> bool) -> usize {
        let mut entries = self.entries.write();
        let before = entries.len();
        entries.retain(keep);
        self.any.store(!entries.is_empty(), Ordering::Release);
        before - entries.len()
    }
}

impl Entry {
    /// Counts a hit; false when the rule has struck as often as it may.
    fn hit(&self) -> bool {
        let most = self.rule.count.unwrap_or(u64::MAX);
        self.hits.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| (n < most).then_some(n + 1)).is_ok()
    }
}

/// A number from 0 up to 1, another for each rule.
fn chance(entropy: u64, rule: usize) -> f64 {
    // SplitMix64.
    let mut z = entropy.wrapping_add((rule as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

    fn facts<'a>() -> FaultFacts<'a> {
        FaultFacts {
            account: "123456789012".parse().unwrap(),
            region: "eu-west-1".parse().unwrap(),
            zone: Some("eu-west-1a"),
            service: "queue",
            operation: "SendMessage",
            principals: &[
                "arn:aws:sts::123456789012:assumed-role/Sender/run-7",
                "arn:aws:iam::123456789012:role/Sender",
            ],
            resources: &["arn:aws:queue:eu-west-1:123456789012:orders"],
        }
    }

    fn book(rules: &[serde_json::Value]) -> FaultBook {
        let book = FaultBook::default();
        for rule in rules {
            book.add(FaultRule::parse(rule).unwrap()).unwrap();
        }
        book
    }

    #[test]
    fn each_condition_must_hold() {
        let check = |rule: serde_json::Value, expect: bool| {
            let mut rule = rule;
            rule["error"] = "throttling".into();
            assert_eq!(book(&[rule.clone()]).strike(&facts(), 1, NOW).is_some(), expect, "{rule}");
        };
        check(json!({}), true);
        for (name, hit, miss) in [
            ("service", "queue", "keys"),
            ("region", "eu-west-1", "eu-west-2"),
            ("zone", "eu-west-1a", "eu-west-1b"),
            ("account", "123456789012", "000000000000"),
            ("operation", "Send*", "Receive*"),
            ("operation", "SendMessag?", "SendMessag"),
            ("principal", "*:role/Sender", "*:role/Send"),
            ("principal", "*assumed-role/*/run-7", "*assumed-role/*/run-8"),
            ("resource", "arn:aws:queue:*:orders", "arn:aws:queue:*:order"),
        ] {
            check(json!({ name: hit }), true);
            check(json!({ name: miss }), false);
            if name != "service" {
                check(json!({ "service": "keys", name: hit }), false);
            }
        }
        let nowhere = FaultFacts { zone: None, ..facts() };
        let zoned = book(&[json!({ "zone": "eu-west-1a", "error": "500" })]);
        assert_eq!(zoned.strike(&nowhere, 1, NOW), None);
    }

    #[test]
    fn a_rule_fires_as_often_as_it_may() {
        let book = book(&[json!({ "id": "twice", "count": 2, "error": "503" })]);
        let struck = (0..5).filter(|n| book.strike(&facts(), *n, NOW).is_some()).count();
        assert_eq!((struck, book.list(NOW)[0].hits), (2, 2));
    }

    #[test]
    fn probability_is_kept_for_each_rule_on_its_own() {
        let book = book(&[
            json!({ "id": "slow", "probability": 0.3, "latency": 5 }),
            json!({ "id": "never", "probability": 0.0, "error": "500" }),
            json!({ "id": "half", "probability": 0.5, "error": "500" }),
        ]);
        let faults: Vec<Fault> = (0..10_000).filter_map(|n| book.strike(&facts(), n, NOW)).collect();
        let count = |rules: &str| faults.iter().filter(|f| f.rules == rules).count();
        for (rules, expect) in [("slow", 1_500), ("half", 3_500), ("slow,half", 1_500)] {
            assert!(count(rules).abs_diff(expect) < 200, "{rules}: {}", count(rules));
        }
        assert_eq!(count("slow") + count("half") + count("slow,half"), faults.len());
    }

    #[test]
    fn latencies_add_up_until_one_fails() {
        let book = book(&[
            json!({ "latency": 100 }),
            json!({ "latency": 50, "error": { "code": "Busy", "status": 429, "message": "later" } }),
            json!({ "latency": 1000 }),
        ]);
        let fault = book.strike(&facts(), 7, NOW).unwrap();
        assert_eq!((fault.latency, fault.rules.as_str()), (Duration::from_millis(150), "fault-1,fault-2"));
        let error = FaultError::Answer { code: "Busy".into(), status: 429, message: "later".into() };
        assert_eq!(fault.error, Some(error));
        assert_eq!(book.list(NOW).iter().map(|s| s.hits).collect::<Vec<_>>(), [1, 1, 0]);
    }

    #[test]
    fn rules_expire_by_themselves() {
        let book = book(&[json!({ "error": "500", "expires": NOW.iso8601() })]);
        assert!(book.strike(&facts(), 1, NOW.before(Duration::from_secs(1))).is_some());
        assert_eq!(book.strike(&facts(), 1, NOW), None);
        assert!(book.list(NOW).is_empty());
    }

    #[test]
    fn rules_are_replaced_removed_and_cleared() {
        let book = book(&[json!({ "id": "fault-1", "error": "500" }), json!({ "error": "503" })]);
        let ids = || book.list(NOW).into_iter().map(|s| s.rule.id).collect::<Vec<_>>();
        assert_eq!(ids(), ["fault-1", "fault-2"]);
        assert!(book.strike(&facts(), 1, NOW).is_some());
        let rule = FaultRule::parse(&json!({ "id": "fault-1", "service": "keys", "error": "500" })).unwrap();
        assert_eq!(book.add(rule), Ok("fault-1".to_owned()));
        assert_eq!((ids().len(), book.list(NOW)[0].hits), (2, 0));
        assert_eq!((book.remove("fault-1"), book.remove("fault-1")), (true, false));
        assert_eq!((book.clear(), book.clear()), (1, 0));
        assert_eq!(book.strike(&facts(), 1, NOW), None);
    }

    #[test]
    fn there_cannot_be_too_many() {
        let book = FaultBook::default();
        let rule = FaultRule::parse(&json!({ "error": "500" })).unwrap();
        (0..MAX_RULES).for_each(|_| drop(book.add(rule.clone()).unwrap()));
        assert!(book.add(rule).is_err());
    }
}
