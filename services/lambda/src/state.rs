//! The tables of AWS Lambda: the whole state on one screen.

use service::shape::shape;
use service::{Bytes, IndexMap, StoredBody, Table, TableInfo, Timestamp};

/// Functions by name, with their unpublished version. They hold tags.
pub static FUNCTIONS: Table<str, Function> =
    Table::<str, Function>::new("lambda.functions").governing().naming_bodies();
/// Published versions by (function, number).
pub static VERSIONS: Table<(String, u64), Version> =
    Table::<(String, u64), Version>::new("lambda.versions").naming_bodies();
/// Aliases by (function, name).
pub static ALIASES: Table<(String, String), Alias> = Table::new("lambda.aliases");
/// Resource policies by (function, version or alias); the function itself is the empty qualifier.
pub static POLICIES: Table<(String, String), Policy> =
    Table::<(String, String), Policy>::new("lambda.policies").governing();
/// What becomes of asynchronous invocations, by (function, version or alias).
pub static INVOKE_CONFIGS: Table<(String, String), InvokeConfig> = Table::new("lambda.invoke_configs");
/// The execution roles' sessions that sandboxes are started with, by function.
pub static SESSIONS: Table<str, RoleSession> = Table::new("lambda.sessions");
/// Asynchronous events that failed and are to be tried again, by request.
pub static FAILED: Table<str, Failed> = Table::new("lambda.failed");
/// Event source mappings by UUID. They hold tags.
pub static MAPPINGS: Table<str, Mapping> = Table::<str, Mapping>::new("lambda.mappings").governing();
/// How far mappings have come, by UUID.
pub static POLLS: Table<str, Poll> = Table::new("lambda.polls");

/// All of them.
pub fn tables() -> Vec<TableInfo> {
    vec![
        FUNCTIONS.info(),
        VERSIONS.info(),
        ALIASES.info(),
        POLICIES.info(),
        INVOKE_CONFIGS.info(),
        SESSIONS.info(),
        FAILED.info(),
        MAPPINGS.info(),
        POLLS.info(),
    ]
}

shape! {
    /// A function.
    pub struct Function {
        /// Its name.
        pub name: String,
        /// `$LATEST`.
        pub latest: Config,
        /// The number of the version that was published last.
        pub last_version: i64,
        /// Reserved concurrency, if it has any.
        pub reserved: Option<i64>,
        /// Tags.
        pub tags: IndexMap<String, String>,
    }

    /// A published version.
    pub struct Version {
        /// The function.
        pub function: String,
        /// The version.
        pub number: i64,
        /// Its code and configuration, which never change.
        pub config: Config,
    }

    /// Code and configuration of a version.
    pub struct Config {
        /// The deployment package.
        pub package: StoredBody,
        /// Its SHA-256 in base64.
        pub code_sha256: String,
        /// Its size in bytes.
        pub code_size: i64,
        /// The runtime.
        pub runtime: String,
        /// The handler.
        pub handler: String,
        /// The execution role's ARN.
        pub role: String,
        /// The description.
        pub description: String,
        /// In seconds.
        pub timeout: i64,
        /// In MB.
        pub memory_size: i64,
        /// The size of `/tmp` in MB.
        pub ephemeral_storage: i64,
        /// Environment variables; none where the function never had any.
        pub environment: Option<IndexMap<String, String>>,
        /// `Active` or `PassThrough`.
        pub tracing: String,
        /// The queue or topic for events that fail.
        pub dead_letter_arn: Option<String>,
        /// `x86_64` or `arm64`.
        pub architectures: Vec<String>,
        /// `Text` or `JSON`.
        pub log_format: String,
        /// The log group, if it is not the usual one.
        pub log_group: Option<String>,
        /// Stored only.
        pub application_log_level: Option<String>,
        /// Stored only.
        pub system_log_level: Option<String>,
        /// Stored only.
        pub kms_key_arn: Option<String>,
        /// Stored only.
        pub subnet_ids: Vec<String>,
        /// Stored only.
        pub security_group_ids: Vec<String>,
        /// Stored only.
        pub ipv6_allowed: Option<bool>,
        /// Changes with each change.
        pub revision_id: String,
        /// When it was last changed.
        pub modified_at: Timestamp,
    }

    /// An alias.
    pub struct Alias {
        /// The function.
        pub function: String,
        /// Its name.
        pub name: String,
        /// The version that it stands for.
        pub version: String,
        /// The description.
        pub description: String,
        /// Further versions, and what part of the invocations goes to each.
        pub weights: IndexMap<String, f64>,
        /// Changes with each change.
        pub revision_id: String,
    }

    /// A resource policy.
    pub struct Policy {
        /// The document.
        pub text: String,
        /// Changes with each change.
        pub revision_id: String,
    }

    /// What becomes of asynchronous invocations.
    pub struct InvokeConfig {
        /// The function.
        pub function: String,
        /// The version or alias; `$LATEST` for the function itself.
        pub qualifier: String,
        /// `MaximumRetryAttempts`
        pub most_retries: Option<i64>,
        /// `MaximumEventAgeInSeconds`
        pub oldest_seconds: Option<i64>,
        /// Where records of successes go.
        pub on_success: Option<String>,
        /// Where records of failures go.
        pub on_failure: Option<String>,
        /// When it was last changed.
        pub modified_at: Timestamp,
    }

    /// A session of an execution role.
    pub struct RoleSession {
        /// The role.
        pub role: String,
        /// `AWS_ACCESS_KEY_ID`
        pub access_key_id: String,
        /// `AWS_SECRET_ACCESS_KEY`
        pub secret_access_key: String,
        /// `AWS_SESSION_TOKEN`
        pub session_token: String,
        /// When it ends.
        pub expires_at: Timestamp,
    }

    /// An asynchronous event that its function failed on.
    pub struct Failed {
        /// How often.
        pub times: i64,
    }

    /// An event source mapping.
    pub struct Mapping {
        /// Its UUID.
        pub uuid: String,
        /// The function.
        pub function: String,
        /// The version or alias that is invoked, if one is named.
        pub qualifier: Option<String>,
        /// The queue.
        pub source_arn: String,
        /// Whether it is enabled.
        pub enabled: bool,
        /// The most records of a batch.
        pub batch_size: i64,
        /// How long records are gathered, in seconds.
        pub window_seconds: i64,
        /// Patterns, one of which a record must match.
        pub filters: Vec<String>,
        /// Whether the function tells which records failed.
        pub reports_failures: bool,
        /// How many batches may be processed at once.
        pub most_concurrent: Option<i64>,
        /// Stored only.
        pub kms_key_arn: Option<String>,
        /// Stored only.
        pub metrics: Vec<String>,
        /// When it was last changed.
        pub modified_at: Timestamp,
        /// Tags.
        pub tags: IndexMap<String, String>,
    }

    /// How far a mapping has come.
    pub struct Poll {
        /// The delivery that waits for records, while one does.
        pub waiting: Option<Bytes>,
        /// How many batches are with the function.
        pub in_flight: i64,
        /// Records that are gathered for the next batch.
        pub gathered: Vec<Record>,
        /// When the gathering began.
        pub since: Option<Timestamp>,
        /// What came of the last batch.
        pub last_result: Option<String>,
    }

    /// A record of a batch.
    pub struct Record {
        /// Its id.
        pub id: String,
        /// By what it is deleted.
        pub receipt: String,
        /// It as the function gets it, JSON.
        pub text: String,
    }
}
