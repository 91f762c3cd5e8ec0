//! What an account has and may have.

use crate::api::*;
use crate::invoking::{CONCURRENCY, reserved};
use crate::state::{FUNCTIONS, VERSIONS};
use service::{Result, View};

/// <https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html>
pub fn get_account_settings(view: &View, input: GetAccountSettingsRequest) -> Result<GetAccountSettingsResponse> {
    let GetAccountSettingsRequest {} = input;
    let (mut count, mut bytes) = (0, 0);
    for function in view.rows(&FUNCTIONS, ()) {
        count += 1;
        bytes += function?.latest.code_size;
    }
    for version in view.rows(&VERSIONS, ()) {
        bytes += version?.config.code_size;
    }
    Ok(GetAccountSettingsResponse {
        // https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
        account_limit: Some(AccountLimit {
            total_code_size: Some(80_530_636_800),
            code_size_unzipped: Some(262_144_000),
            code_size_zipped: Some(52_428_800),
            concurrent_executions: Some(CONCURRENCY),
            unreserved_concurrent_executions: Some(CONCURRENCY - reserved(view)?),
        }),
        account_usage: Some(AccountUsage { total_code_size: Some(bytes), function_count: Some(count) }),
    })
}
