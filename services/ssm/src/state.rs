//! The tables of Parameter Store: the whole state on one screen.

use service::shape::shape;
use service::{Bytes, IndexMap, Table, TableInfo, Timestamp};

/// Parameters by name. They hold tags.
pub static PARAMETERS: Table<str, Parameter> = Table::<str, Parameter>::new("ssm.parameters").governing();
/// Versions by (parameter's name, number).
pub static VERSIONS: Table<(String, u64), Version> = Table::new("ssm.versions");

/// All of them.
pub fn tables() -> Vec<TableInfo> {
    vec![PARAMETERS.info(), VERSIONS.info()]
}

shape! {
    /// A parameter.
    pub struct Parameter {
        /// Its name.
        pub name: String,
        /// `String`, `StringList` or `SecureString`.
        pub kind: String,
        /// `Standard` or `Advanced`.
        pub tier: String,
        /// The number of its latest version.
        pub latest: i64,
        /// Tags.
        pub tags: IndexMap<String, String>,
    }

    /// A version of a parameter.
    pub struct Version {
        /// The parameter's name.
        pub name: String,
        /// Its number.
        pub number: i64,
        /// `String`, `StringList` or `SecureString`.
        pub kind: String,
        /// `Standard` or `Advanced`.
        pub tier: String,
        /// The value, but for secure strings.
        pub value: String,
        /// The value of a secure string, encrypted.
        pub sealed: Bytes,
        /// The data key of an advanced secure string, encrypted.
        pub data_key: Bytes,
        /// The key of KMS, as it was asked for.
        pub key_id: Option<String>,
        /// Its description.
        pub description: Option<String>,
        /// What values must match.
        pub allowed_pattern: Option<String>,
        /// `text`.
        pub data_type: String,
        /// When it was made.
        pub modified_at: Timestamp,
        /// Who made it, an ARN.
        pub modified_by: String,
        /// Its labels.
        pub labels: Vec<String>,
    }
}
