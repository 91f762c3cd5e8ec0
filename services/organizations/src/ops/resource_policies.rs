//! The organisation's resource policy, which delegates the management of policies to members.
//! <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_delegate_policies.html>

use crate::api::*;
use crate::standing::{self, Organization, Reach};
use crate::state::DelegationRow;
use crate::{content, errors, ids, tags};
use service::{Cx, Nothing, Result, View};

fn shown(view: &View, organization: &Organization, row: &DelegationRow) -> ResourcePolicy {
    let summary = ResourcePolicySummary {
        id: Some(row.id.clone()),
        arn: Some(organization.arn(view, "resourcepolicy", &row.id)),
    };
    ResourcePolicy { resource_policy_summary: Some(summary), content: Some(row.content.clone()) }
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_PutResourcePolicy.html>
pub fn put_resource_policy(cx: &mut Cx, input: PutResourcePolicyRequest) -> Result<PutResourcePolicyResponse> {
    let PutResourcePolicyRequest { content, tags: given } = input;
    let mut organization = standing::open(cx, Reach::Management)?;
    organization.needs_all_features()?;
    content::check_delegation(&content)?;
    let row = match organization.row.delegation.take() {
        // Tags are given with a new one only.
        Some(_) if given.as_ref().is_some_and(|tags| !tags.is_empty()) => {
            return Err(errors::invalid("INVALID_LIST_MEMBER"));
        }
        Some(row) => DelegationRow { content, ..row },
        None => DelegationRow { id: format!("rp-{}", ids::draw(cx, 8)), content, tags: tags::first(cx, given)? },
    };
    let policy = shown(cx, &organization, &row);
    organization.row.delegation = Some(row);
    organization.save(cx)?;
    Ok(PutResourcePolicyResponse { resource_policy: Some(policy) })
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeResourcePolicy.html>
pub fn describe_resource_policy(view: &View, _: Nothing) -> Result<DescribeResourcePolicyResponse> {
    let organization = standing::open(view, Reach::Administrators)?;
    let row = organization.row.delegation.clone().ok_or_else(errors::no_resource_policy)?;
    Ok(DescribeResourcePolicyResponse { resource_policy: Some(shown(view, &organization, &row)) })
}

/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeleteResourcePolicy.html>
pub fn delete_resource_policy(cx: &mut Cx, _: Nothing) -> Result<Nothing> {
    let mut organization = standing::open(cx, Reach::Management)?;
    organization.row.delegation.take().ok_or_else(errors::no_resource_policy)?;
    organization.save(cx)?;
    Ok(Nothing {})
}
