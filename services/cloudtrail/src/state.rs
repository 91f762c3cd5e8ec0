//! The tables of AWS CloudTrail: the whole state on one screen. What happened is none of it: that stands in the ledger.

use service::shape::shape;
use service::{Bytes, IndexMap, Table, TableInfo, Timestamp};

/// Trails by (home region, name): a trail of all regions is seen in each of them. They hold tags.
pub static TRAILS: Table<(String, String), TrailRow> =
    Table::<(String, String), TrailRow>::account_wide("cloudtrail.trails").governing();
/// How far each trail has come, under the same key.
pub static COURSES: Table<(String, String), Course> = Table::account_wide("cloudtrail.courses");
/// Log files that no digest file names yet, by (home region, trail, region, object key).
pub static LOG_FILES: Table<(String, String, String, String), LogFile> = Table::account_wide("cloudtrail.log_files");
/// The end of each chain of digest files, by (home region, trail, region).
pub static CHAINS: Table<(String, String, String), Chain> = Table::account_wide("cloudtrail.chains");
/// The keys by which digest files are signed, by fingerprint.
pub static KEYS: Table<str, SigningKey> = Table::new("cloudtrail.keys");

/// All of them.
pub fn tables() -> Vec<TableInfo> {
    vec![TRAILS.info(), COURSES.info(), LOG_FILES.info(), CHAINS.info(), KEYS.info()]
}

shape! {
    /// A trail.
    pub struct TrailRow {
        /// Its name.
        pub name: String,
        /// Where it was made.
        pub home_region: String,
        /// When.
        pub created_at: Timestamp,
        /// Where log files go.
        pub s3_bucket_name: String,
        /// The region of that bucket.
        pub bucket_region: String,
        /// What stands before `AWSLogs/` in their keys.
        pub s3_key_prefix: Option<String>,
        /// The topic that is told of log files, as it was given.
        pub sns_topic_name: Option<String>,
        /// Its ARN.
        pub sns_topic_arn: Option<String>,
        /// Whether the events of services without a region are delivered.
        pub include_global_service_events: bool,
        /// Whether the events of all regions are.
        pub is_multi_region_trail: bool,
        /// Whether digest files are delivered.
        pub log_file_validation_enabled: bool,
        /// The log group to which events go besides.
        pub cloud_watch_logs_log_group_arn: Option<String>,
        /// The role by which they get there.
        pub cloud_watch_logs_role_arn: Option<String>,
        /// The ARN of the key with which log files are encrypted.
        pub kms_key_id: Option<String>,
        /// Whether CloudTrail's own deliveries are events that it delivers.
        pub recursive_logging: bool,
        /// Which events; empty for the default, unless there are advanced ones.
        pub event_selectors: Vec<Selector>,
        /// Which events, in the other form.
        pub advanced_event_selectors: Vec<AdvancedSelector>,
        /// Tags.
        pub tags: IndexMap<String, String>,
    }

    /// A basic event selector.
    pub struct Selector {
        /// `All`, `ReadOnly` or `WriteOnly`.
        pub read_write_type: String,
        /// Whether management events are meant.
        pub include_management_events: bool,
        /// Which data events are.
        pub data_resources: Vec<DataResourceRow>,
        /// Services whose management events are not.
        pub exclude_management_event_sources: Vec<String>,
    }

    /// Resources whose data events are meant.
    pub struct DataResourceRow {
        /// `AWS::S3::Object`, say.
        pub kind: String,
        /// What their ARNs begin with, or are.
        pub values: Vec<String>,
    }

    /// An advanced event selector: all of its fields must hold.
    pub struct AdvancedSelector {
        /// Its name.
        pub name: Option<String>,
        /// What must hold.
        pub field_selectors: Vec<FieldSelector>,
    }

    /// What a field of an event must be. Lists that were not given are empty.
    pub struct FieldSelector {
        /// `eventCategory`, say.
        pub field: String,
        /// `Equals`
        pub equals: Vec<String>,
        /// `StartsWith`
        pub starts_with: Vec<String>,
        /// `EndsWith`
        pub ends_with: Vec<String>,
        /// `NotEquals`
        pub not_equals: Vec<String>,
        /// `NotStartsWith`
        pub not_starts_with: Vec<String>,
        /// `NotEndsWith`
        pub not_ends_with: Vec<String>,
    }

    /// How far a trail has come.
    pub struct Course {
        /// Whether it is logging.
        pub logging: bool,
        /// The place in the ledger up to which events are delivered.
        pub place: i64,
        /// The log streams that were made.
        pub streams: Vec<String>,
        /// `StartLoggingTime`
        pub started_at: Option<Timestamp>,
        /// `StopLoggingTime`
        pub stopped_at: Option<Timestamp>,
        /// How deliveries of log files went.
        pub files: Fate,
        /// How notices to the topic went.
        pub notices: Fate,
        /// How deliveries to the log group went.
        pub lines: Fate,
        /// How deliveries of digest files went.
        pub digests: Fate,
    }

    /// How deliveries of one kind went.
    pub struct Fate {
        /// When the last one was tried.
        pub tried_at: Option<Timestamp>,
        /// When the last one succeeded.
        pub done_at: Option<Timestamp>,
        /// The code of the last one's error; `None` where it succeeded.
        pub error: Option<String>,
    }

    /// A log file that was delivered.
    pub struct LogFile {
        /// Its bucket.
        pub bucket: String,
        /// Its key.
        pub key: String,
        /// SHA-256 of what is in it, uncompressed, in hexadecimal.
        pub hash: String,
        /// The time of its newest event.
        pub newest: Timestamp,
        /// The time of its oldest event.
        pub oldest: Timestamp,
    }

    /// The end of a chain of digest files.
    pub struct Chain {
        /// The region whose log files it names.
        pub region: String,
        /// When the last digest ended.
        pub end: Timestamp,
        /// The last digest file; empty before the first.
        pub bucket: String,
        /// Its key.
        pub key: String,
        /// SHA-256 of what is in it, in hexadecimal.
        pub hash: String,
        /// Its signature, in hexadecimal.
        pub signature: String,
    }

    /// A key by which digest files are signed.
    pub struct SigningKey {
        /// By which digest files name it.
        pub fingerprint: String,
        /// The public key: DER, in the form of PKCS #1.
        pub public_key: Bytes,
        /// The private key: DER, in the form of PKCS #8.
        pub private_key: Bytes,
        /// From when it signs.
        pub from: Timestamp,
        /// Until when.
        pub until: Timestamp,
    }
}
