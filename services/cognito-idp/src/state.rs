//! The tables of user pools: the whole state on one screen.
//!
//! A pool's and a client's settings are kept as the API names them, so that what is described is what was given. Of a
//! password there is the SRP verifier alone, of a refresh token a hash.

use service::shape::shape;
use service::{Bytes, IndexMap, Place, Table, TableInfo, Timestamp};

/// Where pools and clients lie, by their ids. A place whose pool has gone is none.
pub static PLACES: Table<str, PoolPlace> = Table::worldwide("cognito-idp.places");
/// User pools by id. They hold tags.
pub static POOLS: Table<str, PoolRow> = Table::<str, PoolRow>::new("cognito-idp.pools").governing();
/// The keys that sign a pool's tokens, by pool id: made when the first is signed, or somebody asks for them.
pub static KEYS: Table<str, KeysRow> = Table::new("cognito-idp.keys");
/// App clients by (pool id, client id).
pub static CLIENTS: Table<(String, String), ClientRow> = Table::new("cognito-idp.clients");
/// Users by (pool id, username as it is compared).
pub static USERS: Table<(String, String), UserRow> = Table::new("cognito-idp.users");
/// Other names of users by (pool id, attribute, value as it is compared).
pub static ALIASES: Table<(String, String, String), AliasRow> = Table::new("cognito-idp.aliases");
/// Groups by (pool id, name).
pub static GROUPS: Table<(String, String), GroupRow> = Table::new("cognito-idp.groups");
/// Who is in a group: (pool id, group, username as it is compared).
pub static MEMBERS: Table<(String, String, String), MemberRow> = Table::new("cognito-idp.members");
/// In which groups somebody is: (pool id, username as it is compared, group).
pub static MEMBERSHIPS: Table<(String, String, String), MemberRow> = Table::new("cognito-idp.memberships");
/// Sign-ins under way by (pool id, when they end, id).
pub static SESSIONS: Table<(String, Timestamp, String), SessionRow> = Table::new("cognito-idp.sessions");
/// Refresh tokens by (pool id, `origin_jti`).
pub static REFRESH_TOKENS: Table<(String, String), RefreshRow> = Table::new("cognito-idp.refresh-tokens");
/// The same by (pool id, when they end, `origin_jti`).
pub static REFRESH_ENDS: Table<(String, Timestamp, String), RefreshEnd> = Table::new("cognito-idp.refresh-ends");

/// All of them.
pub fn tables() -> Vec<TableInfo> {
    vec![
        PLACES.info(),
        POOLS.info(),
        KEYS.info(),
        CLIENTS.info(),
        USERS.info(),
        ALIASES.info(),
        GROUPS.info(),
        MEMBERS.info(),
        MEMBERSHIPS.info(),
        SESSIONS.info(),
        REFRESH_TOKENS.info(),
        REFRESH_ENDS.info(),
    ]
}

