//! The rows of reports of what an organisation's accounts last accessed.

use service::Timestamp;
use service::shape::shape;

shape! {
    /// A report of what the accounts below a root or OU, or an account, last accessed.
    pub struct OrganizationReportRow {
        /// When it was asked for, and made.
        pub created: Timestamp,
        /// Why it could not be made.
        pub failure: Option<FailureRow>,
        /// The services that the organisation's policies allow, by namespace.
        pub services: Vec<AccountsAccessRow>,
    }

    /// Why a report could not be made.
    pub struct FailureRow {
        /// The error's code.
        pub code: String,
        /// Its text.
        pub message: String,
    }

    /// A service in such a report.
    pub struct AccountsAccessRow {
        /// The namespace of its actions.
        pub namespace: String,
        /// The last access.
        pub last: Option<AccountAccessRow>,
        /// How many of the accounts accessed it.
        pub accounts: i64,
    }

    /// An account's access.
    pub struct AccountAccessRow {
        /// The account's path in the organisation.
        pub path: String,
        /// When.
        pub at: Timestamp,
        /// Where; `None` for a service without a region.
        pub region: Option<String>,
    }
}
