//! Permissions for other accounts.

use crate::address::TopicAddress;
use crate::api::*;
use crate::permissions;
use crate::state::TOPICS;
use service::{Cx, Nothing, Result};

/// <https://docs.aws.amazon.com/sns/latest/api/API_AddPermission.html>
pub fn add_permission(cx: &mut Cx, input: AddPermissionInput) -> Result<Nothing> {
    let AddPermissionInput { topic_arn, label, aws_account_id, action_name } = input;
    change(cx, &topic_arn, |address, policy| permissions::add(policy, address, &label, &aws_account_id, &action_name))
}

/// <https://docs.aws.amazon.com/sns/latest/api/API_RemovePermission.html>
pub fn remove_permission(cx: &mut Cx, input: RemovePermissionInput) -> Result<Nothing> {
    let RemovePermissionInput { topic_arn, label } = input;
    change(cx, &topic_arn, |_, policy| permissions::remove(policy, &label))
}

fn change(cx: &mut Cx, arn: &str, change: impl FnOnce(&TopicAddress, &str) -> Result<String>) -> Result<Nothing> {
    let address = TopicAddress::of(cx, arn)?;
    cx.in_scope(address.scope, |cx| {
        let mut topic = address.topic(cx)?;
        topic.policy = change(&address, &topic.policy)?;
        cx.put(&TOPICS, topic.name.as_str(), &topic)?;
        Ok(Nothing {})
    })
}
