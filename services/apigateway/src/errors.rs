//! The errors of API Gateway, in AWS's words. Codes are the names of the model's error shapes.

use service::{Error, View};

pub fn bad_request(text: impl Into<String>) -> Error {
    Error::new("BadRequestException", text.into())
}

pub fn conflict(text: impl Into<String>) -> Error {
    Error::new("ConflictException", text.into())
}

fn not_found(text: impl Into<String>) -> Error {
    Error::new("NotFoundException", text.into())
}

/// What is not in this cloud, by the name of a member or a value of one.
pub fn refuse(what: &str, view: &View) -> Error {
    let text = format!("apigateway:{} {what} is not implemented by Terrella", view.request().operation);
    Error::new("NotImplemented", text).status(400)
}

pub fn no_api(view: &View, id: &str) -> Error {
    not_found(format!("Invalid API identifier specified {}:{id}", view.account()))
}

pub fn no_resource() -> Error {
    not_found("Invalid Resource identifier specified")
}

pub fn no_method() -> Error {
    not_found("Invalid Method identifier specified")
}

pub fn no_integration() -> Error {
    not_found("Invalid Integration identifier specified")
}

pub fn no_response() -> Error {
    not_found("Invalid Response status code specified")
}

pub fn no_authorizer() -> Error {
    not_found("Invalid Authorizer identifier specified")
}

pub fn no_gateway_response() -> Error {
    not_found("Gateway response type not defined on API")
}

pub fn no_model(name: &str) -> Error {
    not_found(format!("Invalid model name specified: {name}"))
}

pub fn no_validator() -> Error {
    not_found("Invalid Request Validator identifier specified")
}

pub fn no_api_key() -> Error {
    not_found("Invalid API Key identifier specified")
}

pub fn no_usage_plan() -> Error {
    not_found("Invalid Usage Plan ID specified")
}

pub fn no_plan_key() -> Error {
    not_found("Invalid API Key identifier specified for the usage plan")
}

pub fn no_api_stage(api: &str, stage: &str) -> Error {
    not_found(format!("API Stage not found: {api}:{stage}"))
}

pub fn no_deployment() -> Error {
    not_found("Invalid Deployment identifier specified")
}

pub fn no_stage() -> Error {
    not_found("Invalid stage identifier specified")
}

pub fn invalid_tag(text: impl Into<String>) -> Error {
    bad_request(text)
}
