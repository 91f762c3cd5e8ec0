//! Tags of machines and activities.

use crate::address::Address;
use crate::api::*;
use crate::state::{ACTIVITIES, Activity, MACHINES, Machine};
use crate::{errors, tags};
use service::{Cx, IndexMap, Result, View};

/// What can have tags.
pub(crate) enum Tagged {
    /// A state machine.
    Machine(Box<Machine>),
    /// An activity.
    Activity(Activity),
}

impl Tagged {
    /// The machine or activity of one's own that an ARN names.
    ///
    /// # Errors
    /// `ResourceNotFound`
    pub(crate) fn find(view: &View, arn: &str) -> Result<Tagged> {
        let address = Address::read(view, arn)?;
        let found = match address.kind.as_str() {
            "stateMachine" => view.get(&MACHINES, &address.name)?.map(|machine| Tagged::Machine(Box::new(machine))),
            "activity" => view.get(&ACTIVITIES, &address.name)?.map(Tagged::Activity),
            kind => return Err(errors::other_resource(kind)),
        };
        found.ok_or_else(|| errors::resource_missing(arn))
    }

    pub(crate) fn tags(&self) -> &IndexMap<String, String> {
        match self {
            Tagged::Machine(machine) => &machine.tags,
            Tagged::Activity(activity) => &activity.tags,
        }
    }

    fn tags_mut(&mut self) -> &mut IndexMap<String, String> {
        match self {
            Tagged::Machine(machine) => &mut machine.tags,
            Tagged::Activity(activity) => &mut activity.tags,
        }
    }

    fn put(self, cx: &mut Cx) -> Result<()> {
        match self {
            Tagged::Machine(machine) => cx.put(&MACHINES, &machine.name.clone(), &machine),
            Tagged::Activity(activity) => cx.put(&ACTIVITIES, &activity.name.clone(), &activity),
        }
    }
}

/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_TagResource.html>
pub fn tag_resource(cx: &mut Cx, input: TagResourceInput) -> Result<TagResourceOutput> {
    let TagResourceInput { resource_arn, tags } = input;
    let mut found = Tagged::find(cx, &resource_arn)?;
    tags::add(cx, found.tags_mut(), tags, &resource_arn)?;
    found.put(cx)?;
    Ok(TagResourceOutput {})
}

/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_UntagResource.html>
pub fn untag_resource(cx: &mut Cx, input: UntagResourceInput) -> Result<UntagResourceOutput> {
    let UntagResourceInput { resource_arn, tag_keys } = input;
    let mut found = Tagged::find(cx, &resource_arn)?;
    found.tags_mut().retain(|key, _| !tag_keys.contains(key));
    found.put(cx)?;
    Ok(UntagResourceOutput {})
}

/// <https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListTagsForResource.html>
pub fn list_tags_for_resource(view: &View, input: ListTagsForResourceInput) -> Result<ListTagsForResourceOutput> {
    let ListTagsForResourceInput { resource_arn } = input;
    let found = Tagged::find(view, &resource_arn)?;
    Ok(ListTagsForResourceOutput { tags: Some(tags::shown(found.tags())) })
}
