//! Keys, aliases, policies, tags, rotation, imports and replicas.

use super::{Across, anyones, by_any_name, general, on, own};
use crate::api::*;
use crate::key::{AWS_KMS, Key};
use crate::names::{self, Asked, Forms};
use crate::spec::{ENCRYPT_DECRYPT, SYMMETRIC_DEFAULT};
use crate::state::ALIASES;
use service::{Access, Check, Region, Result, Scope, View};

/// Tags on creation need TagResource too.
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html>
pub fn create_key(view: &View, input: &CreateKeyRequest) -> Result<Access> {
    let tags = input.tags.as_deref().unwrap_or_default();
    let spec = input.key_spec.as_deref().or(input.customer_master_key_spec.as_deref()).unwrap_or(SYMMETRIC_DEFAULT);
    let usage = input.key_usage.as_deref().unwrap_or(ENCRYPT_DECRYPT);
    let multi_region = input.multi_region.unwrap_or_default();
    let bypass = input.bypass_policy_lockout_safety_check.unwrap_or_default();
    let mut check = general(view, Check::new("kms:CreateKey", "*"))
        .key("kms:KeySpec", spec)
        .key("kms:KeyUsage", usage)
        .key("kms:KeyOrigin", input.origin.as_deref().unwrap_or(AWS_KMS))
        .key("kms:MultiRegion", multi_region.to_string())
        .key("kms:BypassPolicyLockoutSafetyCheck", bypass.to_string())
        .request_tags(pairs(tags));
    if multi_region {
        check = check.key("kms:MultiRegionKeyType", "PRIMARY");
    }
    let mut checks = vec![check];
    if !tags.is_empty() {
        checks.push(general(view, Check::new("kms:TagResource", "*")).request_tags(pairs(tags)));
    }
    Ok(Access::Checks(checks))
}

fn pairs(tags: &[Tag]) -> impl Iterator<Item = (&str, &str)> {
    tags.iter().map(|tag| (tag.tag_key.as_str(), tag.tag_value.as_str()))
}

pub fn describe_key(view: &View, input: &DescribeKeyRequest) -> Result<Access> {
    by_any_name(view, "kms:DescribeKey", &input.key_id).map(Access::to)
}

pub fn list_keys(view: &View, _input: &ListKeysRequest) -> Result<Access> {
    Ok(Access::to(general(view, Check::new("kms:ListKeys", "*"))))
}

pub fn enable_key(view: &View, input: &EnableKeyRequest) -> Result<Access> {
    own(view, "kms:EnableKey", &input.key_id).map(Access::to)
}

pub fn disable_key(view: &View, input: &DisableKeyRequest) -> Result<Access> {
    own(view, "kms:DisableKey", &input.key_id).map(Access::to)
}

pub fn update_key_description(view: &View, input: &UpdateKeyDescriptionRequest) -> Result<Access> {
    own(view, "kms:UpdateKeyDescription", &input.key_id).map(Access::to)
}

pub fn schedule_key_deletion(view: &View, input: &ScheduleKeyDeletionRequest) -> Result<Access> {
    let check = own(view, "kms:ScheduleKeyDeletion", &input.key_id)?;
    let days = input.pending_window_in_days.unwrap_or(crate::ops::deletion::USUAL_DAYS);
    Ok(Access::to(check.key("kms:ScheduleKeyDeletionPendingWindowInDays", days.to_string())))
}

pub fn cancel_key_deletion(view: &View, input: &CancelKeyDeletionRequest) -> Result<Access> {
    own(view, "kms:CancelKeyDeletion", &input.key_id).map(Access::to)
}

/// On the alias by the caller's policies, on the key by the key's.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html>
pub fn create_alias(view: &View, input: &CreateAliasRequest) -> Result<Access> {
    let mut checks = vec![alias(view, "kms:CreateAlias", &input.alias_name)];
    // The handler refuses an alias of an alias.
    if !names::is_alias(&input.target_key_id) {
        checks.push(own(view, "kms:CreateAlias", &input.target_key_id)?);
    }
    Ok(Access::Checks(checks))
}

