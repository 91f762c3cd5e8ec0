//! The resource policies of functions, statement by statement.
//! <https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html>

use crate::errors;
use serde_json::{Map, Value, json};
use service::policy::Named;
use service::{Arn, Error, Result, Scope, View};

/// The largest policy, in bytes.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
const LARGEST: usize = 20_480;

/// What AddPermission grants.
pub struct Grant<'a> {
    pub sid: &'a str,
    pub action: &'a str,
    pub principal: &'a str,
    pub source_arn: Option<&'a str>,
    pub source_account: Option<&'a str>,
    pub event_source_token: Option<&'a str>,
    pub principal_org_id: Option<&'a str>,
}

/// The policy with one statement more, and that statement.
///
/// # Errors
/// `ResourceConflictException` where there is one of its id, `PolicyLengthExceededException`.
pub fn add(policy: Option<&str>, resource: &Arn, scope: Scope, grant: &Grant<'_>) -> Result<(String, String)> {
    let mut statements = statements(policy);
    if statements.iter().any(|old| sid(old) == Some(grant.sid)) {
        let text = format!(
            "The statement id ({}) provided already exists. Please provide a new statement id, or remove the existing statement.",
            grant.sid
        );
        return Err(errors::conflict(text));
    }
    let mut statement = json!({
        "Sid": grant.sid,
        "Effect": "Allow",
        "Principal": principal(grant.principal, scope)?,
        "Action": grant.action,
        "Resource": resource.as_str(),
    });
    let condition = condition(grant);
    if let (false, Some(statement)) = (condition.is_empty(), statement.as_object_mut()) {
        statement.insert("Condition".to_owned(), Value::Object(condition));
    }
    let shown = statement.to_string();
    statements.push(statement);
    let text = document(statements);
    if text.len() > LARGEST {
        let message = format!("The final policy size ({}) is bigger than the limit ({LARGEST}).", text.len());
        return Err(Error::new("PolicyLengthExceededException", message).with("Type", "User"));
    }
    Ok((text, shown))
}

/// The policy without the statement of that id; `None` when nothing is left.
///
/// # Errors
/// `ResourceNotFoundException`
pub fn remove(policy: Option<&str>, id: &str) -> Result<Option<String>> {
    let mut statements = statements(policy);
    if policy.is_none() {
        return Err(errors::not_found("No policy is associated with the given resource."));
    }
    let before = statements.len();
    statements.retain(|statement| sid(statement) != Some(id));
    if statements.len() == before {
        return Err(errors::not_found(format!("Statement {id} is not found in resource policy.")));
    }
    Ok((!statements.is_empty()).then(|| document(statements)))
}

fn document(statements: Vec<Value>) -> String {
    json!({ "Version": "2012-10-17", "Id": "default", "Statement": statements }).to_string()
}

fn statements(policy: Option<&str>) -> Vec<Value> {
    let policy = policy.and_then(|text| serde_json::from_str::<Map<String, Value>>(text).ok());
    match policy.and_then(|mut policy| policy.remove("Statement")) {
        Some(Value::Array(list)) => list,
        _ => Vec::new(),
    }
}

fn sid(statement: &Value) -> Option<&str> {
    statement.get("Sid").and_then(Value::as_str)
}

/// Fails if the principal is somebody who is not there.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html>
pub fn check_principal(view: &View, text: &str) -> Result<()> {
    let is_service = text.contains('.') && !text.starts_with("arn:");
    let named = if is_service { Named::Service(text.into()) } else { Named::aws(text) };
    if view.names_nobody(&named)? { Err(invalid_principal()) } else { Ok(()) }
}

fn invalid_principal() -> Error {
    errors::invalid("The provided principal was invalid. Please check the principal and try again.")
}

/// A service, an account, or an ARN of IAM.
fn principal(text: &str, scope: Scope) -> Result<Value> {
    if text == "*" {
        return Ok(json!("*"));
    }
    if text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(json!({ "AWS": format!("arn:{}:iam::{text}:root", scope.partition()) }));
    }
    if text.starts_with("arn:") {
        let iam = text.split(':').nth(2).is_some_and(|service| service == "iam" || service == "sts");
        return iam.then(|| json!({ "AWS": text })).ok_or_else(invalid_principal);
    }
    let service = text.contains('.') && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-');
    service.then(|| json!({ "Service": text })).ok_or_else(invalid_principal)
}

fn condition(grant: &Grant<'_>) -> Map<String, Value> {
    let mut equals = Map::new();
    for (key, value) in [
        ("AWS:SourceAccount", grant.source_account),
        ("lambda:EventSourceToken", grant.event_source_token),
        ("aws:PrincipalOrgID", grant.principal_org_id),
    ] {
        equals.extend(value.map(|value| (key.to_owned(), json!(value))));
    }
    let mut condition = Map::new();
    if !equals.is_empty() {
        condition.insert("StringEquals".to_owned(), Value::Object(equals));
    }
    condition.extend(grant.source_arn.map(|arn| ("ArnLike".to_owned(), json!({ "AWS:SourceArn": arn }))));
    condition
}
