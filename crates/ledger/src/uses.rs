use crate::record::Record;
use clock::Timestamp;
use rustc_hash::FxHashMap;
use shape::shape;

/// More than any estate has; beyond it the uses of new keys and principals are counted as dropped.
const MAX_ENTRIES: usize = 200_000;

shape! {
    /// When an access key was last used: GetAccessKeyLastUsed.
    /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKeyLastUsed.html>
    pub struct KeyUse {
        /// The key.
        pub access_key: String,
        /// When, in virtual time.
        pub time: Timestamp,
        /// The service that it was used with, by endpoint prefix.
        pub service: String,
        /// The region; empty for a service without one.
        pub region: String,
    }

    /// When a principal last called a service: GenerateServiceLastAccessedDetails. Attempts count, allowed or not.
    /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ServiceLastAccessed.html>
    pub struct ServiceUse {
        /// The user's or role's ARN.
        pub principal: String,
        /// The service, by endpoint prefix.
        pub service: String,
        /// When, in virtual time.
        pub time: Timestamp,
        /// The region; empty for a service without one.
        pub region: String,
    }
}

/// One use, as a record tells it.
pub(crate) struct Use<'a> {
    pub(crate) access_key: &'a str,
    pub(crate) principal: &'a str,
    pub(crate) service: &'a str,
    pub(crate) region: &'a str,
    pub(crate) time: Timestamp,
}

impl<'a> Use<'a> {
    /// The use that a call made.
    pub(crate) fn of(record: &'a Record) -> Use<'a> {
        Use {
            access_key: &record.access_key,
            principal: &record.principal,
            service: &record.service,
            region: &record.region,
            time: record.time,
        }
    }
}

/// When keys and principals were last used.
#[derive(Default)]
pub(crate) struct Uses {
    keys: FxHashMap<String, (KeyUse, bool)>,
    principals: FxHashMap<String, Vec<(ServiceUse, bool)>>,
    pairs: usize,
    fresh: bool,
    dropped: u64,
}

impl Uses {
    pub(crate) fn note(&mut self, one: &Use<'_>) {
        if one.access_key.is_empty() {
            return;
        }
        self.fresh = true;
        let room = self.keys.len() < MAX_ENTRIES;
        let found = match self.keys.get_mut(one.access_key) {
            Some(found) => found,
            None if room => {
                let new = KeyUse { access_key: one.access_key.to_owned(), time: one.time, ..KeyUse::default() };
                self.keys.entry(one.access_key.to_owned()).or_insert((new, true))
            }
            None => {
                self.dropped += 1;
                return;
            }
        };
        let (KeyUse { time, service, region, .. }, dirty) = found;
        if one.time >= *time {
            *time = one.time;
            replace(service, one.service);
            replace(region, one.region);
            *dirty = true;
        }
        self.note_service(one);
    }

    fn note_service(&mut self, one: &Use<'_>) {
        let list = match self.principals.get_mut(one.principal) {
            Some(list) => list,
            None if self.pairs < MAX_ENTRIES => self.principals.entry(one.principal.to_owned()).or_default(),
            None => {
                self.dropped += 1;
                return;
            }
        };
        match list.iter_mut().find(|(found, _)| found.service == one.service) {
            Some((found, dirty)) if one.time >= found.time => {
                found.time = one.time;
                replace(&mut found.region, one.region);
                *dirty = true;
            }
            Some(_) => {}
            None if self.pairs < MAX_ENTRIES => {
                self.pairs += 1;
                let new = ServiceUse {
                    principal: one.principal.to_owned(),
                    service: one.service.to_owned(),
                    time: one.time,
                    region: one.region.to_owned(),
                };
                list.push((new, true));
            }
            None => self.dropped += 1,
        }
    }

    pub(crate) fn key(&self, access_key: &str) -> Option<KeyUse> {
        self.keys.get(access_key).map(|(found, _)| found.clone())
    }

    pub(crate) fn services(&self, principal: &str) -> Vec<ServiceUse> {
        self.principals.get(principal).into_iter().flatten().map(|(found, _)| found.clone()).collect()
    }

