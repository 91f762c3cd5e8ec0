//! Values of secrets.

use crate::address::{self, Address};
use crate::api::*;
use crate::sealing::{self, Content};
use crate::stages::{self, CURRENT};
use crate::state::{READ, Read, SECRETS, Secret, VERSIONS, Version};
use crate::{errors, peers};
use service::{Bytes, Cx, Result, Timestamp, View};

/// "20 staging labels": <https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html>
const MOST_STAGES: usize = 20;

/// What a request gives as the value.
pub(crate) struct Given;

impl Given {
    /// The value, if there is one; not both kinds.
    pub(crate) fn of(text: Option<String>, binary: Option<Bytes>) -> Result<Option<Content>> {
        match (text, binary) {
            (Some(_), Some(_)) => Err(errors::invalid(
                "You can't specify both a binary secret value and a string secret value in the same secret.",
            )),
            (Some(text), None) => Ok(Some(Content::Text(text))),
            (None, Some(bytes)) => Ok(Some(Content::Binary(bytes))),
            (None, None) => Ok(None),
        }
    }
}

/// A version of a secret of one's own.
pub(crate) fn find_version(view: &View, secret: &Secret, id: &str) -> Result<Option<Version>> {
    view.get(&VERSIONS, &(secret.name.clone(), id.to_owned()))
}

/// Makes a version with these labels and gives its id. The same token with the same value is the same version.
pub(crate) fn put(
    cx: &mut Cx,
    secret: &Secret,
    content: Content,
    (token, labels): (Option<String>, Vec<String>),
) -> Result<String> {
    let arn = address::arn(cx.scope(), secret);
    let id = token.unwrap_or_else(|| cx.entropy().uuid());
    if let Some(known) = find_version(cx, secret, &id)? {
        if sealing::open(cx, &arn, &known)? == content {
            return Ok(id);
        }
        return Err(errors::exists(format!(
            "You can't use ClientRequestToken {id} because that value is already in use for a version of secret {arn}."
        )));
    }
    let mut version = Version { id: id.clone(), created_at: cx.now(), ..Version::default() };
    sealing::seal(cx, &arn, &mut version, (secret.kms_key_id.as_deref(), &content))?;
    let mut versions = stages::versions(cx, secret)?;
    // "If this operation creates the first version for the secret, then Secrets Manager automatically attaches the staging
    // label AWSCURRENT to it."
    let first = versions.is_empty().then(|| CURRENT.to_owned());
    versions.push(version);
    for label in labels.iter().chain(&first) {
        stages::take(&mut versions, label, &id);
    }
    stages::put(cx, secret, &versions)?;
    stages::prune(cx, secret)?;
    Ok(id)
}

/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html>
pub fn put_secret_value(cx: &mut Cx, input: PutSecretValueRequest) -> Result<PutSecretValueResponse> {
    let PutSecretValueRequest {
        secret_id,
        client_request_token,
        secret_binary,
        secret_string,
        version_stages,
        rotation_token,
    } = input;
    if rotation_token.is_some() {
        return Err(errors::refuse("RotationToken"));
    }
    let content = Given::of(secret_string, secret_binary)?;
    let content = content.ok_or_else(|| errors::refused("You must provide either SecretString or SecretBinary."))?;
    let mut secret = address::live(cx, &secret_id)?;
    let labels = version_stages.unwrap_or_else(|| vec![CURRENT.to_owned()]);
    if labels.len() > MOST_STAGES {
        return Err(errors::limit("A version can have at most 20 staging labels."));
    }
    let id = put(cx, &secret, content, (client_request_token, labels))?;
    secret.changed_at = cx.now();
    cx.put(&SECRETS, &secret.name.clone(), &secret)?;
    let version = find_version(cx, &secret, &id)?.unwrap_or_default();
    Ok(PutSecretValueResponse {
        arn: Some(address::arn(cx.scope(), &secret)),
        name: Some(secret.name),
        version_id: Some(id),
        version_stages: Some(version.stages),
    })
}

/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html>
pub fn get_secret_value(cx: &mut Cx, input: GetSecretValueRequest) -> Result<GetSecretValueResponse> {
    let GetSecretValueRequest { secret_id, version_id, version_stage } = input;
    let (address, secret) = address::readable(cx, &secret_id)?;
    let value = value(cx, (&address, &secret), (version_id.as_deref(), version_stage.as_deref()))?;
    Ok(GetSecretValueResponse {
        arn: value.arn,
        name: value.name,
        version_id: value.version_id,
        secret_binary: value.secret_binary,
        secret_string: value.secret_string,
        version_stages: value.version_stages,
        created_date: value.created_date,
    })
}

/// The value of one version of a secret.
pub(crate) fn value(
    cx: &mut Cx,
    (address, secret): (&Address, &Secret),
    (id, stage): (Option<&str>, Option<&str>),
) -> Result<SecretValueEntry> {
    if secret.deleted_on.is_some() {
        return Err(errors::marked_for_deletion());
    }
    let version = wanted(&cx.elsewhere(address.scope)?, secret, (id, stage))?;
    if !address.is_own(cx) && secret.kms_key_id.is_none() {
        return Err(errors::refused(format!(
            "You can't access a secret from a different AWS account if you encrypt the secret with the default KMS service key {}.",
            peers::OWN_KEY
        )));
    }
    let arn = address::arn(address.scope, secret);
    let content = sealing::open(cx, &arn, &version)?;
    if address.is_own(cx) {
        note_read(cx, secret)?;
    }
    let (secret_string, secret_binary) = match content {
        Content::Text(text) => (Some(text), None),
        Content::Binary(bytes) => (None, Some(bytes)),
    };
    Ok(SecretValueEntry {
        arn: Some(arn),
        name: Some(secret.name.clone()),
        version_id: Some(version.id),
        secret_binary,
        secret_string,
        version_stages: Some(version.stages),
        created_date: Some(version.created_at),
    })
}

fn wanted(view: &View, secret: &Secret, (id, stage): (Option<&str>, Option<&str>)) -> Result<Version> {
    if let Some(id) = id {
        let version = find_version(view, secret, id)?.ok_or_else(|| errors::value_not_found("VersionId", id))?;
        if stage.is_some_and(|stage| !stages::has(&version, stage)) {
            let text = "You provided a VersionStage that is not associated to the provided VersionId.";
            return Err(errors::refused(text));
        }
        return Ok(version);
    }
    let stage = stage.unwrap_or(CURRENT);
    let found = stages::versions(view, secret)?.into_iter().find(|version| stages::has(version, stage));
    found.ok_or_else(|| errors::value_not_found("staging label", stage))
}

/// "The last date that this secret was accessed ... truncated to midnight of the date".
fn note_read(cx: &mut Cx, secret: &Secret) -> Result<()> {
    const DAY: i64 = 86_400;
    let midnight = cx.now().secs().div_euclid(DAY) * DAY;
    let day = Timestamp::from_secs_f64(midnight as f64).unwrap_or_default();
    if cx.get(&READ, &secret.name)?.is_none_or(|read| read.day != day) {
        cx.put(&READ, &secret.name.clone(), &Read { day })?;
    }
    Ok(())
}
