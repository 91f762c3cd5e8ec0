//! Devices that ask to be let in (RFC 8628).

use crate::api::{StartDeviceAuthorizationRequest, StartDeviceAuthorizationResponse};
use crate::clients::{self, DEVICE_CODE};
use crate::state::{DEVICES, DeviceRow, LinkRow, USER_CODES};
use crate::{devices, errors, expiry};
use service::{Cx, Duration, Result};
use sso::place;
use sso::session::{hashed, secret_text};

/// For how long a device may wait for an answer.
const LIFE: Duration = Duration::from_secs(600);
/// For how long it is then told that it has waited too long.
const REMEMBERED: Duration = Duration::from_secs(86_400);
/// How often it may ask, in seconds.
const INTERVAL: i64 = 1;

/// <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_StartDeviceAuthorization.html>
pub fn start_device_authorization(
    cx: &mut Cx,
    input: StartDeviceAuthorizationRequest,
) -> Result<StartDeviceAuthorizationResponse> {
    let StartDeviceAuthorizationRequest { client_id, client_secret, start_url } = input;
    let client = clients::proven(cx, &client_id, &client_secret)?;
    clients::check_grant(&client, DEVICE_CODE)?;
    let found = place::of_start_url(cx, &start_url)?;
    let (_, instance) = found.ok_or_else(|| errors::invalid_request("Invalid start URL provided"))?;
    let (device_code, user_code) = (secret_text(), devices::user_code(cx));
    let until = cx.now().whole_secs().after(LIFE);
    let key = hashed(&device_code);
    let row = DeviceRow {
        user_code: user_code.clone(),
        client: client.id,
        instance,
        until,
        user: String::new(),
        refused: false,
    };
    cx.put(&USER_CODES, user_code.as_str(), &LinkRow { key: key.clone() })?;
    cx.put(&DEVICES, key.as_str(), &row)?;
    expiry::at(cx, ("device", &key), until.after(REMEMBERED))?;
    let page = format!("{}/_sso/device", cx.request().base_url);
    Ok(StartDeviceAuthorizationResponse {
        device_code: Some(device_code),
        verification_uri_complete: Some(format!("{page}?user_code={user_code}")),
        user_code: Some(user_code),
        verification_uri: Some(page),
        expires_in: Some(i64::try_from(LIFE.as_secs()).unwrap_or_default()),
        interval: Some(INTERVAL),
    })
}
