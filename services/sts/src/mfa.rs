//! One-time passwords in requests.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html>

use crate::{errors, peers};
use service::{CallerKind, Cx, Error, Result, View};

/// Uses the code up that [`proven`] found right, so that nobody proves anything with it again.
///
/// # Errors
/// `AccessDenied` if it was used up meanwhile.
pub fn spend(cx: &mut Cx, serial: Option<&str>, code: Option<&str>) -> Result<()> {
    let (Some(serial), Some(code)) = (serial, code) else { return Ok(()) };
    if cx.spend_one_time_password(serial, code)? { Ok(()) } else { Err(wrong_code()) }
}

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
        return Err(wrong_code());
    }
    Ok(true)
}

fn wrong_code() -> Error {
    errors::access_denied("MultiFactorAuthentication failed with invalid MFA one time pass code. ")
}
