//! Authorizers.

use crate::api::*;
use crate::rest_api::{self, LETTERS, packed, unpacked};
use crate::state::{AUTHORIZERS, PartRow};
use crate::{errors, paging};
use service::{Cx, Nothing, Result, View};

/// The most authorizers of an API.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>
const MOST: usize = 10;

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_CreateAuthorizer.html>
pub fn create_authorizer(cx: &mut Cx, input: CreateAuthorizerRequest) -> Result<Authorizer> {
    let CreateAuthorizerRequest {
        rest_api_id,
        name,
        type_,
        provider_arns,
        auth_type,
        authorizer_uri,
        authorizer_credentials,
        identity_source,
        identity_validation_expression,
        authorizer_result_ttl_in_seconds,
        jwt_configuration,
    } = input;
    rest_api::find(cx, &rest_api_id)?;
    if type_ != "COGNITO_USER_POOLS" {
        return Err(errors::refuse(&format!("with the type {type_}"), cx));
    }
    for (missing, member) in [
        (authorizer_uri.is_some(), "authorizerUri"),
        (authorizer_credentials.is_some(), "authorizerCredentials"),
        (identity_validation_expression.is_some(), "identityValidationExpression"),
        (jwt_configuration.is_some(), "jwtConfiguration"),
    ] {
        if missing {
            return Err(errors::refuse(&format!("member {member}"), cx));
        }
    }
    let pools = provider_arns.unwrap_or_default();
    if pools.is_empty() || !pools.iter().all(|arn| arn.contains(":cognito-idp:") && arn.contains(":userpool/")) {
        return Err(errors::bad_request("Invalid Authorizer Provider ARN specified"));
    }
    let source = identity_source.unwrap_or_else(|| "method.request.header.Authorization".to_owned());
    if !source.starts_with("method.request.header.") {
        return Err(errors::bad_request("Invalid mapping expression specified: identity source"));
    }
    let known: Vec<PartRow> = cx.rows(&AUTHORIZERS, (rest_api_id.as_str(),)).collect::<Result<_>>()?;
    if known.len() >= MOST {
        let text = "Maximum number of Authorizers for this API has been reached.";
        return Err(service::Error::new("LimitExceededException", text));
    }
    let id = cx.entropy().text(LETTERS, 6);
    let made = Authorizer {
        id: Some(id.clone()),
        name: Some(name),
        type_: Some(type_),
        provider_arns: Some(pools),
        auth_type: auth_type.or_else(|| Some("cognito_user_pools".to_owned())),
        identity_source: Some(source),
        // Tokens are looked at each time: nothing is kept of them.
        authorizer_result_ttl_in_seconds,
        ..Authorizer::default()
    };
    cx.put(&AUTHORIZERS, &(rest_api_id, id.clone()), &PartRow { name: id, settings: packed(&made) })?;
    Ok(made)
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetAuthorizer.html>
pub fn get_authorizer(view: &View, input: GetAuthorizerRequest) -> Result<Authorizer> {
    let GetAuthorizerRequest { rest_api_id, authorizer_id } = input;
    rest_api::find(view, &rest_api_id)?;
    let row = view.get(&AUTHORIZERS, &(rest_api_id, authorizer_id))?;
    unpacked(&row.ok_or_else(errors::no_authorizer)?.settings)
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetAuthorizers.html>
pub fn get_authorizers(view: &View, input: GetAuthorizersRequest) -> Result<Authorizers> {
    let GetAuthorizersRequest { rest_api_id, position, limit } = input;
    rest_api::find(view, &rest_api_id)?;
    let page = paging::page(limit, position.as_deref())?;
    let (rows, next) = view.page(&AUTHORIZERS, (rest_api_id.as_str(),), &page, |_| true)?;
    let items = rows.iter().map(|row| unpacked(&row.settings)).collect::<Result<Vec<_>>>()?;
    Ok(Authorizers { position: next.map(|token| token.encode()), items: Some(items) })
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteAuthorizer.html>
pub fn delete_authorizer(cx: &mut Cx, input: DeleteAuthorizerRequest) -> Result<Nothing> {
    let DeleteAuthorizerRequest { rest_api_id, authorizer_id } = input;
    rest_api::find(cx, &rest_api_id)?;
    if !cx.delete(&AUTHORIZERS, &(rest_api_id, authorizer_id))? {
        return Err(errors::no_authorizer());
    }
    Ok(Nothing {})
}
