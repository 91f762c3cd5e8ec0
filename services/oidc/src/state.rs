//! The tables of signing in: the whole state on one screen. None of it belongs to an account: nobody who signs in has one.
//!
//! Of every secret there is a hash alone.

use service::shape::shape;
use service::{AccountId, Bytes, Region, Scope, Table, TableInfo, Timestamp};

/// Where its requests are recorded and its timers stand: nobody who signs in has an account.
pub const WORLD: Scope = Scope {
    account: match AccountId::from_number(999_999_999_999) {
        Some(account) => account,
        None => AccountId::DEFAULT,
    },
    region: Region::GLOBAL,
};

/// Clients by id.
pub static CLIENTS: Table<str, ClientRow> = Table::worldwide("oidc.clients");
/// Device authorisations by the hash of their device code.
pub static DEVICES: Table<str, DeviceRow> = Table::worldwide("oidc.devices");
/// Index: device authorisations by user code.
pub static USER_CODES: Table<str, LinkRow> = Table::worldwide("oidc.user-codes");
/// Authorisation codes by their hash.
pub static CODES: Table<str, CodeRow> = Table::worldwide("oidc.codes");
/// Refresh tokens by their hash.
pub static REFRESHES: Table<str, RefreshRow> = Table::worldwide("oidc.refresh-tokens");
/// Passwords by (store, user).
pub static PASSWORDS: Table<(String, String), PasswordRow> = Table::worldwide("oidc.passwords");
/// Codes by which a password is set, by (store, user).
pub static INVITATIONS: Table<(String, String), InvitationRow> = Table::worldwide("oidc.invitations");

/// All of them.
pub fn tables() -> Vec<TableInfo> {
    vec![
        CLIENTS.info(),
        DEVICES.info(),
        USER_CODES.info(),
        CODES.info(),
        REFRESHES.info(),
        PASSWORDS.info(),
        INVITATIONS.info(),
    ]
}

shape! {
    /// A client.
    pub struct ClientRow {
        /// Its id.
        pub id: String,
        /// What it is called.
        pub name: String,
        /// The hash of its secret.
        pub secret: String,
        /// When it was registered.
        pub issued: Timestamp,
        /// When its secret ends.
        pub until: Timestamp,
        /// What it may ask for.
        pub scopes: Vec<String>,
        /// Where codes may be sent.
        pub redirect_uris: Vec<String>,
        /// The grants that it may use.
        pub grant_types: Vec<String>,
        /// The instance that its issuer URL names; empty where it named none.
        pub instance: String,
    }

    /// Somebody's device that asks to be let in.
    pub struct DeviceRow {
        /// `ABCD-EFGH`
        pub user_code: String,
        /// The client's id.
        pub client: String,
        /// The instance.
        pub instance: String,
        /// Until when.
        pub until: Timestamp,
        /// Who let it in; empty for nobody.
        pub user: String,
        /// Whether it was refused.
        pub refused: bool,
    }

    /// Where an index leads.
    pub struct LinkRow {
        /// The key.
        pub key: String,
    }

    /// An authorisation code.
    pub struct CodeRow {
        /// The client's id.
        pub client: String,
        /// The instance.
        pub instance: String,
        /// Who authorised it.
        pub user: String,
        /// Where it was sent.
        pub redirect_uri: String,
        /// What the verifier's hash must be (RFC 7636).
        pub challenge: String,
        /// Until when.
        pub until: Timestamp,
    }

    /// A refresh token.
    pub struct RefreshRow {
        /// The client's id.
        pub client: String,
        /// The instance.
        pub instance: String,
        /// Whose it is.
        pub user: String,
        /// When the user's session ends, whatever is refreshed.
        pub until: Timestamp,
        /// What the access token is kept under that goes with it.
        pub session: String,
    }

    /// A password.
    pub struct PasswordRow {
        /// What its hash is salted with.
        pub salt: Bytes,
        /// Its hash.
        pub hash: Bytes,
        /// Wrong ones in a row.
        pub failures: i64,
        /// Until when nobody is let in with it.
        pub locked_until: Option<Timestamp>,
    }

    /// A code by which somebody sets his password.
    pub struct InvitationRow {
        /// The hash of the code.
        pub code: String,
        /// Until when it holds.
        pub until: Timestamp,
        /// Wrong ones that were tried.
        pub failures: i64,
        /// When it was sent.
        pub sent: Timestamp,
    }
}
