//! Resources: the paths of an API.

use crate::api::*;
use crate::patch::{self, Kind, Place};
use crate::rest_api::{self, LETTERS, unpacked};
use crate::route;
use crate::state::{METHODS, PartRow, RESOURCES, ResourceRow};
use crate::{errors, paging};
use service::{Cx, Error, IndexMap, Nothing, Result, View};

/// The most resources of an API.
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>
const MOST: usize = 300;

const PLACES: &[Place] = &[("/parentId", &["replace"], Kind::Text), ("/pathPart", &["replace"], Kind::Text)];

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_CreateResource.html>
pub fn create_resource(cx: &mut Cx, input: CreateResourceRequest) -> Result<Resource> {
    let CreateResourceRequest { rest_api_id, parent_id, path_part } = input;
    rest_api::resource(cx, &rest_api_id, &parent_id)?;
    let all: Vec<ResourceRow> = cx.rows(&RESOURCES, (rest_api_id.as_str(),)).collect::<Result<_>>()?;
    if all.len() >= MOST {
        return Err(Error::new("LimitExceededException", "Maximum number of resources for this API has been reached."));
    }
    let id = cx.entropy().text(LETTERS, 6);
    let mut row = ResourceRow { id: id.clone(), parent: parent_id, part: path_part, ..ResourceRow::default() };
    row.path = place(&all, &row)?;
    cx.put(&RESOURCES, &(rest_api_id, id), &row)?;
    Ok(shown(row, None))
}

/// The path of a resource that is to stand among these.
fn place(all: &[ResourceRow], row: &ResourceRow) -> Result<String> {
    check_part(&row.part)?;
    let parent = all.iter().find(|other| other.id == row.parent).ok_or_else(errors::no_resource)?;
    let mut siblings = all.iter().filter(|other| other.parent == row.parent && other.id != row.id);
    if let Some(other) = siblings.find(|other| other.part == row.part || both_variable(&other.part, &row.part)) {
        return Err(match other.part == row.part {
            true => {
                errors::conflict(format!("Another resource with the same parent already has this name: {}", row.part))
            }
            false => errors::bad_request(format!(
                "A sibling ({}) of this resource already has a variable path part -- only one is allowed",
                other.part
            )),
        });
    }
    if route::variable(&parent.part).is_some_and(|(_, greedy)| greedy) {
        return Err(errors::bad_request(format!(
            "Cannot create a child of a resource with a greedy path variable: {}",
            parent.part
        )));
    }
    Ok(format!("{}/{}", parent.path.trim_end_matches('/'), row.part))
}

/// Two variables in one place could not be told apart, but that a greedy one goes behind the other.
fn both_variable(a: &str, b: &str) -> bool {
    match (route::variable(a), route::variable(b)) {
        (Some((_, a)), Some((_, b))) => a == b,
        _ => false,
    }
}

fn check_part(part: &str) -> Result<()> {
    let plain = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-:@$&+,;=~!*'()%".contains(&b))
    };
    let name = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
    let fits = match route::variable(part) {
        Some((variable, _)) => name(variable),
        None => plain(part),
    };
    let text = "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at the \
                beginning and the end.";
    if fits { Ok(()) } else { Err(errors::bad_request(text)) }
}

fn shown(row: ResourceRow, methods: Option<IndexMap<String, Method>>) -> Resource {
    let ResourceRow { id, parent, part, path } = row;
    Resource {
        id: Some(id),
        parent_id: (!parent.is_empty()).then_some(parent),
        path_part: (!part.is_empty()).then_some(part),
        path: Some(path),
        resource_methods: methods.filter(|methods| !methods.is_empty()),
    }
}

