//! The tables of AWS X-Ray: the whole state on one screen.

use service::shape::shape;
use service::{IndexMap, Table, TableInfo, Timestamp};

/// Traces by id.
pub static TRACES: Table<str, Trace> = Table::new("xray.traces");
/// Documents by (trace, segment or subsegment).
pub static DOCUMENTS: Table<(String, String), Document> = Table::new("xray.documents");
/// Traces by (when they began, id).
pub static BY_START: Table<(Timestamp, String), Name> = Table::new("xray.by_start");
/// Traces by (when they were first heard of, id): the order in which they go.
pub static BY_AGE: Table<(Timestamp, String), Aged> = Table::new("xray.by_age");
/// Groups by name. They hold tags.
pub static GROUPS: Table<str, Group> = Table::<str, Group>::new("xray.groups").governing();
/// Sampling rules of one's own by name. They hold tags.
pub static RULES: Table<str, Rule> = Table::<str, Rule>::new("xray.rules").governing();
/// What clients last said of their sampling, by (rule, client).
pub static STATISTICS: Table<(String, String), Statistics> = Table::new("xray.statistics");
/// How documents are encrypted; one row, under the empty name.
pub static ENCRYPTION: Table<str, Encryption> = Table::new("xray.encryption");

/// All of them.
pub fn tables() -> Vec<TableInfo> {
    vec![
        TRACES.info(),
        DOCUMENTS.info(),
        BY_START.info(),
        BY_AGE.info(),
        GROUPS.info(),
        RULES.info(),
        STATISTICS.info(),
        ENCRYPTION.info(),
    ]
}

shape! {
    /// A trace, without its documents.
    pub struct Trace {
        /// Its id.
        pub id: String,
        /// When its first segment began.
        pub start: Timestamp,
        /// When its last segment ended.
        pub end: Timestamp,
        /// When it was first heard of.
        pub since: Timestamp,
        /// When it was last heard of.
        pub updated: Timestamp,
        /// How often it was heard of.
        pub revision: i64,
        /// How large its documents are together, in bytes.
        pub size_bytes: i64,
        /// Whether a document was refused because they would have become too large.
        pub limit_exceeded: bool,
    }

    /// A document of a trace: a segment, or a subsegment that was sent by itself.
    pub struct Document {
        /// Its id.
        pub id: String,
        /// The document, JSON, its times in the cloud's time.
        pub text: String,
        /// Whether more is to come of it.
        pub in_progress: bool,
    }

    /// The name of a trace.
    pub struct Name {
        /// Its id.
        pub id: String,
    }

    /// A trace in the order in which traces go.
    pub struct Aged {
        /// When it was first heard of.
        pub since: Timestamp,
        /// Its id.
        pub id: String,
    }

    /// A group.
    pub struct Group {
        /// Its name.
        pub name: String,
        /// The end of its ARN.
        pub id: String,
        /// Which traces are in it; none where all are.
        pub filter: Option<String>,
        /// Tags.
        pub tags: IndexMap<String, String>,
    }

    /// A sampling rule.
    pub struct Rule {
        /// Its name.
        pub name: String,
        /// `ResourceARN`
        pub resource_arn: String,
        /// `Priority`; the least comes first.
        pub priority: i64,
        /// `FixedRate`
        pub fixed_rate: f64,
        /// `ReservoirSize`, requests a second.
        pub reservoir_size: i64,
        /// `ServiceName`
        pub service_name: String,
        /// `ServiceType`
        pub service_type: String,
        /// `Host`
        pub host: String,
        /// `HTTPMethod`
        pub http_method: String,
        /// `URLPath`
        pub url_path: String,
        /// `Attributes`
        pub attributes: IndexMap<String, String>,
        /// When it was made.
        pub created_at: Timestamp,
        /// When it was last changed.
        pub modified_at: Timestamp,
        /// Tags.
        pub tags: IndexMap<String, String>,
    }

    /// What a client last said of its sampling by a rule.
    pub struct Statistics {
        /// The rule's name.
        pub rule: String,
        /// The client's id.
        pub client: String,
        /// When it said so.
        pub at: Timestamp,
        /// How many requests matched.
        pub requests: i64,
        /// How many of them were sampled.
        pub sampled: i64,
        /// How many were sampled without a quota.
        pub borrowed: i64,
        /// When the client was first heard of.
        pub since: Timestamp,
    }

    /// How documents are encrypted.
    pub struct Encryption {
        /// The key's ARN; none for X-Ray's own way.
        pub key: Option<String>,
    }
}
