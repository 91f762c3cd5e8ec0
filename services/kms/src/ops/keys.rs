//! Keys as such.

use crate::api::*;
use crate::creation::{Choice, Wanted};
use crate::crypto::Material;
use crate::key::{EXTERNAL, Key};
use crate::names::{self, Forms};
use crate::state::{KEYS, KeyRow};
use crate::{errors, imports, key_policy, managed, material, paging, quota, tags};
use service::{Cx, Nothing, Result, View};

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html>
pub fn create_key(cx: &mut Cx, input: CreateKeyRequest, made: Option<Material>) -> Result<CreateKeyResponse> {
    let CreateKeyRequest {
        policy,
        description,
        key_usage,
        customer_master_key_spec,
        key_spec,
        origin,
        custom_key_store_id,
        bypass_policy_lockout_safety_check,
        tags,
        multi_region,
        xks_key_id,
    } = input;
    if custom_key_store_id.is_some() {
        return Err(errors::refuse("CustomKeyStoreId", cx));
    }
    if xks_key_id.is_some() {
        return Err(errors::refuse("XksKeyId", cx));
    }
    let choice = Choice {
        key_spec: key_spec.as_deref(),
        customer_master_key_spec: customer_master_key_spec.as_deref(),
        key_usage: key_usage.as_deref(),
        origin: origin.as_deref(),
    };
    let Wanted { spec, usage, origin } = choice.check(cx)?;
    quota::check(cx, cx.scope())?;
    let tags = tags::read(cx, tags.unwrap_or_default())?;
    let multi_region = multi_region.unwrap_or_default();
    let id = if multi_region { format!("mrk-{}", cx.entropy().uuid().replace('-', "")) } else { cx.entropy().uuid() };
    let row = KeyRow {
        id,
        created_at: cx.now(),
        description: description.unwrap_or_default(),
        spec: spec.name.to_owned(),
        usage: usage.to_owned(),
        origin: origin.to_owned(),
        enabled: made.is_some(),
        lacks_material: made.is_none(),
        tags,
        primary_region: if multi_region { cx.region().as_str().to_owned() } else { String::new() },
        ..KeyRow::default()
    };
    let mut key = Key { scope: cx.scope(), row };
    set_policy(cx, &mut key, policy, bypass_policy_lockout_safety_check)?;
    if let Some(made) = made {
        let first = material::row(cx, &key.row.id, &made, 1);
        key.row.material.clone_from(&first.id);
        material::put(cx, key.scope, &key.row.id, &first)?;
    }
    key.save(cx)?;
    if origin == EXTERNAL {
        imports::make_seal(cx, &key)?;
    }
    Ok(CreateKeyResponse { key_metadata: Some(key.metadata()?) })
}

/// Gives a key that is being made its policy: the one that is given, or the default.
pub(crate) fn set_policy(view: &View, key: &mut Key, policy: Option<String>, bypass: Option<bool>) -> Result<()> {
    key.row.policy = match policy {
        Some(policy) => {
            key_policy::check(view, &policy)?;
            if bypass != Some(true) {
                key_policy::check_lockout(view, key, &policy)?;
            }
            policy
        }
        None => key_policy::default_policy(key.scope),
    };
    Ok(())
}

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html>
pub fn describe_key(cx: &mut Cx, input: DescribeKeyRequest, made: Material) -> Result<DescribeKeyResponse> {
    let DescribeKeyRequest { key_id, grant_tokens } = input;
    crate::grants::check_tokens(grant_tokens.as_ref())?;
    let asked = names::ask(cx, &key_id, Forms::Any)?;
    // Somebody else may have asked for it since this request was prepared.
    let key = match (asked.key, asked.alias) {
        (Some(key), _) => Some(key),
        (None, Some(alias)) => managed::create(cx, &alias, &made)?,
        (None, None) => None,
    };
    let key = key.ok_or_else(|| errors::no_such_alias(&asked.arn))?;
    Ok(DescribeKeyResponse { key_metadata: Some(described(cx, &key)?) })
}

/// What DescribeKey shows.
pub(crate) fn described(view: &View, key: &Key) -> Result<KeyMetadata> {
    let mut metadata = key.metadata()?;
    if key.row.origin == EXTERNAL && !key.row.lacks_material {
        let current = material::find(view, key, &key.row.material)?;
        metadata.valid_to = current.and_then(|row| row.valid_to);
        let model = if metadata.valid_to.is_some() { super::imports::EXPIRES } else { super::imports::STAYS };
        metadata.expiration_model = Some(model.to_owned());
    }
    Ok(metadata)
}

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeys.html>
pub fn list_keys(view: &View, input: ListKeysRequest) -> Result<ListKeysResponse> {
    let ListKeysRequest { limit, marker, resource_owners } = input;
    let page = paging::page(limit, marker.as_deref(), paging::USUAL)?;
    // Keys are not shared by Resource Access Manager here.
    let ours = resource_owners.is_none_or(|owners| owners.iter().any(|owner| owner == "SELF"));
    let (rows, next) = view.page(&KEYS, (), &page, |_| ours)?;
    let keys = rows.into_iter().map(|row| {
        let key = Key { scope: view.scope(), row };
        KeyListEntry { key_arn: Some(key.arn()), key_id: Some(key.row.id) }
    });
    Ok(ListKeysResponse {
        keys: Some(keys.collect()),
        truncated: Some(next.is_some()),
        next_marker: next.map(|token| token.encode()),
    })
}

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateKeyDescription.html>
pub fn update_key_description(cx: &mut Cx, input: UpdateKeyDescriptionRequest) -> Result<Nothing> {
    let UpdateKeyDescriptionRequest { key_id, description } = input;
    let mut key = names::key(cx, &key_id, Forms::Keys)?;
    key.check_not_pending_deletion()?;
    key.row.description = description;
    key.save(cx)?;
    Ok(Nothing {})
}
