//! The tags of instances and permission sets.

use crate::api::{
    ListTagsForResourceRequest, ListTagsForResourceResponse, TagResourceRequest, TagResourceResponse,
    UntagResourceRequest, UntagResourceResponse,
};
use crate::state::{INSTANCES, InstanceRow, SetRow};
use crate::{errors, instance, paging, permission_set, tags};
use service::{Cx, IndexMap, Result, View};

/// What has tags.
enum Tagged {
    Instance(InstanceRow),
    Set(SetRow),
}

impl Tagged {
    /// What an ARN names, in the instance that a request says or the ARN itself.
    fn find(view: &View, arn: &str, given: Option<&str>) -> Result<Tagged> {
        let kind = arn.rsplit(':').next().and_then(|resource| resource.split('/').next()).unwrap_or_default();
        let own = instance::arn(view, instance::id_in(arn)).to_string();
        let row = instance::known(view, given.unwrap_or(&own))?;
        match kind {
            "instance" if row.id == instance::id_in(arn) => Ok(Tagged::Instance(row)),
            "permissionSet" => permission_set::find(view, &row, arn).map(Tagged::Set),
            _ => Err(errors::not_found(format!("Could not find resource {arn}"))),
        }
    }

    fn tags(&mut self) -> &mut IndexMap<String, String> {
        match self {
            Tagged::Instance(row) => &mut row.tags,
            Tagged::Set(row) => &mut row.tags,
        }
    }

    fn save(&self, cx: &mut Cx) -> Result<()> {
        match self {
            Tagged::Instance(row) => cx.put(&INSTANCES, row.id.as_str(), row),
            Tagged::Set(row) => permission_set::save(cx, row),
        }
    }
}

/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_TagResource.html>
pub fn tag_resource(cx: &mut Cx, input: TagResourceRequest) -> Result<TagResourceResponse> {
    let TagResourceRequest { instance_arn, resource_arn, tags: more } = input;
    let mut tagged = Tagged::find(cx, &resource_arn, instance_arn.as_deref())?;
    tags::add(cx, tagged.tags(), more)?;
    tagged.save(cx)?;
    Ok(TagResourceResponse {})
}

/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_UntagResource.html>
pub fn untag_resource(cx: &mut Cx, input: UntagResourceRequest) -> Result<UntagResourceResponse> {
    let UntagResourceRequest { instance_arn, resource_arn, tag_keys } = input;
    let mut tagged = Tagged::find(cx, &resource_arn, instance_arn.as_deref())?;
    tagged.tags().retain(|key, _| !tag_keys.contains(key));
    tagged.save(cx)?;
    Ok(UntagResourceResponse {})
}

/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListTagsForResource.html>
pub fn list_tags_for_resource(view: &View, input: ListTagsForResourceRequest) -> Result<ListTagsForResourceResponse> {
    let ListTagsForResourceRequest { instance_arn, resource_arn, next_token } = input;
    let mut tagged = Tagged::find(view, &resource_arn, instance_arn.as_deref())?;
    let page = paging::page(None, next_token.as_deref())?;
    let (tags, next_token) = paging::slice(tags::shown(tagged.tags()), &page);
    Ok(ListTagsForResourceResponse { tags: Some(tags), next_token })
}
