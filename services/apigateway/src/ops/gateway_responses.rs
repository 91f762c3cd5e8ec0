//! Gateway responses: what clients are told where an API does not answer them.

use crate::api::*;
use crate::patch::{self, Kind, Place};
use crate::refusal::{KINDS, USUAL_TEMPLATE, literal};
use crate::rest_api::{self, packed, unpacked};
use crate::state::{PartRow, RESPONSES};
use crate::{context, errors, paging};
use service::{Cx, Nothing, Result, Token, View};

const PLACES: &[Place] = &[
    ("/statusCode", &["add", "remove", "replace"], Kind::Text),
    ("/responseParameters/*", &["add", "remove", "replace"], Kind::Text),
    ("/responseTemplates/*", &["add", "remove", "replace"], Kind::Text),
];

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_PutGatewayResponse.html>
pub fn put_gateway_response(cx: &mut Cx, input: PutGatewayResponseRequest) -> Result<GatewayResponse> {
    let PutGatewayResponseRequest { rest_api_id, response_type, status_code, response_parameters, response_templates } =
        input;
    rest_api::find(cx, &rest_api_id)?;
    let made = GatewayResponse {
        response_type: Some(response_type),
        status_code,
        response_parameters,
        response_templates,
        default_response: Some(false),
    };
    keep(cx, &rest_api_id, &made)?;
    Ok(made)
}

fn keep(cx: &mut Cx, api: &str, response: &GatewayResponse) -> Result<()> {
    let kind = response.response_type.clone().unwrap_or_default();
    check_type(&kind)?;
    let is_status = |status: &String| status.parse().is_ok_and(|status| (200..600).contains(&status));
    if response.status_code.as_ref().is_some_and(|status| !is_status(status)) {
        return Err(errors::bad_request("Invalid status code specified"));
    }
    for (name, value) in response.response_parameters.iter().flatten() {
        if !name.starts_with("gatewayresponse.header.") {
            return Err(errors::bad_request(format!("Invalid parameter specified: {name}")));
        }
        if literal(value).is_none() && !context::is_mapped(value) {
            return Err(errors::bad_request(format!("Invalid mapping expression specified: {value}")));
        }
    }
    for (_, template) in response.response_templates.iter().flatten() {
        if !context::is_plain(template) {
            return Err(errors::refuse("with a template that names more than the context and stage variables", cx));
        }
    }
    let row = PartRow { name: kind.clone(), settings: packed(response) };
    cx.put(&RESPONSES, &(api.to_owned(), kind), &row)
}

fn check_type(kind: &str) -> Result<i64> {
    let known = KINDS.iter().find(|(name, _)| *name == kind);
    known.map(|(_, status)| *status).ok_or_else(|| errors::bad_request("Invalid gateway response type specified"))
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetGatewayResponse.html>
pub fn get_gateway_response(view: &View, input: GetGatewayResponseRequest) -> Result<GatewayResponse> {
    let GetGatewayResponseRequest { rest_api_id, response_type } = input;
    rest_api::find(view, &rest_api_id)?;
    read(view, &rest_api_id, &response_type)
}

/// What was said of a type, or what holds where nothing was.
fn read(view: &View, api: &str, kind: &str) -> Result<GatewayResponse> {
    let status = check_type(kind)?;
    if let Some(row) = view.get(&RESPONSES, &(api.to_owned(), kind.to_owned()))? {
        return unpacked(&row.settings);
    }
    let template = ("application/json".to_owned(), USUAL_TEMPLATE.to_owned());
    Ok(GatewayResponse {
        response_type: Some(kind.to_owned()),
        status_code: (status > 0).then(|| status.to_string()),
        response_parameters: None,
        response_templates: Some([template].into_iter().collect()),
        default_response: Some(true),
    })
}

/// All types, on one page as there are so few.
/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetGatewayResponses.html>
pub fn get_gateway_responses(view: &View, input: GetGatewayResponsesRequest) -> Result<GatewayResponses> {
    let GetGatewayResponsesRequest { rest_api_id, position, limit } = input;
    rest_api::find(view, &rest_api_id)?;
    let page = paging::page(limit, position.as_deref())?;
    let after = page.after.as_ref().map(Token::as_bytes);
    let from = after.and_then(|after| KINDS.iter().position(|(kind, _)| kind.as_bytes() == after));
    let from = from.map_or(0, |at| at + 1);
    let kinds = KINDS.get(from..).unwrap_or_default();
    let items: Vec<_> =
        kinds.iter().take(page.limit).map(|(kind, _)| read(view, &rest_api_id, kind)).collect::<Result<_>>()?;
    let last = kinds.get(page.limit.saturating_sub(1)).filter(|_| kinds.len() > page.limit);
    Ok(GatewayResponses { position: last.map(|(kind, _)| Token::of(*kind).encode()), items: Some(items) })
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateGatewayResponse.html>
pub fn update_gateway_response(cx: &mut Cx, input: UpdateGatewayResponseRequest) -> Result<GatewayResponse> {
    let UpdateGatewayResponseRequest { rest_api_id, response_type, patch_operations } = input;
    rest_api::find(cx, &rest_api_id)?;
    let mut response = read(cx, &rest_api_id, &response_type)?;
    patch::apply(&mut response, patch_operations, PLACES)?;
    response.default_response = Some(false);
    keep(cx, &rest_api_id, &response)?;
    Ok(response)
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteGatewayResponse.html>
pub fn delete_gateway_response(cx: &mut Cx, input: DeleteGatewayResponseRequest) -> Result<Nothing> {
    let DeleteGatewayResponseRequest { rest_api_id, response_type } = input;
    rest_api::find(cx, &rest_api_id)?;
    check_type(&response_type)?;
    if !cx.delete(&RESPONSES, &(rest_api_id, response_type))? {
        return Err(errors::no_gateway_response());
    }
    Ok(Nothing {})
}
