use crate::record::{Facts, Record};
use clock::Timestamp;
use ids::AccountId;
use rustc_hash::FxHashMap;
use shape::shape;

/// More than any estate uses between two times that they are kept; beyond it new ones are counted as dropped.
const MAX_ENTRIES: usize = 200_000;

/// How temporary access keys begin. Nobody is told when those were used, and there are as many as sessions.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids>
const TEMPORARY: &str = "ASIA";

shape! {
    /// When a long-term access key was last used: GetAccessKeyLastUsed.
    /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKeyLastUsed.html>
    pub struct KeyUse {
        /// The key.
        pub access_key: String,
        /// The account in which, as a number.
        pub account: i64,
        /// When, in virtual time.
        pub time: Timestamp,
        /// The service that it was used with, by endpoint prefix.
        pub service: String,
        /// The region; empty for a service without one.
        pub region: String,
    }

    /// When a principal last called a service: GenerateServiceLastAccessedDetails, RoleLastUsed. Attempts count, allowed
    /// or not.
    /// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ServiceLastAccessed.html>
    pub struct ServiceUse {
        /// The user's or role's ARN.
        pub principal: String,
        /// The account in which, as a number.
        pub account: i64,
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
    pub(crate) account: i64,
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
            account: record.account,
            service: &record.service,
            region: &record.region,
            time: record.time,
        }
    }

    /// The same from its facts.
    pub(crate) fn of_facts(facts: &'a Facts) -> Use<'a> {
        Use {
            access_key: &facts.access_key,
            principal: &facts.principal,
            account: facts.account,
            service: &facts.service,
            region: &facts.region,
            time: facts.time,
        }
    }
}

/// When keys and principals were last used, with a mark on each use that is not kept yet.
#[derive(Default)]
pub(crate) struct Uses {
    keys: FxHashMap<String, (KeyUse, bool)>,
    principals: FxHashMap<String, Vec<(ServiceUse, bool)>>,
    pairs: usize,
    fresh: bool,
    dropped: u64,
}

impl Uses {
    /// Notes a use, and tells whether it is the first since they were taken.
    pub(crate) fn note(&mut self, one: &Use<'_>) -> bool {
        if one.access_key.is_empty() {
            return false;
        }
        if !one.access_key.starts_with(TEMPORARY) {
            self.note_key(one);
        }
        self.note_service(one);
        !std::mem::replace(&mut self.fresh, true)
    }

    fn note_key(&mut self, one: &Use<'_>) {
        if let Some((found, fresh)) = self.keys.get_mut(one.access_key) {
            if one.time >= found.time {
                found.time = one.time;
                replace(&mut found.service, one.service);
                replace(&mut found.region, one.region);
                *fresh = true;
            }
            return;
        }
        if !self.has_room() {
            self.dropped += 1;
            return;
        }
        let new = KeyUse {
            access_key: one.access_key.to_owned(),
            account: one.account,
            time: one.time,
            service: one.service.to_owned(),
            region: one.region.to_owned(),
        };
        self.keys.insert(new.access_key.clone(), (new, true));
    }

    fn note_service(&mut self, one: &Use<'_>) {
        let list = self.principals.get_mut(one.principal);
        if let Some((found, fresh)) = list.and_then(|l| l.iter_mut().find(|(found, _)| found.service == one.service)) {
            if one.time >= found.time {
                found.time = one.time;
                replace(&mut found.region, one.region);
                *fresh = true;
            }
            return;
        }
        if !self.has_room() {
            self.dropped += 1;
            return;
        }
        let new = ServiceUse {
            principal: one.principal.to_owned(),
            account: one.account,
            service: one.service.to_owned(),
            time: one.time,
            region: one.region.to_owned(),
        };
        self.pairs += 1;
        self.principals.entry(one.principal.to_owned()).or_default().push((new, true));
    }

    /// Whether another use fits, if need be in the place of those that are kept elsewhere.
    fn has_room(&mut self) -> bool {
        if self.keys.len().max(self.pairs) >= MAX_ENTRIES {
            self.keys.retain(|_, (_, fresh)| *fresh);
            self.retain_services(|_, fresh| fresh);
        }
        self.keys.len().max(self.pairs) < MAX_ENTRIES
    }

    fn retain_services(&mut self, keep: impl Fn(&ServiceUse, bool) -> bool) {
        self.principals.retain(|_, list| {
            list.retain(|(one, fresh)| keep(one, *fresh));
            !list.is_empty()
        });
        self.pairs = self.principals.values().map(Vec::len).sum();
    }

