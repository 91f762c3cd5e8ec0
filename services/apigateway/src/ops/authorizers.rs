//! Authorizers.

use crate::api::*;
use crate::function_authorizer::is_source;
use crate::patch::{self, Kind, Place};
use crate::rest_api::{self, LETTERS, packed, unpacked};
use crate::state::{AUTHORIZERS, METHODS, PartRow};
use crate::{errors, integration, paging};
use regex::Regex;
use service::{Cx, Nothing, Result, View};

/// The most authorizers of an API.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>
const MOST: usize = 10;

const PLACES: &[Place] = &[
    ("/name", &["replace"], Kind::Text),
    ("/type", &["replace"], Kind::Text),
    ("/authType", &["replace"], Kind::Text),
    ("/authorizerUri", &["replace"], Kind::Text),
    ("/authorizerCredentials", &["replace"], Kind::Text),
    ("/authorizerResultTtlInSeconds", &["replace"], Kind::Number),
    ("/identitySource", &["replace"], Kind::Text),
    ("/identityValidationExpression", &["replace"], Kind::Text),
    ("/providerARNs", &["add", "remove"], Kind::Texts),
];

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
    if jwt_configuration.is_some() {
        return Err(errors::refuse("member jwtConfiguration", cx));
    }
    let known: Vec<PartRow> = cx.rows(&AUTHORIZERS, (rest_api_id.as_str(),)).collect::<Result<_>>()?;
    if known.len() >= MOST {
        let text = "Maximum number of Authorizers for this API has been reached.";
        return Err(service::Error::new("LimitExceededException", text));
    }
    let mut made = Authorizer {
        id: Some(cx.entropy().text(LETTERS, 6)),
        name: Some(name),
        type_: Some(type_),
        provider_arns,
        auth_type,
        authorizer_uri,
        authorizer_credentials,
        identity_source,
        identity_validation_expression,
        authorizer_result_ttl_in_seconds,
        ..Authorizer::default()
    };
    check(cx, &mut made)?;
    keep(cx, &rest_api_id, &made)?;
    Ok(made)
}

fn keep(cx: &mut Cx, api: &str, authorizer: &Authorizer) -> Result<()> {
    let id = authorizer.id.clone().unwrap_or_default();
    let row = PartRow { name: id.clone(), settings: packed(authorizer) };
    cx.put(&AUTHORIZERS, &(api.to_owned(), id), &row)
}

/// Seconds for which the answer of a function holds at the most, and where nothing is said.
/// <https://docs.aws.amazon.com/apigateway/latest/api/API_Authorizer.html>
const LONGEST_SECONDS: i64 = 3600;
const USUAL_SECONDS: i64 = 300;

/// Checks what an authorizer is to be, and says what was left out.
fn check(view: &View, authorizer: &mut Authorizer) -> Result<()> {
    let kind = authorizer.type_.clone().unwrap_or_default();
    // What is taken away by a patch becomes an empty text.
    for text in [
        &mut authorizer.authorizer_uri,
        &mut authorizer.authorizer_credentials,
        &mut authorizer.identity_source,
        &mut authorizer.identity_validation_expression,
    ] {
        *text = text.take().filter(|text| !text.is_empty());
    }
    match kind.as_str() {
        "COGNITO_USER_POOLS" => check_pools(authorizer),
        "TOKEN" | "REQUEST" => check_function(view, authorizer, &kind),
        "JWT" => Err(errors::refuse("with the type JWT", view)),
        _ => Err(errors::bad_request(
            "Invalid authorizer type specified. Valid options are TOKEN,REQUEST,COGNITO_USER_POOLS",
        )),
    }
}

fn check_pools(authorizer: &mut Authorizer) -> Result<()> {
    let Authorizer { authorizer_uri, authorizer_credentials, identity_validation_expression, .. } = authorizer;
    if authorizer_uri.is_some() || authorizer_credentials.is_some() || identity_validation_expression.is_some() {
        return Err(errors::bad_request(
            "Authorizer URI, credentials and identity validation expression are not for COGNITO_USER_POOLS authorizers",
        ));
    }
    let pools = authorizer.provider_arns.as_deref().unwrap_or_default();
    if pools.is_empty() || !pools.iter().all(|arn| arn.contains(":cognito-idp:") && arn.contains(":userpool/")) {
        return Err(errors::bad_request("Invalid Authorizer Provider ARN specified"));
    }
    authorizer.auth_type.get_or_insert_with(|| "cognito_user_pools".to_owned());
    let source = authorizer.identity_source.get_or_insert_with(|| "method.request.header.Authorization".to_owned());
    match source.starts_with("method.request.header.") {
        // Tokens of pools are looked at each time: nothing is kept of them for so long.
        true => Ok(()),
        false => Err(errors::bad_request("Invalid mapping expression specified: identity source")),
    }
}

