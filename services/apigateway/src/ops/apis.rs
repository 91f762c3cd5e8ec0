//! REST APIs as such.

use crate::api::*;
use crate::ops::models;
use crate::patch::{self, Kind, Place};
use crate::rest_api::{self, LETTERS, packed, shown, unpacked};
use crate::state::{
    ADMISSIONS, APIS, AUTHORIZERS, ApiRow, DEPLOYMENTS, METHODS, MODELS, RESOURCES, RESPONSES, ResourceRow, STAGES,
    VALIDATORS,
};
use crate::{errors, paging, places, tags};
use service::policy::Limits;
use service::{Cx, Error, Nothing, Result, View};

/// The most APIs of an account's region.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>
const MOST: usize = 600;

const PLACES: &[Place] = &[
    ("/name", &["replace"], Kind::Text),
    ("/description", &["replace", "remove"], Kind::Text),
    ("/version", &["replace", "remove"], Kind::Text),
    ("/policy", &["replace", "remove"], Kind::Text),
    ("/apiKeySource", &["replace"], Kind::Text),
    ("/disableExecuteApiEndpoint", &["replace"], Kind::Flag),
    ("/binaryMediaTypes/*", &["add", "remove", "replace"], Kind::Member),
    ("/endpointConfiguration/types/*", &["replace"], Kind::Member),
    ("/endpointConfiguration/ipAddressType", &["replace"], Kind::Text),
];
/// Paths of what is not in this cloud.
const MISSING: &[&str] =
    &["/minimumCompressionSize", "/endpointConfiguration/vpcEndpointIds", "/securityPolicy", "/endpointAccessMode"];

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_CreateRestApi.html>
pub fn create_rest_api(cx: &mut Cx, input: CreateRestApiRequest) -> Result<RestApi> {
    let CreateRestApiRequest {
        name,
        description,
        version,
        clone_from,
        binary_media_types,
        minimum_compression_size,
        api_key_source,
        endpoint_configuration,
        policy,
        tags,
        disable_execute_api_endpoint,
        security_policy,
        endpoint_access_mode,
    } = input;
    for (missing, member) in [
        (clone_from.is_some(), "cloneFrom"),
        (minimum_compression_size.is_some(), "minimumCompressionSize"),
        (security_policy.is_some(), "securityPolicy"),
        (endpoint_access_mode.is_some(), "endpointAccessMode"),
    ] {
        if missing {
            return Err(errors::refuse(&format!("member {member}"), cx));
        }
    }
    if cx.rows(&APIS, ()).count() >= MOST {
        return Err(Error::new("LimitExceededException", "Maximum number of APIs for this account has been reached."));
    }
    check_choices(api_key_source.as_deref(), endpoint_configuration.as_ref())?;
    let tags = tags.unwrap_or_default();
    tags::check(cx, &tags)?;
    let (id, root) = (cx.entropy().text(LETTERS, 10), cx.entropy().text(LETTERS, 10));
    let mut api = RestApi {
        id: Some(id.clone()),
        name: Some(name),
        description,
        created_date: Some(cx.now().whole_secs()),
        version,
        binary_media_types,
        api_key_source: api_key_source.or_else(|| Some("HEADER".to_owned())),
        endpoint_configuration: Some(endpoint_configuration.unwrap_or_else(|| EndpointConfiguration {
            types: Some(vec!["EDGE".to_owned()]),
            ..EndpointConfiguration::default()
        })),
        policy,
        disable_execute_api_endpoint: Some(disable_execute_api_endpoint.unwrap_or_default()),
        root_resource_id: Some(root.clone()),
        ..RestApi::default()
    };
    check(cx, &mut api)?;
    let row = ApiRow { id: id.clone(), settings: packed(&api), tags };
    cx.put(&APIS, id.as_str(), &row)?;
    let resource = ResourceRow { id: root.clone(), path: "/".to_owned(), ..ResourceRow::default() };
    cx.put(&RESOURCES, &(id.clone(), root), &resource)?;
    models::born(cx, &id)?;
    places::put(cx, &id)?;
    shown(row)
}

/// What a new API may be is told in other words than what an API may become.
fn check_choices(source: Option<&str>, endpoint: Option<&EndpointConfiguration>) -> Result<()> {
    let wrong = |value: &str, place: &str, choices: &str| {
        let text = format!(
            "1 validation error detected: Value '{value}' at 'createRestApiInput.{place}' failed to satisfy constraint: Member \
             must satisfy enum value set: [{choices}]"
        );
        Err(Error::new("ValidationException", text).status(400))
    };
    if let Some(source) = source.filter(|source| !["AUTHORIZER", "HEADER"].contains(source)) {
        return wrong(source, "apiKeySource", "AUTHORIZER, HEADER");
    }
    let types = endpoint.and_then(|endpoint| endpoint.types.as_deref()).unwrap_or_default();
    match types.iter().find(|kind| !["PRIVATE", "EDGE", "REGIONAL"].contains(&kind.as_str())) {
        Some(kind) => wrong(kind, "endpointConfiguration.types", "PRIVATE, EDGE, REGIONAL"),
        None => Ok(()),
    }
}

