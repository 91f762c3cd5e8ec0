//! The tables of the identity store: the whole state on one screen.
//!
//! Users and groups are kept as the API shows them.

use crate::api::{Group, GroupMembership, User};
use service::shape::shape;
use service::{Table, TableInfo, Timestamp};

/// Stores that were named before Identity Center was enabled, by id: see [`crate::store`].
pub static STORES: Table<str, StoreRow> = Table::new("identitystore.stores");
/// Users by (store, id).
pub static USERS: Table<(String, String), User> = Table::new("identitystore.users");
/// Groups by (store, id).
pub static GROUPS: Table<(String, String), Group> = Table::new("identitystore.groups");
/// Memberships by (store, id).
pub static MEMBERSHIPS: Table<(String, String), GroupMembership> = Table::new("identitystore.memberships");
/// Who is in a group: (store, group, user).
pub static MEMBERS: Table<(String, (String, String)), LinkRow> = Table::new("identitystore.members");
/// In which groups somebody is: (store, user, group).
pub static MEMBER_OF: Table<(String, (String, String)), LinkRow> = Table::new("identitystore.member-of");
/// Values that only one may have: (store, attribute, value as it is compared).
pub static UNIQUE: Table<(String, (String, String)), LinkRow> = Table::new("identitystore.unique");
/// How many users and groups a store has, by (store, what).
pub static COUNTS: Table<(String, String), CountRow> = Table::new("identitystore.counts");

/// All of them.
pub fn tables() -> Vec<TableInfo> {
    vec![
        STORES.info(),
        USERS.info(),
        GROUPS.info(),
        MEMBERSHIPS.info(),
        MEMBERS.info(),
        MEMBER_OF.info(),
        UNIQUE.info(),
        COUNTS.info(),
    ]
}

shape! {
    /// A store.
    pub struct StoreRow {
        /// Its id.
        pub id: String,
        /// When it was named first.
        pub created: Timestamp,
    }

    /// Where an index leads.
    pub struct LinkRow {
        /// The id of the user, group or membership.
        pub id: String,
    }

    /// How many there are.
    pub struct CountRow {
        /// So many.
        pub count: i64,
    }
}