fn check_function(view: &View, authorizer: &mut Authorizer, kind: &str) -> Result<()> {
    let uri = authorizer.authorizer_uri.as_deref().unwrap_or_default();
    // The stage's variables are put in when a client calls.
    let plain = uri.replace("${stageVariables.", "").replace('}', "");
    if integration::function(&plain, None).is_none() {
        return Err(errors::bad_request(
            "Invalid Authorizer URI: it must be the ARN of a Lambda function's invocation",
        ));
    }
    if authorizer.authorizer_credentials.as_deref().is_some_and(|role| role.ends_with(":user/*")) {
        return Err(errors::refuse("with the credentials of its caller", view));
    }
    authorizer.auth_type.get_or_insert_with(|| "custom".to_owned());
    let lasts = *authorizer.authorizer_result_ttl_in_seconds.get_or_insert(USUAL_SECONDS);
    if !(0..=LONGEST_SECONDS).contains(&lasts) {
        return Err(errors::bad_request("Authorizer result TTL must be between 0 and 3600 seconds"));
    }
    if kind == "TOKEN" {
        authorizer.identity_source.get_or_insert_with(|| "method.request.header.Authorization".to_owned());
    }
    let sources: Vec<&str> = authorizer.identity_source.iter().flat_map(|all| all.split(',').map(str::trim)).collect();
    let fits = match kind {
        "TOKEN" => sources.len() == 1 && sources.iter().all(|source| source.starts_with("method.request.header.")),
        _ => (lasts == 0 || !sources.is_empty()) && sources.iter().all(|source| is_source(source)),
    };
    if !fits {
        return Err(errors::bad_request("Invalid mapping expression specified: identity source"));
    }
    match &authorizer.identity_validation_expression {
        Some(_) if kind == "REQUEST" => {
            Err(errors::bad_request("Identity validation expression is for TOKEN authorizers alone"))
        }
        Some(expression) if Regex::new(expression).is_err() => {
            Err(errors::refuse(&format!("with the identity validation expression {expression}"), view))
        }
        _ => Ok(()),
    }
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetAuthorizer.html>
pub fn get_authorizer(view: &View, input: GetAuthorizerRequest) -> Result<Authorizer> {
    let GetAuthorizerRequest { rest_api_id, authorizer_id } = input;
    find(view, &rest_api_id, &authorizer_id)
}

fn find(view: &View, api: &str, id: &str) -> Result<Authorizer> {
    rest_api::find(view, api)?;
    let row = view.get(&AUTHORIZERS, &(api.to_owned(), id.to_owned()))?;
    unpacked(&row.ok_or_else(errors::no_authorizer)?.settings)
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateAuthorizer.html>
pub fn update_authorizer(cx: &mut Cx, input: UpdateAuthorizerRequest) -> Result<Authorizer> {
    let UpdateAuthorizerRequest { rest_api_id, authorizer_id, patch_operations } = input;
    let mut authorizer = find(cx, &rest_api_id, &authorizer_id)?;
    patch::apply(&mut authorizer, patch_operations, PLACES)?;
    check(cx, &mut authorizer)?;
    keep(cx, &rest_api_id, &authorizer)?;
    Ok(authorizer)
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
    find(cx, &rest_api_id, &authorizer_id)?;
    for row in cx.rows(&METHODS, (rest_api_id.as_str(),)) {
        let method: Method = unpacked(&row?.settings)?;
        if method.authorizer_id.as_ref() == Some(&authorizer_id) {
            let text = format!("Cannot delete authorizer '{authorizer_id}', is referenced in method");
            return Err(errors::conflict(text));
        }
    }
    cx.delete(&AUTHORIZERS, &(rest_api_id, authorizer_id))?;
    Ok(Nothing {})
}
