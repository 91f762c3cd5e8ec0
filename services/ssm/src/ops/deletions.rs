//! Deleting parameters.

use crate::api::*;
use crate::errors;
use crate::name;
use crate::ops::puts::tell;
use crate::state::{PARAMETERS, VERSIONS};
use service::{Cx, Result};

/// <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameter.html>
pub fn delete_parameter(cx: &mut Cx, input: DeleteParameterRequest) -> Result<DeleteParameterResult> {
    let DeleteParameterRequest { name } = input;
    if delete(cx, &name)? { Ok(DeleteParameterResult {}) } else { Err(errors::not_found()) }
}

/// <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameters.html>
pub fn delete_parameters(cx: &mut Cx, input: DeleteParametersRequest) -> Result<DeleteParametersResult> {
    let DeleteParametersRequest { names } = input;
    let (mut deleted, mut invalid) = (Vec::new(), Vec::new());
    for name in names {
        if delete(cx, &name)? { deleted.push(name) } else { invalid.push(name) }
    }
    Ok(DeleteParametersResult { deleted_parameters: Some(deleted), invalid_parameters: Some(invalid) })
}

fn delete(cx: &mut Cx, name: &str) -> Result<bool> {
    if !cx.delete(&PARAMETERS, name)? {
        return Ok(false);
    }
    let versions = name::versions(cx, name)?;
    for version in &versions {
        cx.delete(&VERSIONS, &(name.to_owned(), version.number.unsigned_abs()))?;
    }
    if let Some(last) = versions.last() {
        tell(cx, "Delete", last);
    }
    Ok(true)
}
