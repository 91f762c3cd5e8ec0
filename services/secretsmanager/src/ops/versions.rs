//! Versions of secrets and their staging labels.

use crate::api::*;
use crate::stages::{self, CURRENT};
use crate::state::{SECRETS, Version};
use crate::{address, errors, paging};
use service::{Cx, Result, View};

/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecretVersionIds.html>
pub fn list_secret_version_ids(
    view: &View,
    input: ListSecretVersionIdsRequest,
) -> Result<ListSecretVersionIdsResponse> {
    let ListSecretVersionIdsRequest { secret_id, max_results, next_token, include_deprecated } = input;
    let (address, secret) = address::readable(view, &secret_id)?;
    let deprecated = include_deprecated.unwrap_or(false);
    let versions = stages::versions(&view.elsewhere(address.scope)?, &secret)?.into_iter();
    let versions = versions.filter(|version| deprecated || !version.stages.is_empty());
    let marked = versions.map(|version| (format!("{:020}/{}", version.created_at.0, version.id), version)).collect();
    let limit = max_results.and_then(|most| usize::try_from(most).ok()).unwrap_or(100);
    let (page, next_token) = paging::page(marked, next_token, limit)?;
    let shown = |version: Version| SecretVersionsListEntry {
        version_id: Some(version.id),
        version_stages: Some(version.stages).filter(|stages| !stages.is_empty()),
        last_accessed_date: None,
        created_date: Some(version.created_at),
        kms_key_ids: Some(vec![match secret.kms_key_id {
            Some(_) => version.kms_key_id,
            None => "DefaultEncryptionKey".to_owned(),
        }]),
    };
    Ok(ListSecretVersionIdsResponse {
        versions: Some(page.into_iter().map(shown).collect()),
        next_token,
        arn: Some(address::arn(address.scope, &secret)),
        name: Some(secret.name),
    })
}

/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html>
pub fn update_secret_version_stage(
    cx: &mut Cx,
    input: UpdateSecretVersionStageRequest,
) -> Result<UpdateSecretVersionStageResponse> {
    let UpdateSecretVersionStageRequest { secret_id, version_stage, remove_from_version_id, move_to_version_id } =
        input;
    let mut secret = address::live(cx, &secret_id)?;
    let mut versions = stages::versions(cx, &secret)?;
    let there = |id: &Option<String>| id.as_ref().is_none_or(|id| versions.iter().any(|version| version.id == *id));
    for id in [&remove_from_version_id, &move_to_version_id] {
        if !there(id) {
            return Err(errors::value_not_found("VersionId", id.as_deref().unwrap_or_default()));
        }
    }
    let holder = versions.iter().find(|version| stages::has(version, &version_stage)).map(|version| version.id.clone());
    check_move(&version_stage, holder.as_deref(), (&remove_from_version_id, &move_to_version_id))?;
    match &move_to_version_id {
        Some(id) => stages::take(&mut versions, &version_stage, id),
        None => versions.iter_mut().for_each(|version| version.stages.retain(|stage| *stage != version_stage)),
    }
    stages::put(cx, &secret, &versions)?;
    secret.changed_at = cx.now();
    cx.put(&SECRETS, &secret.name.clone(), &secret)?;
    Ok(UpdateSecretVersionStageResponse { arn: Some(address::arn(cx.scope(), &secret)), name: Some(secret.name) })
}

/// "If the staging label is currently attached to a different version of the secret, then you must also specify the
/// RemoveFromVersionId parameter", and AWSCURRENT can only be moved.
fn check_move(stage: &str, holder: Option<&str>, (from, to): (&Option<String>, &Option<String>)) -> Result<()> {
    match (holder, from) {
        (Some(holder), None) if to.as_deref() != Some(holder) => Err(errors::invalid(format!(
            "The parameter RemoveFromVersionId can't be empty. Staging label {stage} is currently attached to version {holder}, so \
             you must explicitly reference that version in RemoveFromVersionId."
        ))),
        (holder, Some(from)) if holder != Some(from.as_str()) => Err(errors::invalid(format!(
            "The parameter RemoveFromVersionId value is incorrect. Staging label {stage} is not attached to version {from}."
        ))),
        _ if to.is_none() && stage == CURRENT => Err(errors::invalid(
            "You can only move staging label AWSCURRENT to a different secret version. It can't be completely removed.",
        )),
        _ => Ok(()),
    }
}
