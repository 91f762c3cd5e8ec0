//! The tags of queues.
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-tags.html>

use crate::address::Address;
use crate::api::*;
use crate::errors;
use crate::state::QUEUES;
use service::{Cx, IndexMap, Nothing, Result, TagRules, View};

const MOST_TAGS: usize = 50;

const RULES: TagRules = TagRules {
    most: MOST_TAGS,
    invalid: |text| errors::invalid_parameter(text),
    too_many: |count| errors::invalid_parameter(format!("Too many tags: {count}, maximum allowed is {MOST_TAGS}.")),
};

/// Checks the tags of a request.
pub(super) fn check(view: &View, tags: &IndexMap<String, String>) -> Result<()> {
    RULES.check_from(view.request(), tags.iter().map(|(key, value)| (key.as_str(), value.as_str())))?;
    RULES.check_count(tags.len())
}

/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueueTags.html>
pub fn list_queue_tags(view: &View, input: ListQueueTagsRequest) -> Result<ListQueueTagsResult> {
    let ListQueueTagsRequest { queue_url } = input;
    let tags = Address::of_url(view, &queue_url)?.own_copy(view)?.tags;
    Ok(ListQueueTagsResult { tags: (!tags.is_empty()).then_some(tags) })
}

/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_TagQueue.html>
pub fn tag_queue(cx: &mut Cx, input: TagQueueRequest) -> Result<Nothing> {
    let TagQueueRequest { queue_url, tags } = input;
    let address = Address::of_url(cx, &queue_url)?;
    cx.in_scope(address.scope, |cx| {
        let mut queue = address.own_copy(cx)?;
        if tags.is_empty() {
            return Err(errors::missing_parameter("Tags"));
        }
        RULES.check_from(cx.request(), tags.iter().map(|(key, value)| (key.as_str(), value.as_str())))?;
        queue.tags.extend(tags);
        if queue.tags.len() > MOST_TAGS {
            return Err(errors::invalid_parameter(format!("Too many tags added for queue {}.", queue.name)));
        }
        cx.put(&QUEUES, queue.name.as_str(), &queue)?;
        Ok(Nothing {})
    })
}

/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_UntagQueue.html>
pub fn untag_queue(cx: &mut Cx, input: UntagQueueRequest) -> Result<Nothing> {
    let UntagQueueRequest { queue_url, tag_keys } = input;
    let address = Address::of_url(cx, &queue_url)?;
    cx.in_scope(address.scope, |cx| {
        let mut queue = address.own_copy(cx)?;
        if tag_keys.is_empty() || tag_keys.iter().any(|key| !(1..=128).contains(&key.chars().count())) {
            return Err(errors::invalid_parameter("Tag keys must be between 1 and 128 characters in length."));
        }
        queue.tags.retain(|key, _| !tag_keys.contains(key));
        cx.put(&QUEUES, queue.name.as_str(), &queue)?;
        Ok(Nothing {})
    })
}