/// Checks what an API is to be.
fn check(view: &View, api: &mut RestApi) -> Result<()> {
    if api.name.as_deref().unwrap_or_default().trim().is_empty() {
        return Err(errors::bad_request("Invalid API name specified"));
    }
    let types = api.endpoint_configuration.as_ref().and_then(|c| c.types.as_deref()).unwrap_or_default();
    if types.iter().any(|kind| kind == "PRIVATE") {
        return Err(errors::refuse("with a PRIVATE endpoint", view));
    }
    if types.iter().any(|kind| kind != "EDGE" && kind != "REGIONAL") {
        return Err(errors::bad_request("Invalid EndpointTypes specified. Valid options are EDGE,REGIONAL,PRIVATE"));
    }
    match api.api_key_source.as_deref() {
        None | Some("HEADER" | "AUTHORIZER") => {}
        Some(_) => {
            return Err(errors::bad_request("Invalid API key source specified. Valid options are HEADER,AUTHORIZER"));
        }
    }
    api.policy = api.policy.take().filter(|policy| !policy.is_empty());
    if let Some(policy) = &mut api.policy {
        // An ARN may be left out but for its end.
        // https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html
        let whole = view.arn("execute-api", format!("{}/", api.id.as_deref().unwrap_or_default()));
        *policy = policy.replace("\"execute-api:/", &format!("\"{whole}"));
        check_policy(policy)?;
    }
    Ok(())
}

/// Checks a resource policy.
fn check_policy(policy: &str) -> Result<()> {
    let limits = Limits { bytes: 8192, depth: 32, statements: 100 };
    match service::policy::Document::parse(policy, limits) {
        Ok(_) => Ok(()),
        Err(why) => Err(errors::bad_request(format!("Invalid policy document. {why}"))),
    }
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetRestApi.html>
pub fn get_rest_api(view: &View, input: GetRestApiRequest) -> Result<RestApi> {
    let GetRestApiRequest { rest_api_id } = input;
    shown(rest_api::find(view, &rest_api_id)?)
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetRestApis.html>
pub fn get_rest_apis(view: &View, input: GetRestApisRequest) -> Result<RestApis> {
    let GetRestApisRequest { position, limit } = input;
    let page = paging::page(limit, position.as_deref())?;
    let (rows, next) = view.page(&APIS, (), &page, |_| true)?;
    let items = rows.into_iter().map(shown).collect::<Result<Vec<_>>>()?;
    Ok(RestApis { position: next.map(|token| token.encode()), items: Some(items) })
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateRestApi.html>
pub fn update_rest_api(cx: &mut Cx, input: UpdateRestApiRequest) -> Result<RestApi> {
    let UpdateRestApiRequest { rest_api_id, patch_operations } = input;
    let mut row = rest_api::find(cx, &rest_api_id)?;
    let mut api: RestApi = unpacked(&row.settings)?;
    patch::refuse(cx, patch_operations.as_ref(), MISSING)?;
    patch::apply(&mut api, patch_operations, PLACES)?;
    check(cx, &mut api)?;
    row.settings = packed(&api);
    cx.put(&APIS, rest_api_id.as_str(), &row)?;
    shown(row)
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteRestApi.html>
pub fn delete_rest_api(cx: &mut Cx, input: DeleteRestApiRequest) -> Result<Nothing> {
    let DeleteRestApiRequest { rest_api_id } = input;
    rest_api::find(cx, &rest_api_id)?;
    let id = rest_api_id.as_str();
    cx.delete_all(&RESOURCES, (id,))?;
    cx.delete_all(&METHODS, (id,))?;
    cx.delete_all(&AUTHORIZERS, (id,))?;
    cx.delete_all(&RESPONSES, (id,))?;
    cx.delete_all(&MODELS, (id,))?;
    cx.delete_all(&VALIDATORS, (id,))?;
    cx.delete_all(&DEPLOYMENTS, (id,))?;
    cx.delete_all(&STAGES, (id,))?;
    cx.delete_all(&ADMISSIONS, (id,))?;
    cx.delete(&APIS, id)?;
    places::remove(cx, id)?;
    Ok(Nothing {})
}
