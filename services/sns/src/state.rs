//! The tables of SNS: the whole state on one screen.
//!
//! A subscription lies with its topic, whoever owns it; its owner has a row in [`OWNED`] that points there.

use service::shape::shape;
use service::{Bytes, IndexMap, Table, TableInfo, Timestamp};

/// Topics by name. They hold resource policies and tags.
pub static TOPICS: Table<str, Topic> = Table::<str, Topic>::new("sns.topics").governing();
/// Subscriptions by (topic, id).
pub static SUBSCRIPTIONS: Table<(String, String), Subscription> = Table::new("sns.subscriptions");
/// The subscriptions of an account, by their ARNs.
pub static OWNED: Table<str, Owned> = Table::new("sns.owned");
/// What was published to FIFO topics, by (topic's id, deduplication id).
pub static PUBLISHED: Table<(i64, String), Published> = Table::new("sns.published");
/// The keys with which messages are signed: one, named [`SigningKey::CURRENT`].
pub static KEYS: Table<str, SigningKey> = Table::new("sns.keys");

/// All of them.
pub fn tables() -> Vec<TableInfo> {
    vec![TOPICS.info(), SUBSCRIPTIONS.info(), OWNED.info(), PUBLISHED.info(), KEYS.info()]
}

shape! {
    /// A topic.
    pub struct Topic {
        /// Its name; that of a FIFO topic ends in `.fifo`.
        pub name: String,
        /// What tells it from any other topic that has had or will have the name.
        pub id: i64,
        /// Whether it is a FIFO topic.
        pub fifo: bool,
        /// The resource policy, as it was given.
        pub policy: String,
        /// FIFO: whether a message without a deduplication id gets the hash of its body.
        pub content_based_deduplication: bool,
        /// Further attributes by their names, as they were given. Stored only but for `FifoThroughputScope`.
        pub others: IndexMap<String, String>,
        /// FIFO: the last sequence number.
        pub sequence: i64,
        /// How many subscriptions were deleted.
        pub deleted: i64,
        /// Tags.
        pub tags: IndexMap<String, String>,
    }

    /// A subscription.
    pub struct Subscription {
        /// The topic's name.
        pub topic: String,
        /// Its id: the end of its ARN.
        pub id: String,
        /// The account that subscribed.
        pub owner: String,
        /// `sqs`, `lambda`, `http`, `https`, `email` or `email-json`.
        pub protocol: String,
        /// Where messages go.
        pub endpoint: String,
        /// What confirms it, as long as it is not confirmed.
        pub token: Option<String>,
        /// When the token was made.
        pub token_at: Timestamp,
        /// Whether whoever confirmed it had signed.
        pub authenticated: bool,
        /// Whether the endpoint gets the message alone.
        pub raw: bool,
        /// Which messages it wants.
        pub filter_policy: Option<String>,
        /// `MessageAttributes` or `MessageBody`.
        pub filter_scope: Option<String>,
        /// The redrive policy, as it was given.
        pub redrive_policy: Option<String>,
        /// The dead-letter queue of the redrive policy.
        pub dead_letter_arn: Option<String>,
        /// Stored only: it is about HTTP endpoints.
        pub delivery_policy: Option<String>,
    }

    /// That an account owns a subscription.
    pub struct Owned {
        /// The subscription's ARN.
        pub arn: String,
    }

    /// What a deduplication id stands for.
    pub struct Published {
        /// When it was published.
        pub at: Timestamp,
        /// The deduplication id, with its group where ids count by group.
        pub key: String,
        /// The message's id.
        pub message_id: String,
        /// Its sequence number.
        pub sequence: i64,
    }

    /// A key.
    pub struct SigningKey {
        /// The private key, as PKCS #8.
        pub private: Bytes,
        /// What its certificate would be called.
        pub name: String,
    }
}

impl SigningKey {
    /// The name of the key in use.
    pub const CURRENT: &str = "current";
}