/// The methods of a resource: all that was said of them where it is asked for, else their names.
fn methods(view: &View, api: &str, (id, whole): (&str, bool)) -> Result<Option<IndexMap<String, Method>>> {
    let rows: Vec<PartRow> = view.rows(&METHODS, (api, id)).collect::<Result<_>>()?;
    let read = |row: PartRow| {
        let method = if whole { unpacked(&row.settings)? } else { Method::default() };
        Ok((row.name, method))
    };
    rows.into_iter().map(read).collect::<Result<IndexMap<_, _>>>().map(Some)
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetResource.html>
pub fn get_resource(view: &View, input: GetResourceRequest) -> Result<Resource> {
    let GetResourceRequest { rest_api_id, resource_id, embed } = input;
    let row = rest_api::resource(view, &rest_api_id, &resource_id)?;
    let whole = embed.is_some_and(|parts| parts.iter().any(|part| part == "methods"));
    let methods = methods(view, &rest_api_id, (&resource_id, whole))?;
    Ok(shown(row, methods))
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetResources.html>
pub fn get_resources(view: &View, input: GetResourcesRequest) -> Result<Resources> {
    let GetResourcesRequest { rest_api_id, position, limit, embed } = input;
    rest_api::find(view, &rest_api_id)?;
    let whole = embed.is_some_and(|parts| parts.iter().any(|part| part == "methods"));
    let page = paging::page(limit, position.as_deref())?;
    let (rows, next) = view.page(&RESOURCES, (rest_api_id.as_str(),), &page, |_| true)?;
    let read = |row: ResourceRow| {
        let methods = methods(view, &rest_api_id, (&row.id, whole))?;
        Ok(shown(row, methods))
    };
    let items = rows.into_iter().map(read).collect::<Result<Vec<_>>>()?;
    Ok(Resources { position: next.map(|token| token.encode()), items: Some(items) })
}

/// With all that lies beneath, whose paths begin with its own.
/// <https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateResource.html>
pub fn update_resource(cx: &mut Cx, input: UpdateResourceRequest) -> Result<Resource> {
    let UpdateResourceRequest { rest_api_id, resource_id, patch_operations } = input;
    let mut row = rest_api::resource(cx, &rest_api_id, &resource_id)?;
    if row.parent.is_empty() {
        return Err(errors::bad_request("Cannot update the root resource"));
    }
    let mut said = Resource { parent_id: Some(row.parent), path_part: Some(row.part), ..Resource::default() };
    patch::apply(&mut said, patch_operations, PLACES)?;
    (row.parent, row.part) = (said.parent_id.unwrap_or_default(), said.path_part.unwrap_or_default());
    let all: Vec<ResourceRow> = cx.rows(&RESOURCES, (rest_api_id.as_str(),)).collect::<Result<_>>()?;
    let beneath = format!("{}/", row.path);
    if all.iter().any(|other| other.id == row.parent && (other.id == row.id || other.path.starts_with(&beneath))) {
        return Err(errors::bad_request("Resource cannot be moved beneath itself"));
    }
    row.path = place(&all, &row)?;
    for other in all.into_iter().filter(|other| other.path.starts_with(&beneath)) {
        let path = format!("{}/{}", row.path, other.path.strip_prefix(&beneath).unwrap_or_default());
        cx.put(&RESOURCES, &(rest_api_id.clone(), other.id.clone()), &ResourceRow { path, ..other })?;
    }
    cx.put(&RESOURCES, &(rest_api_id, resource_id), &row)?;
    Ok(shown(row, None))
}

/// With all that lies beneath.
/// <https://docs.aws.amazon.com/apigateway/latest/api/API_DeleteResource.html>
pub fn delete_resource(cx: &mut Cx, input: DeleteResourceRequest) -> Result<Nothing> {
    let DeleteResourceRequest { rest_api_id, resource_id } = input;
    let row = rest_api::resource(cx, &rest_api_id, &resource_id)?;
    if row.parent.is_empty() {
        return Err(errors::bad_request("Cannot delete the root resource"));
    }
    let all: Vec<ResourceRow> = cx.rows(&RESOURCES, (rest_api_id.as_str(),)).collect::<Result<_>>()?;
    let beneath = format!("{}/", row.path);
    for row in all.into_iter().filter(|other| other.id == row.id || other.path.starts_with(&beneath)) {
        cx.delete_all(&METHODS, (rest_api_id.as_str(), row.id.as_str()))?;
        cx.delete(&RESOURCES, &(rest_api_id.clone(), row.id))?;
    }
    Ok(Nothing {})
}
