//! The account's resource policies.

use crate::api::*;
use crate::ops::metric_filters::refuse_others;
use crate::paging::page;
use crate::state::{self, POLICIES};
use crate::{errors, permissions};
use service::{Cx, Nothing, Result, View};

/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html>
const MOST: usize = 10;
const MOST_DESCRIBED: usize = 50;

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutResourcePolicy.html>
pub fn put_resource_policy(cx: &mut Cx, input: PutResourcePolicyRequest) -> Result<PutResourcePolicyResponse> {
    let PutResourcePolicyRequest { policy_name, policy_document, resource_arn, expected_revision_id } = input;
    refuse_others(
        "PutResourcePolicy",
        &[("resourceArn", resource_arn.is_some()), ("expectedRevisionId", expected_revision_id.is_some())],
    )?;
    let (Some(name), Some(document)) = (policy_name, policy_document) else {
        return Err(errors::invalid("policyName and policyDocument must be specified."));
    };
    permissions::check(&document)?;
    if !cx.has(&POLICIES, name.as_str())? && cx.rows(&POLICIES, ()).count() >= MOST {
        return Err(errors::limit_exceeded());
    }
    let row = state::Policy { name, document, updated_at: cx.now() };
    cx.put(&POLICIES, row.name.as_str(), &row)?;
    Ok(PutResourcePolicyResponse { resource_policy: Some(shown(row)), revision_id: None })
}

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteResourcePolicy.html>
pub fn delete_resource_policy(cx: &mut Cx, input: DeleteResourcePolicyRequest) -> Result<Nothing> {
    let DeleteResourcePolicyRequest { policy_name, resource_arn, expected_revision_id } = input;
    refuse_others(
        "DeleteResourcePolicy",
        &[("resourceArn", resource_arn.is_some()), ("expectedRevisionId", expected_revision_id.is_some())],
    )?;
    let name = policy_name.ok_or_else(|| errors::invalid("policyName must be specified."))?;
    if !cx.delete(&POLICIES, name.as_str())? {
        let text = format!("Policy with name [{name}] does not exist");
        return Err(service::Error::new("ResourceNotFoundException", text));
    }
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeResourcePolicies.html>
pub fn describe_resource_policies(
    view: &View,
    input: DescribeResourcePoliciesRequest,
) -> Result<DescribeResourcePoliciesResponse> {
    let DescribeResourcePoliciesRequest { next_token, limit, resource_arn, policy_scope } = input;
    let of_resources = resource_arn.is_some() || policy_scope.as_deref() == Some("RESOURCE");
    refuse_others("DescribeResourcePolicies", &[("resourceArn or the scope RESOURCE", of_resources)])?;
    let (rows, next) = view.page(&POLICIES, (), &page(next_token, limit, MOST_DESCRIBED)?, |_| true)?;
    Ok(DescribeResourcePoliciesResponse {
        resource_policies: Some(rows.into_iter().map(shown).collect()),
        next_token: next.map(|token| token.encode()),
    })
}

fn shown(row: state::Policy) -> ResourcePolicy {
    ResourcePolicy {
        policy_name: Some(row.name),
        policy_document: Some(row.document),
        last_updated_time: Some(row.updated_at.millis()),
        ..ResourcePolicy::default()
    }
}
