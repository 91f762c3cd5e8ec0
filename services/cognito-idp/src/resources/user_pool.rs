//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpool.html>

use super::GONE;
use service::resource::{Hand, Made, Resource, ResourceType, found, pick, tag_map, tags, text_at};
use service::{Error, Result, Value};

pub const TYPE: ResourceType = ResourceType {
    name: "AWS::Cognito::UserPool",
    schemas: &super::SCHEMAS,
    refused: &[
        "EmailAuthenticationMessage",
        "EmailAuthenticationSubject",
        "WebAuthnFactorConfiguration",
        "WebAuthnRelyingPartyID",
        "WebAuthnUserVerification",
    ],
    create,
    read,
    update,
    delete,
    list: Some(list),
};

/// Properties that operations have under the same names, and that can be changed.
const CHANGEABLE: [&str; 20] = [
    "AccountRecoverySetting",
    "AdminCreateUserConfig",
    "AutoVerifiedAttributes",
    "DeletionProtection",
    "DeviceConfiguration",
    "EmailConfiguration",
    "EmailVerificationMessage",
    "EmailVerificationSubject",
    "IssuerConfiguration",
    "KeyConfiguration",
    "LambdaConfig",
    "MfaConfiguration",
    "Policies",
    "SmsAuthenticationMessage",
    "SmsConfiguration",
    "SmsVerificationMessage",
    "UserAttributeUpdateSettings",
    "UserPoolAddOns",
    "UserPoolTier",
    "VerificationMessageTemplate",
];
/// Those that are given once for all.
const FIXED: [&str; 3] = ["AliasAttributes", "UsernameAttributes", "UsernameConfiguration"];
/// <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPool.html>
const LONGEST_NAME: usize = 128;
const CUSTOM: &str = "custom:";

fn of(id: &str) -> Value {
    Value::map([("UserPoolId", id.into())])
}

fn invalid(text: String) -> Error {
    Error::new("InvalidParameterException", format!("Invalid request provided: {text}"))
}

fn create(hand: &mut Hand, wanted: &Value) -> Result<Made> {
    let mut input = pick(wanted, &CHANGEABLE);
    input.extend(pick(wanted, &FIXED));
    input.extend(pick(wanted, &["Schema"]));
    input.push(("PoolName".to_owned(), hand.name(wanted, "UserPoolName", LONGEST_NAME).into()));
    input.push(("UserPoolTags".to_owned(), tag_map(&tags(wanted.get("UserPoolTags")))));
    let made = hand.call("CreateUserPool", Value::map(input))?;
    let id = text_at(&made, &["UserPool", "Id"]).unwrap_or_default().to_owned();
    hand.born(&id);
    set_factors(hand, &id, (&Value::Null, wanted))?;
    Ok(Made::of(id))
}

/// Sets which second factors there are, where a template names them in `EnabledMfas`.
fn set_factors(hand: &mut Hand, id: &str, (old, new): (&Value, &Value)) -> Result<()> {
    let member = |name: &str| Value::from(new.get(name).cloned());
    let names = ["EnabledMfas", "MfaConfiguration", "SmsAuthenticationMessage", "SmsConfiguration"];
    let named = old.get("EnabledMfas").is_some() || new.get("EnabledMfas").is_some();
    if !named || names.iter().all(|name| old.get(name) == new.get(name)) {
        return Ok(());
    }
    let mode = text_at(new, &["MfaConfiguration"]).unwrap_or("OFF");
    // A pool without second factors has none that could be enabled, whatever its template lists.
    let enabled = new.get("EnabledMfas").and_then(Value::as_list).filter(|_| mode != "OFF").unwrap_or_default();
    let has = |factor: &str| enabled.iter().any(|name| name.as_str() == Some(factor));
    let sms = Value::map([
        ("SmsAuthenticationMessage", member("SmsAuthenticationMessage")),
        ("SmsConfiguration", member("SmsConfiguration")),
    ]);
    let on = || Value::map([("Enabled", true.into())]);
    let input = Value::map([
        ("UserPoolId", id.into()),
        ("MfaConfiguration", mode.into()),
        ("SoftwareTokenMfaConfiguration", has("SOFTWARE_TOKEN_MFA").then(on).into()),
        ("SmsMfaConfiguration", has("SMS_MFA").then_some(sms).into()),
        ("EmailMfaConfiguration", has("EMAIL_OTP").then(|| Value::map::<&str>([])).into()),
    ]);
    hand.call("SetUserPoolMfaConfig", input).map(drop)
}

