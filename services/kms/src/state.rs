//! The tables of KMS: the whole state on one screen.
//!
//! A key is a row; its material lies apart, so that what only describes keys never reads a secret. Related keys of
//! several regions are rows of their own in each, with the same key id and the same material, as AWS describes them.
//! Deleting a key takes its material with it: nothing that was encrypted under it opens again.

use crate::{grants, timers};
use service::shape::shape;
use service::{Bytes, IndexMap, Table, TableInfo, Timestamp};

/// Keys by id. They hold key policies and tags.
pub static KEYS: Table<str, KeyRow> = Table::<str, KeyRow>::new("kms.keys").governing().with_hook(timers::key_changed);
/// Key material by (key id, key material id).
pub static MATERIALS: Table<(String, String), MaterialRow> = Table::new("kms.materials");
/// What import tokens are sealed with, by key id.
pub static SEALS: Table<str, SealRow> = Table::new("kms.seals");
/// Aliases by name, `alias/` included.
pub static ALIASES: Table<str, AliasRow> = Table::<str, AliasRow>::new("kms.aliases").governing();
/// Grants by (key id, grant id).
pub static GRANTS: Table<(String, String), GrantRow> =
    Table::<(String, String), GrantRow>::new("kms.grants").governing().with_hook(grants::changed);
/// Grants of a key by grantee: (key id, grantee, grant id).
pub static GRANTEES: Table<(String, String, String), GrantRef> = Table::new("kms.grantees");
/// Grants by who may retire them, in that principal's own account: (principal, key id, grant id).
pub static RETIRERS: Table<(String, String, String), GrantRef> = Table::new("kms.retirers");

/// How many there are, by what.
pub static COUNTS: Table<str, CountRow> = Table::new("kms.counts");

/// All of them.
pub fn tables() -> Vec<TableInfo> {
    vec![
        KEYS.info(),
        MATERIALS.info(),
        SEALS.info(),
        ALIASES.info(),
        GRANTS.info(),
        GRANTEES.info(),
        RETIRERS.info(),
        COUNTS.info(),
    ]
}

shape! {
    /// A KMS key.
    pub struct KeyRow {
        /// The key id: a UUID, or `mrk-` and 32 hexadecimal digits.
        pub id: String,
        /// `CreationDate`
        pub created_at: Timestamp,
        /// `Description`
        pub description: String,
        /// `KeySpec`
        pub spec: String,
        /// `KeyUsage`
        pub usage: String,
        /// `Origin`: `AWS_KMS` or `EXTERNAL`.
        pub origin: String,
        /// The service that an AWS managed key is for, such as `s3`; empty for customer managed keys.
        pub managed_for: String,
        /// Whether it is neither disabled nor without material.
        pub enabled: bool,
        /// When it is deleted, if that is scheduled and nothing stands in the way.
        pub deletion_at: Option<Timestamp>,
        /// Days of the waiting period, if a deletion was asked for.
        pub deletion_window_days: Option<i64>,
        /// The key policy.
        pub policy: String,
        /// Tags.
        pub tags: IndexMap<String, String>,
        /// Names of its aliases.
        pub aliases: Vec<String>,
        /// Of a multi-Region key: the region of the primary; empty for a single-Region key.
        pub primary_region: String,
        /// Of a multi-Region key: the regions of all replicas.
        pub replica_regions: Vec<String>,
        /// The id of the material that encrypts; empty before any was imported.
        pub material: String,
        /// Whether material that it needs is missing: it was not imported, has expired, or was deleted.
        pub lacks_material: bool,
        /// Automatic rotation.
        pub rotation: Option<Rotation>,
        /// How often it was rotated on demand.
        pub on_demand_rotations: i64,
    }

    /// That a key rotates.
    pub struct Rotation {
        /// `RotationPeriodInDays`
        pub period_days: i64,
        /// When it rotates next.
        pub next_at: Timestamp,
    }

    /// One key material.
    pub struct MaterialRow {
        /// Its id: 64 hexadecimal digits that follow from the material and the key.
        pub id: String,
        /// Its place in the order in which the key had them, from 1.
        pub number: i64,
        /// The secret: AES and HMAC keys as they are, private keys as PKCS #8, ML-KEM's expanded. Empty once it was deleted or
        /// has expired.
        pub secret: Bytes,
        /// The public key as a SubjectPublicKeyInfo; empty where there is none.
        pub public: Bytes,
        /// When the key began to have it.
        pub since: Timestamp,
        /// `AUTOMATIC` or `ON_DEMAND`; empty for the first.
        pub rotation_type: String,
        /// `KeyMaterialDescription`
        pub description: String,
        /// When imported material expires, if it does.
        pub valid_to: Option<Timestamp>,
        /// Whether it was imported and has not been rotated to.
        pub pending: bool,
    }

    /// The secret of a key's import tokens.
    pub struct SealRow {
        /// An AES-256 key.
        pub secret: Bytes,
    }

    /// An alias.
    pub struct AliasRow {
        /// Its name, `alias/` included.
        pub name: String,
        /// The key's id.
        pub key: String,
        /// `CreationDate`
        pub created_at: Timestamp,
        /// `LastUpdatedDate`
        pub updated_at: Timestamp,
    }

    /// A grant.
    pub struct GrantRow {
        /// The id of its key.
        pub key: String,
        /// `GrantId`
        pub id: String,
        /// `Name`
        pub name: String,
        /// `CreationDate`
        pub created_at: Timestamp,
        /// Whom it is for: an ARN, or a service's DNS name.
        pub grantee: String,
        /// Who may retire it; empty for nobody in particular.
        pub retirer: String,
        /// `IssuingAccount`: the account's root, as an ARN.
        pub issuer: String,
        /// `Operations`
        pub operations: Vec<String>,
        /// `EncryptionContextEquals`
        pub equals: IndexMap<String, String>,
        /// `EncryptionContextSubset`
        pub subset: IndexMap<String, String>,
        /// `SourceArn`; empty for none.
        pub source_arn: String,
    }

    /// A number of things.
    pub struct CountRow {
        /// How many.
        pub count: i64,
    }

    /// Where a grant lies.
    pub struct GrantRef {
        /// The account of its key.
        pub account: String,
        /// The id of its key.
        pub key: String,
        /// Its id.
        pub id: String,
    }
}
