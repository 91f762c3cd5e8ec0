//! All that STS asks of other services: roles, devices, policies and identity providers are IAM's.

use crate::role_arn::RoleArn;
use percent_encoding::percent_decode_str;
use service::{AccountId, Caller, CallerKind, Error, IndexMap, Result, Timestamp, Value, View};

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

/// A SAML provider as IAM tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct SamlProvider {
    /// Its metadata, XML.
    pub metadata: String,
    /// Until when it may be used.
    pub valid_until: Option<Timestamp>,
}

/// The SAML provider with this ARN; `None` if there is none.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetSAMLProvider.html>
pub fn saml_provider(view: &View, account: AccountId, arn: &str) -> Result<Option<SamlProvider>> {
    let found = iam(view, account, "GetSAMLProvider", ("SAMLProviderArn", arn))?;
    Ok(found.map(|found| SamlProvider {
        metadata: text(&found, "SAMLMetadataDocument").to_owned(),
        valid_until: match found.get("ValidUntil") {
            Some(Value::Time(until)) => Some(*until),
            _ => None,
        },
    }))
}

/// The issuer of an account's tokens for others; `None` while outbound identity federation is not enabled.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOutboundWebIdentityFederationInfo.html>
pub fn outbound_issuer(view: &View, account: AccountId) -> Result<Option<String>> {
    let scope = view.scope().home_of(account);
    match view.peer_in(scope, "iam", "GetOutboundWebIdentityFederationInfo", Value::Map(IndexMap::new())) {
        Ok(found) => Ok(Some(text(&found, "IssuerIdentifier").to_owned()).filter(|issuer| !issuer.is_empty())),
        Err(error) if error.code().starts_with("FeatureDisabled") => Ok(None),
        Err(error) => Err(error),
    }
}

/// What an account's organisation has enabled for the root users of its members; nothing where the account does not administer them.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOrganizationsFeatures.html>
pub fn root_features(view: &View, account: AccountId) -> Result<Vec<String>> {
    let scope = view.scope().home_of(account);
    match view.peer_in(scope, "iam", "ListOrganizationsFeatures", Value::Map(IndexMap::new())) {
        Ok(found) => {
            let features = found.get("EnabledFeatures").and_then(Value::as_list).unwrap_or_default();
            Ok(features.iter().filter_map(Value::as_str).map(str::to_owned).collect())
        }
        Err(error) if NOT_AN_ADMINISTRATOR.iter().any(|code| error.code().starts_with(code)) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

const NOT_AN_ADMINISTRATOR: [&str; 3] =
    ["OrganizationNotFound", "ServiceAccessNotEnabled", "AccountNotManagementOrDelegatedAdministrator"];

/// The tags of a user or role, by its name.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html>
pub fn tags(view: &View, caller: &Caller) -> Result<Vec<(String, String)>> {
    let (operation, member, shown) = match caller.kind {
        CallerKind::User => ("GetUser", "UserName", "User"),
        CallerKind::AssumedRole => ("GetRole", "RoleName", "Role"),
        _ => return Ok(Vec::new()),
    };
    let found = iam(view, caller.account, operation, (member, &caller.name))?;
    let tags = found.as_ref().and_then(|found| found.get(shown)?.get("Tags")?.as_list()).unwrap_or_default();
    Ok(tags.iter().map(|tag| (text(tag, "Key").to_owned(), text(tag, "Value").to_owned())).collect())
}

/// A reading operation of IAM in an account; `None` for what is not there.
fn iam(view: &View, account: AccountId, operation: &str, (member, value): (&str, &str)) -> Result<Option<Value>> {
    let input = IndexMap::from_iter([(member.to_owned(), Value::from(value.to_owned()))]);
    match view.peer_in(view.scope().home_of(account), "iam", operation, Value::Map(input)) {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.code().starts_with("NoSuchEntity") => Ok(None),
        Err(error) => Err(error),
    }
}

fn text<'v>(value: &'v Value, member: &str) -> &'v str {
    value.get(member).and_then(Value::as_str).unwrap_or_default()
}
