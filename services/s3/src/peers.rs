//! All that S3 calls: KMS for keys, and those who are told of events.

use service::shape::shape;
use service::{ArnParts, As, Bytes, Cx, Error, IndexMap, Peer, Result, Scope, Tell, peer};

peer! {
    /// Makes a data key.
    "kms".GenerateDataKey {
        key_id: String = "KeyId",
        key_spec: Option<String> = "KeySpec",
        encryption_context: Option<IndexMap<String, String>> = "EncryptionContext",
    } -> DataKeyMade {
        key_id: Option<String> = "KeyId",
        plaintext: Option<Bytes> = "Plaintext",
        ciphertext_blob: Option<Bytes> = "CiphertextBlob",
    }

    /// Decrypts a data key.
    "kms".Decrypt {
        ciphertext_blob: Bytes = "CiphertextBlob",
        encryption_context: Option<IndexMap<String, String>> = "EncryptionContext",
        key_id: Option<String> = "KeyId",
    } -> Decrypted {
        plaintext: Option<Bytes> = "Plaintext",
    }

    /// Looks at a key, and makes it if it is the AWS managed one.
    "kms".DescribeKey {
        key_id: String = "KeyId",
    } -> KeyDescribed {
        key_metadata: Option<KeyMetadata> = "KeyMetadata",
    }

    /// Puts an event into a queue.
    "sqs".SendMessage {
        queue_url: String = "QueueUrl",
        message_body: String = "MessageBody",
    } -> MessageSent {}

    /// Publishes an event.
    "sns".Publish {
        topic_arn: Option<String> = "TopicArn",
        message: String = "Message",
        subject: Option<String> = "Subject",
    } -> Published {}

    /// Invokes a function.
    "lambda".Invoke {
        function_name: String = "FunctionName",
        invocation_type: Option<String> = "InvocationType",
        payload: Option<Bytes> = "Payload",
    } -> Invoked {}

    /// Puts an event on the account's default bus.
    "events".PutEvents {
        entries: Vec<BusEvent> = "Entries",
    } -> EventsPut {}
}

shape! {
    /// What is wanted of a key's description.
    pub struct KeyMetadata {
        /// `Arn`
        pub arn: String = "Arn",
    }

    /// An event for EventBridge.
    pub struct BusEvent {
        /// `Source`
        pub source: Option<String> = "Source",
        /// `Resources`
        pub resources: Option<Vec<String>> = "Resources",
        /// `DetailType`
        pub detail_type: Option<String> = "DetailType",
        /// `Detail`
        pub detail: Option<String> = "Detail",
    }
}

/// As S3 for a bucket, where the destination is.
pub fn for_bucket(bucket: &service::Arn, destination: &str) -> As {
    let by = As::service(bucket);
    match scope_of(destination) {
        Some(scope) => by.within(scope),
        None => by,
    }
}

/// The account and region of a destination.
pub fn scope_of(arn: &str) -> Option<Scope> {
    let parts = ArnParts::parse(arn).ok()?;
    Some(Scope::new(parts.account.parse().ok()?, service::Region::new(parts.region)?))
}

/// Sends an event off. What cannot be delivered is tried again for a day (`notify::ended`).
pub fn deliver<P: Peer>(cx: &mut Cx, bucket: &service::Arn, destination: &str, peer: &P) -> Result<()> {
    cx.after(&for_bucket(bucket, destination), peer, Tell::Failures(destination.to_owned()))
}

/// The URL by which a queue is called.
pub fn queue_url(cx: &Cx, arn: &str) -> Result<String> {
    let parts = ArnParts::parse(arn).map_err(Error::internal)?;
    Ok(format!("{}/{}/{}", cx.request().base_url, parts.account, parts.resource))
}
