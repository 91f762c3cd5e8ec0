//! Permissions for other accounts.

use crate::address::Address;
use crate::api::*;
use crate::permissions;
use crate::state::QUEUES;
use service::{Cx, Nothing, Result};

/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_AddPermission.html>
pub fn add_permission(cx: &mut Cx, input: AddPermissionRequest) -> Result<Nothing> {
    let AddPermissionRequest { queue_url, label, aws_account_ids, actions } = input;
    let address = Address::of_url(cx, &queue_url)?;
    cx.in_scope(address.scope, |cx| {
        let mut queue = address.own_copy(cx)?;
        queue.policy = Some(permissions::add(cx, &queue, &label, &aws_account_ids, &actions)?);
        cx.put(&QUEUES, queue.name.as_str(), &queue)?;
        Ok(Nothing {})
    })
}

/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_RemovePermission.html>
pub fn remove_permission(cx: &mut Cx, input: RemovePermissionRequest) -> Result<Nothing> {
    let RemovePermissionRequest { queue_url, label } = input;
    let address = Address::of_url(cx, &queue_url)?;
    cx.in_scope(address.scope, |cx| {
        let mut queue = address.own_copy(cx)?;
        queue.policy = permissions::remove(&queue, &label)?;
        cx.put(&QUEUES, queue.name.as_str(), &queue)?;
        Ok(Nothing {})
    })
}
