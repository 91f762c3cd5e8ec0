//! What each operation asks of the policies.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html>

use crate::address::{TopicAddress, of_subscription};
use crate::api::*;
use crate::errors;
use service::{Access, ArnParts, Check, PolicyRole, Result, View};

pub fn add_permission(view: &View, input: &AddPermissionInput) -> Result<Access> {
    topic(view, "sns:AddPermission", &input.topic_arn)
}

/// A token is leave enough, but for who wants to be asked when the subscription is to end.
/// <https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html>
pub fn confirm_subscription(view: &View, input: &ConfirmSubscriptionInput) -> Result<Access> {
    match input.authenticate_on_unsubscribe.as_deref() {
        Some("true") => topic(view, "sns:ConfirmSubscription", &input.topic_arn),
        _ => Ok(Access::Public),
    }
}

/// Tags on creation need TagResource too, and the roles that write of deliveries are passed.
pub fn create_topic(view: &View, input: &CreateTopicInput) -> Result<Access> {
    let address = TopicAddress::own(view, &input.name);
    let tags = pairs(input.tags.as_deref());
    let mut checks = vec![check(view, "sns:CreateTopic", &address)?.request_tags(tags.iter().copied())];
    if !tags.is_empty() {
        checks.push(check(view, "sns:TagResource", &address)?.request_tags(tags));
    }
    let attributes = input.attributes.iter().flatten();
    checks.extend(attributes.filter_map(|(name, value)| pass(name, value)));
    Ok(Access::Checks(checks))
}

pub fn delete_topic(view: &View, input: &DeleteTopicInput) -> Result<Access> {
    topic(view, "sns:DeleteTopic", &input.topic_arn)
}

pub fn get_subscription_attributes(view: &View, input: &GetSubscriptionAttributesInput) -> Result<Access> {
    subscription(view, "sns:GetSubscriptionAttributes", &input.subscription_arn)
}

pub fn get_topic_attributes(view: &View, input: &GetTopicAttributesInput) -> Result<Access> {
    topic(view, "sns:GetTopicAttributes", &input.topic_arn)
}

pub fn list_subscriptions(_view: &View, _input: &ListSubscriptionsInput) -> Result<Access> {
    Ok(Access::to(Check::new("sns:ListSubscriptions", "*")))
}

pub fn list_subscriptions_by_topic(view: &View, input: &ListSubscriptionsByTopicInput) -> Result<Access> {
    topic(view, "sns:ListSubscriptionsByTopic", &input.topic_arn)
}

pub fn list_tags_for_resource(view: &View, input: &ListTagsForResourceRequest) -> Result<Access> {
    topic(view, "sns:ListTagsForResource", &input.resource_arn)
}

pub fn list_topics(_view: &View, _input: &ListTopicsInput) -> Result<Access> {
    Ok(Access::to(Check::new("sns:ListTopics", "*")))
}

pub fn publish(view: &View, input: &PublishInput) -> Result<Access> {
    match input.topic_arn.as_deref().or(input.target_arn.as_deref()) {
        Some(arn) if !arn.contains(":endpoint/") => topic(view, "sns:Publish", arn),
        Some(arn) => Ok(Access::to(Check::new("sns:Publish", arn))),
        None => Ok(Access::to(Check::new("sns:Publish", "*"))),
    }
}

pub fn publish_batch(view: &View, input: &PublishBatchInput) -> Result<Access> {
    topic(view, "sns:Publish", &input.topic_arn)
}

pub fn remove_permission(view: &View, input: &RemovePermissionInput) -> Result<Access> {
    topic(view, "sns:RemovePermission", &input.topic_arn)
}

pub fn set_subscription_attributes(view: &View, input: &SetSubscriptionAttributesInput) -> Result<Access> {
    subscription(view, "sns:SetSubscriptionAttributes", &input.subscription_arn)
}

