//! The tables of STS: the whole state on one screen. Both hold for the cloud as a whole, under [`HOME`].

use service::shape::shape;
use service::{AccountId, Bytes, Region, Scope, Table, TableInfo};

/// Where the cloud's own rows lie.
pub const HOME: Scope = Scope { account: AccountId::DEFAULT, region: Region::GLOBAL };

/// The key that seals session tokens, under [`SEALING_KEY`]. Whoever replaces it ends all sessions.
pub static SEALING: Table<str, Sealing> = Table::<str, Sealing>::account_wide("sts.sealing").governing();
/// The one key of [`SEALING`].
pub const SEALING_KEY: &str = "key";

/// The keys by which identity providers outside this cloud sign, by issuer without its scheme.
pub static ISSUER_KEYS: Table<str, IssuerKeys> = Table::account_wide("sts.issuer-keys");

/// All of them.
pub fn tables() -> Vec<TableInfo> {
    vec![SEALING.info(), ISSUER_KEYS.info()]
}

shape! {
    /// What seals.
    pub struct Sealing {
        /// 32 bytes.
        pub secret: Bytes,
    }

    /// The keys of one issuer.
    pub struct IssuerKeys {
        /// A JSON Web Key Set (RFC 7517).
        pub document: String,
    }
}
