//! The policies of topics.
//! <https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html>

use crate::address::TopicAddress;
use crate::errors;
use serde_json::{Map, Value, json};
use service::policy::valid::{self, Facts, Kind};
use service::policy::{Document, Limits};
use service::{AccountId, Result, View};

/// The largest policy, in bytes.
const LARGEST: usize = 30_720;

/// What a policy of a topic may give.
const ACTIONS: [&str; 12] = [
    "GetTopicAttributes",
    "SetTopicAttributes",
    "AddPermission",
    "RemovePermission",
    "DeleteTopic",
    "Subscribe",
    "ListSubscriptionsByTopic",
    "Publish",
    "GetDataProtectionPolicy",
    "PutDataProtectionPolicy",
    "ListTagsForResource",
    "Receive",
];

/// The policy that a topic has from the start.
pub fn default(address: &TopicAddress) -> String {
    let actions: Vec<String> = ACTIONS.iter().take(8).map(|action| format!("SNS:{action}")).collect();
    json!({
        "Version": "2008-10-17",
        "Id": "__default_policy_ID",
        "Statement": [{
            "Sid": "__default_statement_ID",
            "Effect": "Allow",
            "Principal": { "AWS": "*" },
            "Action": actions,
            "Resource": address.arn().as_str(),
            "Condition": { "StringEquals": { "AWS:SourceOwner": address.scope.account.to_string() } },
        }],
    })
    .to_string()
}

/// A policy that a request gives, checked.
pub fn checked(text: &str) -> Result<String> {
    let limits = Limits { bytes: LARGEST, ..Limits::default() };
    let checked = valid::check(text, Kind::Resource, &Facts::default(), limits);
    checked.map_err(|error| errors::invalid(format_args!("Policy Error: {}", error.message())))?;
    Ok(text.to_owned())
}

/// Fails if a policy that a request gives names somebody who is not there.
/// <https://github.com/hashicorp/terraform-provider-aws/issues/26041>
pub fn check_principals(view: &View, text: &str) -> Result<()> {
    let document = Document::parse(text, Limits { bytes: LARGEST, ..Limits::default() }).ok();
    let unknown = document.as_ref().map(|document| view.unknown_principal(document)).transpose()?;
    match unknown.flatten() {
        Some(_) => Err(errors::invalid("Policy Error: PrincipalNotFound")),
        None => Ok(()),
    }
}

/// The policy with one statement more.
/// <https://docs.aws.amazon.com/sns/latest/api/API_AddPermission.html>
pub fn add(
    policy: &str,
    address: &TopicAddress,
    label: &str,
    accounts: &[String],
    actions: &[String],
) -> Result<String> {
    let mut policy = read(policy);
    let mut statements = statements(&mut policy);
    if statements.iter().any(|statement| has_label(statement, label)) {
        return Err(errors::invalid("Statement already exists"));
    }
    if actions.is_empty() || actions.iter().any(|action| !ACTIONS.contains(&action.as_str())) {
        return Err(errors::invalid("Policy statement action out of service scope!"));
    }
    let partition = address.scope.partition();
    let principal = |account: &String| {
        let account: AccountId = account
            .parse()
            .map_err(|_| errors::invalid(format_args!("AWSAccountId Reason: {account} is no account id")))?;
        Ok(format!("arn:{partition}:iam::{account}:root"))
    };
    let principals = accounts.iter().map(principal).collect::<Result<Vec<_>>>()?;
    let actions: Vec<String> = actions.iter().map(|action| format!("SNS:{action}")).collect();
    statements.push(json!({
        "Sid": label,
        "Effect": "Allow",
        "Principal": { "AWS": one_or_all(principals) },
        "Action": one_or_all(actions),
        "Resource": address.arn().as_str(),
    }));
    policy.insert("Statement".to_owned(), statements.into());
    checked(&Value::Object(policy).to_string())
}

/// The policy without the statement of that label.
pub fn remove(policy: &str, label: &str) -> Result<String> {
    let mut policy = read(policy);
    let mut statements = statements(&mut policy);
    statements.retain(|statement| !has_label(statement, label));
    policy.insert("Statement".to_owned(), statements.into());
    Ok(Value::Object(policy).to_string())
}

/// The policy that stands, which was found valid when it was set.
fn read(policy: &str) -> Map<String, Value> {
    serde_json::from_str(policy).unwrap_or_default()
}

fn statements(policy: &mut Map<String, Value>) -> Vec<Value> {
    match policy.remove("Statement") {
        Some(Value::Array(list)) => list,
        single => Vec::from_iter(single),
    }
}

fn has_label(statement: &Value, label: &str) -> bool {
    statement.get("Sid").and_then(Value::as_str) == Some(label)
}

fn one_or_all(mut values: Vec<String>) -> Value {
    match values.as_mut_slice() {
        [one] => Value::String(std::mem::take(one)),
        _ => values.into(),
    }
}
