//! The tables of DynamoDB: the whole state on one screen.
//!
//! A table's items lie in its *space*, a number that no other table of the account and region ever has; so do the items
//! of each of its indexes. Within a space items lie by a hash of their partition key, as on AWS: a scan comes upon
//! partitions in no order of their own, and its segments are spans of that hash. Deleting a table takes a few rows; a
//! timer sweeps the spaces that were left (`builds.rs`).
//!
//! What an item's change entails hangs on [`ITEMS`] (`changes.rs`): its indexes, the stream, when it expires, the sizes.

use crate::changes;
use service::shape::shape;
use service::{Bytes, IndexMap, KeyBuf, Table, TableInfo, Timestamp};

/// What decides about access, by resource: `table/orders`, `table/orders/stream/2026-…`.
pub static RIGHTS: Table<str, Rights> = Table::<str, Rights>::new("dynamodb.rights").governing();
/// Tables by name: what only they themselves are asked for.
pub static TABLES: Table<str, TableRow> = Table::new("dynamodb.tables");
/// What reading and writing items needs of a table, by its space.
pub static LAYOUTS: Table<i64, Layout> = Table::new("dynamodb.layouts");
/// Items (`keys::item`).
pub static ITEMS: Table<KeyBuf, StoredItem> =
    Table::<KeyBuf, StoredItem>::new("dynamodb.items").with_hook(changes::item_changed);
/// Items of indexes (`keys::index`).
pub static INDEX_ITEMS: Table<KeyBuf, StoredItem> = Table::new("dynamodb.index-items");
/// Items of backups, with the keys that they had.
pub static BACKUP_ITEMS: Table<KeyBuf, StoredItem> = Table::new("dynamodb.backup-items");
/// How much lies in each space of a table or index.
pub static SIZES: Table<i64, Size> = Table::new("dynamodb.sizes");
/// Items that expire, by (the table's expiries, the second, the item's key).
pub static EXPIRIES: Table<(i64, i64, KeyBuf), Expiry> = Table::new("dynamodb.expiries");
/// Streams by (table name, label); those of deleted tables too, for as long as they can be read.
pub static STREAMS: Table<(String, String), StreamRow> = Table::new("dynamodb.streams");
/// Where each stream ends, by its id.
pub static ENDS: Table<i64, End> = Table::new("dynamodb.stream-ends");
/// Stream records by (stream id, number).
pub static RECORDS: Table<(i64, i64), RecordRow> = Table::new("dynamodb.stream-records");
/// Transactions of the last ten minutes, by their clients' tokens.
pub static TOKENS: Table<str, TokenRow> = Table::new("dynamodb.tokens");
/// Backups by (table name, backup id).
pub static BACKUPS: Table<(String, String), BackupRow> = Table::new("dynamodb.backups");
/// Work on whole tables that goes on in steps, by (the table's space, what is built).
pub static BUILDS: Table<(i64, i64), Build> = Table::new("dynamodb.builds");
/// The next space.
pub static NUMBERS: Table<(), NextNumber> = Table::new("dynamodb.numbers");

/// All of them.
pub fn tables() -> Vec<TableInfo> {
    vec![
        RIGHTS.info(),
        TABLES.info(),
        LAYOUTS.info(),
        ITEMS.info(),
        INDEX_ITEMS.info(),
        BACKUP_ITEMS.info(),
        SIZES.info(),
        EXPIRIES.info(),
        STREAMS.info(),
        ENDS.info(),
        RECORDS.info(),
        TOKENS.info(),
        BACKUPS.info(),
        BUILDS.info(),
        NUMBERS.info(),
    ]
}

