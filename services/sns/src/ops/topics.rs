//! Topics.

use crate::address::TopicAddress;
use crate::api::*;
use crate::paging::page;
use crate::state::{self, OWNED, SUBSCRIPTIONS, Subscription, TOPICS};
use crate::{attributes, errors, permissions, tags};
use service::{Cx, Error, Nothing, Result, View};

/// <https://docs.aws.amazon.com/general/latest/gr/sns.html#limits_sns>
const MOST: usize = 100_000;
const MOST_FIFO: usize = 1_000;

/// <https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html>
pub fn create_topic(cx: &mut Cx, input: CreateTopicInput) -> Result<CreateTopicResponse> {
    let CreateTopicInput { name, attributes: given, tags, data_protection_policy } = input;
    if data_protection_policy.is_some() {
        return Err(errors::not_implemented("CreateTopic with DataProtectionPolicy"));
    }
    let given = given.unwrap_or_default();
    let fifo = given.get("FifoTopic").and_then(|value| attributes::boolean(value)).unwrap_or_default();
    check_name(&name, fifo)?;
    let address = TopicAddress::own(cx, &name);
    let answer = CreateTopicResponse { topic_arn: Some(address.arn().to_string()) };
    let tags = tags::checked(cx, tags.unwrap_or_default())?;
    let old = cx.get(&TOPICS, name.as_str())?;
    let mut topic = match &old {
        Some(old) => old.clone(),
        None => state::Topic { fifo, policy: permissions::default(&address), ..state::Topic::default() },
    };
    for (name, value) in &given {
        attributes::set(&address, &mut topic, name, value, true)?;
    }
    if let Some(policy) = given.get("Policy") {
        permissions::check_principals(cx, policy)?;
    }
    if let Some(old) = old {
        if topic != old {
            return Err(errors::invalid("Attributes Reason: Topic already exists with different attributes"));
        }
        if !tags.is_empty() && tags != old.tags {
            return Err(errors::invalid("Tags Reason: Topic already exists with different tags"));
        }
        return Ok(answer);
    }
    check_count(cx, fifo)?;
    topic.id = cx.entropy().u64() as i64;
    (topic.name, topic.tags) = (name, tags);
    cx.put(&TOPICS, topic.name.as_str(), &topic)?;
    Ok(answer)
}

/// The names of FIFO topics end as they must.
fn check_name(name: &str, fifo: bool) -> Result<()> {
    let stem = match (fifo, name.strip_suffix(".fifo")) {
        (true, Some(stem)) => stem,
        (true, None) => {
            let text = "Fifo Topic names must end with .fifo and must be made up of only uppercase and lowercase ASCII letters, numbers, underscores, and hyphens, and must be between 1 and 256 characters long.";
            return Err(errors::invalid(text));
        }
        (false, _) => name,
    };
    let good = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    if stem.is_empty() || name.len() > 256 || !stem.bytes().all(good) {
        return Err(errors::invalid("Topic Name"));
    }
    Ok(())
}

fn check_count(view: &View, fifo: bool) -> Result<()> {
    if !fifo {
        return if view.rows(&TOPICS, ()).count() < MOST { Ok(()) } else { Err(too_many()) };
    }
    let count = view.rows(&TOPICS, ()).filter(|topic| topic.as_ref().is_ok_and(|topic| topic.fifo)).count();
    if count < MOST_FIFO { Ok(()) } else { Err(too_many()) }
}

fn too_many() -> Error {
    Error::new("TopicLimitExceededException", "Topic limit exceeded")
}

/// A topic that is not there is deleted already.
/// <https://docs.aws.amazon.com/sns/latest/api/API_DeleteTopic.html>
pub fn delete_topic(cx: &mut Cx, input: DeleteTopicInput) -> Result<Nothing> {
    let DeleteTopicInput { topic_arn } = input;
    let address = TopicAddress::of(cx, &topic_arn)?;
    cx.in_scope(address.scope, |cx| {
        cx.delete(&TOPICS, address.name.as_str())?;
        let rows: Vec<Subscription> = cx.rows(&SUBSCRIPTIONS, (address.name.as_str(),)).collect::<Result<_>>()?;
        for row in rows {
            forget(cx, &address, &row)?;
        }
        Ok(Nothing {})
    })
}

/// Forgets a subscription of a topic of the transaction's scope.
pub(crate) fn forget(cx: &mut Cx, address: &TopicAddress, row: &Subscription) -> Result<()> {
    cx.delete(&SUBSCRIPTIONS, &(row.topic.clone(), row.id.clone()))?;
    let arn = address.subscription_arn(&row.id);
    let owner = row.owner.parse().map_err(Error::internal)?;
    let scope = service::Scope::new(owner, cx.region());
    cx.in_scope(scope, |cx| cx.delete(&OWNED, arn.as_str()).map(drop))
}

/// <https://docs.aws.amazon.com/sns/latest/api/API_GetTopicAttributes.html>
pub fn get_topic_attributes(view: &View, input: GetTopicAttributesInput) -> Result<GetTopicAttributesResponse> {
    let GetTopicAttributesInput { topic_arn } = input;
    let address = TopicAddress::of(view, &topic_arn)?;
    let topic = address.topic(view)?;
    Ok(GetTopicAttributesResponse { attributes: Some(attributes::shown(view, &address, &topic)?) })
}

/// <https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html>
pub fn set_topic_attributes(cx: &mut Cx, input: SetTopicAttributesInput) -> Result<Nothing> {
    let SetTopicAttributesInput { topic_arn, attribute_name, attribute_value } = input;
    let address = TopicAddress::of(cx, &topic_arn)?;
    cx.in_scope(address.scope, |cx| {
        let mut topic = address.topic(cx)?;
        let value = attribute_value.unwrap_or_default();
        attributes::set(&address, &mut topic, &attribute_name, &value, false)?;
        if attribute_name == "Policy" {
            permissions::check_principals(cx, &value)?;
        }
        cx.put(&TOPICS, topic.name.as_str(), &topic)?;
        Ok(Nothing {})
    })
}

/// <https://docs.aws.amazon.com/sns/latest/api/API_ListTopics.html>
pub fn list_topics(view: &View, input: ListTopicsInput) -> Result<ListTopicsResponse> {
    let ListTopicsInput { next_token } = input;
    let (topics, next) = view.page(&TOPICS, (), &page(next_token)?, |_| true)?;
    let shown = |topic: state::Topic| Topic { topic_arn: Some(TopicAddress::own(view, &topic.name).arn().to_string()) };
    Ok(ListTopicsResponse {
        topics: Some(topics.into_iter().map(shown).collect()),
        next_token: next.map(|token| token.encode()),
    })
}
