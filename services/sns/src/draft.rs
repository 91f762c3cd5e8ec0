//! What is made of a message before the writer's lock is taken: its id, its time, and its signatures, each of which takes longer
//! than all the rest.

use crate::content::Content;
use crate::envelope;
use crate::filter;
use crate::signing::{Signature, Signer};
use crate::state::{KEYS, SUBSCRIPTIONS, SigningKey, Subscription, Topic};
use aws_lc_rs::digest::{SHA256, digest};
use service::{Cx, RequestId, Result, Timestamp, View};

/// A message of a request, as far as it was made.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// `MessageId`
    pub id: String,
    /// When it is published.
    pub at: Timestamp,
    /// Signatures, by the text that they are of.
    signatures: Vec<(String, Signature)>,
}

/// The messages of a request in their order, and the key that they were signed with if there was none before.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Drafts {
    drafts: Vec<Option<Draft>>,
    made: Option<SigningKey>,
}

impl Draft {
    /// A draft of the request's message number `index`, without a signature yet.
    fn new(view: &View, index: usize) -> Draft {
        Draft { id: message_id(view.request().id, index), at: view.now(), signatures: Vec::new() }
    }

    /// The signature of a text that this message is for some endpoint; made now if it is missing.
    pub fn signature(&mut self, cx: &mut Cx, text: &str, members: &[(&str, &str)]) -> Result<Signature> {
        if let Some((_, known)) = self.signatures.iter().find(|(of, _)| of == text) {
            return Ok(known.clone());
        }
        let signer = Signer::of(cx)?;
        signer.keep(cx)?;
        let signature = signer.sign(members)?;
        self.signatures.push((text.to_owned(), signature.clone()));
        Ok(signature)
    }
}

impl Drafts {
    /// Drafts of messages to a topic; `None` stands for one that will not be published. `view` is of the topic's scope.
    pub fn of(view: &View, topic: (&Topic, &str), contents: &[Option<Content>]) -> Result<Drafts> {
        let (topic, arn) = topic;
        let rows = view.rows(&SUBSCRIPTIONS, (topic.name.as_str(),));
        let subscriptions: Vec<Subscription> =
            rows.filter(|row| row.as_ref().map_or(true, is_signed_for)).collect::<Result<_>>()?;
        let mut drafts = Drafts::default();
        let mut signer = None;
        for (index, content) in contents.iter().enumerate() {
            let Some(content) = content else {
                drafts.drafts.push(None);
                continue;
            };
            let mut draft = Draft::new(view, index);
            for text in texts(&subscriptions, content)? {
                let signer = match &signer {
                    Some(signer) => signer,
                    None => &*signer.insert(Signer::of(view)?),
                };
                let at = envelope::time(draft.at);
                let members = envelope::signed((&draft.id, arn), (content.subject.as_deref(), text), &at);
                let signature = signer.sign(&members)?;
                draft.signatures.push((text.to_owned(), signature));
            }
            drafts.drafts.push(Some(draft));
        }
        drafts.made = signer.and_then(Signer::made);
        Ok(drafts)
    }

    /// The draft of the message number `index`, in the transaction that publishes it. What was signed with a key that another
    /// request has replaced meanwhile is signed again when it is needed.
    pub fn take(&mut self, cx: &mut Cx, index: usize) -> Result<Draft> {
        let draft = self.drafts.get_mut(index).and_then(Option::take);
        let mut draft = draft.unwrap_or_else(|| Draft::new(cx, index));
        if draft.signatures.is_empty() {
            return Ok(draft);
        }
        let current = match (cx.get(&KEYS, SigningKey::CURRENT)?, self.made.take()) {
            (Some(key), _) => Some(key.name),
            (None, Some(made)) => {
                cx.put(&KEYS, SigningKey::CURRENT, &made)?;
                Some(made.name)
            }
            (None, None) => None,
        };
        draft.signatures.retain(|(_, signature)| Some(&signature.certificate) == current.as_ref());
        Ok(draft)
    }
}

/// Whether what a subscription gets has a signature.
fn is_signed_for(subscription: &Subscription) -> bool {
    let enveloped = match subscription.protocol.as_str() {
        "sqs" => !subscription.raw,
        "lambda" => true,
        _ => false,
    };
    enveloped && subscription.token.is_none()
}

/// What of a message has to be signed for some subscriptions, each text once.
fn texts<'c>(subscriptions: &[Subscription], content: &'c Content) -> Result<Vec<&'c str>> {
    let attributes = content.filtered_by();
    let mut texts = Vec::new();
    for subscription in subscriptions {
        let text = content.for_protocol(&subscription.protocol);
        if !texts.contains(&text) && filter::wants(subscription, text, &attributes)?.is_ok() {
            texts.push(text);
        }
    }
    Ok(texts)
}

/// The id of a request's message: the same each time that the request runs.
fn message_id(request: RequestId, index: usize) -> String {
    let bytes = [&request.0.to_be_bytes()[..], &index.to_be_bytes()].concat();
    let hash: Vec<u8> = digest(&SHA256, &bytes).as_ref().iter().copied().take(16).collect();
    let number = hash.iter().fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
    // Version 4, variant 1, as RFC 9562 has them of random ids.
    let number = number & !(0xf << 76) & !(0b11 << 62) | 4 << 76 | 0b10 << 62;
    let hex = format!("{number:032x}");
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_ids_are_uuids_of_their_own() {
        let all: Vec<String> = (0..10).map(|index| message_id(RequestId(7), index)).collect();
        for id in &all {
            let lengths: Vec<usize> = id.split('-').map(str::len).collect();
            assert_eq!(lengths, [8, 4, 4, 4, 12], "{id}");
            assert_eq!(id.as_bytes()[14], b'4', "{id}");
            assert!(b"89ab".contains(&id.as_bytes()[19]), "{id}");
            assert_eq!(all.iter().filter(|other| *other == id).count(), 1, "{id}");
        }
        assert_eq!(message_id(RequestId(7), 0), all[0]);
        assert_ne!(message_id(RequestId(8), 0), all[0]);
    }
}
