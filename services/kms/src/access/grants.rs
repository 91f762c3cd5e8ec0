//! Grants.

use super::{anyones, general, on_key};
use crate::api::*;
use crate::context::EncryptionContext;
use crate::grants::{self, covers};
use crate::key::Key;
use crate::names::{self, Forms};
use crate::state::{GRANTS, GrantRow};
use crate::{errors, peers};
use service::{Access, Check, Result, View};

/// Of the caller's grants those count that give no more than they have.
pub fn create_grant(view: &View, input: &CreateGrantRequest) -> Result<Access> {
    let mut check = anyones(view, "kms:CreateGrant", &input.key_id)?;
    let none = EncryptionContext::new();
    let constraints = input.constraints.as_ref();
    let equals = constraints.and_then(|c| c.encryption_context_equals.as_ref()).unwrap_or(&none);
    let subset = constraints.and_then(|c| c.encryption_context_subset.as_ref()).unwrap_or(&none);
    let key = names::ask(view, &input.key_id, Forms::Keys)?;
    let mut kept = Vec::new();
    for grant in std::mem::take(&mut check.grants) {
        let parent =
            key.key.as_ref().map(|key| view.get_in(key.scope, &GRANTS, &(key.row.id.clone(), grant.id.clone())));
        let parent = parent.transpose()?.flatten();
        if parent.is_some_and(|parent| covers(&parent, &input.operations, equals, subset)) {
            kept.push(grant);
        }
    }
    check.grants = kept;
    let named = [
        ("kms:GranteePrincipal", &input.grantee_principal),
        ("kms:GranteeServicePrincipal", &input.grantee_service_principal),
        ("kms:RetiringPrincipal", &input.retiring_principal),
        ("kms:RetiringServicePrincipal", &input.retiring_service_principal),
    ];
    for (name, value) in named {
        if let Some(value) = value {
            check = check.key(name, value.as_str());
        }
    }
    if let Some(source) = constraints.and_then(|c| c.source_arn.as_ref()) {
        check = check.key("kms:GrantConstraintSourceArn", source.as_str());
    }
    check = check.keys("kms:GrantOperations", input.operations.iter().cloned());
    let context = if equals.is_empty() { subset } else { equals };
    check = super::with_context(with_constraint_type(check, equals, subset), Some(context));
    Ok(Access::to(for_aws_resource(view, check)))
}

pub fn list_grants(view: &View, input: &ListGrantsRequest) -> Result<Access> {
    let check = anyones(view, "kms:ListGrants", &input.key_id)?;
    Ok(Access::to(for_aws_resource(view, check)))
}

pub fn list_retirable_grants(view: &View, _input: &ListRetirableGrantsRequest) -> Result<Access> {
    Ok(Access::to(general(view, Check::new("kms:ListRetirableGrants", "*"))))
}

/// "Permission to retire a grant is determined primarily by the grant": the key's policy has no say.
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_RetireGrant.html>
pub fn retire_grant(view: &View, input: &RetireGrantRequest) -> Result<Access> {
    let key = input.key_id.as_deref().map(|id| names::ask(view, id, Forms::Keys)).transpose()?;
    let named = key.as_ref().and_then(|asked| asked.key.as_ref()).zip(input.grant_id.as_deref());
    let Some((scope, row)) = grants::find(view, view.region(), input.grant_token.as_deref(), named)? else {
        let resource = key.map_or_else(|| "*".to_owned(), |asked| asked.arn);
        return Ok(Access::to(general(view, Check::new("kms:RetireGrant", resource))));
    };
    let Some(key) = names::find(view, scope, &row.key)? else { return Err(errors::no_such_grant(&row.id)) };
    Ok(Access::to(retiring(view, &key, &row)?))
}

fn retiring(view: &View, key: &Key, row: &GrantRow) -> Result<Check> {
    let mut check = on_key(view, "kms:RetireGrant", key)?;
    check.policy = None;
    check.grants = grants::retiring(row);
    let context = if row.equals.is_empty() { &row.subset } else { &row.equals };
    Ok(super::with_context(with_constraint_type(check, &row.equals, &row.subset), Some(context)))
}

pub fn revoke_grant(view: &View, input: &RevokeGrantRequest) -> Result<Access> {
    let check = anyones(view, "kms:RevokeGrant", &input.key_id)?;
    Ok(Access::to(for_aws_resource(view, check)))
}

fn with_constraint_type(check: Check, equals: &EncryptionContext, subset: &EncryptionContext) -> Check {
    match (equals.is_empty(), subset.is_empty()) {
        (false, _) => check.key("kms:GrantConstraintType", "EncryptionContextEquals"),
        (true, false) => check.key("kms:GrantConstraintType", "EncryptionContextSubset"),
        (true, true) => check,
    }
}

fn for_aws_resource(view: &View, check: Check) -> Check {
    check.key("kms:GrantIsForAWSResource", peers::via_service(view).is_some().to_string())
}
