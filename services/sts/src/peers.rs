//! All that STS asks of other services: roles, devices, policies and identity providers are IAM's.

use crate::role_arn::RoleArn;
use percent_encoding::percent_decode_str;
use service::{AccountId, Caller, Error, IndexMap, Region, Result, Scope, Value, View};

/// A role as IAM tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct Role {
    /// `AROA…`
    pub id: String,
    /// The trust policy, as JSON.
    pub trust: String,
    /// `MaxSessionDuration`, in seconds.
    pub most_seconds: i64,
    /// Its tags.
    pub tags: Vec<(String, String)>,
}

/// The role with this ARN; `None` if there is none, or one of the name under another path.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html>
pub fn role(view: &View, wanted: &RoleArn) -> Result<Option<Role>> {
    let Some(found) = iam(view, wanted.account, "GetRole", ("RoleName", &wanted.name))? else { return Ok(None) };
    let role = found.get("Role").unwrap_or(&Value::Null);
    if text(role, "Arn") != wanted.arn {
        return Ok(None);
    }
    let trust = percent_decode_str(text(role, "AssumeRolePolicyDocument")).decode_utf8().map_err(Error::internal)?;
    let tags = role.get("Tags").and_then(Value::as_list).unwrap_or_default();
    Ok(Some(Role {
        id: text(role, "RoleId").to_owned(),
        trust: trust.into_owned(),
        most_seconds: role.get("MaxSessionDuration").and_then(Value::as_int).unwrap_or(3600),
        tags: tags.iter().map(|tag| (text(tag, "Key").to_owned(), text(tag, "Value").to_owned())).collect(),
    }))
}

/// Whether a user has the MFA device with this serial number.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListMFADevices.html>
pub fn has_device(view: &View, user: &Caller, serial: &str) -> Result<bool> {
    let found = iam(view, user.account, "ListMFADevices", ("UserName", &user.name))?;
    let devices = found.as_ref().and_then(|found| found.get("MFADevices")?.as_list()).unwrap_or_default();
    Ok(devices.iter().any(|device| text(device, "SerialNumber") == serial))
}

/// Whether an account can use the managed policy with this ARN.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicy.html>
pub fn has_policy(view: &View, account: AccountId, arn: &str) -> Result<bool> {
    Ok(iam(view, account, "GetPolicy", ("PolicyArn", arn))?.is_some())
}

/// The client ids of the OpenID Connect provider with this ARN; `None` if there is none.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOpenIDConnectProvider.html>
pub fn client_ids(view: &View, account: AccountId, arn: &str) -> Result<Option<Vec<String>>> {
    let found = iam(view, account, "GetOpenIDConnectProvider", ("OpenIDConnectProviderArn", arn))?;
    Ok(found.map(|found| {
        let ids = found.get("ClientIDList").and_then(Value::as_list).unwrap_or_default();
        ids.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    }))
}

/// A reading operation of IAM in an account; `None` for what is not there.
fn iam(view: &View, account: AccountId, operation: &str, (member, value): (&str, &str)) -> Result<Option<Value>> {
    let input = IndexMap::from_iter([(member.to_owned(), Value::from(value.to_owned()))]);
    match view.peer_in(Scope::new(account, Region::GLOBAL), "iam", operation, Value::Map(input)) {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.code().starts_with("NoSuchEntity") => Ok(None),
        Err(error) => Err(error),
    }
}

fn text<'v>(value: &'v Value, member: &str) -> &'v str {
    value.get(member).and_then(Value::as_str).unwrap_or_default()
}