fn read(hand: &mut Hand, pool: &Resource<'_>) -> Result<Option<Value>> {
    let Some(answer) = found(hand.look("DescribeUserPool", of(pool.id)), GONE)? else { return Ok(None) };
    let seen = answer.get("UserPool").cloned().unwrap_or_default();
    let region = hand.region();
    let domain = region.partition().dns_suffix();
    let provider = format!("cognito-idp.{region}.{domain}/{}", pool.id);
    let mut out = pick(&seen, &CHANGEABLE);
    out.extend(pick(&seen, &FIXED));
    out.extend([
        ("UserPoolId".to_owned(), pool.id.into()),
        ("Arn".to_owned(), text_at(&seen, &["Arn"]).into()),
        ("ProviderURL".to_owned(), format!("https://{provider}").into()),
        ("ProviderName".to_owned(), provider.into()),
        ("UserPoolName".to_owned(), text_at(&seen, &["Name"]).into()),
        ("UserPoolTags".to_owned(), tag_map(&tags(seen.get("UserPoolTags")))),
        ("Schema".to_owned(), schema_seen(&seen, pool.properties)),
    ]);
    Ok(Some(Value::map(out)))
}

/// The attributes that a template names among those that the pool has; all that are the pool's own where none is known. Their
/// names stand in a pool with `custom:` before them.
fn schema_seen(seen: &Value, properties: &Value) -> Value {
    let known = attributes(properties);
    let all = seen.get("SchemaAttributes").and_then(Value::as_list).unwrap_or_default();
    let shown = all.iter().filter_map(|attribute| {
        let full = text_at(attribute, &["Name"])?;
        let name = full.trim_start_matches("dev:").trim_start_matches(CUSTOM);
        let named = known.iter().any(|known| text_at(known, &["Name"]) == Some(name));
        let is_own = named || (known.is_empty() && name != full);
        if !is_own {
            return None;
        }
        let mut members = attribute.as_map().cloned().unwrap_or_default();
        members.insert("Name".to_owned(), name.into());
        Some(Value::Map(members))
    });
    let shown: Vec<Value> = shown.collect();
    if shown.is_empty() { Value::Null } else { Value::List(shown) }
}

fn attributes(properties: &Value) -> &[Value] {
    properties.get("Schema").and_then(Value::as_list).unwrap_or_default()
}

fn update(hand: &mut Hand, pool: &Resource<'_>, wanted: &Value) -> Result<()> {
    let old = pool.properties;
    let differs = |name: &&&str| old.get(name) != wanted.get(name);
    if let Some(fixed) = FIXED.iter().find(differs) {
        return Err(invalid(format!("Updates are not allowed for property - {fixed}.")));
    }
    let (before, after) = (attributes(old), attributes(wanted));
    if before.iter().any(|attribute| !after.contains(attribute)) {
        return Err(invalid("Existing schema attributes cannot be modified or deleted.".to_owned()));
    }
    if CHANGEABLE.iter().chain(&["UserPoolName", "UserPoolTags"]).any(|name| differs(&name)) {
        let mut input = pick(wanted, &CHANGEABLE);
        input.push(("UserPoolId".to_owned(), pool.id.into()));
        input.push(("PoolName".to_owned(), text_at(wanted, &["UserPoolName"]).into()));
        input.push(("UserPoolTags".to_owned(), tag_map(&tags(wanted.get("UserPoolTags")))));
        hand.call("UpdateUserPool", Value::map(input))?;
    }
    let added: Vec<Value> = after.iter().filter(|attribute| !before.contains(attribute)).cloned().collect();
    if !added.is_empty() {
        let input = Value::map([("UserPoolId", pool.id.into()), ("CustomAttributes", Value::List(added))]);
        hand.call("AddCustomAttributes", input)?;
    }
    set_factors(hand, pool.id, (old, wanted))
}

fn delete(hand: &mut Hand, pool: &Resource<'_>) -> Result<()> {
    found(hand.call("DeleteUserPool", of(pool.id)), GONE).map(drop)
}

fn list(hand: &mut Hand) -> Result<Vec<String>> {
    let input = Value::map([("MaxResults", Value::Int(60))]);
    let all = hand.pages("ListUserPools", input, ["NextToken", "NextToken", "UserPools"])?;
    Ok(all.iter().filter_map(|pool| text_at(pool, &["Id"]).map(str::to_owned)).collect())
}
