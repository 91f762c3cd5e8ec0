//! Secrets.

use crate::address;
use crate::api::*;
use crate::ops::values::{self, Given};
use crate::state::{READ, SECRETS, Secret};
use crate::{errors, sealing, stages, tags};
use service::{Cx, Edge, IndexMap, KeyBuf, Result, View};

/// <https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html>
const MOST: usize = 500_000;
/// What the end of an ARN is made of.
const SUFFIX: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html>
pub fn create_secret(cx: &mut Cx, input: CreateSecretRequest) -> Result<CreateSecretResponse> {
    let CreateSecretRequest {
        name,
        client_request_token,
        description,
        kms_key_id,
        secret_binary,
        secret_string,
        tags,
        add_replica_regions,
        force_overwrite_replica_secret,
        type_,
        cross_account_primary_arn,
    } = input;
    if add_replica_regions.is_some_and(|regions| !regions.is_empty()) || force_overwrite_replica_secret == Some(true) {
        return Err(errors::refuse("AddReplicaRegions"));
    }
    if type_.is_some() {
        return Err(errors::refuse("Type"));
    }
    if cross_account_primary_arn.is_some() {
        return Err(errors::refuse("CrossAccountPrimaryARN"));
    }
    address::check_name(&name)?;
    let given = Given::of(secret_string, secret_binary)?;
    if let Some(old) = cx.get(&SECRETS, &name)? {
        return again(cx, &old, (given, client_request_token));
    }
    let all = (&Edge::Before(KeyBuf::default()), &Edge::Behind(KeyBuf::default()));
    if cx.keys(&SECRETS, all).count() >= MOST {
        return Err(errors::limit("The number of secrets in this account and region exceeds the limit."));
    }
    let mut own = IndexMap::new();
    tags::add(cx, &mut own, tags.unwrap_or_default())?;
    let now = cx.now();
    let secret = Secret {
        suffix: cx.entropy().text(SUFFIX, 6),
        name,
        description,
        kms_key_id: kms_key_id.filter(|key| !key.is_empty()),
        created_at: now,
        changed_at: now,
        tags: own,
        ..Secret::default()
    };
    let version_id = match given {
        Some(content) => {
            Some(values::put(cx, &secret, content, (client_request_token, vec![stages::CURRENT.to_owned()]))?)
        }
        None => None,
    };
    cx.put(&SECRETS, &secret.name.clone(), &secret)?;
    Ok(CreateSecretResponse {
        arn: Some(address::arn(cx.scope(), &secret)),
        name: Some(secret.name),
        version_id,
        replication_status: None,
    })
}

/// The same request once more is the same secret; any other is refused.
fn again(
    cx: &mut Cx,
    old: &Secret,
    (given, token): (Option<sealing::Content>, Option<String>),
) -> Result<CreateSecretResponse> {
    if old.deleted_on.is_some() {
        let text = "You can't create this secret because a secret with this name is already scheduled for deletion.";
        return Err(errors::refused(text));
    }
    let arn = address::arn(cx.scope(), old);
    let known = match &token {
        Some(token) => values::find_version(cx, old, token)?,
        None => None,
    };
    match (known, given) {
        (Some(version), Some(content)) if sealing::open(cx, &arn, &version)? == content => Ok(CreateSecretResponse {
            arn: Some(arn),
            name: Some(old.name.clone()),
            version_id: Some(version.id),
            replication_status: None,
        }),
        _ => Err(errors::exists(format!("The operation failed because the secret {} already exists.", old.name))),
    }
}

/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecret.html>
pub fn update_secret(cx: &mut Cx, input: UpdateSecretRequest) -> Result<UpdateSecretResponse> {
    let UpdateSecretRequest {
        secret_id,
        client_request_token,
        description,
        kms_key_id,
        secret_binary,
        secret_string,
        type_,
    } = input;
    if type_.is_some() {
        return Err(errors::refuse("Type"));
    }
    let mut secret = address::live(cx, &secret_id)?;
    let given = Given::of(secret_string, secret_binary)?;
    let arn = address::arn(cx.scope(), &secret);
    if description.is_some() {
        secret.description = description;
    }
    if let Some(key) = kms_key_id {
        secret.kms_key_id = Some(key).filter(|key| !key.is_empty());
        // "If you don't have kms:Decrypt for the old key, Secrets Manager does not re-encrypt" the versions: they stay as they are.
        let mut versions = stages::versions(cx, &secret)?;
        for version in versions.iter_mut().filter(|version| !version.stages.is_empty()) {
            if let Ok(content) = sealing::open(cx, &arn, version) {
                sealing::seal(cx, &arn, version, (secret.kms_key_id.as_deref(), &content))?;
            }
        }
        stages::put(cx, &secret, &versions)?;
    }
    let version_id = match given {
        Some(content) => {
            Some(values::put(cx, &secret, content, (client_request_token, vec![stages::CURRENT.to_owned()]))?)
        }
        None => None,
    };
    secret.changed_at = cx.now();
    cx.put(&SECRETS, &secret.name.clone(), &secret)?;
    Ok(UpdateSecretResponse { arn: Some(arn), name: Some(secret.name), version_id })
}

/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html>
pub fn describe_secret(view: &View, input: DescribeSecretRequest) -> Result<DescribeSecretResponse> {
    let DescribeSecretRequest { secret_id } = input;
    let (address, secret) = address::readable(view, &secret_id)?;
    let there = view.elsewhere(address.scope)?;
    let staged = stages::versions(&there, &secret)?.into_iter().filter(|version| !version.stages.is_empty());
    let staged: IndexMap<String, Vec<String>> = staged.map(|version| (version.id, version.stages)).collect();
    Ok(DescribeSecretResponse {
        arn: Some(address::arn(address.scope, &secret)),
        last_accessed_date: view.get_in(address.scope, &READ, &secret.name)?.map(|read| read.day),
        name: Some(secret.name),
        description: secret.description,
        kms_key_id: secret.kms_key_id,
        rotation_enabled: None,
        last_changed_date: Some(secret.changed_at),
        deleted_date: secret.deleted_on,
        tags: tags::shown(&secret.tags),
        version_ids_to_stages: Some(staged).filter(|staged| !staged.is_empty()),
        created_date: Some(secret.created_at),
        ..DescribeSecretResponse::default()
    })
}
