//! What is done before the writer's lock is taken, beside all other requests: messages are signed.

use crate::address::TopicAddress;
use crate::api::*;
use crate::content::Content;
use crate::draft::Drafts;
use service::{Prepared, Result, View};

/// The message, signed for the subscriptions that get its signature. What is wrong with the request is for the handler to say.
pub fn publish(view: &View, input: &PublishInput) -> Result<Prepared<PublishResponse, Drafts>> {
    let arn = input.topic_arn.as_deref().or(input.target_arn.as_deref()).unwrap_or_default();
    let content = Content::of(
        input.message.clone(),
        input.subject.clone(),
        input.message_structure.as_deref(),
        input.message_attributes.clone(),
    );
    drafts(view, arn, &[content.ok()]).map(Prepared::Made)
}

/// The same of each message.
pub fn publish_batch(view: &View, input: &PublishBatchInput) -> Result<Prepared<PublishBatchResponse, Drafts>> {
    // No more than a batch may have: the others are refused.
    let entries = input.publish_batch_request_entries.iter().take(10);
    let contents: Vec<Option<Content>> = entries
        .map(|entry| {
            let structure = entry.message_structure.as_deref();
            let (message, attributes) = (entry.message.clone(), entry.message_attributes.clone());
            Content::of(message, entry.subject.clone(), structure, attributes).ok()
        })
        .collect();
    drafts(view, &input.topic_arn, &contents).map(Prepared::Made)
}

fn drafts(view: &View, arn: &str, contents: &[Option<Content>]) -> Result<Drafts> {
    let Ok(address) = TopicAddress::of(view, arn) else { return Ok(Drafts::default()) };
    let Some(topic) = address.find(view)? else { return Ok(Drafts::default()) };
    let arn = address.arn();
    if address.scope == view.scope() {
        return Drafts::of(view, (&topic, arn.as_str()), contents);
    }
    Drafts::of(&view.elsewhere(address.scope)?, (&topic, arn.as_str()), contents)
}
