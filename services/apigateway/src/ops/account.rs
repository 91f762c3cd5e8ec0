//! What holds for all APIs of an account's region.

use crate::api::*;
use crate::patch::{self, Kind, Place};
use crate::rest_api::{packed, unpacked};
use crate::state::{ACCOUNT, PartRow};
use crate::{errors, logs};
use service::{Cx, Result, View};

const PLACES: &[Place] = &[
    ("/cloudwatchRoleArn", &["add", "remove", "replace"], Kind::Text),
    ("/features", &["add", "remove"], Kind::Texts),
];
/// What every account has by now.
const USAGE_PLANS: &str = "UsagePlans";

/// Requests a second, and at once, of all APIs together.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>
const USUAL: (f64, i64) = (10_000.0, 5_000);

/// The account's settings.
pub(crate) fn read(view: &View) -> Result<Account> {
    if let Some(row) = view.get(&ACCOUNT, "account")? {
        return unpacked(&row.settings);
    }
    let (rate_limit, burst_limit) = (Some(USUAL.0), Some(USUAL.1));
    Ok(Account {
        throttle_settings: Some(ThrottleSettings { burst_limit, rate_limit }),
        features: Some(vec![USAGE_PLANS.to_owned()]),
        api_key_version: Some("4".to_owned()),
        ..Account::default()
    })
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetAccount.html>
pub fn get_account(view: &View, input: GetAccountRequest) -> Result<Account> {
    let GetAccountRequest {} = input;
    read(view)
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateAccount.html>
pub fn update_account(cx: &mut Cx, input: UpdateAccountRequest) -> Result<Account> {
    let UpdateAccountRequest { patch_operations } = input;
    let mut account = read(cx)?;
    patch::apply(&mut account, patch_operations, PLACES)?;
    match account.features.as_deref() {
        Some([only]) if only == USAGE_PLANS => {}
        Some([]) | None => return Err(errors::bad_request("Usage Plans cannot be disabled once enabled")),
        Some(_) => return Err(errors::bad_request("Invalid feature specified. Valid options are UsagePlans")),
    }
    account.cloudwatch_role_arn = account.cloudwatch_role_arn.filter(|role| !role.is_empty());
    if let Some(role) = &account.cloudwatch_role_arn {
        logs::check_role(cx, role)?;
    }
    let row = PartRow { name: "account".to_owned(), settings: packed(&account) };
    cx.put(&ACCOUNT, "account", &row)?;
    Ok(account)
}

/// The role that writes logs, without which no stage may have any.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html>
pub(crate) fn logging_role(view: &View) -> Result<String> {
    let text = "CloudWatch Logs role ARN must be set in account settings to enable logging";
    read(view)?.cloudwatch_role_arn.ok_or_else(|| errors::bad_request(text))
}
