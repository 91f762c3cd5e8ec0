//! Methods of resources, and what they may answer.

use crate::api::*;
use crate::errors;
use crate::rest_api::{self, keep_method, method};
use crate::state::{AUTHORIZERS, METHODS};
use service::{Cx, Nothing, Result, View};

const VERBS: [&str; 8] = ["ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

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
    if api_key_required == Some(true) {
        return Err(errors::refuse("member apiKeyRequired", cx));
    }
    if request_validator_id.is_some() {
        return Err(errors::refuse("member requestValidatorId", cx));
    }
    check_authorizer(cx, &rest_api_id, (&authorization_type, authorizer_id.as_deref()))?;
    if cx.has(&METHODS, &(rest_api_id.clone(), resource_id.clone(), http_method.clone()))? {
        return Err(errors::conflict("Method already exists for this resource"));
    }
    let made = Method {
        http_method: Some(http_method.clone()),
        authorization_type: Some(authorization_type),
        authorizer_id,
        api_key_required: Some(false),
        operation_name,
        // Without a validator neither is looked at, as on AWS.
        request_parameters,
        request_models,
        authorization_scopes,
        ..Method::default()
    };
    keep_method(cx, &rest_api_id, (&resource_id, &http_method), &made)?;
    Ok(made)
}

fn check_authorizer(view: &View, api: &str, (kind, authorizer): (&str, Option<&str>)) -> Result<()> {
    match (kind, authorizer) {
        ("NONE" | "AWS_IAM", _) => Ok(()),
        ("COGNITO_USER_POOLS", Some(id)) if view.has(&AUTHORIZERS, &(api.to_owned(), id.to_owned()))? => Ok(()),
        ("COGNITO_USER_POOLS", _) => Err(errors::bad_request(
            "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.",
        )),
        ("CUSTOM", _) => Err(errors::refuse("with the authorization type CUSTOM", view)),
        _ => Err(errors::bad_request("Invalid Authorization Type")),
    }
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetMethod.html>
pub fn get_method(view: &View, input: GetMethodRequest) -> Result<Method> {
    let GetMethodRequest { rest_api_id, resource_id, http_method } = input;
    method(view, &rest_api_id, (&resource_id, &http_method))
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
    let responses = known.method_responses.get_or_insert_default();
    if responses.contains_key(&status_code) {
        return Err(errors::conflict("Response already exists for this resource"));
    }
    let made = MethodResponse { status_code: Some(status_code.clone()), response_parameters, response_models };
    responses.insert(status_code, made.clone());
    keep_method(cx, &rest_api_id, (&resource_id, &http_method), &known)?;
    Ok(made)
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
