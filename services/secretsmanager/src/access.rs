//! What each operation asks of the policies.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html>

use crate::address::Address;
use crate::api::*;
use service::{Access, Check, PolicyRole, Result, View};

/// The values are asked for one by one; with filters, the listing too.
pub fn batch_get_secret_value(_view: &View, input: &BatchGetSecretValueRequest) -> Result<Access> {
    let mut checks = vec![Check::new("secretsmanager:BatchGetSecretValue", "*")];
    if input.filters.is_some() {
        checks.push(Check::new("secretsmanager:ListSecrets", "*"));
    }
    Ok(Access::Checks(checks))
}

/// Tags on creation need TagResource too.
pub fn create_secret(view: &View, input: &CreateSecretRequest) -> Result<Access> {
    let arn = Address::of(view, &input.name).arn(None);
    let tags = pairs(input.tags.as_deref());
    let keys = [
        ("secretsmanager:Name", Some(input.name.as_str())),
        ("secretsmanager:Description", input.description.as_deref()),
        ("secretsmanager:KmsKeyId", input.kms_key_id.as_deref()),
    ];
    let check = Check::new("secretsmanager:CreateSecret", arn.as_str()).request_tags(tags.iter().copied());
    let mut checks = vec![with(check, keys)];
    if !tags.is_empty() {
        checks.push(Check::new("secretsmanager:TagResource", arn).request_tags(tags));
    }
    Ok(Access::Checks(checks))
}

pub fn delete_resource_policy(view: &View, input: &DeleteResourcePolicyRequest) -> Result<Access> {
    on(view, "secretsmanager:DeleteResourcePolicy", &input.secret_id)
}

pub fn delete_secret(view: &View, input: &DeleteSecretRequest) -> Result<Access> {
    let days = input.recovery_window_in_days.map(|days| days.to_string());
    let force = input.force_delete_without_recovery.unwrap_or(false).to_string();
    let check = on_secret(view, "secretsmanager:DeleteSecret", &input.secret_id)?;
    Ok(Access::to(with(
        check,
        [
            ("secretsmanager:RecoveryWindowInDays", days.as_deref()),
            ("secretsmanager:ForceDeleteWithoutRecovery", Some(force.as_str())),
        ],
    )))
}

pub fn describe_secret(view: &View, input: &DescribeSecretRequest) -> Result<Access> {
    on(view, "secretsmanager:DescribeSecret", &input.secret_id)
}

pub fn get_random_password(_view: &View, _input: &GetRandomPasswordRequest) -> Result<Access> {
    Ok(Access::to(Check::new("secretsmanager:GetRandomPassword", "*")))
}

pub fn get_resource_policy(view: &View, input: &GetResourcePolicyRequest) -> Result<Access> {
    on(view, "secretsmanager:GetResourcePolicy", &input.secret_id)
}

pub fn get_secret_value(view: &View, input: &GetSecretValueRequest) -> Result<Access> {
    let check = on_secret(view, "secretsmanager:GetSecretValue", &input.secret_id)?;
    let stage = input.version_stage.as_deref().unwrap_or(crate::stages::CURRENT);
    Ok(Access::to(with(
        check,
        [("secretsmanager:VersionId", input.version_id.as_deref()), ("secretsmanager:VersionStage", Some(stage))],
    )))
}

pub fn list_secret_version_ids(view: &View, input: &ListSecretVersionIdsRequest) -> Result<Access> {
    on(view, "secretsmanager:ListSecretVersionIds", &input.secret_id)
}

pub fn list_secrets(_view: &View, _input: &ListSecretsRequest) -> Result<Access> {
    Ok(Access::to(Check::new("secretsmanager:ListSecrets", "*")))
}

pub fn put_resource_policy(view: &View, input: &PutResourcePolicyRequest) -> Result<Access> {
    let block = input.block_public_policy.unwrap_or(false).to_string();
    let check = on_secret(view, "secretsmanager:PutResourcePolicy", &input.secret_id)?;
    Ok(Access::to(with(check, [("secretsmanager:BlockPublicPolicy", Some(block.as_str()))])))
}

pub fn put_secret_value(view: &View, input: &PutSecretValueRequest) -> Result<Access> {
    on(view, "secretsmanager:PutSecretValue", &input.secret_id)
}

pub fn restore_secret(view: &View, input: &RestoreSecretRequest) -> Result<Access> {
    on(view, "secretsmanager:RestoreSecret", &input.secret_id)
}

pub fn tag_resource(view: &View, input: &TagResourceRequest) -> Result<Access> {
    let check = on_secret(view, "secretsmanager:TagResource", &input.secret_id)?;
    Ok(Access::to(check.request_tags(pairs(Some(&input.tags)))))
}

pub fn untag_resource(view: &View, input: &UntagResourceRequest) -> Result<Access> {
    let check = on_secret(view, "secretsmanager:UntagResource", &input.secret_id)?;
    Ok(Access::to(check.keys("aws:TagKeys", input.tag_keys.iter().cloned())))
}

pub fn update_secret(view: &View, input: &UpdateSecretRequest) -> Result<Access> {
    let check = on_secret(view, "secretsmanager:UpdateSecret", &input.secret_id)?;
    Ok(Access::to(with(
        check,
        [
            ("secretsmanager:Description", input.description.as_deref()),
            ("secretsmanager:KmsKeyId", input.kms_key_id.as_deref()),
        ],
    )))
}

pub fn update_secret_version_stage(view: &View, input: &UpdateSecretVersionStageRequest) -> Result<Access> {
    let check = on_secret(view, "secretsmanager:UpdateSecretVersionStage", &input.secret_id)?;
    Ok(Access::to(check.key("secretsmanager:VersionStage", input.version_stage.as_str())))
}

pub fn validate_resource_policy(view: &View, input: &ValidateResourcePolicyRequest) -> Result<Access> {
    match &input.secret_id {
        Some(id) => on(view, "secretsmanager:ValidateResourcePolicy", id),
        None => Ok(Access::to(Check::new("secretsmanager:ValidateResourcePolicy", "*"))),
    }
}

fn on(view: &View, action: &'static str, id: &str) -> Result<Access> {
    on_secret(view, action, id).map(Access::to)
}

/// A check on a secret, with its tags and its policy.
pub(crate) fn on_secret(view: &View, action: &'static str, id: &str) -> Result<Check> {
    let address = Address::of(view, id);
    let secret = address.find(view)?;
    let arn = address.arn(secret.as_ref());
    let check = Check::new(action, arn.as_str())
        .owned_by(address.scope.account)
        .key("secretsmanager:SecretId", arn)
        .key("secretsmanager:SecretPrimaryRegion", address.scope.region.as_str());
    let Some(secret) = secret else { return Ok(check) };
    let tags: Vec<(&str, &str)> = secret.tags.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    let check =
        tags.iter().fold(check, |check, (key, value)| check.key(format!("secretsmanager:ResourceTag/{key}"), *value));
    let check = check.resource_tags(tags);
    Ok(match secret.policy {
        Some(text) => check.with_policy(format!("policy of secret {}", secret.name), text, PolicyRole::Optional),
        None => check,
    })
}

fn with<const N: usize>(check: Check, keys: [(&'static str, Option<&str>); N]) -> Check {
    keys.into_iter().fold(check, |check, (name, value)| match value {
        Some(value) => check.key(name, value),
        None => check,
    })
}

fn pairs(tags: Option<&[Tag]>) -> Vec<(&str, &str)> {
    let tags = tags.unwrap_or_default().iter();
    tags.map(|tag| (tag.key.as_deref().unwrap_or_default(), tag.value.as_deref().unwrap_or_default())).collect()
}
