//! The tables of Organizations: the whole state on one screen.
//!
//! An organisation lies in its management account's rows. What spans accounts (who is in which organisation, who was invited)
//! belongs to no account.

use service::shape::shape;
use service::{IndexMap, Table, TableInfo, Timestamp};

/// The organisation: one row under [`ORGANIZATION`].
pub static ORGANIZATIONS: Table<str, OrganizationRow> =
    Table::<str, OrganizationRow>::account_wide("organizations.organizations").governing();
/// Its OUs by id.
pub static UNITS: Table<str, UnitRow> = Table::<str, UnitRow>::account_wide("organizations.units").governing();
/// Its accounts by id, the management account among them.
pub static ACCOUNTS: Table<str, AccountRow> =
    Table::<str, AccountRow>::account_wide("organizations.accounts").governing();
/// Its own policies by id; AWS's stand in [`crate::kinds`].
pub static POLICIES: Table<str, PolicyRow> =
    Table::<str, PolicyRow>::account_wide("organizations.policies").governing();
/// What is attached where, by (target, policy).
pub static ATTACHMENTS: Table<(String, String), AttachmentRow> =
    Table::<(String, String), AttachmentRow>::account_wide("organizations.attachments").governing();
/// Requests to create accounts, by id.
pub static CREATIONS: Table<str, CreationRow> = Table::account_wide("organizations.creations");
/// Handshakes by id.
pub static HANDSHAKES: Table<str, HandshakeRow> = Table::account_wide("organizations.handshakes");

/// who is in which organisation, by account id.
pub static MEMBERS: Table<str, MemberRow> =
    Table::<str, MemberRow>::partition_wide("organizations.members").governing();
/// what is known of accounts that were created or in an organisation, by account id. It outlasts their membership.
pub static PEOPLE: Table<str, PersonRow> = Table::partition_wide("organizations.people");
/// the account that goes by an address, in lower case.
pub static ADDRESSES: Table<str, AddressRow> = Table::partition_wide("organizations.addresses");
/// which management account has a handshake, by its id.
pub static HANDSHAKE_HOMES: Table<str, AddressRow> = Table::partition_wide("organizations.handshake-homes");
/// ids that the operator chose for accounts to come, in their order.
pub static RESERVED: Table<u64, ReservedRow> = Table::worldwide("organizations.reserved");

/// The key of the one row of [`ORGANIZATIONS`].
pub const ORGANIZATION: &str = "organization";

/// All of them.
pub fn tables() -> Vec<TableInfo> {
    vec![
        ORGANIZATIONS.info(),
        UNITS.info(),
        ACCOUNTS.info(),
        POLICIES.info(),
        ATTACHMENTS.info(),
        CREATIONS.info(),
        HANDSHAKES.info(),
        MEMBERS.info(),
        PEOPLE.info(),
        ADDRESSES.info(),
        HANDSHAKE_HOMES.info(),
        RESERVED.info(),
    ]
}

