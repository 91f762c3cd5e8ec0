//! The tags of functions and mappings.

use crate::address::Address;
use crate::api::*;
use crate::state::{FUNCTIONS, Function, MAPPINGS, Mapping};
use crate::{errors, tags};
use service::{ArnParts, Cx, IndexMap, Nothing, Result, View};

/// What has tags.
pub(crate) enum Tagged {
    Function(Box<Function>),
    Mapping(Box<Mapping>),
}

impl Tagged {
    /// The function or mapping of one's own that an ARN names.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, `InvalidParameterValueException`
    pub(crate) fn find(view: &View, arn: &str) -> Result<Tagged> {
        let resource = ArnParts::parse(arn).map(|parts| parts.resource).unwrap_or_default();
        if let Some(uuid) = resource.strip_prefix("event-source-mapping:") {
            let mapping = view.get(&MAPPINGS, uuid)?.ok_or_else(errors::no_such_resource)?;
            return Ok(Tagged::Mapping(Box::new(mapping)));
        }
        if !resource.starts_with("function:") {
            return Err(errors::not_implemented("tags of other resources than functions and event source mappings"));
        }
        let address = Address::of(view, arn, None)?;
        if address.qualifier.is_some() {
            let text = format!(
                "Tags on function aliases and versions are not supported. Please specify a function ARN. {arn}"
            );
            return Err(errors::invalid(text));
        }
        Ok(Tagged::Function(Box::new(address.own(view)?)))
    }

    pub(crate) fn tags(&self) -> &IndexMap<String, String> {
        match self {
            Tagged::Function(function) => &function.tags,
            Tagged::Mapping(mapping) => &mapping.tags,
        }
    }

    fn tags_mut(&mut self) -> &mut IndexMap<String, String> {
        match self {
            Tagged::Function(function) => &mut function.tags,
            Tagged::Mapping(mapping) => &mut mapping.tags,
        }
    }

    fn put(&self, cx: &mut Cx) -> Result<()> {
        match self {
            Tagged::Function(function) => cx.put(&FUNCTIONS, function.name.as_str(), function),
            Tagged::Mapping(mapping) => cx.put(&MAPPINGS, mapping.uuid.as_str(), mapping),
        }
    }
}

/// <https://docs.aws.amazon.com/lambda/latest/api/API_TagResource.html>
pub fn tag_resource(cx: &mut Cx, input: TagResourceRequest) -> Result<Nothing> {
    let TagResourceRequest { resource, tags } = input;
    let mut tagged = Tagged::find(cx, &resource)?;
    tags::add(cx, tagged.tags_mut(), tags)?;
    tagged.put(cx)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/lambda/latest/api/API_UntagResource.html>
pub fn untag_resource(cx: &mut Cx, input: UntagResourceRequest) -> Result<Nothing> {
    let UntagResourceRequest { resource, tag_keys } = input;
    let mut tagged = Tagged::find(cx, &resource)?;
    tagged.tags_mut().retain(|key, _| !tag_keys.contains(key));
    tagged.put(cx)?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/lambda/latest/api/API_ListTags.html>
pub fn list_tags(view: &View, input: ListTagsRequest) -> Result<ListTagsResponse> {
    let ListTagsRequest { resource } = input;
    Ok(ListTagsResponse { tags: Some(Tagged::find(view, &resource)?.tags().clone()) })
}
