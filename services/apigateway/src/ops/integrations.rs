//! Integrations: what stands behind a method.

use crate::api::*;
use crate::patch::{self, Kind, Place};
use crate::rest_api::{keep_method, method};
use crate::{errors, integration};
use service::{Cx, IndexMap, Nothing, Result, View};

/// Milliseconds after which AWS gives a function up.
const LONGEST_MILLISECONDS: i64 = 29_000;

const PLACES: &[Place] = &[
    ("/cacheKeyParameters/*", &["add", "remove"], Kind::Member),
    ("/cacheNamespace", &["replace"], Kind::Text),
    ("/credentials", &["replace", "remove"], Kind::Text),
    ("/httpMethod", &["replace"], Kind::Text),
    ("/passthroughBehavior", &["replace"], Kind::Text),
    ("/requestTemplates/*", &["add", "remove", "replace"], Kind::Text),
    ("/timeoutInMillis", &["replace"], Kind::Number),
    ("/uri", &["replace"], Kind::Text),
];
const RESPONSE_PLACES: &[Place] = &[
    ("/responseParameters/*", &["add", "remove", "replace"], Kind::Text),
    ("/responseTemplates/*", &["add", "remove", "replace"], Kind::Text),
    ("/selectionPattern", &["replace"], Kind::Text),
];
/// Paths of what is not in this cloud.
const MISSING: &[&str] = &[
    "/connectionId",
    "/connectionType",
    "/contentHandling",
    "/integrationTarget",
    "/requestParameters",
    "/responseTransferMode",
    "/tlsConfig",
];

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html>
pub fn put_integration(cx: &mut Cx, input: PutIntegrationRequest) -> Result<Integration> {
    let PutIntegrationRequest {
        rest_api_id,
        resource_id,
        http_method,
        type_,
        integration_http_method,
        uri,
        connection_type,
        connection_id,
        credentials,
        request_parameters,
        request_templates,
        passthrough_behavior,
        cache_namespace,
        cache_key_parameters,
        content_handling,
        timeout_in_millis,
        tls_config,
        response_transfer_mode,
        integration_target,
    } = input;
    let mut known = method(cx, &rest_api_id, (&resource_id, &http_method))?;
    for (missing, member) in [
        (connection_type.as_ref().is_some_and(|kind| kind != "INTERNET"), "connectionType VPC_LINK"),
        (connection_id.is_some(), "connectionId"),
        (request_parameters.as_ref().is_some_and(|all| !all.is_empty()), "requestParameters"),
        (content_handling.is_some(), "contentHandling"),
        (tls_config.is_some(), "tlsConfig"),
        (response_transfer_mode.as_ref().is_some_and(|mode| mode != "BUFFERED"), "responseTransferMode STREAM"),
        (integration_target.is_some(), "integrationTarget"),
    ] {
        if missing {
            return Err(errors::refuse(&format!("member {member}"), cx));
        }
    }
    let made = Integration {
        type_: Some(type_),
        http_method: integration_http_method,
        uri,
        connection_type,
        credentials,
        request_templates,
        passthrough_behavior: passthrough_behavior.or_else(|| Some("WHEN_NO_MATCH".to_owned())),
        timeout_in_millis: timeout_in_millis.or(Some(LONGEST_MILLISECONDS)),
        cache_namespace: cache_namespace.or_else(|| Some(resource_id.clone())),
        cache_key_parameters: cache_key_parameters.or_else(|| Some(Vec::new())),
        ..Integration::default()
    };
    check(cx, &made)?;
    known.method_integration = Some(made.clone());
    keep_method(cx, &rest_api_id, (&resource_id, &http_method), &known)?;
    Ok(made)
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateIntegration.html>
pub fn update_integration(cx: &mut Cx, input: UpdateIntegrationRequest) -> Result<Integration> {
    let UpdateIntegrationRequest { rest_api_id, resource_id, http_method, patch_operations } = input;
    let mut known = method(cx, &rest_api_id, (&resource_id, &http_method))?;
    let integration = known.method_integration.as_mut().ok_or_else(errors::no_integration)?;
    patch::refuse(cx, patch_operations.as_ref(), MISSING)?;
    patch::apply(integration, patch_operations, PLACES)?;
    check(cx, integration)?;
    let integration = integration.clone();
    keep_method(cx, &rest_api_id, (&resource_id, &http_method), &known)?;
    Ok(integration)
}

/// Checks what an integration is to be.
fn check(view: &View, integration: &Integration) -> Result<()> {
    let Integration {
        http_method, uri, credentials, request_templates, timeout_in_millis, passthrough_behavior, ..
    } = integration;
    if credentials.as_deref().is_some_and(|role| role.ends_with(":user/*")) {
        return Err(errors::refuse("with the credentials of its caller", view));
    }
    let kind = integration.type_.as_deref().unwrap_or_default();
    check_kind(view, kind, (http_method.as_deref(), uri.as_deref()), request_templates.as_ref())?;
    if timeout_in_millis.is_some_and(|timeout| !(50..=LONGEST_MILLISECONDS).contains(&timeout)) {
        return Err(errors::bad_request("Timeout should be between 50 ms and 29000 ms"));
    }
    match passthrough_behavior.as_deref() {
        None | Some("WHEN_NO_MATCH" | "WHEN_NO_TEMPLATES" | "NEVER") => Ok(()),
        Some(_) => Err(errors::bad_request(
            "Invalid passthrough behavior specified. Valid options are WHEN_NO_MATCH,WHEN_NO_TEMPLATES,NEVER",
        )),
    }
}

/// What stands behind the method must be something that is here.
fn check_kind(
    view: &View,
    kind: &str,
    (verb, uri): (Option<&str>, Option<&str>),
    templates: Option<&IndexMap<String, String>>,
) -> Result<()> {
    match kind {
        "MOCK" => check_templates(view, templates.into_iter().flatten().map(|(_, text)| text.as_str())),
        "AWS_PROXY" if verb != Some("POST") => {
            Err(errors::bad_request("Integration HTTP method for a Lambda proxy integration must be POST"))
        }
        "AWS_PROXY" => {
            // The stage's variables are put in when a client calls.
            let plain = uri.unwrap_or_default().replace("${stageVariables.", "").replace('}', "");
            match integration::function(&plain, None) {
                Some(_) => Ok(()),
                None => Err(errors::bad_request("Invalid ARN specified in the request")),
            }
        }
        other => Err(errors::refuse(&format!("with the type {other}"), view)),
    }
}

/// Templates are taken that are constants.
fn check_templates<'t>(view: &View, templates: impl Iterator<Item = &'t str>) -> Result<()> {
    for template in templates {
        if template.contains(['$', '#']) {
            return Err(errors::refuse("with a template that is more than a constant (VTL)", view));
        }
    }
    Ok(())
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetIntegration.html>
pub fn get_integration(view: &View, input: GetIntegrationRequest) -> Result<Integration> {
    let GetIntegrationRequest { rest_api_id, resource_id, http_method } = input;
    let known = method(view, &rest_api_id, (&resource_id, &http_method))?;
    known.method_integration.ok_or_else(errors::no_integration)
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteIntegration.html>
pub fn delete_integration(cx: &mut Cx, input: DeleteIntegrationRequest) -> Result<Nothing> {
    let DeleteIntegrationRequest { rest_api_id, resource_id, http_method } = input;
    let mut known = method(cx, &rest_api_id, (&resource_id, &http_method))?;
    known.method_integration.take().ok_or_else(errors::no_integration)?;
    keep_method(cx, &rest_api_id, (&resource_id, &http_method), &known)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegrationResponse.html>
pub fn put_integration_response(cx: &mut Cx, input: PutIntegrationResponseRequest) -> Result<IntegrationResponse> {
    let PutIntegrationResponseRequest {
        rest_api_id,
        resource_id,
        http_method,
        status_code,
        selection_pattern,
        response_parameters,
        response_templates,
        content_handling,
    } = input;
    let mut known = method(cx, &rest_api_id, (&resource_id, &http_method))?;
    if content_handling.is_some() {
        return Err(errors::refuse("member contentHandling", cx));
    }
    let made = IntegrationResponse {
        status_code: Some(status_code.clone()),
        selection_pattern,
        response_parameters,
        response_templates,
        content_handling: None,
    };
    check_response(cx, &known, &made)?;
    let integration = known.method_integration.as_mut().ok_or_else(errors::no_integration)?;
    integration.integration_responses.get_or_insert_default().insert(status_code, made.clone());
    keep_method(cx, &rest_api_id, (&resource_id, &http_method), &known)?;
    Ok(made)
}

/// Checks what a response is to be: of a status that the method declares, with headers that it declares.
fn check_response(view: &View, method: &Method, response: &IntegrationResponse) -> Result<()> {
    let status = response.status_code.as_deref().unwrap_or_default();
    let declared = method.method_responses.as_ref().and_then(|responses| responses.get(status));
    let declared = declared.ok_or_else(errors::no_response)?;
    check_templates(view, response.response_templates.iter().flatten().map(|(_, text)| text.as_str()))?;
    for (name, value) in response.response_parameters.iter().flatten() {
        if !declared.response_parameters.as_ref().is_some_and(|all| all.contains_key(name)) {
            return Err(errors::bad_request(format!(
                "Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping \
                 expression parameter specified: {name}]"
            )));
        }
        if crate::refusal::literal(value).is_none() {
            return Err(errors::refuse("with a response parameter that is no constant", view));
        }
    }
    Ok(())
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateIntegrationResponse.html>
pub fn update_integration_response(
    cx: &mut Cx,
    input: UpdateIntegrationResponseRequest,
) -> Result<IntegrationResponse> {
    let UpdateIntegrationResponseRequest { rest_api_id, resource_id, http_method, status_code, patch_operations } =
        input;
    let mut known = method(cx, &rest_api_id, (&resource_id, &http_method))?;
    patch::refuse(cx, patch_operations.as_ref(), MISSING)?;
    let integration = known.method_integration.as_mut().ok_or_else(errors::no_integration)?;
    let responses = integration.integration_responses.get_or_insert_default();
    let response = responses.get_mut(&status_code).ok_or_else(errors::no_response)?;
    patch::apply(response, patch_operations, RESPONSE_PLACES)?;
    let response = response.clone();
    check_response(cx, &known, &response)?;
    keep_method(cx, &rest_api_id, (&resource_id, &http_method), &known)?;
    Ok(response)
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetIntegrationResponse.html>
pub fn get_integration_response(view: &View, input: GetIntegrationResponseRequest) -> Result<IntegrationResponse> {
    let GetIntegrationResponseRequest { rest_api_id, resource_id, http_method, status_code } = input;
    let known = method(view, &rest_api_id, (&resource_id, &http_method))?;
    let integration = known.method_integration.ok_or_else(errors::no_integration)?;
    let found = integration.integration_responses.and_then(|responses| responses.get(&status_code).cloned());
    found.ok_or_else(errors::no_response)
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteIntegrationResponse.html>
pub fn delete_integration_response(cx: &mut Cx, input: DeleteIntegrationResponseRequest) -> Result<Nothing> {
    let DeleteIntegrationResponseRequest { rest_api_id, resource_id, http_method, status_code } = input;
    let mut known = method(cx, &rest_api_id, (&resource_id, &http_method))?;
    let integration = known.method_integration.as_mut().ok_or_else(errors::no_integration)?;
    let gone = integration.integration_responses.as_mut().and_then(|responses| responses.shift_remove(&status_code));
    gone.ok_or_else(errors::no_response)?;
    keep_method(cx, &rest_api_id, (&resource_id, &http_method), &known)?;
    Ok(Nothing {})
}
