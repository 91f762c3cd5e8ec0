use crate::record::{Facts, Outcome, facts, id_bytes, packed_resource_account};
use clock::Timestamp;
use ids::{AccountId, RequestId};

/// The most records that one page holds.
pub(crate) const MAX_PAGE: usize = 10_000;

/// A place in the ledger: the number of a record. Numbers rise by one with each record and go on higher after a restart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Cursor(pub u64);

/// Which records to find. What is `None` does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// The account in which the call was made, or which owns the resource: a call from one account to another stands in
    /// the records of both.
    /// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/shared-event-ID.html>
    pub account: Option<AccountId>,
    /// The region.
    pub region: Option<String>,
    /// The service's endpoint prefix.
    pub service: Option<String>,
    /// The operation's name.
    pub operation: Option<String>,
    /// The caller's ARN, the ARN of its role, or its access key.
    pub principal: Option<String>,
    /// How the call ended.
    pub outcome: Option<Outcome>,
    /// The request that made it as a peer call.
    pub parent: Option<RequestId>,
    /// Not before this moment, in virtual time.
    pub since: Option<Timestamp>,
    /// Before this moment, in virtual time.
    pub until: Option<Timestamp>,
}

/// In which order records are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// As CloudTrail's LookupEvents.
    #[default]
    NewestFirst,
    /// As a log file.
    OldestFirst,
}

/// A question to the ledger.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// Which records.
    pub filter: Filter,
    /// In which order.
    pub order: Order,
    /// Goes on behind this place, in that order; `None` for the beginning.
    pub after: Option<Cursor>,
    /// At most this many; 10,000 at most.
    pub limit: usize,
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The records with their places.
    pub records: Vec<(Cursor, crate::Record)>,
    /// How far was looked: [`Query::after`] of the next page, also when no record was found.
    pub last: Cursor,
    /// Whether the limit stopped the search.
    pub more: bool,
}

impl Filter {
    /// Whether a record of this time can be meant.
    pub(crate) fn in_time(&self, time: Timestamp) -> bool {
        self.since.is_none_or(|since| time >= since) && self.until.is_none_or(|until| time < until)
    }

    /// Whether any record between two times can be meant.
    pub(crate) fn overlaps(&self, oldest: Timestamp, newest: Timestamp) -> bool {
        self.since.is_none_or(|since| newest >= since) && self.until.is_none_or(|until| oldest < until)
    }

    /// Whether only the time matters.
    pub(crate) fn is_open(&self) -> bool {
        *self == Filter { since: self.since, until: self.until, ..Filter::default() }
    }

    /// Whether the record of these bytes is meant.
    pub(crate) fn takes(&self, body: &[u8]) -> bool {
        let Ok(facts) = facts(body) else { return false };
        let has = |number: i64| self.account.is_none_or(|account| u64::try_from(number) == Ok(account.number()));
        self.matches(&facts) && (has(facts.account) || packed_resource_account(body).is_some_and(has))
    }

    /// Whether a record of these facts is meant, its accounts aside.
    fn matches(&self, facts: &Facts) -> bool {
        let is = |wanted: &Option<String>, had: &str| wanted.as_deref().is_none_or(|wanted| wanted == had);
        self.in_time(facts.time)
            && is(&self.region, &facts.region)
            && is(&self.service, &facts.service)
            && is(&self.operation, &facts.operation)
            && self.principal.as_deref().is_none_or(|wanted| {
                [&facts.caller, &facts.principal, &facts.access_key].into_iter().any(|had| had == wanted)
            })
            && self.outcome.is_none_or(|outcome| facts.outcome() == outcome)
            && self.parent.is_none_or(|parent| facts.parent == id_bytes(parent))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::tests::sample;
    use crate::record::{Record, encode};

    #[test]
    fn each_part_of_a_filter_counts() {
        let mut record = sample(5);
        record.set_parent(RequestId(77));
        let (body, time) = (encode(&record), record.time);
        let text = |text: &str| Some(text.to_owned());
        let open = Filter::default();
        let cases: [(Filter, Filter); 9] = [
            (
                Filter { account: "123456789012".parse().ok(), ..open.clone() },
                Filter { account: "000000000000".parse().ok(), ..open.clone() },
            ),
            (
                Filter { region: text("eu-west-1"), ..open.clone() },
                Filter { region: text("eu-west-2"), ..open.clone() },
            ),
            (Filter { service: text("queue"), ..open.clone() }, Filter { service: text("que"), ..open.clone() }),
            (
                Filter { operation: text("SendMessage"), ..open.clone() },
                Filter { operation: text("Send"), ..open.clone() },
            ),
            (
                Filter { principal: text("AKIAIOSFODNN7EXAMPLE"), ..open.clone() },
                Filter { principal: text("AKIA"), ..open.clone() },
            ),
            (
                Filter { outcome: Some(Outcome::Ok), ..open.clone() },
                Filter { outcome: Some(Outcome::Denied), ..open.clone() },
            ),
            (
                Filter { parent: Some(RequestId(77)), ..open.clone() },
                Filter { parent: Some(RequestId(5)), ..open.clone() },
            ),
            (
                Filter { since: Some(time), ..open.clone() },
                Filter { since: Some(Timestamp(time.0 + 1)), ..open.clone() },
            ),
            (
                Filter { until: Some(Timestamp(time.0 + 1)), ..open.clone() },
                Filter { until: Some(time), ..open.clone() },
            ),
        ];
        for (hit, miss) in cases {
            assert!(hit.takes(&body), "{hit:?}");
            assert!(!miss.takes(&body), "{miss:?}");
        }
        assert!(open.takes(&body) && open.is_open());
    }

    #[test]
    fn a_call_across_accounts_is_found_in_both() {
        let record = Record { resource_account: Some(444_455_556_666), ..sample(5) };
        let body = encode(&record);
        for (account, expect) in [("123456789012", true), ("444455556666", true), ("111122223333", false)] {
            let filter = Filter { account: account.parse().ok(), ..Filter::default() };
            assert_eq!(filter.takes(&body), expect, "{account}");
        }
    }
}