shape! {
    /// Where a pool or client lies.
    pub struct PoolPlace {
        /// The account and region.
        pub place: Place,
        /// The pool's id.
        pub pool: String,
    }

    /// A user pool.
    pub struct PoolRow {
        /// `Id`
        pub id: String,
        /// `CreationDate`
        pub created_at: Timestamp,
        /// `LastModifiedDate`
        pub modified_at: Timestamp,
        /// A `UserPoolType` without what stands in this row, as `Value::encode` writes it.
        pub settings: Bytes,
        /// Tags.
        pub tags: IndexMap<String, String>,
        /// Whether users may have a software token.
        pub software_tokens: bool,
        /// How many users there are.
        pub users: i64,
        /// What is told about users that do not exist follows from it.
        pub pretence: Bytes,
    }

    /// A pool's signing keys in PKCS #8.
    pub struct KeysRow {
        /// Signs ID tokens.
        pub id_key: Bytes,
        /// Signs access tokens.
        pub access_key: Bytes,
    }

    /// An app client.
    pub struct ClientRow {
        /// `ClientId`
        pub id: String,
        /// `CreationDate`
        pub created_at: Timestamp,
        /// `LastModifiedDate`
        pub modified_at: Timestamp,
        /// A `UserPoolClientType`, as `Value::encode` writes it.
        pub settings: Bytes,
    }

    /// A user.
    pub struct UserRow {
        /// `Username`, as it was given.
        pub username: String,
        /// `sub`
        pub sub: String,
        /// All other attributes.
        pub attributes: IndexMap<String, String>,
        /// `UserStatus`
        pub status: String,
        /// `Enabled`
        pub enabled: bool,
        /// `UserCreateDate`
        pub created_at: Timestamp,
        /// `UserLastModifiedDate`
        pub modified_at: Timestamp,
        /// The password; `None` for a user who has none.
        pub password: Option<Verifier>,
        /// When a temporary password ends.
        pub temporary_until: Option<Timestamp>,
        /// Wrong passwords since the last right one.
        pub failures: i64,
        /// When the last of them was.
        pub failed_at: Option<Timestamp>,
        /// Until when no password is looked at.
        pub locked_until: Option<Timestamp>,
        /// Codes that were sent.
        pub codes: Vec<CodeRow>,
        /// The software token's secret, once it was verified.
        pub totp_secret: Option<Bytes>,
        /// The secret that is to be verified.
        pub totp_candidate: Option<Bytes>,
        /// The last step of the software token that was used.
        pub totp_spent: i64,
        /// Whether the software token is asked for.
        pub totp_enabled: bool,
        /// Whether it is the preferred factor.
        pub totp_preferred: bool,
        /// Whether text messages were set as a factor.
        pub sms_enabled: bool,
        /// Whether they are the preferred one.
        pub sms_preferred: bool,
        /// `FriendlyDeviceName`
        pub device_name: String,
        /// When he was signed out everywhere.
        pub signed_out_at: Option<Timestamp>,
        /// How often that was: sign-ins of an earlier number are over.
        pub generation: i64,
        /// New values of attributes that are set once they are verified.
        pub pending: IndexMap<String, String>,
    }

    /// What a password is checked against: SRP's `g^x`.
    pub struct Verifier {
        /// The salt.
        pub salt: Bytes,
        /// `g^x mod N`
        pub verifier: Bytes,
    }

    /// A code that was sent.
    pub struct CodeRow {
        /// `SIGN_UP`, `PASSWORD` or the name of an attribute.
        pub purpose: String,
        /// The code.
        pub code: String,
        /// The attribute by which it was sent.
        pub attribute: String,
        /// When it ends.
        pub until: Timestamp,
        /// Wrong guesses.
        pub failures: i64,
        /// When the last of them was.
        pub failed_at: Option<Timestamp>,
    }

    /// Whose a name is.
    pub struct AliasRow {
        /// The username as it is compared.
        pub username: String,
    }

    /// A group.
    pub struct GroupRow {
        /// `GroupName`
        pub name: String,
        /// `Description`
        pub description: Option<String>,
        /// `RoleArn`
        pub role_arn: Option<String>,
        /// `Precedence`
        pub precedence: Option<i64>,
        /// `CreationDate`
        pub created_at: Timestamp,
        /// `LastModifiedDate`
        pub modified_at: Timestamp,
    }

    /// That somebody is in a group.
    pub struct MemberRow {
        /// The group.
        pub group: String,
        /// The username as it is compared.
        pub username: String,
    }

    /// A sign-in under way.
    pub struct SessionRow {
        /// The challenge that is to be answered.
        pub challenge: String,
        /// When it ends.
        pub until: Timestamp,
        /// Its id.
        pub id: String,
        /// The client's id.
        pub client: String,
        /// The username as it is compared, or as it was given where there is no such user.
        pub username: String,
        /// SRP: the client's `A`.
        pub srp_a: Bytes,
        /// SRP: the secret `b`.
        pub srp_b: Bytes,
        /// SRP: the verifier's salt when `B` was made.
        pub salt: Bytes,
        /// A software token that is being set up.
        pub totp: Option<Bytes>,
        /// Whether it was verified.
        pub totp_verified: bool,
        /// Wrong answers.
        pub failures: i64,
    }

    /// A refresh token.
    pub struct RefreshRow {
        /// SHA-256 of its secret part.
        pub hash: Bytes,
        /// The client's id.
        pub client: String,
        /// The username as it is compared.
        pub username: String,
        /// `auth_time`
        pub signed_in_at: Timestamp,
        /// When it ends.
        pub until: Timestamp,
        /// Whether it was revoked.
        pub revoked: bool,
        /// The user's `generation` when he signed in.
        pub generation: i64,
    }

    /// That a refresh token ends.
    pub struct RefreshEnd {
        /// `origin_jti`
        pub origin: String,
    }
}