pub fn update_alias(view: &View, input: &UpdateAliasRequest) -> Result<Access> {
    let mut checks = vec![alias(view, "kms:UpdateAlias", &input.alias_name)];
    checks.extend(target(view, "kms:UpdateAlias", &input.alias_name)?);
    if !names::is_alias(&input.target_key_id) {
        checks.push(own(view, "kms:UpdateAlias", &input.target_key_id)?);
    }
    Ok(Access::Checks(checks))
}

pub fn delete_alias(view: &View, input: &DeleteAliasRequest) -> Result<Access> {
    let mut checks = vec![alias(view, "kms:DeleteAlias", &input.alias_name)];
    checks.extend(target(view, "kms:DeleteAlias", &input.alias_name)?);
    Ok(Access::Checks(checks))
}

fn alias(view: &View, action: &'static str, name: &str) -> Check {
    general(view, Check::new(action, names::arn(view.scope(), name)))
}

/// The key that an alias stands for.
fn target(view: &View, action: &'static str, name: &str) -> Result<Option<Check>> {
    let Some(alias) = view.get(&ALIASES, name)? else { return Ok(None) };
    own(view, action, &alias.key).map(Some)
}

pub fn list_aliases(view: &View, _input: &ListAliasesRequest) -> Result<Access> {
    Ok(Access::to(general(view, Check::new("kms:ListAliases", "*"))))
}

pub fn get_key_policy(view: &View, input: &GetKeyPolicyRequest) -> Result<Access> {
    own(view, "kms:GetKeyPolicy", &input.key_id).map(Access::to)
}

pub fn put_key_policy(view: &View, input: &PutKeyPolicyRequest) -> Result<Access> {
    let bypass = input.bypass_policy_lockout_safety_check.unwrap_or_default();
    let check = own(view, "kms:PutKeyPolicy", &input.key_id)?;
    Ok(Access::to(check.key("kms:BypassPolicyLockoutSafetyCheck", bypass.to_string())))
}

pub fn list_key_policies(view: &View, input: &ListKeyPoliciesRequest) -> Result<Access> {
    own(view, "kms:ListKeyPolicies", &input.key_id).map(Access::to)
}

pub fn tag_resource(view: &View, input: &TagResourceRequest) -> Result<Access> {
    Ok(Access::to(own(view, "kms:TagResource", &input.key_id)?.request_tags(pairs(&input.tags))))
}

pub fn untag_resource(view: &View, input: &UntagResourceRequest) -> Result<Access> {
    let check = own(view, "kms:UntagResource", &input.key_id)?;
    Ok(Access::to(check.keys("aws:TagKeys", input.tag_keys.iter().cloned())))
}

pub fn list_resource_tags(view: &View, input: &ListResourceTagsRequest) -> Result<Access> {
    own(view, "kms:ListResourceTags", &input.key_id).map(Access::to)
}

pub fn enable_key_rotation(view: &View, input: &EnableKeyRotationRequest) -> Result<Access> {
    let check = own(view, "kms:EnableKeyRotation", &input.key_id)?;
    Ok(Access::to(match input.rotation_period_in_days {
        Some(days) => check.key("kms:RotationPeriodInDays", days.to_string()),
        None => check,
    }))
}

pub fn disable_key_rotation(view: &View, input: &DisableKeyRotationRequest) -> Result<Access> {
    own(view, "kms:DisableKeyRotation", &input.key_id).map(Access::to)
}

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyLastUsage.html>
pub fn get_key_last_usage(view: &View, input: &GetKeyLastUsageRequest) -> Result<Access> {
    own(view, "kms:GetKeyLastUsage", &input.key_id).map(Access::to)
}

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html>
pub fn get_key_rotation_status(view: &View, input: &GetKeyRotationStatusRequest) -> Result<Access> {
    anyones(view, "kms:GetKeyRotationStatus", &input.key_id).map(Access::to)
}

