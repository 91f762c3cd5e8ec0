//! One-time passwords in requests.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html>

use crate::{errors, peers};
use service::{CallerKind, Result, View};

/// Whether the request proves that its user holds the device.
///
/// # Errors
/// `AccessDenied` if it tries and fails.
pub fn proven(view: &View, serial: Option<&str>, code: Option<&str>) -> Result<bool> {
    let (serial, code) = match (serial, code) {
        (None, None) => return Ok(false),
        (Some(serial), Some(code)) => (serial, code),
        _ => {
            return Err(errors::access_denied(
                "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.",
            ));
        }
    };
    let caller = view.caller();
    if caller.kind != CallerKind::User || !peers::has_device(view, caller, serial)? {
        return Err(errors::access_denied(
            "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is \
             valid and associated with this user.",
        ));
    }
    if !view.one_time_password(serial, code)? {
        return Err(errors::access_denied("MultiFactorAuthentication failed with invalid MFA one time pass code. "));
    }
    Ok(true)
}
