//! The rows of reports of last accesses.

use service::Timestamp;
use service::shape::shape;

shape! {
    /// A report of what an identity, or those of a group or policy, last accessed.
    pub struct AccessReportRow {
        /// Of whom.
        pub arn: String,
        /// `SERVICE_LEVEL` or `ACTION_LEVEL`.
        pub granularity: String,
        /// When it was asked for, and made.
        pub created: Timestamp,
        /// The users and roles that it is about.
        pub entities: Vec<AccessorRow>,
        /// The services that its policies allow, by namespace.
        pub services: Vec<ServiceAccessRow>,
    }

    /// A user or role in a report.
    pub struct AccessorRow {
        /// Its ARN.
        pub arn: String,
        /// Its name.
        pub name: String,
        /// `USER` or `ROLE`.
        pub kind: String,
        /// Its id.
        pub id: String,
        /// Its path.
        pub path: String,
    }

    /// A service in a report.
    pub struct ServiceAccessRow {
        /// The namespace of its actions.
        pub namespace: String,
        /// Who accessed it, the latest first.
        pub uses: Vec<AccessRow>,
        /// Its actions that were accessed, by name.
        pub actions: Vec<ActionAccessRow>,
    }

    /// An access.
    pub struct AccessRow {
        /// By whom: an ARN.
        pub arn: String,
        /// When.
        pub at: Timestamp,
        /// Where; `None` for a service without a region.
        pub region: Option<String>,
    }

    /// The last access by an action.
    pub struct ActionAccessRow {
        /// The action, without its prefix.
        pub name: String,
        /// By whom: an ARN.
        pub arn: String,
        /// When.
        pub at: Timestamp,
        /// Where.
        pub region: String,
    }
}
