//! Gateway responses: what clients are told where an API does not answer them.

use crate::api::*;
use crate::errors;
use crate::refusal::{KINDS, MESSAGE, MESSAGE_STRING, RESPONSE_TYPE, USUAL_TEMPLATE, literal};
use crate::rest_api::{self, packed, unpacked};
use crate::state::{PartRow, RESPONSES};
use service::{Cx, Nothing, Result, View};

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_PutGatewayResponse.html>
pub fn put_gateway_response(cx: &mut Cx, input: PutGatewayResponseRequest) -> Result<GatewayResponse> {
    let PutGatewayResponseRequest { rest_api_id, response_type, status_code, response_parameters, response_templates } =
        input;
    rest_api::find(cx, &rest_api_id)?;
    check_type(&response_type)?;
    for (name, value) in response_parameters.iter().flatten() {
        if !name.starts_with("gatewayresponse.header.") {
            return Err(errors::bad_request(format!("Invalid parameter specified: {name}")));
        }
        if literal(value).is_none() {
            return Err(errors::refuse("with a response parameter that is no constant", cx));
        }
    }
    for (_, template) in response_templates.iter().flatten() {
        let rest = template.replace(MESSAGE_STRING, "").replace(MESSAGE, "").replace(RESPONSE_TYPE, "");
        if rest.contains('$') || rest.contains("#set") {
            return Err(errors::refuse("with a template that names more than the error", cx));
        }
    }
    let made = GatewayResponse {
        response_type: Some(response_type.clone()),
        status_code,
        response_parameters,
        response_templates,
        default_response: Some(false),
    };
    let row = PartRow { name: response_type.clone(), settings: packed(&made) };
    cx.put(&RESPONSES, &(rest_api_id, response_type), &row)?;
    Ok(made)
}

fn check_type(kind: &str) -> Result<i64> {
    let known = KINDS.iter().find(|(name, _)| *name == kind);
    known.map(|(_, status)| *status).ok_or_else(|| errors::bad_request("Invalid gateway response type specified"))
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetGatewayResponse.html>
pub fn get_gateway_response(view: &View, input: GetGatewayResponseRequest) -> Result<GatewayResponse> {
    let GetGatewayResponseRequest { rest_api_id, response_type } = input;
    rest_api::find(view, &rest_api_id)?;
    let status = check_type(&response_type)?;
    if let Some(row) = view.get(&RESPONSES, &(rest_api_id, response_type.clone()))? {
        return unpacked(&row.settings);
    }
    let template = ("application/json".to_owned(), USUAL_TEMPLATE.to_owned());
    Ok(GatewayResponse {
        response_type: Some(response_type),
        status_code: (status > 0).then(|| status.to_string()),
        response_parameters: None,
        response_templates: Some([template].into_iter().collect()),
        default_response: Some(true),
    })
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteGatewayResponse.html>
pub fn delete_gateway_response(cx: &mut Cx, input: DeleteGatewayResponseRequest) -> Result<Nothing> {
    let DeleteGatewayResponseRequest { rest_api_id, response_type } = input;
    rest_api::find(cx, &rest_api_id)?;
    check_type(&response_type)?;
    cx.delete(&RESPONSES, &(rest_api_id, response_type))?;
    Ok(Nothing {})
}
