//! Making parameters and their versions.

use crate::api::*;
use crate::sealing::{self, SECURE};
use crate::state::{PARAMETERS, Parameter, VERSIONS, Version};
use crate::{errors, name, peers, tags};
use regex::Regex;
use serde_json::json;
use service::{Cx, Edge, KeyBuf, Result};

/// <https://docs.aws.amazon.com/general/latest/gr/ssm.html#limits_ssm>
const MOST: usize = 110_000;
/// "A parameter can have up to 100 versions".
const MOST_VERSIONS: usize = 100;
/// The largest values of the tiers, in characters.
const STANDARD: usize = 4096;
const ADVANCED: usize = 8192;
/// How large a compiled pattern may be, in bytes.
const LARGEST_PATTERN: usize = 1 << 20;

/// <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html>
pub fn put_parameter(cx: &mut Cx, input: PutParameterRequest) -> Result<PutParameterResult> {
    let PutParameterRequest {
        name,
        description,
        value,
        type_,
        key_id,
        overwrite,
        allowed_pattern,
        tags,
        tier,
        policies,
        data_type,
    } = input;
    if policies.is_some_and(|policies| !policies.is_empty() && policies != "[{}]") {
        return Err(errors::refuse("Policies"));
    }
    name::check(&name)?;
    let overwrite = overwrite.unwrap_or(false);
    let tags = tags.unwrap_or_default();
    check_tags(overwrite, &tags)?;
    let old = cx.get(&PARAMETERS, &name)?;
    if old.is_some() && !overwrite {
        return Err(errors::exists());
    }
    let last = match &old {
        Some(old) => name::version(cx, &name, old.latest)?,
        None => None,
    };
    let kind = kind(type_, old.as_ref())?;
    let tier = tier_of(tier.as_deref(), old.as_ref(), &value)?;
    let data_type = data_type.or(last.as_ref().map(|last| last.data_type.clone())).unwrap_or_else(|| "text".to_owned());
    check_data_type(&data_type)?;
    check_value((&kind, &value), allowed_pattern.as_deref())?;
    if key_id.is_some() && kind != SECURE {
        return Err(errors::validation("KeyId is required only for SecureString parameters."));
    }
    let mut parameter = match old {
        Some(old) => Parameter { tier: tier.clone(), latest: old.latest + 1, ..old },
        None => new(cx, (&name, &kind, &tier), tags)?,
    };
    let mut version = Version {
        name: name.clone(),
        number: parameter.latest,
        kind: kind.clone(),
        tier: tier.clone(),
        key_id: if kind == SECURE { key_id.or(last.as_ref().and_then(|last| last.key_id.clone())) } else { None },
        description: description.or(last.as_ref().and_then(|last| last.description.clone())),
        allowed_pattern,
        data_type,
        modified_at: cx.now(),
        modified_by: cx.caller().arn.clone(),
        ..Version::default()
    };
    let arn = name::arn(cx, &name);
    if kind == SECURE {
        sealing::seal(cx, &arn, &mut version, &value)?;
    } else {
        version.value = value;
    }
    forget_oldest(cx, &name)?;
    parameter.latest = version.number;
    cx.put(&VERSIONS, &(name.clone(), version.number.unsigned_abs()), &version)?;
    cx.put(&PARAMETERS, &name, &parameter)?;
    tell(cx, if version.number == 1 { "Create" } else { "Update" }, &version);
    Ok(PutParameterResult { version: Some(version.number), tier: Some(tier) })
}

fn check_tags(overwrite: bool, tags: &[Tag]) -> Result<()> {
    if overwrite && !tags.is_empty() {
        return Err(errors::validation(
            "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite \
             flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
        ));
    }
    Ok(())
}

fn new(cx: &Cx, (name, kind, tier): (&str, &str, &str), given: Vec<Tag>) -> Result<Parameter> {
    let all = (&Edge::Before(KeyBuf::default()), &Edge::Behind(KeyBuf::default()));
    if cx.keys(&PARAMETERS, all).count() >= MOST {
        return Err(errors::too_many());
    }
    let (name, kind, tier) = (name.to_owned(), kind.to_owned(), tier.to_owned());
    let mut parameter = Parameter { name, kind, tier, latest: 1, ..Parameter::default() };
    tags::add(cx, &mut parameter.tags, given)?;
    Ok(parameter)
}

