//! MFA devices. Virtual ones show real one-time passwords; of hardware devices only their maker knows the seed.

use crate::api::{
    CreateVirtualMFADeviceRequest, CreateVirtualMFADeviceResponse, DeactivateMFADeviceRequest,
    DeleteVirtualMFADeviceRequest, EnableMFADeviceRequest, GetMFADeviceRequest, GetMFADeviceResponse,
    ListMFADevicesRequest, ListMFADevicesResponse, ListVirtualMFADevicesRequest, ListVirtualMFADevicesResponse,
    MFADevice, ResyncMFADeviceRequest, VirtualMFADevice,
};
use crate::entity;
use crate::hooks::DEVICE;
use crate::shown::{self, Detail};
use crate::state::{Core, DEVICES, DeviceRow, EnabledRow, OWNERS, SPENT_CODES, SpentCodeRow, USERS, UserRow};
use crate::subject::Subject;
use crate::{errors, names, paging, qr, tags, totp};
use service::{Bytes, Cx, Error, Nothing, Result, Scope, View};

/// How many devices a user may have.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
const DEVICES_PER_USER: usize = 8;
/// Bytes of a seed: 64 letters in base32.
const SEED: usize = 40;

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateVirtualMFADevice.html>
pub fn create_virtual_mfa_device(
    cx: &mut Cx,
    input: CreateVirtualMFADeviceRequest,
) -> Result<CreateVirtualMFADeviceResponse> {
    let CreateVirtualMFADeviceRequest { path, virtual_mfa_device_name: name, tags } = input;
    names::check_name("virtualMFADeviceName", &name, 226)?;
    let path = path.unwrap_or_else(|| "/".to_owned());
    names::check_path(&path)?;
    let tags = tags::given(cx.request(), tags)?;
    let serial = cx.arn("iam", format!("mfa{path}{name}")).to_string();
    if cx.has(&DEVICES, serial.as_str())? {
        return Err(errors::already("MFADevice entity at the same path and name already exists."));
    }
    let mut seed = [0; SEED];
    cx.entropy().secret(&mut seed);
    let core = Core { name: name.clone(), path, id: String::new(), created: cx.now().whole_secs(), tags };
    let device = DeviceRow { core, serial, seed: Bytes::copy_from_slice(&seed), drift: 0 };
    save(cx, &device)?;
    let secret = totp::base32(&seed);
    let account = cx.account();
    let url = format!(
        "otpauth://totp/Amazon%20Web%20Services:{name}@{account}?secret={secret}&issuer=Amazon%20Web%20Services"
    );
    Ok(CreateVirtualMFADeviceResponse {
        virtual_mfa_device: VirtualMFADevice {
            serial_number: device.serial,
            base32_string_seed: Some(secret.into()),
            qr_code_png: qr::png(&url).map(Bytes::from),
            tags: tags::some(&device.core.tags),
            ..VirtualMFADevice::default()
        },
    })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteVirtualMFADevice.html>
pub fn delete_virtual_mfa_device(cx: &mut Cx, input: DeleteVirtualMFADeviceRequest) -> Result<Nothing> {
    let DeleteVirtualMFADeviceRequest { serial_number } = input;
    let device = find(cx, &serial_number)?;
    if owner(cx, &serial_number)?.is_some() {
        return Err(errors::delete_conflict("MFA VirtualDevice in use. Must deactivate first."));
    }
    cx.delete(&DEVICES, device.serial.as_str())?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableMFADevice.html>
pub fn enable_mfa_device(cx: &mut Cx, input: EnableMFADeviceRequest) -> Result<Nothing> {
    let EnableMFADeviceRequest { user_name, serial_number, authentication_code1, authentication_code2 } = input;
    let mut user: UserRow = entity::find(cx, &user_name)?;
    let mut device = find(cx, &serial_number)?;
    if owner(cx, &serial_number)?.is_some() {
        return Err(errors::already("MFADevice entity already associated with a user."));
    }
    if user.mfa.len() >= DEVICES_PER_USER {
        return Err(errors::quota("MFADevicesPerUser", DEVICES_PER_USER));
    }
    synchronise(cx, &mut device, (&authentication_code1, &authentication_code2))?;
    user.mfa.push(EnabledRow { serial: serial_number, enabled: cx.now().whole_secs() });
    entity::save(cx, &user)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ResyncMFADevice.html>
pub fn resync_mfa_device(cx: &mut Cx, input: ResyncMFADeviceRequest) -> Result<Nothing> {
    let ResyncMFADeviceRequest { user_name, serial_number, authentication_code1, authentication_code2 } = input;
    let user: UserRow = entity::find(cx, &user_name)?;
    enabled(&user, &serial_number)?;
    let mut device = find(cx, &serial_number)?;
    synchronise(cx, &mut device, (&authentication_code1, &authentication_code2))?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeactivateMFADevice.html>
pub fn deactivate_mfa_device(cx: &mut Cx, input: DeactivateMFADeviceRequest) -> Result<Nothing> {
    let DeactivateMFADeviceRequest { user_name, serial_number } = input;
    let mut user = user_of(cx, user_name.as_deref(), &serial_number)?;
    enabled(&user, &serial_number)?;
    user.mfa.retain(|device| device.serial != serial_number);
    entity::save(cx, &user)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetMFADevice.html>
pub fn get_mfa_device(view: &View, input: GetMFADeviceRequest) -> Result<GetMFADeviceResponse> {
    let GetMFADeviceRequest { serial_number, user_name } = input;
    let user = match (user_name, owner(view, &serial_number)?) {
        (Some(name), _) => entity::find::<UserRow>(view, &name)?,
        (None, Some(user)) => user,
        (None, None) => return Err(no_such_device(&serial_number)),
    };
    let device = enabled(&user, &serial_number)?;
    Ok(GetMFADeviceResponse {
        user_name: Some(user.core.name.clone()),
        serial_number: device.serial.clone(),
        enable_date: Some(device.enabled),
        certifications: None,
    })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListMFADevices.html>
pub fn list_mfa_devices(view: &View, input: ListMFADevicesRequest) -> Result<ListMFADevicesResponse> {
    let ListMFADevicesRequest { user_name, marker, max_items } = input;
    let page = paging::asked(marker, max_items)?;
    let user = match Subject::of(view, user_name.as_deref())? {
        Subject::User(name) => entity::find(view, &name)?,
        Subject::Root => UserRow::default(),
    };
    let (devices, next) = paging::cut(user.mfa, &page, |device| device.serial.clone());
    let (is_truncated, marker) = paging::end(next);
    let shown = |device: EnabledRow| MFADevice {
        user_name: user.core.name.clone(),
        serial_number: device.serial,
        enable_date: device.enabled,
    };
    Ok(ListMFADevicesResponse { mfa_devices: devices.into_iter().map(shown).collect(), is_truncated, marker })
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListVirtualMFADevices.html>
pub fn list_virtual_mfa_devices(
    view: &View,
    input: ListVirtualMFADevicesRequest,
) -> Result<ListVirtualMFADevicesResponse> {
    let ListVirtualMFADevicesRequest { assignment_status, marker, max_items } = input;
    let page = paging::asked(marker, max_items)?;
    let mut devices = Vec::new();
    for device in view.rows(&DEVICES, ()) {
        let device = device?;
        let user = owner(view, &device.serial)?;
        let wanted = match assignment_status.as_deref() {
            Some("Assigned") => user.is_some(),
            Some("Unassigned") => user.is_none(),
            _ => true,
        };
        if wanted {
            devices.push((device, user));
        }
    }
    let (devices, next) = paging::cut(devices, &page, |(device, _)| device.serial.clone());
    let (is_truncated, marker) = paging::end(next);
    let shown = |(device, user): &(DeviceRow, Option<UserRow>)| VirtualMFADevice {
        serial_number: device.serial.clone(),
        user: user.as_ref().map(|user| shown::user(view, user, Detail::Full)),
        enable_date: user.as_ref().and_then(|user| Some(enabled(user, &device.serial).ok()?.enabled)),
        ..VirtualMFADevice::default()
    };
    Ok(ListVirtualMFADevicesResponse { virtual_mfa_devices: devices.iter().map(shown).collect(), is_truncated, marker })
}

pub(crate) fn find(view: &View, serial: &str) -> Result<DeviceRow> {
    view.get(&DEVICES, serial)?.ok_or_else(|| no_such_device(serial))
}

pub(crate) fn save(cx: &mut Cx, device: &DeviceRow) -> Result<()> {
    cx.put(&DEVICES, device.serial.as_str(), device)
}

/// Takes two codes that the device showed one after the other, which tell how its clock goes. They are used up by that.
fn synchronise(cx: &mut Cx, device: &mut DeviceRow, codes: (&str, &str)) -> Result<()> {
    let spent = spent(cx, cx.scope(), &device.serial)?;
    let pair = totp::pair(&device.seed, cx.now(), spent, codes).ok_or_else(wrong_codes)?;
    device.drift = pair.drift;
    save(cx, device)?;
    spend(cx, &device.serial, pair.step)
}

/// The step of the device's last code that was used, or one before all.
pub(crate) fn spent(view: &View, scope: Scope, serial: &str) -> Result<i64> {
    Ok(view.get_in(scope, &SPENT_CODES, serial)?.map_or(i64::MIN, |row| row.step))
}

/// Keeps that the codes of the device up to this step are used up.
pub(crate) fn spend(cx: &mut Cx, serial: &str, step: i64) -> Result<()> {
    cx.put(&SPENT_CODES, serial, &SpentCodeRow { step })
}

/// The user whose device it is.
fn owner(view: &View, serial: &str) -> Result<Option<UserRow>> {
    match view.get(&OWNERS, &(DEVICE.to_owned(), serial.to_owned()))? {
        Some(link) => view.get(&USERS, link.to.as_str()),
        None => Ok(None),
    }
}

fn user_of(view: &View, user_name: Option<&str>, serial: &str) -> Result<UserRow> {
    match Subject::of(view, user_name)? {
        Subject::User(name) => entity::find(view, &name),
        Subject::Root => Err(no_such_device(serial)),
    }
}

fn enabled<'u>(user: &'u UserRow, serial: &str) -> Result<&'u EnabledRow> {
    user.mfa.iter().find(|device| device.serial == serial).ok_or_else(|| no_such_device(serial))
}

fn no_such_device(serial: &str) -> Error {
    errors::not_found(format!("VirtualMFADevice with serial number {serial} doesn't exist."))
}

fn wrong_codes() -> Error {
    Error::new("InvalidAuthenticationCodeException", "Authentication code for device is not valid.")
}
