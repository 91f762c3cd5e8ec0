//! The policies of buses.
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html>

use crate::errors;
use serde_json::{Map, Value, json};
use service::policy::Limits;
use service::policy::valid::{self, Facts, Kind};
use service::{Arn, Error, Result};

/// The largest policy, in bytes.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html>
const LARGEST: usize = 10_240;

/// Who may put events, by the older parameters of PutPermission.
pub struct Grant<'a> {
    /// `StatementId`
    pub sid: &'a str,
    /// An account, or `*`.
    pub principal: &'a str,
    /// Type, key and value.
    pub condition: Option<(&'a str, &'a str, &'a str)>,
}

/// A policy that a request gives as a whole, checked and as it is shown.
pub fn whole(text: &str) -> Result<String> {
    let json: Value =
        serde_json::from_str(text).map_err(|_| errors::validation("This policy contains invalid Json"))?;
    let limits = Limits { bytes: LARGEST, ..Limits::default() };
    let checked = valid::check(text, Kind::Resource, &Facts::default(), limits);
    checked.map_err(|error| errors::validation(format!("This policy is invalid: {}", error.message())))?;
    Ok(json.to_string())
}

/// The policy with one statement more, or another in place of the one of its name.
pub fn add(policy: Option<&str>, bus: &Arn, partition: &str, grant: &Grant<'_>) -> Result<String> {
    let mut policy = read(policy).unwrap_or_else(|| {
        Map::from_iter([
            ("Version".to_owned(), "2012-10-17".into()),
            ("Statement".to_owned(), Value::Array(Vec::new())),
        ])
    });
    let principal = match grant.principal {
        "*" => json!("*"),
        account => json!({ "AWS": format!("arn:{partition}:iam::{account}:root") }),
    };
    let mut statement = json!({
        "Sid": grant.sid, "Effect": "Allow", "Principal": principal, "Action": "events:PutEvents", "Resource": bus.as_str(),
    });
    if let (Some((kind, key, value)), Some(statement)) = (grant.condition, statement.as_object_mut()) {
        statement.insert("Condition".to_owned(), json!({ kind: { key: value } }));
    }
    let mut statements = statements(&mut policy);
    statements.retain(|old| old.get("Sid").and_then(Value::as_str) != Some(grant.sid));
    statements.push(statement);
    policy.insert("Statement".to_owned(), statements.into());
    let text = Value::Object(policy).to_string();
    if text.len() > LARGEST {
        return Err(Error::new("PolicyLengthExceededException", "The event bus policy is too long."));
    }
    Ok(text)
}

/// The policy without the statement of that name; `None` when nothing is left.
pub fn remove(policy: Option<&str>, sid: &str) -> Result<Option<String>> {
    let mut policy = read(policy).ok_or_else(|| errors::not_found("EventBus does not have a policy."))?;
    let mut statements = statements(&mut policy);
    let before = statements.len();
    statements.retain(|statement| statement.get("Sid").and_then(Value::as_str) != Some(sid));
    if statements.len() == before {
        return Err(errors::not_found("Statement with the provided id does not exist."));
    }
    if statements.is_empty() {
        return Ok(None);
    }
    policy.insert("Statement".to_owned(), statements.into());
    Ok(Some(Value::Object(policy).to_string()))
}

fn read(policy: Option<&str>) -> Option<Map<String, Value>> {
    serde_json::from_str(policy?).ok()
}

fn statements(policy: &mut Map<String, Value>) -> Vec<Value> {
    match policy.remove("Statement") {
        Some(Value::Array(list)) => list,
        single => Vec::from_iter(single),
    }
}
