//! The tables of EventBridge: the whole state on one screen.
//!
//! The bus `default` exists in every account and region without a row; it gets one when it gets a policy or tags.

use service::shape::shape;
use service::{IndexMap, Table, TableInfo, Timestamp};

/// Buses by name. They hold resource policies and tags.
pub static BUSES: Table<str, Bus> = Table::<str, Bus>::new("events.buses").governing();
/// Rules by (bus, name). They hold tags.
pub static RULES: Table<(String, String), Rule> = Table::<(String, String), Rule>::new("events.rules").governing();
/// Targets by (bus, rule, id).
pub static TARGETS: Table<(String, String, String), Target> = Table::new("events.targets");
/// Archives by name.
pub static ARCHIVES: Table<str, Archive> = Table::new("events.archives");
/// Archived events by (archive, when they came, id).
pub static ARCHIVED: Table<(String, Timestamp, String), Archived> = Table::new("events.archived");
/// Replays by name.
pub static REPLAYS: Table<str, Replay> = Table::new("events.replays");

/// All of them.
pub fn tables() -> Vec<TableInfo> {
    vec![BUSES.info(), RULES.info(), TARGETS.info(), ARCHIVES.info(), ARCHIVED.info(), REPLAYS.info()]
}

shape! {
    /// An event bus.
    pub struct Bus {
        /// Its name.
        pub name: String,
        /// Its description.
        pub description: Option<String>,
        /// Its resource policy, as it is shown.
        pub policy: Option<String>,
        /// When it was made.
        pub created_at: Timestamp,
        /// When it was last changed.
        pub modified_at: Timestamp,
        /// Stored only.
        pub kms_key_identifier: Option<String>,
        /// Stored only.
        pub dead_letter_arn: Option<String>,
        /// `IncludeDetail` of the log configuration. Stored only.
        pub log_detail: Option<String>,
        /// `Level` of the log configuration. Stored only.
        pub log_level: Option<String>,
        /// Tags.
        pub tags: IndexMap<String, String>,
    }

    /// A rule.
    pub struct Rule {
        /// Its name.
        pub name: String,
        /// Its bus.
        pub bus: String,
        /// What events it waits for.
        pub event_pattern: Option<String>,
        /// When it fires by itself.
        pub schedule_expression: Option<String>,
        /// `ENABLED`, `DISABLED` or `ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS`.
        pub state: String,
        /// Its description.
        pub description: Option<String>,
        /// Stored only: targets have roles of their own.
        pub role_arn: Option<String>,
        /// The account that made it.
        pub created_by: String,
        /// From when on a rate counts.
        pub scheduled_from: Timestamp,
        /// Tags.
        pub tags: IndexMap<String, String>,
    }

    /// A target of a rule.
    pub struct Target {
        /// Its bus.
        pub bus: String,
        /// Its rule.
        pub rule: String,
        /// Its id.
        pub id: String,
        /// What is called.
        pub arn: String,
        /// As whom it is called.
        pub role_arn: Option<String>,
        /// The constant that it gets.
        pub input: Option<String>,
        /// The part of the event that it gets.
        pub input_path: Option<String>,
        /// What it gets is made by this.
        pub transformer: Option<Transformer>,
        /// `MessageGroupId` for a FIFO queue.
        pub message_group_id: Option<String>,
        /// `PartitionKeyPath` for a stream.
        pub partition_key_path: Option<String>,
        /// The queue for what cannot be delivered.
        pub dead_letter_arn: Option<String>,
        /// `MaximumRetryAttempts`
        pub most_retries: Option<i64>,
        /// `MaximumEventAgeInSeconds`
        pub oldest_seconds: Option<i64>,
    }

    /// An input transformer.
    pub struct Transformer {
        /// Paths by the names of their variables.
        pub paths: Option<IndexMap<String, String>>,
        /// The template.
        pub template: String,
    }

    /// An archive.
    pub struct Archive {
        /// Its name.
        pub name: String,
        /// The bus whose events it keeps, an ARN.
        pub source_arn: String,
        /// Its description.
        pub description: Option<String>,
        /// Which events it keeps.
        pub event_pattern: Option<String>,
        /// Days for which it keeps them; 0 is for ever.
        pub retention_days: i64,
        /// Stored only.
        pub kms_key_identifier: Option<String>,
        /// When it was made.
        pub created_at: Timestamp,
        /// How many events it holds.
        pub count: i64,
        /// How many bytes they are.
        pub bytes: i64,
    }

    /// An event in an archive.
    pub struct Archived {
        /// When it came.
        pub at: Timestamp,
        /// Its id.
        pub id: String,
        /// The event.
        pub event: String,
    }

    /// A replay.
    pub struct Replay {
        /// Its name.
        pub name: String,
        /// Its description.
        pub description: Option<String>,
        /// The archive, by name.
        pub archive: String,
        /// `STARTING`, `RUNNING`, `CANCELLING`, `COMPLETED`, `CANCELLED` or `FAILED`.
        pub state: String,
        /// Why it is in that state.
        pub reason: Option<String>,
        /// Where the events go, an ARN.
        pub destination: String,
        /// The rules that get them, ARNs; all if there is none.
        pub filters: Vec<String>,
        /// The first moment whose events are replayed.
        pub from: Timestamp,
        /// The first moment whose events are not replayed any more.
        pub to: Timestamp,
        /// The event that was replayed last: when it came.
        pub last_at: Option<Timestamp>,
        /// The event that was replayed last: its id.
        pub last_id: String,
        /// When it began.
        pub started_at: Timestamp,
        /// When it ended.
        pub ended_at: Option<Timestamp>,
    }
}
