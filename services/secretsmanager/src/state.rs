//! The tables of Secrets Manager: the whole state on one screen.

use service::shape::shape;
use service::{Bytes, IndexMap, Table, TableInfo, Timestamp};

/// Secrets by name. They hold resource policies and tags.
pub static SECRETS: Table<str, Secret> = Table::<str, Secret>::new("secretsmanager.secrets").governing();
/// Versions by (secret's name, id).
pub static VERSIONS: Table<(String, String), Version> = Table::new("secretsmanager.versions");
/// When secrets were last read, by name: apart, for reading one changes nothing about who may.
pub static READ: Table<str, Read> = Table::new("secretsmanager.read");

/// All of them.
pub fn tables() -> Vec<TableInfo> {
    vec![SECRETS.info(), VERSIONS.info(), READ.info()]
}

shape! {
    /// A secret.
    pub struct Secret {
        /// Its name.
        pub name: String,
        /// The six characters behind its name in its ARN.
        pub suffix: String,
        /// Its description.
        pub description: Option<String>,
        /// The key of KMS that was asked for; AWS's own where there is none.
        pub kms_key_id: Option<String>,
        /// When it was made.
        pub created_at: Timestamp,
        /// When it was last changed.
        pub changed_at: Timestamp,
        /// When it will be deleted.
        pub deleted_on: Option<Timestamp>,
        /// Its resource policy.
        pub policy: Option<String>,
        /// Tags.
        pub tags: IndexMap<String, String>,
    }

    /// A version of a secret's value.
    pub struct Version {
        /// Its id.
        pub id: String,
        /// Its staging labels.
        pub stages: Vec<String>,
        /// When it was made.
        pub created_at: Timestamp,
        /// Whether it was given as bytes.
        pub binary: bool,
        /// The key under which its data key is encrypted.
        pub kms_key_id: String,
        /// Its data key, encrypted by KMS.
        pub data_key: Bytes,
        /// Its value, encrypted with the data key.
        pub sealed: Bytes,
    }

    /// When a secret was last read.
    pub struct Read {
        /// The day on which it was, at midnight.
        pub day: Timestamp,
    }
}
