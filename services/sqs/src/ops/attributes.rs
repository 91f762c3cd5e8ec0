//! The attributes of queues.

use crate::address::Address;
use crate::api::*;
use crate::state::QUEUES;
use crate::{attributes, errors};
use service::{Cx, Nothing, Result, View};

/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html>
pub fn get_queue_attributes(view: &View, input: GetQueueAttributesRequest) -> Result<GetQueueAttributesResult> {
    let GetQueueAttributesRequest { queue_url, attribute_names } = input;
    let address = Address::of_url(view, &queue_url)?;
    let view = view.elsewhere(address.scope)?;
    let queue = address.queue(&view)?;
    let shown = attributes::show(&view, &queue, &attribute_names.unwrap_or_default())?;
    Ok(GetQueueAttributesResult { attributes: (!shown.is_empty()).then_some(shown) })
}

/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html>
pub fn set_queue_attributes(cx: &mut Cx, input: SetQueueAttributesRequest) -> Result<Nothing> {
    let SetQueueAttributesRequest { queue_url, attributes: given } = input;
    let address = Address::of_url(cx, &queue_url)?;
    cx.in_scope(address.scope, |cx| {
        let mut queue = address.own_copy(cx)?;
        if given.is_empty() {
            return Err(errors::missing_parameter("Attribute.Name"));
        }
        attributes::set(cx, &mut queue, &given)?;
        queue.modified_at = cx.now();
        cx.put(&QUEUES, queue.name.as_str(), &queue)?;
        Ok(Nothing {})
    })
}
