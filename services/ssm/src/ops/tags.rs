//! Tags of parameters.

use crate::api::*;
use crate::state::{PARAMETERS, Parameter};
use crate::{errors, tags};
use service::{Cx, Result, View};

/// <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_AddTagsToResource.html>
pub fn add_tags_to_resource(cx: &mut Cx, input: AddTagsToResourceRequest) -> Result<AddTagsToResourceResult> {
    let AddTagsToResourceRequest { resource_type, resource_id, tags } = input;
    let mut parameter = find(cx, &resource_type, &resource_id)?;
    tags::add(cx, &mut parameter.tags, tags)?;
    cx.put(&PARAMETERS, &resource_id, &parameter)?;
    Ok(AddTagsToResourceResult {})
}

/// <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RemoveTagsFromResource.html>
pub fn remove_tags_from_resource(
    cx: &mut Cx,
    input: RemoveTagsFromResourceRequest,
) -> Result<RemoveTagsFromResourceResult> {
    let RemoveTagsFromResourceRequest { resource_type, resource_id, tag_keys } = input;
    let mut parameter = find(cx, &resource_type, &resource_id)?;
    parameter.tags.retain(|key, _| !tag_keys.contains(key));
    cx.put(&PARAMETERS, &resource_id, &parameter)?;
    Ok(RemoveTagsFromResourceResult {})
}

/// <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListTagsForResource.html>
pub fn list_tags_for_resource(view: &View, input: ListTagsForResourceRequest) -> Result<ListTagsForResourceResult> {
    let ListTagsForResourceRequest { resource_type, resource_id } = input;
    let parameter = find(view, &resource_type, &resource_id)?;
    Ok(ListTagsForResourceResult { tag_list: Some(tags::shown(&parameter.tags)) })
}

fn find(view: &View, kind: &str, id: &str) -> Result<Parameter> {
    if kind != "Parameter" {
        return Err(errors::refuse(&format!("the ResourceType {kind}")));
    }
    view.get(&PARAMETERS, id)?.ok_or_else(errors::invalid_resource)
}
