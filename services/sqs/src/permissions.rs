//! AddPermission and RemovePermission: statements of the queue's policy, found by their labels.
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_AddPermission.html>

use crate::address::Address;
use crate::state::Queue;
use crate::{attributes, errors};
use serde_json::{Map, Value, json};
use service::{AccountId, Result, View};

/// What may be given to others.
const ACTIONS: [&str; 9] = [
    "*",
    "ChangeMessageVisibility",
    "DeleteMessage",
    "GetQueueAttributes",
    "GetQueueUrl",
    "ListDeadLetterSourceQueues",
    "PurgeQueue",
    "ReceiveMessage",
    "SendMessage",
];

/// The most actions of one statement.
const MOST_ACTIONS: usize = 7;

/// The policy with one statement more: it lets the accounts do the actions.
pub fn add(view: &View, queue: &Queue, label: &str, accounts: &[String], actions: &[String]) -> Result<String> {
    check_label(label)?;
    let principals = principals(view, accounts)?;
    check_actions(actions)?;
    let arn = Address::own(view, &queue.name).arn();
    let mut policy = read(queue).unwrap_or_else(|| {
        let id = format!("{arn}/SQSDefaultPolicy");
        Map::from_iter([("Version".to_owned(), "2012-10-17".into()), ("Id".to_owned(), id.into())])
    });
    let mut statements = take_statements(&mut policy);
    if statements.iter().any(|statement| has_label(statement, label)) {
        return Err(errors::invalid_value(label, "Label", "Already exists."));
    }
    if statements.len() >= attributes::POLICY_STATEMENTS {
        return Err(errors::too_many_permissions(attributes::POLICY_STATEMENTS));
    }
    let actions = actions.iter().map(|action| format!("SQS:{action}")).collect();
    statements.push(json!({
        "Sid": label,
        "Effect": "Allow",
        "Principal": { "AWS": one_or_all(principals) },
        "Action": one_or_all(actions),
        "Resource": arn,
    }));
    policy.insert("Statement".to_owned(), Value::Array(statements));
    Ok(Value::Object(policy).to_string())
}

/// The policy without the statement of that label; `None` when nothing is left.
pub fn remove(queue: &Queue, label: &str) -> Result<Option<String>> {
    check_label(label)?;
    let mut policy = read(queue).unwrap_or_default();
    let mut statements = take_statements(&mut policy);
    let before = statements.len();
    statements.retain(|statement| !has_label(statement, label));
    if statements.len() == before {
        return Err(errors::invalid_value(label, "Label", "can't find label on existing policy."));
    }
    if statements.is_empty() {
        return Ok(None);
    }
    policy.insert("Statement".to_owned(), Value::Array(statements));
    Ok(Some(Value::Object(policy).to_string()))
}

fn check_label(label: &str) -> Result<()> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    match label {
        "" => Err(errors::missing_parameter("Label")),
        label if label.len() <= 80 && label.bytes().all(allowed) => Ok(()),
        label => {
            let reason = "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.";
            Err(errors::invalid_value(label, "Label", reason))
        }
    }
}

fn principals(view: &View, accounts: &[String]) -> Result<Vec<String>> {
    if accounts.is_empty() {
        return Err(errors::invalid_value("[]", "PrincipalId", "Unable to verify."));
    }
    let partition = view.scope().partition();
    let principal = |account: &String| {
        let account: AccountId =
            account.parse().map_err(|_| errors::invalid_value(account, "PrincipalId", "Unable to verify."))?;
        Ok(format!("arn:{partition}:iam::{account}:root"))
    };
    accounts.iter().map(principal).collect()
}

fn check_actions(actions: &[String]) -> Result<()> {
    if actions.is_empty() {
        return Err(errors::missing_parameter("Actions"));
    }
    if actions.len() > MOST_ACTIONS {
        return Err(errors::too_many_actions(actions.len()));
    }
    match actions.iter().find(|action| !ACTIONS.contains(&action.as_str())) {
        Some(action) => {
            let reason = "Only the queue owner is allowed to invoke this action.";
            Err(errors::invalid_value(format_args!("SQS:{action}"), "ActionName", reason))
        }
        None => Ok(()),
    }
}

/// The policy that stands, which was found valid when it was set.
fn read(queue: &Queue) -> Option<Map<String, Value>> {
    serde_json::from_str(queue.policy.as_deref()?).ok()
}

/// The statements as a list, as which a single one need not be written.
fn take_statements(policy: &mut Map<String, Value>) -> Vec<Value> {
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
