//! The tables of CloudWatch Logs: the whole state on one screen.
//!
//! A batch of log events becomes one row for each second that it has events of: [`CHUNKS`]. So writing takes few rows, and
//! reading a stretch of time, forward or backward, is a range of rows of which only those of one second are held at once.
//! Groups and streams have numbers of their own, so that what is deleted takes one row with it at once, and its events
//! afterwards, some at a time (`timers.rs`).

use service::shape::shape;
use service::{IndexMap, Table, TableInfo, Timestamp};

/// Log groups by name. They hold tags.
pub static GROUPS: Table<str, Group> = Table::<str, Group>::new("logs.groups").governing();
/// What log groups hold, by their numbers.
pub static HOLDINGS: Table<i64, Holding> = Table::new("logs.holdings");
/// Log streams by (group, name).
pub static STREAMS: Table<(i64, String), Stream> = Table::new("logs.streams");
/// Log events by (stream, second, batch).
pub static CHUNKS: Table<(i64, i64, i64), Chunk> = Table::new("logs.chunks");
/// Metric filters by (group, name).
pub static METRIC_FILTERS: Table<(i64, String), MetricFilter> = Table::new("logs.metric_filters");
/// Subscription filters by (group, name).
pub static SUBSCRIPTIONS: Table<(i64, String), Subscription> = Table::new("logs.subscriptions");
/// The account's resource policies by name.
pub static POLICIES: Table<str, Policy> = Table::<str, Policy>::new("logs.policies").governing();
/// What was deleted and still has rows, by its number.
pub static GRAVES: Table<i64, Grave> = Table::new("logs.graves");

/// All of them.
pub fn tables() -> Vec<TableInfo> {
    vec![
        GROUPS.info(),
        HOLDINGS.info(),
        STREAMS.info(),
        CHUNKS.info(),
        METRIC_FILTERS.info(),
        SUBSCRIPTIONS.info(),
        POLICIES.info(),
        GRAVES.info(),
    ]
}

shape! {
    /// A log group.
    pub struct Group {
        /// Its name.
        pub name: String,
        /// What tells it from any other that has had or will have the name.
        pub id: i64,
        /// `STANDARD` or `INFREQUENT_ACCESS`.
        pub class: String,
        /// When it was made.
        pub created_at: Timestamp,
        /// For how many days it keeps events; for ever without.
        pub retention_days: Option<i64>,
        /// The key that was found fit for its events. Stored only: they are not encrypted.
        pub kms_key_id: Option<String>,
        /// Whether it cannot be deleted.
        pub protected: bool,
        /// How many metric filters it has.
        pub metric_filters: i64,
        /// Tags.
        pub tags: IndexMap<String, String>,
    }

    /// What a log group holds.
    pub struct Holding {
        /// Bytes of its events, as they are counted.
        pub bytes: i64,
        /// When its oldest events fall due, if a timer is set for them.
        pub sweep_at: Option<Timestamp>,
    }

    /// A log stream.
    pub struct Stream {
        /// Its name.
        pub name: String,
        /// What tells it from any other that has had or will have the name.
        pub id: i64,
        /// When it was made.
        pub created_at: Timestamp,
        /// The time of its earliest event, in milliseconds.
        pub first_millis: Option<i64>,
        /// The time of its latest event, in milliseconds.
        pub last_millis: Option<i64>,
        /// When something was last written to it.
        pub ingested_at: Option<Timestamp>,
        /// How many batches were written to it.
        pub batches: i64,
    }

    /// The events of a batch that belong to one second.
    pub struct Chunk {
        /// Which batch of its stream.
        pub batch: i64,
        /// When it was written.
        pub ingested_at: Timestamp,
        /// The events.
        pub lines: Vec<Line>,
    }

    /// A log event.
    pub struct Line {
        /// Its time, in milliseconds.
        pub millis: i64,
        /// Its place in the batch.
        pub index: i64,
        /// What it says.
        pub message: String,
    }

    /// A metric filter.
    pub struct MetricFilter {
        /// Its name.
        pub name: String,
        /// When it was made.
        pub created_at: Timestamp,
        /// Which events it counts.
        pub pattern: String,
        /// What it counts them as.
        pub transformation: Transformation,
    }

    /// What a metric filter makes of an event.
    pub struct Transformation {
        /// The metric's name.
        pub metric: String,
        /// Its namespace.
        pub namespace: String,
        /// A number, or a reference into the event.
        pub value: String,
        /// What is counted where no event is for the filter.
        pub default_value: Option<f64>,
        /// Dimensions: names, and references into the event.
        pub dimensions: IndexMap<String, String>,
        /// CloudWatch's unit.
        pub unit: Option<String>,
    }

    /// A subscription filter.
    pub struct Subscription {
        /// Its name.
        pub name: String,
        /// When it was made.
        pub created_at: Timestamp,
        /// Which events it wants.
        pub pattern: String,
        /// Where they go.
        pub destination_arn: String,
        /// As whom they are taken there; none for functions.
        pub role_arn: Option<String>,
        /// `Random` or `ByLogStream`. Stored only: functions have no shards.
        pub distribution: Option<String>,
    }

    /// A resource policy of the account.
    pub struct Policy {
        /// Its name.
        pub name: String,
        /// The document, as it was given.
        pub document: String,
        /// When it was last put.
        pub updated_at: Timestamp,
    }

    /// Something deleted.
    pub struct Grave {
        /// The number of the group or stream.
        pub id: i64,
        /// Whether it is a group's.
        pub group: bool,
    }
}
