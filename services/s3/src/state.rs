//! The tables of S3: the whole state on one screen.
//!
//! A bucket's rows lie in its owner's account and its own region; [`NAMES`] says of every name where that is. The current
//! version of a key is in [`OBJECTS`], be it a delete marker; older ones are in [`NONCURRENT`], the newest first. So a
//! listing reads no older version, and a bucket without versioning has one row for each object.
//!
//! An object's body is one or more stored bodies, each enciphered under a key of its own, which stands beside it: in the
//! clear for SSE-S3, sealed by a KMS data key for SSE-KMS (`seal.rs`). So a copy shares the bytes and seals the keys anew.

use crate::lifecycle;
use service::shape::shape;
use service::{Bytes, IndexMap, Place, StoredBody, Table, TableInfo, Timestamp};

/// Where buckets are, by name: no two accounts have the same. A place whose bucket has gone is none.
pub static NAMES: Table<str, Place> = Table::worldwide("s3.names");
/// An account's buckets, in whichever regions they are.
pub static OWNED: Table<str, OwnedRow> = Table::account_wide("s3.owned");
/// Buckets by name. What decides about access stands here.
pub static BUCKETS: Table<str, BucketRow> = Table::<str, BucketRow>::new("s3.buckets").governing();
/// Configurations that only their own operations read whole, by (bucket, kind).
pub static DOCUMENTS: Table<(String, String), DocumentRow> = Table::new("s3.documents");
/// Current versions, by (bucket, key).
pub static OBJECTS: Table<(String, String), ObjectRow> =
    Table::<(String, String), ObjectRow>::new("s3.objects").naming_bodies().with_hook(lifecycle::current_changed);
/// Older versions, by (bucket, key, the negative of their number).
pub static NONCURRENT: Table<(String, String, i64), ObjectRow> =
    Table::<(String, String, i64), ObjectRow>::new("s3.noncurrent")
        .naming_bodies()
        .with_hook(lifecycle::noncurrent_changed);
/// Multipart uploads, by (bucket, key, upload id).
pub static UPLOADS: Table<(String, String, String), UploadRow> =
    Table::<(String, String, String), UploadRow>::new("s3.uploads").with_hook(lifecycle::upload_changed);
/// Their parts, by (upload id, part number).
pub static PARTS: Table<(String, i64), PartRow> = Table::<(String, i64), PartRow>::new("s3.parts").naming_bodies();
/// What a lifecycle configuration will look at, by (bucket, when, key, which of its versions or uploads).
pub static DUES: Table<(String, Timestamp, String, String), DueRow> = Table::new("s3.dues");

/// All of them.
pub fn tables() -> Vec<TableInfo> {
    vec![
        NAMES.info(),
        OWNED.info(),
        BUCKETS.info(),
        DOCUMENTS.info(),
        OBJECTS.info(),
        NONCURRENT.info(),
        UPLOADS.info(),
        PARTS.info(),
        DUES.info(),
    ]
}

