//! Listing parameters without their values.

use crate::api::*;
use crate::name;
use crate::paging::page;
use crate::state::{PARAMETERS, Parameter as Row};
use crate::{errors, filters};
use service::{Result, View};

/// <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html>
pub fn describe_parameters(view: &View, input: DescribeParametersRequest) -> Result<DescribeParametersResult> {
    let DescribeParametersRequest { filters, parameter_filters, max_results, next_token, shared } = input;
    if shared == Some(true) {
        return Err(errors::refuse("Shared"));
    }
    if filters.is_some() && parameter_filters.is_some() {
        let text = "You can use either Filters or ParameterFilters in a single request.";
        return Err(errors::validation(text));
    }
    let mut wanted = filters::read(parameter_filters.unwrap_or_default(), filters::DESCRIBE)?;
    wanted.extend(filters::read_old(filters.unwrap_or_default()));
    let page = page(next_token, max_results, 50)?;
    let mut failed = None;
    let (rows, next) = view.page(&PARAMETERS, (), &page, |row| match name::version(view, &row.name, row.latest) {
        Ok(version) => version.is_some_and(|version| filters::passes(&wanted, row, &version)),
        Err(error) => {
            failed.get_or_insert(error);
            false
        }
    })?;
    if let Some(error) = failed {
        return Err(error);
    }
    let parameters: Vec<ParameterMetadata> = rows.iter().map(|row| shown(view, row)).collect::<Result<_>>()?;
    Ok(DescribeParametersResult { parameters: Some(parameters), next_token: next.map(|token| token.encode()) })
}

fn shown(view: &View, row: &Row) -> Result<ParameterMetadata> {
    let version = name::version(view, &row.name, row.latest)?.ok_or_else(errors::not_found)?;
    Ok(ParameterMetadata {
        arn: Some(name::arn(view, &row.name)),
        name: Some(version.name),
        type_: Some(version.kind),
        key_id: version.key_id,
        last_modified_date: Some(version.modified_at),
        last_modified_user: Some(version.modified_by),
        description: version.description,
        allowed_pattern: version.allowed_pattern,
        version: Some(version.number),
        tier: Some(version.tier),
        policies: Some(Vec::new()),
        data_type: Some(version.data_type),
    })
}
