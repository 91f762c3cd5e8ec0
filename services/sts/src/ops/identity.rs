//! Who signs.

use crate::api::{
    GetAccessKeyInfoRequest, GetAccessKeyInfoResponse, GetCallerIdentityRequest, GetCallerIdentityResponse,
};
use crate::errors;
use service::key_id;
use service::{Result, View};

/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>
pub fn get_caller_identity(view: &View, input: GetCallerIdentityRequest) -> Result<GetCallerIdentityResponse> {
    let GetCallerIdentityRequest {} = input;
    let caller = view.caller();
    Ok(GetCallerIdentityResponse {
        user_id: Some(caller.user_id.clone()),
        account: Some(caller.account.to_string()),
        arn: Some(caller.arn.clone()),
    })
}

/// The id itself tells the account, whether the key exists or not.
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html>
pub fn get_access_key_info(_: &View, input: GetAccessKeyInfoRequest) -> Result<GetAccessKeyInfoResponse> {
    let GetAccessKeyInfoRequest { access_key_id } = input;
    let account = key_id::account_of(&access_key_id);
    let account = account.ok_or_else(|| errors::validation(format!("{access_key_id} is invalid")))?;
    Ok(GetAccessKeyInfoResponse { account: Some(account.to_string()) })
}
