//! The tables of Identity Center: the whole state on one screen.
//!
//! All that belongs to an instance lies in the account and region that it was enabled in, under its id.

use crate::api::{AccessControlAttribute, CustomerManagedPolicyReference, PermissionsBoundary};
use service::shape::shape;
use service::{Bytes, IndexMap, Place, Table, TableInfo, Timestamp};

/// Where instances lie, by their ids and those of their stores.
pub static PLACES: Table<str, InstancePlace> = Table::worldwide("sso.places");
/// What users' tokens stand for, by the hash of the token.
pub static SESSIONS: Table<str, SessionRow> = Table::worldwide("sso.sessions");
/// Instances by id. They hold tags.
pub static INSTANCES: Table<str, InstanceRow> = Table::<str, InstanceRow>::new("sso.instances").governing();
/// The key with which an instance vouches for its users, by the instance's id.
pub static KEYS: Table<str, KeyRow> = Table::new("sso.keys");
/// Permission sets by (instance, id). They hold tags.
pub static SETS: Table<(String, String), SetRow> = Table::<(String, String), SetRow>::new("sso.sets").governing();
/// Index: permission sets by (instance, name).
pub static SET_NAMES: Table<(String, String), LinkRow> = Table::new("sso.set-names");
/// Assignments by (instance, (account, set, (type, principal))).
pub static ASSIGNMENTS: Table<AssignmentKey, AssignmentRow> = Table::new("sso.assignments");
/// The same by (instance, (type, principal, (account, set))).
pub static BY_PRINCIPAL: Table<AssignmentKey, AssignmentRow> = Table::new("sso.assignments-by-principal");
/// The roles that permission sets have become, by (instance, (set, account)).
pub static ROLES: Table<(String, (String, String)), RoleRow> = Table::new("sso.roles");
/// The same by (instance, (account, set)).
pub static ROLES_OF: Table<(String, (String, String)), RoleRow> = Table::new("sso.roles-by-account");
/// What is under way and what came of it, by (instance, kind, id).
pub static OPERATIONS: Table<(String, String, String), OperationRow> = Table::new("sso.operations");

/// An instance, and the four parts of an assignment in one order or the other.
pub type AssignmentKey = (String, (String, String, (String, String)));

/// All of them.
pub fn tables() -> Vec<TableInfo> {
    vec![
        PLACES.info(),
        SESSIONS.info(),
        INSTANCES.info(),
        KEYS.info(),
        SETS.info(),
        SET_NAMES.info(),
        ASSIGNMENTS.info(),
        BY_PRINCIPAL.info(),
        ROLES.info(),
        ROLES_OF.info(),
        OPERATIONS.info(),
    ]
}

shape! {
    /// Where an instance lies.
    pub struct InstancePlace {
        /// The account that owns it, and its region.
        pub place: Place,
        /// Its id.
        pub instance: String,
    }

    /// What a user's token stands for.
    pub struct SessionRow {
        /// The instance.
        pub instance: String,
        /// The user's id.
        pub user: String,
        /// When it ends.
        pub until: Timestamp,
    }

    /// An instance.
    pub struct InstanceRow {
        /// `ssoins-…`
        pub id: String,
        /// The id of its identity store, `d-…`.
        pub store: String,
        /// Its name.
        pub name: Option<String>,
        /// When it was enabled.
        pub created: Timestamp,
        /// Whether it is its organisation's; an account's otherwise.
        pub of_organization: bool,
        /// Whether it has permission sets.
        pub has_sets: bool,
        /// Tags.
        pub tags: IndexMap<String, String>,
        /// The attributes by which access is controlled, if they are enabled.
        pub attributes: Option<Vec<AccessControlAttribute>>,
    }

    /// The key of an instance.
    pub struct KeyRow {
        /// The private key in PKCS #8.
        pub key: Bytes,
        /// The certificate in DER.
        pub certificate: Bytes,
        /// What the provider is called in each account.
        pub provider: String,
    }

    /// A permission set.
    pub struct SetRow {
        /// `ps-…`
        pub id: String,
        /// The instance's id.
        pub instance: String,
        /// Its name.
        pub name: String,
        /// `Description`
        pub description: Option<String>,
        /// `SessionDuration`, as it was given.
        pub session_duration: String,
        /// `RelayState`
        pub relay_state: Option<String>,
        /// When it was made.
        pub created: Timestamp,
        /// ARNs of AWS's managed policies, in the order of attachment.
        pub managed: Vec<String>,
        /// Managed policies that each account must have.
        pub customer: Vec<CustomerManagedPolicyReference>,
        /// The inline policy.
        pub inline: Option<String>,
        /// The permissions boundary.
        pub boundary: Option<PermissionsBoundary>,
        /// Tags.
        pub tags: IndexMap<String, String>,
        /// Counts what changes its roles.
        pub revision: i64,
    }

    /// Where an index leads.
    pub struct LinkRow {
        /// The id.
        pub id: String,
    }

    /// Who has which permission set in which account.
    pub struct AssignmentRow {
        /// The account.
        pub account: String,
        /// The set's id.
        pub set: String,
        /// `USER` or `GROUP`
        pub principal_type: String,
        /// The principal's id.
        pub principal: String,
    }

    /// The role that a permission set is in an account.
    pub struct RoleRow {
        /// The account.
        pub account: String,
        /// The set's id.
        pub set: String,
        /// The role's name.
        pub role: String,
        /// The set's revision when it became this; `None` while it is being made.
        pub revision: Option<i64>,
    }

    /// Something that takes its time.
    pub struct OperationRow {
        /// `create`, `delete` or `provision`.
        pub kind: String,
        /// Its id.
        pub id: String,
        /// The instance.
        pub instance: String,
        /// `IN_PROGRESS`, `SUCCEEDED` or `FAILED`
        pub status: String,
        /// Why it failed.
        pub reason: Option<String>,
        /// The accounts that are still to be done, the present one first.
        pub accounts: Vec<String>,
        /// The account that was asked for; empty for all.
        pub target: String,
        /// The set's id.
        pub set: String,
        /// `USER` or `GROUP`; empty where it is about no principal.
        pub principal_type: String,
        /// The principal's id.
        pub principal: String,
        /// When it was begun.
        pub created: Timestamp,
        /// How many calls it made.
        pub calls: i64,
    }
}