shape! {
    /// What decides about access to a table or stream.
    pub struct Rights {
        /// The table's space; 0 for a stream.
        pub space: i64,
        /// Tags.
        pub tags: IndexMap<String, String>,
        /// The resource policy.
        pub policy: Option<String>,
        /// Which version of the policy it is.
        pub revision: String,
        /// When the policy was changed.
        pub changed_at: Option<Timestamp>,
    }

    /// A table.
    pub struct TableRow {
        /// Its name.
        pub name: String,
        /// `TableId`
        pub id: String,
        /// Where its items lie.
        pub space: i64,
        /// When it was made.
        pub created_at: Timestamp,
        /// `PROVISIONED` or `PAY_PER_REQUEST`
        pub billing_mode: String,
        /// When it last became `PAY_PER_REQUEST`.
        pub on_demand_since: Option<Timestamp>,
        /// When capacity last grew.
        pub increased_at: Option<Timestamp>,
        /// When capacity last shrank.
        pub decreased_at: Option<Timestamp>,
        /// How often capacity shrank on the day of `decreased_at` (UTC).
        pub decreases: i64,
        /// The attributes that keys are made of.
        pub attributes: Vec<KeyPart>,
        /// `STANDARD` or `STANDARD_INFREQUENT_ACCESS`; empty if it was never chosen.
        pub class: String,
        /// When the class was changed.
        pub class_changed_at: Option<Timestamp>,
        /// Whether it cannot be deleted.
        pub deletion_protection: bool,
        /// The key that encrypts it, if one was chosen. Stored only.
        pub encryption: Option<Encryption>,
        /// The label of the newest stream.
        pub stream_label: Option<String>,
        /// The first moment that can be restored, if point-in-time recovery is on.
        pub recovery_since: Option<Timestamp>,
        /// `RecoveryPeriodInDays`
        pub recovery_days: i64,
        /// From what it was restored.
        pub restored: Option<Restored>,
        /// `WarmThroughput` as it was given. Stored only.
        pub warm: Option<Capacity>,
        /// Whether a stepwise build must end before it is active.
        pub building: bool,
    }

    /// Server-side encryption, as it was chosen.
    pub struct Encryption {
        /// `KMS` or `AES256`
        pub kind: String,
        /// The key's ARN.
        pub key: Option<String>,
    }

    /// From what a table was restored.
    pub struct Restored {
        /// The backup's ARN.
        pub backup_arn: Option<String>,
        /// The source table's ARN.
        pub table_arn: String,
        /// The moment that was restored.
        pub at: Timestamp,
    }

    /// An attribute of a key.
    pub struct KeyPart {
        /// Its name.
        pub name: String,
        /// `S`, `N` or `B`
        pub kind: String,
    }

    /// Units a second.
    pub struct Capacity {
        /// To read.
        pub read: i64,
        /// To write.
        pub write: i64,
    }

    /// What reading and writing items needs of a table.
    pub struct Layout {
        /// The table's name.
        pub table: String,
        /// Where its items lie.
        pub space: i64,
        /// The partition key.
        pub hash: KeyPart,
        /// The sort key.
        pub range: Option<KeyPart>,
        /// Its indexes in the order of their making.
        pub indexes: Vec<Index>,
        /// Provisioned capacity; `None` on demand.
        pub capacity: Option<Capacity>,
        /// The most that is let through on demand; 0 or less for no limit.
        pub on_demand: Option<Capacity>,
        /// Where expiry times stand.
        pub expiry: Option<ExpiryLayout>,
        /// The stream that is open.
        pub stream: Option<StreamLayout>,
    }

    /// A secondary index.
    pub struct Index {
        /// Its name.
        pub name: String,
        /// Where its items lie.
        pub space: i64,
        /// Whether it is global.
        pub global: bool,
        /// The partition key.
        pub hash: KeyPart,
        /// The sort key.
        pub range: Option<KeyPart>,
        /// `ALL`, `KEYS_ONLY` or `INCLUDE`
        pub projection: String,
        /// For `INCLUDE`.
        pub include: Vec<String>,
        /// Provisioned capacity of a global index; `None` on demand.
        pub capacity: Option<Capacity>,
        /// The most that is let through on demand.
        pub on_demand: Option<Capacity>,
        /// Whether items that were there before it are still being added.
        pub backfilling: bool,
        /// `WarmThroughput` as it was given. Stored only.
        pub warm: Option<Capacity>,
        /// When its capacity last grew.
        pub increased_at: Option<Timestamp>,
        /// When its capacity last shrank.
        pub decreased_at: Option<Timestamp>,
    }

    /// That items expire.
    pub struct ExpiryLayout {
        /// The attribute that says when.
        pub attribute: String,
        /// The number of this table's expiries.
        pub id: i64,
    }

    /// That changes are recorded.
    pub struct StreamLayout {
        /// The stream's id.
        pub id: i64,
        /// `KEYS_ONLY`, `NEW_IMAGE`, `OLD_IMAGE` or `NEW_AND_OLD_IMAGES`
        pub view: String,
    }

    /// An item, of a table, an index or a backup.
    pub struct StoredItem {
        /// Where it lies.
        pub space: i64,
        /// How many bytes its names and values count for.
        pub size: i64,
        /// Its attributes (`item.rs`).
        pub item: Bytes,
    }

    /// How much lies in a space.
    pub struct Size {
        /// Items.
        pub items: i64,
        /// Bytes.
        pub bytes: i64,
    }

    /// That an item expires.
    pub struct Expiry {
        /// The second, since 1970.
        pub at: i64,
        /// The item's key.
        pub key: Bytes,
    }

    /// A stream.
    pub struct StreamRow {
        /// What tells it from others.
        pub id: i64,
        /// The table's name.
        pub table: String,
        /// The label, which is when it was enabled.
        pub label: String,
        /// `KEYS_ONLY`, `NEW_IMAGE`, `OLD_IMAGE` or `NEW_AND_OLD_IMAGES`
        pub view: String,
        /// The table's partition key.
        pub hash: KeyPart,
        /// The table's sort key.
        pub range: Option<KeyPart>,
        /// When it was enabled.
        pub created_at: Timestamp,
        /// When it was disabled.
        pub closed_at: Option<Timestamp>,
    }

    /// Where a stream ends.
    pub struct End {
        /// The number of the next record.
        pub next: i64,
        /// When old records are next trimmed.
        pub trim_at: Option<Timestamp>,
    }

    /// A change of an item.
    pub struct RecordRow {
        /// Its number.
        pub number: i64,
        /// When it happened.
        pub at: Timestamp,
        /// `eventID`
        pub id: String,
        /// `INSERT`, `MODIFY` or `REMOVE`
        pub event: String,
        /// The item's key.
        pub keys: Bytes,
        /// The item as it was, if the view shows it.
        pub old: Option<Bytes>,
        /// The item as it is, if the view shows it.
        pub new: Option<Bytes>,
        /// Bytes of all that.
        pub size: i64,
        /// Whether DynamoDB did it: the item had expired.
        pub by_service: bool,
    }

    /// A transaction that was done.
    pub struct TokenRow {
        /// The client's token.
        pub token: String,
        /// A hash of the request.
        pub request: String,
        /// When.
        pub at: Timestamp,
    }

    /// A backup.
    pub struct BackupRow {
        /// What follows `backup/` in its ARN.
        pub id: String,
        /// `BackupName`
        pub name: String,
        /// When it was made.
        pub created_at: Timestamp,
        /// Where its items lie.
        pub space: i64,
        /// How much it holds.
        pub size: Size,
        /// The table as it was.
        pub table: TableRow,
        /// Its layout as it was.
        pub layout: Layout,
        /// Until when it is kept, if the system made it of a table that was deleted: its items lie where the table's lay.
        pub expires_at: Option<Timestamp>,
    }

    /// Work on a whole table that goes on in steps.
    pub struct Build {
        /// The table's space.
        pub space: i64,
        /// The index or expiries that are built; 0 for a table that is restored.
        pub part: i64,
        /// The last item that was done.
        pub after: Option<Bytes>,
        /// The backup's space, or the source table's, for a table that is restored.
        pub from: i64,
        /// The moment of the source table that is restored; `None` for a backup.
        pub at: Option<Timestamp>,
        /// Whether what is restored lies where a table's items lie; so do those of the system's backups.
        pub from_items: Option<bool>,
    }

    /// The next number.
    pub struct NextNumber {
        /// It.
        pub next: i64,
    }
}