shape! {
    /// A bucket as its account lists it.
    pub struct OwnedRow {
        /// Its name.
        pub name: String,
        /// The region it lies in.
        pub region: String,
        /// `CreationDate`
        pub created_at: Timestamp,
    }

    /// A bucket.
    pub struct BucketRow {
        /// Its name.
        pub name: String,
        /// `CreationDate`
        pub created_at: Timestamp,
        /// `Enabled`, `Suspended`, or empty where it never was enabled.
        pub versioning: String,
        /// The bucket policy.
        pub policy: Option<String>,
        /// Tags.
        pub tags: IndexMap<String, String>,
        /// What it does against public access, if anything was said.
        pub block: Option<BlockRow>,
        /// `ObjectOwnership`; empty where it was taken away.
        pub ownership: String,
        /// How objects are encrypted whose request does not say.
        pub encryption: DefaultEncryption,
        /// Whether there is a lifecycle configuration.
        pub has_lifecycle: bool,
        /// Whether there is a notification configuration.
        pub has_notifications: bool,
    }

    /// `PublicAccessBlockConfiguration`
    pub struct BlockRow {
        /// `BlockPublicAcls`. Stored only: there are no ACLs but the owner's.
        pub block_public_acls: bool,
        /// `IgnorePublicAcls`. Stored only.
        pub ignore_public_acls: bool,
        /// `BlockPublicPolicy`
        pub block_public_policy: bool,
        /// `RestrictPublicBuckets`
        pub restrict_public_buckets: bool,
    }

    /// `ServerSideEncryptionByDefault`
    pub struct DefaultEncryption {
        /// `AES256`, `aws:kms` or `aws:kms:dsse`
        pub algorithm: String,
        /// The key as it was given; empty for the AWS managed one.
        pub key: String,
        /// `BucketKeyEnabled`
        pub bucket_key: bool,
        /// Whether somebody has said so.
        pub chosen: bool,
    }

    /// A configuration as its operation gave it.
    pub struct DocumentRow {
        /// By the members' names, as `service::Value::encode` wrote it.
        pub value: Bytes,
    }

    /// A version of an object, or a delete marker.
    pub struct ObjectRow {
        /// The bucket.
        pub bucket: String,
        /// The key.
        pub key: String,
        /// `null` where the bucket gave none.
        pub version_id: String,
        /// Versions of a key are numbered from 1.
        pub number: i64,
        /// Whether it is a delete marker.
        pub marker: bool,
        /// `LastModified`
        pub modified: Timestamp,
        /// When a newer version took its place.
        pub noncurrent_since: Option<Timestamp>,
        /// In bytes.
        pub size: i64,
        /// Without quotes.
        pub etag: String,
        /// The body, in order.
        pub parts: Vec<StoredPart>,
        /// Whether it was uploaded in parts.
        pub multipart: bool,
        /// Headers and metadata of its own.
        pub about: About,
        /// Tags.
        pub tags: IndexMap<String, String>,
        /// `STANDARD`, ...
        pub storage_class: String,
        /// The checksum that is kept beside it.
        pub checksum: ChecksumRow,
        /// How the body's keys are kept.
        pub seal: SealRow,
    }

    /// What of an object's headers is kept as it came.
    pub struct About {
        /// `Content-Type`
        pub content_type: String,
        /// `Cache-Control`
        pub cache_control: Option<String>,
        /// `Content-Disposition`
        pub content_disposition: Option<String>,
        /// `Content-Encoding`
        pub content_encoding: Option<String>,
        /// `Content-Language`
        pub content_language: Option<String>,
        /// `Expires`
        pub expires: Option<String>,
        /// `x-amz-website-redirect-location`
        pub redirect: Option<String>,
        /// `x-amz-meta-…`
        pub metadata: IndexMap<String, String>,
    }

    /// A checksum.
    pub struct ChecksumRow {
        /// `CRC64NVME`, …; empty for none.
        pub algorithm: String,
        /// In Base64, with `-N` behind a composite.
        pub value: String,
        /// Whether it is one of checksums.
        pub composite: bool,
    }

    /// How the keys of a body are kept.
    pub struct SealRow {
        /// `AES256`, `aws:kms` or `aws:kms:dsse`
        pub algorithm: String,
        /// The KMS key's ARN.
        pub key_arn: String,
        /// The data key, as KMS encrypted it.
        pub data_key: Bytes,
        /// The encryption context that KMS is given.
        pub context: IndexMap<String, String>,
        /// Whether a bucket key is used.
        pub bucket_key: bool,
    }

    /// Some bytes of a body that lies in the store.
    pub struct Piece {
        /// The body, enciphered.
        pub body: StoredBody,
        /// What it is enciphered with, sealed as [`SealRow`] says.
        pub key: Bytes,
        /// Its first byte that counts: a copy of a range shares the whole body.
        pub start: i64,
        /// In bytes.
        pub size: i64,
    }

    /// A part of an object.
    pub struct StoredPart {
        /// Its bytes, in order.
        pub pieces: Vec<Piece>,
        /// The part's number; 1 where there is but one.
        pub number: i64,
        /// In bytes.
        pub size: i64,
        /// Its checksum of the object's kind, in Base64.
        pub checksum: String,
    }

    /// A multipart upload on its way.
    pub struct UploadRow {
        /// The bucket.
        pub bucket: String,
        /// The key.
        pub key: String,
        /// `UploadId`
        pub id: String,
        /// When it was begun.
        pub initiated: Timestamp,
        /// Who began it, as an ARN.
        pub initiator: String,
        /// Headers and metadata of the object to be.
        pub about: About,
        /// Tags of the object to be.
        pub tags: IndexMap<String, String>,
        /// Its storage class.
        pub storage_class: String,
        /// Its checksum's algorithm; the value is empty.
        pub checksum: ChecksumRow,
        /// Whether the client chose that algorithm.
        pub checksum_chosen: bool,
        /// How the parts' keys are kept.
        pub seal: SealRow,
    }

    /// A part of a multipart upload.
    pub struct PartRow {
        /// The upload.
        pub upload_id: String,
        /// The part's number.
        pub number: i64,
        /// When it came.
        pub modified: Timestamp,
        /// Its MD5, in hexadecimal.
        pub etag: String,
        /// In bytes.
        pub size: i64,
        /// Its bytes, in order, their keys sealed as the upload says.
        pub pieces: Vec<Piece>,
        /// Its checksum of the upload's kind, in Base64.
        pub checksum: String,
    }

    /// Something that a lifecycle configuration may act on.
    pub struct DueRow {
        /// When.
        pub at: Timestamp,
        /// The key.
        pub key: String,
        /// `v/` and a version's number, or `u/` and an upload's id.
        pub what: String,
    }
}
