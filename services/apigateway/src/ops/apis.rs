//! REST APIs as such.

use crate::api::*;
use crate::rest_api::{self, LETTERS, packed, shown, unpacked};
use crate::state::{APIS, AUTHORIZERS, ApiRow, DEPLOYMENTS, METHODS, RESOURCES, RESPONSES, ResourceRow, STAGES};
use crate::{errors, paging, places, tags};
use service::policy::Limits;
use service::{Cx, Error, Nothing, Result, View};

/// The most APIs of an account's region.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>
const MOST: usize = 600;

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
    if name.trim().is_empty() {
        return Err(errors::bad_request("Invalid API name specified"));
    }
    let types = endpoint_configuration.as_ref().and_then(|c| c.types.as_deref()).unwrap_or_default();
    if types.iter().any(|kind| kind == "PRIVATE") {
        return Err(errors::refuse("with a PRIVATE endpoint", cx));
    }
    if cx.rows(&APIS, ()).count() >= MOST {
        return Err(Error::new("LimitExceededException", "Maximum number of APIs for this account has been reached."));
    }
    if let Some(policy) = &policy {
        check_policy(policy)?;
    }
    let tags = tags.unwrap_or_default();
    tags::check(&tags)?;
    let (id, root) = (cx.entropy().text(LETTERS, 10), cx.entropy().text(LETTERS, 10));
    let api = RestApi {
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
    let row = ApiRow { id: id.clone(), settings: packed(&api), tags };
    cx.put(&APIS, id.as_str(), &row)?;
    let resource = ResourceRow { id: root.clone(), path: "/".to_owned(), ..ResourceRow::default() };
    cx.put(&RESOURCES, &(id.clone(), root), &resource)?;
    places::put(cx, &id)?;
    shown(row)
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
    for patch in patch_operations.unwrap_or_default() {
        let (op, path) = (patch.op.as_deref().unwrap_or_default(), patch.path.as_deref().unwrap_or_default());
        let value = patch.value.filter(|_| op != "remove");
        match (op, path) {
            ("replace", "/name") => api.name = value,
            ("replace" | "remove", "/description") => api.description = value,
            ("replace", "/version") => api.version = value,
            ("replace" | "remove", "/policy") => {
                if let Some(policy) = value.as_deref().filter(|policy| !policy.is_empty()) {
                    check_policy(policy)?;
                }
                api.policy = value.filter(|policy| !policy.is_empty());
            }
            ("replace", "/disableExecuteApiEndpoint") => {
                api.disable_execute_api_endpoint = Some(value.as_deref() == Some("true"));
            }
            ("add", path) if path.starts_with("/binaryMediaTypes/") => {
                api.binary_media_types.get_or_insert_default().push(media_type(path));
            }
            ("remove", path) if path.starts_with("/binaryMediaTypes/") => {
                api.binary_media_types.get_or_insert_default().retain(|kind| *kind != media_type(path));
            }
            _ => return Err(errors::refuse(&format!("patch {op} {path}"), cx)),
        }
    }
    row.settings = packed(&api);
    cx.put(&APIS, rest_api_id.as_str(), &row)?;
    shown(row)
}

/// The media type in a patch's path, where `~1` stands for a slash (RFC 6901).
fn media_type(path: &str) -> String {
    path.trim_start_matches("/binaryMediaTypes/").replace("~1", "/").replace("~0", "~")
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
    cx.delete_all(&DEPLOYMENTS, (id,))?;
    cx.delete_all(&STAGES, (id,))?;
    cx.delete(&APIS, id)?;
    places::remove(cx, id)?;
    Ok(Nothing {})
}