pub fn rotate_key_on_demand(view: &View, input: &RotateKeyOnDemandRequest) -> Result<Access> {
    own(view, "kms:RotateKeyOnDemand", &input.key_id).map(Access::to)
}

pub fn list_key_rotations(view: &View, input: &ListKeyRotationsRequest) -> Result<Access> {
    own(view, "kms:ListKeyRotations", &input.key_id).map(Access::to)
}

pub fn get_parameters_for_import(view: &View, input: &GetParametersForImportRequest) -> Result<Access> {
    let check = own(view, "kms:GetParametersForImport", &input.key_id)?;
    let check = check.key("kms:WrappingAlgorithm", input.wrapping_algorithm.as_str());
    Ok(Access::to(check.key("kms:WrappingKeySpec", input.wrapping_key_spec.as_str())))
}

pub fn import_key_material(view: &View, input: &ImportKeyMaterialRequest) -> Result<Access> {
    let check = own(view, "kms:ImportKeyMaterial", &input.key_id)?;
    let model = input.expiration_model.as_deref().unwrap_or(crate::ops::imports::EXPIRES);
    let check = check.key("kms:ExpirationModel", model);
    Ok(Access::to(match input.valid_to {
        Some(at) => check.key("kms:ValidTo", at.whole_secs().iso8601()),
        None => check,
    }))
}

pub fn delete_imported_key_material(view: &View, input: &DeleteImportedKeyMaterialRequest) -> Result<Access> {
    own(view, "kms:DeleteImportedKeyMaterial", &input.key_id).map(Access::to)
}

/// On the primary here, and the making of a key there.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-auth.html>
pub fn replicate_key(view: &View, input: &ReplicateKeyRequest) -> Result<Access> {
    let tags = input.tags.as_deref().unwrap_or_default();
    let asked = names::ask(view, &input.key_id, Forms::Keys)?;
    let primary = on(view, "kms:ReplicateKey", &asked, Across::No)?;
    let mut there = general(view, Check::new("kms:CreateKey", "*")).request_tags(pairs(tags));
    if let Some(Key { row, .. }) = &asked.key {
        there = there
            .key("kms:KeySpec", row.spec.as_str())
            .key("kms:KeyUsage", row.usage.as_str())
            .key("kms:KeyOrigin", row.origin.as_str())
            .key("kms:MultiRegion", "true")
            .key("kms:MultiRegionKeyType", "REPLICA");
    }
    let mut checks = vec![primary.key("kms:ReplicaRegion", input.replica_region.as_str()), there];
    if !tags.is_empty() {
        checks.push(general(view, Check::new("kms:TagResource", "*")).request_tags(pairs(tags)));
    }
    Ok(Access::Checks(checks))
}

/// On the primary and on the replica that becomes it.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-auth.html>
pub fn update_primary_region(view: &View, input: &UpdatePrimaryRegionRequest) -> Result<Access> {
    let asked = names::ask(view, &input.key_id, Forms::Keys)?;
    let with = |check: Check| check.key("kms:PrimaryRegion", input.primary_region.as_str());
    let mut checks = vec![with(on(view, "kms:UpdatePrimaryRegion", &asked, Across::No)?)];
    let there: Option<Region> = input.primary_region.parse().ok();
    if let (Some(key), Some(region)) = (&asked.key, there) {
        let scope = Scope::new(key.scope.account, region);
        if let Some(replica) = names::find(view, scope, &key.row.id)?.filter(|replica| replica != key) {
            let asked = Asked { arn: replica.arn(), key: Some(replica), alias: None, scope };
            checks.push(with(on(view, "kms:UpdatePrimaryRegion", &asked, Across::No)?));
        }
    }
    Ok(Access::Checks(checks))
}
