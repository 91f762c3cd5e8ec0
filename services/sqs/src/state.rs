//! The tables of SQS: the whole state on one screen.
//!
//! A queue's messages lie in its *space*, a number drawn when the queue is made and again when it is purged. Deleting
//! or purging so takes one row, however many messages there were; a timer sweeps the space that was left (`timers.rs`).
//!
//! How a message stands in its queue:
//! - *Standard, fresh*: sent without a delay and never received. It has a [`Message`] and nothing else; the fresh
//!   messages are those numbered from [`Head::next`] up to [`Tail::next`], without a gap, oldest first. So a send
//!   writes two rows, and a million waiting messages are counted by a subtraction.
//! - *Standard, otherwise* (delayed, received before, or moved here): it has a [`Delivery`] in line 0 too, and a
//!   [`Turn`] of its own.
//! - *FIFO*: it has a [`Delivery`] from the start, in the line of its message group. The line as a whole has one
//!   [`Turn`], whose place stands in [`LINES`]: a blocked group costs a receive nothing, however long it is.

use service::shape::shape;
use service::{Bytes, IndexMap, Table, TableInfo, Timestamp};

/// Queues by name. They hold resource policies and tags.
pub static QUEUES: Table<str, Queue> = Table::<str, Queue>::new("sqs.queues").governing();
/// Names of queues that were deleted a short while ago.
pub static TOMBSTONES: Table<str, Tombstone> = Table::new("sqs.tombstones");
/// Messages by (space, number).
pub static MESSAGES: Table<(i64, i64), Message> = Table::new("sqs.messages");
/// Where the next message goes, by space: what a send rewrites.
pub static TAILS: Table<i64, Tail> = Table::new("sqs.tails");
/// Where fresh messages begin, by space: what a receive rewrites.
pub static HEADS: Table<i64, Head> = Table::new("sqs.heads");
/// How messages were delivered, by (space, line, number).
pub static DELIVERIES: Table<(i64, i64, i64), Delivery> = Table::new("sqs.deliveries");
/// Who may be received from when, by (space, instant, number).
pub static TURNS: Table<(i64, Timestamp, i64), Turn> = Table::new("sqs.turns");
/// The turn of each line of a FIFO queue, by (space, line).
pub static LINES: Table<(i64, i64), Turn> = Table::new("sqs.lines");
/// What was sent to FIFO queues, by (queue, age bucket, line, deduplication id).
pub static SENT: Table<(i64, i64, i64, String), Sent> = Table::new("sqs.sent");
/// What was received from FIFO queues, by (queue, age bucket, attempt id).
pub static ATTEMPTS: Table<(i64, i64, String), Attempt> = Table::new("sqs.attempts");
/// Data keys that a principal may use again, by (queue, principal, name).
pub static DATA_KEYS: Table<(i64, String, String), DataKey> = Table::new("sqs.data-keys");
/// Message move tasks by (source queue's name, rank, task id); the newest has the least rank.
pub static MOVES: Table<(String, i64, String), MoveTask> = Table::new("sqs.moves");

/// All of them.
pub fn tables() -> Vec<TableInfo> {
    vec![
        QUEUES.info(),
        TOMBSTONES.info(),
        MESSAGES.info(),
        TAILS.info(),
        HEADS.info(),
        DELIVERIES.info(),
        TURNS.info(),
        LINES.info(),
        SENT.info(),
        ATTEMPTS.info(),
        DATA_KEYS.info(),
        MOVES.info(),
    ]
}

