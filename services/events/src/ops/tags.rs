//! The tags of buses and rules.

use super::buses;
use crate::address::{self, BusAddress, DEFAULT};
use crate::api::*;
use crate::state::{Bus, RULES, Rule};
use crate::{errors, tags};
use service::{ArnParts, Cx, IndexMap, Result, View};

/// What can have tags.
pub(crate) enum Tagged {
    /// A bus.
    Bus(Box<Bus>),
    /// A rule.
    Rule(Box<Rule>),
}

impl Tagged {
    /// The bus or rule of one's own that an ARN names.
    ///
    /// # Errors
    /// `ResourceNotFoundException`
    pub(crate) fn find(view: &View, arn: &str) -> Result<Tagged> {
        if let Some(address) = BusAddress::of_arn(arn) {
            return Ok(Tagged::Bus(Box::new(address.bus(view)?)));
        }
        let parts = ArnParts::parse(arn).ok();
        let own = parts.as_ref().filter(|parts| address::scope_of(parts) == Some(view.scope()));
        let Some(name) = own.and_then(|parts| parts.resource.strip_prefix("rule/")) else {
            return Err(errors::validation(format!(
                "Parameter {arn} is not valid. Reason: Provided Arn is not in correct format."
            )));
        };
        let (bus, rule) = name.rsplit_once('/').unwrap_or((DEFAULT, name));
        let (_, rule) = address::rule(view, Some(bus), rule)?;
        Ok(Tagged::Rule(Box::new(rule)))
    }

    pub(crate) fn tags(&self) -> &IndexMap<String, String> {
        match self {
            Tagged::Bus(bus) => &bus.tags,
            Tagged::Rule(rule) => &rule.tags,
        }
    }

    fn tags_mut(&mut self) -> &mut IndexMap<String, String> {
        match self {
            Tagged::Bus(bus) => &mut bus.tags,
            Tagged::Rule(rule) => &mut rule.tags,
        }
    }

    fn put(mut self, cx: &mut Cx) -> Result<()> {
        match &mut self {
            Tagged::Bus(bus) => buses::put(cx, bus),
            Tagged::Rule(rule) => cx.put(&RULES, &(rule.bus.clone(), rule.name.clone()), rule),
        }
    }
}

/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TagResource.html>
pub fn tag_resource(cx: &mut Cx, input: TagResourceRequest) -> Result<TagResourceResponse> {
    let TagResourceRequest { resource_arn, tags } = input;
    let mut tagged = Tagged::find(cx, &resource_arn)?;
    tags::add(cx, tagged.tags_mut(), tags)?;
    tagged.put(cx)?;
    Ok(TagResourceResponse {})
}

/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_UntagResource.html>
pub fn untag_resource(cx: &mut Cx, input: UntagResourceRequest) -> Result<UntagResourceResponse> {
    let UntagResourceRequest { resource_arn, tag_keys } = input;
    let mut tagged = Tagged::find(cx, &resource_arn)?;
    tagged.tags_mut().retain(|key, _| !tag_keys.contains(key));
    tagged.put(cx)?;
    Ok(UntagResourceResponse {})
}

/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListTagsForResource.html>
pub fn list_tags_for_resource(view: &View, input: ListTagsForResourceRequest) -> Result<ListTagsForResourceResponse> {
    let ListTagsForResourceRequest { resource_arn } = input;
    let tagged = Tagged::find(view, &resource_arn)?;
    Ok(ListTagsForResourceResponse { tags: Some(tags::shown(tagged.tags())) })
}
