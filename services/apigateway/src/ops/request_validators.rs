//! Request validators: what of a request is looked at before it goes on.

use crate::api::*;
use crate::patch::{self, Kind, Place};
use crate::rest_api::{self, LETTERS, packed, unpacked};
use crate::state::{METHODS, PartRow, VALIDATORS};
use crate::{errors, paging};
use service::{Cx, Error, Nothing, Result, View};

/// The most validators of an API.
const MOST: usize = 100;

const PLACES: &[Place] = &[
    ("/name", &["replace"], Kind::Text),
    ("/validateRequestBody", &["replace"], Kind::Flag),
    ("/validateRequestParameters", &["replace"], Kind::Flag),
];

fn keep(cx: &mut Cx, api: &str, validator: &RequestValidator) -> Result<()> {
    let id = validator.id.clone().unwrap_or_default();
    let row = PartRow { name: id.clone(), settings: packed(validator) };
    cx.put(&VALIDATORS, &(api.to_owned(), id), &row)
}

fn find(view: &View, api: &str, id: &str) -> Result<RequestValidator> {
    rest_api::find(view, api)?;
    let row = view.get(&VALIDATORS, &(api.to_owned(), id.to_owned()))?;
    unpacked(&row.ok_or_else(errors::no_validator)?.settings)
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_CreateRequestValidator.html>
pub fn create_request_validator(cx: &mut Cx, input: CreateRequestValidatorRequest) -> Result<RequestValidator> {
    let CreateRequestValidatorRequest { rest_api_id, name, validate_request_body, validate_request_parameters } = input;
    rest_api::find(cx, &rest_api_id)?;
    if cx.rows(&VALIDATORS, (rest_api_id.as_str(),)).count() >= MOST {
        let text = "Maximum number of request validators for this API has been reached.";
        return Err(Error::new("LimitExceededException", text));
    }
    let validator = RequestValidator {
        id: Some(cx.entropy().text(LETTERS, 6)),
        name,
        validate_request_body: Some(validate_request_body.unwrap_or_default()),
        validate_request_parameters: Some(validate_request_parameters.unwrap_or_default()),
    };
    keep(cx, &rest_api_id, &validator)?;
    Ok(validator)
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetRequestValidator.html>
pub fn get_request_validator(view: &View, input: GetRequestValidatorRequest) -> Result<RequestValidator> {
    let GetRequestValidatorRequest { rest_api_id, request_validator_id } = input;
    find(view, &rest_api_id, &request_validator_id)
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetRequestValidators.html>
pub fn get_request_validators(view: &View, input: GetRequestValidatorsRequest) -> Result<RequestValidators> {
    let GetRequestValidatorsRequest { rest_api_id, position, limit } = input;
    rest_api::find(view, &rest_api_id)?;
    let page = paging::page(limit, position.as_deref())?;
    let (rows, next) = view.page(&VALIDATORS, (rest_api_id.as_str(),), &page, |_| true)?;
    let items = rows.iter().map(|row| unpacked(&row.settings)).collect::<Result<Vec<_>>>()?;
    Ok(RequestValidators { position: next.map(|token| token.encode()), items: Some(items) })
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateRequestValidator.html>
pub fn update_request_validator(cx: &mut Cx, input: UpdateRequestValidatorRequest) -> Result<RequestValidator> {
    let UpdateRequestValidatorRequest { rest_api_id, request_validator_id, patch_operations } = input;
    let mut validator = find(cx, &rest_api_id, &request_validator_id)?;
    patch::apply(&mut validator, patch_operations, PLACES)?;
    keep(cx, &rest_api_id, &validator)?;
    Ok(validator)
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteRequestValidator.html>
pub fn delete_request_validator(cx: &mut Cx, input: DeleteRequestValidatorRequest) -> Result<Nothing> {
    let DeleteRequestValidatorRequest { rest_api_id, request_validator_id } = input;
    find(cx, &rest_api_id, &request_validator_id)?;
    for row in cx.rows(&METHODS, (rest_api_id.as_str(),)) {
        let method: Method = unpacked(&row?.settings)?;
        if method.request_validator_id.as_ref() == Some(&request_validator_id) {
            let text = format!("Cannot delete request validator '{request_validator_id}', is referenced in method");
            return Err(errors::conflict(text));
        }
    }
    cx.delete(&VALIDATORS, &(rest_api_id, request_validator_id))?;
    Ok(Nothing {})
}
