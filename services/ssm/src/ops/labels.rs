//! Labels of versions.

use crate::api::*;
use crate::ops::puts::tell;
use crate::state::{PARAMETERS, VERSIONS, Version};
use crate::{errors, name};
use service::{Cx, Result};

/// "A version of a parameter can have a maximum of 10 labels."
const MOST: usize = 10;

/// <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_LabelParameterVersion.html>
pub fn label_parameter_version(
    cx: &mut Cx,
    input: LabelParameterVersionRequest,
) -> Result<LabelParameterVersionResult> {
    let LabelParameterVersionRequest { name, parameter_version, labels } = input;
    let mut version = find(cx, &name, parameter_version)?;
    let (good, invalid): (Vec<String>, Vec<String>) = labels.into_iter().partition(|label| is_label(label));
    let new = good.iter().filter(|label| !version.labels.contains(label)).count();
    if version.labels.len() + new > MOST {
        return Err(errors::too_many_labels());
    }
    // A label is on one version at a time.
    for mut other in name::versions(cx, &name)? {
        if other.number != version.number && other.labels.iter().any(|label| good.contains(label)) {
            other.labels.retain(|label| !good.contains(label));
            put(cx, &other)?;
        }
    }
    for label in good {
        if !version.labels.contains(&label) {
            version.labels.push(label);
        }
    }
    put(cx, &version)?;
    tell(cx, "LabelParameterVersion", &version);
    Ok(LabelParameterVersionResult { invalid_labels: Some(invalid), parameter_version: Some(version.number) })
}

/// <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UnlabelParameterVersion.html>
pub fn unlabel_parameter_version(
    cx: &mut Cx,
    input: UnlabelParameterVersionRequest,
) -> Result<UnlabelParameterVersionResult> {
    let UnlabelParameterVersionRequest { name, parameter_version, labels } = input;
    let mut version = find(cx, &name, Some(parameter_version))?;
    let (removed, invalid): (Vec<String>, Vec<String>) =
        labels.into_iter().partition(|label| version.labels.contains(label));
    version.labels.retain(|label| !removed.contains(label));
    put(cx, &version)?;
    Ok(UnlabelParameterVersionResult { removed_labels: Some(removed), invalid_labels: Some(invalid) })
}

fn find(cx: &Cx, name: &str, number: Option<i64>) -> Result<Version> {
    let parameter = cx.get(&PARAMETERS, name)?.ok_or_else(errors::not_found)?;
    let number = number.unwrap_or(parameter.latest);
    name::version(cx, name, number)?.ok_or_else(|| errors::version_not_found(&number.to_string(), name))
}

fn put(cx: &mut Cx, version: &Version) -> Result<()> {
    cx.put(&VERSIONS, &(version.name.clone(), version.number.unsigned_abs()), version)
}

/// "Labels can contain letters, numbers, periods, hyphens, or underscores. Labels can't begin with a number, aws or ssm."
fn is_label(label: &str) -> bool {
    let lower = label.to_ascii_lowercase();
    label.chars().all(|c| c.is_ascii_alphanumeric() || ".-_".contains(c))
        && !label.starts_with(|c: char| c.is_ascii_digit())
        && !lower.starts_with("aws")
        && !lower.starts_with("ssm")
}
