//! Reading parameters.

use crate::api::*;
use crate::name::{self, Wanted};
use crate::paging::page;
use crate::shared::Shared;
use crate::state::{PARAMETERS, Version};
use crate::{errors, filters, sealing};
use service::{Cx, IndexMap, Result};

/// <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html>
pub fn get_parameter(cx: &mut Cx, input: GetParameterRequest) -> Result<GetParameterResult> {
    let GetParameterRequest { name, with_decryption } = input;
    let parameter = read(cx, &name, with_decryption.unwrap_or(false))?;
    Ok(GetParameterResult { parameter: Some(parameter) })
}

/// A parameter by whatever a request calls it, of one's own or shared by another account.
fn read(cx: &mut Cx, name: &str, decrypt: bool) -> Result<Parameter> {
    if let Some(Shared { scope, arn, wanted }) = Shared::read(cx, name)? {
        let (_, version) = wanted.find(&cx.elsewhere(scope)?)?;
        return shown(cx, (arn, &version), (wanted.selector, decrypt));
    }
    let wanted = Wanted::read(cx, name)?;
    refuse_references(&wanted.name)?;
    let (_, version) = wanted.find(cx)?;
    let arn = name::arn(cx, &version.name);
    shown(cx, (arn, &version), (wanted.selector, decrypt))
}

/// What several are asked for may leave out.
const MISSING: &[&str] = &["ParameterNotFound", "ParameterVersionNotFound"];

/// Parameters under this path stand for secrets of Secrets Manager.
fn refuse_references(name: &str) -> Result<()> {
    if name.starts_with("/aws/reference/") {
        return Err(errors::refuse("a parameter that refers to Secrets Manager"));
    }
    Ok(())
}

/// A version of a parameter with its value.
fn shown(
    cx: &mut Cx,
    (arn, version): (String, &Version),
    (selector, decrypt): (Option<String>, bool),
) -> Result<Parameter> {
    let value = sealing::open(cx, &arn, version, decrypt)?;
    Ok(Parameter {
        name: Some(version.name.clone()),
        type_: Some(version.kind.clone()),
        value: Some(value),
        version: Some(version.number),
        selector: selector.map(|selector| format!(":{selector}")),
        source_result: None,
        last_modified_date: Some(version.modified_at),
        arn: Some(arn),
        data_type: Some(version.data_type.clone()),
    })
}

/// <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html>
pub fn get_parameters(cx: &mut Cx, input: GetParametersRequest) -> Result<GetParametersResult> {
    let GetParametersRequest { names, with_decryption } = input;
    let (mut found, mut invalid) = (Vec::new(), Vec::new());
    // A name that is given twice is answered once.
    let names: IndexMap<String, ()> = names.into_iter().map(|name| (name, ())).collect();
    for name in names.into_keys() {
        match read(cx, &name, with_decryption.unwrap_or(false)) {
            Ok(parameter) => found.push(parameter),
            Err(error) if MISSING.contains(&error.code()) => invalid.push(name),
            Err(error) => return Err(error),
        }
    }
    Ok(GetParametersResult { parameters: Some(found), invalid_parameters: Some(invalid) })
}

/// <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html>
pub fn get_parameters_by_path(cx: &mut Cx, input: GetParametersByPathRequest) -> Result<GetParametersByPathResult> {
    let GetParametersByPathRequest { path, recursive, parameter_filters, with_decryption, max_results, next_token } =
        input;
    if !path.starts_with('/') {
        return Err(errors::validation(
            "The parameter doesn't meet the parameter name requirements. The parameter name must begin with a forward slash \"/\". It \
             can't be prefixed with \"aws\" or \"ssm\" (case-insensitive). It must use only letters, numbers, or the following symbols: \
             . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if specified, must use the \
             forward slash symbol \"/\". Valid example: /get/parameters2-/by1./path0_.",
        ));
    }
    let filters = filters::read(parameter_filters.unwrap_or_default(), filters::BY_PATH)?;
    let deep = recursive.unwrap_or(false);
    let page = page(next_token, max_results, 10)?;
    let mut failed = None;
    let (rows, next) = cx.page(&PARAMETERS, (), &page, |row| {
        name::is_under(&row.name, &path, deep)
            && match name::version(cx, &row.name, row.latest) {
                Ok(version) => version.is_some_and(|version| filters::passes(&filters, row, &version)),
                Err(error) => {
                    failed.get_or_insert(error);
                    false
                }
            }
    })?;
    if let Some(error) = failed {
        return Err(error);
    }
    let mut parameters = Vec::with_capacity(rows.len());
    for row in rows {
        let version = name::version(cx, &row.name, row.latest)?.ok_or_else(errors::not_found)?;
        let arn = name::arn(cx, &version.name);
        parameters.push(shown(cx, (arn, &version), (None, with_decryption.unwrap_or(false)))?);
    }
    Ok(GetParametersByPathResult { parameters: Some(parameters), next_token: next.map(|token| token.encode()) })
}

/// The oldest version first.
/// <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameterHistory.html>
pub fn get_parameter_history(cx: &mut Cx, input: GetParameterHistoryRequest) -> Result<GetParameterHistoryResult> {
    let GetParameterHistoryRequest { name, with_decryption, max_results, next_token } = input;
    let wanted = Wanted::read(cx, &name)?;
    wanted.find(cx)?;
    let page = page(next_token, max_results, 50)?;
    let (rows, next) = cx.page(&crate::state::VERSIONS, (wanted.name.as_str(),), &page, |_| true)?;
    let arn = name::arn(cx, &wanted.name);
    let mut parameters = Vec::with_capacity(rows.len());
    for version in rows {
        let value = sealing::open(cx, &arn, &version, with_decryption.unwrap_or(false))?;
        parameters.push(ParameterHistory {
            name: Some(version.name),
            type_: Some(version.kind),
            key_id: version.key_id,
            last_modified_date: Some(version.modified_at),
            last_modified_user: Some(version.modified_by),
            description: version.description,
            value: Some(value),
            allowed_pattern: version.allowed_pattern,
            version: Some(version.number),
            labels: Some(version.labels),
            tier: Some(version.tier),
            policies: Some(Vec::new()),
            data_type: Some(version.data_type),
        });
    }
    Ok(GetParameterHistoryResult { parameters: Some(parameters), next_token: next.map(|token| token.encode()) })
}
