//! Stack events.

use crate::api::*;
use crate::state::{EVENTS, Event, Stack};
use crate::{errors, ids, paging};
use service::{Result, View};

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackEvents.html>
pub fn describe_stack_events(view: &View, input: DescribeStackEventsInput) -> Result<DescribeStackEventsOutput> {
    let DescribeStackEventsInput { stack_name, next_token } = input;
    let stack = ids::find(view, &stack_name)?.ok_or_else(|| errors::no_stack_named(&stack_name))?;
    let (rows, next) = view.page(&EVENTS, (stack.uid.clone(),), &paging::page(next_token)?, |_| true)?;
    let stack_id = ids::stack_arn(view, &stack.name, &stack.uid).to_string();
    let shown = |event: Event| StackEvent {
        stack_id: stack_id.clone(),
        event_id: event.id,
        stack_name: stack.name.clone(),
        logical_resource_id: Some(event.logical),
        physical_resource_id: Some(event.physical),
        resource_type: Some(event.kind),
        timestamp: event.at,
        resource_status: Some(event.status),
        resource_status_reason: event.reason,
        resource_properties: event.properties,
        client_request_token: event.token,
        ..StackEvent::default()
    };
    let stack_events = Some(rows.into_iter().map(shown).collect());
    Ok(DescribeStackEventsOutput { stack_events, next_token: next.map(|token| token.encode()) })
}

/// A stack's first event.
pub(crate) fn first_of(view: &View, stack: &Stack) -> Result<Option<Event>> {
    view.get(&EVENTS, &(stack.uid.clone(), i64::MAX - 1))
}
