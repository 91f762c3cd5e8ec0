//! Tags of APIs and stages.

use crate::api::*;
use crate::state::{APIS, STAGES};
use crate::{errors, rest_api, tags};
use service::{Cx, IndexMap, Nothing, Result, View};

/// What can have tags, by its ARN: an API, and a stage of it.
fn named(arn: &str) -> Result<(String, Option<String>)> {
    let path = arn.split_once("::").map(|(_, path)| path).unwrap_or_default();
    let mut parts = path.trim_start_matches('/').split('/');
    match (parts.next(), parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some("restapis"), Some(api), None, None, None) => Ok((api.to_owned(), None)),
        (Some("restapis"), Some(api), Some("stages"), Some(stage), None) => {
            Ok((api.to_owned(), Some(stage.to_owned())))
        }
        _ => Err(errors::bad_request("Invalid ARN specified in the request")),
    }
}

fn read(view: &View, (api, stage): &(String, Option<String>)) -> Result<IndexMap<String, String>> {
    let row = rest_api::find(view, api)?;
    match stage {
        None => Ok(row.tags),
        Some(stage) => {
            let stage = view.get(&STAGES, &(api.clone(), stage.clone()))?;
            Ok(stage.ok_or_else(errors::no_stage)?.tags)
        }
    }
}

fn write(cx: &mut Cx, (api, stage): (String, Option<String>), tags: IndexMap<String, String>) -> Result<()> {
    tags::check_count(&tags)?;
    match stage {
        None => {
            let row = crate::state::ApiRow { tags, ..rest_api::find(cx, &api)? };
            cx.put(&APIS, api.as_str(), &row)
        }
        Some(stage) => {
            let row = cx.get(&STAGES, &(api.clone(), stage.clone()))?.ok_or_else(errors::no_stage)?;
            cx.put(&STAGES, &(api, stage), &crate::state::StageRow { tags, ..row })
        }
    }
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_GetTags.html>
pub fn get_tags(view: &View, input: GetTagsRequest) -> Result<Tags> {
    let GetTagsRequest { resource_arn, position, limit } = input;
    // AWS takes these two and gives all tags at once.
    let _ = (position, limit);
    Ok(Tags { tags: Some(read(view, &named(&resource_arn)?)?) })
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_TagResource.html>
pub fn tag_resource(cx: &mut Cx, input: TagResourceRequest) -> Result<Nothing> {
    let TagResourceRequest { resource_arn, tags } = input;
    let named = named(&resource_arn)?;
    tags::check(cx, &tags)?;
    let mut all = read(cx, &named)?;
    all.extend(tags);
    write(cx, named, all)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/apigateway/latest/api/API_UntagResource.html>
pub fn untag_resource(cx: &mut Cx, input: UntagResourceRequest) -> Result<Nothing> {
    let UntagResourceRequest { resource_arn, tag_keys } = input;
    let named = named(&resource_arn)?;
    let mut all = read(cx, &named)?;
    all.retain(|key, _| !tag_keys.contains(key));
    write(cx, named, all)?;
    Ok(Nothing {})
}
