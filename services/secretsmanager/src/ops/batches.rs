//! Several values at a time.

use crate::address::Address;
use crate::api::*;
use crate::ops::{listings, values};
use crate::{access, errors, paging};
use service::{Cx, Result};

/// <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html>
pub fn batch_get_secret_value(cx: &mut Cx, input: BatchGetSecretValueRequest) -> Result<BatchGetSecretValueResponse> {
    let BatchGetSecretValueRequest { secret_id_list, filters, max_results, next_token } = input;
    let (ids, next_token) = match (secret_id_list, filters) {
        (Some(ids), None) if max_results.is_none() => (ids, None),
        (Some(_), None) => {
            let text = "'Filters' not specified. 'Filters' must also be specified when 'MaxResults' is provided.";
            return Err(errors::invalid(text));
        }
        (None, Some(filters)) => {
            let found = listings::found(cx, &filters, false)?;
            let found = found.into_iter().map(|secret| (secret.name.clone(), secret.name)).collect();
            let limit = max_results.and_then(|most| usize::try_from(most).ok()).unwrap_or(20);
            paging::page(found, next_token, limit)?
        }
        _ => return Err(errors::invalid("Either 'SecretIdList' or 'Filters' must be provided, but not both.")),
    };
    let (mut found, mut failed) = (Vec::new(), Vec::new());
    for id in ids {
        match one(cx, &id) {
            Ok(value) => found.push(value),
            Err(error) if error.is_receiver_fault() => return Err(error),
            Err(error) => failed.push(APIErrorType {
                secret_id: Some(id),
                error_code: Some(error.code().to_owned()),
                message: Some(error.message().to_owned()),
            }),
        }
    }
    Ok(BatchGetSecretValueResponse {
        secret_values: Some(found),
        next_token,
        errors: Some(failed).filter(|failed| !failed.is_empty()),
    })
}

/// Each secret needs the permission to get its value.
fn one(cx: &mut Cx, id: &str) -> Result<SecretValueEntry> {
    let address = Address::of(cx, id);
    let check = access::on_secret(cx, "secretsmanager:GetSecretValue", id)?;
    let check = check.key("secretsmanager:VersionStage", crate::stages::CURRENT);
    let caller = cx.caller().clone();
    cx.may(&caller, &check)?;
    let secret = address.find(cx)?.ok_or_else(errors::not_found)?;
    values::value(cx, (&address, &secret), (None, None))
}