shape! {
    /// An organisation.
    pub struct OrganizationRow {
        /// `o-…`
        pub id: String,
        /// `ALL` or `CONSOLIDATED_BILLING`.
        pub feature_set: String,
        /// `r-…`
        pub root: String,
        /// The root's tags.
        pub root_tags: IndexMap<String, String>,
        /// The types of policy that are enabled in the root.
        pub enabled: Vec<String>,
        /// Services with trusted access, by principal, and since when.
        pub trusted: IndexMap<String, Timestamp>,
        /// The resource policy, which delegates to members.
        pub delegation: Option<DelegationRow>,
        /// The number that the next thing made in it gets: listings are in this order.
        pub next: i64,
        /// When accounts were closed, in the last 30 days.
        pub closed: Vec<Timestamp>,
        /// When accounts were invited, in the last 24 hours.
        pub invited: Vec<Timestamp>,
        /// The handshake by which all features are being enabled.
        pub enabling: Option<String>,
    }

    /// The resource policy of an organisation.
    pub struct DelegationRow {
        /// `rp-…`
        pub id: String,
        /// The document.
        pub content: String,
        /// Its tags.
        pub tags: IndexMap<String, String>,
    }

    /// An OU.
    pub struct UnitRow {
        /// `ou-…`
        pub id: String,
        /// Its name, which no sibling has.
        pub name: String,
        /// The id of the root or OU above it.
        pub parent: String,
        /// Its place in listings.
        pub number: i64,
        /// Its tags.
        pub tags: IndexMap<String, String>,
    }

    /// An account of an organisation.
    pub struct AccountRow {
        /// Twelve digits.
        pub id: String,
        /// The id of the root or OU above it.
        pub parent: String,
        /// `ACTIVE` or `SUSPENDED`.
        pub status: String,
        /// `CREATED` or `INVITED`.
        pub method: String,
        /// When it joined.
        pub joined: Timestamp,
        /// Its place in listings.
        pub number: i64,
        /// Its tags.
        pub tags: IndexMap<String, String>,
        /// The services that it administers for the organisation, by principal, and since when.
        pub administers: IndexMap<String, Timestamp>,
    }

    /// A policy.
    pub struct PolicyRow {
        /// `p-…`
        pub id: String,
        /// Its name, which no other policy of its type has.
        pub name: String,
        /// Free text.
        pub description: String,
        /// `SERVICE_CONTROL_POLICY` and so on.
        pub kind: String,
        /// The document.
        pub content: String,
        /// Its place in listings.
        pub number: i64,
        /// When it was last changed.
        pub changed: Timestamp,
        /// Its tags.
        pub tags: IndexMap<String, String>,
    }

    /// That a policy is attached to something.
    pub struct AttachmentRow {
        /// The root, OU or account.
        pub target: String,
        /// The policy.
        pub policy: String,
        /// The policy's type.
        pub kind: String,
        /// Its place in listings.
        pub number: i64,
        /// Since when.
        pub since: Timestamp,
    }

    /// A request to create an account.
    pub struct CreationRow {
        /// `car-…`
        pub id: String,
        /// The account's name.
        pub name: String,
        /// `SUCCEEDED` or `FAILED`.
        pub state: String,
        /// When it was asked for, and answered.
        pub requested: Timestamp,
        /// The account; `None` where it failed.
        pub account: Option<String>,
        /// Why it failed.
        pub failure: Option<String>,
        /// The role for the management account.
        pub role: String,
        /// Its place in listings.
        pub number: i64,
    }

    /// A handshake.
    pub struct HandshakeRow {
        /// `h-…`
        pub id: String,
        /// `INVITE`, `ENABLE_ALL_FEATURES`, …
        pub action: String,
        /// `OPEN`, `ACCEPTED`, …
        pub state: String,
        /// The account that is asked; `None` where nobody goes by the address, or where nobody is asked.
        pub account: Option<String>,
        /// `ACCOUNT` or `EMAIL`: as what it was named.
        pub party: Option<String>,
        /// The id or address by which it was named.
        pub named: Option<String>,
        /// What was said to it.
        pub notes: Option<String>,
        /// Tags for the account once it joins.
        pub tags: IndexMap<String, String>,
        /// The handshake of which this is a part.
        pub parent: Option<String>,
        /// When it was begun.
        pub requested: Timestamp,
        /// Until when it can be answered.
        pub expires: Timestamp,
        /// Its place in listings.
        pub number: i64,
    }

    /// The organisation of an account.
    pub struct MemberRow {
        /// `o-…`
        pub organization: String,
        /// The management account: where the organisation's rows lie.
        pub management: String,
    }

    /// What is known of an account.
    pub struct PersonRow {
        /// Its name.
        pub name: String,
        /// Its root user's address.
        pub email: String,
        /// When it was closed.
        pub closed: Option<Timestamp>,
    }

    /// The account that something leads to.
    pub struct AddressRow {
        /// Twelve digits.
        pub account: String,
    }

    /// An id for an account to come.
    pub struct ReservedRow {
        /// Twelve digits.
        pub account: String,
        /// The address that it waits for, in lower case; `None` for the next account.
        pub email: Option<String>,
        /// Its place in the order.
        pub number: i64,
    }
}
