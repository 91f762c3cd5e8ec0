//! Policies on tables and streams.
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/access-control-resource-based.html>

use crate::api::*;
use crate::errors;
use crate::state::{RIGHTS, Rights};
use service::{Cx, Error, Result, Scope, View};

/// "The maximum size supported for a resource-based policy document is 20 KB", white space included.
const LONGEST: usize = 20 << 10;

/// Checks a policy's text.
pub(super) fn check(text: &str) -> Result<()> {
    if text.len() > LONGEST {
        return Err(errors::validation("Policy size exceeds the limit of 20 KB"));
    }
    service::policy::Document::parse(text, Default::default())
        .map(drop)
        .map_err(|error| errors::validation(format!("Invalid policy document: {error}")))
}

/// The resource of an ARN. That there is none is told as it is of tables.
fn resource(view: &View, arn: &str) -> Result<(Scope, String, Rights)> {
    super::tags::resource(view, arn).map_err(|error| match error.code() {
        "ResourceNotFoundException" => {
            let table = arn.split("table/").nth(1).and_then(|rest| rest.split('/').next());
            errors::table_not_found(table.unwrap_or_default())
        }
        _ => error,
    })
}

fn not_found(arn: &str) -> Error {
    let text = format!("Resource-based policy not found for the provided ResourceArn: {arn}");
    Error::new("PolicyNotFoundException", text)
}

/// Checks that the policy is the revision that the caller means.
fn check_revision(arn: &str, rights: &Rights, expected: Option<&str>) -> Result<()> {
    let there = rights.policy.is_some().then_some(rights.revision.as_str());
    let table = arn.rsplit('/').next().unwrap_or_default();
    let text = match (expected, there) {
        (None, _) => return Ok(()),
        (Some("NO_POLICY"), None) => return Ok(()),
        (Some("NO_POLICY"), Some(revision)) => format!(
            "Resource-based policy not found for the provided ResourceArn: Requested policy update expecting none to be \
             present for table {table}, but a policy exists with revision id {revision}."
        ),
        (Some(expected), Some(revision)) if expected == revision => return Ok(()),
        (Some(expected), there) => format!(
            "Resource-based policy not found for the provided ResourceArn: Requested update for policy with revision id \
             {expected}, but the policy associated to target table {table} has revision id {}.",
            there.unwrap_or("NO_POLICY")
        ),
    };
    Err(Error::new("PolicyNotFoundException", text))
}

/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutResourcePolicy.html>
pub fn put_resource_policy(cx: &mut Cx, input: PutResourcePolicyInput) -> Result<PutResourcePolicyOutput> {
    let PutResourcePolicyInput {
        resource_arn,
        policy,
        expected_revision_id,
        confirm_remove_self_resource_access: _, // stored only
    } = input;
    let (scope, name, mut rights) = resource(cx, &resource_arn)?;
    check(&policy)?;
    check_revision(&resource_arn, &rights, expected_revision_id.as_deref())?;
    // The same policy again is the same revision.
    if rights.policy.as_deref() != Some(policy.as_str()) {
        let next = rights.revision.parse::<i64>().unwrap_or_default() + 1;
        rights.revision = cx.now().millis().max(next).to_string();
        rights.policy = Some(policy);
        rights.changed_at = Some(cx.now());
        cx.in_scope(scope, |cx| cx.put(&RIGHTS, name.as_str(), &rights))?;
    }
    Ok(PutResourcePolicyOutput { revision_id: Some(rights.revision) })
}

/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetResourcePolicy.html>
pub fn get_resource_policy(view: &View, input: GetResourcePolicyInput) -> Result<GetResourcePolicyOutput> {
    let GetResourcePolicyInput { resource_arn } = input;
    let (_, _, rights) = resource(view, &resource_arn)?;
    let policy = rights.policy.ok_or_else(|| not_found(&resource_arn))?;
    Ok(GetResourcePolicyOutput { policy: Some(policy), revision_id: Some(rights.revision) })
}

/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteResourcePolicy.html>
pub fn delete_resource_policy(cx: &mut Cx, input: DeleteResourcePolicyInput) -> Result<DeleteResourcePolicyOutput> {
    let DeleteResourcePolicyInput { resource_arn, expected_revision_id } = input;
    let (scope, name, mut rights) = resource(cx, &resource_arn)?;
    // "DeleteResourcePolicy is an idempotent operation; running it multiple times on the same resource doesn't result in
    // an error response, unless you specify an ExpectedRevisionId".
    check_revision(&resource_arn, &rights, expected_revision_id.as_deref())?;
    if rights.policy.take().is_none() {
        return Ok(DeleteResourcePolicyOutput { revision_id: None });
    }
    rights.changed_at = Some(cx.now());
    cx.in_scope(scope, |cx| cx.put(&RIGHTS, name.as_str(), &rights))?;
    Ok(DeleteResourcePolicyOutput { revision_id: Some(rights.revision) })
}
