//! Tags of APIs, stages, API keys and usage plans.

use crate::api::*;
use crate::ops::{api_keys, usage_plans};
use crate::state::{API_KEYS, APIS, STAGES, TaggedRow, USAGE_PLANS};
use crate::{errors, rest_api, tags};
use service::{Cx, IndexMap, Nothing, Result, View};

/// What can have tags.
enum Tagged {
    Api(String),
    Stage(String, String),
    ApiKey(String),
    UsagePlan(String),
}

/// What can have tags, by its ARN.
fn named(arn: &str) -> Result<Tagged> {
    let path = arn.split_once("::").map(|(_, path)| path).unwrap_or_default();
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    match parts.as_slice() {
        ["restapis", api] => Ok(Tagged::Api((*api).to_owned())),
        ["restapis", api, "stages", stage] => Ok(Tagged::Stage((*api).to_owned(), (*stage).to_owned())),
        ["apikeys", key] => Ok(Tagged::ApiKey((*key).to_owned())),
        ["usageplans", plan] => Ok(Tagged::UsagePlan((*plan).to_owned())),
        _ => Err(errors::bad_request("Invalid ARN specified in the request")),
    }
}

fn read(view: &View, named: &Tagged) -> Result<IndexMap<String, String>> {
    Ok(match named {
        Tagged::Api(api) => rest_api::find(view, api)?.tags,
        Tagged::Stage(api, stage) => {
            rest_api::find(view, api)?;
            view.get(&STAGES, &(api.clone(), stage.clone()))?.ok_or_else(errors::no_stage)?.tags
        }
        Tagged::ApiKey(id) => api_keys::find(view, id)?.0.tags,
        Tagged::UsagePlan(id) => usage_plans::find(view, id)?.0.tags,
    })
}

fn write(cx: &mut Cx, named: Tagged, tags: IndexMap<String, String>) -> Result<()> {
    tags::check_count(&tags)?;
    match named {
        Tagged::Api(api) => {
            let row = crate::state::ApiRow { tags, ..rest_api::find(cx, &api)? };
            cx.put(&APIS, api.as_str(), &row)
        }
        Tagged::Stage(api, stage) => {
            let row = cx.get(&STAGES, &(api.clone(), stage.clone()))?.ok_or_else(errors::no_stage)?;
            cx.put(&STAGES, &(api, stage), &crate::state::StageRow { tags, ..row })
        }
        Tagged::ApiKey(id) => {
            let (row, _) = api_keys::find(cx, &id)?;
            cx.put(&API_KEYS, id.as_str(), &TaggedRow { tags, ..row })
        }
        Tagged::UsagePlan(id) => {
            let (row, _) = usage_plans::find(cx, &id)?;
            cx.put(&USAGE_PLANS, id.as_str(), &TaggedRow { tags, ..row })
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
