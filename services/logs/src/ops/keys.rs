//! The keys of log groups.
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html>

use crate::address::{self, group};
use crate::api::*;
use crate::errors;
use crate::peers::GenerateDataKeyWithoutPlaintext;
use crate::state::GROUPS;
use service::{As, Cx, Error, IndexMap, Nothing, Result};

/// The key, if CloudWatch Logs may use it for a group.
///
/// # Errors
/// `InvalidParameterException` where there is no such key or it is disabled, `AccessDeniedException` where its policy says
/// no.
pub(crate) fn fit(cx: &mut Cx, group: &str, key: String) -> Result<String> {
    // https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_AssociateKmsKey.html
    if !key.starts_with("arn:") {
        return Err(errors::invalid(format!("The specified KMS key ID '{key}' must be the ARN of a key.")));
    }
    let arn = address::group_arn(cx, group);
    let context = IndexMap::from_iter([("aws:logs:arn".to_owned(), arn.clone())]);
    let call = GenerateDataKeyWithoutPlaintext {
        key_id: key.clone(),
        key_spec: Some("AES_256".to_owned()),
        encryption_context: Some(context),
    };
    let by = As::service(&arn.parse().map_err(Error::internal)?);
    let text = format!("The specified KMS key does not exist or is not allowed to be used with Arn '{arn}'");
    match cx.call(&by, &call) {
        Ok(_) => Ok(key),
        Err(error) if error.code() == "NotImplemented" => Err(error),
        Err(error) if error.code().starts_with("AccessDenied") => Err(Error::new("AccessDeniedException", text)),
        Err(_) => Err(errors::invalid(text)),
    }
}

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_AssociateKmsKey.html>
pub fn associate_kms_key(cx: &mut Cx, input: AssociateKmsKeyRequest) -> Result<Nothing> {
    let AssociateKmsKeyRequest { log_group_name, kms_key_id, resource_identifier } = input;
    let name = address::named(cx, log_group_name.as_deref(), resource_identifier.as_deref())?;
    let mut row = group(cx, name)?;
    row.kms_key_id = Some(fit(cx, name, kms_key_id)?);
    cx.put(&GROUPS, name, &row)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DisassociateKmsKey.html>
pub fn disassociate_kms_key(cx: &mut Cx, input: DisassociateKmsKeyRequest) -> Result<Nothing> {
    let DisassociateKmsKeyRequest { log_group_name, resource_identifier } = input;
    let name = address::named(cx, log_group_name.as_deref(), resource_identifier.as_deref())?;
    let mut row = group(cx, name)?;
    row.kms_key_id = None;
    cx.put(&GROUPS, name, &row)?;
    Ok(Nothing {})
}