fn kind(given: Option<String>, old: Option<&Parameter>) -> Result<String> {
    match (given, old) {
        (Some(given), Some(old)) if given != old.kind => Err(errors::other_type()),
        (given, Some(old)) => Ok(given.unwrap_or_else(|| old.kind.clone())),
        (Some(given), None) if ["String", "StringList", SECURE].contains(&given.as_str()) => Ok(given),
        (Some(given), None) => Err(errors::validation(format!(
            "1 validation error detected: Value '{given}' at 'type' failed to satisfy constraint: Member must satisfy enum value set: \
             [SecureString, StringList, String]"
        ))),
        (None, None) => Err(errors::validation("A parameter type is required when you create a parameter.")),
    }
}

/// Intelligent tiering takes the standard one while the value fits.
fn tier_of(given: Option<&str>, old: Option<&Parameter>, value: &str) -> Result<String> {
    let characters = value.chars().count();
    let advanced = old.is_some_and(|old| old.tier == "Advanced");
    let tier = match given {
        Some("Standard") if advanced => {
            return Err(errors::validation(
                "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier \
                 to the standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it as a standard \
                 parameter.",
            ));
        }
        Some("Advanced") => "Advanced",
        Some("Intelligent-Tiering") if characters > STANDARD => "Advanced",
        _ if advanced => "Advanced",
        _ => "Standard",
    };
    let (most, text) = match tier {
        "Standard" => (
            STANDARD,
            "Standard tier parameters support a maximum parameter value of 4096 characters. To create a larger parameter value, \
             upgrade the parameter to use the advanced-parameter tier. For more information, see \
             https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html",
        ),
        _ => (ADVANCED, "Advanced tier parameters support a maximum parameter value of 8192 characters."),
    };
    if characters > most { Err(errors::validation(text)) } else { Ok(tier.to_owned()) }
}

fn check_data_type(data_type: &str) -> Result<()> {
    match data_type {
        "text" => Ok(()),
        "aws:ec2:image" | "aws:ssm:integration" => Err(errors::refuse(&format!("the DataType {data_type}"))),
        other => Err(errors::validation(format!(
            "The following data type is not supported: {other} (Data type names are all lowercase.)"
        ))),
    }
}

fn check_value((kind, value): (&str, &str), pattern: Option<&str>) -> Result<()> {
    if value.is_empty() {
        return Err(errors::validation(
            "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length greater than or \
             equal to 1",
        ));
    }
    if kind == "StringList" && value.split(',').any(str::is_empty) {
        return Err(errors::validation("Parameter value for StringList must not have empty items."));
    }
    let Some(pattern) = pattern.filter(|pattern| !pattern.is_empty()) else { return Ok(()) };
    let whole = format!("^(?:{pattern})$");
    let compiled = regex::RegexBuilder::new(&whole).size_limit(LARGEST_PATTERN).build();
    let compiled: Regex = compiled.map_err(|_| errors::invalid_pattern())?;
    let mut items: Box<dyn Iterator<Item = &str>> =
        if kind == "StringList" { Box::new(value.split(',')) } else { Box::new(std::iter::once(value)) };
    if items.all(|item| compiled.is_match(item)) { Ok(()) } else { Err(errors::pattern_mismatch(pattern)) }
}

/// The oldest version makes room; one with a label does not.
fn forget_oldest(cx: &mut Cx, name: &str) -> Result<()> {
    let versions = name::versions(cx, name)?;
    let Some(oldest) = versions.first().filter(|_| versions.len() >= MOST_VERSIONS) else { return Ok(()) };
    if !oldest.labels.is_empty() {
        return Err(errors::oldest_is_labelled(name, oldest.number));
    }
    cx.delete(&VERSIONS, &(name.to_owned(), oldest.number.unsigned_abs())).map(drop)
}

/// Tells EventBridge of a change.
pub(crate) fn tell(cx: &mut Cx, operation: &str, version: &Version) {
    let bare = version.name.strip_prefix('/').unwrap_or(&version.name);
    let arn = cx.arn("ssm", format!("parameter/{bare}"));
    let mut detail = json!({"operation": operation, "name": version.name, "type": version.kind});
    if let Some(description) = &version.description {
        detail["description"] = json!(description);
    }
    peers::changed(cx, &arn, &detail);
}