    /// What changed since it was last taken, for the owner to keep.
    pub(crate) fn take(&mut self) -> (Vec<KeyUse>, Vec<ServiceUse>) {
        if !std::mem::take(&mut self.fresh) {
            return Default::default();
        }
        let keys = self.keys.values_mut().filter(|(_, dirty)| *dirty);
        let mut keys: Vec<KeyUse> = keys.map(|(one, dirty)| (one.clone(), *dirty = false).0).collect();
        let pairs = self.principals.values_mut().flatten().filter(|(_, dirty)| *dirty);
        let mut pairs: Vec<ServiceUse> = pairs.map(|(one, dirty)| (one.clone(), *dirty = false).0).collect();
        keys.sort_by(|a, b| a.access_key.cmp(&b.access_key));
        pairs.sort_by(|a, b| (&a.principal, &a.service).cmp(&(&b.principal, &b.service)));
        (keys, pairs)
    }

    /// Puts back what was kept.
    pub(crate) fn restore(&mut self, keys: Vec<KeyUse>, pairs: Vec<ServiceUse>) {
        for one in keys.into_iter().take(MAX_ENTRIES) {
            let found = self.keys.entry(one.access_key.clone()).or_default();
            if one.time >= found.0.time {
                found.0 = one;
            }
        }
        for one in pairs.into_iter().take(MAX_ENTRIES) {
            let list = self.principals.entry(one.principal.clone()).or_default();
            match list.iter_mut().find(|(found, _)| found.service == one.service) {
                Some((found, _)) if one.time >= found.time => *found = one,
                Some(_) => {}
                None => {
                    self.pairs += 1;
                    list.push((one, false));
                }
            }
        }
    }

    pub(crate) fn dropped(&self) -> u64 {
        self.dropped
    }
}

/// Keeps the allocation where the text is the same, as it nearly always is.
fn replace(place: &mut String, text: &str) {
    if place != text {
        text.clone_into(place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at<'a>(secs: i64, service: &'a str, region: &'a str) -> Use<'a> {
        let time = Timestamp::from_secs(secs);
        Use { access_key: "AKIA1", principal: "arn:p", service, region, time }
    }

    #[test]
    fn the_latest_use_counts_and_changes_are_taken_once() {
        let mut uses = Uses::default();
        uses.note(&at(10, "queue", "eu-west-1"));
        uses.note(&at(20, "keys", "us-east-1"));
        uses.note(&at(15, "queue", "eu-west-2"));
        uses.note(&Use { access_key: "", ..at(99, "open", "") });
        let key = uses.key("AKIA1").unwrap();
        assert_eq!((key.time.secs(), key.service.as_str(), key.region.as_str()), (20, "keys", "us-east-1"));
        let (keys, pairs) = uses.take();
        let pairs: Vec<_> = pairs.iter().map(|p| (p.service.as_str(), p.region.as_str(), p.time.secs())).collect();
        assert_eq!(keys, [key]);
        assert_eq!(pairs, [("keys", "us-east-1", 20), ("queue", "eu-west-2", 15)]);
        assert_eq!(uses.take(), Default::default());
        uses.note(&at(30, "queue", "eu-west-2"));
        let (keys, pairs) = uses.take();
        assert_eq!((keys.len(), pairs.len(), pairs[0].time.secs()), (1, 1, 30));
    }

    #[test]
    fn what_was_kept_comes_back_and_never_over_a_later_use() {
        let mut uses = Uses::default();
        uses.note(&at(10, "queue", "eu-west-1"));
        let (keys, pairs) = uses.take();
        let mut next = Uses::default();
        next.note(&at(50, "keys", "us-east-1"));
        next.restore(keys, pairs);
        assert_eq!(next.key("AKIA1").map(|k| k.time.secs()), Some(50));
        assert_eq!(next.services("arn:p").len(), 2);
        assert_eq!(next.key("AKIA2"), None);
    }
}
