//! Methods of resources, and what they may answer.

use crate::api::*;
use crate::errors;
use crate::patch::{self, Kind, Place};
use crate::rest_api::{self, keep_method, method, unpacked};
use crate::state::{AUTHORIZERS, METHODS, MODELS, VALIDATORS};
use service::{Cx, Nothing, Result, View};

const VERBS: [&str; 8] = ["ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

const PLACES: &[Place] = &[
    ("/apiKeyRequired", &["replace"], Kind::Flag),
    ("/authorizationScopes", &["add", "remove"], Kind::Texts),
    ("/authorizationType", &["replace"], Kind::Text),
    ("/authorizerId", &["replace", "remove"], Kind::Text),
    ("/operationName", &["replace"], Kind::Text),
    ("/requestModels/*", &["add", "remove", "replace"], Kind::Text),
    ("/requestParameters/*", &["add", "remove", "replace"], Kind::Flag),
    ("/requestValidatorId", &["replace", "remove"], Kind::Text),
];
const RESPONSE_PLACES: &[Place] = &[
    ("/responseModels/*", &["add", "remove", "replace"], Kind::Text),
    ("/responseParameters/*", &["add", "remove", "replace"], Kind::Flag),
];

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_PutMethod.html>
pub fn put_method(cx: &mut Cx, input: PutMethodRequest) -> Result<Method> {
    let PutMethodRequest {
        rest_api_id,
        resource_id,
        http_method,
        authorization_type,
        authorizer_id,
        api_key_required,
        operation_name,
        request_parameters,
        request_models,
        request_validator_id,
        authorization_scopes,
    } = input;
    rest_api::resource(cx, &rest_api_id, &resource_id)?;
    if !VERBS.contains(&http_method.as_str()) {
        return Err(errors::bad_request(
            "Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY",
        ));
    }
    if cx.has(&METHODS, &(rest_api_id.clone(), resource_id.clone(), http_method.clone()))? {
        return Err(errors::conflict("Method already exists for this resource"));
    }
    let mut made = Method {
        http_method: Some(http_method.clone()),
        authorization_type: Some(authorization_type),
        authorizer_id,
        api_key_required: Some(api_key_required.unwrap_or_default()),
        operation_name,
        request_parameters,
        request_models,
        request_validator_id,
        authorization_scopes,
        ..Method::default()
    };
    check(cx, &rest_api_id, &mut made)?;
    keep_method(cx, &rest_api_id, (&resource_id, &http_method), &made)?;
    Ok(made)
}

/// Checks what a method is to be.
fn check(view: &View, api: &str, method: &mut Method) -> Result<()> {
    let kind = method.authorization_type.as_deref().unwrap_or_default();
    check_authorizer(view, api, (kind, method.authorizer_id.as_deref()))?;
    if let Some(id) = &method.request_validator_id
        && !view.has(&VALIDATORS, &(api.to_owned(), id.clone()))?
    {
        return Err(errors::bad_request("Invalid Request Validator identifier specified"));
    }
    for (name, _) in method.request_parameters.iter().flatten() {
        let known = ["path.", "querystring.", "multivaluequerystring.", "header.", "multivalueheader."];
        let place = name.strip_prefix("method.request.");
        if !place.is_some_and(|place| known.iter().any(|known| place.starts_with(known))) {
            return Err(errors::bad_request(format!("Invalid mapping expression specified: {name}")));
        }
    }
    for (_, model) in method.request_models.iter().flatten() {
        check_model(view, api, model)?;
    }
    Ok(())
}

fn check_model(view: &View, api: &str, model: &str) -> Result<()> {
    match view.has(&MODELS, &(api.to_owned(), model.to_owned()))? {
        true => Ok(()),
        false => Err(errors::bad_request(format!("Invalid model identifier specified: {model}"))),
    }
}

fn check_authorizer(view: &View, api: &str, (kind, authorizer): (&str, Option<&str>)) -> Result<()> {
    let wanted: &[&str] = match kind {
        "NONE" | "AWS_IAM" => return Ok(()),
        "COGNITO_USER_POOLS" => &["COGNITO_USER_POOLS"],
        "CUSTOM" => &["REQUEST", "TOKEN"],
        _ => return Err(errors::bad_request("Invalid Authorization Type")),
    };
    let row = view.get(&AUTHORIZERS, &(api.to_owned(), authorizer.unwrap_or_default().to_owned()))?;
    let found: Option<Authorizer> = row.map(|row| unpacked(&row.settings)).transpose()?;
    match found.and_then(|found| found.type_) {
        Some(kind) if wanted.contains(&kind.as_str()) => Ok(()),
        _ => Err(errors::bad_request(
            "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.",
        )),
    }
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetMethod.html>
pub fn get_method(view: &View, input: GetMethodRequest) -> Result<Method> {
    let GetMethodRequest { rest_api_id, resource_id, http_method } = input;
    method(view, &rest_api_id, (&resource_id, &http_method))
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateMethod.html>
pub fn update_method(cx: &mut Cx, input: UpdateMethodRequest) -> Result<Method> {
    let UpdateMethodRequest { rest_api_id, resource_id, http_method, patch_operations } = input;
    let mut known = method(cx, &rest_api_id, (&resource_id, &http_method))?;
    patch::apply(&mut known, patch_operations, PLACES)?;
    // Console and Terraform take these away by an empty text.
    known.request_validator_id = known.request_validator_id.filter(|id| !id.is_empty());
    known.authorizer_id = known.authorizer_id.filter(|id| !id.is_empty());
    check(cx, &rest_api_id, &mut known)?;
    keep_method(cx, &rest_api_id, (&resource_id, &http_method), &known)?;
    Ok(known)
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteMethod.html>
pub fn delete_method(cx: &mut Cx, input: DeleteMethodRequest) -> Result<Nothing> {
    let DeleteMethodRequest { rest_api_id, resource_id, http_method } = input;
    method(cx, &rest_api_id, (&resource_id, &http_method))?;
    cx.delete(&METHODS, &(rest_api_id, resource_id, http_method))?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_PutMethodResponse.html>
pub fn put_method_response(cx: &mut Cx, input: PutMethodResponseRequest) -> Result<MethodResponse> {
    let PutMethodResponseRequest {
        rest_api_id,
        resource_id,
        http_method,
        status_code,
        response_parameters,
        response_models,
    } = input;
    let mut known = method(cx, &rest_api_id, (&resource_id, &http_method))?;
    let made = MethodResponse { status_code: Some(status_code.clone()), response_parameters, response_models };
    check_response(cx, &rest_api_id, &made)?;
    let responses = known.method_responses.get_or_insert_default();
    if responses.contains_key(&status_code) {
        return Err(errors::conflict("Response already exists for this resource"));
    }
    responses.insert(status_code, made.clone());
    keep_method(cx, &rest_api_id, (&resource_id, &http_method), &known)?;
    Ok(made)
}

fn check_response(view: &View, api: &str, response: &MethodResponse) -> Result<()> {
    let status = response.status_code.as_deref().unwrap_or_default();
    if !status.parse().is_ok_and(|status| (100..600).contains(&status)) {
        return Err(errors::bad_request("Invalid Response status code specified"));
    }
    for (name, _) in response.response_parameters.iter().flatten() {
        if !name.starts_with("method.response.header.") {
            return Err(errors::bad_request(format!("Invalid mapping expression specified: {name}")));
        }
    }
    response.response_models.iter().flatten().try_for_each(|(_, model)| check_model(view, api, model))
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateMethodResponse.html>
pub fn update_method_response(cx: &mut Cx, input: UpdateMethodResponseRequest) -> Result<MethodResponse> {
    let UpdateMethodResponseRequest { rest_api_id, resource_id, http_method, status_code, patch_operations } = input;
    let mut known = method(cx, &rest_api_id, (&resource_id, &http_method))?;
    let responses = known.method_responses.get_or_insert_default();
    let response = responses.get_mut(&status_code).ok_or_else(errors::no_response)?;
    patch::apply(response, patch_operations, RESPONSE_PLACES)?;
    let response = response.clone();
    check_response(cx, &rest_api_id, &response)?;
    keep_method(cx, &rest_api_id, (&resource_id, &http_method), &known)?;
    Ok(response)
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetMethodResponse.html>
pub fn get_method_response(view: &View, input: GetMethodResponseRequest) -> Result<MethodResponse> {
    let GetMethodResponseRequest { rest_api_id, resource_id, http_method, status_code } = input;
    let known = method(view, &rest_api_id, (&resource_id, &http_method))?;
    let found = known.method_responses.and_then(|responses| responses.get(&status_code).cloned());
    found.ok_or_else(errors::no_response)
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteMethodResponse.html>
pub fn delete_method_response(cx: &mut Cx, input: DeleteMethodResponseRequest) -> Result<Nothing> {
    let DeleteMethodResponseRequest { rest_api_id, resource_id, http_method, status_code } = input;
    let mut known = method(cx, &rest_api_id, (&resource_id, &http_method))?;
    let gone = known.method_responses.as_mut().and_then(|responses| responses.shift_remove(&status_code));
    gone.ok_or_else(errors::no_response)?;
    keep_method(cx, &rest_api_id, (&resource_id, &http_method), &known)?;
    Ok(Nothing {})
}
