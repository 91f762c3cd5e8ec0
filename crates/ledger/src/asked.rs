//! What was put to the policies for a request, read back from its record.

use crate::record::{CheckFacts, Decision, KeyFacts, Record};
use ids::AccountId;

/// One check that was put to the policies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Asked<'r> {
    /// The action: `sqs:SendMessage`.
    pub action: &'r str,
    /// The resource's ARN, or `*`.
    pub resource: &'r str,
    /// The account that owns it.
    pub owner: AccountId,
    /// The condition keys of this check alone.
    pub context: &'r [KeyFacts],
}

impl Record {
    /// What was put to the policies, in that order: for a call that was denied, up to the end of what it asked, as the
    /// operation says it. What a handler put by itself, item by item, follows as far as it was allowed. Nothing for what
    /// anybody may do, for what never came so far, and for a record that was cut down
    /// ([`Record::omitted`]).
    pub fn asked(&self) -> Vec<Asked<'_>> {
        if !self.checks.is_empty() {
            return self.checks.iter().map(|check| self.of_check(check)).collect();
        }
        if self.decision == Decision::Public.as_str() {
            return Vec::new();
        }
        let Some((action, _)) = self.reason.split_once(": ").filter(|_| !self.omitted) else { return Vec::new() };
        let resource = self.resources.first().map_or("*", String::as_str);
        vec![Asked { action, resource, owner: self.resource_account_id(), context: &[] }]
    }

    fn of_check<'r>(&'r self, check: &'r CheckFacts) -> Asked<'r> {
        let at = check.resource.and_then(|at| usize::try_from(at).ok());
        let item = Some(&check.item).filter(|item| !item.is_empty());
        let owner = check.owner.and_then(|owner| AccountId::from_number(u64::try_from(owner).ok()?));
        Asked {
            action: &check.action,
            resource: at.and_then(|at| self.resources.get(at)).or(item).map_or("*", String::as_str),
            owner: owner.unwrap_or(self.account_id()),
            context: &check.context,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::tests::sample;
    use crate::record::{decode, encode};

    fn of(record: &Record) -> Vec<(String, String, String)> {
        let back = decode(&encode(record)).unwrap();
        back.asked().iter().map(|a| (a.action.to_owned(), a.resource.to_owned(), a.owner.to_string())).collect()
    }

    fn row(action: &str, resource: &str, owner: &str) -> (String, String, String) {
        (action.to_owned(), resource.to_owned(), owner.to_owned())
    }

    #[test]
    fn one_plain_check_stands_in_the_reason() {
        let reason = "queue:Send: allowed by identity-based policy".to_owned();
        let plain = Record { reason, resources: vec!["arn:q".into()], ..sample(1) };
        assert_eq!(of(&plain), [row("queue:Send", "arn:q", "123456789012")]);
        let elsewhere = Record { resource_account: Some(444_455_556_666), resources: vec![], ..plain.clone() };
        assert_eq!(of(&elsewhere), [row("queue:Send", "*", "444455556666")]);
        assert!(of(&sample(1)).is_empty(), "nothing was decided");
        let public = Record { decision: Decision::Public.as_str().to_owned(), ..plain.clone() };
        assert!(of(&public).is_empty());
        assert!(of(&Record { omitted: true, ..plain }).is_empty());
    }

    #[test]
    fn several_checks_stand_by_themselves() {
        let key = KeyFacts { name: "aws:TagKeys".into(), values: vec!["a".into(), "b".into()] };
        let check = |action: &str, resource, owner| CheckFacts {
            action: action.into(),
            resource,
            item: String::new(),
            owner,
            context: vec![key.clone()],
        };
        let record = Record {
            resources: vec!["arn:a".into(), "arn:b".into()],
            checks: vec![
                check("s:A", Some(1), None),
                check("s:B", None, None),
                check("s:C", Some(0), Some(1)),
                CheckFacts { item: "arn:c".into(), ..check("s:D", None, None) },
            ],
            ..sample(1)
        };
        let home = "123456789012";
        let expect = [
            row("s:A", "arn:b", home),
            row("s:B", "*", home),
            row("s:C", "arn:a", "000000000001"),
            row("s:D", "arn:c", home),
        ];
        assert_eq!(of(&record), expect);
        assert_eq!(record.asked()[0].context, &[key]);
        let large = Record { input: "x".repeat(300_000), ..record };
        assert!(of(&large).is_empty(), "half of them would be taken for the whole");
    }
}
