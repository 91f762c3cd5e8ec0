//! What each operation asks of the policies.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html>

use crate::address::Address;
use crate::api::*;
use crate::state::Queue;
use crate::{errors, moving, redrive};
use service::{Access, CallerKind, Check, PolicyRole, Result, View};

pub fn add_permission(view: &View, input: &AddPermissionRequest) -> Result<Access> {
    owners(view, "sqs:AddPermission", &input.queue_url)
}

/// Whoever cancels needs what the task does to the dead-letter queue.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html>
pub fn cancel_message_move_task(view: &View, input: &CancelMessageMoveTaskRequest) -> Result<Access> {
    let (_, source) = moving::read_handle(&input.task_handle)?;
    let actions = ["sqs:CancelMessageMoveTask", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
    checks(actions.map(|action| (action, &source)), view)
}

pub fn change_message_visibility(view: &View, input: &ChangeMessageVisibilityRequest) -> Result<Access> {
    anyones(view, "sqs:ChangeMessageVisibility", &input.queue_url)
}

pub fn change_message_visibility_batch(view: &View, input: &ChangeMessageVisibilityBatchRequest) -> Result<Access> {
    anyones(view, "sqs:ChangeMessageVisibility", &input.queue_url)
}

/// Tags on creation need TagQueue too.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html>
pub fn create_queue(view: &View, input: &CreateQueueRequest) -> Result<Access> {
    let address = Address::own(view, &input.queue_name);
    let tags: Vec<(&str, &str)> =
        input.tags.iter().flatten().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    let mut checks = vec![check(view, "sqs:CreateQueue", &address)?.request_tags(tags.iter().copied())];
    if !tags.is_empty() {
        checks.push(check(view, "sqs:TagQueue", &address)?.request_tags(tags));
    }
    Ok(Access::Checks(checks))
}

pub fn delete_message(view: &View, input: &DeleteMessageRequest) -> Result<Access> {
    anyones(view, "sqs:DeleteMessage", &input.queue_url)
}

pub fn delete_message_batch(view: &View, input: &DeleteMessageBatchRequest) -> Result<Access> {
    anyones(view, "sqs:DeleteMessage", &input.queue_url)
}

pub fn delete_queue(view: &View, input: &DeleteQueueRequest) -> Result<Access> {
    owners(view, "sqs:DeleteQueue", &input.queue_url)
}

pub fn get_queue_attributes(view: &View, input: &GetQueueAttributesRequest) -> Result<Access> {
    let check = check(view, "sqs:GetQueueAttributes", &Address::of_url(view, &input.queue_url)?)?;
    Ok(Access::to(unlocked(view, check)))
}

pub fn get_queue_url(view: &View, input: &GetQueueUrlRequest) -> Result<Access> {
    let address = crate::ops::queues::named(view, &input.queue_name, input.queue_owner_aws_account_id.as_deref())?;
    checks([("sqs:GetQueueUrl", &address)], view)
}

pub fn list_dead_letter_source_queues(view: &View, input: &ListDeadLetterSourceQueuesRequest) -> Result<Access> {
    anyones(view, "sqs:ListDeadLetterSourceQueues", &input.queue_url)
}

pub fn list_message_move_tasks(view: &View, input: &ListMessageMoveTasksRequest) -> Result<Access> {
    let source = source(&input.source_arn)?;
    let actions = ["sqs:ListMessageMoveTasks", "sqs:GetQueueAttributes"];
    checks(actions.map(|action| (action, &source)), view)
}

pub fn list_queue_tags(view: &View, input: &ListQueueTagsRequest) -> Result<Access> {
    owners(view, "sqs:ListQueueTags", &input.queue_url)
}

pub fn list_queues(_view: &View, _input: &ListQueuesRequest) -> Result<Access> {
    Ok(Access::to(Check::new("sqs:ListQueues", "*")))
}

pub fn purge_queue(view: &View, input: &PurgeQueueRequest) -> Result<Access> {
    anyones(view, "sqs:PurgeQueue", &input.queue_url)
}

pub fn receive_message(view: &View, input: &ReceiveMessageRequest) -> Result<Access> {
    anyones(view, "sqs:ReceiveMessage", &input.queue_url)
}

pub fn remove_permission(view: &View, input: &RemovePermissionRequest) -> Result<Access> {
    owners(view, "sqs:RemovePermission", &input.queue_url)
}

pub fn send_message(view: &View, input: &SendMessageRequest) -> Result<Access> {
    anyones(view, "sqs:SendMessage", &input.queue_url)
}

pub fn send_message_batch(view: &View, input: &SendMessageBatchRequest) -> Result<Access> {
    anyones(view, "sqs:SendMessage", &input.queue_url)
}

pub fn set_queue_attributes(view: &View, input: &SetQueueAttributesRequest) -> Result<Access> {
    let check = owners_check(view, "sqs:SetQueueAttributes", &input.queue_url)?;
    Ok(Access::to(unlocked(view, check)))
}

/// The task receives and deletes from the dead-letter queue and sends to the destination, or to each queue that has it
/// as its dead-letter queue, in the name of whoever starts it.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html>
pub fn start_message_move_task(view: &View, input: &StartMessageMoveTaskRequest) -> Result<Access> {
    let source = source(&input.source_arn)?;
    let destinations = match &input.destination_arn {
        Some(arn) => Vec::from_iter(Address::of_arn(arn)),
        None if source.scope == view.scope() => {
            redrive::sources(view, &input.source_arn)?.iter().map(|queue| Address::own(view, &queue.name)).collect()
        }
        None => Vec::new(),
    };
    let actions = ["sqs:StartMessageMoveTask", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
    let here = actions.map(|action| (action, &source));
    checks(here.into_iter().chain(destinations.iter().map(|address| ("sqs:SendMessage", address))), view)
}

pub fn tag_queue(view: &View, input: &TagQueueRequest) -> Result<Access> {
    let check = owners_check(view, "sqs:TagQueue", &input.queue_url)?;
    Ok(Access::to(check.request_tags(input.tags.iter().map(|(key, value)| (key.as_str(), value.as_str())))))
}

pub fn untag_queue(view: &View, input: &UntagQueueRequest) -> Result<Access> {
    let check = owners_check(view, "sqs:UntagQueue", &input.queue_url)?;
    Ok(Access::to(check.keys("aws:TagKeys", input.tag_keys.iter().cloned())))
}

/// An action that a queue's policy may give to other accounts.
fn anyones(view: &View, action: &'static str, url: &str) -> Result<Access> {
    checks([(action, &Address::of_url(view, url)?)], view)
}

/// An action for which "cross-account permissions don't apply", as the API reference says of each such one.
fn owners(view: &View, action: &'static str, url: &str) -> Result<Access> {
    owners_check(view, action, url).map(Access::to)
}

fn owners_check(view: &View, action: &'static str, url: &str) -> Result<Check> {
    let mut check = check(view, action, &Address::of_url(view, url)?)?;
    if check.owner != Some(view.caller().account) {
        check.policy = None;
    }
    Ok(check)
}

/// A queue's policy cannot keep the root user of the queue's account from reading and changing it: that is what sessions for
/// `SQSUnlockQueuePolicy` are for.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-tasks.html>
fn unlocked(view: &View, mut check: Check) -> Check {
    let caller = view.caller();
    if caller.kind == CallerKind::Root && check.owner == Some(caller.account) {
        check.policy = None;
    }
    check
}

fn checks<'a>(wanted: impl IntoIterator<Item = (&'static str, &'a Address)>, view: &View) -> Result<Access> {
    let checks = wanted.into_iter().map(|(action, address)| check(view, action, address));
    checks.collect::<Result<_>>().map(Access::Checks)
}

fn check(view: &View, action: &'static str, address: &Address) -> Result<Check> {
    let check = Check::new(action, address.arn()).owned_by(address.scope.account);
    let Some(queue) = address.find(view)? else { return Ok(check) };
    let Queue { policy, tags, .. } = &*queue;
    let check = check.resource_tags(tags.iter().map(|(key, value)| (key.as_str(), value.as_str())));
    Ok(match policy {
        Some(text) => {
            check.with_policy(format!("policy of queue {}", address.name), text.as_str(), PolicyRole::Optional)
        }
        None => check,
    })
}

fn source(arn: &str) -> Result<Address> {
    Address::of_arn(arn).ok_or_else(|| errors::invalid_parameter("Value for parameter SourceArn is invalid."))
}
