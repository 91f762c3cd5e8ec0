//! The policy of a generation, as AWS writes it: what is on nothing in particular stands first, then a statement for each form of
//! resource.

use crate::facts;
use service::policy::least::{Statement, document};
use std::collections::{BTreeMap, BTreeSet};

/// What a policy is to show besides the actions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Detail {
    /// The forms of resources, such as `arn:aws:s3:::${BucketName}`, in place of `*`.
    pub placeholders: bool,
    /// The services of which no action is known.
    pub services: bool,
}

/// The policy of some actions and services; `None` where there is nothing to allow.
pub fn policy(actions: &[String], services: &[String], partition: &str, detail: Detail) -> Option<String> {
    let mut by_resource: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for action in actions {
        let forms = if detail.placeholders { forms(action, partition) } else { Vec::new() };
        let forms = if forms.is_empty() { vec!["*".to_owned()] } else { forms };
        for form in forms {
            by_resource.entry(form).or_default().insert(action);
        }
    }
    let owned = |actions: BTreeSet<&str>| actions.into_iter().map(str::to_owned).collect();
    let mut statements: Vec<Statement> = by_resource
        .into_iter()
        .enumerate()
        .map(|(number, (resource, actions))| Statement {
            sid: format!("SupportedServiceSid{number}"),
            actions: owned(actions),
            resources: vec![resource],
        })
        .collect();
    if detail.services && !services.is_empty() {
        statements.push(Statement {
            sid: "ServiceLevelSid0".to_owned(),
            actions: services.iter().map(|service| format!("{service}:*")).collect(),
            resources: vec!["*".to_owned()],
        });
    }
    (!statements.is_empty()).then(|| document(&statements).to_string())
}

/// The forms of the resources that an action always names.
fn forms(action: &str, partition: &str) -> Vec<String> {
    let Some((prefix, name)) = action.split_once(':') else { return Vec::new() };
    let Some(service) = facts::service(prefix) else { return Vec::new() };
    let Some(action) = service.actions.get(&name.to_ascii_lowercase()) else { return Vec::new() };
    let arns = action.required.iter().filter_map(|kind| service.resources.get(kind));
    arns.map(|arn| arn.replace("${Partition}", partition)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(actions: &[&str], services: &[&str], detail: Detail, expect: Option<&str>) {
        let owned = |list: &[&str]| list.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        assert_eq!(policy(&owned(actions), &owned(services), "aws", detail).as_deref(), expect);
    }

    #[test]
    fn statements_are_those_of_aws() {
        let actions = ["s3:CreateBucket", "s3:ListAllMyBuckets", "sqs:CreateQueue"];
        check(
            &actions,
            &["kms"],
            Detail::default(),
            Some(
                r#"{"Version":"2012-10-17","Statement":[{"Sid":"SupportedServiceSid0","Effect":"Allow","Action":["s3:CreateBucket","s3:ListAllMyBuckets","sqs:CreateQueue"],"Resource":"*"}]}"#,
            ),
        );
        check(
            &actions,
            &["kms"],
            Detail { placeholders: true, services: true },
            Some(
                r#"{"Version":"2012-10-17","Statement":[{"Sid":"SupportedServiceSid0","Effect":"Allow","Action":"s3:ListAllMyBuckets","Resource":"*"},{"Sid":"SupportedServiceSid1","Effect":"Allow","Action":"s3:CreateBucket","Resource":"arn:aws:s3:::${BucketName}"},{"Sid":"SupportedServiceSid2","Effect":"Allow","Action":"sqs:CreateQueue","Resource":"arn:aws:sqs:${Region}:${Account}:${QueueName}"},{"Sid":"ServiceLevelSid0","Effect":"Allow","Action":"kms:*","Resource":"*"}]}"#,
            ),
        );
        check(&[], &["kms"], Detail::default(), None);
    }
}
