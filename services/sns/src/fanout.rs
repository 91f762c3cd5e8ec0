//! From one message to the deliveries of its topic's subscriptions.

use crate::address::TopicAddress;
use crate::content::Content;
use crate::delivery::Tag;
use crate::draft::Draft;
use crate::envelope::{self, Message};
use crate::fifo;
use crate::filter;
use crate::peers::{self, Invoke, SendMessage, SentAttribute};
use crate::state::{SUBSCRIPTIONS, Subscription, TOPICS, Topic};
use service::{Bytes, Cx, IndexMap, Result};

/// What a message was published as.
pub struct Receipt {
    /// `MessageId`
    pub message_id: String,
    /// FIFO: `SequenceNumber`
    pub sequence: Option<String>,
}

/// Publishes a message to a topic of the transaction's scope, which it has a draft of.
pub fn publish(
    cx: &mut Cx,
    address: &TopicAddress,
    topic: &mut Topic,
    (content, draft): (&Content, Draft),
    (group, deduplication_id): (Option<String>, Option<String>),
) -> Result<Receipt> {
    if let (Some(group), Some(id)) = (&group, &deduplication_id)
        && let Some(known) = fifo::known(cx, topic, group, id)?
    {
        return Ok(Receipt { message_id: known.message_id, sequence: Some(format!("1{:019}", known.sequence)) });
    }
    let mut sequence = None;
    if let (true, Some(group), Some(id)) = (topic.fifo, &group, &deduplication_id) {
        sequence = Some(fifo::sequence(topic));
        fifo::remember(cx, topic, (group, id), &draft.id)?;
        cx.put(&TOPICS, topic.name.as_str(), topic)?;
    }
    cx.meter("NumberOfMessagesPublished", ("TopicName", &topic.name), 1.0, "Count");
    cx.meter("PublishSize", ("TopicName", &topic.name), content.bytes() as f64, "Bytes");
    let base_url = cx.request().base_url.to_string();
    let mut message =
        Message { draft, topic_arn: address.arn().to_string(), content, sequence, group, deduplication_id, base_url };
    let subscriptions: Vec<Subscription> = cx.rows(&SUBSCRIPTIONS, (topic.name.as_str(),)).collect::<Result<_>>()?;
    let attributes = content.filtered_by();
    for subscription in subscriptions.iter().filter(|subscription| subscription.token.is_none()) {
        let text = content.for_protocol(&subscription.protocol);
        match filter::wants(subscription, text, &attributes)? {
            Ok(()) => deliver(cx, address, subscription, &mut message)?,
            Err(metric) => {
                cx.meter("NumberOfNotificationsFilteredOut", ("TopicName", &topic.name), 1.0, "Count");
                cx.meter(metric, ("TopicName", &topic.name), 1.0, "Count");
            }
        }
    }
    Ok(Receipt { message_id: message.draft.id, sequence: message.sequence })
}

fn deliver(cx: &mut Cx, address: &TopicAddress, subscription: &Subscription, message: &mut Message<'_>) -> Result<()> {
    let tag = Tag::of(address, &subscription.id);
    let arn = address.subscription_arn(&subscription.id);
    let content = message.content;
    let text = content.for_protocol(&subscription.protocol);
    match subscription.protocol.as_str() {
        "sqs" => {
            let attributes = content.attributes.iter();
            let attributes: IndexMap<String, SentAttribute> =
                attributes.map(|(name, attribute)| (name.clone(), attribute.into())).collect();
            let body = match subscription.raw {
                true => text.to_owned(),
                false => envelope::written(&envelope::notification(cx, message, text, &arn)?),
            };
            let fifo = subscription.endpoint.ends_with(".fifo");
            let send = SendMessage {
                queue_url: peers::queue_url(cx, &subscription.endpoint),
                message_body: body,
                message_attributes: (subscription.raw && !attributes.is_empty()).then_some(attributes),
                message_group_id: message.group.clone(),
                message_deduplication_id: message.deduplication_id.clone().filter(|_| fifo),
            };
            peers::deliver(cx, &tag, &subscription.endpoint, &send)
        }
        "lambda" => {
            let event = envelope::event(envelope::notification(cx, message, text, &arn)?, &arn);
            let invoke = Invoke {
                function_name: subscription.endpoint.clone(),
                invocation_type: Some("Event".to_owned()),
                payload: Some(Bytes::from(event.into_bytes())),
            };
            peers::deliver(cx, &tag, &subscription.endpoint, &invoke)
        }
        // Nothing of the other protocols is ever confirmed here.
        _ => Ok(()),
    }
}
