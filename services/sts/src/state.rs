//! The tables of STS: the whole state on one screen. All hold for the cloud as a whole.

use service::shape::shape;
use service::{Bytes, Table, TableInfo};

/// The key that seals session tokens, under [`SEALING_KEY`]. Whoever replaces it ends all sessions.
pub static SEALING: Table<str, Sealing> = Table::<str, Sealing>::worldwide("sts.sealing").governing();
/// The one key of [`SEALING`].
pub const SEALING_KEY: &str = "key";

/// The keys by which identity providers outside this cloud sign, by issuer without its scheme.
pub static ISSUER_KEYS: Table<str, IssuerKeys> = Table::worldwide("sts.issuer-keys");

/// The keys that sign the tokens of `GetWebIdentityToken`, under [`TOKEN_KEYS_KEY`].
pub static TOKEN_KEYS: Table<str, TokenKeys> = Table::worldwide("sts.token-keys");
/// The one key of [`TOKEN_KEYS`].
pub const TOKEN_KEYS_KEY: &str = "keys";

/// Whose tokens they signed so far, by URL.
pub static OUTBOUND_ISSUERS: Table<str, OutboundIssuer> = Table::worldwide("sts.outbound-issuers");

/// All of them.
pub fn tables() -> Vec<TableInfo> {
    vec![SEALING.info(), ISSUER_KEYS.info(), TOKEN_KEYS.info(), OUTBOUND_ISSUERS.info()]
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
        /// The issuer's URL.
        pub issuer: Option<String>,
    }

    /// Keys that sign, in PKCS #8.
    pub struct TokenKeys {
        /// For RS256.
        pub rsa: Bytes,
        /// For ES384.
        pub ec: Bytes,
    }

    /// An account's issuer.
    pub struct OutboundIssuer {
        /// Its URL.
        pub issuer: String,
    }
}
