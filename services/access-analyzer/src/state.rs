//! The tables of IAM Access Analyzer: the whole state on one screen.

use service::shape::shape;
use service::{IndexMap, Table, TableInfo, Timestamp};

/// Analyzers by (region, name). They hold tags and archive rules.
pub static ANALYZERS: Table<(String, String), AnalyzerRow> =
    Table::<(String, String), AnalyzerRow>::account_wide("access-analyzer.analyzers").governing();
/// Findings by (analyzer, id).
pub static FINDINGS: Table<(String, String), FindingRow> = Table::new("access-analyzer.findings");
/// Resources that were looked at, by (analyzer, ARN).
pub static RESOURCES: Table<(String, String), ResourceRow> = Table::new("access-analyzer.resources");
/// How far the region's analyzers have come: one row, under the empty text.
pub static COURSES: Table<str, Course> = Table::new("access-analyzer.courses");

/// All of them.
pub fn tables() -> Vec<TableInfo> {
    vec![ANALYZERS.info(), FINDINGS.info(), RESOURCES.info(), COURSES.info()]
}

shape! {
    /// An analyzer.
    pub struct AnalyzerRow {
        /// Its name.
        pub name: String,
        /// Its region.
        pub region: String,
        /// `ACCOUNT`, `ACCOUNT_UNUSED_ACCESS`, say.
        pub kind: String,
        /// When it was made.
        pub created_at: Timestamp,
        /// The resource that was looked at last.
        pub last_resource: Option<String>,
        /// When.
        pub last_resource_at: Option<Timestamp>,
        /// Days without use after which access counts as unused.
        pub unused_access_age: Option<i64>,
        /// What archives findings as they are made, in the order of making.
        pub rules: Vec<RuleRow>,
        /// Tags.
        pub tags: IndexMap<String, String>,
    }

    /// An archive rule.
    pub struct RuleRow {
        /// Its name.
        pub name: String,
        /// When it was made.
        pub created_at: Timestamp,
        /// When it was changed.
        pub updated_at: Timestamp,
        /// All of these must hold.
        pub filter: Vec<CriterionRow>,
    }

    /// What a property of a finding must be.
    pub struct CriterionRow {
        /// `resourceType`, say.
        pub property: String,
        /// One of these.
        pub eq: Vec<String>,
        /// None of these.
        pub neq: Vec<String>,
        /// A text with one of these in it.
        pub contains: Vec<String>,
        /// There, or not there.
        pub exists: Option<bool>,
    }

    /// A finding.
    pub struct FindingRow {
        /// Its id.
        pub id: String,
        /// By what it is known again.
        pub key: String,
        /// `ExternalAccess`, `UnusedIAMRole`, say.
        pub kind: String,
        /// The resource's ARN.
        pub resource: String,
        /// `AWS::S3::Bucket`, say.
        pub resource_type: String,
        /// The account that owns it.
        pub owner: String,
        /// `ACTIVE`, `ARCHIVED` or `RESOLVED`.
        pub status: String,
        /// When it was made.
        pub created_at: Timestamp,
        /// When the resource was looked at last.
        pub analyzed_at: Timestamp,
        /// When it was changed.
        pub updated_at: Timestamp,
        /// Who has access, by the kind of principal.
        pub principal: IndexMap<String, String>,
        /// To what.
        pub action: Vec<String>,
        /// Under which conditions.
        pub condition: IndexMap<String, String>,
        /// Whether anybody has.
        pub is_public: bool,
        /// By what: `POLICY`, `BUCKET_ACL`.
        pub sources: Vec<String>,
        /// When it was last used, of unused access.
        pub last_accessed: Option<Timestamp>,
        /// The unused key.
        pub access_key_id: Option<String>,
    }

    /// A resource that was looked at.
    pub struct ResourceRow {
        /// Its ARN.
        pub arn: String,
        /// `AWS::S3::Bucket`, say.
        pub kind: String,
        /// The account that owns it.
        pub owner: String,
        /// When it was looked at first.
        pub created_at: Timestamp,
        /// When last.
        pub analyzed_at: Timestamp,
        /// Whether anybody has access.
        pub is_public: bool,
        /// The actions that somebody outside may do.
        pub actions: Vec<String>,
    }

    /// How far the analyzers of a region have come.
    pub struct Course {
        /// The place in the ledger up to which they know what happened.
        pub place: i64,
        /// Whether they look whatever happened.
        pub forced: bool,
    }
}
