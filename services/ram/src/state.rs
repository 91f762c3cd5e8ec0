//! The tables of Resource Access Manager: the whole state on one screen.
//!
//! A share lies with its owner. Whom it reaches is noted for all accounts, where those who receive it look; so are invitations, which
//! belong to two accounts.

use service::shape::shape;
use service::{Bytes, IndexMap, Place, Table, TableInfo, Timestamp};

/// Shares by id. They decide who may use what.
pub static SHARES: Table<str, ShareRow> = Table::<str, ShareRow>::new("ram.shares").governing();
/// Index: where the shares lie that name a receiver, by (receiver, share's ARN).
pub static RECEIVED: Table<(String, String), PlaceRow> = Table::worldwide("ram.received");
/// Invitations by id.
pub static INVITATIONS: Table<str, InvitationRow> =
    Table::<str, InvitationRow>::worldwide("ram.invitations").governing();
/// Organisations that share within themselves without invitations, by id.
pub static ENABLED: Table<str, EnabledRow> = Table::<str, EnabledRow>::worldwide("ram.enabled").governing();

/// Permissions that the account made, by name.
pub static PERMISSIONS: Table<str, PermissionRow> = Table::<str, PermissionRow>::new("ram.permissions").governing();
/// What was asked to be replaced in shares, by id.
pub static REPLACEMENTS: Table<str, ReplacementRow> = Table::new("ram.replacements");
/// What was answered to requests with client tokens, by (operation, token).
pub static TOKENS: Table<(String, String), TokenRow> = Table::new("ram.tokens");

/// All of them.
pub fn tables() -> Vec<TableInfo> {
    vec![
        SHARES.info(),
        RECEIVED.info(),
        INVITATIONS.info(),
        ENABLED.info(),
        PERMISSIONS.info(),
        REPLACEMENTS.info(),
        TOKENS.info(),
    ]
}

shape! {
    /// A share.
    pub struct ShareRow {
        /// Its id.
        pub id: String,
        /// Its name.
        pub name: String,
        /// `ACTIVE` or `DELETED`
        pub status: String,
        /// Whether principals outside of the organisation may have it.
        pub allows_external: bool,
        /// When it was made.
        pub created: Timestamp,
        /// When it was changed last.
        pub updated: Timestamp,
        /// What is shared.
        pub resources: Vec<AssociationRow>,
        /// With whom.
        pub principals: Vec<AssociationRow>,
        /// The permission for each type of resource in it: type and ARN.
        pub permissions: IndexMap<String, String>,
        /// Tags.
        pub tags: IndexMap<String, String>,
        /// The version of the permission for a type, where it is not the first.
        pub versions: Option<IndexMap<String, i64>>,
        /// From where services must come.
        pub sources: Option<Vec<AssociationRow>>,
    }

    /// A resource, principal or source of a share.
    pub struct AssociationRow {
        /// An ARN or an account.
        pub entity: String,
        /// When it came in.
        pub created: Timestamp,
        /// When it changed last.
        pub updated: Timestamp,
        /// Whether the principal is outside of the organisation.
        pub external: bool,
        /// The invitation by which it may accept; empty where none is needed.
        pub invitation: String,
        /// Whether it was taken out.
        pub gone: bool,
        /// Why it never came in.
        pub failure: Option<String>,
    }

    /// Where a share lies.
    pub struct PlaceRow {
        /// The owner's account, and the region.
        pub place: Place,
        /// The share's id.
        pub share: String,
    }

    /// An invitation.
    pub struct InvitationRow {
        /// Its id.
        pub id: String,
        /// The share's ARN.
        pub share: String,
        /// The share's name when it was sent.
        pub name: String,
        /// Who sent it.
        pub sender: String,
        /// Who may accept it.
        pub receiver: String,
        /// When it was sent.
        pub sent: Timestamp,
        /// `PENDING`, `ACCEPTED` or `REJECTED`; what is pending too long has expired.
        pub status: String,
    }

    /// A permission that an account made.
    pub struct PermissionRow {
        /// Its name.
        pub name: String,
        /// The type of resource that it is for.
        pub kind: String,
        /// Its versions, the oldest first.
        pub versions: Vec<VersionRow>,
        /// The version that shares get.
        pub default: i64,
        /// The number of the next version.
        pub next: i64,
        /// When it was made.
        pub created: Timestamp,
        /// When it was changed last.
        pub updated: Timestamp,
        /// Tags.
        pub tags: IndexMap<String, String>,
        /// Whether no more shares can have it.
        pub deprecated: Option<bool>,
    }

    /// A version of a permission.
    pub struct VersionRow {
        /// Its number.
        pub number: i64,
        /// The policy template, as it was given.
        pub template: String,
        /// When it was made.
        pub created: Timestamp,
    }

    /// That shares got another permission in one's place.
    pub struct ReplacementRow {
        /// Its id.
        pub id: String,
        /// The ARN of the permission that they had.
        pub from: String,
        /// Its version, where only that was replaced.
        pub from_version: Option<i64>,
        /// The ARN of the one that they got.
        pub to: String,
        /// Its version.
        pub to_version: i64,
        /// When that was.
        pub created: Timestamp,
    }

    /// What was answered to a request with a client token.
    pub struct TokenRow {
        /// By what the request is known again.
        pub request: String,
        /// The answer, in the form of values.
        pub answer: Bytes,
        /// When that was.
        pub used: Timestamp,
    }

    /// That an organisation shares within itself.
    pub struct EnabledRow {
        /// Since when.
        pub since: Timestamp,
    }
}