pub fn set_topic_attributes(view: &View, input: &SetTopicAttributesInput) -> Result<Access> {
    let check = check(view, "sns:SetTopicAttributes", &TopicAddress::of(view, &input.topic_arn)?)?;
    let role = input.attribute_value.as_deref().and_then(|value| pass(&input.attribute_name, value));
    Ok(Access::Checks([check].into_iter().chain(role).collect()))
}

/// The role in an attribute that names one, which is passed to SNS.
/// <https://docs.aws.amazon.com/sns/latest/dg/topics-attrib.html>
fn pass(attribute: &str, role: &str) -> Option<Check> {
    let parts = ArnParts::parse(role).ok().filter(|_| attribute.ends_with("FeedbackRoleArn"))?;
    let check = Check::new("iam:PassRole", role).key("iam:PassedToService", "sns.amazonaws.com");
    Some(match parts.account.parse() {
        Ok(account) => check.owned_by(account),
        Err(_) => check,
    })
}

pub fn subscribe(view: &View, input: &SubscribeInput) -> Result<Access> {
    let address = TopicAddress::of(view, &input.topic_arn)?;
    let check = check(view, "sns:Subscribe", &address)?.key("sns:Protocol", input.protocol.as_str());
    Ok(Access::to(match &input.endpoint {
        Some(endpoint) => check.key("sns:Endpoint", endpoint.as_str()),
        None => check,
    }))
}

pub fn tag_resource(view: &View, input: &TagResourceRequest) -> Result<Access> {
    let check = check(view, "sns:TagResource", &resource(view, &input.resource_arn)?)?;
    Ok(Access::to(check.request_tags(pairs(Some(&input.tags)))))
}

pub fn unsubscribe(view: &View, input: &UnsubscribeInput) -> Result<Access> {
    subscription(view, "sns:Unsubscribe", &input.subscription_arn)
}

pub fn untag_resource(view: &View, input: &UntagResourceRequest) -> Result<Access> {
    let check = check(view, "sns:UntagResource", &resource(view, &input.resource_arn)?)?;
    Ok(Access::to(check.keys("aws:TagKeys", input.tag_keys.iter().cloned())))
}

fn resource(view: &View, arn: &str) -> Result<TopicAddress> {
    TopicAddress::of(view, arn).map_err(|_| errors::invalid("ResourceArn"))
}

fn topic(view: &View, action: &'static str, arn: &str) -> Result<Access> {
    check(view, action, &TopicAddress::of(view, arn)?).map(Access::to)
}

/// Actions on a subscription are judged on its topic.
fn subscription(view: &View, action: &'static str, arn: &str) -> Result<Access> {
    match of_subscription(view, arn) {
        Some((address, _)) => check(view, action, &address).map(Access::to),
        None => Ok(Access::to(Check::new(action, "*"))),
    }
}

fn check(view: &View, action: &'static str, address: &TopicAddress) -> Result<Check> {
    let check = Check::new(action, address.arn().as_str()).owned_by(address.scope.account);
    let check = match alarm_owner(view) {
        Some(owner) => check.key("aws:SourceOwner", owner),
        None => check,
    };
    let Some(topic) = address.find(view)? else { return Ok(check) };
    let check = check.resource_tags(topic.tags.iter().map(|(key, value)| (key.as_str(), value.as_str())));
    Ok(check.with_policy(format!("policy of topic {}", topic.name), topic.policy, PolicyRole::Optional))
}

/// The account whose alarm publishes: topics let those of their own account by the policy that they are made with, as they let
/// no other service.
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html#sns-allow-cloudwatch-alarms-to-publish-to-topic-in-another-account>
fn alarm_owner(view: &View) -> Option<String> {
    let via = view.request().via.as_ref().filter(|via| via.principal == "cloudwatch.amazonaws.com")?;
    let parts = ArnParts::parse(&via.source).ok().filter(|parts| parts.resource.starts_with("alarm:"))?;
    Some(parts.account.to_owned())
}

fn pairs(tags: Option<&[Tag]>) -> Vec<(&str, &str)> {
    tags.unwrap_or_default().iter().map(|tag| (tag.key.as_str(), tag.value.as_str())).collect()
}
