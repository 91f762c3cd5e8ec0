//! How documents are encrypted.

use crate::api::*;
use crate::errors;
use crate::state::{ENCRYPTION, Encryption};
use service::{Cx, Result, Value, View};

fn shown(row: Encryption) -> EncryptionConfig {
    EncryptionConfig {
        type_: Some(if row.key.is_some() { "KMS" } else { "NONE" }.to_owned()),
        key_id: row.key,
        status: Some("ACTIVE".to_owned()),
    }
}

/// <https://docs.aws.amazon.com/xray/latest/api/API_GetEncryptionConfig.html>
pub fn get_encryption_config(view: &View, input: GetEncryptionConfigRequest) -> Result<GetEncryptionConfigResult> {
    let GetEncryptionConfigRequest {} = input;
    let row = view.get(&ENCRYPTION, "")?.unwrap_or_default();
    Ok(GetEncryptionConfigResult { encryption_config: Some(shown(row)) })
}

/// <https://docs.aws.amazon.com/xray/latest/api/API_PutEncryptionConfig.html>
pub fn put_encryption_config(cx: &mut Cx, input: PutEncryptionConfigRequest) -> Result<PutEncryptionConfigResult> {
    let PutEncryptionConfigRequest { key_id, type_ } = input;
    let row = match (type_.as_str(), key_id) {
        ("KMS", Some(key)) => Encryption { key: Some(key_arn(cx, &key)?) },
        ("KMS", None) => return Err(errors::invalid("KeyId is required for encryption of type KMS.")),
        (_, Some(_)) => return Err(errors::invalid("KeyId must be omitted for encryption of type NONE.")),
        (_, None) => Encryption::default(),
    };
    cx.put(&ENCRYPTION, "", &row)?;
    Ok(PutEncryptionConfigResult { encryption_config: Some(shown(row)) })
}

/// The ARN of a key that is there and can be used.
fn key_arn(view: &View, key: &str) -> Result<String> {
    let input = Value::map([("KeyId", key.into())]);
    let found = view.peer("kms", "DescribeKey", input).map_err(|error| errors::invalid(error.message().to_owned()))?;
    let of = |name: &str| found.get("KeyMetadata").and_then(|metadata| metadata.get(name)?.as_str());
    match (of("KeyState"), of("Arn")) {
        (Some("Enabled"), Some(arn)) => Ok(arn.to_owned()),
        _ => Err(errors::invalid("The KMS key is not enabled.")),
    }
}