shape! {
    /// A queue.
    pub struct Queue {
        /// Its name; that of a FIFO queue ends in `.fifo`.
        pub name: String,
        /// What tells it from any other queue that has had or will have the name.
        pub id: i64,
        /// Where its messages lie.
        pub space: i64,
        /// Whether it is a FIFO queue.
        pub fifo: bool,
        /// `CreatedTimestamp`
        pub created_at: Timestamp,
        /// `LastModifiedTimestamp`
        pub modified_at: Timestamp,
        /// When it was last purged.
        pub purged_at: Option<Timestamp>,
        /// Seconds for which a received message is hidden.
        pub visibility_timeout: i64,
        /// Seconds for which a sent message is hidden.
        pub delay_seconds: i64,
        /// Bytes.
        pub maximum_message_size: i64,
        /// Seconds.
        pub message_retention_period: i64,
        /// Seconds for which a receive waits that does not say how long.
        pub receive_message_wait_time_seconds: i64,
        /// The resource policy, as it was given.
        pub policy: Option<String>,
        /// Where messages go that nobody manages to process.
        pub redrive_policy: Option<RedrivePolicy>,
        /// Which queues may name this one as their dead-letter queue.
        pub redrive_allow_policy: Option<RedriveAllowPolicy>,
        /// The KMS key of messages' bodies.
        pub kms_master_key_id: Option<String>,
        /// Seconds for which a data key is used again.
        pub kms_data_key_reuse_period_seconds: Option<i64>,
        /// Stored only.
        pub sqs_managed_sse_enabled: bool,
        /// FIFO: whether a message without a deduplication id gets the hash of its body.
        pub content_based_deduplication: bool,
        /// FIFO: `DeduplicationScope`, `queue` or `messageGroup`.
        pub deduplication_scope: String,
        /// FIFO: `FifoThroughputLimit`, `perQueue` or `perMessageGroupId`.
        pub fifo_throughput_limit: String,
        /// Tags.
        pub tags: IndexMap<String, String>,
    }

    /// A redrive policy that was found valid.
    pub struct RedrivePolicy {
        /// As it is shown.
        pub text: String,
        /// The dead-letter queue.
        pub dead_letter_target_arn: String,
        /// How often a message is delivered before it goes there.
        pub max_receive_count: i64,
    }

    /// A redrive allow policy that was found valid.
    pub struct RedriveAllowPolicy {
        /// As it is shown.
        pub text: String,
        /// `allowAll`, `denyAll` or `byQueue`.
        pub redrive_permission: String,
        /// For `byQueue`.
        pub source_queue_arns: Vec<String>,
    }

    /// That a queue was deleted.
    pub struct Tombstone {
        /// When.
        pub deleted_at: Timestamp,
    }

    /// What was sent. It never changes.
    pub struct Message {
        /// Its place in the order of the queue.
        pub number: i64,
        /// The message id.
        pub id: String,
        /// The body; empty where it is sealed.
        pub body: String,
        /// MD5 of the body, in hexadecimal.
        pub body_md5: String,
        /// When it was sent: retention counts from here.
        pub sent_at: Timestamp,
        /// The sender's unique id.
        pub sender: String,
        /// The message group.
        pub group: Option<String>,
        /// FIFO: the deduplication id.
        pub deduplication_id: Option<String>,
        /// The `AWSTraceHeader` system attribute.
        pub trace_header: Option<String>,
        /// The queue that it came from, if this is a dead-letter queue.
        pub dead_letter_source: Option<String>,
        /// Message attributes by name.
        pub attributes: IndexMap<String, Attribute>,
        /// The body, if it was enciphered.
        pub seal: Option<Seal>,
    }

    /// An enciphered body.
    pub struct Seal {
        /// Its data key, as KMS enciphered it.
        pub data_key: Bytes,
        /// The queue that it was sent to: KMS's context.
        pub queue_arn: String,
        /// Nonce, text and tag (`cipher.rs`).
        pub body: Bytes,
    }

    /// A data key that its principal may use without asking KMS.
    pub struct DataKey {
        /// Whose it is.
        pub principal: String,
        /// A digest of it; empty for the one that the next message gets.
        pub name: String,
        /// Until when.
        pub until: Timestamp,
        /// The key that the queue had when it was made.
        pub key_id: String,
        /// As KMS enciphered it.
        pub data_key: Bytes,
        /// The context that it was made with.
        pub queue_arn: String,
        /// As this process keeps it (`data_keys.rs`).
        pub kept: Bytes,
    }

    /// A message attribute.
    pub struct Attribute {
        /// `String`, `Number` or `Binary`, and maybe a label behind a dot.
        pub data_type: String,
        /// For strings and numbers.
        pub string: Option<String>,
        /// For binaries.
        pub binary: Option<Bytes>,
    }

    /// The end of a queue.
    pub struct Tail {
        /// The number of the next message.
        pub next: i64,
        /// How many messages have been numbered aside (`standard.rs`).
        pub aside: i64,
    }

    /// The beginning of a queue.
    pub struct Head {
        /// Standard: the number of the oldest fresh message.
        pub next: i64,
        /// How many messages may still be handed out before the messages in flight must be counted again.
        pub allowance: i64,
    }

    /// How a message stands.
    pub struct Delivery {
        /// The message's number.
        pub number: i64,
        /// FIFO: its group's line. 0 in a standard queue.
        pub line: i64,
        /// When it is visible, or became so.
        pub visible_at: Timestamp,
        /// When the message was sent.
        pub sent_at: Timestamp,
        /// How often it has been received.
        pub receives: i64,
        /// When it was first received.
        pub first_received_at: Option<Timestamp>,
        /// When it was last received: its visibility timeout may end 12 hours later at the most.
        pub received_at: Option<Timestamp>,
        /// What makes receipt handles of it impossible to guess.
        pub nonce: i64,
    }

    /// From when on something may be received: a message of a standard queue, or the first of a line of a FIFO queue.
    pub struct Turn {
        /// The instant.
        pub at: Timestamp,
        /// The message's number.
        pub number: i64,
        /// Its line.
        pub line: i64,
    }

    /// A deduplication id that was used.
    pub struct Sent {
        /// The age bucket that it lies in.
        pub bucket: i64,
        /// The group's line, or 0 where ids are unique in the queue.
        pub line: i64,
        /// The deduplication id.
        pub deduplication_id: String,
        /// When.
        pub at: Timestamp,
        /// The message's id.
        pub message_id: String,
        /// The message's number.
        pub number: i64,
    }

    /// A receive that may be repeated.
    pub struct Attempt {
        /// The age bucket that it lies in.
        pub bucket: i64,
        /// The `ReceiveRequestAttemptId`.
        pub id: String,
        /// When.
        pub at: Timestamp,
        /// What was handed out, as it stood then.
        pub deliveries: Vec<Delivery>,
    }

    /// A message move task.
    pub struct MoveTask {
        /// Its id.
        pub id: String,
        /// The name of the dead-letter queue.
        pub source: String,
        /// Where the messages go; `None` sends each back to where it came from.
        pub destination_arn: Option<String>,
        /// The most messages a second.
        pub rate: Option<i64>,
        /// `RUNNING`, `COMPLETED`, `CANCELLING`, `CANCELLED` or `FAILED`.
        pub status: String,
        /// How many messages were moved.
        pub moved: i64,
        /// How many there were to move.
        pub to_move: i64,
        /// When it was started.
        pub started_at: Timestamp,
        /// Why it failed.
        pub failure: Option<String>,
    }
}