    pub(crate) fn key(&self, access_key: &str) -> Option<KeyUse> {
        self.keys.get(access_key).map(|(found, _)| found.clone())
    }

    pub(crate) fn services(&self, principal: &str) -> Vec<ServiceUse> {
        self.principals.get(principal).into_iter().flatten().map(|(found, _)| found.clone()).collect()
    }

    pub(crate) fn services_in(&self, account: AccountId) -> Vec<ServiceUse> {
        let all = self.principals.values().flatten().map(|(found, _)| found);
        all.filter(|one| u64::try_from(one.account) == Ok(account.number())).cloned().collect()
    }

    /// What changed since it was last taken, for the owner to keep.
    pub(crate) fn take(&mut self) -> (Vec<KeyUse>, Vec<ServiceUse>) {
        self.fresh = false;
        let keys = self.keys.values_mut().filter(|(_, fresh)| *fresh);
        let mut keys: Vec<KeyUse> = keys.map(|(one, fresh)| (one.clone(), *fresh = false).0).collect();
        let pairs = self.principals.values_mut().flatten().filter(|(_, fresh)| *fresh);
        let mut pairs: Vec<ServiceUse> = pairs.map(|(one, fresh)| (one.clone(), *fresh = false).0).collect();
        keys.sort_by(|a, b| a.access_key.cmp(&b.access_key));
        pairs.sort_by(|a, b| (&a.principal, &a.service).cmp(&(&b.principal, &b.service)));
        (keys, pairs)
    }

    /// Marks what was taken in vain.
    pub(crate) fn untake(&mut self, keys: Vec<KeyUse>, pairs: Vec<ServiceUse>) {
        for one in keys {
            if let Some((_, fresh)) = self.keys.get_mut(&one.access_key) {
                *fresh = true;
            }
        }
        for one in pairs {
            let list = self.principals.get_mut(&one.principal).into_iter().flatten();
            list.filter(|(found, _)| found.service == one.service).for_each(|(_, fresh)| *fresh = true);
        }
    }

    /// Forgets the uses of one account, or all.
    pub(crate) fn forget(&mut self, account: Option<AccountId>) {
        let stays = |number: i64| account.is_some_and(|account| u64::try_from(number) != Ok(account.number()));
        self.keys.retain(|_, (one, _)| stays(one.account));
        self.retain_services(|one, _| stays(one.account));
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
        Use { access_key: "AKIA1", principal: "arn:p", account: 1, service, region, time }
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
    fn what_was_taken_in_vain_is_taken_again() {
        let mut uses = Uses::default();
        uses.note(&at(10, "queue", "eu-west-1"));
        let (keys, pairs) = uses.take();
        uses.note(&at(20, "queue", "eu-west-1"));
        let later = uses.take();
        uses.untake(keys, pairs);
        assert_eq!(uses.take(), later);
    }

    #[test]
    fn temporary_keys_are_not_remembered_but_their_roles_are() {
        let mut uses = Uses::default();
        assert!(uses.note(&Use { access_key: "ASIA1", ..at(10, "queue", "eu-west-1") }));
        assert!(!uses.note(&at(10, "queue", "eu-west-1")), "it is not the first");
        assert_eq!((uses.key("ASIA1"), uses.services("arn:p").len()), (None, 1));
    }

    #[test]
    fn an_account_is_forgotten_alone() {
        let mut uses = Uses::default();
        uses.note(&at(10, "queue", "eu-west-1"));
        uses.note(&Use { access_key: "AKIA2", principal: "arn:q", account: 2, ..at(10, "queue", "") });
        uses.forget(AccountId::from_number(2));
        let of = |number| uses.services_in(AccountId::from_number(number).unwrap()).len();
        assert_eq!((of(1), of(2)), (1, 0));
        assert!(uses.key("AKIA1").is_some() && uses.key("AKIA2").is_none() && uses.services("arn:q").is_empty());
        uses.forget(None);
        assert!(uses.key("AKIA1").is_none());
    }

    #[test]
    fn what_is_kept_elsewhere_makes_room() {
        let mut uses = Uses::default();
        let fill = |uses: &mut Uses| {
            for n in 0..MAX_ENTRIES {
                uses.note(&Use { access_key: &format!("AKIA{n}"), ..at(1, "queue", "") });
            }
        };
        fill(&mut uses);
        uses.note(&Use { access_key: "AKIAlast", ..at(2, "queue", "") });
        assert_eq!((uses.dropped(), uses.key("AKIAlast")), (1, None));
        uses.take();
        uses.note(&Use { access_key: "AKIAlast", ..at(2, "queue", "") });
        assert_eq!((uses.dropped(), uses.keys.len()), (1, 1));
    }
}
